/** Owns reductions by segment ids, sorted and unsorted, with TensorFlow's gradients. */
import { ANYTHING, type Interval, point, union } from '../../shape/range';
import type { NodeId } from '../graph';
import { KernelError } from '../kernelError';
import type { GradientContext, Primitive } from '../primitive';
import { booleanAttr, dimAttr, size, sizes, stringAttr } from './attrs';
import { checkRank, checkShapes, typeAt } from './checks';
import { type Elements, elementsOf, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { checkDtype, firstFailure, INTEGERS, NUMBERS } from './inferring';

interface Kind {
  readonly start: number;
  readonly step: (total: number, value: number) => number;
}

const LOWEST = -3.4028234663852886e38;

const KINDS: Readonly<Record<string, Kind>> = {
  sum: { start: 0, step: (total, value) => total + value },
  mean: { start: 0, step: (total, value) => total + value },
  sqrtN: { start: 0, step: (total, value) => total + value },
  prod: { start: 1, step: (total, value) => total * value },
  max: { start: LOWEST, step: (total, value) => Math.max(total, value) },
  min: { start: -LOWEST, step: (total, value) => Math.min(total, value) },
};

/** What an empty segment holds: sorted maxima and minima give 0, unsorted ones the type's limit. */
function emptyValue(kind: string, sorted: boolean, integral: boolean): number {
  if ((kind !== 'max' && kind !== 'min') || sorted) return kind === 'prod' ? 1 : 0;
  if (integral) return kind === 'max' ? -(2 ** 31) : 2 ** 31 - 1;
  return KINDS[kind]?.start ?? 0;
}

const segment: Primitive = {
  name: 'segment',
  infer: (types, attrs) => {
    const data = typeAt(types, 0);
    const ids = typeAt(types, 1);
    const kind = stringAttr(attrs, 'kind');
    const wrong = firstFailure(
      checkDtype(`segment_${kind}`, data.dtype, NUMBERS),
      checkDtype('segment ids', ids.dtype, INTEGERS),
      booleanAttr(attrs, 'sorted') ? checkRank(ids, 1, 'segment ids') : undefined,
      checkShapes(ids.shape, data.shape.slice(0, ids.shape.length), 'the sizes of data and segment ids'),
    );
    return wrong ?? { shape: [dimAttr(attrs, 'num'), ...data.shape.slice(ids.shape.length)], dtype: data.dtype };
  },
  range: ([data], attrs) => (data ? segmentRange(data, stringAttr(attrs, 'kind'), booleanAttr(attrs, 'sorted')) : ANYTHING),
  gradient: (context) => [SEGMENT_GRADIENTS[stringAttr(context.attrs, 'kind')]?.(context) ?? null, null],
  kernel: (inputs, context) => {
    const ids = elementsOf(inputs, 1);
    const num = size(dimAttr(context.attrs, 'num'));
    const sorted = booleanAttr(context.attrs, 'sorted');
    checkIds(ids, num, sorted);
    const kind = stringAttr(context.attrs, 'kind');
    const integral = tensorAt(inputs, 0).dtype !== 'float32';
    const out = new Float64Array(product(sizes(context.outputType.shape)));
    return resultOf(context, reduceSegments(elementsOf(inputs, 0), ids, out, num, kind, emptyValue(kind, sorted, integral)));
  },
};

function segmentRange(data: Interval, kind: string, sorted: boolean): Interval {
  // An empty segment gives 0, but a maximum or minimum by unsorted ids the type's limit.
  if (kind === 'mean') return { ...union(data, point(0)), integral: false };
  if (kind === 'max' || kind === 'min') return sorted ? union(data, point(0)) : ANYTHING;
  if (kind === 'prod') return data.low >= 0 ? { ...data, low: 0, high: Number.POSITIVE_INFINITY } : ANYTHING;
  const [low, high] = [data.low >= 0 ? 0 : Number.NEGATIVE_INFINITY, data.high <= 0 ? 0 : Number.POSITIVE_INFINITY];
  return { low, high, integral: data.integral && kind === 'sum', nan: data.nan };
}

/** Unsorted: negative ids are dropped, ids from `num` on are an error. Sorted: ids must not decrease or be negative. */
function checkIds(ids: Elements, num: number, sorted: boolean): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    if (id >= num) throw new KernelError('index', `segment_ids[${i}] = ${id} is out of range [0, ${num})`);
    if (sorted && id < 0) throw new KernelError('value', 'segment ids must be >= 0');
    if (sorted && i > 0 && id < (ids[i - 1] ?? 0)) throw new KernelError('value', 'segment ids are not increasing');
  }
}

function reduceSegments(data: Elements, ids: Elements, out: Float64Array, num: number, kind: string, empty: number): Float64Array {
  const { start, step } = KINDS[kind] ?? { start: 0, step: (total: number) => total };
  const width = num > 0 ? out.length / num : 0;
  out.fill(start);
  const counts = new Int32Array(num);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    if (id < 0) continue;
    counts[id] = (counts[id] ?? 0) + 1;
    for (let j = 0; j < width; j++) out[id * width + j] = step(out[id * width + j] ?? 0, data[i * width + j] ?? 0);
  }
  counts.forEach((count, id) => {
    if (count === 0) out.fill(empty, id * width, (id + 1) * width);
    else if (kind === 'mean' || kind === 'sqrtN') {
      const by = kind === 'mean' ? count : Math.sqrt(count);
      for (let j = 0; j < width; j++) out[id * width + j] = (out[id * width + j] ?? 0) / by;
    }
  });
  return out;
}

type SegmentGradient = (context: GradientContext) => NodeId;

const SEGMENT_GRADIENTS: Readonly<Record<string, SegmentGradient>> = {
  sum: (context) => gatherDroppingNegatives(context, context.dy),
  mean: (context) => gatherDroppingNegatives(context, context.build.divide(context.dy, countsLike(context))),
  sqrtN: (context) => gatherDroppingNegatives(context, context.build.divide(context.dy, context.build.emit('sqrt', [countsLike(context)]))),
  max: extremeGradient,
  min: extremeGradient,
  prod: prodGradient,
};

function idsOf({ inputs: [, ids = 0] }: GradientContext): NodeId {
  return ids;
}

/** The values of the segments that the ids name, for each id. */
function gatherSegments({ build, inputs: [, ids = 0] }: GradientContext, segments: NodeId): NodeId {
  const zero = build.scalarLike(0, ids);
  return build.emit('gather', [segments, build.emit('maximum', [ids, zero])], { axis: 0, batchDims: 0 });
}

/** Zeros where an id is negative. */
function gatherDroppingNegatives(context: GradientContext, segments: NodeId): NodeId {
  const gathered = gatherSegments(context, segments);
  return context.build.where(isPositive(context), gathered, context.build.zerosLike(gathered));
}

/** The ids that count, shaped to broadcast against the data. */
function isPositive({ build, inputs: [data = 0, ids = 0] }: GradientContext): NodeId {
  const positive = build.emit('greaterEqual', [ids, build.scalarLike(0, ids)]);
  return build.reshape(positive, [
    ...build.shape(ids),
    ...build
      .shape(data)
      .slice(build.shape(ids).length)
      .map(() => 1),
  ]);
}

/** How many elements each segment has, at least 1, shaped to broadcast against the output. */
function countsLike(context: GradientContext): NodeId {
  const { build, attrs, output, dy } = context;
  const ids = idsOf(context);
  const ones = build.fill(1, build.shape(ids), build.dtype(dy));
  const counts = build.emit('segment', [ones, ids], { kind: 'sum', num: dimAttr(attrs, 'num'), sorted: booleanAttr(attrs, 'sorted') });
  const atLeastOne = build.emit('maximum', [counts, build.scalarLike(1, counts)]);
  return build.reshape(atLeastOne, [
    dimAttr(attrs, 'num'),
    ...build
      .shape(output)
      .slice(1)
      .map(() => 1),
  ]);
}

function segmentSum({ build, attrs }: GradientContext, data: NodeId, ids: NodeId, kind = 'sum'): NodeId {
  return build.emit('segment', [data, ids], { kind, num: dimAttr(attrs, 'num'), sorted: booleanAttr(attrs, 'sorted') });
}

/** Ties share the gradient. */
function extremeGradient(context: GradientContext): NodeId {
  const { build, inputs, output, dy } = context;
  const [data = 0, ids = 0] = inputs;
  const equal = build.emit('equal', [data, gatherDroppingNegatives(context, output)]);
  const selected = build.emit('logicalAnd', [equal, isPositive(context)]);
  const count = segmentSum(context, build.cast(selected, build.dtype(dy)), ids);
  const gathered = gatherDroppingNegatives(context, build.divide(dy, count));
  return build.where(selected, gathered, build.zerosLike(gathered));
}

/** One zero in a segment gets the product of the others; two or more give zero everywhere. */
function prodGradient(context: GradientContext): NodeId {
  const { build, inputs, output, dy } = context;
  const [data = 0, ids = 0] = inputs;
  const isZero = build.emit('equal', [data, build.scalarLike(0, data)]);
  const zeros = segmentSum(context, build.cast(isZero, 'int32'), ids);
  const several = build.emit('greater', [zeros, build.scalar(1, 'int32')]);
  const grad = build.where(several, build.zerosLike(dy), dy);
  const nonZeroProd = segmentSum(context, build.where(isZero, build.onesLike(data), data), ids, 'prod');
  const divisor = booleanAttr(context.attrs, 'sorted') ? build.where(isZero, build.onesLike(data), data) : data;
  const divided = build.divide(gatherSegments(context, output), divisor);
  const partial = build.where(isZero, gatherSegments(context, nonZeroProd), divided);
  return build.multiply(gatherDroppingNegatives(context, grad), partial);
}

export const SEGMENT: readonly Primitive[] = [segment];
