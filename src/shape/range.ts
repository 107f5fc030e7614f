/** Owns intervals: the closed range of values that an expression can take, with integrality and the possibility of NaN. */

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** All values are whole numbers. */
  readonly integral: boolean;
  /** NaN is possible although no input was NaN. */
  readonly nan: boolean;
}

export const ANYTHING: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, integral: false, nan: false };

export function interval(low: number, high: number, integral = false): Interval {
  return { low, high, integral, nan: false };
}

export function point(value: number): Interval {
  return { low: value, high: value, integral: Number.isInteger(value), nan: Number.isNaN(value) };
}

export function union(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high), integral: a.integral && b.integral, nan: a.nan || b.nan };
}

export function holds(range: Interval, value: number): boolean {
  return range.low <= value && value <= range.high;
}

export function isPoint(range: Interval): boolean {
  return range.low === range.high && !range.nan;
}

/** The hull of the four corner results of a function that is monotone in each argument. NaN corners (inf - inf, 0 × inf) are left out. */
export function fromCorners(a: Interval, b: Interval, f: (x: number, y: number) => number): Interval {
  const corners = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)].filter((value) => !Number.isNaN(value));
  if (corners.length === 0) return ANYTHING;
  return { low: Math.min(...corners), high: Math.max(...corners), integral: a.integral && b.integral, nan: a.nan || b.nan };
}

/** The image of a non-decreasing function. */
export function increasing(a: Interval, f: (x: number) => number, integral = false): Interval {
  return { low: f(a.low), high: f(a.high), integral: integral && a.integral, nan: a.nan };
}
