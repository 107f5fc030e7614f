/** Owns TensorFlow's ops on shapes: reshaping, joining, splitting, tiling, padding. */
import { failure } from '../../graph/primitive';
import {
  addDims,
  compareDims,
  type Dim,
  dimText,
  divideExactly,
  floorDivideDims,
  isBatch,
  multiplyDims,
  subtractDims,
} from '../../shape/dim';
import { type Shape, sizeOf } from '../../shape/shape';
import type { Args, CallContext } from '../../value/api';
import { list, type TensorValue, type Value } from '../../value/value';
import { dimOf, knownValue, shapeOf } from '../args';
import { indexTensor } from '../indexing';
import { type ApiTable, entry } from '../table';
import {
  axisOf,
  concat,
  dimAt,
  expandDims,
  flatten,
  indexAxis,
  inGraph,
  matching,
  rankOf,
  reshape,
  sliceAxis,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from '../tensors';

/** Sizes given as None fit anything. */
export function ensureShape(c: CallContext, x: TensorValue, shape: Value): TensorValue {
  if (shape.kind === 'none') return x;
  const wanted = shapeOf(c, knownValue(c, shape), 'shape');
  const { shape: given } = x.type;
  const differs = wanted.length !== given.length || wanted.some((dim, i) => dim !== -1 && compareDims(dim, given[i] ?? 0) === 'different');
  if (differs)
    return c.fail(
      failure('shape-mismatch', 'shape', `the shape must be (${wanted.map((d) => (d === -1 ? 'None' : dimText(d))).join(', ')})`),
      [x],
    );
  return c.emit('identity', [x]);
}

export const MOVEMENT: ApiTable = {
  'tf.reshape': entry('tensor, shape, name=None', (c, a) => reshape(c, a.tensor('tensor'), a.shape('shape'))),
  'tf.expand_dims': entry('input, axis, name=None', (c, a) => {
    const x = a.tensor('input');
    return expandDims(c, x, axisOf(c, x, a.int('axis'), rankOf(x) + 1));
  }),
  'tf.squeeze': entry('input, axis=None, name=None', (c, a) => {
    const axes = a.axes('axis');
    return squeeze(c, a.tensor('input'), axes !== null && axes.length === 0 ? null : axes);
  }),
  'tf.transpose': entry("a, perm=None, conjugate=False, name='transpose'", (c, a) => permute(c, a.tensor('a'), a.axes('perm'))),
  'tf.linalg.matrix_transpose': entry("a, name='matrix_transpose', conjugate=False", (c, a) => swapAxes(c, a.tensor('a'), -1, -2)),
  'tf.concat': entry("values, axis, name='concat'", (c, a) => {
    const parts = sameType(c, knownValue(c, a.value('values')));
    const [first] = parts;
    if (first === undefined) return c.fail(failure('argument', 'value', 'there is nothing to concatenate'));
    if (rankOf(first) === 0) return c.fail(failure('rank', 'shape', 'scalars cannot be concatenated: stack them', { rank: 0 }), parts);
    return concat(c, parts, axisOf(c, first, a.int('axis')));
  }),
  'tf.stack tf.parallel_stack': entry("values, axis=0, name='stack'", (c, a) => {
    const given = knownValue(c, a.value('values'));
    if (given.kind === 'tensor' && a.int('axis') === 0) return given;
    const parts = sameType(c, given.kind === 'tensor' ? list(c.iterate(given)) : given);
    const [first] = parts;
    return first === undefined ? c.tensor(list([])) : stack(c, parts, axisOf(c, first, a.int('axis'), rankOf(first) + 1));
  }),
  'tf.unstack': entry("value, num=None, axis=0, name='unstack'", (c, a) =>
    list(unstack(c, a.tensor('value'), a.int('axis'), a.optionalInt('num'))),
  ),
  'tf.split': entry("value, num_or_size_splits, axis=0, num=None, name='split'", (c, a) => list(split(c, a))),
  'tf.slice': entry('input_, begin, size, name=None', (c, a) => {
    const x = a.tensor('input_');
    const begin = a.shape('begin');
    const size = a.shape('size').map((dim, i) => (dim === -1 ? subtractDims(dimAt(x, i), begin[i] ?? 0) : dim));
    if (begin.length !== rankOf(x)) return c.fail(failure('rank', 'shape', `begin has ${begin.length} entries for rank ${rankOf(x)}`), [x]);
    return c.emit('slice', [x], { start: begin, size, step: x.type.shape.map(() => 1) });
  }),
  'tf.strided_slice': entry(
    'input_, begin, end, strides=None, begin_mask=0, end_mask=0, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0, var=None, name=None',
    (c, a) => stridedSlice(c, a),
  ),
  'tf.tile': entry('input, multiples, name=None', (c, a) => c.emit('tile', [a.tensor('input')], { multiples: a.shape('multiples') })),
  'tf.repeat': entry('input, repeats, axis=None, name=None', (c, a) =>
    repeat(c, a.tensor('input'), knownValue(c, a.value('repeats')), a.optionalInt('axis')),
  ),
  'tf.broadcast_to': entry('input, shape, name=None', (c, a) => c.emit('broadcastTo', [a.tensor('input')], { shape: a.shape('shape') })),
  'tf.pad': entry("tensor, paddings, mode='CONSTANT', constant_values=0, name=None", (c, a) =>
    pad(c, a.tensor('tensor'), paddingsOf(c, knownValue(c, a.value('paddings'))), a.string('mode'), a.number('constant_values')),
  ),
  'tf.reverse': entry('tensor, axis, name=None', (c, a) => c.emit('reverse', [a.tensor('tensor')], { axes: a.axes('axis') ?? [] })),
  'tf.roll': entry('input, shift, axis, name=None', (c, a) => roll(c, a.tensor('input'), a.axes('shift') ?? [], a.axes('axis') ?? [])),
  'tf.meshgrid': entry('*args, **kwargs', (c, a) => meshgrid(c, a)),
};

/** Values of one dtype, as tensors: a single tensor counts as a list of one. */
export function sameType(c: CallContext, values: Value): TensorValue[] {
  if (values.kind === 'tensor') return [values];
  const items = c.iterate(values).map((item) => knownValue(c, item));
  const leader = items.find((item): item is TensorValue => item.kind === 'tensor' && item.flavor !== 'numpy');
  if (leader === undefined || !inGraph(c)) return matching(c, items);
  return items.map((item) => (item.kind === 'tensor' && item.flavor !== 'numpy' ? item : c.tensor(item, leader.type.dtype)));
}

export function permute(c: CallContext, x: TensorValue, permutation: readonly number[] | null): TensorValue {
  const order = permutation ?? x.type.shape.map((_, i) => rankOf(x) - 1 - i);
  return transpose(c, x, order);
}

export function unstack(c: CallContext, x: TensorValue, axis: number, given: number | null): TensorValue[] {
  const normal = axisOf(c, x, axis);
  const size = given ?? dimAt(x, normal);
  if (typeof size !== 'number' && isBatch(size) && inGraph(c))
    c.note(
      failure(
        'static-batch-size',
        'value',
        'the number of parts is the batch size, which is None inside fit when the last batch is smaller',
      ),
      [x],
    );
  if (typeof size !== 'number') return c.unknown(`how many parts axis ${axis} of size ${dimText(size)} gives is not known before it runs`);
  return Array.from({ length: size }, (_, i) => indexAxis(c, x, normal, i));
}

function split(c: CallContext, a: Args): TensorValue[] {
  const x = a.tensor('value');
  const axis = axisOf(c, x, a.int('axis'));
  const parts = knownValue(c, a.value('num_or_size_splits'));
  if (parts.kind === 'number' || (parts.kind === 'tensor' && rankOf(parts) === 0))
    return equalParts(c, x, a.int('num_or_size_splits'), axis);
  return sizedParts(c, x, shapeOf(c, parts, 'num_or_size_splits'), axis);
}

export function equalParts(c: CallContext, x: TensorValue, count: number, axis: number): TensorValue[] {
  const dim = dimAt(x, axis);
  if (typeof dim === 'number' && dim % count !== 0) {
    return c.fail(failure('split', 'shape', `axis ${axis} of size ${dim} cannot be split into ${count} equal parts`, { axis, size: dim }), [
      x,
    ]);
  }
  const size = divideExactly(dim, count) ?? floorDivideDims(dim, count);
  return Array.from({ length: count }, (_, i) => sliceAxis(c, x, axis, multiplyDims(size, i), size));
}

export function sizedParts(c: CallContext, x: TensorValue, sizes: Shape, axis: number): TensorValue[] {
  const dim = dimAt(x, axis);
  const rest = sizes.filter((size) => size !== -1).reduce<Dim>(addDims, 0);
  const complete = sizes.map((size) => (size === -1 ? subtractDims(dim, rest) : size));
  const total = complete.reduce<Dim>(addDims, 0);
  if (compareDims(total, dim) === 'different') {
    const detail = `the sizes sum to ${dimText(total)}, but axis ${axis} has size ${dimText(dim)}`;
    return c.fail(failure('split', 'shape', detail, { axis, size: dimText(dim) }), [x]);
  }
  let start: Dim = 0;
  return complete.map((size) => {
    const part = sliceAxis(c, x, axis, start, size);
    start = addDims(start, size);
    return part;
  });
}

function stridedSlice(c: CallContext, a: Args): TensorValue {
  for (const mask of ['ellipsis_mask', 'new_axis_mask'])
    if (a.int(mask) !== 0) return c.unknown('tf.strided_slice with masks is not understood yet');
  const begin = a.items('begin');
  const end = a.items('end');
  const strides = a.value('strides').kind === 'none' ? [] : a.items('strides');
  const bit = (mask: string, i: number) => (a.int(mask) >> i) % 2 === 1;
  const none: Value = { kind: 'none' };
  const items = begin.map((start, i): Value => {
    if (bit('shrink_axis_mask', i)) return start;
    return {
      kind: 'slice',
      start: bit('begin_mask', i) ? none : start,
      stop: bit('end_mask', i) ? none : (end[i] ?? none),
      step: strides[i] ?? none,
    };
  });
  return indexTensor(c, a.tensor('input_'), items);
}

/** np.repeat's meaning: each element several times in a row. */
export function repeat(c: CallContext, input: TensorValue, repeats: Value, axis: number | null): TensorValue {
  const x = axis === null ? flatten(c, input) : input;
  const normal = axisOf(c, x, axis ?? 0);
  const counts = repeats.kind === 'list' || repeats.kind === 'tuple' || (repeats.kind === 'tensor' && rankOf(repeats) > 0);
  if (counts) return repeatEach(c, x, repeats, normal);
  const times = dimOf(c, repeats, 'repeats');
  const wide = expandDims(c, x, normal + 1);
  const tiled = c.emit('tile', [wide], { multiples: wide.type.shape.map((_, i) => (i === normal + 1 ? times : 1)) });
  return reshape(
    c,
    tiled,
    x.type.shape.map((dim, i) => (i === normal ? multiplyDims(dim, times) : dim)),
  );
}

function repeatEach(c: CallContext, x: TensorValue, repeats: Value, axis: number): TensorValue {
  const counts = c.numbers(c.tensor(repeats));
  if (counts === undefined) {
    const indices = c.wrap(c.build.emit('range', [], { start: 0, step: 1, size: c.freshDim('n'), dtype: 'int32' }));
    return c.emit('gather', [x, indices], { axis, batchDims: 0 });
  }
  const once =
    counts.length === 1 && typeof dimAt(x, axis) === 'number'
      ? new Array<number>(Number(dimAt(x, axis))).fill(counts[0] ?? 1)
      : Array.from(counts);
  const positions = once.flatMap((count, i) => new Array<number>(count).fill(i));
  return c.emit('gather', [x, c.wrap(c.build.constant(positions, [positions.length], 'int32'))], { axis, batchDims: 0 });
}

/** [[before, after], …] of every axis. */
export function paddingsOf(c: CallContext, value: Value): (readonly [Dim, Dim])[] {
  if (value.kind === 'tensor') {
    const dims = c.dims(value) ?? c.unknown('the paddings are not known');
    return Array.from({ length: dims.length / 2 }, (_, i) => [dims[2 * i] ?? 0, dims[2 * i + 1] ?? 0] as const);
  }
  return c.iterate(value).map((item) => {
    const [before, after] = shapeOf(c, knownValue(c, item), 'paddings');
    return [before ?? 0, after ?? before ?? 0] as const;
  });
}

export function pad(c: CallContext, x: TensorValue, paddings: readonly (readonly [Dim, Dim])[], mode: string, value: number): TensorValue {
  if (paddings.length !== rankOf(x)) {
    return c.fail(failure('rank', 'shape', `${paddings.length} paddings for a value of rank ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
  }
  const lower = mode.toLowerCase();
  if (lower !== 'constant' && lower !== 'reflect' && lower !== 'symmetric')
    return c.fail(failure('argument', 'value', `padding mode ${mode} is none of CONSTANT, REFLECT, SYMMETRIC`), [x]);
  return c.emit('pad', [x], { paddings, mode: lower, value });
}

export function roll(c: CallContext, input: TensorValue, shifts: readonly number[], axes: readonly number[]): TensorValue {
  let x = input;
  shifts.forEach((shift, i) => {
    const axis = axisOf(c, x, axes[i] ?? 0);
    const dim = dimAt(x, axis);
    const by = typeof dim === 'number' && dim > 0 ? ((shift % dim) + dim) % dim : shift;
    if (by === 0) return;
    const [cut, tail] = by > 0 ? [subtractDims(dim, by), by] : [-by, subtractDims(dim, -by)];
    x = concat(c, [sliceAxis(c, x, axis, cut, tail), sliceAxis(c, x, axis, 0, cut)], axis);
  });
  return x;
}

function meshgrid(c: CallContext, a: Args): Value {
  const indexing = a.keywords.indexing;
  const matrix = indexing?.kind === 'string' && indexing.value === 'ij';
  if (indexing?.kind === 'string' && indexing.value !== 'ij' && indexing.value !== 'xy')
    return c.fail(failure('argument', 'value', `indexing must be 'xy' or 'ij', not '${indexing.value}'`));
  return list(grids(c, matching(c, a.rest), matrix));
}

/** Coordinate grids; `matrix`: first index along the first axis. */
export function grids(c: CallContext, inputs: readonly TensorValue[], matrix: boolean): TensorValue[] {
  const flat = inputs.map((x) => (rankOf(x) === 1 ? x : reshape(c, x, [sizeOf(x.type.shape)])));
  const place = (i: number) => (!matrix && i < 2 && flat.length > 1 ? 1 - i : i);
  const shape: Dim[] = flat.map(() => 1);
  flat.forEach((x, i) => {
    shape[place(i)] = dimAt(x, 0);
  });
  return flat.map((x, i) =>
    c.emit(
      'broadcastTo',
      [
        reshape(
          c,
          x,
          shape.map((dim, axis) => (axis === place(i) ? dim : 1)),
        ),
      ],
      { shape },
    ),
  );
}
