/** Owns keras.ops.quantile and what rests on it (median, percentile): sorted values, taken at and between positions. */
import { failure } from '../../graph/primitive';
import { productOfDims } from '../../shape/dim';
import { isFloat } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { axisOf, dimAt, flatten, rankOf, reshape, transpose } from '../tensors';
import { asFloat } from './promote';

/** The quantiles `q` (a scalar or a vector, whose axis comes first) along axes; null: of all elements. */
export function quantile(
  c: CallContext,
  given: TensorValue,
  q: TensorValue,
  axes: readonly number[] | null,
  method: string,
  keepdims: boolean,
): TensorValue {
  const m = new TensorMath(c);
  const x = asFloat(c, given);
  const normal = axes?.map((axis) => axisOf(c, x, axis)) ?? x.type.shape.map((_, i) => i);
  const flat = joined(c, x, axes === null ? null : normal);
  const indices = c.emit('sortIndices', [flat], { axis: -1, direction: 'ascending', stable: true });
  const sorted = c.emit('takeAlongAxis', [flat, indices], { axis: rankOf(flat) - 1 });
  const position = m.mul(m.sub(m.axisSize(flat, -1, 'float32'), 1), m.cast(q, 'float32'));
  const found = guarded(m, x, normal, q, at(m, sorted, position, method));
  return rotated(c, restored(c, found, normal, keepdims), rankOf(q));
}

/** The reduced axes as one last axis. */
function joined(c: CallContext, x: TensorValue, axes: readonly number[] | null): TensorValue {
  if (axes === null) return flatten(c, x);
  const kept = x.type.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = transpose(c, x, [...kept, ...axes]);
  return reshape(c, moved, [...kept.map((axis) => dimAt(x, axis)), productOfDims(axes.map((axis) => dimAt(x, axis)))]);
}

function at(m: TensorMath, sorted: TensorValue, position: TensorValue, method: string): TensorValue {
  const last = rankOf(sorted) - 1;
  const limit = m.sub(m.axisSize(sorted, -1, 'float32'), 1);
  const clipped = (place: TensorValue) => m.cast(m.maximum(m.minimum(place, limit), 0), 'int32');
  const take = (index: TensorValue) => m.context.emit('gather', [sorted, index], { axis: last, batchDims: 0 });
  if (method === 'lower') return take(clipped(m.unary('floor', position)));
  if (method === 'higher') return take(clipped(m.unary('ceil', position)));
  if (method === 'nearest') return take(clipped(m.unary('round', position)));
  const [low, high] = [m.unary('floor', position), m.unary('ceil', position)];
  if (method === 'midpoint') return m.mul(m.add(take(clipped(low)), take(clipped(high))), 0.5);
  if (method !== 'linear') return m.context.fail(failure('argument', 'value', `'${method}' is no method of quantile`));
  const smaller = m.maximum(m.sub(clipped(high), 1), 0);
  const larger = m.minimum(m.add(smaller, 1), m.cast(limit, 'int32'));
  const fraction = m.cast(m.sub(m.cast(larger, 'float32'), position), sorted.type.dtype);
  return m.add(m.mul(take(larger), m.sub(1, fraction)), m.mul(take(smaller), fraction));
}

/** NaN among the values makes the result NaN. */
function guarded(m: TensorMath, x: TensorValue, axes: readonly number[], q: TensorValue, found: TensorValue): TensorValue {
  if (!isFloat(x.type.dtype)) return found;
  let missing = m.reduce('any', m.unary('isNan', x), axes);
  for (let i = 0; i < rankOf(q); i++) missing = m.context.emit('expandDims', [missing], { axis: rankOf(missing) });
  return m.where(missing, Number.NaN, found);
}

function restored(c: CallContext, found: TensorValue, axes: readonly number[], keepdims: boolean): TensorValue {
  if (!keepdims) return found;
  return [...axes].sort((a, b) => a - b).reduce((result, axis) => c.emit('expandDims', [result], { axis }), found);
}

/** The axis of q comes first. */
function rotated(c: CallContext, x: TensorValue, by: number): TensorValue {
  const rank = rankOf(x);
  if (by === 0 || rank < 2) return x;
  return transpose(
    c,
    x,
    x.type.shape.map((_, i) => (i + rank - by) % rank),
  );
}
