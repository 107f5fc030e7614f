/** Owns the rest of Keras that loss files touch: config, utils, saving, random, callbacks and optimizers as far as they only stand there. */
import { failure } from '../../graph/primitive';
import type { Dim } from '../../shape/dim';
import { isInteger } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { boolean, float, NONE, type ObjectValue, string, type TensorValue, type Value } from '../../value/value';
import { delegate } from '../kerasOps/promote';
import { CLASSES, isSurvey } from '../models/feed';
import { holdsOf } from '../models/holds';
import { type ApiTable, entry } from '../table';
import { customObjects, registerCustom } from './lookup';
import { EPSILON, TensorMath } from './tensorMath';

const nothing = (signature = '*args, **kwargs'): ApiEntry => entry(signature, () => NONE);

/** `@register_keras_serializable()`, `(package=…)` and, wrongly, without the call. */
const register = entry("package='Custom', name=None", (c, args) => {
  const given = args.value('package');
  if (given.kind === 'function' || given.kind === 'class') return given;
  const name = args.optionalString('name');
  const decorator = entry('arg', (_inner, decorated) => {
    registerCustom(c, decorated.value('arg'), name);
    return decorated.value('arg');
  });
  return { kind: 'native', name: 'register_keras_serializable', entry: decorator };
});

/** A `with` block that only adds names. */
function scope(type: string): ApiEntry {
  return entry('*args, **kwargs', (c, args) => {
    for (const given of args.rest)
      if (given.kind === 'dict') for (const [key, item] of given.entries) customObjects(c).entries.set(key, item);
    return contextObject(type);
  });
}

function contextObject(type: string): ObjectValue {
  const methods = new Map<string, ApiEntry>([
    ['__enter__', entry('', () => NONE)],
    ['__exit__', entry('*args', () => NONE)],
  ]);
  return { kind: 'object', type, attributes: new Map(), methods };
}

const toCategorical = entry("x, num_classes=None, dtype='float32'", (c, args) => {
  const given = args.tensor('x');
  const m = new TensorMath(c);
  const { shape } = given.type;
  const flat = shape.length > 1 && shape.at(-1) === 1 ? c.emit('squeeze', [given], { axes: [shape.length - 1] }) : given;
  const indices = isInteger(flat.type.dtype) ? flat : m.cast(flat, 'int64');
  const depth = args.value('num_classes').kind === 'none' ? classCount(c, given, indices) : args.dim('num_classes');
  const tensor = args.value('x').kind === 'tensor' && given.flavor !== 'numpy';
  const dtype = args.has('dtype') ? args.dtype('dtype') : tensor || c.keras === 2 ? 'float32' : 'float64';
  const hot = c.emit('oneHot', [indices], { depth, onValue: 1, offValue: 0, axis: -1, dtype });
  return { ...hot, flavor: tensor && c.keras !== 2 ? 'tensor' : 'numpy' };
});

/** As many classes as the labels have; in a survey of data that is not seen, a size of its own. */
function classCount(c: CallContext, given: TensorValue, indices: TensorValue): Dim {
  const holds = isSurvey(c) ? holdsOf(c, given) : undefined;
  if (holds?.kind === 'binary') return 2;
  if (holds?.kind === 'labels' && holds.classes !== null) return holds.classes;
  return isSurvey(c) && c.numbers(indices) === undefined ? CLASSES : largest(c, indices) + 1;
}

function largest(c: CallContext, indices: TensorValue): number {
  const numbers = c.numbers(indices);
  return numbers === undefined ? c.unknown('the number of classes of to_categorical') : Math.max(-1, ...Array.from(numbers));
}

const normalize = entry('x, axis=-1, order=2', (c, args) => {
  const m = new TensorMath(c);
  const x = args.tensor('x');
  if (args.value('x').kind === 'tensor' && x.flavor !== 'numpy')
    return delegate(c, 'keras.ops.normalize', [x, args.value('axis'), args.value('order')]);
  const floats = x.type.dtype === 'float64' ? x : m.cast(x, 'float64');
  const order = args.number('order');
  const norm = m.pow(m.sum(m.pow(m.abs(floats), order), args.axes('axis'), true), 1 / order);
  return { ...m.div(floats, m.where(m.equal(norm, 0), 1, norm)), flavor: 'numpy' };
});

/** A thing that only stands in the file: callbacks, optimizers, schedules. Its constructor takes anything. */
function bystander(type: string): ApiEntry {
  return entry('*args, **kwargs', (_c, args) => {
    const methods = new Map<string, ApiEntry>([
      ['apply_gradients', nothing()],
      ['apply', nothing()],
      ['minimize', nothing()],
      ['build', nothing()],
      ['get_config', entry('', () => ({ kind: 'dict', entries: new Map() }))],
    ]);
    return { kind: 'object', type, attributes: new Map(Object.entries(args.keywords)), methods };
  });
}

const standing = (module: string, names: string): ApiTable =>
  Object.fromEntries(names.split(' ').map((name) => [`keras.${module}.${name}`, bystander(`keras.${module}.${name}`)]));

const BYSTANDERS: ApiTable = {
  ...standing('optimizers', 'Adam AdamW SGD RMSprop Adagrad Adadelta Adamax Nadam Ftrl Lion Adafactor LossScaleOptimizer Optimizer get'),
  ...standing('optimizers.legacy', 'Adam SGD RMSprop Adagrad Adadelta Adamax Nadam Ftrl Optimizer'),
  ...standing(
    'optimizers.schedules',
    'ExponentialDecay PiecewiseConstantDecay PolynomialDecay InverseTimeDecay CosineDecay CosineDecayRestarts LearningRateSchedule',
  ),
  ...standing(
    'callbacks',
    'Callback EarlyStopping ModelCheckpoint TensorBoard ReduceLROnPlateau LearningRateScheduler CSVLogger LambdaCallback TerminateOnNaN BackupAndRestore History',
  ),
};

const SHARED: ApiTable = {
  'keras.utils.register_keras_serializable keras.saving.register_keras_serializable': register,
  'keras.utils.get_custom_objects keras.saving.get_custom_objects': entry('', (c) => customObjects(c)),
  'keras.utils.custom_object_scope keras.utils.CustomObjectScope keras.saving.custom_object_scope keras.saving.CustomObjectScope':
    scope('keras.utils.CustomObjectScope'),
  'keras.utils.serialize_keras_object keras.saving.serialize_keras_object': entry('obj', (c, args) =>
    delegate(c, 'keras.losses.serialize', [args.value('obj')]),
  ),
  'keras.utils.deserialize_keras_object keras.saving.deserialize_keras_object': entry(
    'config, custom_objects=None, safe_mode=True, **kwargs',
    (c, args) => {
      const value = args.value('config');
      return value.kind === 'dict' || value.kind === 'string' ? delegate(c, 'keras.losses.deserialize', [value]) : value;
    },
  ),
  'keras.utils.to_categorical': toCategorical,
  'keras.utils.normalize': normalize,
  'keras.utils.set_random_seed keras.utils.disable_interactive_logging keras.utils.enable_interactive_logging keras.utils.clear_session keras.utils.plot_model':
    nothing(),
  'keras.utils.is_keras_tensor': entry('x', (_c, args) =>
    boolean(args.value('x').kind === 'tensor' && (args.value('x') as TensorValue).flavor === 'symbolic'),
  ),
  ...BYSTANDERS,
};

export const KERAS_UTILS: ApiTable = SHARED;

const policy = (name: string): ObjectValue => ({
  kind: 'object',
  type: 'keras.DTypePolicy',
  attributes: new Map<string, Value>([
    ['name', string(name)],
    ['compute_dtype', string(name.startsWith('mixed_') ? name.slice(6) : name)],
    ['variable_dtype', string(name.startsWith('mixed_') ? 'float32' : name)],
  ]),
  methods: new Map(),
});

const MIXED: ApiTable = {
  'keras.mixed_precision.global_policy keras.mixed_precision.dtype_policy keras.config.dtype_policy keras.mixed_precision.global_dtype_policy':
    entry('', () => policy('float32')),
  'keras.mixed_precision.set_global_policy keras.mixed_precision.set_dtype_policy keras.config.set_dtype_policy keras.mixed_precision.set_global_dtype_policy':
    nothing('policy'),
  'keras.mixed_precision.Policy keras.mixed_precision.DTypePolicy keras.DTypePolicy': entry('name', (_c, args) =>
    policy(args.string('name')),
  ),
};

export const KERAS2_UTILS: ApiTable = MIXED;

/** A number that the distribution takes, or a gap. */
const random = (distribution: string, c: CallContext, args: Args, a: number, b: number): TensorValue =>
  c.emit('random', [], {
    distribution,
    shape: args.shape('shape'),
    dtype: args.optionalDtype('dtype') ?? (distribution === 'uniformInt' ? 'int32' : 'float32'),
    seed: c.nextSeed(),
    a,
    b,
  });

const RANDOM: ApiTable = {
  'keras.random.normal': entry('shape, mean=0.0, stddev=1.0, dtype=None, seed=None', (c, args) =>
    random('normal', c, args, args.number('mean'), args.number('stddev')),
  ),
  'keras.random.uniform': entry('shape, minval=0.0, maxval=1.0, dtype=None, seed=None', (c, args) =>
    random('uniform', c, args, args.number('minval'), args.number('maxval')),
  ),
  'keras.random.truncated_normal': entry('shape, mean=0.0, stddev=1.0, dtype=None, seed=None', (c, args) =>
    random('truncatedNormal', c, args, args.number('mean'), args.number('stddev')),
  ),
  'keras.random.randint': entry("shape, minval, maxval, dtype='int32', seed=None", (c, args) =>
    random('uniformInt', c, args, args.number('minval'), args.number('maxval')),
  ),
  'keras.random.gamma': entry('shape, alpha, dtype=None, seed=None', (c, args) => random('gamma', c, args, args.number('alpha'), 1)),
  'keras.random.dropout': entry('inputs, rate, noise_shape=None, seed=None', (c, args) => {
    const m = new TensorMath(c);
    const [x, rate] = [args.tensor('inputs'), args.number('rate')];
    if (rate === 0) return x;
    if (rate >= 1) return c.wrap(c.build.zerosLike(x.node));
    const shape = args.value('noise_shape').kind === 'none' ? x.type.shape : args.shape('noise_shape');
    const kept = c.emit('random', [], { distribution: 'bernoulli', shape, dtype: x.type.dtype, seed: c.nextSeed(), a: 1 - rate, b: 0 });
    return m.mul(m.mul(x, 1 / (1 - rate)), kept);
  }),
  'keras.random.shuffle': entry('x, axis=0, seed=None', (c, args) => {
    const x = args.tensor('x');
    const axis = args.int('axis');
    const size =
      x.type.shape[axis < 0 ? axis + x.type.shape.length : axis] ??
      c.fail(failure('axis-out-of-range', 'shape', `axis ${axis} does not exist`), [x]);
    const keys = c.emit('random', [], { distribution: 'uniform', shape: [size], dtype: 'float32', seed: c.nextSeed(), a: 0, b: 1 });
    const order = c.emit('sortIndices', [keys], { axis: 0, direction: 'ascending', stable: true });
    return c.emit('gather', [x, order], { axis: axis < 0 ? axis + x.type.shape.length : axis, batchDims: 0 });
  }),
  'keras.random.categorical': entry("logits, num_samples, dtype='int32', seed=None", (c, args) =>
    delegate(c, 'tf.random.categorical', [args.value('logits'), args.value('num_samples')], { dtype: args.value('dtype') }),
  ),
  'keras.random.SeedGenerator': entry('seed=None, name=None, **kwargs', () => contextObject('keras.random.SeedGenerator')),
};

const CONFIG: ApiTable = {
  'keras.config.epsilon': entry('', () => float(EPSILON)),
  'keras.config.floatx': entry('', () => string('float32')),
  'keras.config.image_data_format': entry('', () => string('channels_last')),
  'keras.config.backend': entry('', () => string('tensorflow')),
  'keras.config.set_epsilon keras.config.set_floatx keras.config.set_image_data_format keras.config.enable_unsafe_deserialization keras.config.disable_traceback_filtering keras.config.enable_interactive_logging keras.config.disable_interactive_logging':
    nothing(),
  'keras.utils.standardize_dtype': entry('dtype', (_c, args) => string(args.dtype('dtype'))),
  'keras.version': entry('', () => string('3.15.1')),
  'keras.tree.map_structure': entry('func, *structures', (c, args) => mapStructure(c, args.value('func'), args.rest)),
  'keras.tree.flatten': entry('structure', (_c, args) => ({ kind: 'list', items: [...leaves(args.value('structure'))] })),
  'keras.name_scope': entry('name, **kwargs', () => contextObject('keras.name_scope')),
};

function mapStructure(c: CallContext, f: Value, structures: readonly Value[]): Value {
  const [first] = structures;
  if (first?.kind === 'tuple' || first?.kind === 'list') {
    const part = (value: Value, i: number): Value => (value.kind === 'tuple' || value.kind === 'list' ? (value.items[i] ?? NONE) : NONE);
    return {
      kind: first.kind,
      items: first.items.map((_, i) =>
        mapStructure(
          c,
          f,
          structures.map((value) => part(value, i)),
        ),
      ),
    };
  }
  if (first?.kind === 'dict') {
    const entries = [...first.entries].map(([key, item]) => {
      const parts = structures.map((value) => (value.kind === 'dict' ? (value.entries.get(key)?.value ?? NONE) : NONE));
      return [key, { key: item.key, value: mapStructure(c, f, parts) }] as const;
    });
    return { kind: 'dict', entries: new Map(entries) };
  }
  return c.call(f, structures);
}

function* leaves(value: Value): Generator<Value> {
  if (value.kind === 'tuple' || value.kind === 'list') for (const item of value.items) yield* leaves(item);
  else if (value.kind === 'dict') for (const item of value.entries.values()) yield* leaves(item.value);
  else yield value;
}

export const KERAS3_UTILS: ApiTable = { ...MIXED, ...CONFIG, ...RANDOM };
