/** Owns moving what was made of a piece of text to where that piece stands after an edit. */
import type { Span } from './span';

/** What each moved value was made from. */
const ORIGINALS = new WeakMap<object, object>();

/** A copy whose spans all lie `by` further: `value` is plain data that holds each object once. */
export function movedBy<T extends object>(value: T, by: number): T {
  if (by === 0) return value;
  const original = originalOf(value);
  const moved = copied(value, by) as T;
  ORIGINALS.set(moved, original);
  return moved;
}

/** The value that this one is a moved copy of, or itself: a key for what does not depend on places. */
export function originalOf<T extends object>(value: T): T {
  return (ORIGINALS.get(value) as T | undefined) ?? value;
}

function copied(value: unknown, by: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => copied(each, by));
  if (isSpan(value)) return { document: value.document, start: value.start + by, end: value.end + by };
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copied((value as Readonly<Record<string, unknown>>)[key], by);
  return copy;
}

function isSpan(value: object): value is Span {
  return 'document' in value && 'start' in value && 'end' in value;
}
