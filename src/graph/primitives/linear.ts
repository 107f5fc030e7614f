/** Owns matmul; einsum stands beside it. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { dimText } from '../../shape/dim';
import type { Interval } from '../../shape/range';
import { ANYTHING, fromCorners } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { failure, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { booleanAttr, sizes } from './attrs';
import { pair } from './binaryElementwise';
import { rawType } from './elementwise';
import { makeTensor, newValues, offsets, product, storageOf, valuesOf } from './hostKernels';
import { broadcastOrFail, checkDims, checkDtype, checkSameDtype, isShape, NUMBERS, rankFailure } from './inferring';
import { conjugate, sumToShape } from './sumToShape';

/** Rows and columns of a matrix as the product reads it. */
function matrixOf(shape: Shape, transpose: boolean): readonly [Shape[number], Shape[number]] {
  const [rows, columns] = pair(shape.slice(-2));
  return transpose ? [columns, rows] : [rows, columns];
}

function inferMatmul(types: readonly TensorType[], attrs: Attrs): Inferred {
  const [a, b] = pair(types);
  const refused = checkSameDtype(types) ?? checkDtype('matmul', a.dtype, NUMBERS);
  if (refused) return refused;
  const flat = a.shape.length < 2 ? a : b.shape.length < 2 ? b : undefined;
  if (flat) return rankFailure(`matmul needs tensors of at least rank 2, not ${shapeText(flat.shape)}`, flat.shape.length);
  const [rows, inner] = matrixOf(a.shape, booleanAttr(attrs, 'transposeA'));
  const [other, columns] = matrixOf(b.shape, booleanAttr(attrs, 'transposeB'));
  const wrong = checkDims(inner, other, (sizes) =>
    failure('matmul-shape', 'shape', `matrices ${shapeText(a.shape)} and ${shapeText(b.shape)} do not chain: inner sizes ${sizes}`, {
      left: dimText(inner),
      right: dimText(other),
      leftShape: shapeText(a.shape),
      rightShape: shapeText(b.shape),
    }),
  );
  if (wrong) return wrong;
  const batch = broadcastOrFail(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return isShape(batch) ? { shape: [...batch, rows, columns], dtype: a.dtype } : batch;
}

/** TensorFlow's table: the gradient of each factor for each way of transposing. */
function matmulGradient(build: GraphBuilder, inputs: readonly NodeId[], dy: NodeId, attrs: Attrs): readonly NodeId[] {
  const [x, y] = pair(inputs);
  const [a, b] = [conjugate(build, x), conjugate(build, y)];
  const [transposeA, transposeB] = [booleanAttr(attrs, 'transposeA'), booleanAttr(attrs, 'transposeB')];
  const dx = transposeA ? build.matmul(b, dy, transposeB, true) : build.matmul(dy, b, false, !transposeB);
  const dz = transposeB ? build.matmul(dy, a, true, transposeA) : build.matmul(a, dy, !transposeA, false);
  return [sumToShape(build, dx, build.shape(x)), sumToShape(build, dz, build.shape(y))];
}

/** Batched product in double precision; batches broadcast on both sides. */
function multiplyMatrices(a: tfjs.Tensor, b: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  const shape = sizes(context.outputType.shape);
  const [transposeA, transposeB] = [booleanAttr(context.attrs, 'transposeA'), booleanAttr(context.attrs, 'transposeB')];
  const [rows, inner] = matrixOf(a.shape, transposeA) as [number, number];
  const columns = shape[shape.length - 1] as number;
  const [left, right] = [valuesOf(a), valuesOf(b)];
  const batch = shape.slice(0, -2);
  const [fromA, fromB] = [offsets(a.shape.slice(0, -2), batch), offsets(b.shape.slice(0, -2), batch)];
  const [rowStep, innerStepA] = transposeA ? [1, rows] : [inner, 1];
  const [innerStepB, columnStep] = transposeB ? [1, inner] : [columns, 1];
  const out = newValues(storageOf(context.outputType.dtype), product(shape));
  const line = new Float64Array(columns);
  for (let n = 0, at = 0; n < fromA.length; n++) {
    const [baseA, baseB] = [(fromA[n] as number) * rows * inner, (fromB[n] as number) * inner * columns];
    for (let i = 0; i < rows; i++, at += columns) {
      line.fill(0);
      for (let k = 0; k < inner; k++) {
        const factor = left[baseA + i * rowStep + k * innerStepA] as number;
        const start = baseB + k * innerStepB;
        for (let j = 0; j < columns; j++) line[j] = (line[j] as number) + factor * (right[start + j * columnStep] as number);
      }
      out.set(line, at);
    }
  }
  return makeTensor(context, out);
}

function matmulRange(inputs: readonly Interval[], attrs: Attrs, types: readonly TensorType[]): Interval {
  const [x, y] = pair(inputs);
  const [, inner] = matrixOf(pair(types)[0].shape, booleanAttr(attrs, 'transposeA'));
  const products = fromCorners(x, y, (p, q) => (p === 0 || q === 0 ? 0 : p * q));
  const integral = x.integral && y.integral;
  if (typeof inner !== 'number') {
    return {
      ...ANYTHING,
      low: products.low >= 0 ? 0 : ANYTHING.low,
      high: products.high <= 0 ? 0 : ANYTHING.high,
      integral,
      nan: products.nan,
    };
  }
  const total = (bound: number) => (bound === 0 ? 0 : bound * inner);
  return { low: total(products.low), high: total(products.high), integral, nan: products.nan };
}

export const MATMUL: Primitive = {
  name: 'matmul',
  infer: inferMatmul,
  gradient: ({ build, inputs, dy, attrs }) => matmulGradient(build, inputs, dy, attrs),
  range: matmulRange,
  kernel: (inputs, context) => {
    const [a, b] = pair(inputs);
    const { attrs, raw, tf } = context;
    if (raw) {
      return raw('BatchMatMulV2', [a, b], {
        T: rawType(context.inputTypes[0]),
        adj_x: { type: 'bool', value: booleanAttr(attrs, 'transposeA') },
        adj_y: { type: 'bool', value: booleanAttr(attrs, 'transposeB') },
      });
    }
    const sameBatch = a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join();
    if (context.backend === 'wasm' && sameBatch && a.dtype === 'float32') {
      return tf.matMul(a, b, booleanAttr(attrs, 'transposeA'), booleanAttr(attrs, 'transposeB'));
    }
    return multiplyMatrices(a, b, context);
  },
};
