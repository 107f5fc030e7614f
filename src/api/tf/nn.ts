/** Owns tf.nn: activations, cross entropies, normalization, dropout. */
import { failure } from '../../graph/primitive';
import { isFloat } from '../../shape/dtype';
import { compareShapes } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import {
  add,
  axisOf,
  cast,
  concat,
  dimAt,
  divide,
  filled,
  like,
  moveAxis,
  multiply,
  rankOf,
  requireFloat,
  reshape,
  rsubtract,
  select,
  subtract,
  sum,
  withGradient,
} from '../tensors';
import { halfSquares, unary } from './math';

const FEATURES = 'features';

export const ACTIVATIONS: ApiTable = {
  'tf.nn.relu': unary('relu', FEATURES),
  'tf.nn.relu6': unary('relu6', FEATURES),
  'tf.nn.elu': unary('elu', FEATURES, { alpha: 1 }),
  'tf.nn.selu': unary('selu', FEATURES),
  'tf.nn.leaky_relu': entry('features, alpha=0.2, name=None', (c, a) => {
    const x = a.tensor(FEATURES);
    return c.emit('leakyRelu', [isFloat(x.type.dtype) ? x : cast(c, x, 'float32')], { alpha: a.number('alpha') });
  }),
  'tf.nn.gelu': entry('features, approximate=False, name=None', (c, a) => gelu(c, a.tensor(FEATURES), a.bool('approximate'))),
  'tf.nn.silu tf.nn.swish': entry('features, beta=1.0', (c, a) => {
    const x = a.tensor(FEATURES);
    return multiply(c, x, c.emit('sigmoid', [multiply(c, a.tensor('beta', x.type.dtype), x)]));
  }),
  'tf.nn.softsign tf.math.softsign': entry('features, name=None', (c, a) => {
    const x = a.tensor(FEATURES);
    const wide = add(c, c.emit('abs', [x]), 1);
    return withGradient(c, divide(c, x, wide), x, (dy) => divide(c, dy, c.emit('square', [wide])));
  }),
  'tf.nn.crelu': entry('features, axis=-1, name=None', (c, a) => {
    const x = a.tensor(FEATURES);
    return c.emit('relu', [concat(c, [x, c.emit('negate', [x])], axisOf(c, x, a.int('axis')))]);
  }),
  'tf.nn.softmax tf.math.softmax': entry('logits, axis=None, name=None', (c, a) =>
    softmax(c, a.tensor('logits'), a.optionalInt('axis') ?? -1),
  ),
  'tf.nn.log_softmax tf.math.log_softmax': entry('logits, axis=None, name=None', (c, a) => {
    const x = a.tensor('logits');
    return c.emit('logSoftmax', [x], { axis: axisOf(c, x, a.optionalInt('axis') ?? -1) });
  }),
};

export function softmax(c: CallContext, x: TensorValue, axis: number): TensorValue {
  return c.emit('softmax', [x], { axis: axisOf(c, x, axis) });
}

export function gelu(c: CallContext, x: TensorValue, approximate: boolean): TensorValue {
  requireFloat(c, x, 'gelu');
  if (approximate) {
    const cube = c.emit('power', [x, like(c, 3, x)]);
    const inner = multiply(c, add(c, x, multiply(c, cube, 0.044715)), 0.7978845608028654);
    return multiply(c, multiply(c, x, 0.5), add(c, c.emit('tanh', [inner]), 1));
  }
  return multiply(c, multiply(c, x, 0.5), add(c, c.emit('erf', [multiply(c, x, Math.SQRT1_2)]), 1));
}

export const CROSS_ENTROPIES: ApiTable = {
  'tf.nn.sigmoid_cross_entropy_with_logits': entry('labels=None, logits=None, name=None', (c, a) => {
    const [logits, labels] = [a.tensor('logits'), knownValue(c, a.value('labels'))];
    return sigmoidOfSameShape(
      c,
      c.tensor(labels, labels.kind === 'tensor' && labels.flavor !== 'numpy' ? undefined : logits.type.dtype),
      logits,
    );
  }),
  'tf.nn.weighted_cross_entropy_with_logits': entry('labels, logits, pos_weight, name=None', (c, a) => {
    const logits = a.tensor('logits');
    const labels = a.tensor('labels', logits.type.dtype);
    requireEqualShapes(c, labels, logits);
    return weightedCrossEntropy(c, labels, logits, a.tensor('pos_weight', logits.type.dtype));
  }),
  'tf.nn.softmax_cross_entropy_with_logits tf.nn.softmax_cross_entropy_with_logits_v2': entry(
    'labels, logits, axis=-1, name=None',
    (c, a) => {
      const logits = a.tensor('logits');
      const labels = cast(c, a.tensor('labels'), logits.type.dtype);
      return softmaxCrossEntropy(c, labels, logits, a.int('axis'));
    },
  ),
  'tf.nn.sparse_softmax_cross_entropy_with_logits': entry('labels, logits, name=None', (c, a) =>
    c.emit('sparseSoftmaxCrossEntropy', [a.tensor('labels'), a.tensor('logits')]),
  ),
  'tf.nn.log_poisson_loss': entry('targets, log_input, compute_full_loss=False, name=None', (c, a) => {
    const x = a.tensor('log_input');
    const targets = a.tensor('targets', x.type.dtype);
    requireEqualShapes(c, targets, x);
    const loss = subtract(c, c.emit('exp', [x]), multiply(c, x, targets));
    if (!a.bool('compute_full_loss')) return loss;
    return add(c, loss, stirling(c, targets));
  }),
  'tf.nn.l2_loss': entry('t, name=None', (c, a) => halfSquares(c, a.tensor('t'))),
  'tf.nn.compute_average_loss': entry('per_example_loss, sample_weight=None, global_batch_size=None', (c, a) => {
    const loss = a.tensor('per_example_loss');
    const weighted =
      a.value('sample_weight').kind === 'none' ? loss : multiply(c, loss, cast(c, a.tensor('sample_weight'), loss.type.dtype));
    const size = a.value('global_batch_size').kind === 'none' ? dimAt(loss, 0) : a.dim('global_batch_size');
    return divide(c, sum(c, weighted, null), cast(c, c.wrap(c.build.dims([size], [])), loss.type.dtype));
  }),
  'tf.nn.scale_regularization_loss': entry('regularization_loss', (c, a) => sum(c, a.tensor('regularization_loss'), null)),
};

function stirling(c: CallContext, targets: TensorValue): TensorValue {
  const log = c.emit('log', [targets]);
  const half = multiply(c, c.emit('log', [multiply(c, targets, 2 * Math.PI)]), 0.5);
  const approximation = add(c, subtract(c, multiply(c, targets, log), targets), half);
  const zero = filled(c, 0, targets.type.shape, targets.type.dtype);
  const small = c.emit('logicalAnd', [c.emit('greaterEqual', [targets, zero]), c.emit('lessEqual', [targets, like(c, 1, targets)])]);
  return select(c, small, zero, approximation);
}

export function requireEqualShapes(c: CallContext, labels: TensorValue, logits: TensorValue): void {
  if (labels.type.dtype === logits.type.dtype && compareShapes(labels.type.shape, logits.type.shape) === 'different') {
    c.fail(failure('shape-mismatch', 'shape', 'logits and labels must have the same shape'), [labels, logits]);
  }
}

function sigmoidOfSameShape(c: CallContext, labels: TensorValue, logits: TensorValue): TensorValue {
  requireEqualShapes(c, labels, logits);
  return sigmoidCrossEntropy(c, labels, logits);
}

export function sigmoidCrossEntropy(c: CallContext, labels: TensorValue, logits: TensorValue): TensorValue {
  return c.emit('sigmoidCrossEntropy', [labels, logits]);
}

/** (1 - labels) × logits + (1 + (weight - 1) × labels) × softplus(-logits), in TensorFlow's stable form. */
function weightedCrossEntropy(c: CallContext, labels: TensorValue, logits: TensorValue, weight: TensorValue): TensorValue {
  const factor = add(c, multiply(c, subtract(c, weight, 1), labels), 1);
  const negated = c.emit('negate', [logits]);
  const log1p = c.emit('log1p', [c.emit('exp', [c.emit('negate', [c.emit('abs', [logits])])])]);
  return add(c, multiply(c, rsubtract(c, 1, labels), logits), multiply(c, factor, add(c, log1p, c.emit('relu', [negated]))));
}

/** Along any axis; the result lacks it. */
export function softmaxCrossEntropy(c: CallContext, labels: TensorValue, logits: TensorValue, axis: number): TensorValue {
  const normal = axisOf(c, logits, axis);
  if (normal === rankOf(logits) - 1) return c.emit('softmaxCrossEntropy', [labels, logits]);
  return c.emit('softmaxCrossEntropy', [moveAxis(c, labels, normal, -1), moveAxis(c, logits, normal, -1)]);
}

export const NORMALIZATION: ApiTable = {
  'tf.nn.batch_normalization': entry('x, mean, variance, offset, scale, variance_epsilon, name=None', (c, a) => {
    const x = a.tensor('x');
    const inverse = c.emit('rsqrt', [add(c, a.tensor('variance', undefined), a.tensor('variance_epsilon', x.type.dtype))]);
    const factor = a.value('scale').kind === 'none' ? inverse : multiply(c, inverse, a.tensor('scale'));
    const shifted = multiply(c, a.tensor('mean'), factor);
    const bias = a.value('offset').kind === 'none' ? c.emit('negate', [shifted]) : subtract(c, a.tensor('offset'), shifted);
    return add(c, multiply(c, x, factor), bias);
  }),
  'tf.nn.bias_add': entry('value, bias, data_format=None, name=None', (c, a) => {
    const x = a.tensor('value');
    const bias = a.tensor('bias');
    const first = a.optionalString('data_format')?.startsWith('NC') ?? false;
    return add(c, x, first ? reshape(c, bias, [...bias.type.shape, ...x.type.shape.slice(2).map(() => 1)]) : bias);
  }),
  'tf.nn.dropout tf.nn.experimental.stateless_dropout tf.nn.experimental.general_dropout': entry(
    'x, rate, noise_shape=None, seed=None, name=None',
    (c, a) => dropout(c, a.tensor('x'), a.number('rate')),
  ),
  'tf.nn.local_response_normalization tf.nn.lrn': entry('input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None', (c) =>
    c.unknown('local response normalization is not followed yet'),
  ),
};

/** Keeps each element with probability 1 - rate, scaled by 1 / (1 - rate). */
export function dropout(c: CallContext, x: TensorValue, rate: number): TensorValue {
  if (rate === 0) return x;
  const { shape, dtype } = x.type;
  const noise = c.wrap(c.build.emit('random', [], { distribution: 'uniform', shape, dtype, seed: c.nextSeed(), a: 0, b: 1 }));
  const keep = c.emit('greaterEqual', [noise, like(c, rate, noise)]);
  return select(c, keep, multiply(c, x, 1 / (1 - rate)), filled(c, 0, shape, dtype));
}
