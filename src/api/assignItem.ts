/** Owns item assignment on NumPy arrays: `x[i, a:b] = value` as a new array (arrays are values in the graph; the name is bound anew). */
import { sizeOf } from '../shape/shape';
import type { CallContext } from '../value/api';
import type { TensorValue, Value } from '../value/value';
import { indexTensor } from './indexing';

/** The array with the selected positions replaced: the positions are what the same index selects of an array of its own offsets. */
export function assignItem(c: CallContext, array: TensorValue, items: readonly Value[], value: Value): TensorValue {
  const { shape, dtype } = array.type;
  const size = sizeOf(shape);
  const offsets = c.emit('reshape', [c.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' })], { shape });
  const selected = indexTensor(c, offsets, items);
  const count = sizeOf(selected.type.shape);
  const given = c.tensor(value, dtype);
  const spread = c.emit('broadcastTo', [given], { shape: selected.type.shape });
  const flat = c.emit('reshape', [array], { shape: [size] });
  const indices = c.emit('reshape', [selected], { shape: [count, 1] });
  const updates = c.emit('reshape', [spread], { shape: [count] });
  const updated = c.emit('tensorScatter', [flat, indices, updates], { kind: 'update' });
  return c.wrap(c.emit('reshape', [updated], { shape }).node, array.flavor);
}
