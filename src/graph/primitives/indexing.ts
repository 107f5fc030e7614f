/** Owns gather along an axis and oneHot; index vectors (gatherNd …) stand in scatter. */
import { invariant } from '../../base/assert';
import { normalizeAxis } from '../../shape/axis';
import { type Dim, dimText } from '../../shape/dim';
import { isInteger } from '../../shape/dtype';
import { interval, union } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { KernelError } from '../kernelError';
import { failure, type GradientContext, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { axisOf, dimAttr, dtypeAttr, numberAttr, size } from './attrs';
import { pair } from './binaryElementwise';
import { only, rawType } from './elementwise';
import { makeTensor, newValues, product, storageOf, type Values, valuesOf } from './hostKernels';
import { axisFailure, checkDims, checkDtype, INDICES } from './inferring';

function inferGather(types: readonly TensorType[], attrs: Attrs): Inferred {
  const [params, indices] = pair(types);
  const refused = checkDtype('gather (indices)', indices.dtype, INDICES);
  if (refused) return refused;
  const axis = normalizeAxis(numberAttr(attrs, 'axis'), params.shape.length);
  if (axis === undefined) return axisFailure(numberAttr(attrs, 'axis'), params.shape.length);
  const batchDims = numberAttr(attrs, 'batchDims', 0);
  if (batchDims > indices.shape.length || batchDims > axis) {
    return failure(
      'gather-batch',
      'shape',
      `${batchDims} batch axes are too many for indices ${shapeText(indices.shape)} and axis ${axis}`,
    );
  }
  for (let i = 0; i < batchDims; i++) {
    const wrong = checkDims(params.shape[i] ?? 1, indices.shape[i] ?? 1, (sizes) =>
      failure('gather-batch', 'shape', `batch axis ${i} of params and indices: ${sizes}`, {
        params: shapeText(params.shape),
        indices: shapeText(indices.shape),
      }),
    );
    if (wrong) return wrong;
  }
  const shape = [...params.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...params.shape.slice(axis + 1)];
  return { shape, dtype: params.dtype };
}

/**
 * Adds dy up at the gathered places, by scatterNd. Its index vectors are (batch positions …, index), so dy's axes are first brought
 * into the order batch, index axes, other axes, and the result back into that of params.
 */
function gatherGradient({ build: b, inputs, dy, attrs }: GradientContext): readonly (NodeId | null)[] {
  const [params, indices] = pair(inputs);
  const shape = b.shape(params);
  const axis = axisOf(attrs, shape.length);
  const batch = numberAttr(attrs, 'batchDims', 0);
  const extra = b.shape(indices).length - batch;
  const count = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);
  const lead = axis - batch;
  const order = [...count(batch), ...count(extra, axis), ...count(lead, batch), ...count(shape.length - axis - 1, axis + extra)];
  const others = [...shape.slice(batch, axis), ...shape.slice(axis + 1)];
  const scattered = b.emit('scatterNd', [batchedIndices(b, indices, batch), b.transpose(dy, order)], {
    shape: [...shape.slice(0, batch), shape[axis] ?? 1, ...others],
    kind: 'add',
  });
  const back = [...count(batch), ...count(lead, batch + 1), batch, ...count(shape.length - axis - 1, axis + 1)];
  return [b.transpose(scattered, back), null];
}

/** Index vectors: for each index, the positions along its batch axes and the index itself. */
export function batchedIndices(b: GraphBuilder, indices: NodeId, batch: number): NodeId {
  const shape = b.shape(indices);
  const vector: Shape = [...shape, 1];
  const positions = shape.slice(0, batch).map((dim, axis) => {
    const range = b.emit('range', [], { start: 0, step: 1, size: dim, dtype: b.dtype(indices) });
    const line = shape.map((_, i): Dim => (i === axis ? dim : 1));
    return b.reshape(b.broadcastTo(b.reshape(range, line), shape), vector);
  });
  const own = b.reshape(indices, vector);
  return positions.length === 0 ? own : b.emit('concat', [...positions, own], { axis: shape.length });
}

function gatherKernel(inputs: Parameters<Primitive['kernel']>[0], context: KernelContext): ReturnType<Primitive['kernel']> {
  const [params, indices] = pair(inputs);
  const { attrs, tf } = context;
  const axis = axisOf(attrs, params.rank);
  const count = params.shape[axis] as number;
  const places = valuesOf(indices);
  checkIndices(places, indices.shape, count);
  if (context.raw) {
    const int32 = { type: 'dtype', value: 'int32' } as const;
    const types = { Tparams: rawType(context.inputTypes[0]), Tindices: int32, Taxis: int32 };
    const batchDims = { type: 'int', value: numberAttr(attrs, 'batchDims', 0) } as const;
    return context.raw('GatherV2', [params, indices, tf.scalar(axis, 'int32')], { ...types, batch_dims: batchDims });
  }
  if (params.dtype === 'complex64') {
    const part = (half: typeof params) =>
      gatherKernel([half, indices], { ...context, outputType: { ...context.outputType, dtype: 'float32' } });
    return tf.complex(part(tf.real(params)), part(tf.imag(params)));
  }
  const batch = numberAttr(attrs, 'batchDims', 0);
  const inner = product(params.shape.slice(axis + 1));
  const lead = product(params.shape.slice(batch, axis));
  const perBatch = product(indices.shape.slice(batch));
  const values = valuesOf(params);
  const out = newValues(storageOf(context.outputType.dtype), product(context.outputType.shape as number[]));
  let at = 0;
  for (let n = 0; n < product(params.shape.slice(0, batch)); n++) {
    for (let row = 0; row < lead; row++) {
      for (let i = 0; i < perBatch; i++, at += inner) {
        const from = ((n * lead + row) * count + (places[n * perBatch + i] as number)) * inner;
        out.set(values.subarray(from, from + inner), at);
      }
    }
  }
  return makeTensor(context, out);
}

/** TensorFlow's words: indices[0,1] = 5 is not in [0, 3). */
export function checkIndices(indices: Values, shape: readonly number[], count: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (index >= 0 && index < count) continue;
    let rest = i;
    const position = [...shape].reverse().map((dim) => {
      const here = rest % dim;
      rest = Math.floor(rest / dim);
      return here;
    });
    throw new KernelError(
      'index',
      `indices${position.length > 0 ? `[${position.reverse().join(',')}]` : ''} = ${index} is not in [0, ${count})`,
    );
  }
}

function inferOneHot(indices: TensorType, attrs: Attrs): Inferred {
  if (!isInteger(indices.dtype)) {
    return failure('one-hot', 'dtype', `one_hot takes integer labels, not ${indices.dtype}`, { dtype: indices.dtype });
  }
  const rank = indices.shape.length + 1;
  const axis = normalizeAxis(numberAttr(attrs, 'axis', -1), rank);
  if (axis === undefined) return axisFailure(numberAttr(attrs, 'axis', -1), rank);
  const depth = dimAttr(attrs, 'depth');
  if (typeof depth === 'number' && depth < 0) return failure('one-hot', 'value', `depth must not be negative, got ${dimText(depth)}`);
  return { shape: [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)], dtype: dtypeAttr(attrs, 'dtype', 'float32') };
}

function oneHotKernel(inputs: Parameters<Primitive['kernel']>[0], context: KernelContext): ReturnType<Primitive['kernel']> {
  const indices = only(inputs);
  const { attrs, outputType } = context;
  const depth = size(dimAttr(attrs, 'depth'));
  const axis = normalizeAxis(numberAttr(attrs, 'axis', -1), indices.rank + 1);
  invariant(axis !== undefined, 'the axis was checked');
  const inner = product(indices.shape.slice(axis));
  const labels = valuesOf(indices);
  const out = newValues(storageOf(outputType.dtype), indices.size * depth).fill(numberAttr(attrs, 'offValue', 0));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label < 0 || label >= depth) continue;
    out[(Math.floor(i / inner) * depth + label) * inner + (i % inner)] = numberAttr(attrs, 'onValue', 1);
  }
  return makeTensor(context, out);
}

export const INDEXING: readonly Primitive[] = [
  {
    name: 'gather',
    infer: inferGather,
    gradient: gatherGradient,
    range: ([params]) => only([params]),
    known: ([params, indices], _attrs, types) => {
      const [from, places] = pair(types);
      if (!params || !indices || from.shape.length !== 1 || places.shape.length > 1) return undefined;
      const elements = indices.map((index) => (typeof index === 'number' ? params[index] : undefined));
      return elements.every((dim) => dim !== undefined) ? elements : undefined;
    },
    kernel: gatherKernel,
  },
  {
    name: 'oneHot',
    infer: ([indices], attrs) => inferOneHot(only([indices]), attrs),
    range: (_inputs, attrs) => {
      const [on, off] = [numberAttr(attrs, 'onValue', 1), numberAttr(attrs, 'offValue', 0)];
      const whole = Number.isInteger(on) && Number.isInteger(off);
      return union(interval(on, on, whole), interval(off, off, whole));
    },
    kernel: oneHotKernel,
  },
];
