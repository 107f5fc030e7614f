/** Owns the emulation of element types that tfjs lacks: halves are rounded, small integers wrap. */
import type { DType } from '../shape/dtype';

type Emulated = (value: number) => number;

const bits = new DataView(new ArrayBuffer(4));

/** The nearest bfloat16, ties to even. */
export function toBfloat16(value: number): number {
  if (Number.isNaN(value)) return value;
  bits.setFloat32(0, value);
  const whole = bits.getUint32(0);
  bits.setUint32(0, (whole + 0x7fff + ((whole >>> 16) & 1)) & 0xffff0000);
  return bits.getFloat32(0);
}

/** The nearest float16, ties to even; beyond the largest, infinity. */
export function toFloat16(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0) || size === Number.POSITIVE_INFINITY) return value;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const step = 2 ** (exponent - 10);
  const rounded = halfEven(size / step) * step;
  return Math.sign(value) * (rounded >= 65520 ? Number.POSITIVE_INFINITY : rounded);
}

function halfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** What a stored element becomes in its real type; types that tfjs stores as they are have none. */
export const EMULATED: Partial<Record<DType, Emulated>> = {
  float16: toFloat16,
  bfloat16: toBfloat16,
  int8: (value) => (value << 24) >> 24,
  int16: (value) => (value << 16) >> 16,
  uint8: (value) => value & 0xff,
  uint16: (value) => value & 0xffff,
};
