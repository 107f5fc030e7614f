/** Owns indexing by index vectors: gather_nd, scatter_nd and the tensor_scatter family. Each other's gradients. */
import type { Dim } from '../../shape/dim';
import { ANYTHING } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import type { NodeId } from '../graph';
import { KernelError } from '../kernelError';
import { type Failure, failure, type GradientContext, type Primitive } from '../primitive';
import { numberAttr, shapeAttr, sizes, stringAttr } from './attrs';
import { checkRankAtLeast, checkShapes, typeAt } from './checks';
import { type Elements, elementsOf, type Kernel, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { checkSameDtype, firstFailure, rankFailure } from './inferring';

/** How many axes the index vectors address: the last size of the indices. */
function indexDepth(indices: TensorType, rank: number, what: string): number | Failure {
  const depth = indices.shape.at(-1);
  if (depth === undefined) return rankFailure(`${what} needs indices of at least rank 1`, 0);
  if (typeof depth !== 'number') return failure('unsupported', 'unsupported', `${what} with index vectors of a size that is not known`);
  if (depth <= rank) return depth;
  return failure('index-depth', 'shape', `${what}: index vectors of length ${depth} are longer than the rank ${rank}`, { depth, rank });
}

/** Row numbers of index vectors in a tensor of these sizes (batch positions first); TensorFlow's error when one is outside. */
function rowsOf(indices: Elements, indexSizes: readonly number[], shape: readonly number[], batchDims: number): Int32Array {
  const depth = indexSizes.at(-1) ?? 0;
  const vectors = product(indexSizes.slice(0, -1));
  const perBatch = product(indexSizes.slice(batchDims, -1));
  const addressed = shape.slice(batchDims, batchDims + depth);
  const rows = new Int32Array(vectors);
  for (let v = 0; v < vectors; v++) {
    let row = batchDims > 0 ? Math.floor(v / perBatch) : 0;
    addressed.forEach((size, k) => {
      const index = indices[v * depth + k] ?? 0;
      if (index < 0 || index >= size) throw outside(indices, v, depth, shape);
      row = row * size + index;
    });
    rows[v] = row;
  }
  return rows;
}

function outside(indices: Elements, vector: number, depth: number, shape: readonly number[]): KernelError {
  const values = Array.from({ length: depth }, (_, k) => indices[vector * depth + k]);
  return new KernelError('index', `indices[${vector}] = [${values.join(', ')}] does not index into shape [${shape.join(',')}]`);
}

const gatherNd: Primitive = {
  name: 'gatherNd',
  infer: (types, attrs) => {
    const params = typeAt(types, 0);
    const indices = typeAt(types, 1);
    const batchDims = numberAttr(attrs, 'batchDims', 0);
    const depth = indexDepth(indices, params.shape.length - batchDims, 'gather_nd');
    if (typeof depth !== 'number') return depth;
    const batch = params.shape.slice(0, batchDims);
    const wrong = firstFailure(
      checkRankAtLeast(indices, batchDims + 1, 'indices'),
      checkShapes(batch, indices.shape.slice(0, batchDims), 'gather_nd: the batch sizes of params and indices'),
    );
    return wrong ?? { shape: [...indices.shape.slice(0, -1), ...params.shape.slice(batchDims + depth)], dtype: params.dtype };
  },
  gradient: ({ build, inputs: [params = 0, indices = 0], dy, attrs }) => [
    build.emit('scatterNd', [indices, dy], { shape: build.shape(params), kind: 'add', batchDims: numberAttr(attrs, 'batchDims', 0) }),
    null,
  ],
  range: ([params]) => params ?? ANYTHING,
  kernel: (inputs, context) => {
    const params = elementsOf(inputs, 0);
    const shape = tensorAt(inputs, 0).shape;
    const indexSizes = tensorAt(inputs, 1).shape;
    const batchDims = numberAttr(context.attrs, 'batchDims', 0);
    const rows = rowsOf(elementsOf(inputs, 1), indexSizes, shape, batchDims);
    const width = product(shape.slice(batchDims + (indexSizes.at(-1) ?? 0)));
    const out = new Float64Array(rows.length * width);
    rows.forEach((row, v) => {
      for (let i = 0; i < width; i++) out[v * width + i] = params[row * width + i] ?? 0;
    });
    return resultOf(context, out);
  },
};

/** Checks that updates have one slice per index vector. */
function updatesFailure(shape: Shape, indices: TensorType, updates: TensorType, batchDims: number, what: string): Failure | undefined {
  const depth = indexDepth(indices, shape.length - batchDims, what);
  if (typeof depth !== 'number') return depth;
  const expected: readonly Dim[] = [...indices.shape.slice(0, -1), ...shape.slice(batchDims + depth)];
  return checkShapes(updates.shape, expected, `${what}: updates must have one slice of the tensor for each index vector`);
}

/** Combines the update of an element with what stands there. */
const COMBINE: Readonly<Record<string, (old: number, update: number) => number>> = {
  update: (_, update) => update,
  add: (old, update) => old + update,
  sub: (old, update) => old - update,
  min: (old, update) => (update < old || Number.isNaN(update) ? update : old),
  max: (old, update) => (update > old || Number.isNaN(update) ? update : old),
};

function scatterInto(
  out: Float64Array,
  shape: readonly number[],
  indices: Elements,
  indexSizes: readonly number[],
  updates: Elements,
  kind: string,
  batchDims: number,
): void {
  const combine = COMBINE[kind] ?? ((old, update) => old + update);
  const rows = rowsOf(indices, indexSizes, shape, batchDims);
  const width = product(shape.slice(batchDims + (indexSizes.at(-1) ?? 0)));
  rows.forEach((row, v) => {
    for (let i = 0; i < width; i++) out[row * width + i] = combine(out[row * width + i] ?? 0, updates[v * width + i] ?? 0);
  });
}

const scatterNd: Primitive = {
  name: 'scatterNd',
  infer: (types, attrs) => {
    const updates = typeAt(types, 1);
    const shape = shapeAttr(attrs);
    return (
      updatesFailure(shape, typeAt(types, 0), updates, numberAttr(attrs, 'batchDims', 0), 'scatter_nd') ?? { shape, dtype: updates.dtype }
    );
  },
  gradient: ({ build, inputs: [indices = 0], dy, attrs }) => [
    null,
    build.emit('gatherNd', [dy, indices], { batchDims: numberAttr(attrs, 'batchDims', 0) }),
  ],
  kernel: (inputs, context) => {
    const shape = sizes(context.outputType.shape);
    const out = new Float64Array(product(shape));
    const indexSizes = tensorAt(inputs, 0).shape;
    scatterInto(out, shape, elementsOf(inputs, 0), indexSizes, elementsOf(inputs, 1), 'add', numberAttr(context.attrs, 'batchDims', 0));
    return resultOf(context, out);
  },
};

const tensorScatterKernel: Kernel = (inputs, context) => {
  const shape = sizes(context.outputType.shape);
  const out = Float64Array.from(elementsOf(inputs, 0));
  scatterInto(out, shape, elementsOf(inputs, 1), tensorAt(inputs, 1).shape, elementsOf(inputs, 2), stringAttr(context.attrs, 'kind'), 0);
  return resultOf(context, out);
};

const tensorScatter: Primitive = {
  name: 'tensorScatter',
  infer: (types) => {
    const tensor = typeAt(types, 0);
    const updates = typeAt(types, 2);
    const wrong = checkSameDtype([tensor, updates]) ?? updatesFailure(tensor.shape, typeAt(types, 1), updates, 0, 'tensor_scatter');
    return wrong ?? tensor;
  },
  gradient: (context) => {
    const { build, inputs, dy, attrs } = context;
    const [, indices = 0, updates = 0] = inputs;
    const ofUpdates = (): number => build.emit('gatherNd', [dy, indices], { batchDims: 0 });
    switch (stringAttr(attrs, 'kind')) {
      case 'update':
        return [build.emit('tensorScatter', [dy, indices, build.zerosLike(updates)], { kind: 'update' }), null, ofUpdates()];
      case 'add':
        return [dy, null, ofUpdates()];
      case 'sub':
        return [dy, null, build.negate(ofUpdates())];
      default:
        return extremeGradient(context);
    }
  },
  kernel: tensorScatterKernel,
};

/** Ties share the gradient: the tensor's own element and every update equal to the result (TensorFlow's _TensorScatterMinOrMaxGrad). */
function extremeGradient({ build, inputs, output, dy }: GradientContext): readonly (NodeId | null)[] {
  const [x = 0, indices = 0, y = 0] = inputs;
  const dtype = build.dtype(dy);
  const isX = build.cast(build.emit('equal', [x, output]), dtype);
  const isY = build.cast(build.emit('equal', [y, build.emit('gatherNd', [output, indices], { batchDims: 0 })]), dtype);
  const count = build.add(isX, build.emit('scatterNd', [indices, isY], { shape: build.shape(x), kind: 'add' }));
  const share = build.divide(dy, count);
  return [
    build.divide(build.multiply(dy, isX), count),
    null,
    build.multiply(build.emit('gatherNd', [share, indices], { batchDims: 0 }), isY),
  ];
}

export const SCATTER: readonly Primitive[] = [gatherNd, scatterNd, tensorScatter];
