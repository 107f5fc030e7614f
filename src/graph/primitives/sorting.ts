/** Owns order along an axis: sorting and top_k as indices (values follow by takeAlongAxis, which carries the gradient), in_top_k. */
import { normalizeAxis } from '../../shape/axis';
import { dimText } from '../../shape/dim';
import { interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { failure, type Primitive } from '../primitive';
import { dimAttr, numberAttr, size, stringAttr } from './attrs';
import { checkRank, checkRankAtLeast, checkSizes, typeAt } from './checks';
import { type Elements, elementsOf, type Kernel, linesAlong, resultOf, tensorAt } from './host';
import { axisFailure, checkDtype, FLOATS, firstFailure, INTEGERS } from './inferring';

/** Positions fit into this many values beside a 33-bit rank in a double. */
const MOST_POSITIONS = 2 ** 20;

/** Whole numbers that order as the values do: equal for equal values, NaN last in either direction. */
function ranksOf(values: Elements, descending: boolean): Float64Array {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  const rank = (value: number): number => {
    // Adding zero makes -0 equal to 0; a negative float's bits grow with its size.
    float[0] = value + 0;
    const word = bits[0] as number;
    return word < 0 ? -1 - (word & 0x7fffffff) : word;
  };
  const whole = values instanceof Float32Array ? rank : (value: number): number => value;
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < ranks.length; i++) {
    const value = values[i] as number;
    ranks[i] = Number.isNaN(value) ? 2 ** 32 : 2 ** 31 + (descending ? -1 - whole(value) : whole(value));
  }
  return ranks;
}

/** Orders the positions of a line by rank; equal ones keep their order, as in TensorFlow's top_k. */
function order(ranks: Float64Array, start: number, length: number, step: number): Float64Array {
  const line = new Float64Array(length);
  for (let i = 0; i < length; i++) line[i] = ranks[start + i * step] as number;
  if (length > MOST_POSITIONS) return Float64Array.from(line.keys()).sort((a, b) => (line[a] as number) - (line[b] as number) || a - b);
  // Sorting plain numbers is much faster than sorting by a function.
  for (let i = 0; i < length; i++) line[i] = (line[i] as number) * MOST_POSITIONS + i;
  line.sort();
  for (let i = 0; i < length; i++) line[i] = (line[i] as number) % MOST_POSITIONS;
  return line;
}

function upTo(axis: number, types: readonly TensorType[]): ReturnType<typeof interval> {
  const length = types[0]?.shape.at(axis);
  return interval(0, typeof length === 'number' ? Math.max(length - 1, 0) : Number.POSITIVE_INFINITY, true);
}

const sortIndices: Primitive = {
  name: 'sortIndices',
  infer: (types, attrs) => {
    const { shape } = typeAt(types, 0);
    const axis = numberAttr(attrs, 'axis', -1);
    return normalizeAxis(axis, shape.length) === undefined ? axisFailure(axis, shape.length) : { shape, dtype: 'int32' };
  },
  range: (_, attrs, types) => upTo(numberAttr(attrs, 'axis', -1), types),
  kernel: (inputs, context) => {
    const x = elementsOf(inputs, 0);
    const lines = linesAlong(tensorAt(inputs, 0).shape, numberAttr(context.attrs, 'axis', -1));
    const descending = stringAttr(context.attrs, 'direction', 'ascending') === 'descending';
    const ranks = ranksOf(x, descending);
    const out = new Float64Array(x.length);
    for (let line = 0; line < lines.count; line++) {
      const start = lines.start(line);
      order(ranks, start, lines.length, lines.step).forEach((from, i) => {
        out[start + i * lines.step] = from;
      });
    }
    return resultOf(context, out);
  },
};

const topKIndices: Primitive = {
  name: 'topKIndices',
  infer: (types, attrs) => {
    const x = typeAt(types, 0);
    const k = dimAttr(attrs, 'k');
    const last = x.shape.at(-1);
    if (last === undefined) return checkRankAtLeast(x, 1, 'the input of top_k') ?? x;
    if (typeof k === 'number' && typeof last === 'number' && k > last) {
      return failure('k-out-of-range', 'value', `top_k: the last axis has ${dimText(last)} elements, fewer than k = ${k}`, {
        k,
        size: last,
      });
    }
    return { shape: [...x.shape.slice(0, -1), k], dtype: 'int32' };
  },
  range: (_, __, types) => upTo(-1, types),
  kernel: (inputs, context) => {
    const k = size(dimAttr(context.attrs, 'k'));
    if (context.raw && tensorAt(inputs, 0).dtype !== 'bool') return context.tf.topk(tensorAt(inputs, 0), k).indices;
    const x = elementsOf(inputs, 0);
    const length = tensorAt(inputs, 0).shape.at(-1) ?? 0;
    const rows = length > 0 ? x.length / length : 0;
    const out = new Float64Array(rows * k);
    const ranks = ranksOf(x, true);
    for (let row = 0; row < rows; row++) out.set(order(ranks, row * length, length, 1).subarray(0, k), row * k);
    return resultOf(context, out);
  },
};

const inTopKKernel: Kernel = (inputs, context) => {
  const targets = elementsOf(inputs, 0);
  const predictions = elementsOf(inputs, 1);
  const classes = tensorAt(inputs, 1).shape.at(-1) ?? 0;
  const k = size(dimAttr(context.attrs, 'k'));
  return resultOf(
    context,
    Float64Array.from(targets, (target, row) => (isAmongTop(predictions, row * classes, classes, target, k) ? 1 : 0)),
  );
};

/** Ties at the boundary all count as in; a target that does not exist or whose prediction is not finite is out. */
function isAmongTop(predictions: Elements, start: number, classes: number, target: number, k: number): boolean {
  const own = predictions[start + target] ?? Number.NaN;
  if (target < 0 || target >= classes || !Number.isFinite(own)) return false;
  let above = 0;
  for (let i = 0; i < classes; i++) {
    const other = predictions[start + i] ?? 0;
    if (!Number.isFinite(other)) return false;
    if (other > own) above++;
  }
  return above < k;
}

const inTopK: Primitive = {
  name: 'inTopK',
  infer: (types) => {
    const targets = typeAt(types, 0);
    const predictions = typeAt(types, 1);
    const wrong = firstFailure(
      checkRank(predictions, 2, 'predictions'),
      checkRank(targets, 1, 'targets'),
      checkDtype('in_top_k', predictions.dtype, FLOATS),
      checkDtype('targets of in_top_k', targets.dtype, INTEGERS),
    );
    return (
      wrong ??
      checkSizes(targets.shape[0] ?? 1, predictions.shape[0] ?? 1, 'the first sizes of predictions and targets') ?? {
        shape: targets.shape,
        dtype: 'bool',
      }
    );
  },
  kernel: inTopKKernel,
};

export const SORTING: readonly Primitive[] = [sortIndices, topKIndices, inTopK];
