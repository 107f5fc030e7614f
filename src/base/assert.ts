/** Owns the two assertions of this code base: a broken invariant is a bug of ours and says so. */

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Loss Lab bug: ${message}`);
}

/** For the default branch of a switch over a union: fails to compile when a member is not handled. */
export function unreachable(value: never): never {
  throw new Error(`Loss Lab bug: unhandled ${JSON.stringify(value)}`);
}

/** The element at `index`, which must exist; negative indices count from the end. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index < 0 ? index + list.length : index];
  invariant(value !== undefined, `index ${index} of ${list.length}`);
  return value;
}
