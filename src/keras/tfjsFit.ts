/** Owns what a loss of TensorFlow.js receives in the `fit` of tfjs-layers, and how its result is reduced. */
import type { GraphBuilder } from '../graph/build';
import type { NodeId } from '../graph/graph';
import { isFloat } from '../shape/dtype';
import type { KerasVersion } from '../value/api';
import type { Received } from './received';

/** One-dimensional data gets a second axis; nothing is cast. A direct call gets the tensors as they are. */
export function receivedByTfjs(build: GraphBuilder, yTrue: NodeId, yPred: NodeId, keras: KerasVersion): Received {
  if (keras === 'none') return { yTrue, yPred };
  const expanded = (id: NodeId): NodeId => (build.shape(id).length === 1 ? build.emit('expandDims', [id], { axis: 1 }) : id);
  return { yTrue: expanded(yTrue), yPred: expanded(yPred) };
}

/** The mean over all elements, whatever shape the loss returns. */
export function meanOfAll(build: GraphBuilder, value: NodeId): NodeId {
  const numbers = isFloat(build.dtype(value)) || build.dtype(value).startsWith('complex') ? value : build.cast(value, 'float32');
  const axes = build.shape(numbers).map((_, axis) => axis);
  return axes.length === 0 ? numbers : build.emit('mean', [numbers], { axes, keepdims: false });
}
