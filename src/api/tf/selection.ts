/** Owns TensorFlow's gathering, scattering, masking and choosing. */
import { failure } from '../../graph/primitive';
import { type Dim, productOfDims } from '../../shape/dim';
import { isInteger } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import { type TensorValue, tuple, type Value } from '../../value/value';
import { knownValue } from '../args';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, like, pair, rankOf, reduce, reshape, select } from '../tensors';
import { sameType } from './shapes';

const scatter = (kind: string): ApiEntry =>
  entry('tensor, indices, updates, name=None', (c, a) => {
    const tensor = a.tensor('tensor');
    return c.emit('tensorScatter', [tensor, a.tensor('indices'), a.tensor('updates', tensor.type.dtype)], { kind });
  });

export const SELECTION: ApiTable = {
  'tf.where tf.where_v2': entry('condition, x=None, y=None, name=None', (c, a) => {
    const condition = a.tensor('condition');
    const x = knownValue(c, a.value('x'));
    const y = knownValue(c, a.value('y'));
    if (x.kind === 'none' && y.kind === 'none') return nonzero(c, condition);
    if (x.kind === 'none' || y.kind === 'none') return c.fail(failure('argument', 'value', 'x and y must both be given or both be None'));
    const [a1, b1] = pair(c, x, y);
    return select(c, condition, a1, b1);
  }),
  'tf.gather': entry('params, indices, validate_indices=None, axis=None, batch_dims=0, name=None', (c, a) => {
    const batchDims = a.int('batch_dims');
    const params = a.tensor('params');
    return gather(c, params, a.tensor('indices'), a.optionalInt('axis') ?? batchDims, batchDims);
  }),
  'tf.gather_nd': entry("params, indices, batch_dims=0, name=None, bad_indices_policy=''", (c, a) =>
    c.emit('gatherNd', [a.tensor('params'), integerIndices(c, a.tensor('indices'))], { batchDims: a.int('batch_dims') }),
  ),
  'tf.nn.embedding_lookup': entry('params, ids, max_norm=None, name=None', (c, a) => gather(c, a.tensor('params'), a.tensor('ids'), 0, 0)),
  'tf.boolean_mask': entry("tensor, mask, axis=None, name='boolean_mask'", (c, a) => {
    const tensor = a.tensor('tensor');
    const mask = a.tensor('mask');
    const axis = a.optionalInt('axis') ?? 0;
    return booleanMask(
      c,
      tensor,
      mask.type.dtype === 'bool' ? mask : cast(c, mask, 'bool'),
      rankOf(tensor) === 0 ? 0 : axisOf(c, tensor, axis),
    );
  }),
  'tf.scatter_nd': entry('indices, updates, shape, name=None', (c, a) =>
    c.emit('scatterNd', [a.tensor('indices'), a.tensor('updates')], { shape: a.shape('shape'), kind: 'add' }),
  ),
  'tf.tensor_scatter_nd_update': scatter('update'),
  'tf.tensor_scatter_nd_add': scatter('add'),
  'tf.tensor_scatter_nd_sub': scatter('sub'),
  'tf.tensor_scatter_nd_min': scatter('min'),
  'tf.tensor_scatter_nd_max': scatter('max'),
  'tf.unique': entry('x, out_idx=tf.int32, name=None', (c, a) => {
    const x = a.tensor('x');
    if (rankOf(x) !== 1) return c.fail(failure('rank', 'shape', `tf.unique needs rank 1, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    const found = unique(c, x, false);
    return { kind: 'tuple', items: [found.values, cast(c, found.indices, a.dtype('out_idx'))], fields: ['y', 'idx'] };
  }),
  'tf.unique_with_counts': entry('x, out_idx=tf.int32, name=None', (c, a) => {
    const found = unique(c, a.tensor('x'), false);
    const dtype = a.dtype('out_idx');
    const items = [found.values, cast(c, found.indices, dtype), cast(c, found.counts(), dtype)];
    return { kind: 'tuple', items, fields: ['y', 'idx', 'count'] };
  }),
  'tf.dynamic_partition': entry('data, partitions, num_partitions, name=None', (c, a) => {
    const data = a.tensor('data');
    const partitions = a.tensor('partitions');
    const parts = Array.from({ length: a.int('num_partitions') }, (_, i) =>
      booleanMask(c, data, c.emit('equal', [partitions, like(c, i, partitions)]), 0),
    );
    return { kind: 'list', items: parts };
  }),
  'tf.dynamic_stitch': entry('indices, data, name=None', (c, a) => dynamicStitch(c, a.tensors('indices'), sameType(c, a.value('data')))),
  'tf.searchsorted': entry("sorted_sequence, values, side='left', out_type=tf.int32, name=None", (c, a) => {
    const sorted = a.tensor('sorted_sequence');
    const attrs = { side: a.string('side'), dtype: a.dtype('out_type') };
    return c.emit('searchSorted', [sorted, a.tensor('values', sorted.type.dtype)], attrs);
  }),
  'tf.tuple': entry('tensors, control_inputs=None, name=None', (_c, a) => tuple(a.items('tensors'))),
};

function integerIndices(c: CallContext, indices: TensorValue): TensorValue {
  if (isInteger(indices.type.dtype)) return indices;
  return c.fail(
    failure('dtype-not-allowed', 'dtype', `indices must be integers, not ${indices.type.dtype}`, { dtype: indices.type.dtype }),
    [indices],
  );
}

export function gather(c: CallContext, params: TensorValue, indices: TensorValue, axis: number, batchDims: number): TensorValue {
  if (!isInteger(indices.type.dtype)) {
    const detail = `indices must be integers, not ${indices.type.dtype}`;
    return c.fail(failure('dtype-not-allowed', 'dtype', detail, { dtype: indices.type.dtype }), [params, indices]);
  }
  const rank = rankOf(indices);
  const batch = batchDims < 0 ? batchDims + rank : batchDims;
  if (rankOf(params) === 0) return c.fail(failure('rank', 'shape', 'a scalar has nothing to gather from', { rank: 0 }), [params]);
  return c.emit('gather', [params, indices], { axis: axisOf(c, params, axis), batchDims: batch });
}

/** Distinct values; how many is known where values are. */
export function unique(
  c: CallContext,
  x: TensorValue,
  sorted: boolean,
): { readonly values: TensorValue; readonly indices: TensorValue; readonly counts: () => TensorValue } {
  const numbers = c.numbers(x);
  const size: Dim = numbers === undefined ? c.freshDim('n') : new Set(Array.from(numbers)).size;
  return {
    values: c.emit('uniqueValues', [x], { size, sorted }),
    indices: c.emit('uniqueIndices', [x], { sorted, dtype: 'int32' }),
    counts: () => c.emit('uniqueCounts', [x], { size, sorted, dtype: 'int32' }),
  };
}

/** Rows of data at their indices; the highest index decides the size. */
function dynamicStitch(c: CallContext, indices: readonly TensorValue[], data: readonly TensorValue[]): TensorValue {
  const flatIndices = indices.map((x) => reshape(c, x, [productOfDims(x.type.shape)]));
  const joined = c.emit('concat', flatIndices, { axis: 0 });
  const rows = data.map((x, i) =>
    reshape(c, x, [productOfDims(indices[i]?.type.shape ?? []), ...x.type.shape.slice(rankOf(indices[i] ?? x))]),
  );
  const all = c.emit('concat', rows, { axis: 0 });
  const [last] = c.dims(reduce(c, 'max', joined, null)) ?? [];
  const size = typeof last === 'number' ? last + 1 : c.freshDim('n');
  const shape = [size, ...all.type.shape.slice(1)];
  const zeros = c.wrap(c.build.fill(0, shape, all.type.dtype));
  return c.emit('tensorScatter', [zeros, c.emit('expandDims', [joined], { axis: 1 }), all], { kind: 'update' });
}

/** TensorFlow 1's where: no broadcasting, but a condition of rank 1 picks whole rows. */
export function legacyWhere(c: CallContext, condition: TensorValue, x: Value, y: Value): TensorValue {
  const [a, b] = pair(c, x, y);
  const rows = rankOf(condition) === 1 && rankOf(a) > 1;
  const shaped = rows ? reshape(c, condition, [...condition.type.shape, ...a.type.shape.slice(1).map((): Dim => 1)]) : condition;
  return select(c, shaped, a, b);
}
