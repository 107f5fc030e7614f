/** Owns TensorFlow.js's ops on shapes: reshaping, slicing, joining, gathering, sorting. */
import { failure } from '../../graph/primitive';
import { type Dim, subtractDims } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { dict, list, type TensorValue, type Value } from '../../value/value';
import { knownValue, shapeOf } from '../args';
import { indexTensor } from '../indexing';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, concat, expandDims, flatten, rankOf, reshape, squeeze, stack } from '../tensors';
import { topK } from '../tf/ordering';
import { unique } from '../tf/selection';
import { equalParts, pad, paddingsOf, permute, sizedParts, unstack } from '../tf/shapes';
import { argument, shapeArgument, tensorLike, upcast } from './tensorLike';

export const TFJS_SHAPES: ApiTable = {
  'tfjs.reshape': entry('x, shape', (c, a) => reshape(c, argument(c, a, 'x'), shapeArgument(c, a))),
  'tfjs.expandDims': entry('x, axis=0', (c, a) => {
    const x = argument(c, a, 'x');
    return expandDims(c, x, axisOf(c, x, a.int('axis'), rankOf(x) + 1));
  }),
  'tfjs.squeeze': entry('x, axis=None', (c, a) => squeeze(c, argument(c, a, 'x'), a.axes('axis'))),
  'tfjs.transpose': entry('x, perm=None', (c, a) => permute(c, argument(c, a, 'x'), a.axes('perm'))),
  'tfjs.broadcastTo': entry('x, shape', (c, a) => c.emit('broadcastTo', [argument(c, a, 'x')], { shape: a.shape('shape') })),
  'tfjs.ensureShape': entry('x, shape', (c, a) => c.emit('identity', [argument(c, a, 'x')])),
  'tfjs.tile': entry('x, reps', (c, a) => c.emit('tile', [argument(c, a, 'x')], { multiples: a.shape('reps') })),
  'tfjs.reverse': entry('x, axis=None', (c, a) => {
    const x = argument(c, a, 'x');
    return c.emit('reverse', [x], { axes: a.axes('axis') ?? x.type.shape.map((_, i) => i) });
  }),
  'tfjs.pad tfjs.pad1d tfjs.pad2d tfjs.pad3d tfjs.pad4d': entry('x, paddings, constantValue=0', (c, a) => {
    const x = argument(c, a, 'x');
    const given = knownValue(c, a.value('paddings'));
    const flat = given.kind === 'list' && given.items[0]?.kind === 'number';
    return pad(c, x, paddingsOf(c, flat ? list([given]) : given), 'constant', a.number('constantValue'));
  }),
  'tfjs.mirrorPad': entry('x, paddings, mode', (c, a) =>
    pad(c, argument(c, a, 'x'), paddingsOf(c, knownValue(c, a.value('paddings'))), a.string('mode'), 0),
  ),
  'tfjs.slice tfjs.slice1d tfjs.slice2d tfjs.slice3d tfjs.slice4d': entry('x, begin, size=None', (c, a) => slice(c, a)),
  'tfjs.stridedSlice': entry(
    'x, begin, end, strides=None, beginMask=0, endMask=0, ellipsisMask=0, newAxisMask=0, shrinkAxisMask=0',
    (c, a) => stridedSlice(c, a),
  ),
  'tfjs.concat tfjs.concat1d tfjs.concat2d tfjs.concat3d tfjs.concat4d': entry('tensors, axis=0', (c, a) => {
    const parts = sameTypes(c, tensorsOf(c, a, 'tensors'));
    const [first] = parts;
    if (first === undefined) return c.fail(failure('argument', 'value', 'pass at least one tensor to concat'));
    return concat(c, parts, axisOf(c, first, a.int('axis')));
  }),
  'tfjs.stack': entry('tensors, axis=0', (c, a) => {
    const parts = sameTypes(c, tensorsOf(c, a, 'tensors'));
    const [first] = parts;
    if (first === undefined) return c.fail(failure('argument', 'value', 'pass at least one tensor to tf.stack'));
    return stack(c, parts, axisOf(c, first, a.int('axis'), rankOf(first) + 1));
  }),
  'tfjs.unstack': entry('x, axis=0', (c, a) => list(unstack(c, argument(c, a, 'x'), a.int('axis'), null))),
  'tfjs.split': entry('x, numOrSizeSplits, axis=0', (c, a) => {
    const x = argument(c, a, 'x');
    const axis = axisOf(c, x, a.int('axis'));
    const given = knownValue(c, a.value('numOrSizeSplits'));
    return list(
      given.kind === 'number'
        ? equalParts(c, x, a.int('numOrSizeSplits'), axis)
        : sizedParts(c, x, shapeOf(c, given, 'numOrSizeSplits'), axis),
    );
  }),
  'tfjs.gather': entry('x, indices, axis=0, batchDims=0', (c, a) => {
    const x = argument(c, a, 'x');
    const [indices, axis] = [argument(c, a, 'indices', 'int32'), axisOf(c, x, a.int('axis'))];
    requirePlaces(c, x, indices, axis);
    return c.emit('gather', [x, indices], { axis, batchDims: a.int('batchDims') });
  }),
  'tfjs.gatherND': entry('x, indices', (c, a) =>
    c.emit('gatherNd', [argument(c, a, 'x'), argument(c, a, 'indices', 'int32')], { batchDims: 0 }),
  ),
  'tfjs.scatterND': entry('indices, updates, shape', (c, a) =>
    c.emit('scatterNd', [argument(c, a, 'indices', 'int32'), argument(c, a, 'updates')], { shape: a.shape('shape'), kind: 'add' }),
  ),
  'tfjs.tensorScatterUpdate': entry('tensor, indices, updates', (c, a) =>
    c.emit('tensorScatter', [argument(c, a, 'tensor'), argument(c, a, 'indices', 'int32'), argument(c, a, 'updates')], { kind: 'update' }),
  ),
  'tfjs.oneHot': entry("indices, depth, onValue=1, offValue=0, dtype='int32'", (c, a) => {
    const indices = argument(c, a, 'indices', 'int32');
    const [depth, onValue, offValue, dtype] = [a.dim('depth'), a.number('onValue'), a.number('offValue'), a.dtype('dtype')];
    return c.emit('oneHot', [indices], { depth, onValue, offValue, axis: -1, dtype });
  }),
  'tfjs.topk': entry('x, k=1, sorted=True', (c, a) => {
    const { values, indices } = topK(c, argument(c, a, 'x'), a.dim('k'));
    return dict([
      ['values', values],
      ['indices', indices],
    ]);
  }),
  'tfjs.unique': entry('x, axis=0', (c, a) => {
    const x = argument(c, a, 'x');
    if (rankOf(x) !== 1) return c.unknown('tf.unique of a matrix');
    const { values, indices } = unique(c, x, false);
    return dict([
      ['values', values],
      ['indices', indices],
    ]);
  }),
  'tfjs.booleanMaskAsync': entry('tensor, mask, axis=0', (c, a) =>
    promised(booleanMask(c, argument(c, a, 'tensor'), argument(c, a, 'mask', 'bool'), a.optionalInt('axis') ?? 0)),
  ),
  'tfjs.whereAsync': entry('condition', (c, a) => promised(cast(c, nonzero(c, argument(c, a, 'condition', 'bool')), 'int32'))),
  'tfjs.searchSorted tfjs.lowerBound': searching('left'),
  'tfjs.upperBound': searching('right'),
};

/** What an asynchronous function gives: `await` takes the value out. */
function promised(value: Value): Value {
  return { kind: 'object', type: 'js.Promise', attributes: new Map(), methods: new Map(), state: { value } };
}

/** Indices that are known must be places of the axis: none is clipped. */
function requirePlaces(c: CallContext, x: TensorValue, indices: TensorValue, axis: number): void {
  const size = x.type.shape[axis];
  const known = c.mode === 'check' ? c.numbers(indices) : undefined;
  if (known === undefined || typeof size !== 'number') return;
  const wrong = Array.from(known).find((index) => index < 0 || index >= size);
  if (wrong !== undefined) c.fail(failure('index-out-of-range', 'index', `index ${wrong} is not in 0…${size - 1} of axis ${axis}`), [x]);
}

function searching(side: 'left' | 'right'): ApiEntry {
  return entry(`sortedSequence, values, side='${side}'`, (c, a) =>
    c.emit('searchSorted', [argument(c, a, 'sortedSequence'), argument(c, a, 'values')], { side: a.string('side'), dtype: 'int32' }),
  );
}

export function tensorsOf(c: CallContext, a: Args, name: string): TensorValue[] {
  const given = knownValue(c, a.value(name));
  if (given.kind === 'tensor')
    return c.fail(failure('argument', 'type', `argument '${name}' must be an array of tensors, not a tensor`), [given]);
  return a.items(name).map((item) => tensorLike(c, item, name));
}

function sameTypes(c: CallContext, parts: readonly TensorValue[]): TensorValue[] {
  const [first] = parts;
  const dtype = parts.reduce((type, part) => upcast(type, part.type.dtype), first?.type.dtype ?? 'float32');
  return parts.map((part) => cast(c, part, dtype));
}

/** `begin` and `size` may be single numbers and may leave out last axes; a size of -1 or none at all is the rest. */
function slice(c: CallContext, a: Args): TensorValue {
  const x = argument(c, a, 'x');
  const rank = rankOf(x);
  if (rank === 0) return c.fail(failure('rank', 'shape', 'slicing a scalar is not possible', { rank }), [x]);
  const given = a.value('size').kind === 'none' ? [] : a.shape('size');
  const begin = a.shape('begin');
  if (begin.length > rank || given.length > rank)
    return c.fail(failure('rank', 'shape', `begin and size have more entries than the tensor's rank ${rank}`, { rank }), [x]);
  const start = x.type.shape.map((_, i): Dim => begin[i] ?? 0);
  const size = x.type.shape.map((dim, i) => {
    const wanted = given[i] ?? -1;
    return wanted === -1 ? subtractDims(dim, start[i] ?? 0) : wanted;
  });
  return c.emit('slice', [x], { start, size, step: x.type.shape.map(() => 1) });
}

function stridedSlice(c: CallContext, a: Args): TensorValue {
  if (a.int('ellipsisMask') !== 0 || a.int('newAxisMask') !== 0) return c.unknown('tf.stridedSlice with such masks');
  const number = (dims: Shape, i: number): Value => {
    const dim = dims[i];
    if (dim === undefined) return { kind: 'none' };
    return typeof dim === 'number'
      ? { kind: 'number', float: false, value: dim }
      : { kind: 'number', float: false, value: undefined, size: dim };
  };
  const [begin, end] = [a.shape('begin'), a.shape('end')];
  const strides = a.value('strides').kind === 'none' ? [] : a.shape('strides');
  const bit = (mask: string, i: number) => (a.int(mask) >> i) % 2 === 1;
  const items = begin.map((_, i): Value => {
    if (bit('shrinkAxisMask', i)) return number(begin, i);
    const [start, stop] = [bit('beginMask', i) ? -1 : i, bit('endMask', i) ? -1 : i];
    return { kind: 'slice', start: number(begin, start), stop: number(end, stop), step: number(strides, i) };
  });
  return indexTensor(c, argument(c, a, 'x'), items);
}

/** Methods that reshape: `x.flatten()`, `x.as2D(rows, columns)`, `x.reshapeAs(y)`. */
export const TFJS_RESHAPING: ApiTable = {
  'tfjs.(flatten)': entry('x', (c, a) => flatten(c, argument(c, a, 'x'))),
  'tfjs.(asScalar)': entry('x', (c, a) => reshape(c, argument(c, a, 'x'), [])),
  'tfjs.(as1D)': entry('x', (c, a) => flatten(c, argument(c, a, 'x'))),
  'tfjs.(as2D) tfjs.(as3D) tfjs.(as4D) tfjs.(as5D)': entry('x, *sizes', (c, a) => {
    const sizes = a.rest.map((size) => shapeOf(c, list([knownValue(c, size)]), 'size')[0] ?? 1);
    return reshape(c, argument(c, a, 'x'), sizes);
  }),
  'tfjs.(reshapeAs)': entry('x, like', (c, a) => reshape(c, argument(c, a, 'x'), argument(c, a, 'like').type.shape)),
  'tfjs.(toFloat)': entry('x', (c, a) => cast(c, argument(c, a, 'x'), 'float32')),
  'tfjs.(toInt)': entry('x', (c, a) => cast(c, argument(c, a, 'x'), 'int32')),
  'tfjs.(toBool)': entry('x', (c, a) => cast(c, argument(c, a, 'x'), 'bool')),
};
