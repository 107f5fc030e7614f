/** Owns what a loss receives of the data's y_true and the model's y_pred under each Keras (reference/keras.md §1). */
import type { GraphBuilder } from '../graph/build';
import type { NodeId } from '../graph/graph';
import { isFloat, isInteger } from '../shape/dtype';
import type { KerasVersion } from '../value/api';
import { removeSqueezableDimensions, squeezeOrExpandToSameRank } from './align';

export interface LossContract {
  readonly keras: KerasVersion;
  /**
   * `function`: wrapped by LossFunctionWrapper, which aligns ranks; `class`: a Loss subclass, which gets none; `metric`: a function in `metrics=`,
   * which Keras 3 hands the data as they are.
   */
  readonly kind: 'function' | 'class' | 'metric';
}

export interface Received {
  readonly yTrue: NodeId;
  readonly yPred: NodeId;
}

/** What `fit` hands to the loss; a direct call (`none`) gets the arrays as they are. */
export function receivedByLoss(build: GraphBuilder, yTrue: NodeId, yPred: NodeId, contract: LossContract): Received {
  if (contract.keras === 'none') return { yTrue, yPred };
  return contract.keras === 3 ? receivedByKeras3(build, yTrue, yPred, contract.kind) : receivedByKeras2(build, yTrue, yPred, contract.kind);
}

/** Loss.__call__ casts both to floatx, whatever they are; then the wrapper aligns. */
function receivedByKeras3(build: GraphBuilder, yTrue: NodeId, yPred: NodeId, kind: LossContract['kind']): Received {
  if (kind === 'metric') return { yTrue, yPred };
  const labels = build.cast(yTrue, 'float32');
  const predictions = build.cast(yPred, 'float32');
  if (kind === 'class') return { yTrue: labels, yPred: predictions };
  const { a, b } = squeezeOrExpandToSameRank(build, labels, predictions);
  return { yTrue: a, yPred: b };
}

/** match_dtype_and_rank, then the wrapper's squeeze, which leaves sparse labels (one axis less than the predictions) alone. */
function receivedByKeras2(build: GraphBuilder, yTrue: NodeId, yPred: NodeId, kind: LossContract['kind']): Received {
  const matched = matchDtypeAndRank(build, yTrue, yPred);
  // MeanMetricWrapper casts both to floatx.
  const labels = kind === 'metric' ? build.cast(matched, 'float32') : matched;
  if (kind === 'class') return { yTrue: labels, yPred };
  const squeezed = squeezeOrExpandDimensions(build, labels, yPred);
  return { yTrue: squeezed.labels, yPred: squeezed.predictions };
}

function matchDtypeAndRank(build: GraphBuilder, yTrue: NodeId, yPred: NodeId): NodeId {
  const expanded =
    build.shape(yTrue).length === 1 && build.shape(yPred).length === 2 ? build.emit('expandDims', [yTrue], { axis: 1 }) : yTrue;
  const [own, wanted] = [build.dtype(yTrue), build.dtype(yPred)];
  const sameFamily = (isFloat(own) && isFloat(wanted)) || (isInteger(own) && isInteger(wanted));
  return sameFamily ? build.cast(expanded, wanted) : expanded;
}

/** Keras 2's alignment of a pair (losses_utils.squeeze_or_expand_dimensions without weights). */
export function squeezeOrExpandDimensions(
  build: GraphBuilder,
  labels: NodeId,
  predictions: NodeId,
): { readonly labels: NodeId; readonly predictions: NodeId } {
  const [predicted, given] = [build.shape(predictions), build.shape(labels)];
  if (predicted.length - given.length === 1 && predicted.at(-1) !== 1) return { labels, predictions };
  return removeSqueezableDimensions(build, labels, predictions);
}

/** Sample weights as `fit` hands them on: Keras 2 matches rank 1 to a rank-2 output and casts to its dtype; Keras 3 leaves both to the reduction. */
export function receivedWeights(build: GraphBuilder, weights: NodeId, yPred: NodeId, keras: KerasVersion): NodeId {
  if (keras !== 2) return weights;
  const expanded =
    build.shape(weights).length === 1 && build.shape(yPred).length === 2 ? build.emit('expandDims', [weights], { axis: 1 }) : weights;
  return build.cast(expanded, build.dtype(yPred));
}
