/** Owns TensorFlow's reductions, cumulative ops, norms and moments. */
import { failure } from '../../graph/primitive';
import { type DType, isComplex } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import { type TensorValue, tuple } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, axisOf, cast, divide, like, mean, multiply, reduce, requireFloat, square, squeeze, sum, variance } from '../tensors';

const AXIS_SIGNATURE = 'input_tensor, axis=None, keepdims=False, name=None';

function reduction(op: string): ApiEntry {
  return entry(AXIS_SIGNATURE, (c, a) =>
    reduce(c, op, a.tensor('input_tensor'), distinctAxes(c, a.tensor('input_tensor'), a.axes('axis')), a.bool('keepdims')),
  );
}

/** TensorFlow refuses an axis that is named twice. */
function distinctAxes(c: CallContext, x: TensorValue, axes: readonly number[] | null): readonly number[] | null {
  if (axes === null || new Set(axes.map((axis) => (axis < 0 ? axis + x.type.shape.length : axis))).size === axes.length) return axes;
  return c.fail(failure('axis-duplicate', 'shape', `the axes [${axes.join(', ')}] name one axis twice`), [x]);
}

/** Index of the largest or smallest along an axis (None: the first). */
export function extremeIndex(c: CallContext, op: 'argmax' | 'argmin', x: TensorValue, axis: number, dtype: DType): TensorValue {
  return c.emit(op, [x], { axis: axisOf(c, x, axis), dtype });
}

function argEntry(op: 'argmax' | 'argmin'): ApiEntry {
  return entry('input, axis=None, output_type=tf.int64, name=None', (c, a) =>
    extremeIndex(c, op, a.tensor('input'), a.optionalInt('axis') ?? 0, a.dtype('output_type')),
  );
}

function cumulative(op: string): ApiEntry {
  return entry('x, axis=0, exclusive=False, reverse=False, name=None', (c, a) => {
    const x = a.tensor('x');
    return c.emit(op, [x], { axis: axisOf(c, x, a.int('axis')), exclusive: a.bool('exclusive'), reverse: a.bool('reverse') });
  });
}

export const REDUCTIONS: ApiTable = {
  'tf.math.reduce_sum tf.reduce_sum': reduction('sum'),
  'tf.math.reduce_mean tf.reduce_mean': reduction('mean'),
  'tf.math.reduce_max tf.reduce_max': reduction('max'),
  'tf.math.reduce_min tf.reduce_min': reduction('min'),
  'tf.math.reduce_prod tf.reduce_prod': reduction('prod'),
  'tf.math.reduce_any tf.reduce_any': reduction('any'),
  'tf.math.reduce_all tf.reduce_all': reduction('all'),
  'tf.math.reduce_logsumexp tf.reduce_logsumexp': reduction('logsumexp'),
  'tf.math.reduce_variance': entry(AXIS_SIGNATURE, (c, a) =>
    variance(c, requireFloat(c, a.tensor('input_tensor'), 'the variance'), a.axes('axis'), a.bool('keepdims')),
  ),
  'tf.math.reduce_std': entry(AXIS_SIGNATURE, (c, a) =>
    c.emit('sqrt', [variance(c, requireFloat(c, a.tensor('input_tensor'), 'the variance'), a.axes('axis'), a.bool('keepdims'))]),
  ),
  'tf.math.reduce_euclidean_norm': entry(AXIS_SIGNATURE, (c, a) =>
    c.emit('sqrt', [sum(c, square(c, a.tensor('input_tensor')), a.axes('axis'), a.bool('keepdims'))]),
  ),
  'tf.math.count_nonzero': entry('input, axis=None, keepdims=None, dtype=tf.int64, name=None', (c, a) =>
    sum(c, cast(c, nonzeroMask(c, a.tensor('input')), a.dtype('dtype')), a.axes('axis'), a.bool('keepdims')),
  ),
  'tf.math.zero_fraction tf.nn.zero_fraction': entry('value, name=None', (c, a) => {
    const x = a.tensor('value');
    return mean(c, cast(c, c.emit('equal', [x, like(c, 0, x)]), 'float32'), null);
  }),
  'tf.math.argmax tf.argmax': argEntry('argmax'),
  'tf.math.argmin tf.argmin': argEntry('argmin'),
  'tf.math.cumsum tf.cumsum': cumulative('cumsum'),
  'tf.math.cumprod': cumulative('cumprod'),
  'tf.math.cumulative_logsumexp': cumulative('cumulativeLogsumexp'),
  'tf.nn.moments': entry('x, axes, shift=None, keepdims=False, name=None', (c, a) =>
    tuple(moments(c, a.tensor('x'), a.axes('axes'), a.bool('keepdims'))),
  ),
  'tf.nn.weighted_moments': entry('x, axes, frequency_weights, keepdims=False, name=None', (c, a) => {
    const x = a.tensor('x');
    const weights = a.tensor('frequency_weights', x.type.dtype);
    const axes = a.axes('axes');
    const total = sum(c, add(c, weights, multiply(c, x, 0)), axes, true);
    const center = divide(c, sum(c, multiply(c, weights, x), axes, true), total);
    const spread = divide(c, sum(c, multiply(c, weights, c.emit('squaredDifference', [x, center])), axes, true), total);
    return tuple(a.bool('keepdims') ? [center, spread] : [squeeze(c, center, axes), squeeze(c, spread, axes)]);
  }),
  'tf.norm tf.linalg.norm': entry("tensor, ord='euclidean', axis=None, keepdims=None, name=None", (c, a) => {
    const order = a.value('ord');
    const kind = order.kind === 'string' ? (order.value ?? 'euclidean') : a.number('ord');
    return norm(c, a.tensor('tensor'), kind, a.axes('axis'), a.bool('keepdims'));
  }),
  'tf.linalg.normalize': entry("tensor, ord='euclidean', axis=None, name=None", (c, a) => {
    const x = a.tensor('tensor');
    const order = a.value('ord');
    const size = norm(c, x, order.kind === 'string' ? (order.value ?? 'euclidean') : a.number('ord'), a.axes('axis'), true);
    return tuple([divide(c, x, size), size]);
  }),
  'tf.math.l2_normalize tf.nn.l2_normalize tf.linalg.l2_normalize': entry('x, axis=None, epsilon=1e-12, name=None', (c, a) =>
    l2Normalize(c, a.tensor('x'), a.axes('axis'), a.number('epsilon')),
  ),
};

export function nonzeroMask(c: CallContext, x: TensorValue): TensorValue {
  return x.type.dtype === 'bool' ? x : c.emit('notEqual', [x, like(c, 0, x)]);
}

/** Mean and variance; TensorFlow computes halves in float32. */
export function moments(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims: boolean): [TensorValue, TensorValue] {
  const wide = x.type.dtype === 'float16' || x.type.dtype === 'bfloat16' ? cast(c, x, 'float32') : x;
  const center = mean(c, wide, axes, true);
  const spread = mean(c, c.emit('squaredDifference', [wide, c.emit('stopGradient', [center])]), axes, true);
  const all = axes ?? x.type.shape.map((_, i) => i);
  const out = (value: TensorValue) => cast(c, keepdims ? value : squeeze(c, value, all), x.type.dtype);
  return [out(center), out(spread)];
}

/** x / sqrt(max(sum(x²), epsilon)). */
export function l2Normalize(c: CallContext, x: TensorValue, axes: readonly number[] | null, epsilon: number): TensorValue {
  const squares = sum(c, square(c, x), axes, true);
  return multiply(c, x, c.emit('rsqrt', [c.emit('maximum', [squares, like(c, epsilon, squares)])]));
}

/** tf.norm: of vectors for one axis, of matrices for two, of all elements for none. */
export function norm(
  c: CallContext,
  x: TensorValue,
  order: string | number,
  axes: readonly number[] | null,
  keepdims: boolean,
): TensorValue {
  if (axes?.length === 2 && order !== 'euclidean' && order !== 'fro') return matrixNorm(c, x, order, axes, keepdims);
  if (order === 'fro' && axes?.length === 1) return c.fail(failure('argument', 'value', "'fro' is a norm of matrices"), [x]);
  if (order === 'euclidean' || order === 'fro' || order === 2) {
    const squares = isComplex(x.type.dtype) ? c.emit('real', [multiply(c, x, c.emit('conj', [x]))]) : multiply(c, x, x);
    return c.emit('sqrt', [sum(c, squares, axes, keepdims)]);
  }
  const size = c.emit('abs', [x]);
  if (order === 1) return sum(c, size, axes, keepdims);
  if (order === Number.POSITIVE_INFINITY) return reduce(c, 'max', size, axes, keepdims);
  if (typeof order !== 'number') return c.fail(failure('argument', 'value', `'${order}' is not a norm`), [x]);
  return c.emit('power', [sum(c, c.emit('power', [size, like(c, order, size)]), axes, keepdims), like(c, 1 / order, size)]);
}

function matrixNorm(c: CallContext, x: TensorValue, order: string | number, axes: readonly number[], keepdims: boolean): TensorValue {
  const [row, column] = axes.map((axis) => axisOf(c, x, axis));
  if (row === undefined || column === undefined || (order !== 1 && order !== Number.POSITIVE_INFINITY)) {
    return c.unknown(`the matrix norm ${order} is not known yet`);
  }
  const [inner, outer] = order === 1 ? [row, column] : [column, row];
  const largest = reduce(c, 'max', sum(c, c.emit('abs', [x]), [inner], true), [outer], true);
  return keepdims ? largest : squeeze(c, largest, [row, column]);
}
