/** Owns arithmetic that gives 0 where plain arithmetic gives NaN: divideNoNan, multiplyNoNan, xlogy, xlog1py, xdivy. */
import { ANYTHING, holds } from '../../shape/range';
import type { Primitive } from '../primitive';
import { type BinaryGradient, binaryElementwise } from './binaryElementwise';
import { divideRange, multiplyRange } from './binaryRanges';
import { FLOATS_COMPLEX } from './inferring';
import { conjugate } from './sumToShape';

function oneWhereNonZero({ b, x }: BinaryGradient): number {
  return b.cast(b.emit('notEqual', [x, b.scalarLike(0, x)]), b.dtype(x));
}

export const SAFE_ARITHMETIC: readonly Primitive[] = [
  binaryElementwise({
    name: 'divideNoNan',
    raw: 'DivNoNan',
    allowed: FLOATS_COMPLEX,
    scalar: (x, y) => (y === 0 ? 0 : x / y),
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
    range: multiplyRange,
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
];
