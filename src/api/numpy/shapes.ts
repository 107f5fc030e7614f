/** Owns NumPy's functions on shapes: joining, splitting, turning, choosing, sorting, and matrices. */
import type { ApiEntry, CallContext } from '../../value/api';
import { list, type TensorValue, tuple, type Value } from '../../value/value';
import { axesOf, knownValue } from '../args';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import {
  axisOf,
  cast,
  dimAt,
  expandDims,
  flatten,
  moveAxis,
  rankOf,
  reshape,
  select,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from '../tensors';
import { diagPart } from '../tf/linalg';
import { sorted, sortIndices } from '../tf/ordering';
import { norm } from '../tf/reductions';
import { gather, unique } from '../tf/selection';
import { equalParts, pad, paddingsOf, repeat, roll, sizedParts } from '../tf/shapes';
import { array, operand } from './array';
import { asArray, commonArrays, emitArray } from './numpyOperators';
import { floats, npReduce } from './reductions';

const joined = (c: CallContext, values: Value): TensorValue[] => {
  const parts = c.iterate(knownValue(c, values)).map((item) => array(c, item));
  return parts.map((part) => parts.reduce((x, other) => commonArrays(c, x, other)[0], part));
};

export const NUMPY_SHAPES: ApiTable = {
  'np.reshape': entry('a, newshape=None, order=None, *, shape=None', (c, a) =>
    asArray(c, reshape(c, array(c, a.value('a')), a.has('shape') ? a.shape('shape') : a.shape('newshape'))),
  ),
  'np.expand_dims': entry('a, axis', (c, a) => {
    const x = array(c, a.value('a'));
    return asArray(
      c,
      (a.axes('axis') ?? []).reduce((y, axis) => expandDims(c, y, axisOf(c, y, axis, rankOf(y) + 1)), x),
    );
  }),
  'np.squeeze': entry('a, axis=None', (c, a) => asArray(c, squeeze(c, array(c, a.value('a')), a.axes('axis')))),
  'np.transpose np.permute_dims': entry('a, axes=None', (c, a) => {
    const x = array(c, a.value('a'));
    return asArray(c, transpose(c, x, a.axes('axes') ?? [...x.type.shape.keys()].reverse()));
  }),
  'np.swapaxes': entry('a, axis1, axis2', (c, a) => asArray(c, swapAxes(c, array(c, a.value('a')), a.int('axis1'), a.int('axis2')))),
  'np.moveaxis': entry('a, source, destination', (c, a) =>
    asArray(c, moveAxis(c, array(c, a.value('a')), a.int('source'), a.int('destination'))),
  ),
  'np.ravel': entry('a, order=None', (c, a) => asArray(c, flatten(c, array(c, a.value('a'))))),
  'np.concatenate': entry('arrays, axis=0, **kwargs', (c, a) => {
    const parts = joined(c, a.value('arrays'));
    const axis = a.optionalInt('axis');
    return emitArray(c, 'concat', axis === null ? parts.map((part) => flatten(c, part)) : parts, { axis: axis ?? 0 });
  }),
  'np.stack': entry('arrays, axis=0, **kwargs', (c, a) => {
    const parts = joined(c, a.value('arrays'));
    const [first] = parts;
    return first === undefined
      ? c.unknown('nothing to stack')
      : asArray(c, stack(c, parts, axisOf(c, first, a.int('axis'), rankOf(first) + 1)));
  }),
  'np.vstack': entry('tup', (c, a) =>
    emitArray(
      c,
      'concat',
      joined(c, a.value('tup')).map((x) => (rankOf(x) === 1 ? expandDims(c, x, 0) : x)),
      { axis: 0 },
    ),
  ),
  'np.hstack': entry('tup', (c, a) => {
    const parts = joined(c, a.value('tup'));
    return emitArray(c, 'concat', parts, { axis: parts.every((x) => rankOf(x) === 1) ? 0 : 1 });
  }),
  'np.tile': entry('A, reps', (c, a) => {
    const x = array(c, a.value('A'));
    const reps = a.value('reps').kind === 'number' ? [a.dim('reps')] : a.shape('reps');
    const rank = Math.max(rankOf(x), reps.length);
    const wide = reshape(c, x, [...Array.from({ length: rank - rankOf(x) }, () => 1), ...x.type.shape]);
    return emitArray(c, 'tile', [wide], { multiples: [...Array.from({ length: rank - reps.length }, () => 1), ...reps] });
  }),
  'np.repeat': entry('a, repeats, axis=None', (c, a) =>
    asArray(c, repeat(c, array(c, a.value('a')), a.value('repeats'), a.optionalInt('axis'))),
  ),
  'np.broadcast_to': entry('array, shape', (c, a) =>
    emitArray(c, 'broadcastTo', [array(c, a.value('array'))], { shape: a.shape('shape') }),
  ),
  'np.flip': entry('m, axis=None', (c, a) => {
    const x = array(c, a.value('m'));
    return emitArray(c, 'reverse', [x], { axes: a.axes('axis') ?? [...x.type.shape.keys()] });
  }),
  'np.roll': entry('a, shift, axis=None', (c, a) => {
    const x = array(c, a.value('a'));
    const axes = a.axes('axis');
    const shifts = a.axes('shift') ?? [];
    return asArray(c, axes === null ? reshape(c, roll(c, flatten(c, x), shifts, [0]), x.type.shape) : roll(c, x, shifts, axes));
  }),
  'np.pad': entry("array, pad_width, mode='constant', constant_values=0", (c, a) => {
    const x = array(c, a.value('array'));
    const width = knownValue(c, a.value('pad_width'));
    const flat =
      (width.kind === 'tuple' || width.kind === 'list') && width.items.every((item) => item.kind === 'number')
        ? (axesOf(c, width, 'pad_width') ?? [])
        : null;
    const all =
      flat !== null
        ? x.type.shape.map(() => [flat[0] ?? 0, flat[1] ?? flat[0] ?? 0] as const)
        : width.kind === 'number'
          ? x.type.shape.map(() => [a.dim('pad_width'), a.dim('pad_width')] as const)
          : paddingsOf(c, width);
    return asArray(c, pad(c, x, all, a.string('mode'), a.number('constant_values')));
  }),
  'np.split': entry('ary, indices_or_sections, axis=0', (c, a) => {
    const x = array(c, a.value('ary'));
    const axis = axisOf(c, x, a.int('axis'));
    const sections = knownValue(c, a.value('indices_or_sections'));
    if (sections.kind === 'number') return list(equalParts(c, x, a.int('indices_or_sections'), axis).map((part) => asArray(c, part)));
    const bounds = [0, ...(axesOf(c, sections, 'indices_or_sections') ?? [])];
    const total = dimAt(x, axis);
    const sizes = bounds.map((from, i) =>
      i + 1 < bounds.length ? (bounds[i + 1] ?? 0) - from : typeof total === 'number' ? total - from : -1,
    );
    return list(sizedParts(c, x, sizes, axis).map((part) => asArray(c, part)));
  }),
  'np.where': entry('condition, x=<none>, y=<none>', (c, a) => {
    const condition = array(c, a.value('condition'), 'bool');
    if (!a.has('x')) {
      const places = nonzero(c, condition);
      return tuple(
        condition.type.shape.map((_, axis) =>
          asArray(
            c,
            c.emit('squeeze', [c.emit('slice', [places], { start: [0, axis], size: [dimAt(places, 0), 1], step: [1, 1] })], { axes: [1] }),
          ),
        ),
      );
    }
    const [x, y] = commonArrays(c, operand(c, a.value('x')), operand(c, a.value('y')));
    return asArray(c, select(c, condition, x, y));
  }),
  'np.take': entry('a, indices, axis=None', (c, a) => {
    const x = array(c, a.value('a'));
    const axis = a.optionalInt('axis');
    return asArray(c, gather(c, axis === null ? flatten(c, x) : x, array(c, a.value('indices')), axis ?? 0, 0));
  }),
  'np.compress np.extract': entry('condition, a', (c, a) =>
    asArray(c, booleanMask(c, array(c, a.value('a')), array(c, a.value('condition'), 'bool'), 0)),
  ),
  'np.sort': entry('a, axis=-1', (c, a) => asArray(c, sorted(c, array(c, a.value('a')), a.int('axis'), 'ascending'))),
  'np.argsort': entry('a, axis=-1, kind=None', (c, a) =>
    asArray(c, cast(c, sortIndices(c, array(c, a.value('a')), a.int('axis'), 'ascending'), 'int64')),
  ),
  'np.unique': entry('ar, **kwargs', (c, a) =>
    Object.keys(a.keywords).length > 0
      ? c.unknown('np.unique with options')
      : asArray(c, unique(c, flatten(c, array(c, a.value('ar'))), true).values),
  ),
  'np.linalg.inv': matrixOp('inverse', { adjoint: false }),
  'np.linalg.det': matrixOp('det', {}),
  'np.linalg.cholesky': matrixOp('cholesky', {}),
  'np.linalg.norm': entry('x, ord=None, axis=None, keepdims=False', (c, a) => {
    const x = floats(c, array(c, a.value('x')));
    const order = a.value('ord');
    const kind = order.kind === 'none' ? 'euclidean' : order.kind === 'string' ? (order.value ?? 'fro') : a.number('ord');
    return asArray(c, norm(c, x, kind, a.axes('axis'), a.bool('keepdims')));
  }),
  'np.linalg.solve': entry('a, b', (c, a) => {
    const [x, y] = commonArrays(c, floats(c, array(c, a.value('a'))), floats(c, array(c, a.value('b'))));
    const vectorRight = rankOf(y) === 1;
    const solved = emitArray(c, 'solve', [x, vectorRight ? expandDims(c, y, 1) : y]);
    return vectorRight ? asArray(c, squeeze(c, solved, [1])) : solved;
  }),
  'np.trace': entry('a', (c, a) => npReduce(c, 'sum', asArray(c, diagPart(c, array(c, a.value('a')), 0)), [-1], false)),
};

function matrixOp(op: string, attrs: Readonly<Record<string, unknown>>): ApiEntry {
  return entry('a', (c, a) => emitArray(c, op, [floats(c, array(c, a.value('a')))], attrs));
}
