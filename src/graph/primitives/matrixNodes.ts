/** Owns the small matrix compositions that gradients of linear algebra are written with: masks, diagonals, adjoints. Real matrices. */
import type { Dim } from '../../shape/dim';
import type { GraphBuilder } from '../build';
import type { NodeId } from '../graph';

export function adjoint(b: GraphBuilder, x: NodeId): NodeId {
  const rank = b.shape(x).length;
  const permutation = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2));
  return b.transpose(x, permutation);
}

/** A (rows, columns) mask of ones and zeros by comparing positions, in the dtype of `like`, sized as its last two axes. */
function mask(b: GraphBuilder, like: NodeId, op: 'greaterEqual' | 'lessEqual' | 'equal'): NodeId {
  const [rows = 1, columns = 1] = b.shape(like).slice(-2);
  const positions = (size: Dim): NodeId => b.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' });
  return b.cast(b.emit(op, [b.reshape(positions(rows), [rows, 1]), b.reshape(positions(columns), [1, columns])]), b.dtype(like));
}

export function matrixEye(b: GraphBuilder, like: NodeId): NodeId {
  return mask(b, like, 'equal');
}

export function lowerTriangle(b: GraphBuilder, like: NodeId): NodeId {
  return mask(b, like, 'greaterEqual');
}

export function upperTriangle(b: GraphBuilder, like: NodeId): NodeId {
  return mask(b, like, 'lessEqual');
}

/** One factor for each matrix of a stack. */
export function scaleMatrices(b: GraphBuilder, factors: NodeId, matrices: NodeId): NodeId {
  return b.multiply(b.reshape(factors, [...b.shape(factors), 1, 1]), matrices);
}

/** (…, n) as a row (…, 1, n) or a column (…, n, 1). */
export function asRow(b: GraphBuilder, x: NodeId): NodeId {
  const shape = b.shape(x);
  return b.reshape(x, [...shape.slice(0, -1), 1, shape.at(-1) ?? 1]);
}

export function asColumn(b: GraphBuilder, x: NodeId): NodeId {
  return b.reshape(x, [...b.shape(x), 1]);
}

/** (…, m, n) cut to its first columns, or to those from `start` on. */
export function columns(b: GraphBuilder, x: NodeId, start: Dim, size: Dim): NodeId {
  const shape = b.shape(x);
  const last = shape.length - 1;
  return b.emit('slice', [x], {
    start: shape.map((_, i) => (i === last ? start : 0)),
    size: shape.map((dim, i) => (i === last ? size : dim)),
    step: shape.map(() => 1),
  });
}

/** x / (x² + 1e-20), with zeros on the diagonal: 1 / (e_j - e_i) that survives equal values, as TensorFlow's gradients have it. */
export function safeDifferences(b: GraphBuilder, values: NodeId): NodeId {
  const x = b.subtract(asRow(b, values), asColumn(b, values));
  const reciprocal = safeReciprocal(b, x);
  return b.multiply(reciprocal, b.subtract(b.scalarLike(1, x), matrixEye(b, x)));
}

export function safeReciprocal(b: GraphBuilder, x: NodeId): NodeId {
  return b.multiply(x, b.emit('reciprocal', [b.add(b.multiply(x, x), b.scalarLike(1e-20, x))]));
}
