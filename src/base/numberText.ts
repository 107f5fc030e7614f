/** Owns how a measured number is shown to people: five significant digits, the same in terminal and panel. */

const DIGITS = 5;

export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : String(value);
}
