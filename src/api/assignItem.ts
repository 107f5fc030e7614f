/** Owns item assignment to NumPy arrays: `a[items] = value` as a new array. */
import { sizeOf } from '../shape/shape';
import type { CallContext } from '../value/api';
import type { TensorValue, Value } from '../value/value';
import { indexTensor } from './indexing';
import { toArray } from './numpy/numpyOperators';
import { cast, flatten, reshape } from './tensors';

/** The array with the items replaced. Which elements the items mean is found by indexing the elements' positions with them. */
export function assignItem(c: CallContext, array: TensorValue, items: readonly Value[], value: Value): TensorValue {
  const { shape, dtype } = array.type;
  const size = sizeOf(shape);
  const places = c.wrap(c.build.reshape(c.build.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' }), shape), 'numpy');
  const chosen = indexTensor(c, places, items);
  const updates = c.emit('broadcastTo', [cast(c, toArray(c, value), dtype)], { shape: chosen.type.shape });
  const indices = reshape(c, chosen, [sizeOf(chosen.type.shape), 1]);
  const flat = c.emit('tensorScatter', [flatten(c, array), indices, flatten(c, updates)], { kind: 'update' });
  return c.wrap(reshape(c, flat, shape).node, 'numpy');
}
