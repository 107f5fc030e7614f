/** Owns the interval rules of binary arithmetic. */
import { ANYTHING, fromCorners, holds, type Interval } from '../../shape/range';

export function divideRange(x: Interval, y: Interval): Interval {
  if (!holds(y, 0)) return { ...fromCorners(x, y, (a, b) => a / b), integral: false };
  // Division by zero: infinite, and 0 / 0 is NaN.
  const nan = x.nan || y.nan || holds(x, 0);
  if (x.low >= 0 && y.low >= 0) return { low: x.low / y.high || 0, high: Number.POSITIVE_INFINITY, integral: false, nan };
  return { ...ANYTHING, nan };
}

export function powerRange(x: Interval, y: Interval): Interval {
  if (x.low >= 0) return fromCorners(x, y, (a, b) => a ** b);
  const even = y.low === y.high && y.integral && y.low % 2 === 0 && y.low >= 0;
  if (even) {
    const low = holds(x, 0) ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high)) ** y.low;
    return { low, high: Math.max(Math.abs(x.low), Math.abs(x.high)) ** y.low, integral: x.integral, nan: x.nan };
  }
  return { ...ANYTHING, nan: x.nan || y.nan || !y.integral };
}

export function squaredDifferenceRange(x: Interval, y: Interval): Interval {
  const difference = fromCorners(x, y, (a, b) => a - b);
  const corners = [difference.low ** 2, difference.high ** 2];
  return { ...difference, low: holds(difference, 0) ? 0 : Math.min(...corners), high: Math.max(...corners) };
}

/** 0 × infinity is a limit that finite values never reach: 0. */
export function multiplyRange(x: Interval, y: Interval): Interval {
  return fromCorners(x, y, (a, b) => (a === 0 || b === 0 ? 0 : a * b));
}
