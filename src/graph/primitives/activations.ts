/** Owns the activations, the roundings and the tests of single elements (isNan …, logicalNot). */
import { ANYTHING, increasing, interval } from '../../shape/range';
import type { Primitive } from '../primitive';
import { numberAttr } from './attrs';
import { type UnaryGradient, type UnarySpec, unary } from './elementwise';
import { type Allowed, BOOLEANS, FLOATS, INTEGERS, NUMBERS, REALS } from './inferring';

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const alphaOf = (attrs: UnaryGradient['attrs'], otherwise: number) => numberAttr(attrs, 'alpha', otherwise);

/** dy where x > limit, else what `otherwise` gives. */
function whereAbove({ b, x, dy }: UnaryGradient, limit: number, otherwise: number): number {
  return b.where(b.emit('greater', [x, b.scalarLike(limit, x)]), dy, otherwise);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function rounding(name: string, raw: string, scalar: (x: number) => number, allowed: Allowed): Primitive {
  const primitive = unary({ name, raw, allowed, scalar, range: (x) => ({ ...increasing(x, scalar), integral: true }), known: (x) => x });
  // Integers are whole already (TensorFlow's own kernel for them gives zeros through tfjs-node).
  return {
    ...primitive,
    kernel: (inputs, context) => (inputs[0]?.dtype === 'int32' ? inputs[0].clone() : primitive.kernel(inputs, context)),
  };
}

function test(name: string, raw: string, scalar: (x: number) => number): Primitive {
  return unary({ name, raw, allowed: FLOATS, output: () => 'bool', scalar, range: () => interval(0, 1, true) });
}

const ACTIVATIONS: readonly UnarySpec[] = [
  {
    name: 'sigmoid',
    raw: 'Sigmoid',
    scalar: sigmoid,
    gradient: ({ b, y, dy }) => b.multiply(dy, b.multiply(y, b.subtract(b.scalarLike(1, y), y))),
    range: (x) => increasing(x, sigmoid),
    wasm: (tf, x) => tf.sigmoid(x),
  },
  {
    name: 'logSigmoid',
    allowed: FLOATS,
    scalar: (x) => -softplus(-x),
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('sigmoid', [b.negate(x)])),
    range: (x) => increasing(x, (v) => -softplus(-v)),
  },
  {
    name: 'softplus',
    raw: 'Softplus',
    allowed: FLOATS,
    scalar: softplus,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('sigmoid', [x])),
    range: (x) => increasing(x, softplus),
  },
  {
    name: 'relu',
    raw: 'Relu',
    allowed: REALS,
    scalar: (x) => Math.max(x, 0),
    gradient: (g) => whereAbove(g, 0, g.b.scalarLike(0, g.dy)),
    range: (x) => increasing(x, (v) => Math.max(v, 0), true),
  },
  {
    name: 'relu6',
    raw: 'Relu6',
    allowed: REALS,
    scalar: (x) => Math.min(Math.max(x, 0), 6),
    gradient: (g) => {
      const zero = g.b.scalarLike(0, g.dy);
      return g.b.where(g.b.emit('less', [g.x, g.b.scalarLike(6, g.x)]), whereAbove(g, 0, zero), zero);
    },
    range: (x) => increasing(x, (v) => Math.min(Math.max(v, 0), 6), true),
  },
  {
    name: 'elu',
    allowed: FLOATS,
    scalar: (x, attrs) => (x > 0 ? x : alphaOf(attrs, 1) * Math.expm1(x)),
    // NaN is not on the curved side: TensorFlow hands dy on.
    gradient: ({ b, x, y, dy, attrs }) =>
      b.where(b.emit('lessEqual', [x, b.scalarLike(0, x)]), b.multiply(dy, b.add(y, b.scalarLike(alphaOf(attrs, 1), y))), dy),
    range: (x, attrs) => (alphaOf(attrs, 1) >= 0 ? increasing(x, (v) => (v > 0 ? v : alphaOf(attrs, 1) * Math.expm1(v))) : ANYTHING),
  },
  {
    name: 'selu',
    raw: 'Selu',
    allowed: FLOATS,
    scalar: (x) => (x < 0 ? SELU_SCALE_ALPHA * Math.expm1(x) : SELU_SCALE * x),
    gradient: ({ b, x, y, dy }) =>
      b.multiply(
        dy,
        b.where(b.emit('less', [x, b.scalarLike(0, x)]), b.add(y, b.scalarLike(SELU_SCALE_ALPHA, y)), b.scalarLike(SELU_SCALE, y)),
      ),
    range: (x) => increasing(x, (v) => (v < 0 ? SELU_SCALE_ALPHA * Math.expm1(v) : SELU_SCALE * v)),
  },
  {
    name: 'leakyRelu',
    raw: 'LeakyRelu',
    rawAttrs: (attrs) => ({ alpha: { type: 'float', value: alphaOf(attrs, 0.2) } }),
    allowed: FLOATS,
    scalar: (x, attrs) => (x > 0 ? x : alphaOf(attrs, 0.2) * x),
    gradient: (g) => whereAbove(g, 0, g.b.multiply(g.dy, g.b.scalarLike(alphaOf(g.attrs, 0.2), g.dy))),
    range: (x, attrs) => {
      const slope = alphaOf(attrs, 0.2);
      return slope >= 0 ? increasing(x, (v) => (v > 0 ? v : slope * v)) : ANYTHING;
    },
  },
];

const ELEMENT_TESTS: readonly Primitive[] = [
  test('isNan', 'IsNan', (x) => Number(Number.isNaN(x))),
  test('isInf', 'IsInf', (x) => Number(Math.abs(x) === Number.POSITIVE_INFINITY)),
  test('isFinite', 'IsFinite', (x) => Number(Number.isFinite(x))),
];

export const ACTIVATIONS_AND_ROUNDING: readonly Primitive[] = [
  ...ACTIVATIONS.map(unary),
  ...ELEMENT_TESTS,
  rounding('floor', 'Floor', Math.floor, FLOATS),
  rounding('ceil', 'Ceil', Math.ceil, FLOATS),
  rounding('round', 'Round', roundHalfEven, NUMBERS),
  unary({
    name: 'logicalNot',
    allowed: BOOLEANS,
    scalar: (x) => Number(x === 0),
    range: (x) => interval(1 - x.high, 1 - x.low, true),
  }),
  unary({ name: 'bitwiseNot', allowed: INTEGERS, scalar: (x) => ~x }),
];
