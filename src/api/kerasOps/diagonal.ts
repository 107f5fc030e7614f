/** Owns diagonals and triangles of matrices: taking one out, making a matrix of one, and masks beside one. */
import { addDims, type Dim, multiplyDims, subtractDims } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { cast, dimAt, expandDims, rankOf, reshape, sliceAxis } from '../tensors';

/** The diagonal of the last two axes, `offset` columns to the right. */
export function diagonal(c: CallContext, x: TensorValue, offset: number): TensorValue {
  const [rows, columns] = [dimAt(x, -2), dimAt(x, -1)];
  const lead = x.type.shape.slice(0, -2);
  const height = offset < 0 ? addDims(rows, offset) : rows;
  const width = offset > 0 ? addDims(columns, -offset) : columns;
  const length = smaller(c, height, width);
  const axis = rankOf(x) - 2;
  let square = sliceAxis(c, x, axis, Math.max(-offset, 0), length);
  square = sliceAxis(c, square, axis + 1, Math.max(offset, 0), length);
  const flat = reshape(c, square, [...lead, multiplyDims(length, length)]);
  const places = c.emit('range', [], { start: 0, step: 1, size: length, dtype: 'int32' });
  const stride = cast(c, c.wrap(c.build.dims([addDims(length, 1)], [])), 'int32');
  return c.emit('gather', [flat, c.emit('multiply', [places, stride])], { axis: lead.length, batchDims: 0 });
}

function smaller(c: CallContext, a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.max(0, Math.min(a, b));
  const difference = subtractDims(a, b);
  if (typeof difference === 'number') return difference <= 0 ? a : b;
  return c.freshDim('d');
}

/** A matrix with the vector on a diagonal. */
export function diagonalMatrix(c: CallContext, x: TensorValue, offset: number): TensorValue {
  const size = dimAt(x, -1);
  const side = addDims(size, Math.abs(offset));
  const row = expandDims(c, x, rankOf(x));
  const wide = c.emit('broadcastTo', [row], { shape: [...x.type.shape, size] });
  const zero = c.wrap(c.build.scalar(0, x.type.dtype));
  const square = c.emit('select', [band(c, size, size, 'equal', 0), wide, zero]);
  if (offset === 0) return square;
  const rows = offset < 0 ? [-offset, 0] : [0, offset];
  const columns = offset > 0 ? [offset, 0] : [0, -offset];
  const padded = c.emit('pad', [square], {
    paddings: [...x.type.shape.slice(0, -1).map(() => [0, 0]), rows, columns],
    mode: 'constant',
    value: 0,
  });
  return side === size ? square : padded;
}

/** Where row + k compares so with the column: `greaterEqual` is the lower triangle, `equal` the diagonal. */
export function band(c: CallContext, rows: Dim, columns: Dim, side: 'greaterEqual' | 'lessEqual' | 'equal', k: number): TensorValue {
  const places = (size: Dim, start: number) => c.emit('range', [], { start, step: 1, size, dtype: 'int32' });
  return c.emit(side, [expandDims(c, places(rows, k), 1), expandDims(c, places(columns, 0), 0)]);
}
