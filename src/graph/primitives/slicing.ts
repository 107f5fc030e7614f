/** Owns slice and pad: cutting a box out of a tensor, and putting a frame around it. Each other's gradients. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import { addDims, compareDims, type Dim, dimText, multiplyDims, negateDim, subtractDims } from '../../shape/dim';
import { type Interval, point, union } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { failure, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { numberAttr, numbersAttr, shapeAttr, size, sizes, stringAttr } from './attrs';
import { only, rawType } from './elementwise';
import { newValues, product, stridedOffsets, stridesOf, valuesOf } from './hostKernels';
import { viewing } from './views';

type Padding = readonly [Dim, Dim];

function inferSlice(x: TensorType, attrs: Attrs): Inferred {
  const [start, count, step] = [shapeAttr(attrs, 'start'), shapeAttr(attrs, 'size'), numbersAttr(attrs, 'step')];
  const rank = x.shape.length;
  if (start.length !== rank || count.length !== rank) {
    return failure('rank', 'shape', `a slice with ${start.length} axes of a tensor with ${rank}`, { rank, axes: start.length });
  }
  for (const [axis, dim] of x.shape.entries()) {
    const [first, n] = [start[axis] ?? 0, count[axis] ?? 0];
    const last = typeof n === 'number' && typeof first === 'number' ? first + (n - 1) * (step[axis] ?? 1) : undefined;
    const outside = last === undefined || n === 0 ? first : [first, last].find((index) => isOutside(index, dim));
    if (outside === undefined || !isOutside(outside, dim, n === 0)) continue;
    const detail = `a slice of ${dimText(n)} from ${dimText(first)} does not fit into axis ${axis} of ${shapeText(x.shape)}`;
    return failure('slice-out-of-range', 'shape', detail, { axis, size: dimText(dim), start: dimText(first) });
  }
  return { shape: count, dtype: x.dtype };
}

function isOutside(index: Dim, dim: Dim, empty = false): boolean {
  if (typeof index !== 'number') return false;
  return index < 0 || (typeof dim === 'number' && (empty ? index > dim : index >= dim));
}

/** dy spread over the places that the slice read, zeros elsewhere. */
function sliceGradient(b: GraphBuilder, dy: NodeId, shape: Shape, attrs: Attrs): NodeId {
  const [start, count, step] = [shapeAttr(attrs, 'start'), shapeAttr(attrs, 'size'), numbersAttr(attrs, 'step')];
  if (count.some((n) => n === 0)) return b.fill(0, shape, b.dtype(dy));
  let spread = dy;
  const backwards = step.flatMap((s, axis) => (s < 0 ? [axis] : []));
  if (backwards.length > 0) spread = b.emit('reverse', [spread], { axes: backwards });
  spread = widen(b, spread, step);
  const paddings = shape.map((dim, axis): Padding => {
    const [first, n, s] = [start[axis] ?? 0, count[axis] ?? 0, step[axis] ?? 1];
    const extent = multiplyDims(subtractDims(n, 1), s);
    const lowest = s < 0 ? addDims(first, extent) : first;
    const length = addDims(s < 0 ? negateDim(extent) : extent, 1);
    return [lowest, subtractDims(subtractDims(dim, lowest), length)];
  });
  return padZeros(b, spread, paddings);
}

/** Puts |step| - 1 zeros between neighbours. */
function widen(b: GraphBuilder, x: NodeId, step: readonly number[]): NodeId {
  const wide = step.flatMap((s, axis) => (Math.abs(s) === 1 ? [] : [[axis, Math.abs(s)] as const]));
  return wide.reduce((node, [axis, s]) => {
    const shape = b.shape(node);
    const split = b.reshape(node, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
    const padded = padZeros(
      b,
      split,
      b.shape(split).map((_, i): Padding => [0, i === axis + 1 ? s - 1 : 0]),
    );
    const whole = multiplyDims(shape[axis] ?? 1, s);
    const flat = b.reshape(padded, [...shape.slice(0, axis), whole, ...shape.slice(axis + 1)]);
    return cut(b, flat, axis, 0, subtractDims(whole, s - 1));
  }, x);
}

export function padZeros(b: GraphBuilder, x: NodeId, paddings: readonly Padding[]): NodeId {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  return b.emit('pad', [x], { paddings, mode: 'constant', value: 0 });
}

/** `count` elements from `start` along one axis. */
export function cut(b: GraphBuilder, x: NodeId, axis: number, start: Dim, count: Dim): NodeId {
  const shape = b.shape(x);
  if (start === 0 && compareDims(count, shape[axis] ?? 1) === 'equal') return x;
  return b.emit('slice', [x], {
    start: shape.map((_, i) => (i === axis ? start : 0)),
    size: shape.map((dim, i) => (i === axis ? count : dim)),
    step: shape.map(() => 1),
  });
}

function rawSlice(x: tfjs.Tensor, context: KernelContext, output: readonly number[]): tfjs.Tensor | undefined {
  const { raw, tf, attrs } = context;
  const step = numbersAttr(attrs, 'step');
  if (!raw || x.rank === 0 || step.some((s) => s !== 1)) return undefined;
  const vector = (list: readonly number[]) => tf.tensor1d([...list], 'int32');
  const type = { T: rawType(context.inputTypes[0]), Index: { type: 'dtype', value: 'int32' } as const };
  return raw('Slice', [x, vector(sizes(shapeAttr(attrs, 'start'))), vector(output)], type);
}

function paddingsOf(attrs: Attrs): readonly Padding[] {
  const { paddings } = attrs;
  invariant(Array.isArray(paddings) && paddings.every((pair) => Array.isArray(pair) && pair.length === 2), 'paddings are not pairs');
  return paddings;
}

function inferPad(x: TensorType, attrs: Attrs): Inferred {
  const paddings = paddingsOf(attrs);
  const rank = x.shape.length;
  if (paddings.length !== rank) return failure('rank', 'shape', `${paddings.length} pairs of paddings for rank ${rank}`, { rank });
  const reach = stringAttr(attrs, 'mode', 'constant') === 'reflect' ? 1 : 0;
  for (const [axis, [before, after]] of paddings.entries()) {
    const dim = x.shape[axis];
    const most = attrs.mode === 'constant' || typeof dim !== 'number' ? Number.POSITIVE_INFINITY : dim - reach;
    const wrong = [before, after].find((n) => typeof n === 'number' && (n < 0 || n > most));
    if (wrong === undefined) continue;
    const detail = `a padding of ${dimText(wrong)} does not fit axis ${axis} of ${shapeText(x.shape)}`;
    return failure('pad', 'value', detail, { axis, size: dimText(dim ?? 1) });
  }
  return { shape: x.shape.map((dim, i) => addDims(addDims(dim, paddings[i]?.[0] ?? 0), paddings[i]?.[1] ?? 0)), dtype: x.dtype };
}

/** The mirrored margins are folded back, axis by axis, from the last. */
function mirrorGradient(b: GraphBuilder, dy: NodeId, shape: Shape, attrs: Attrs): NodeId {
  const reach = attrs.mode === 'reflect' ? 1 : 0;
  return paddingsOf(attrs).reduceRight((folded: NodeId, [before, after], axis) => {
    const dim = shape[axis] ?? 1;
    const margin = (start: Dim, n: Dim, lead: Dim, trail: Dim): NodeId => {
      const flipped = b.emit('reverse', [cut(b, folded, axis, start, n)], { axes: [axis] });
      return padZeros(
        b,
        flipped,
        b.shape(flipped).map((_, i): Padding => (i === axis ? [lead, trail] : [0, 0])),
      );
    };
    let total = cut(b, folded, axis, before, dim);
    if (before !== 0) total = b.add(total, margin(0, before, reach, subtractDims(subtractDims(dim, before), reach)));
    if (after !== 0) total = b.add(total, margin(addDims(before, dim), after, subtractDims(subtractDims(dim, after), reach), reach));
    return total;
  }, dy);
}

function padKernel(x: tfjs.Tensor, { tf, attrs, outputType }: KernelContext): tfjs.Tensor {
  if (x.dtype === 'complex64') {
    const part = (half: tfjs.Tensor) => padValues(tf, half, attrs, sizes(outputType.shape));
    return tf.complex(part(tf.real(x)), part(tf.imag(x)));
  }
  return padValues(tf, x, attrs, sizes(outputType.shape));
}

function padValues(tf: typeof tfjs, x: tfjs.Tensor, attrs: Attrs, output: number[]): tfjs.Tensor {
  const before = paddingsOf(attrs).map(([n]) => size(n));
  const values = valuesOf(x);
  const out = newValues(x.dtype, product(output));
  const mode = stringAttr(attrs, 'mode', 'constant');
  if (mode === 'constant') {
    out.fill(numberAttr(attrs, 'value', 0));
    const strides = stridesOf(output);
    const at = stridedOffsets(
      x.shape,
      strides,
      strides.reduce((sum, stride, axis) => sum + stride * (before[axis] ?? 0), 0),
    );
    for (let i = 0; i < values.length; i++) out[at[i] as number] = values[i] as number;
    return tf.tensor(out, output, x.dtype);
  }
  const from = mirrorOffsets(x.shape, output, before, mode === 'reflect' ? 0 : 1);
  for (let i = 0; i < out.length; i++) out[i] = values[from[i] as number] as number;
  return tf.tensor(out, output, x.dtype);
}

/** Per output element the offset of the input element that it mirrors. `twice`: 1 if the border element is repeated. */
function mirrorOffsets(shape: readonly number[], output: readonly number[], before: readonly number[], twice: number): number[] {
  const strides = stridesOf(shape);
  return output.reduce<number[]>(
    (list, count, axis) => {
      const last = (shape[axis] as number) - 1;
      const places = Array.from({ length: count }, (_, i) => {
        const index = i - (before[axis] as number);
        const place = index < 0 ? -index - twice : index > last ? 2 * last - index + twice : index;
        return place * (strides[axis] as number);
      });
      return list.flatMap((offset) => places.map((place) => offset + place));
    },
    [0],
  );
}

export const SLICING: readonly Primitive[] = [
  viewing({
    name: 'slice',
    infer: inferSlice,
    gradient: ({ build, x, dy, attrs }) => sliceGradient(build, dy, build.shape(x), attrs),
    view: (shape, attrs) => {
      const [own, step] = [stridesOf(shape), numbersAttr(attrs, 'step')];
      const start = sizes(shapeAttr(attrs, 'start')).reduce((sum, first, axis) => sum + first * (own[axis] as number), 0);
      return { strides: own.map((stride, axis) => stride * (step[axis] ?? 1)), start };
    },
    node: rawSlice,
  }),
  {
    name: 'pad',
    infer: ([x], attrs) => inferPad(only([x]), attrs),
    gradient: ({ build, inputs, dy, attrs }) => {
      const shape = build.shape(only(inputs));
      if (stringAttr(attrs, 'mode', 'constant') !== 'constant') return [mirrorGradient(build, dy, shape, attrs)];
      return [paddingsOf(attrs).reduce((node: NodeId, [before], axis) => cut(build, node, axis, before, shape[axis] ?? 1), dy)];
    },
    range: ([input]: readonly Interval[], attrs) => {
      const x = only([input]);
      return stringAttr(attrs, 'mode', 'constant') === 'constant' ? union(x, point(numberAttr(attrs, 'value', 0))) : x;
    },
    kernel: ([x], context) => padKernel(only([x]), context),
  },
];
