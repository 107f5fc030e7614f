/** Owns library names that are values: dtypes, pi, infinities, newaxis, enumerations. */
import { dtypeNamed } from '../shape/dtype';
import { api, boolean, dtypeValue, float, integer, NONE, string, tuple, type Value } from '../value/value';

import { REDUCTION } from './tfjs/reduction';

const string_ = (value: string): Value => string(value);

const CONSTANTS: Readonly<Record<string, Value>> = {
  'tf.newaxis np.newaxis': NONE,
  'np.pi math.pi tf.experimental.numpy.pi np.PI': float(Math.PI),
  'np.e math.e tf.experimental.numpy.e': float(Math.E),
  'math.tau': float(2 * Math.PI),
  'np.inf np.Inf np.infty np.PINF math.inf tf.experimental.numpy.inf': float(Number.POSITIVE_INFINITY),
  'np.NINF': float(Number.NEGATIVE_INFINITY),
  'np.nan np.NaN np.NAN math.nan': float(Number.NaN),
  'np.euler_gamma': float(0.5772156649015329),
  'tf.__version__ tf.version.VERSION': string_('2.21.0'),
  'np.__version__': string_('2.0.0'),
  'six.PY2': boolean(false),
  'six.PY3': boolean(true),
  'six.string_types': tuple([api('builtins.str')]),
  'six.integer_types': tuple([api('builtins.int')]),
  'keras.losses.Reduction.AUTO keras.losses.losses_utils.ReductionV2.AUTO keras.utils.losses_utils.ReductionV2.AUTO': string_('auto'),
  'keras.losses.Reduction.NONE keras.utils.losses_utils.ReductionV2.NONE': string_('none'),
  'keras.losses.Reduction.SUM keras.utils.losses_utils.ReductionV2.SUM': string_('sum'),
  'keras.losses.Reduction.SUM_OVER_BATCH_SIZE keras.utils.losses_utils.ReductionV2.SUM_OVER_BATCH_SIZE': string_('sum_over_batch_size'),
  'keras.losses.Reduction.SUM_BY_NONZERO_WEIGHTS tf1.losses.Reduction.SUM_BY_NONZERO_WEIGHTS': string_('weighted_sum_by_nonzero_weights'),
  'tf1.losses.Reduction.NONE': string_('none'),
  'tf1.losses.Reduction.SUM': string_('weighted_sum'),
  'tf1.losses.Reduction.MEAN': string_('weighted_mean'),
  'tf1.losses.Reduction.SUM_OVER_BATCH_SIZE': string_('weighted_sum_over_batch_size'),
  'tf1.losses.Reduction.SUM_OVER_NONZERO_WEIGHTS': string_('weighted_sum_over_nonzero_weights'),
  'tf.image.ResizeMethod.BILINEAR': string_('bilinear'),
  'tf.image.ResizeMethod.NEAREST_NEIGHBOR': string_('nearest'),
  'tf.image.ResizeMethod.BICUBIC': string_('bicubic'),
  'tf.image.ResizeMethod.AREA': string_('area'),
  'tf.UnconnectedGradients.NONE': string_('none'),
  'tf.UnconnectedGradients.ZERO': string_('zero'),
  'tf.AUTO_REUSE tf1.AUTO_REUSE': boolean(true),
  'tf.GraphKeys.LOSSES tf1.GraphKeys.LOSSES': string_('losses'),
  'tf.GraphKeys.REGULARIZATION_LOSSES tf1.GraphKeys.REGULARIZATION_LOSSES': string_('regularization_losses'),
  'typing.TYPE_CHECKING': boolean(false),
  'tfjs.Reduction.NONE': integer(REDUCTION.NONE),
  'tfjs.Reduction.MEAN': integer(REDUCTION.MEAN),
  'tfjs.Reduction.SUM': integer(REDUCTION.SUM),
  'tfjs.Reduction.SUM_BY_NONZERO_WEIGHTS': integer(REDUCTION.SUM_BY_NONZERO_WEIGHTS),
  'js.Math.PI': float(Math.PI),
  'js.Math.E': float(Math.E),
  'js.Math.LN2': float(Math.LN2),
  'js.Math.LN10': float(Math.LN10),
  'js.Math.LOG2E': float(Math.LOG2E),
  'js.Math.LOG10E': float(Math.LOG10E),
  'js.Math.SQRT2': float(Math.SQRT2),
  'js.Math.SQRT1_2': float(Math.SQRT1_2),
  'js.Number.EPSILON': float(Number.EPSILON),
  'js.Number.MAX_VALUE': float(Number.MAX_VALUE),
  'js.Number.MIN_VALUE': float(Number.MIN_VALUE),
  'js.Number.MAX_SAFE_INTEGER': float(Number.MAX_SAFE_INTEGER),
  'js.Number.POSITIVE_INFINITY': float(Number.POSITIVE_INFINITY),
  'js.Number.NEGATIVE_INFINITY': float(Number.NEGATIVE_INFINITY),
  'js.Number.NaN': float(Number.NaN),
};

const BY_NAME: ReadonlyMap<string, Value> = new Map(
  Object.entries(CONSTANTS).flatMap(([names, value]) => names.split(' ').map((name) => [name, value] as const)),
);

/** The value of a library constant, or undefined. */
export function constantOf(name: string): Value | undefined {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  const dtype = /^tf\.(\w+)$/.exec(name)?.[1];
  const named = dtype === undefined || dtype === 'float' || dtype === 'int' ? undefined : dtypeNamed(dtype);
  return named === undefined ? undefined : dtypeValue(named);
}

export function constantNames(): Iterable<string> {
  return BY_NAME.keys();
}
