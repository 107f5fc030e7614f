/** Owns keras.backend's math: elementwise, reductions, linear algebra, with the traps that tell them from tf.*. */
import { failure } from '../../graph/primitive';
import { compareDims, type Dim, dimText, productOfDims } from '../../shape/dim';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import {
  add,
  allAxes,
  cast,
  dimAt,
  expandDims,
  like,
  maximum,
  multiply,
  pair,
  rankOf,
  reduce,
  reshape,
  squeeze,
  subtract,
  transpose,
  variance,
} from '../tensors';
import { tensordot } from '../tf/linalg';
import { clip } from '../tf/math';
import { l2Normalize } from '../tf/reductions';

const unary = (op: string): ApiEntry => entry('x', (c, a) => c.emit(op, [a.tensor('x')]));
const binary = (op: string): ApiEntry =>
  entry('x, y', (c, a) => c.emit(op, pair(c, knownValue(c, a.value('x')), knownValue(c, a.value('y')))));

const AXES = 'x, axis=None, keepdims=False';
const reduction = (op: string, prepare: (c: CallContext, x: TensorValue) => TensorValue = (_c, x) => x): ApiEntry =>
  entry(AXES, (c, a) => reduce(c, op, prepare(c, a.tensor('x')), a.axes('axis'), a.bool('keepdims')));

const boolToFloat = (c: CallContext, x: TensorValue) => (x.type.dtype === 'bool' ? cast(c, x, 'float32') : x);
const toBool = (c: CallContext, x: TensorValue) => cast(c, x, 'bool');

const extreme = (op: 'argmax' | 'argmin'): ApiEntry =>
  entry('x, axis=-1', (c, a) => c.emit(op, [a.tensor('x')], { axis: a.int('axis'), dtype: 'int64' }));

const cumulative = (op: string): ApiEntry =>
  entry('x, axis=0', (c, a) => c.emit(op, [a.tensor('x')], { axis: a.int('axis'), exclusive: false, reverse: false }));

export const BACKEND_MATH: ApiTable = {
  'K.abs': unary('abs'),
  'K.exp': unary('exp'),
  'K.log': unary('log'),
  'K.square': unary('square'),
  'K.sign': unary('sign'),
  'K.round': unary('round'),
  'K.sin': unary('sin'),
  'K.cos': unary('cos'),
  'K.tanh': unary('tanh'),
  'K.sigmoid': unary('sigmoid'),
  'K.softplus': unary('softplus'),
  'K.softsign': entry('x', (c, a) => {
    const x = a.tensor('x');
    return c.emit('divide', [x, add(c, c.emit('abs', [x]), 1)]);
  }),
  'K.sqrt': entry('x', (c, a) => {
    const x = a.tensor('x');
    return c.emit('sqrt', [maximum(c, x, 0)]);
  }),
  'K.pow': entry('x, a', (c, a) => c.emit('power', pair(c, knownValue(c, a.value('x')), knownValue(c, a.value('a'))))),
  'K.maximum': binary('maximum'),
  'K.minimum': binary('minimum'),
  'K.equal': binary('equal'),
  'K.not_equal': binary('notEqual'),
  'K.greater': binary('greater'),
  'K.greater_equal': binary('greaterEqual'),
  'K.less': binary('less'),
  'K.less_equal': binary('lessEqual'),
  'K.clip': entry('x, min_value, max_value', (c, a) => {
    const x = a.tensor('x');
    const bound = (name: string, open: number) => (a.value(name).kind === 'none' ? like(c, open, x) : a.tensor(name, x.type.dtype));
    const [low, high] = [knownValue(c, a.value('min_value')), knownValue(c, a.value('max_value'))];
    const crossed = low.kind === 'number' && high.kind === 'number' && (high.value ?? 0) < (low.value ?? 0);
    return clip(
      c,
      x,
      bound('min_value', Number.NEGATIVE_INFINITY),
      crossed ? bound('min_value', 0) : bound('max_value', Number.POSITIVE_INFINITY),
    );
  }),
  'K.sum': reduction('sum'),
  'K.prod': reduction('prod'),
  'K.max': reduction('max'),
  'K.min': reduction('min'),
  'K.mean': reduction('mean', boolToFloat),
  'K.any': reduction('any', toBool),
  'K.all': reduction('all', toBool),
  'K.logsumexp': reduction('logsumexp'),
  'K.var': entry(AXES, (c, a) => variance(c, boolToFloat(c, a.tensor('x')), a.axes('axis'), a.bool('keepdims'))),
  'K.std': entry(AXES, (c, a) => c.emit('sqrt', [variance(c, boolToFloat(c, a.tensor('x')), a.axes('axis'), a.bool('keepdims'))])),
  'K.argmax': extreme('argmax'),
  'K.argmin': extreme('argmin'),
  'K.cumsum': cumulative('cumsum'),
  'K.cumprod': cumulative('cumprod'),
  'K.l2_normalize': entry('x, axis=None', (c, a) => l2Normalize(c, a.tensor('x'), a.axes('axis'), 1e-12)),
  'K.dot': entry('x, y', (c, a) => dot(c, a.tensor('x'), a.tensor('y'))),
  'K.batch_dot': entry('x, y, axes=None', (c, a) => {
    const axes = a.axes('axes');
    return batchDot(c, a.tensor('x'), a.tensor('y'), axes === null ? null : axes.length === 1 ? [axes[0] ?? 1, axes[0] ?? 1] : axes);
  }),
  'K.batch_normalization': entry('x, mean, var, beta, gamma, axis=-1, epsilon=0.001', (c, a) => {
    const x = a.tensor('x');
    const inverse = c.emit('rsqrt', [add(c, a.tensor('var'), a.number('epsilon'))]);
    const scaled = a.value('gamma').kind === 'none' ? inverse : multiply(c, inverse, a.tensor('gamma'));
    const shifted = multiply(c, a.tensor('mean'), scaled);
    const bias = a.value('beta').kind === 'none' ? c.emit('negate', [shifted]) : subtract(c, a.tensor('beta'), shifted);
    return add(c, multiply(c, x, scaled), bias);
  }),
};

/** Contracts the last axis of x with the last but one of y. */
function dot(c: CallContext, x: TensorValue, y: TensorValue): TensorValue {
  if (rankOf(x) <= 2 && rankOf(y) <= 2) return c.emit('matmul', [x, y], { transposeA: false, transposeB: false });
  return tensordot(c, x, y, [-1], [rankOf(y) === 1 ? -1 : -2]);
}

function batchDot(c: CallContext, x: TensorValue, y: TensorValue, given: readonly number[] | null): TensorValue {
  if (rankOf(x) < 2 || rankOf(y) < 2)
    return c.fail(failure('rank', 'value', 'batch_dot needs inputs of rank 2 or more', { rank: Math.min(rankOf(x), rankOf(y)) }), [x, y]);
  if (compareDims(dimAt(x, 0), dimAt(y, 0)) === 'different')
    return c.fail(failure('shape-mismatch', 'value', 'batch_dot needs equal batch sizes'), [x, y]);
  const [first = -1, second = -1] = given ?? [rankOf(x) - 1, rankOf(y) === 2 ? 1 : rankOf(y) - 2];
  const [a0, a1] = [first < 0 ? first + rankOf(x) : first, second < 0 ? second + rankOf(y) : second];
  if (a0 === 0 || a1 === 0) return c.fail(failure('argument', 'value', 'batch_dot cannot contract axis 0: that is the batch'), [x, y]);
  if (compareDims(dimAt(x, a0), dimAt(y, a1)) === 'different') {
    return c.fail(
      failure('shape-mismatch', 'value', `x's axis ${a0} has size ${dimText(dimAt(x, a0))}, y's axis ${a1} ${dimText(dimAt(y, a1))}`),
      [x, y],
    );
  }
  const flatX = rankOf(x) === 2;
  const flatY = rankOf(y) === 2;
  const left = moveTo(c, flatX ? expandDims(c, x, 1) : x, flatX ? a0 + 1 : a0, -1);
  const right = moveTo(c, flatY ? expandDims(c, y, 2) : y, a1, 1);
  const middle = left.type.shape.slice(1, -1);
  const trailing = right.type.shape.slice(2);
  const a3 = rankOf(left) === 3 ? left : reshape(c, left, [dimAt(left, 0), productOfDims(middle), dimAt(left, -1)]);
  const b3 = rankOf(right) === 3 ? right : reshape(c, right, [dimAt(right, 0), dimAt(right, 1), productOfDims(trailing)]);
  const product = c.emit('matmul', [a3, b3], { transposeA: false, transposeB: false });
  const full: readonly Dim[] = [dimAt(product, 0), ...middle, ...trailing];
  const shaped = rankOf(left) === 3 && rankOf(right) === 3 ? product : reshape(c, product, full);
  if (flatX) return squeeze(c, shaped, [1]);
  return flatY ? squeeze(c, shaped, [-1]) : shaped;
}

function moveTo(c: CallContext, x: TensorValue, from: number, to: number): TensorValue {
  const order = allAxes(x).filter((axis) => axis !== from);
  order.splice(to < 0 ? order.length + 1 + to : to, 0, from);
  return order.every((axis, i) => axis === i) ? x : transpose(c, x, order);
}
