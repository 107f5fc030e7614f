/** Owns the broadcasting binary ops of arithmetic; comparisons and logic stand in comparison. */
import { addDims, type Dim, divideExactly, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import { isFloat } from '../../shape/dtype';
import { ANYTHING, fromCorners, holds, type Interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import type { Primitive } from '../primitive';
import { type BinaryGradient, binaryElementwise } from './binaryElementwise';
import { FLOATS, FLOATS_COMPLEX, INTEGERS, NUMBERS, REALS } from './inferring';
import { conjugate } from './sumToShape';

/** x - y × floor(x / y): the sign of y, as Python's %. */
export function floorMod(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function nonZero(f: (x: number, y: number) => number): (x: number, y: number) => number {
  return (x, y) => {
    if (y === 0) throw new KernelError('value', 'Integer division by zero');
    return f(x, y);
  };
}

function integerPower(x: number, y: number): number {
  if (y < 0) throw new KernelError('value', 'Integers to negative integer powers are not allowed');
  let result = 1;
  for (let base = x, rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** C's pow: 1 to any power is 1, also NaN and infinity; -1 to ±infinity too. */
function floatPower(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

const maximum = (x: number, y: number) => Math.max(x, y);
const minimum = (x: number, y: number) => Math.min(x, y);

/** Ties go to x, as in TensorFlow: x >= y for maximum, x <= y for minimum. */
function selecting(comparison: 'greaterEqual' | 'lessEqual') {
  return ({ b, x, y, dy }: BinaryGradient): readonly [number, number] => {
    const zero = b.scalarLike(0, dy);
    const first = b.emit(comparison, [x, y]);
    return [b.where(first, dy, zero), b.where(first, zero, dy)];
  };
}

function knownExtreme(f: (x: number, y: number) => number) {
  return (x: Dim, y: Dim): Dim | undefined => {
    if (typeof x === 'number' && typeof y === 'number') return f(x, y);
    // A size is at least 1, so max(B, 1) is B and min(B, 1) is 1; nothing else is known.
    const [size, other] = typeof x === 'number' ? [y, x] : [x, y];
    return typeof other === 'number' && other <= 0 && isSize(size) ? (f(0, 1) === 1 ? size : other) : undefined;
  };
}

function isSize(dim: Dim): boolean {
  return typeof dim !== 'number' && dim.terms.every((term) => term.coefficient > 0);
}

const isFloatType = (types: readonly TensorType[]) => types[0] !== undefined && isFloat(types[0].dtype);

export function divideRange(x: Interval, y: Interval): Interval {
  if (!holds(y, 0)) return { ...fromCorners(x, y, (a, b) => a / b), integral: false };
  // Division by zero: infinite, and 0 / 0 is NaN.
  const nan = x.nan || y.nan || holds(x, 0);
  if (x.low >= 0 && y.low >= 0) return { low: x.low / y.high || 0, high: Number.POSITIVE_INFINITY, integral: false, nan };
  return { ...ANYTHING, nan };
}

function powerRange(x: Interval, y: Interval): Interval {
  if (x.low >= 0) return fromCorners(x, y, (a, b) => a ** b);
  const even = y.low === y.high && y.integral && y.low % 2 === 0 && y.low >= 0;
  if (even) {
    const low = holds(x, 0) ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high)) ** y.low;
    return { low, high: Math.max(Math.abs(x.low), Math.abs(x.high)) ** y.low, integral: x.integral, nan: x.nan };
  }
  return { ...ANYTHING, nan: x.nan || y.nan || !(y.integral || x.integral) || !y.integral };
}

function squaredDifferenceRange(x: Interval, y: Interval): Interval {
  const difference = fromCorners(x, y, (a, b) => a - b);
  const corners = [difference.low ** 2, difference.high ** 2];
  return { ...difference, low: holds(difference, 0) ? 0 : Math.min(...corners), high: Math.max(...corners) };
}

const divideNoNan = (x: number, y: number) => (y === 0 ? 0 : x / y);

const multiplyCorners = (x: Interval, y: Interval): Interval => {
  // 0 × infinity is a limit that is never reached by finite values: 0.
  const hull = fromCorners(x, y, (a, b) => (a === 0 || b === 0 ? 0 : a * b));
  return hull;
};

export const BINARY: readonly Primitive[] = [
  binaryElementwise({
    name: 'add',
    raw: 'AddV2',
    allowed: NUMBERS,
    scalar: (x, y) => x + y,
    gradient: ({ dy }) => [dy, dy],
    range: (x, y) => fromCorners(x, y, (a, b) => a + b),
    known: addDims,
    wasm: (tf, x, y) => tf.add(x, y),
    complex: (tf, x, y) => tf.add(x, y),
  }),
  binaryElementwise({
    name: 'subtract',
    raw: 'Sub',
    allowed: NUMBERS,
    scalar: (x, y) => x - y,
    gradient: ({ b, dy }) => [dy, b.negate(dy)],
    range: (x, y) => fromCorners(x, y, (a, b) => a - b),
    known: subtractDims,
    wasm: (tf, x, y) => tf.sub(x, y),
    complex: (tf, x, y) => tf.sub(x, y),
  }),
  binaryElementwise({
    name: 'multiply',
    raw: 'Mul',
    allowed: NUMBERS,
    scalar: (x, y) => x * y,
    integer: Math.imul,
    gradient: ({ b, x, y, dy }) => [b.multiply(dy, conjugate(b, y)), b.multiply(conjugate(b, x), dy)],
    range: multiplyCorners,
    known: multiplyDims,
    wasm: (tf, x, y) => tf.mul(x, y),
    complex: (tf, x, y) => tf.mul(x, y),
  }),
  binaryElementwise({
    name: 'divide',
    raw: 'RealDiv',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => x / y,
    gradient: ({ b, x, y, dy }) => {
      const divisor = conjugate(b, y);
      const quotient = b.divide(b.negate(conjugate(b, x)), divisor);
      return [b.divide(dy, divisor), b.multiply(dy, b.divide(quotient, divisor))];
    },
    range: divideRange,
    wasm: (tf, x, y) => tf.div(x, y),
    complex: (tf, x, y) => {
      const conjugated = tf.complex(tf.real(y), tf.neg(tf.imag(y)));
      const product = tf.mul(x, conjugated);
      const norm = tf.add(tf.square(tf.real(y)), tf.square(tf.imag(y)));
      return tf.complex(tf.div(tf.real(product), norm), tf.div(tf.imag(product), norm));
    },
  }),
  binaryElementwise({
    name: 'floorDivide',
    raw: 'FloorDiv',
    allowed: REALS,
    scalar: (x, y) => Math.floor(x / y),
    integer: nonZero((x, y) => Math.floor(x / y)),
    range: (x, y, types) => {
      const exact = divideRange(x, y);
      return { low: Math.floor(exact.low), high: Math.floor(exact.high), integral: true, nan: isFloatType(types) && exact.nan };
    },
    known: (x, y) => (y === 0 ? undefined : typeof y === 'number' && y < 0 ? divideExactly(x, y) : floorDivideDims(x, y)),
  }),
  binaryElementwise({
    name: 'mod',
    raw: 'FloorMod',
    allowed: REALS,
    scalar: floorMod,
    integer: nonZero(floorMod),
    gradient: ({ b, x, y, dy }) => [dy, b.multiply(dy, b.negate(b.emit('floorDivide', [x, y])))],
    range: (x, y, types) => {
      const nan = isFloatType(types) && (x.nan || y.nan || holds(y, 0));
      return { low: Math.min(0, y.low), high: Math.max(0, y.high), integral: x.integral && y.integral, nan };
    },
    known: (x, y) => {
      if (typeof y !== 'number' || y === 0) return undefined;
      if (typeof x === 'number') return floorMod(x, y);
      return divideExactly(x, y) === undefined ? subtractDims(x, multiplyDims(y, floorDivideDims(x, y))) : 0;
    },
  }),
  binaryElementwise({
    name: 'truncateMod',
    raw: 'TruncateMod',
    allowed: REALS,
    scalar: (x, y) => x % y,
    integer: nonZero((x, y) => x % y),
  }),
  binaryElementwise({
    name: 'power',
    raw: 'Pow',
    allowed: NUMBERS,
    scalar: floatPower,
    integer: integerPower,
    gradient: ({ b, x, y, output, dy }) => {
      const [base, exponent] = [conjugate(b, x), conjugate(b, y)];
      const one = b.scalarLike(1, exponent);
      const dx = b.multiply(b.multiply(dy, exponent), b.emit('power', [base, b.subtract(exponent, one)]));
      // No real value makes sense where x < 0, and none is needed where x = 0: TensorFlow gives 0.
      const mask = isFloat(b.dtype(x))
        ? b.emit('greater', [base, b.scalarLike(0, base)])
        : b.emit('notEqual', [base, b.scalarLike(0, base)]);
      const safe = b.where(mask, base, b.scalarLike(1, base));
      const log = b.where(mask, b.emit('log', [safe]), b.scalarLike(0, base));
      return [dx, b.multiply(b.multiply(dy, conjugate(b, output)), log)];
    },
    range: powerRange,
    known: (x, y) => (typeof x === 'number' && typeof y === 'number' && y >= 0 ? x ** y : undefined),
  }),
  binaryElementwise({
    name: 'maximum',
    raw: 'Maximum',
    allowed: REALS,
    scalar: maximum,
    gradient: selecting('greaterEqual'),
    range: (x, y) => fromCorners(x, y, maximum),
    known: knownExtreme(maximum),
  }),
  binaryElementwise({
    name: 'minimum',
    raw: 'Minimum',
    allowed: REALS,
    scalar: minimum,
    gradient: selecting('lessEqual'),
    range: (x, y) => fromCorners(x, y, minimum),
    known: knownExtreme(minimum),
  }),
  binaryElementwise({
    name: 'atan2',
    raw: 'Atan2',
    allowed: FLOATS,
    scalar: Math.atan2,
    gradient: ({ b, x: y, y: x, dy }) => {
      const scaled = b.divide(dy, b.add(b.emit('square', [y]), b.emit('square', [x])));
      return [b.multiply(x, scaled), b.multiply(b.negate(y), scaled)];
    },
    range: (x, y) => ({ low: -Math.PI, high: Math.PI, integral: false, nan: x.nan || y.nan }),
  }),
  binaryElementwise({
    name: 'squaredDifference',
    raw: 'SquaredDifference',
    allowed: NUMBERS,
    scalar: (x, y) => (x - y) * (x - y),
    integer: (x, y) => Math.imul(x - y, x - y),
    gradient: ({ b, x, y, dy }) => {
      const dx = b.multiply(b.multiply(b.scalarLike(2, dy), dy), b.subtract(x, y));
      return [dx, b.negate(dx)];
    },
    range: squaredDifferenceRange,
  }),
  binaryElementwise({
    name: 'divideNoNan',
    raw: 'DivNoNan',
    allowed: FLOATS_COMPLEX,
    scalar: divideNoNan,
    gradient: ({ b, x, y, dy }) => {
      const [top, bottom] = [conjugate(b, x), conjugate(b, y)];
      const safe = (n: number, d: number) => b.emit('divideNoNan', [n, d]);
      return [safe(dy, bottom), b.multiply(dy, safe(safe(b.negate(top), bottom), bottom))];
    },
    range: (x, y) => {
      const exact = divideRange(x, y);
      return holds(y, 0) ? { ...exact, low: Math.min(exact.low, 0), high: Math.max(exact.high, 0), nan: x.nan || y.nan } : exact;
    },
  }),
  binaryElementwise({
    name: 'multiplyNoNan',
    raw: 'MulNoNan',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => (y === 0 ? 0 : x * y),
    gradient: ({ b, x, y, dy }) => [b.emit('multiplyNoNan', [dy, y]), b.emit('multiplyNoNan', [x, dy])],
    range: multiplyCorners,
  }),
  binaryElementwise({
    name: 'xlogy',
    raw: 'Xlogy',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => (x === 0 ? 0 : x * Math.log(y)),
    gradient: (g) => [g.b.multiply(g.b.emit('xlogy', [oneWhereNonZero(g), g.y]), g.dy), g.b.multiply(g.b.emit('xdivy', [g.x, g.y]), g.dy)],
    range: (x, y) => ({ ...ANYTHING, nan: x.nan || y.nan || y.low < 0 }),
  }),
  binaryElementwise({
    name: 'xlog1py',
    raw: 'Xlog1py',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => (x === 0 ? 0 : x * Math.log1p(y)),
    gradient: (g) => {
      const onePlus = g.b.add(g.y, g.b.scalarLike(1, g.y));
      return [g.b.multiply(g.b.emit('xlog1py', [oneWhereNonZero(g), g.y]), g.dy), g.b.multiply(g.b.emit('xdivy', [g.x, onePlus]), g.dy)];
    },
    range: (x, y) => ({ ...ANYTHING, nan: x.nan || y.nan || y.low < -1 }),
  }),
  binaryElementwise({
    name: 'xdivy',
    raw: 'Xdivy',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => (x === 0 ? 0 : x / y),
    gradient: (g) => {
      const { b, x, y, dy } = g;
      return [
        b.multiply(b.emit('xdivy', [oneWhereNonZero(g), y]), dy),
        b.multiply(b.emit('xdivy', [b.negate(x), b.emit('square', [y])]), dy),
      ];
    },
    range: (x, y) => ({ ...divideRange(x, y), nan: x.nan || y.nan }),
  }),
  binaryElementwise({
    name: 'nextAfter',
    allowed: FLOATS,
    scalar: nextAfter,
    raw: 'NextAfter',
    gradient: ({ b, y, dy }) => [dy, b.zerosLike(y)],
    range: (x) => x,
  }),
  bitwise('bitwiseAnd', 'BitwiseAnd', (x, y) => x & y),
  bitwise('bitwiseOr', 'BitwiseOr', (x, y) => x | y),
  bitwise('bitwiseXor', 'BitwiseXor', (x, y) => x ^ y),
  bitwise('leftShift', 'LeftShift', (x, y) => x << y),
  bitwise('rightShift', 'RightShift', (x, y) => x >> y),
];

function bitwise(name: string, raw: string, scalar: (x: number, y: number) => number): Primitive {
  return binaryElementwise({ name, raw, allowed: INTEGERS, scalar });
}

function oneWhereNonZero({ b, x }: BinaryGradient): number {
  return b.cast(b.emit('notEqual', [x, b.scalarLike(0, x)]), b.dtype(x));
}

/** The float32 next to x in the direction of y. */
function nextAfter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149);
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  view.setInt32(0, view.getInt32(0) + (y > x === x > 0 ? 1 : -1));
  return view.getFloat32(0);
}
