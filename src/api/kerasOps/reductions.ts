/** Owns keras.ops' reductions: sums, means, extremes, positions, norms, quantiles and their NaN-ignoring forms. */
import { failure } from '../../graph/primitive';
import { isComplex, isFloat } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import { integer, type TensorValue } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, flatten, mean, rankOf, reduce, reshape, scalar, sum, variance } from '../tensors';
import { asFloat, delegate, opsTable, promotedTensors, widened } from './promote';
import { quantile } from './quantile';

const AXIS = 'x, axis=None, keepdims=False';

type Prepare = (c: CallContext, x: TensorValue) => TensorValue;

const reduction = (op: string, prepare: Prepare = (_c, x) => x) =>
  entry(AXIS, (c, args) => reduce(c, op, prepare(c, args.tensor('x')), args.axes('axis'), args.bool('keepdims')));

const asBool: Prepare = (c, x) => cast(c, x, 'bool');

/** max and min: booleans by any and all; `initial` joins in. */
const extreme = (op: 'max' | 'min') =>
  entry(`${AXIS}, initial=None`, (c, args) => {
    const x = args.tensor('x');
    const boolean = x.type.dtype === 'bool';
    const reduced = reduce(c, boolean ? (op === 'max' ? 'any' : 'all') : op, x, args.axes('axis'), args.bool('keepdims'));
    if (args.value('initial').kind === 'none') return reduced;
    const initial = c.tensor(args.value('initial'), boolean ? 'int32' : x.type.dtype);
    const joined = c.emit(op === 'max' ? 'maximum' : 'minimum', [boolean ? cast(c, reduced, 'int32') : reduced, initial]);
    return cast(c, joined, x.type.dtype);
  });

/** argmax and argmin: of the flattened tensor by default; int32. */
const position = (op: 'argmax' | 'argmin') =>
  entry(AXIS, (c, args) => positionOf(c, op, args.tensor('x'), args.optionalInt('axis'), args.bool('keepdims')));

function positionOf(c: CallContext, op: 'argmax' | 'argmin', x: TensorValue, axis: number | null, keepdims: boolean): TensorValue {
  if (axis === null) {
    const found = c.emit(op, [flatten(c, x)], { axis: 0, dtype: 'int32' });
    return keepdims
      ? reshape(
          c,
          found,
          x.type.shape.map(() => 1),
        )
      : found;
  }
  const normal = axisOf(c, x, axis);
  const found = c.emit(op, [x], { axis: normal, dtype: 'int32' });
  return keepdims ? c.emit('expandDims', [found], { axis: normal }) : found;
}

const nan = (f: (m: TensorMath, x: TensorValue, axes: readonly number[] | null, keepdims: boolean) => TensorValue) =>
  entry(AXIS, (c, args) => f(new TensorMath(c), args.tensor('x'), args.axes('axis'), args.bool('keepdims')));

function nanExtreme(op: 'max' | 'min') {
  return nan((m, x, axes, keepdims) => {
    if (!isFloat(x.type.dtype)) return m.reduce(x.type.dtype === 'bool' ? (op === 'max' ? 'any' : 'all') : op, x, axes, keepdims);
    const missing = m.unary('isNan', x);
    const found = m.reduce(op, m.where(missing, op === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, x), axes, keepdims);
    return m.where(m.reduce('all', missing, axes, keepdims), Number.NaN, found);
  });
}

function withoutNan(m: TensorMath, x: TensorValue, replacement: number): TensorValue {
  return isFloat(x.type.dtype) ? m.where(m.unary('isNan', x), replacement, x) : x;
}

function nanMean(m: TensorMath, given: TensorValue, axes: readonly number[] | null, keepdims: boolean): TensorValue {
  const x = asFloat(m.context, given);
  const count = m.sum(m.cast(m.unary('logicalNot', m.unary('isNan', x)), x.type.dtype), axes, keepdims);
  return m.div(m.sum(withoutNan(m, x, 0), axes, keepdims), count);
}

function nanVariance(m: TensorMath, given: TensorValue, axes: readonly number[] | null, keepdims: boolean): TensorValue {
  const x = asFloat(m.context, given);
  const valid = m.unary('logicalNot', m.unary('isNan', x));
  const centered = m.where(valid, m.sub(x, nanMean(m, x, axes, true)), 0);
  return m.div(m.sum(m.square(centered), axes, keepdims), m.sum(m.cast(valid, x.type.dtype), axes, keepdims));
}

function nanPosition(op: 'argmax' | 'argmin') {
  return entry(AXIS, (c, args) => {
    const m = new TensorMath(c);
    const x = args.tensor('x');
    const [axis, keepdims] = [args.optionalInt('axis'), args.bool('keepdims')];
    if (!isFloat(x.type.dtype)) return positionOf(c, op, x, axis, keepdims);
    const missing = m.unary('isNan', x);
    const found = positionOf(
      c,
      op,
      m.where(missing, op === 'argmax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, x),
      axis,
      keepdims,
    );
    return m.where(m.reduce('all', missing, axis === null ? null : [axis], keepdims), -1, found);
  });
}

const REDUCTIONS: ApiTable = {
  sum: reduction('sum', widened),
  mean: reduction('mean', asFloat),
  prod: entry(`${AXIS}, dtype=None`, (c, args) => {
    const x = args.tensor('x');
    const dtype = args.optionalDtype('dtype');
    return reduce(c, 'prod', dtype === null ? widened(c, x) : cast(c, x, dtype), args.axes('axis'), args.bool('keepdims'));
  }),
  max: extreme('max'),
  min: extreme('min'),
  amax: extreme('max'),
  amin: extreme('min'),
  any: reduction('any', asBool),
  all: reduction('all', asBool),
  logsumexp: reduction('logsumexp', asFloat),
  var: entry(AXIS, (c, args) => variance(c, asFloat(c, args.tensor('x')), args.axes('axis'), args.bool('keepdims'))),
  std: entry(AXIS, (c, args) =>
    delegate(c, 'tf.math.reduce_std', [asFloat(c, args.tensor('x')), args.value('axis'), args.value('keepdims')]),
  ),
  ptp: entry(AXIS, (c, args) => {
    const [x, axes, keepdims] = [args.tensor('x'), args.axes('axis'), args.bool('keepdims')];
    return c.emit('subtract', [reduce(c, 'max', x, axes, keepdims), reduce(c, 'min', x, axes, keepdims)]);
  }),
  count_nonzero: entry('x, axis=None', (c, args) => {
    const x = args.tensor('x');
    const nonzero = x.type.dtype === 'bool' ? x : new TensorMath(c).binary('notEqual', x, 0);
    return sum(c, cast(c, nonzero, 'int32'), args.axes('axis'));
  }),
  argmax: position('argmax'),
  argmin: position('argmin'),
  average: entry('x, axis=None, weights=None', average),
  moments: entry('x, axes, keepdims=False, synchronized=False', (c, args) => {
    const [x, axes, keepdims] = [args.tensor('x'), args.axes('axes'), args.bool('keepdims')];
    const compute = x.type.dtype === 'float16' || x.type.dtype === 'bfloat16' ? cast(c, x, 'float32') : x;
    return { kind: 'tuple', items: [mean, variance].map((f) => cast(c, f(c, compute, axes, keepdims), x.type.dtype)) };
  }),
  median: entry(AXIS, (c, args) =>
    quantile(c, args.tensor('x'), scalar(c, 0.5, 'float32'), args.axes('axis'), 'linear', args.bool('keepdims')),
  ),
  quantile: entry("x, q, axis=None, method='linear', keepdims=False", (c, args) =>
    quantile(c, args.tensor('x'), args.tensor('q'), args.axes('axis'), args.string('method'), args.bool('keepdims')),
  ),
  percentile: entry("x, q, axis=None, method='linear', keepdims=False", (c, args) => {
    const q = new TensorMath(c).div(cast(c, args.tensor('q'), 'float32'), 100);
    return quantile(c, args.tensor('x'), q, args.axes('axis'), args.string('method'), args.bool('keepdims'));
  }),
  norm: entry('x, ord=None, axis=None, keepdims=False', norm),
  nansum: nan((m, x, axes, keepdims) => m.sum(widened(m.context, withoutNan(m, x, 0)), axes, keepdims)),
  nanprod: nan((m, x, axes, keepdims) => m.reduce('prod', widened(m.context, withoutNan(m, x, 1)), axes, keepdims)),
  nanmean: nan(nanMean),
  nanvar: nan(nanVariance),
  nanstd: nan((m, x, axes, keepdims) => m.unary('sqrt', nanVariance(m, x, axes, keepdims))),
  nanmax: nanExtreme('max'),
  nanmin: nanExtreme('min'),
  nanargmax: nanPosition('argmax'),
  nanargmin: nanPosition('argmin'),
};

function average(c: CallContext, args: Args): TensorValue {
  const x = args.tensor('x');
  const axes = args.axes('axis');
  if (args.value('weights').kind === 'none') return mean(c, asFloat(c, x), axes);
  const [values, weights] = promotedTensors(c, [x, args.tensor('weights')], 'python float');
  if (!values || !weights) return c.unknown('operands of average');
  if (axes === null || rankOf(values) === rankOf(weights)) {
    return c.emit('divide', [sum(c, c.emit('multiply', [values, weights]), axes), sum(c, weights, axes)]);
  }
  const [axis] = axes;
  const along = axisOf(c, values, axis ?? 0);
  const shaped = reshape(
    c,
    weights,
    values.type.shape.map((dim, i) => (i === along ? dim : 1)),
  );
  return c.emit('divide', [sum(c, c.emit('multiply', [values, shaped]), [along]), sum(c, weights, null)]);
}

function norm(c: CallContext, args: Args): TensorValue {
  const m = new TensorMath(c);
  const x = asFloat(c, args.tensor('x'));
  const axes = (args.axes('axis') ?? x.type.shape.map((_, i) => i)).map((axis) => axisOf(c, x, axis));
  const keepdims = args.bool('keepdims');
  const order = args.value('ord');
  const known = order.kind === 'number' ? order.value : order.kind === 'string' ? order.value : null;
  if (known === null || known === 'fro' || (known === 2 && axes.length === 1)) {
    return m.unary('sqrt', m.sum(isComplex(x.type.dtype) ? m.square(m.abs(x)) : m.square(x), axes, keepdims));
  }
  if (axes.length === 1 && typeof known === 'number') return vectorNorm(m, x, known, axes, keepdims);
  if (axes.length === 2) return matrixNorm(m, x, known ?? 2, axes, keepdims);
  return c.fail(failure('argument', 'value', `this order of norm takes one or two axes, not ${axes.length}`));
}

function vectorNorm(m: TensorMath, x: TensorValue, order: number, axes: readonly number[], keepdims: boolean): TensorValue {
  const size = m.abs(x);
  if (order === Number.POSITIVE_INFINITY) return m.reduce('max', size, axes, keepdims);
  if (order === Number.NEGATIVE_INFINITY) return m.reduce('min', size, axes, keepdims);
  if (order === 0) return m.sum(m.cast(m.binary('notEqual', x, 0), x.type.dtype), axes, keepdims);
  return m.pow(m.sum(m.pow(size, order), axes, keepdims), 1 / order);
}

function matrixNorm(m: TensorMath, x: TensorValue, order: number | string, axes: readonly number[], keepdims: boolean): TensorValue {
  const { context: c } = m;
  const [row = 0, column = 1] = axes;
  const nested = (outer: 'max' | 'min', inner: number, left: number): TensorValue => {
    const found = m.reduce(outer, m.sum(m.abs(x), [inner], true), [left], true);
    return keepdims ? found : c.emit('squeeze', [found], { axes: [row, column] });
  };
  if (order === 1 || order === -1) return nested(order === 1 ? 'max' : 'min', row, column);
  if (order === Number.POSITIVE_INFINITY || order === Number.NEGATIVE_INFINITY) return nested(order > 0 ? 'max' : 'min', column, row);
  if (order !== 2 && order !== -2 && order !== 'nuc') return c.fail(failure('argument', 'value', `ord=${order} is no matrix norm`));
  const last = c.tensor(delegate(c, 'keras.ops.moveaxis', [x, pair(row, column), pair(-2, -1)]));
  const values = c.emit('svdValues', [last]);
  const found = m.reduce(order === 'nuc' ? 'sum' : order === 2 ? 'max' : 'min', values, [-1]);
  if (!keepdims) return found;
  return c.emit('expandDims', [c.emit('expandDims', [found], { axis: Math.min(row, column) })], { axis: Math.max(row, column) });
}

const pair = (a: number, b: number) => ({ kind: 'tuple' as const, items: [integer(a), integer(b)] });

export const REDUCTION_OPS: ApiTable = opsTable(REDUCTIONS);
