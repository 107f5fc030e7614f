/** Owns the one broadcast rule: NumPy's, on symbolic sizes. */
import { compareDims, type Dim, hasRole } from './dim';
import type { Shape } from './shape';

/** One axis pair of a broadcast: which sizes met, counted from the right (0 is the last axis). */
export interface BroadcastConflict {
  readonly axisFromRight: number;
  readonly left: Dim;
  readonly right: Dim;
  /** `coincidental`: agrees for some sizes of the symbols only. */
  readonly certainty: 'different' | 'coincidental';
}

export interface Broadcast {
  readonly shape: Shape;
  readonly conflict?: BroadcastConflict;
}

/** The shape both broadcast to; `conflict` names the first pair of sizes that does not fit. */
export function broadcastShapes(left: Shape, right: Shape): Broadcast {
  const rank = Math.max(left.length, right.length);
  const shape: Dim[] = [];
  let conflict: BroadcastConflict | undefined;
  for (let i = 0; i < rank; i++) {
    const a = left[left.length - 1 - i] ?? 1;
    const b = right[right.length - 1 - i] ?? 1;
    const [dim, certainty] = broadcastDims(a, b);
    if (certainty !== 'fits' && conflict === undefined) conflict = { axisFromRight: i, left: a, right: b, certainty };
    shape.unshift(dim);
  }
  return conflict ? { shape, conflict } : { shape };
}

function broadcastDims(a: Dim, b: Dim): readonly [Dim, 'fits' | 'different' | 'coincidental'] {
  if (a === 1) return [b, 'fits'];
  if (b === 1) return [a, 'fits'];
  const comparison = compareDims(a, b);
  if (comparison === 'equal') return [a, 'fits'];
  if (comparison === 'unknown') return [hasRole(a, 'fresh') ? b : a, 'fits'];
  return [typeof a === 'number' ? a : b, comparison];
}

/** The axes along which a tensor of shape `from` is stretched to `to`: those to sum a gradient over, in `to`'s numbering. */
export function stretchedAxes(from: Shape, to: Shape): readonly number[] {
  const added = to.length - from.length;
  return to.flatMap((dim, axis) => (axis < added || (from[axis - added] === 1 && dim !== 1) ? [axis] : []));
}
