/** Owns what works on the bits of numbers: bitwise logic, shifts, and the neighbouring float. */
import type { Primitive } from '../primitive';
import { binaryElementwise } from './binaryElementwise';
import { FLOATS, INTEGERS } from './inferring';

function bitwise(name: string, raw: string, scalar: (x: number, y: number) => number): Primitive {
  return binaryElementwise({ name, raw, allowed: INTEGERS, scalar });
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

export const BITWISE: readonly Primitive[] = [
  bitwise('bitwiseAnd', 'BitwiseAnd', (x, y) => x & y),
  bitwise('bitwiseOr', 'BitwiseOr', (x, y) => x | y),
  bitwise('bitwiseXor', 'BitwiseXor', (x, y) => x ^ y),
  bitwise('leftShift', 'LeftShift', (x, y) => x << y),
  bitwise('rightShift', 'RightShift', (x, y) => x >> y),
  binaryElementwise({
    name: 'nextAfter',
    allowed: FLOATS,
    scalar: nextAfter,
    raw: 'NextAfter',
    gradient: ({ b, y, dy }) => [dy, b.zerosLike(y)],
    range: (x) => x,
  }),
];
