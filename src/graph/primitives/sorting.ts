/**
 * Owns order along an axis: sorting and top_k as indices (values follow by takeAlongAxis, which carries the gradient), positions of true elements,
 * distinct values, in_top_k.
 */
import { normalizeAxis } from '../../shape/axis';
import { dimText } from '../../shape/dim';
import { ANYTHING, interval } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import { failure, type Inferred, isFailure, type Primitive } from '../primitive';
import { booleanAttr, dimAttr, dtypeAttr, numberAttr, shapeAttr, size, sizes, stringAttr } from './attrs';
import { checkRank, checkRankAtLeast, checkSizes, typeAt } from './checks';
import { type Elements, elementsOf, type Kernel, linesAlong, resultOf, tensorAt } from './host';
import { offsets, product, stridesOf } from './hostKernels';
import { axisFailure, broadcastOrFail, checkDtype, FLOATS, firstFailure, INTEGERS, isShape } from './inferring';

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

/** The shape with one axis of another size. */
function withAxis(shape: Shape, axis: number, dim: Shape[number]): Shape {
  return shape.map((old, i) => (i === axis ? dim : old));
}

/** Ranks must agree; sizes besides the axis broadcast. */
function inferAlongAxis(x: Shape, indices: TensorType, axis: number, dtype: TensorType['dtype']): Inferred {
  const normal = normalizeAxis(axis, x.length);
  if (normal === undefined) return axisFailure(axis, x.length);
  const wrong = checkDtype('indices', indices.dtype, INTEGERS) ?? checkRank(indices, x.length, 'indices');
  if (wrong) return wrong;
  const shape = broadcastOrFail(withAxis(x, normal, 1), withAxis(indices.shape, normal, 1));
  return isShape(shape) ? { shape: withAxis(shape, normal, indices.shape[normal] ?? 1), dtype } : shape;
}

/** Calls back with the offsets of each output element and of the element of `x` that it names. Negative indices count from the end. */
function alongAxis(
  indices: Elements,
  indexShape: readonly number[],
  out: readonly number[],
  x: readonly number[],
  axis: number,
  visit: (to: number, from: number) => void,
): void {
  const normal = axis < 0 ? axis + x.length : axis;
  const length = x[normal] ?? 1;
  const step = stridesOf(x)[normal] ?? 1;
  const base = offsets(
    x.map((dim, i) => (i === normal ? 1 : dim)),
    out,
  );
  const strides = stridesOf(x);
  const rows = stridesOf(x.map((dim, i) => (i === normal ? 1 : dim)));
  const where = offsets(indexShape, out);
  for (let i = 0; i < base.length; i++) {
    const index = indices[where[i] ?? 0] ?? 0;
    if (index < -length || index >= length)
      throw new KernelError('index', `index ${index} is out of range for axis ${axis} of size ${length}`);
    visit(i, lineOffset(base[i] ?? 0, rows, strides, normal) + (index < 0 ? index + length : index) * step);
  }
}

/** Offset in the full tensor of an element of the tensor that has size 1 along the axis. */
function lineOffset(flat: number, rows: readonly number[], strides: readonly number[], axis: number): number {
  const inner = rows[axis] ?? 1;
  return Math.floor(flat / inner) * (axis > 0 ? (strides[axis - 1] ?? 1) : 0) + (flat % inner);
}

const takeAlongAxis: Primitive = {
  name: 'takeAlongAxis',
  infer: (types, attrs) => inferAlongAxis(typeAt(types, 0).shape, typeAt(types, 1), numberAttr(attrs, 'axis', -1), typeAt(types, 0).dtype),
  gradient: ({ build, inputs: [x = 0, indices = 0], dy, attrs }) => [
    build.emit('addAlongAxis', [indices, dy], { axis: numberAttr(attrs, 'axis', -1), shape: build.shape(x) }),
    null,
  ],
  range: ([x]) => x ?? ANYTHING,
  kernel: (inputs, context) => {
    const x = elementsOf(inputs, 0);
    const shape = sizes(context.outputType.shape);
    const out = new Float64Array(product(shape));
    const axis = numberAttr(context.attrs, 'axis', -1);
    alongAxis(elementsOf(inputs, 1), tensorAt(inputs, 1).shape, shape, tensorAt(inputs, 0).shape, axis, (to, from) => {
      out[to] = x[from] ?? 0;
    });
    return resultOf(context, out);
  },
};

/** takeAlongAxis backwards: adds each update where its index points, into zeros of `shape`. */
const addAlongAxis: Primitive = {
  name: 'addAlongAxis',
  infer: (types, attrs) => {
    const updates = typeAt(types, 1);
    const shape = shapeAttr(attrs);
    const taken = inferAlongAxis(shape, typeAt(types, 0), numberAttr(attrs, 'axis', -1), updates.dtype);
    return isFailure(taken) ? taken : { shape, dtype: updates.dtype };
  },
  gradient: ({ build, inputs: [indices = 0], dy, attrs }) => [
    null,
    build.emit('takeAlongAxis', [dy, indices], { axis: numberAttr(attrs, 'axis', -1) }),
  ],
  kernel: (inputs, context) => {
    const updates = elementsOf(inputs, 1);
    const shape = sizes(context.outputType.shape);
    const out = new Float64Array(product(shape));
    const axis = numberAttr(context.attrs, 'axis', -1);
    alongAxis(elementsOf(inputs, 0), tensorAt(inputs, 0).shape, tensorAt(inputs, 1).shape, shape, axis, (from, to) => {
      out[to] = (out[to] ?? 0) + (updates[from] ?? 0);
    });
    return resultOf(context, out);
  },
};

/** Positions of the true (or nonzero) elements, one row each; how many is known when it runs. */
const nonzero: Primitive = {
  name: 'nonzero',
  infer: (types, attrs) => ({ shape: [dimAttr(attrs, 'size'), typeAt(types, 0).shape.length], dtype: 'int64' }),
  range: () => interval(0, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => {
    const x = elementsOf(inputs, 0);
    const { shape } = tensorAt(inputs, 0);
    const strides = stridesOf(shape);
    const out: number[] = [];
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      count++;
      shape.forEach((length, axis) => {
        out.push(Math.floor(i / (strides[axis] ?? 1)) % length);
      });
    }
    return resultOf(context, out, [count, shape.length]);
  },
};

/** The distinct values in order of first appearance (tf.unique) or ascending (`sorted`), and for each element the position of its value. */
function distinct(x: Elements, sorted: boolean): { readonly values: readonly number[]; readonly indices: Int32Array } {
  const values = [...new Set(Array.from(x))];
  if (sorted) values.sort((a, b) => a - b);
  const positions = new Map(values.map((value, i) => [value, i]));
  return { values, indices: Int32Array.from(x, (value) => positions.get(value) ?? 0) };
}

const uniqueValues: Primitive = {
  name: 'uniqueValues',
  infer: (types, attrs) => ({ shape: [dimAttr(attrs, 'size')], dtype: typeAt(types, 0).dtype }),
  range: ([x]) => x ?? ANYTHING,
  kernel: (inputs, context) => {
    const { values } = distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted'));
    return resultOf(context, values, [values.length]);
  },
};

const uniqueIndices: Primitive = {
  name: 'uniqueIndices',
  infer: (types, attrs) => ({ shape: typeAt(types, 0).shape, dtype: dtypeAttr(attrs, 'dtype', 'int32') }),
  range: () => interval(0, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => resultOf(context, distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted')).indices),
};

const uniqueCounts: Primitive = {
  name: 'uniqueCounts',
  infer: (_, attrs) => ({ shape: [dimAttr(attrs, 'size')], dtype: dtypeAttr(attrs, 'dtype', 'int32') }),
  range: () => interval(1, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => {
    const { values, indices } = distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted'));
    const counts = new Float64Array(values.length);
    for (const index of indices) counts[index] = (counts[index] ?? 0) + 1;
    return resultOf(context, counts, [values.length]);
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

export const SORTING: readonly Primitive[] = [
  sortIndices,
  topKIndices,
  takeAlongAxis,
  addAlongAxis,
  nonzero,
  uniqueValues,
  uniqueIndices,
  uniqueCounts,
  inTopK,
];
