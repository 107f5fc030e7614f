/** Owns running reductions along an axis: cumsum, cumprod, cumulative_logsumexp, cummax, cummin. */
import { normalizeAxis } from '../../shape/axis';
import type { NodeId } from '../graph';
import type { GradientContext, Primitive } from '../primitive';
import { booleanAttr, numberAttr } from './attrs';
import { typeAt } from './checks';
import { elementsOf, linesAlong, resultOf, tensorAt } from './host';
import { axisFailure, checkDtype, FLOATS, NUMBERS } from './inferring';

interface Family {
  readonly name: string;
  readonly start: number;
  readonly step: (total: number, value: number) => number;
  readonly gradient?: (context: GradientContext) => readonly (NodeId | null)[];
  readonly floatOnly?: boolean;
}

function cumulative({ name, start, step, gradient, floatOnly }: Family): Primitive {
  const primitive: Primitive = {
    name,
    infer: (types, attrs) => {
      const type = typeAt(types, 0);
      const axis = numberAttr(attrs, 'axis', 0);
      if (normalizeAxis(axis, type.shape.length) === undefined) {
        return axisFailure(axis, type.shape.length);
      }
      return checkDtype(name, type.dtype, floatOnly ? FLOATS : NUMBERS) ?? type;
    },
    kernel: (inputs, context) => {
      const x = elementsOf(inputs, 0);
      const lines = linesAlong(tensorAt(inputs, 0).shape, numberAttr(context.attrs, 'axis', 0));
      const exclusive = booleanAttr(context.attrs, 'exclusive');
      const reverse = booleanAttr(context.attrs, 'reverse');
      const out = new Float64Array(x.length);
      for (let line = 0; line < lines.count; line++) {
        let total = start;
        const first = lines.start(line);
        for (let i = 0; i < lines.length; i++) {
          const where = first + (reverse ? lines.length - 1 - i : i) * lines.step;
          const next = step(total, x[where] ?? 0);
          out[where] = exclusive ? total : next;
          total = next;
        }
      }
      return resultOf(context, out);
    },
  };
  return gradient ? { ...primitive, gradient } : primitive;
}

/** The attributes of the same running reduction from the other end. */
function opposite({ attrs }: GradientContext): { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean } {
  return { axis: numberAttr(attrs, 'axis', 0), exclusive: booleanAttr(attrs, 'exclusive'), reverse: !booleanAttr(attrs, 'reverse') };
}

function cumprodGradient(context: GradientContext): readonly (NodeId | null)[] {
  const { build, inputs, output, dy } = context;
  const [x = 0] = inputs;
  const sums = build.emit('cumsum', [build.multiply(output, dy)], opposite(context));
  return [build.emit('divideNoNan', [sums, x])];
}

/** The incoming gradient's positive and negative part separately, in log space, as TensorFlow does. */
function logsumexpGradient(context: GradientContext): readonly (NodeId | null)[] {
  const { build, inputs, output, dy } = context;
  const [x = 0] = inputs;
  const lowest = build.broadcastTo(build.scalarLike(-3.4028234663852886e38, dy), build.shape(dy));
  const zero = build.scalarLike(0, dy);
  const part = (condition: NodeId, value: NodeId): NodeId => {
    const log = build.where(condition, build.emit('log', [value]), lowest);
    const sums = build.emit('cumulativeLogsumexp', [build.subtract(log, output)], opposite(context));
    return build.emit('exp', [build.add(sums, x)]);
  };
  return [build.subtract(part(build.emit('greater', [dy, zero]), dy), part(build.emit('less', [dy, zero]), build.negate(dy)))];
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

function addLogs(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === Number.NEGATIVE_INFINITY
    ? high
    : high === Number.POSITIVE_INFINITY
      ? high
      : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

function larger(a: number, b: number): number {
  return Math.max(a, b);
}

function smaller(a: number, b: number): number {
  return Math.min(a, b);
}

export const CUMULATIVE: readonly Primitive[] = [
  cumulative({
    name: 'cumsum',
    start: 0,
    step: (total, value) => total + value,
    gradient: (context) => [context.build.emit('cumsum', [context.dy], opposite(context))],
  }),
  cumulative({ name: 'cumprod', start: 1, step: (total, value) => total * value, gradient: cumprodGradient }),
  cumulative({ name: 'cumulativeLogsumexp', start: Number.NEGATIVE_INFINITY, step: addLogs, gradient: logsumexpGradient, floatOnly: true }),
  cumulative({ name: 'cummax', start: Number.NEGATIVE_INFINITY, step: larger, gradient: extremeGradient }),
  cumulative({ name: 'cummin', start: Number.POSITIVE_INFINITY, step: smaller, gradient: extremeGradient }),
  cumulativeExtremeGradient,
];
