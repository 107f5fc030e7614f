/** Owns reductions over axes: sum, mean, prod, max, min, all, any, logsumexp. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import { normalizeAxes } from '../../shape/axis';
import { addDims, type Dim, hasRole, multiplyDims, productOfDims } from '../../shape/dim';
import { ANYTHING, type Interval, interval } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import type { Failure, Inferred, KernelContext, Primitive, RawAttr } from '../primitive';
import { booleanAttr, numbersAttr } from './attrs';
import { only, rawType } from './elementwise';
import { type Fold, foldIntegerProduct, folding, foldLogSumExp, foldMax, foldMin, foldProduct, foldSum } from './folds';
import { reduceGroups } from './hostKernels';
import { type Allowed, axisFailure, BOOLEANS, checkDtype, FLOATS, NUMBERS, REALS } from './inferring';

/** What the gradient rule sees; `spread` gives a node of the output's size the input's shape. */
interface ReductionGradient {
  readonly b: GraphBuilder;
  readonly x: NodeId;
  readonly y: NodeId;
  readonly dy: NodeId;
  readonly axes: readonly number[];
  readonly keptShape: Shape;
  readonly spread: (node: NodeId) => NodeId;
}

interface ReductionSpec {
  readonly name: string;
  readonly allowed: Allowed;
  readonly gradient?: (context: ReductionGradient) => NodeId;
  /** Range of the output; `count` is the number of elements reduced, undefined if unknown, and may be 0 if `maybeEmpty`. */
  readonly range: (x: Interval, count: number | undefined, maybeEmpty: boolean) => Interval;
  readonly known?: (elements: readonly Dim[]) => Dim | undefined;
  readonly raw?: string;
  readonly rawUntyped?: boolean;
  readonly fold: Fold;
  /** Replaces the raw op where TensorFlow composes. */
  readonly composed?: (x: tfjs.Tensor, axes: readonly number[], keepdims: boolean, context: KernelContext) => tfjs.Tensor;
}

/** Normalised axes of a reduction; the shape rule has refused others before. */
export function reducedAxes(attrs: Attrs, rank: number): readonly number[] {
  const found = normalizeAxes(numbersAttr(attrs, 'axes'), rank);
  invariant('axes' in found, 'an axis out of range reached a gradient or kernel');
  return found.axes;
}

export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : shape.filter((_, axis) => !axes.includes(axis));
}

function inferReduction(spec: ReductionSpec, x: TensorType, attrs: Attrs): Inferred {
  const refused: Failure | undefined = checkDtype(spec.name, x.dtype, spec.allowed);
  if (refused) return refused;
  const found = normalizeAxes(numbersAttr(attrs, 'axes'), x.shape.length);
  if ('invalid' in found) return axisFailure(found.invalid, x.shape.length);
  return { shape: reducedShape(x.shape, found.axes, booleanAttr(attrs, 'keepdims')), dtype: x.dtype };
}

function reduction(spec: ReductionSpec): Primitive {
  const { gradient, known } = spec;
  return {
    name: spec.name,
    infer: ([x], attrs) => inferReduction(spec, only([x]), attrs),
    ...(gradient && {
      gradient: ({ build: b, inputs, output, dy, attrs }) => {
        const x = only(inputs);
        const axes = reducedAxes(attrs, b.shape(x).length);
        const keptShape = reducedShape(b.shape(x), axes, true);
        const spread = (node: NodeId) => b.broadcastTo(b.reshape(node, keptShape), b.shape(x));
        return [gradient({ b, x, y: output, dy, axes, keptShape, spread })];
      },
    }),
    range: ([x], attrs, [type]) => {
      invariant(type, 'a type is missing');
      const dims = reducedAxes(attrs, type.shape.length).map((axis) => type.shape[axis] ?? 1);
      const count = productOfDims(dims);
      return spec.range(only([x]), typeof count === 'number' ? count : undefined, count === 0 || hasRole(count, 'fresh'));
    },
    ...(known && {
      known: ([x], attrs, [type]) => {
        if (x === undefined || type?.shape.length !== 1 || reducedAxes(attrs, 1).length === 0) return undefined;
        const value = known(x);
        return value === undefined ? undefined : [value];
      },
    }),
    kernel: ([x], context) => reduce(spec, only([x]), context),
  };
}

function reduce(spec: ReductionSpec, x: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  const axes = reducedAxes(context.attrs, x.rank);
  const keepdims = booleanAttr(context.attrs, 'keepdims');
  if (context.raw && spec.composed) return spec.composed(x, axes, keepdims, context);
  if (context.raw && spec.raw) return rawReduce(context, spec.raw, x, axes, keepdims, !spec.rawUntyped);
  const integer = x.dtype === 'int32';
  return reduceGroups(context, x, axes, (values, start, within) => spec.fold(values, start, within, integer));
}

export function rawReduce(context: KernelContext, op: string, x: tfjs.Tensor, axes: readonly number[], keepdims: boolean, typed = true) {
  invariant(context.raw, 'raw ops are TensorFlow’s');
  const attrs: Record<string, RawAttr> = { Tidx: { type: 'dtype', value: 'int32' }, keep_dims: { type: 'bool', value: keepdims } };
  return context.raw(op, [x, context.tf.tensor1d([...axes], 'int32')], typed ? { T: rawType(context.inputTypes[0]), ...attrs } : attrs);
}

function rawLogSumExp(x: tfjs.Tensor, axes: readonly number[], keepdims: boolean, context: KernelContext): tfjs.Tensor {
  const { tf } = context;
  const largest = rawReduce(context, 'Max', x, axes, true);
  const shift = tf.where(tf.isFinite(largest), largest, tf.zerosLike(largest));
  const total = rawReduce(context, 'Sum', tf.exp(tf.sub(x, shift)), axes, true);
  const result = tf.add(tf.log(total), shift);
  return keepdims ? result : tf.reshape(result, context.outputType.shape as number[]);
}

/** Ties share the gradient. */
function extremeGradient({ b, x, y, dy, axes, keptShape }: ReductionGradient): NodeId {
  const indicators = b.cast(b.emit('equal', [b.reshape(y, keptShape), x]), b.dtype(dy));
  const selected = b.sum(indicators, axes, true);
  return b.multiply(b.divide(indicators, selected), b.reshape(dy, keptShape));
}

/** The product of all other elements, from both sides: zeros do no harm. */
function productGradient({ b, x, dy, axes, spread }: ReductionGradient): NodeId {
  const shape = b.shape(x);
  const permutation = [...axes, ...shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))];
  const permuted = b.transpose(x, permutation);
  const reduced = productOfDims(axes.map((axis) => shape[axis] ?? 1));
  const others = productOfDims(shape.filter((_, axis) => !axes.includes(axis)));
  const flat = b.reshape(permuted, [reduced, others]);
  const left = b.emit('cumprod', [flat], { axis: 0, exclusive: true, reverse: false });
  const right = b.emit('cumprod', [flat], { axis: 0, exclusive: true, reverse: true });
  const product = b.reshape(b.multiply(left, right), b.shape(permuted));
  const back = permutation.map((_, axis) => permutation.indexOf(axis));
  return b.multiply(spread(dy), b.transpose(product, back));
}

/** A size as a scalar of the dtype of `like`. */
export function sizeScalar(b: GraphBuilder, dim: Dim, like: NodeId): NodeId {
  return typeof dim === 'number' ? b.scalarLike(dim, like) : b.cast(b.dims([dim], []), b.dtype(like));
}

const scaled = (bound: number, count: number) => (bound === 0 || count === 0 ? 0 : bound * count);

function sumRange(x: Interval, count: number | undefined, maybeEmpty: boolean): Interval {
  if (count !== undefined) return { ...x, low: scaled(x.low, count), high: scaled(x.high, count) };
  const least = maybeEmpty ? 0 : 1;
  return {
    ...x,
    low: x.low >= 0 ? scaled(x.low, least) : Number.NEGATIVE_INFINITY,
    high: x.high <= 0 ? scaled(x.high, least) : Number.POSITIVE_INFINITY,
  };
}

function productRange(x: Interval): Interval {
  if (x.low < 0) return x.low >= -1 && x.high <= 1 ? { ...x, low: -1, high: 1 } : { ...ANYTHING, integral: x.integral, nan: x.nan };
  return { ...x, low: Math.min(x.low >= 1 ? x.low : 0, 1), high: x.high <= 1 ? 1 : Number.POSITIVE_INFINITY };
}

const truth = () => interval(0, 1, true);

export const REDUCTIONS: readonly Primitive[] = [
  reduction({
    name: 'sum',
    raw: 'Sum',
    allowed: NUMBERS,
    fold: foldSum,
    gradient: ({ dy, spread }) => spread(dy),
    range: sumRange,
    known: (elements) => elements.reduce<Dim>(addDims, 0),
  }),
  reduction({
    name: 'mean',
    raw: 'Mean',
    allowed: NUMBERS,
    fold: (values, start, within, integer) => {
      const mean = foldSum(values, start, within, integer) / within.length;
      return integer ? Math.trunc(mean) : mean;
    },
    gradient: ({ b, x, dy, axes, spread }) => {
      const count = productOfDims(axes.map((axis) => b.shape(x)[axis] ?? 1));
      return b.divide(spread(dy), sizeScalar(b, count, dy));
    },
    range: (x, _count, maybeEmpty) => ({ ...x, integral: false, nan: x.nan || maybeEmpty }),
  }),
  reduction({
    name: 'prod',
    raw: 'Prod',
    allowed: NUMBERS,
    fold: (values, start, within, integer) => (integer ? foldIntegerProduct : foldProduct)(values, start, within, integer),
    gradient: productGradient,
    range: productRange,
    known: (elements) => elements.reduce<Dim>(multiplyDims, 1),
  }),
  reduction({
    name: 'max',
    raw: 'Max',
    allowed: REALS,
    fold: foldMax,
    gradient: extremeGradient,
    range: (x, _count, maybeEmpty) => (maybeEmpty ? { ...x, low: Number.NEGATIVE_INFINITY } : x),
    known: extremeKnown(Math.max),
  }),
  reduction({
    name: 'min',
    raw: 'Min',
    allowed: REALS,
    fold: foldMin,
    gradient: extremeGradient,
    range: (x, _count, maybeEmpty) => (maybeEmpty ? { ...x, high: Number.POSITIVE_INFINITY } : x),
    known: extremeKnown(Math.min),
  }),
  reduction({
    name: 'all',
    raw: 'All',
    rawUntyped: true,
    allowed: BOOLEANS,
    fold: folding(1, (total, value) => (value === 0 ? 0 : total)),
    range: truth,
  }),
  reduction({
    name: 'any',
    raw: 'Any',
    rawUntyped: true,
    allowed: BOOLEANS,
    fold: folding(0, (total, value) => (value === 0 ? total : 1)),
    range: truth,
  }),
  reduction({
    name: 'logsumexp',
    allowed: FLOATS,
    fold: foldLogSumExp,
    composed: rawLogSumExp,
    gradient: ({ b, x, y, dy, keptShape }) => b.multiply(b.reshape(dy, keptShape), b.emit('exp', [b.subtract(x, b.reshape(y, keptShape))])),
    range: (x, count, maybeEmpty) => ({
      low: maybeEmpty ? Number.NEGATIVE_INFINITY : x.low,
      high: count === undefined ? Number.POSITIVE_INFINITY : x.high + Math.log(count),
      integral: false,
      nan: x.nan,
    }),
  }),
];

function extremeKnown(f: (...values: number[]) => number): ReductionSpec['known'] {
  return (elements) =>
    elements.length > 0 && elements.every((dim) => typeof dim === 'number') ? f(...(elements as readonly number[])) : undefined;
}
