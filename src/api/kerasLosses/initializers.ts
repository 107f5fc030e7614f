/** Owns keras.initializers: objects that make a tensor of a shape. Random ones are random nodes, seeded and marked. */
import type { Attrs } from '../../graph/graph';
import { type Dim, productOfDims } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { ObjectValue, TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { TensorMath } from './tensorMath';

type Maker = (c: CallContext, shape: Shape, dtype: DType) => TensorValue;

function initializer(name: string, make: Maker): ObjectValue {
  return {
    kind: 'object',
    type: `keras.initializers.${name}`,
    attributes: new Map(),
    methods: new Map(),
    call: entry('shape, dtype=None, **kwargs', (c, args) => make(c, args.shape('shape'), args.optionalDtype('dtype') ?? 'float32')),
  };
}

const filled =
  (value: number): Maker =>
  (c, shape, dtype) =>
    c.wrap(c.build.fill(value, shape, dtype));

function random(c: CallContext, distribution: string, shape: Shape, dtype: DType, a: number, b: number): TensorValue {
  const attrs: Attrs = { distribution, shape, dtype, seed: c.nextSeed(), a, b };
  return c.emit('random', [], attrs);
}

/** Inputs and outputs of a weight: a kernel's receptive field counts with both. */
function fans(shape: Shape): readonly [number, number] {
  const size = (dims: readonly Dim[]): number => {
    const product = productOfDims(dims);
    return typeof product === 'number' ? product : 1;
  };
  if (shape.length < 2) return [size(shape), size(shape)];
  const field = size(shape.slice(0, -2));
  return [size(shape.slice(-2, -1)) * field, size(shape.slice(-1)) * field];
}

type Mode = 'fan_in' | 'fan_out' | 'fan_avg';

function scaled(scale: number, mode: Mode, distribution: string): Maker {
  return (c, shape, dtype) => {
    const [inputs, outputs] = fans(shape);
    const count = mode === 'fan_in' ? inputs : mode === 'fan_out' ? outputs : (inputs + outputs) / 2;
    const variance = scale / Math.max(1, count);
    if (distribution === 'uniform') return random(c, 'uniform', shape, dtype, -Math.sqrt(3 * variance), Math.sqrt(3 * variance));
    // A truncated normal has a smaller deviation than the one it is cut from.
    const deviation = Math.sqrt(variance) / (distribution === 'untruncated_normal' ? 1 : 0.8796256610342398);
    return random(c, distribution === 'untruncated_normal' ? 'normal' : 'truncatedNormal', shape, dtype, 0, deviation);
  };
}

const fixed = (name: string, make: Maker): ApiEntry => entry('*args, **kwargs', () => initializer(name, make));
const given = (signature: string, name: string, make: (args: Args) => Maker): ApiEntry =>
  entry(signature, (_c, args) => initializer(name, make(args)));

const ENTRIES: Readonly<Record<string, ApiEntry>> = {
  'Zeros zeros': fixed('Zeros', filled(0)),
  'Ones ones': fixed('Ones', filled(1)),
  'Constant constant': given('value=0.0', 'Constant', (args) => filled(args.number('value'))),
  'RandomNormal random_normal': given('mean=0.0, stddev=0.05, seed=None', 'RandomNormal', (args) => {
    const [mean, deviation] = [args.number('mean'), args.number('stddev')];
    return (c, shape, dtype) => random(c, 'normal', shape, dtype, mean, deviation);
  }),
  'RandomUniform random_uniform': given('minval=-0.05, maxval=0.05, seed=None', 'RandomUniform', (args) => {
    const [low, high] = [args.number('minval'), args.number('maxval')];
    return (c, shape, dtype) => random(c, 'uniform', shape, dtype, low, high);
  }),
  'TruncatedNormal truncated_normal': given('mean=0.0, stddev=0.05, seed=None', 'TruncatedNormal', (args) => {
    const [mean, deviation] = [args.number('mean'), args.number('stddev')];
    return (c, shape, dtype) => random(c, 'truncatedNormal', shape, dtype, mean, deviation);
  }),
  'VarianceScaling variance_scaling': given(
    "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None",
    'VarianceScaling',
    (args) => scaled(args.number('scale'), args.string('mode') as Mode, args.string('distribution')),
  ),
  'GlorotUniform glorot_uniform': fixed('GlorotUniform', scaled(1, 'fan_avg', 'uniform')),
  'GlorotNormal glorot_normal': fixed('GlorotNormal', scaled(1, 'fan_avg', 'truncated_normal')),
  'HeUniform he_uniform': fixed('HeUniform', scaled(2, 'fan_in', 'uniform')),
  'HeNormal he_normal': fixed('HeNormal', scaled(2, 'fan_in', 'truncated_normal')),
  'LecunUniform lecun_uniform': fixed('LecunUniform', scaled(1, 'fan_in', 'uniform')),
  'LecunNormal lecun_normal': fixed('LecunNormal', scaled(1, 'fan_in', 'truncated_normal')),
  'Orthogonal orthogonal OrthogonalInitializer': given('gain=1.0, seed=None', 'Orthogonal', () =>
    scaled(1, 'fan_avg', 'untruncated_normal'),
  ),
  'Identity identity IdentityInitializer': given('gain=1.0', 'Identity', (args) => {
    const gain = args.number('gain');
    return (c, shape, dtype) => {
      const m = new TensorMath(c);
      const places = (axis: 0 | 1) =>
        c.emit('expandDims', [c.emit('range', [], { start: 0, step: 1, size: shape[axis] ?? 1, dtype: 'int32' })], {
          axis: axis === 0 ? 1 : 0,
        });
      return m.mul(m.cast(m.equal(places(0), places(1)), dtype), gain);
    };
  }),
};

/** What TensorFlow calls the same outside of Keras. */
const TENSORFLOW_NAMES: Readonly<Record<string, string>> = {
  Zeros: 'tf.zeros_initializer',
  Ones: 'tf.ones_initializer',
  Constant: 'tf.constant_initializer',
  RandomNormal: 'tf.random_normal_initializer',
  RandomUniform: 'tf.random_uniform_initializer',
  TruncatedNormal: 'tf1.truncated_normal_initializer',
  GlorotUniform: 'tf1.glorot_uniform_initializer',
  GlorotNormal: 'tf1.glorot_normal_initializer',
  VarianceScaling: 'tf1.variance_scaling_initializer',
  Orthogonal: 'tf1.orthogonal_initializer',
};

export const INITIALIZERS: ApiTable = Object.fromEntries(
  Object.entries(ENTRIES).map(([names, made]) => [
    names
      .split(' ')
      .flatMap((name) => [`keras.initializers.${name}`, ...(TENSORFLOW_NAMES[name]?.split(' ') ?? [])])
      .join(' '),
    made,
  ]),
);

/** The initializer that a layer names by a string. */
export function initializerNamed(name: string): ApiEntry | undefined {
  return Object.entries(ENTRIES).find(([names]) => names.split(' ').includes(name))?.[1];
}
