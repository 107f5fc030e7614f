/** Owns the broadcasting binary ops of arithmetic; comparisons and logic stand in comparison. */
import { addDims, type Dim, divideExactly, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import { isFloat } from '../../shape/dtype';
import { fromCorners, holds } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import type { Primitive } from '../primitive';
import { type BinaryGradient, binaryElementwise } from './binaryElementwise';
import { divideRange, multiplyRange, powerRange, squaredDifferenceRange } from './binaryRanges';
import { FLOATS, FLOATS_COMPLEX, NUMBERS, REALS } from './inferring';
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
    range: multiplyRange,
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
];
