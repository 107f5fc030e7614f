/** Owns softmax, its logarithm and the fused cross-entropies. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import { normalizeAxis } from '../../shape/axis';
import { broadcastShapes } from '../../shape/broadcast';
import { ANYTHING, interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { KernelError } from '../kernelError';
import { type Failure, failure, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { axisOf, numberAttr, sizes } from './attrs';
import { binaryElementwise, pair } from './binaryElementwise';
import { only, rawType } from './elementwise';
import { makeTensor, newValues, product, stridedOffsets, stridesOf, type Values, valuesOf } from './hostKernels';
import { axisFailure, broadcastOrFail, checkDims, checkDtype, checkSameDtype, FLOATS, INTEGERS, isShape, rankFailure } from './inferring';
import { rawReduce } from './reduction';
import { sumToShape } from './sumToShape';

function inferSoftmax(name: string, x: TensorType, axis: number): Inferred {
  const refused = checkDtype(name, x.dtype, FLOATS);
  if (refused) return refused;
  if (x.shape.length === 0) return rankFailure(`${name} needs at least one axis`, 0);
  return normalizeAxis(axis, x.shape.length) === undefined ? axisFailure(axis, x.shape.length) : x;
}

/** Rewrites each line along the axis: `line` gets offset of its first element, stride and count. */
function alongAxis(
  x: tfjs.Tensor,
  context: KernelContext,
  line: (from: Values, to: Values, start: number, stride: number, count: number) => void,
) {
  const axis = axisOf(context.attrs, x.rank);
  const strides = stridesOf(x.shape);
  const rest = (list: readonly number[]) => list.filter((_, i) => i !== axis);
  const values = valuesOf(x);
  const out = newValues('float32', values.length);
  for (const start of stridedOffsets(rest(x.shape), rest(strides)))
    line(values, out, start, strides[axis] as number, x.shape[axis] as number);
  return makeTensor(context, out);
}

function lineStatistics(values: Values, start: number, stride: number, count: number): readonly [number, number] {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) largest = Math.max(largest, values[start + i * stride] as number);
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.exp((values[start + i * stride] as number) - largest);
  return [largest, total];
}

/** TensorFlow's kernel knows only the last axis; others are moved there, as tf.nn.softmax does. */
function rawSoftmax(op: string, x: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  const { raw, tf } = context;
  invariant(raw, 'raw ops are TensorFlow’s');
  const axis = axisOf(context.attrs, x.rank);
  const swap = x.shape.map((_, i) => (i === axis ? x.rank - 1 : i === x.rank - 1 ? axis : i));
  const last = axis === x.rank - 1;
  const result = raw(op, [last ? x : tf.transpose(x, swap)], { T: rawType(context.inputTypes[0]) });
  return last ? result : tf.transpose(result, swap);
}

const SOFTMAX: Primitive = {
  name: 'softmax',
  infer: ([x], attrs) => inferSoftmax('softmax', only([x]), numberAttr(attrs, 'axis')),
  gradient: ({ build: b, output: y, dy, attrs }) => {
    const total = b.sum(b.multiply(dy, y), [numberAttr(attrs, 'axis')], true);
    return [b.multiply(b.subtract(dy, total), y)];
  },
  range: ([x]) => ({ ...interval(0, 1), nan: only([x]).nan }),
  kernel: ([x], context) =>
    context.raw
      ? rawSoftmax('Softmax', only([x]), context)
      : alongAxis(only([x]), context, (from, to, start, stride, count) => {
          const [largest, total] = lineStatistics(from, start, stride, count);
          for (let i = 0, at = start; i < count; i++, at += stride) to[at] = Math.exp((from[at] as number) - largest) / total;
        }),
};

const LOG_SOFTMAX: Primitive = {
  name: 'logSoftmax',
  infer: ([x], attrs) => inferSoftmax('logSoftmax', only([x]), numberAttr(attrs, 'axis')),
  gradient: ({ build: b, output: y, dy, attrs }) => {
    const total = b.sum(dy, [numberAttr(attrs, 'axis')], true);
    return [b.subtract(dy, b.multiply(total, b.emit('exp', [y])))];
  },
  range: ([x]) => ({ ...interval(Number.NEGATIVE_INFINITY, 0), nan: only([x]).nan }),
  kernel: ([x], context) =>
    context.raw
      ? rawSoftmax('LogSoftmax', only([x]), context)
      : alongAxis(only([x]), context, (from, to, start, stride, count) => {
          const [largest, total] = lineStatistics(from, start, stride, count);
          const log = Math.log(total);
          for (let i = 0, at = start; i < count; i++, at += stride) to[at] = (from[at] as number) - largest - log;
        }),
};

/** Per line over the last axis: the log of the sum of exponentials, as [largest, log total]. */
function logTotals(
  logits: tfjs.Tensor,
  line: (values: Values, start: number, count: number, largest: number, log: number, row: number) => number,
) {
  const count = logits.shape[logits.rank - 1] as number;
  const values = valuesOf(logits);
  const out = new Float32Array(product(logits.shape.slice(0, -1)));
  for (let row = 0; row < out.length; row++) {
    const [largest, total] = lineStatistics(values, row * count, 1, count);
    out[row] = line(values, row * count, count, largest, Math.log(total), row);
  }
  return out;
}

/** The same on TensorFlow's kernels: the logits less their largest, and the log of the sum of exponentials. */
function rawLogTotals(logits: tfjs.Tensor, context: KernelContext): { readonly shifted: tfjs.Tensor; readonly log: tfjs.Tensor } {
  const { tf } = context;
  const axis = logits.rank - 1;
  const shifted = tf.sub(logits, rawReduce(context, 'Max', logits, [axis], true));
  return { shifted, log: tf.log(rawReduce(context, 'Sum', tf.exp(shifted), [axis], true)) };
}

function labelsFailure(labels: TensorType, logits: TensorType): Failure {
  const detail = `labels ${shapeText(labels.shape)} must have the shape of logits ${shapeText(logits.shape)} without its last axis`;
  return failure('sparse-labels-shape', 'shape', detail, { labels: shapeText(labels.shape), logits: shapeText(logits.shape) });
}

function inferSparse(types: readonly TensorType[]): Inferred {
  const [labels, logits] = pair(types);
  const refused = checkDtype('sparse labels', labels.dtype, INTEGERS) ?? checkDtype('logits', logits.dtype, FLOATS);
  if (refused) return refused;
  if (logits.shape.length === 0) return rankFailure('logits cannot be scalars', 0);
  const shape = logits.shape.slice(0, -1);
  if (labels.shape.length !== shape.length) return labelsFailure(labels, logits);
  for (const [axis, dim] of shape.entries()) {
    const wrong = checkDims(labels.shape[axis] ?? 1, dim, () => labelsFailure(labels, logits));
    if (wrong) return wrong;
  }
  return { shape, dtype: logits.dtype };
}

function checkClass(label: number, classes: number): void {
  if (label >= 0 && label < classes) return;
  throw new KernelError('value', `Received a label value of ${label} which is outside the valid range of [0, ${classes})`);
}

function rawSparse(labels: tfjs.Tensor, logits: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  const { raw, tf, outputType } = context;
  invariant(raw, 'raw ops are TensorFlow’s');
  const rows = product(labels.shape);
  const { shifted, log } = rawLogTotals(logits, { ...context, inputTypes: [outputType] });
  const int32 = { type: 'dtype', value: 'int32' } as const;
  const matrix = tf.reshape(shifted, [rows, logits.shape[logits.rank - 1] as number]);
  const picked = raw('GatherV2', [matrix, tf.reshape(labels, [rows]), tf.scalar(1, 'int32')], {
    Tparams: rawType(outputType),
    Tindices: int32,
    Taxis: int32,
    batch_dims: { type: 'int', value: 1 },
  });
  return tf.reshape(tf.sub(tf.reshape(log, [rows]), picked), labels.shape);
}

export const SOFTMAX_FAMILY: readonly Primitive[] = [
  SOFTMAX,
  LOG_SOFTMAX,
  {
    name: 'softmaxCrossEntropy',
    infer: (types) => {
      const [labels, logits] = pair(types);
      const refused = checkSameDtype(types) ?? checkDtype('softmaxCrossEntropy', logits.dtype, FLOATS);
      if (refused) return refused;
      const shape = broadcastOrFail(labels.shape, logits.shape);
      if (!isShape(shape)) return shape;
      return shape.length === 0 ? rankFailure('logits cannot be scalars', 0) : { shape: shape.slice(0, -1), dtype: logits.dtype };
    },
    gradient: ({ build: b, inputs, dy }) => {
      const [labels, logits] = pair(inputs);
      const shape = broadcastShapes(b.shape(labels), b.shape(logits)).shape;
      const [wideLabels, wideLogits] = [b.broadcastTo(labels, shape), b.broadcastTo(logits, shape)];
      const wide = b.reshape(dy, [...shape.slice(0, -1), 1]);
      const toLogits = b.multiply(wide, b.subtract(b.emit('softmax', [wideLogits], { axis: -1 }), wideLabels));
      const toLabels = b.multiply(wide, b.negate(b.emit('logSoftmax', [wideLogits], { axis: -1 })));
      return [sumToShape(b, toLabels, b.shape(labels)), sumToShape(b, toLogits, b.shape(logits))];
    },
    range: ([labels]) => (only([labels]).low >= 0 ? { ...ANYTHING, low: 0 } : ANYTHING),
    kernel: (inputs, context) => {
      const shape = sizes(broadcastShapes(...pair(context.inputTypes.map((type) => type.shape))).shape);
      const [labels, logits] = pair(inputs.map((input) => context.tf.broadcastTo(input, shape)));
      if (context.raw) {
        const { shifted, log } = rawLogTotals(logits, context);
        return rawReduce(context, 'Sum', context.tf.mul(labels, context.tf.sub(log, shifted)), [shape.length - 1], false);
      }
      const targets = valuesOf(labels);
      // TensorFlow's own kernel: the sum of label × (log total - shifted logit), so that a zero label never meets an infinity.
      const out = logTotals(logits, (values, start, count, largest, log) => {
        let loss = 0;
        for (let i = start; i < start + count; i++) loss += (targets[i] as number) * (log - ((values[i] as number) - largest));
        return loss;
      });
      return makeTensor(context, out);
    },
  },
  {
    name: 'sparseSoftmaxCrossEntropy',
    infer: inferSparse,
    gradient: ({ build: b, inputs, dy }) => {
      const [labels, logits] = pair(inputs);
      const shape = b.shape(logits);
      const depth = shape[shape.length - 1] ?? 1;
      const targets = b.emit('oneHot', [labels], { depth, onValue: 1, offValue: 0, axis: -1, dtype: b.dtype(logits) });
      const wide = b.reshape(dy, [...shape.slice(0, -1), 1]);
      return [null, b.multiply(wide, b.subtract(b.emit('softmax', [logits], { axis: -1 }), targets))];
    },
    range: () => ({ ...ANYTHING, low: 0 }),
    kernel: (inputs, context) => {
      const [labels, logits] = pair(inputs);
      const classes = valuesOf(labels);
      const count = logits.shape[logits.rank - 1] as number;
      for (const label of classes) checkClass(label, count);
      if (context.raw) return rawSparse(labels, logits, context);
      const out = logTotals(
        logits,
        (values, start, _count, largest, log, row) => log - ((values[start + (classes[row] as number)] as number) - largest),
      );
      return makeTensor(context, out);
    },
  },
  binaryElementwise({
    name: 'sigmoidCrossEntropy',
    allowed: FLOATS,
    scalar: (z, x) => Math.max(x, 0) - x * z + Math.log1p(Math.exp(-Math.abs(x))),
    gradient: ({ b, x: labels, y: logits, dy }) => [
      b.multiply(dy, b.negate(logits)),
      b.multiply(dy, b.subtract(b.emit('sigmoid', [logits]), labels)),
    ],
    range: (labels) => (labels.low >= 0 && labels.high <= 1 ? { ...ANYTHING, low: 0 } : ANYTHING),
  }),
];
