/** Owns boolean masks: selecting the elements where a mask is true. The count depends on data: a fresh size in check traces. */
import { failure } from '../graph/primitive';
import { compareDims, type Dim, dimText, productOfDims } from '../shape/dim';
import type { CallContext } from '../value/api';
import type { TensorValue } from '../value/value';
import { flatten, rankOf, reshape, squeeze } from './tensors';

/** tf.boolean_mask(tensor, mask, axis). */
export function booleanMask(c: CallContext, tensor: TensorValue, mask: TensorValue, axis: number): TensorValue {
  const rank = rankOf(mask);
  if (rank === 0) return c.fail(failure('rank', 'value', 'a mask cannot be a scalar', { rank }), [mask]);
  const { shape } = tensor.type;
  const covered = shape.slice(axis, axis + rank);
  if (covered.length < rank) return mismatch(c, tensor, mask, `a mask of rank ${rank} does not fit a value of rank ${shape.length}`);
  covered.forEach((dim, i) => {
    const other = mask.type.shape[i] ?? 0;
    if (compareDims(dim, other) === 'different')
      mismatch(c, tensor, mask, `the mask's size ${dimText(other)} and the value's ${dimText(dim)} differ`);
  });
  const flat = rank === 1 ? tensor : reshape(c, tensor, [...shape.slice(0, axis), productOfDims(covered), ...shape.slice(axis + rank)]);
  return c.emit('gather', [flat, truePlaces(c, flatten(c, mask))], { axis, batchDims: 0 });
}

function mismatch(c: CallContext, tensor: TensorValue, mask: TensorValue, detail: string): never {
  return c.fail(failure('mask-shape', 'shape', detail), [tensor, mask]);
}

/** Positions at which a one-dimensional mask is true. */
function truePlaces(c: CallContext, mask: TensorValue): TensorValue {
  return squeeze(c, nonzero(c, mask), [1]);
}

/** Coordinates of true elements, (N, rank) int64. */
export function nonzero(c: CallContext, condition: TensorValue): TensorValue {
  return c.emit('nonzero', [condition], { size: trueCount(c, condition) });
}

/** How many elements are true: known where values are, else a fresh size. */
export function trueCount(c: CallContext, condition: TensorValue): Dim {
  const values = c.numbers(condition);
  if (values === undefined) return c.freshDim('n');
  return Array.from(values).filter((value) => value !== 0).length;
}
