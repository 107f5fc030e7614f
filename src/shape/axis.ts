/** Owns the one axis rule: negative axes count from the end; out of range is undefined, for the caller to report. */

/** The axis in 0…rank-1, or undefined if it does not exist. */
export function normalizeAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis;
  return Number.isInteger(normal) && normal >= 0 && normal < rank ? normal : undefined;
}

/** All axes of a reduction (null: every axis) in ascending order, or the first that does not exist. */
export function normalizeAxes(
  axes: readonly number[] | null,
  rank: number,
): { readonly axes: readonly number[] } | { readonly invalid: number } {
  if (axes === null) return { axes: Array.from({ length: rank }, (_, i) => i) };
  const normal = new Set<number>();
  for (const axis of axes) {
    const found = normalizeAxis(axis, rank);
    if (found === undefined) return { invalid: axis };
    normal.add(found);
  }
  return { axes: [...normal].sort((a, b) => a - b) };
}
