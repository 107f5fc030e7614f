/** Owns how Keras aligns ranks before a loss and before sample weights: Keras 3 squeezes or expands, Keras 2 only squeezes labels and predictions. */
import type { GraphBuilder } from '../graph/build';
import type { NodeId } from '../graph/graph';

const rank = (build: GraphBuilder, id: NodeId): number => build.shape(id).length;
const endsInOne = (build: GraphBuilder, id: NodeId): boolean => build.shape(id).at(-1) === 1;
const squeezeLast = (build: GraphBuilder, id: NodeId): NodeId => build.emit('squeeze', [id], { axes: [rank(build, id) - 1] });
const expandLast = (build: GraphBuilder, id: NodeId): NodeId => build.emit('expandDims', [id], { axis: rank(build, id) });

export interface Pair {
  readonly a: NodeId;
  readonly b: NodeId;
}

/** Keras 3 (losses/loss.py): acts if the ranks differ by one and the larger ends in a 1; a rank-1 partner is expanded, else the larger is squeezed. */
export function squeezeOrExpandToSameRank(build: GraphBuilder, a: NodeId, b: NodeId): Pair {
  const difference = rank(build, a) - rank(build, b);
  if (difference === 1 && endsInOne(build, a)) {
    return rank(build, b) === 1 ? { a, b: expandLast(build, b) } : { a: squeezeLast(build, a), b };
  }
  if (difference === -1 && endsInOne(build, b)) {
    return rank(build, a) === 1 ? { a: expandLast(build, a), b } : { a, b: squeezeLast(build, b) };
  }
  return { a, b };
}

/** Keras 2 (losses_utils.remove_squeezable_dimensions): squeezes a last axis of 1 of whichever has one axis more than expected. */
export function removeSqueezableDimensions(
  build: GraphBuilder,
  labels: NodeId,
  predictions: NodeId,
  expectedRankDifference = 0,
): { readonly labels: NodeId; readonly predictions: NodeId } {
  const difference = rank(build, predictions) - rank(build, labels);
  if (difference === expectedRankDifference + 1 && endsInOne(build, predictions))
    return { labels, predictions: squeezeLast(build, predictions) };
  if (difference === expectedRankDifference - 1 && endsInOne(build, labels)) return { labels: squeezeLast(build, labels), predictions };
  return { labels, predictions };
}

/** Keras 2 (losses_utils.squeeze_or_expand_dimensions) for sample weights: one axis more loses its last, which must be 1; one less gains one. */
export function alignWeights(build: GraphBuilder, values: NodeId, weights: NodeId): NodeId {
  const difference = rank(build, weights) - rank(build, values);
  if (rank(build, weights) === 0) return weights;
  if (difference === 1) return squeezeLast(build, weights);
  return difference === -1 ? expandLast(build, weights) : weights;
}
