/** Owns keras.ops' functions that move elements: reshape, transpose, join, split, repeat, pad, flip, slices, diagonals, triangles. */
import { failure } from '../../graph/primitive';
import { addDims, type Dim, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import type { Args, CallContext } from '../../value/api';
import { integer, list, type TensorValue, type Value } from '../../value/value';
import { dimOf } from '../args';
import { indexTensor } from '../indexing';
import { type ApiTable, entry } from '../table';
import {
  allAxes,
  axisOf,
  cast,
  concat,
  dimAt,
  expandDims,
  filled,
  flatten,
  rankOf,
  reshape,
  select,
  sliceAxis,
  stack,
  swapAxes,
  transpose,
} from '../tensors';
import { band, diagonal, diagonalMatrix } from './diagonal';
import { delegate, opsTable, passOn, promoted } from './promote';

const MOVES: ApiTable = {
  reshape: passOn('x, newshape', 'tf.reshape', ['x', 'newshape']),
  transpose: entry('x, axes=None', (c, args) => {
    const x = args.tensor('x');
    const axes = args.axes('axes') ?? [...allAxes(x)].reverse();
    return transpose(
      c,
      x,
      axes.map((axis) => axisOf(c, x, axis)),
    );
  }),
  expand_dims: entry('x, axis', (c, args) => {
    const x = args.tensor('x');
    const axes = args.axes('axis') ?? [];
    const rank = rankOf(x) + axes.length;
    return axes
      .map((axis) => axisOf(c, x, axis, rank))
      .sort((a, b) => a - b)
      .reduce((result, axis) => expandDims(c, result, axis), x);
  }),
  squeeze: passOn('x, axis=None', 'tf.squeeze', ['x', 'axis']),
  ravel: entry('x', (c, args) => flatten(c, args.tensor('x'))),
  swapaxes: entry('x, axis1, axis2', (c, args) => swapAxes(c, args.tensor('x'), args.int('axis1'), args.int('axis2'))),
  moveaxis: entry('x, source, destination', (c, args) =>
    moveAxes(c, args.tensor('x'), args.axes('source') ?? [], args.axes('destination') ?? []),
  ),
  broadcast_to: passOn('x, shape', 'tf.broadcast_to', ['x', 'shape']),
  flip: entry('x, axis=None', (c, args) => {
    const x = args.tensor('x');
    return c.emit('reverse', [x], { axes: (args.axes('axis') ?? allAxes(x)).map((axis) => axisOf(c, x, axis)) });
  }),
  fliplr: entry('x', (c, args) => c.emit('reverse', [args.tensor('x')], { axes: [axisOf(c, args.tensor('x'), 1)] })),
  flipud: entry('x', (c, args) => c.emit('reverse', [args.tensor('x')], { axes: [axisOf(c, args.tensor('x'), 0)] })),
  roll: entry('x, shift, axis=None', (c, args) => {
    const x = args.tensor('x');
    if (args.value('axis').kind !== 'none') return delegate(c, 'tf.roll', [x, args.value('shift'), args.value('axis')]);
    return reshape(c, c.tensor(delegate(c, 'tf.roll', [flatten(c, x), args.value('shift'), integer(0)])), x.type.shape);
  }),
  rot90: entry('array, k=1, axes=(0, 1)', rotate),
  tile: entry('x, repeats', tile),
  repeat: passOn('x, repeats, axis=None', 'tf.repeat', ['x', 'repeats', 'axis']),
  pad: entry("x, pad_width, mode='constant', constant_values=None", (c, args) => {
    const values = args.value('constant_values');
    return delegate(c, 'tf.pad', [args.tensor('x'), args.value('pad_width'), args.value('mode')], {
      constant_values: values.kind === 'none' ? integer(0) : values,
    });
  }),
  slice: passOn('inputs, start_indices, shape', 'tf.slice', ['inputs', 'start_indices', 'shape']),
  get_item: entry('x, key', (c, args) => indexTensor(c, args.tensor('x'), keysOf(args.value('key')))),
  meshgrid: entry("*x, indexing='xy'", (c, args) => delegate(c, 'tf.meshgrid', args.rest, { indexing: args.value('indexing') })),
};

/** A tuple indexes several axes. */
function keysOf(key: Value): readonly Value[] {
  return key.kind === 'tuple' ? key.items : [key];
}

export function moveAxes(c: CallContext, x: TensorValue, source: readonly number[], destination: readonly number[]): TensorValue {
  if (source.length !== destination.length) c.fail(failure('argument', 'value', 'source and destination must name equally many axes'));
  const from = source.map((axis) => axisOf(c, x, axis));
  const to = destination.map((axis) => axisOf(c, x, axis));
  const permutation = allAxes(x).filter((axis) => !from.includes(axis));
  const moves = to.map((place, i) => [place, from[i] ?? 0] as const).sort((a, b) => a[0] - b[0]);
  for (const [place, axis] of moves) permutation.splice(place, 0, axis);
  return permutation.every((axis, i) => axis === i) ? x : transpose(c, x, permutation);
}

function rotate(c: CallContext, args: Args): TensorValue {
  const x = args.tensor('array');
  const [first, second] = (args.axes('axes') ?? [0, 1]).map((axis) => axisOf(c, x, axis));
  if (first === undefined || second === undefined || first === second)
    return c.fail(failure('argument', 'value', 'axes must be two different axes'));
  const turns = ((args.int('k') % 4) + 4) % 4;
  const flip = (value: TensorValue, axis: number) => c.emit('reverse', [value], { axes: [axis] });
  if (turns === 0) return x;
  if (turns === 2) return flip(flip(x, first), second);
  return turns === 1 ? swapAxes(c, flip(x, second), first, second) : flip(swapAxes(c, x, first, second), second);
}

function tile(c: CallContext, args: Args): TensorValue {
  const value = args.value('repeats');
  const repeats: readonly Dim[] = value.kind === 'number' ? [dimOf(c, value, 'repeats')] : args.shape('repeats');
  let x = args.tensor('x');
  while (rankOf(x) < repeats.length) x = expandDims(c, x, 0);
  return c.emit('tile', [x], { multiples: [...Array.from({ length: rankOf(x) - repeats.length }, () => 1), ...repeats] });
}

/** Tensors of one common type. */
function common(c: CallContext, args: Args, name: string): TensorValue[] {
  const value = args.value(name);
  return promoted(c, value.kind === 'tensor' ? c.iterate(value) : args.items(name)).map((tensor) => tensor);
}

const atLeast = (c: CallContext, x: TensorValue, rank: number): TensorValue =>
  rankOf(x) >= rank ? x : atLeast(c, expandDims(c, x, 0), rank);

const JOINS: ApiTable = {
  concatenate: entry('xs, axis=0', (c, args) => {
    const parts = common(c, args, 'xs');
    return args.value('axis').kind === 'none'
      ? concat(
          c,
          parts.map((part) => flatten(c, part)),
          0,
        )
      : c.emit('concat', parts, { axis: args.int('axis') });
  }),
  stack: entry('x, axis=0', (c, args) => stack(c, common(c, args, 'x'), args.int('axis'))),
  append: entry('x1, x2, axis=None', (c, args) => {
    const parts = promoted(c, [args.tensor('x1'), args.tensor('x2')]);
    const axis = args.optionalInt('axis');
    return axis === null
      ? concat(
          c,
          parts.map((part) => flatten(c, part)),
          0,
        )
      : concat(c, parts, axis);
  }),
  hstack: entry('xs', (c, args) => {
    const parts = common(c, args, 'xs');
    return concat(c, parts, parts[0] && rankOf(parts[0]) === 1 ? 0 : 1);
  }),
  vstack: entry('xs', (c, args) => concat(c, common(c, args, 'xs'), 0)),
  dstack: entry('xs', (c, args) =>
    concat(
      c,
      common(c, args, 'xs').map((part) => (rankOf(part) > 2 ? part : expandDims(c, atLeast(c, part, 2), 2))),
      2,
    ),
  ),
  unstack: passOn('x, num=None, axis=0', 'tf.unstack', ['x', 'num', 'axis']),
  split: entry('x, indices_or_sections, axis=0', (c, args) => list(splitAt(c, args.tensor('x'), args, args.int('axis')))),
  hsplit: entry('x, indices_or_sections', (c, args) => list(splitAt(c, args.tensor('x'), args, rankOf(args.tensor('x')) === 1 ? 0 : 1))),
  vsplit: entry('x, indices_or_sections', (c, args) => list(splitAt(c, args.tensor('x'), args, 0))),
  dsplit: entry('x, indices_or_sections', (c, args) => list(splitAt(c, args.tensor('x'), args, 2))),
  array_split: entry('x, indices_or_sections, axis=0', (c, args) =>
    list(unevenly(c, args.tensor('x'), args.int('indices_or_sections'), args.int('axis'))),
  ),
};

/** A number of equal parts, or the positions at which to cut (not sizes, as tf.split takes them). */
function splitAt(c: CallContext, x: TensorValue, args: Args, axis: number): TensorValue[] {
  const along = axisOf(c, x, axis);
  const whole = dimAt(x, along);
  const given = args.value('indices_or_sections');
  if (given.kind === 'number') return equally(c, x, along, whole, args.int('indices_or_sections'));
  const cuts = [...args.shape('indices_or_sections'), whole];
  return cuts.map((end, i) => {
    const start = i === 0 ? 0 : (cuts[i - 1] ?? 0);
    return sliceAxis(c, x, along, start, subtractDims(end, start));
  });
}

function equally(c: CallContext, x: TensorValue, axis: number, whole: Dim, parts: number): TensorValue[] {
  const size = floorDivideDims(whole, parts);
  if (typeof whole === 'number' && whole % parts !== 0) {
    c.fail(failure('split', 'shape', `an axis of size ${whole} cannot be split into ${parts} equal parts`, { axis, size: whole, parts }), [
      x,
    ]);
  }
  return Array.from({ length: parts }, (_, i) => sliceAxis(c, x, axis, multiplyDims(size, i), size));
}

function unevenly(c: CallContext, x: TensorValue, parts: number, axis: number): TensorValue[] {
  const along = axisOf(c, x, axis);
  const whole = dimAt(x, along);
  if (typeof whole !== 'number') return c.unknown('array_split of an axis whose size is not known');
  let start = 0;
  return Array.from({ length: parts }, (_, i) => {
    const size = Math.floor(whole / parts) + (i < whole % parts ? 1 : 0);
    start += size;
    return sliceAxis(c, x, along, start - size, size);
  });
}

const DIAGONALS: ApiTable = {
  diag: entry('x, k=0', (c, args) => diag(c, args.tensor('x'), args.int('k'))),
  diagflat: entry('x, k=0', (c, args) => diagonalMatrix(c, flatten(c, args.tensor('x')), args.int('k'))),
  diagonal: entry('x, offset=0, axis1=0, axis2=1', (c, args) => diagonal(c, lastTwo(c, args), args.int('offset'))),
  trace: entry('x, offset=0, axis1=0, axis2=1', (c, args) =>
    delegate(c, 'keras.ops.sum', [diagonal(c, lastTwo(c, args), args.int('offset')), integer(-1)]),
  ),
  tril: entry('x, k=0', (c, args) => masked(c, args.tensor('x'), 'greaterEqual', args.int('k'))),
  triu: entry('x, k=0', (c, args) => masked(c, args.tensor('x'), 'lessEqual', args.int('k'))),
  tri: entry('N, M=None, k=0, dtype=None', (c, args) => {
    const rows = args.dim('N');
    const columns = args.value('M').kind === 'none' ? rows : args.dim('M');
    return cast(c, band(c, rows, columns, 'greaterEqual', args.int('k')), args.optionalDtype('dtype') ?? 'float32');
  }),
  diff: entry('a, n=1, axis=-1', (c, args) => {
    let x = args.tensor('a');
    const axis = axisOf(c, x, args.int('axis'));
    for (let i = 0; i < args.int('n'); i++) {
      const size = addDims(dimAt(x, axis), -1);
      const pair = [sliceAxis(c, x, axis, 1, size), sliceAxis(c, x, axis, 0, size)];
      x = c.emit(x.type.dtype === 'bool' ? 'notEqual' : 'subtract', pair);
    }
    return x;
  }),
};

function diag(c: CallContext, x: TensorValue, k: number): TensorValue {
  if (rankOf(x) === 1) return diagonalMatrix(c, x, k);
  if (rankOf(x) === 2) return diagonal(c, x, k);
  return c.fail(failure('rank', 'shape', 'diag takes one or two axes'), [x]);
}

function lastTwo(c: CallContext, args: Args): TensorValue {
  return moveAxes(c, args.tensor('x'), [args.int('axis1'), args.int('axis2')], [-2, -1]);
}

function masked(c: CallContext, x: TensorValue, side: 'greaterEqual' | 'lessEqual', k: number): TensorValue {
  return select(c, band(c, dimAt(x, -2), dimAt(x, -1), side, k), x, filled(c, 0, [], x.type.dtype));
}

export const MOVEMENT_OPS: ApiTable = opsTable({ ...MOVES, ...JOINS, ...DIAGONALS });
