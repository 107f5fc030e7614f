/** Owns the gradient of broadcasting: the sum over the axes along which a tensor was stretched. */
import { stretchedAxes } from '../../shape/broadcast';
import { isComplex } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { GraphBuilder } from '../build';
import type { NodeId } from '../graph';

export function sumToShape(build: GraphBuilder, dy: NodeId, shape: Shape): NodeId {
  const axes = stretchedAxes(shape, build.shape(dy));
  return axes.length === 0 ? dy : build.reshape(build.sum(dy, axes, true), shape);
}

/** The complex conjugate; real values as they are. */
export function conjugate(build: GraphBuilder, x: NodeId): NodeId {
  return isComplex(build.dtype(x)) ? build.emit('conj', [x]) : x;
}
