/** Owns keras.ops' indexing: take, one_hot, sorting, top_k, scatter, segments, counting, sets. */
import { failure } from '../../graph/primitive';
import { isInteger, isUnsigned } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import { integer, list, type TensorValue, tuple, type Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, dimAt, expandDims, flatten, indexAxis, rankOf, reduce, reshape } from '../tensors';
import { asFloat, delegate, opsTable, passOn, promotedTensors } from './promote';

/** Negative indices count from the end. */
function fromEnd(c: CallContext, indices: TensorValue, x: TensorValue, axis: number): TensorValue {
  if (isUnsigned(indices.type.dtype)) return indices;
  const known = c.mode === 'check' ? c.numbers(indices) : undefined;
  if (known && Array.from(known).every((index) => index >= 0)) return indices;
  const m = new TensorMath(c);
  return m.where(m.binary('less', indices, 0), m.add(indices, m.axisSize(x, axis, indices.type.dtype)), indices);
}

function integerIndices(c: CallContext, indices: TensorValue): TensorValue {
  if (isInteger(indices.type.dtype)) return indices;
  return c.fail(
    failure('dtype-not-allowed', 'dtype', `indices must be integers, not ${indices.type.dtype}`, { dtype: indices.type.dtype }),
    [indices],
  );
}

const TAKING: ApiTable = {
  take: entry('x, indices, axis=None', (c, args) => {
    const given = args.tensor('x');
    const whole = args.value('axis').kind === 'none';
    const x = whole ? flatten(c, given) : given;
    const axis = whole ? 0 : axisOf(c, x, args.int('axis'));
    const indices = integerIndices(c, args.tensor('indices'));
    return c.emit('gather', [x, fromEnd(c, indices, x, axis)], { axis, batchDims: 0 });
  }),
  take_along_axis: entry('x, indices, axis=None', (c, args) => {
    const whole = args.value('axis').kind === 'none';
    const x = whole ? flatten(c, args.tensor('x')) : args.tensor('x');
    const axis = whole ? 0 : axisOf(c, x, args.int('axis'));
    const indices = cast(c, args.tensor('indices'), 'int64');
    return c.emit('takeAlongAxis', [x, fromEnd(c, indices, x, axis)], { axis });
  }),
  one_hot: entry('x, num_classes, axis=-1, dtype=None, sparse=False', (c, args) => oneHot(c, args.tensor('x'), args)),
  multi_hot: entry('inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs', (c, args) => {
    const hot = oneHot(c, args.tensor('inputs'), args);
    const axis = rankOf(args.tensor('inputs')) > 1 ? 1 : 0;
    return reduce(c, 'max', hot, [axis]);
  }),
  nonzero: entry('x', (c, args) => {
    const places = c.tensor(delegate(c, 'tf.where', [cast(c, args.tensor('x'), 'bool')]));
    return tuple(args.tensor('x').type.shape.map((_, axis) => cast(c, indexAxis(c, places, 1, axis), 'int32')));
  }),
  top_k: entry('x, k, sorted=True, is_stable=True', (c, args) =>
    delegate(c, 'tf.math.top_k', [args.tensor('x'), args.value('k'), args.value('sorted')]),
  ),
  in_top_k: passOn('targets, predictions, k', 'tf.math.in_top_k', ['targets', 'predictions', 'k']),
  sort: entry('x, axis=-1', (c, args) => {
    const [x, axis] = sortable(c, args);
    return delegate(c, 'tf.sort', [x, integer(axis)]);
  }),
  argsort: entry('x, axis=-1', (c, args) => {
    const [x, axis] = sortable(c, args);
    return c.emit('sortIndices', [x], { axis, direction: 'ascending', stable: true });
  }),
  argpartition: entry('x, kth, axis=-1', (c, args) => {
    const [x, axis] = sortable(c, args);
    return c.emit('sortIndices', [x], { axis, direction: 'ascending', stable: true });
  }),
  searchsorted: entry("sorted_sequence, values, side='left'", (c, args) => {
    const sorted = args.tensor('sorted_sequence');
    if (rankOf(sorted) !== 1) return c.fail(failure('rank', 'shape', 'searchsorted takes a sequence of one axis'), [sorted]);
    return delegate(c, 'tf.searchsorted', [sorted, args.value('values'), args.value('side')]);
  }),
  digitize: entry('x, bins', (c, args) => {
    const x = asFloat(c, args.tensor('x'));
    const places = c.emit('searchSorted', [c.tensor(args.value('bins'), 'float32'), flatten(c, cast(c, x, 'float32'))], {
      side: 'right',
      dtype: 'int32',
    });
    return reshape(c, places, x.type.shape);
  }),
  unravel_index: entry('indices, shape', (c, args) => unravel(new TensorMath(c), args.tensor('indices'), args.shape('shape').map(Number))),
  isin: entry('x1, x2, assume_unique=False, invert=False', (c, args) => {
    const m = new TensorMath(c);
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
    if (!a || !b) return c.unknown('operands of isin');
    const found = m.reduce('any', m.equal(expandDims(c, flatten(c, a), 1), expandDims(c, flatten(c, b), 0)), [1]);
    return reshape(c, args.bool('invert') ? m.unary('logicalNot', found) : found, a.type.shape);
  }),
};

function oneHot(c: CallContext, given: TensorValue, args: Args): TensorValue {
  const indices = isInteger(given.type.dtype) ? given : cast(c, given, 'int64');
  const dtype = args.optionalDtype('dtype') ?? 'float32';
  return c.emit('oneHot', [indices], { depth: args.dim('num_classes'), onValue: 1, offValue: 0, axis: args.int('axis'), dtype });
}

/** Booleans sort as numbers; axis None flattens. */
function sortable(c: CallContext, args: Args): readonly [TensorValue, number] {
  const given = args.tensor('x');
  const x = given.type.dtype === 'bool' ? cast(c, given, 'int8') : given;
  if (args.value('axis').kind === 'none') return [flatten(c, x), 0];
  return [x, axisOf(c, x, args.int('axis'))];
}

function unravel(m: TensorMath, indices: TensorValue, shape: readonly number[]): Value {
  let rest = indices;
  const places: TensorValue[] = [];
  for (const size of [...shape].reverse()) {
    places.unshift(m.binary('mod', rest, size));
    rest = m.binary('floorDivide', rest, size);
  }
  return tuple(places);
}

const segment = (kind: 'sum' | 'max' | 'min' | 'prod') =>
  entry('data, segment_ids, num_segments=None, sorted=False', (c, args) => {
    const given = args.value('num_segments');
    if (args.bool('sorted')) return delegate(c, `tf.math.segment_${kind}`, [args.value('data'), args.value('segment_ids')]);
    return delegate(c, `tf.math.unsorted_segment_${kind}`, [
      args.value('data'),
      args.value('segment_ids'),
      given.kind === 'none' ? segments(c, args, kind) : given,
    ]);
  });

/** Sums take as many segments as there are different ids, the others as many as the largest id asks for; known where the ids are. */
function segments(c: CallContext, args: Args, kind: string): Value {
  const numbers = c.numbers(args.tensor('segment_ids'));
  if (numbers === undefined) return integer(c.freshDim('segments'));
  const ids = Array.from(numbers);
  return integer(kind === 'sum' ? new Set(ids).size : Math.max(-1, ...ids) + 1);
}

const scatterKinds: Readonly<Record<string, string>> = { add: 'add', max: 'max', min: 'min' };

const GATHERED: ApiTable = {
  segment_sum: segment('sum'),
  segment_max: segment('max'),
  segment_min: segment('min'),
  segment_prod: segment('prod'),
  scatter: passOn('indices, values, shape', 'tf.scatter_nd', ['indices', 'values', 'shape']),
  scatter_update: entry('inputs, indices, updates, reduction=None', (c, args) => {
    const reduction = args.optionalString('reduction');
    const kind = reduction === null ? 'update' : scatterKinds[reduction];
    if (kind === undefined) return c.unknown(`scatter_update with the reduction ${reduction} is not followed yet`);
    return delegate(c, `tf.tensor_scatter_nd_${kind}`, [args.value('inputs'), args.value('indices'), args.value('updates')]);
  }),
  slice_update: entry('inputs, start_indices, updates', (c, args) => sliceUpdate(c, args)),
  bincount: entry('x, weights=None, minlength=0, sparse=False', (c, args) => {
    const x = args.tensor('x');
    const counted = c.tensor(
      delegate(c, 'tf.math.bincount', [isInteger(x.type.dtype) ? x : cast(c, x, 'int32')], {
        weights: args.value('weights'),
        minlength: args.value('minlength'),
        axis: integer(-1),
      }),
    );
    return args.value('weights').kind === 'none' ? cast(c, counted, 'int32') : counted;
  }),
  unique: entry(
    'x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, fill_value=None',
    (c, args) => {
      if (['return_index', 'return_inverse', 'return_counts'].some((name) => args.bool(name)))
        c.unknown('keras.ops.unique with indices is not followed yet');
      const found = delegate(c, 'tf.unique', [flatten(c, args.tensor('x'))]);
      const [values] = found.kind === 'tuple' || found.kind === 'list' ? found.items : [found];
      return values ? delegate(c, 'tf.sort', [values]) : c.unknown('unique values');
    },
  ),
  cumsum: cumulative('cumsum'),
  cumprod: cumulative('cumprod'),
  nancumsum: cumulative('cumsum', 0),
  nancumprod: cumulative('cumprod', 1),
};

function cumulative(op: 'cumsum' | 'cumprod', nan?: number) {
  return entry('x, axis=None, dtype=None', (c, args) => {
    const m = new TensorMath(c);
    const dtype = args.optionalDtype('dtype');
    let x = args.tensor('x');
    if (nan !== undefined) x = c.tensor(delegate(c, 'keras.ops.nan_to_num', [x], { nan: c.tensor(integer(nan), x.type.dtype) }));
    x = dtype === null ? x : cast(c, x, dtype);
    if (x.type.dtype === 'bool') x = m.cast(x, 'int32');
    const whole = args.value('axis').kind === 'none';
    const flat = whole ? flatten(c, x) : x;
    return c.emit(op, [flat], { axis: whole ? 0 : axisOf(c, flat, args.int('axis')), exclusive: false, reverse: false });
  });
}

/** The updates stand at known positions: put together from the parts around them. */
function sliceUpdate(c: CallContext, args: Args): Value {
  const [inputs, updates] = [args.tensor('inputs'), args.tensor('updates')];
  const start = args.shape('start_indices').map(Number);
  if (start.some(Number.isNaN)) return c.unknown('slice_update at a position that is not known');
  const ones = c.wrap(c.build.fill(1, updates.type.shape, 'bool'));
  const widths = list(
    inputs.type.shape.map((dim, axis) => {
      const size = dimAt(updates, axis);
      if (typeof dim !== 'number' || typeof size !== 'number') return c.unknown('slice_update along an axis whose size is not known');
      return tuple([integer(start[axis] ?? 0), integer(dim - size - (start[axis] ?? 0))]);
    }),
  );
  const padded = c.tensor(delegate(c, 'tf.pad', [updates, widths]));
  const mask = c.tensor(delegate(c, 'tf.pad', [cast(c, ones, 'int32'), widths]));
  return c.emit('select', [cast(c, mask, 'bool'), padded, inputs]);
}

export const INDEXING_OPS: ApiTable = opsTable({ ...TAKING, ...GATHERED });
