/** Owns TensorFlow.js's reductions, norms and cumulative ops. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { dict, type TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, mean, multiply, rankOf, reduce, squeeze, sum } from '../tensors';
import { norm } from '../tf/reductions';
import { argument, asFloat, axesArgument, type Wanted, withoutBool } from './tensorLike';

const SIGNATURE = 'x, axis=None, keepDims=False';

/** What is meant where two tensors are given. */
const ELEMENTWISE: Readonly<Record<string, string>> = {
  max: 'the larger of two tensors is tf.maximum(a, b)',
  min: 'the smaller of two tensors is tf.minimum(a, b)',
  prod: 'the product of two tensors is tf.mul(a, b)',
};

/** `tf.mean(x, 0, 1)`: the third argument is no second axis. */
function requireFlag(c: CallContext, a: Args): void {
  if (a.value('keepDims').kind !== 'number') return;
  const detail = 'the third argument is keepDims, true or false, and here it is a number: several axes are given as a list, [0, 1]';
  c.note(failure('argument', 'type', detail, { severity: 'warning' }));
}

/** What tf.norm knows as its order: for vectors, and for matrices where two axes are given. */
const ORDERS: ReadonlySet<string | number> = new Set<string | number>([
  'euclidean',
  'fro',
  1,
  2,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]);

function requireOrder(c: CallContext, order: string | number): void {
  if (ORDERS.has(order)) return;
  const axis =
    typeof order === 'number' ? `: the second argument is the order; the axis is the third, tf.norm(x, 'euclidean', ${order})` : '';
  c.fail(failure('argument', 'value', `tf.norm has no order ${order}${axis}`));
}

function reduction(op: string, prepare: (c: CallContext, x: TensorValue) => TensorValue, wanted: Wanted = 'numeric'): ApiEntry {
  return entry(SIGNATURE, (c, a) => {
    requireFlag(c, a);
    const axes = axesArgument(c, a, ELEMENTWISE[op] ?? 'add the tensors first, a.add(b)');
    return reduce(c, op, prepare(c, argument(c, a, 'x', wanted)), axes, a.bool('keepDims'));
  });
}

function extreme(op: 'argmax' | 'argmin'): ApiEntry {
  return entry('x, axis=0', (c, a) => {
    const x = withoutBool(c, argument(c, a, 'x'));
    return c.emit(op, [x], { axis: axisOf(c, x, a.int('axis')), dtype: 'int32' });
  });
}

function cumulative(op: string): ApiEntry {
  return entry('x, axis=0, exclusive=False, reverse=False', (c, a) => {
    const x = withoutBool(c, argument(c, a, 'x'));
    return c.emit(op, [x], { axis: axisOf(c, x, a.int('axis')), exclusive: a.bool('exclusive'), reverse: a.bool('reverse') });
  });
}

const asIs = (_c: CallContext, x: TensorValue): TensorValue => x;

export const TFJS_REDUCTIONS: ApiTable = {
  'tfjs.sum': reduction('sum', withoutBool),
  'tfjs.mean': reduction('mean', asFloat),
  'tfjs.prod': reduction('prod', withoutBool),
  'tfjs.max': reduction('max', withoutBool),
  'tfjs.min': reduction('min', withoutBool),
  'tfjs.all': reduction('all', asIs, 'bool'),
  'tfjs.any': reduction('any', asIs, 'bool'),
  'tfjs.logSumExp': reduction('logsumexp', asFloat),
  'tfjs.argMax': extreme('argmax'),
  'tfjs.argMin': extreme('argmin'),
  'tfjs.cumsum': cumulative('cumsum'),
  'tfjs.cumprod': cumulative('cumprod'),
  'tfjs.norm': entry("x, ord='euclidean', axis=None, keepDims=False", (c, a) => {
    const order = a.value('ord');
    const named = order.kind === 'string' ? (order.value ?? 'euclidean') : a.number('ord');
    requireOrder(c, named);
    return norm(c, asFloat(c, argument(c, a, 'x')), named, a.axes('axis'), a.bool('keepDims'));
  }),
  'tfjs.euclideanNorm': entry(SIGNATURE, (c, a) =>
    norm(c, asFloat(c, argument(c, a, 'x')), 'euclidean', a.axes('axis'), a.bool('keepDims')),
  ),
  'tfjs.moments': entry(SIGNATURE, (c, a) => {
    const x = cast(c, argument(c, a, 'x'), 'float32');
    const axes = a.axes('axis');
    const center = mean(c, x, axes, true);
    const centered = c.emit('subtract', [x, center]);
    const variance = mean(c, multiply(c, centered, centered), axes, a.bool('keepDims'));
    const kept = a.bool('keepDims') ? center : squeeze(c, center, axes ?? x.type.shape.map((_, i) => i));
    return dict([
      ['mean', kept],
      ['variance', variance],
    ]);
  }),
  'tfjs.bincount': entry('x, weights, size', (c, a) => {
    const x = argument(c, a, 'x', 'int32');
    const weights = argument(c, a, 'weights');
    const empty = weights.type.shape[0] === 0;
    return c.emit('bincount', empty ? [x] : [x, weights], { size: a.dim('size'), dtype: empty ? 'float32' : weights.type.dtype });
  }),
  'tfjs.unsortedSegmentSum': entry('x, segmentIds, numSegments', (c, a) =>
    c.emit('segment', [argument(c, a, 'x'), argument(c, a, 'segmentIds', 'int32')], {
      kind: 'sum',
      num: a.dim('numSegments'),
      sorted: false,
    }),
  ),
};

/** Mean over the last axis: what the losses of tfjs-layers reduce. */
export function meanOfLast(c: CallContext, x: TensorValue): TensorValue {
  return mean(c, asFloat(c, x), [rankOf(x) - 1]);
}

export function sumOfLast(c: CallContext, x: TensorValue, keepdims = false): TensorValue {
  return sum(c, withoutBool(c, x), [rankOf(x) - 1], keepdims);
}
