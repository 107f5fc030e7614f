/** Owns running reductions along an axis: cumsum, cumprod, cumulative_logsumexp, cummax, cummin. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { normalizeAxis } from '../../shape/axis';
import { FLOAT_LIMITS } from '../../shape/dtype';
import { type Interval, interval, union } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import type { Attrs, NodeId } from '../graph';
import type { GradientContext, KernelContext, Primitive } from '../primitive';
import { axisOf, booleanAttr, numberAttr } from './attrs';
import { typeAt } from './checks';
import { only, rawType } from './elementwise';
import { elementsOf, linesAlong, resultOf, tensorAt } from './host';
import { makeTensor, newValues, storageOf, stridedOffsets, stridesOf, valuesOf } from './hostKernels';
import { type Allowed, axisFailure, checkDtype, FLOATS, NUMBERS, REALS } from './inferring';

interface CumulativeSpec {
  readonly name: string;
  readonly allowed: Allowed;
  readonly raw?: string;
  readonly initial: number;
  readonly step: (total: number, value: number) => number;
  /** For integers, where double precision differs. */
  readonly integer?: (total: number, value: number) => number;
  readonly gradient?: Primitive['gradient'];
  readonly range: (x: Interval, exclusive: boolean) => Interval;
}

function cumulative(spec: CumulativeSpec): Primitive {
  return {
    name: spec.name,
    infer: ([x], attrs) => inferCumulative(spec, only([x]), attrs),
    ...(spec.gradient && { gradient: spec.gradient }),
    range: ([x], attrs) => spec.range(only([x]), booleanAttr(attrs, 'exclusive')),
    kernel: ([x], context) => scan(spec, only([x]), context),
  };
}

function inferCumulative(spec: CumulativeSpec, x: TensorType, attrs: Attrs) {
  const refused = checkDtype(spec.name, x.dtype, spec.allowed);
  if (refused) return refused;
  const axis = numberAttr(attrs, 'axis');
  return normalizeAxis(axis, x.shape.length) === undefined ? axisFailure(axis, x.shape.length) : x;
}

function scan(spec: CumulativeSpec, x: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  const axis = axisOf(context.attrs, x.rank);
  const exclusive = booleanAttr(context.attrs, 'exclusive');
  const reverse = booleanAttr(context.attrs, 'reverse');
  if (context.raw && spec.raw) {
    return context.raw(spec.raw, [x, context.tf.scalar(axis, 'int32')], {
      T: rawType(context.inputTypes[0]),
      Tidx: { type: 'dtype', value: 'int32' },
      exclusive: { type: 'bool', value: exclusive },
      reverse: { type: 'bool', value: reverse },
    });
  }
  const step = (x.dtype === 'int32' && spec.integer) || spec.step;
  const count = x.shape[axis] as number;
  const strides = stridesOf(x.shape);
  const stride = strides[axis] as number;
  const rest = (list: readonly number[]) => list.filter((_, i) => i !== axis);
  const starts = stridedOffsets(rest(x.shape), rest(strides), reverse ? stride * Math.max(count - 1, 0) : 0);
  const values = valuesOf(x);
  const out = newValues(storageOf(context.outputType.dtype), values.length);
  for (const start of starts) {
    let total = spec.initial;
    for (let i = 0, at = start; i < count; i++, at += reverse ? -stride : stride) {
      const next = step(total, values[at] as number);
      out[at] = exclusive ? total : next;
      total = next;
    }
  }
  return makeTensor(context, out);
}

function flipped(attrs: Attrs): Attrs {
  return { axis: attrs.axis, exclusive: attrs.exclusive === true, reverse: attrs.reverse !== true };
}

/** In TensorFlow's way: the log of positive and negative parts of dy, so that nothing overflows. */
function logsumexpGradient({ build: b, inputs, output, dy, attrs }: GradientContext): readonly number[] {
  const x = only(inputs);
  const lowest = b.scalarLike(-(FLOAT_LIMITS[b.dtype(dy)]?.max ?? Number.MAX_VALUE), dy);
  const zero = b.scalarLike(0, dy);
  const part = (comparison: string, magnitude: number) => {
    const log = b.where(b.emit(comparison, [dy, zero]), b.emit('log', [magnitude]), lowest);
    return b.emit('exp', [b.add(b.emit('cumulativeLogsumexp', [b.subtract(log, output)], flipped(attrs)), x)]);
  };
  return [b.subtract(part('greater', dy), part('less', b.negate(dy)))];
}

const unbounded = (x: Interval): Interval => ({
  ...x,
  low: x.low >= 0 ? 0 : Number.NEGATIVE_INFINITY,
  high: x.high <= 0 ? 0 : Number.POSITIVE_INFINITY,
});

function addLogs(total: number, value: number): number {
  const largest = Math.max(total, value);
  return largest === Number.NEGATIVE_INFINITY ? largest : largest + Math.log(Math.exp(total - largest) + Math.exp(value - largest));
}

/** TensorFlow has no running maximum; the gradient goes to the element that holds it, ties to all by equal parts, as its reduce_max does it. */
function extremeGradient(context: GradientContext): readonly (NodeId | null)[] {
  const { build, output, inputs, dy, attrs } = context;
  const [x = 0] = inputs;
  return [build.emit('cumulativeExtremeGradient', [x, output, dy], attrs)];
}

/** Sends each position's dy to the first element that equals its running extreme. */
const cumulativeExtremeGradient: Primitive = {
  name: 'cumulativeExtremeGradient',
  infer: (types) => typeAt(types, 0),
  kernel: (inputs, context) => {
    const [x, y, dy] = [elementsOf(inputs, 0), elementsOf(inputs, 1), elementsOf(inputs, 2)];
    const lines = linesAlong(tensorAt(inputs, 0).shape, numberAttr(context.attrs, 'axis', 0));
    const reverse = booleanAttr(context.attrs, 'reverse');
    const out = new Float64Array(x.length);
    for (let line = 0; line < lines.count; line++) {
      let holder = -1;
      for (let i = 0; i < lines.length; i++) {
        const where = lines.start(line) + (reverse ? lines.length - 1 - i : i) * lines.step;
        if (holder < 0 || y[where] !== y[holder]) holder = x[where] === y[where] ? where : holder;
        if (holder >= 0) out[holder] = (out[holder] ?? 0) + (dy[where] ?? 0);
      }
    }
    return resultOf(context, out);
  },
};

export const CUMULATIVE: readonly Primitive[] = [
  cumulative({
    name: 'cumsum',
    raw: 'Cumsum',
    allowed: NUMBERS,
    initial: 0,
    step: (total, value) => total + value,
    gradient: ({ build, dy, attrs }) => [build.emit('cumsum', [dy], flipped(attrs))],
    range: unbounded,
  }),
  cumulative({
    name: 'cumprod',
    raw: 'Cumprod',
    allowed: NUMBERS,
    initial: 1,
    step: (total, value) => total * value,
    integer: Math.imul,
    gradient: ({ build: b, inputs, output, dy, attrs }) => {
      const out = b.emit('cumsum', [b.multiply(output, dy)], flipped(attrs));
      return [b.emit('divideNoNan', [out, only(inputs)])];
    },
    range: (x) =>
      x.low >= 0 ? interval(0, x.high <= 1 ? 1 : Number.POSITIVE_INFINITY, x.integral) : unbounded({ ...x, low: -1, high: 1 }),
  }),
  cumulative({
    name: 'cumulativeLogsumexp',
    raw: 'CumulativeLogsumexp',
    allowed: FLOATS,
    initial: Number.NEGATIVE_INFINITY,
    step: addLogs,
    gradient: logsumexpGradient,
    range: (x) => ({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, integral: false, nan: x.nan }),
  }),
  cumulative({
    name: 'cummax',
    allowed: REALS,
    gradient: extremeGradient,
    initial: Number.NEGATIVE_INFINITY,
    step: Math.max,
    range: (x, exclusive) => (exclusive ? union(x, interval(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)) : x),
  }),
  cumulative({
    name: 'cummin',
    allowed: REALS,
    gradient: extremeGradient,
    initial: Number.POSITIVE_INFINITY,
    step: Math.min,
    range: (x, exclusive) => (exclusive ? union(x, interval(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)) : x),
  }),
  cumulativeExtremeGradient,
];
