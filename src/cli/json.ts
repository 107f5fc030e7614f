/** Owns how the command line writes JSON: numbers that JSON lacks as strings, single-precision numbers with as many digits as they have. */
import type { Range } from '../base/span';
import type { StoredArray } from '../batch/tensorData';

export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return shortest(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export function jsonNumbers(data: StoredArray): readonly JsonNumber[] {
  return Array.from(data as ArrayLike<number>, jsonNumber);
}

/** 0.1, not 0.10000000149011612: the shortest decimal that is the same float32; other numbers as they are. */
function shortest(value: number): number {
  if (Number.isInteger(value) || Math.fround(value) !== value) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

interface JsonRange {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** One-based. */
export function jsonRange({ start, end }: Range): JsonRange {
  return { start: { line: start.line + 1, column: start.column + 1 }, end: { line: end.line + 1, column: end.column + 1 } };
}
