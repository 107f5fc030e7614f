/** Owns how a measured number is shown to people: five significant digits, the same in terminal and panel. */

const DIGITS = 5;
/** Outside, a number with an exponent is shorter. */
const PLAIN = { from: 1e-4, to: 1e7 } as const;

export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  const size = Math.abs(rounded);
  return size === 0 || (size >= PLAIN.from && size < PLAIN.to) ? String(rounded) : rounded.toExponential();
}
