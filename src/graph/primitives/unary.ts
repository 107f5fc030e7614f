/** Owns the unary elementwise ops of arithmetic, exponentials and trigonometry; activations, rounding and tests of elements stand in activations. */

import { negateDim } from '../../shape/dim';
import { isComplex } from '../../shape/dtype';
import { ANYTHING, type Interval, increasing } from '../../shape/range';
import type { GraphBuilder } from '../build';
import type { NodeId } from '../graph';
import type { Primitive } from '../primitive';
import { type UnaryGradient, unary } from './elementwise';
import { NUMBERS, SIGNED } from './inferring';
import { conjugate } from './sumToShape';

type Rule = (context: UnaryGradient) => number;

/** dy × derivative, where the derivative is op(x). */
const times =
  (op: string): Rule =>
  ({ b, x, dy }) =>
    b.multiply(dy, b.emit(op, [conjugate(b, x)]));

/** f is increasing on [low, high]; outside it is NaN. */
function within(x: Interval, low: number, high: number, f: (x: number) => number): Interval {
  const image = { low: f(Math.min(Math.max(x.low, low), high)), high: f(Math.max(Math.min(x.high, high), low)) };
  return { ...image, integral: false, nan: x.nan || x.low < low || x.high > high };
}

/** f is even and increasing for positive arguments. */
function even(x: Interval, f: (x: number) => number, integral = false): Interval {
  const low = x.low <= 0 && x.high >= 0 ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high));
  return { low: f(low), high: f(Math.max(Math.abs(x.low), Math.abs(x.high))), integral: integral && x.integral, nan: x.nan };
}

function bounded(x: Interval, low: number, high: number): Interval {
  return { low, high, integral: false, nan: x.nan || !Number.isFinite(x.low) || !Number.isFinite(x.high) };
}

function reciprocalRange(x: Interval): Interval {
  if (x.low > 0 || x.high < 0) return { low: 1 / x.high, high: 1 / x.low, integral: false, nan: x.nan };
  if (x.low === 0) return { low: 1 / x.high, high: Number.POSITIVE_INFINITY, integral: false, nan: x.nan };
  return { ...ANYTHING, nan: x.nan };
}

const oneMinusSquare = ({ b, x, dy }: UnaryGradient) => b.subtract(b.scalarLike(1, dy), b.emit('square', [conjugate(b, x)]));
/** 1 / sqrt(1 - x²). */
const arcFactor = (g: UnaryGradient) => g.b.emit('reciprocal', [g.b.emit('sqrt', [oneMinusSquare(g)])]);
/** dy × derivative, but 0 where dy is 0 whatever the derivative: so TensorFlow's kernels SqrtGrad, RsqrtGrad and InvGrad begin. */
const unlessZero = (b: GraphBuilder, dy: NodeId, derivative: NodeId) =>
  isComplex(b.dtype(dy)) ? b.multiply(dy, derivative) : b.emit('multiplyNoNan', [derivative, dy]);
const half = (g: UnaryGradient, value = 0.5) => g.b.multiply(g.dy, g.b.scalarLike(value, g.dy));

export const UNARY: readonly Primitive[] = [
  unary({
    name: 'negate',
    raw: 'Neg',
    allowed: SIGNED,
    scalar: (x) => -x,
    gradient: ({ b, dy }) => b.negate(dy),
    range: (x) => ({ ...x, low: 0 - x.high, high: 0 - x.low }),
    known: negateDim,
    wasm: (tf, x) => tf.neg(x),
  }),
  unary({
    name: 'square',
    raw: 'Square',
    allowed: NUMBERS,
    scalar: (x) => x * x,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.multiply(conjugate(b, x), b.scalarLike(2, x))),
    range: (x) => even(x, (v) => v * v, true),
    wasm: (tf, x) => tf.square(x),
  }),
  unary({
    name: 'reciprocal',
    raw: 'Reciprocal',
    scalar: (x) => 1 / x,
    gradient: ({ b, y, dy }) => unlessZero(b, b.negate(dy), b.emit('square', [conjugate(b, y)])),
    range: reciprocalRange,
    wasm: (tf, x) => tf.reciprocal(x),
  }),
  unary({
    name: 'sqrt',
    raw: 'Sqrt',
    scalar: Math.sqrt,
    gradient: (g) => unlessZero(g.b, half(g), g.b.emit('reciprocal', [conjugate(g.b, g.y)])),
    range: (x) => within(x, 0, Number.POSITIVE_INFINITY, Math.sqrt),
    wasm: (tf, x) => tf.sqrt(x),
  }),
  unary({
    name: 'rsqrt',
    raw: 'Rsqrt',
    scalar: (x) => 1 / Math.sqrt(x),
    // TensorFlow's kernel: y² × y × (-0.5 dy), in this order (inf and zero meet otherwise).
    gradient: (g) => {
      const y = conjugate(g.b, g.y);
      return unlessZero(g.b, half(g, -0.5), g.b.multiply(y, g.b.multiply(y, y)));
    },
    range: (x) => {
      const root = within(x, 0, Number.POSITIVE_INFINITY, Math.sqrt);
      return { ...reciprocalRange(root), nan: root.nan };
    },
    wasm: (tf, x) => tf.rsqrt(x),
  }),
  unary({
    name: 'exp',
    raw: 'Exp',
    scalar: Math.exp,
    gradient: ({ b, y, dy }) => b.multiply(dy, conjugate(b, y)),
    range: (x) => increasing(x, Math.exp),
    wasm: (tf, x) => tf.exp(x),
  }),
  unary({ name: 'expm1', raw: 'Expm1', scalar: Math.expm1, gradient: times('exp'), range: (x) => increasing(x, Math.expm1) }),
  unary({
    name: 'log',
    raw: 'Log',
    scalar: Math.log,
    gradient: times('reciprocal'),
    range: (x) => within(x, 0, Number.POSITIVE_INFINITY, Math.log),
    wasm: (tf, x) => tf.log(x),
  }),
  unary({
    name: 'log1p',
    raw: 'Log1p',
    scalar: Math.log1p,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('reciprocal', [b.add(b.scalarLike(1, x), conjugate(b, x))])),
    range: (x) => within(x, -1, Number.POSITIVE_INFINITY, Math.log1p),
  }),
  unary({ name: 'sin', raw: 'Sin', scalar: Math.sin, gradient: times('cos'), range: (x) => bounded(x, -1, 1), wasm: (tf, x) => tf.sin(x) }),
  unary({
    name: 'cos',
    raw: 'Cos',
    scalar: Math.cos,
    gradient: ({ b, x, dy }) => b.multiply(b.negate(dy), b.emit('sin', [conjugate(b, x)])),
    range: (x) => bounded(x, -1, 1),
    wasm: (tf, x) => tf.cos(x),
  }),
  unary({
    name: 'tan',
    raw: 'Tan',
    scalar: Math.tan,
    gradient: ({ b, x, dy }) => b.multiply(b.emit('square', [b.emit('reciprocal', [b.emit('cos', [conjugate(b, x)])])]), dy),
    range: (x) => bounded(x, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  }),
  unary({
    name: 'asin',
    raw: 'Asin',
    scalar: Math.asin,
    gradient: (g) => g.b.multiply(g.dy, arcFactor(g)),
    range: (x) => within(x, -1, 1, Math.asin),
  }),
  unary({
    name: 'acos',
    raw: 'Acos',
    scalar: Math.acos,
    gradient: (g) => g.b.multiply(g.b.negate(g.dy), arcFactor(g)),
    range: (x) => {
      const mirrored = within(x, -1, 1, (v) => -Math.acos(v));
      return { ...mirrored, low: -mirrored.high, high: -mirrored.low };
    },
  }),
  unary({
    name: 'atan',
    raw: 'Atan',
    scalar: Math.atan,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('reciprocal', [b.add(b.scalarLike(1, dy), b.emit('square', [conjugate(b, x)]))])),
    range: (x) => increasing(x, Math.atan),
  }),
  unary({ name: 'sinh', raw: 'Sinh', scalar: Math.sinh, gradient: times('cosh'), range: (x) => increasing(x, Math.sinh) }),
  unary({ name: 'cosh', raw: 'Cosh', scalar: Math.cosh, gradient: times('sinh'), range: (x) => even(x, Math.cosh) }),
  unary({
    name: 'tanh',
    raw: 'Tanh',
    scalar: Math.tanh,
    gradient: ({ b, y, dy }) => {
      const conjugated = conjugate(b, y);
      return b.multiply(dy, b.subtract(b.scalarLike(1, dy), b.multiply(conjugated, conjugated)));
    },
    range: (x) => increasing(x, Math.tanh),
    wasm: (tf, x) => tf.tanh(x),
  }),
  unary({
    name: 'asinh',
    raw: 'Asinh',
    scalar: Math.asinh,
    gradient: ({ b, y, dy }) => b.divide(dy, b.emit('cosh', [conjugate(b, y)])),
    range: (x) => increasing(x, Math.asinh),
  }),
  unary({
    name: 'acosh',
    raw: 'Acosh',
    scalar: Math.acosh,
    gradient: ({ b, y, dy }) => b.divide(dy, b.emit('sinh', [conjugate(b, y)])),
    range: (x) => within(x, 1, Number.POSITIVE_INFINITY, Math.acosh),
  }),
  unary({
    name: 'atanh',
    raw: 'Atanh',
    scalar: Math.atanh,
    gradient: (g) => g.b.multiply(g.dy, g.b.emit('reciprocal', [oneMinusSquare(g)])),
    range: (x) => within(x, -1, 1, Math.atanh),
  }),
  unary({
    name: 'sign',
    raw: 'Sign',
    allowed: SIGNED,
    scalar: Math.sign,
    gradient: ({ b, x }) => b.zerosLike(x),
    range: (x) => ({ ...increasing(x, Math.sign), integral: true }),
  }),
];
