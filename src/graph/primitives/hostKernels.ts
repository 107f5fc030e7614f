/**
 * Owns kernels in plain JavaScript: elementwise maps, broadcasts and reductions over a tensor's values, in double precision.
 * They serve the backends whose own kernel is wrong or missing.
 */
import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { broadcastShapes } from '../../shape/broadcast';
import type { DType } from '../../shape/dtype';
import type { KernelContext } from '../primitive';
import { sizes } from './attrs';

export type Values = Float32Array | Int32Array | Uint8Array;

/** How tfjs stores a dtype. */
export function storageOf(dtype: DType): 'float32' | 'int32' | 'bool' | 'complex64' {
  if (dtype === 'bool') return 'bool';
  if (dtype === 'complex64' || dtype === 'complex128') return 'complex64';
  return dtype.startsWith('float') || dtype === 'bfloat16' ? 'float32' : 'int32';
}

export function valuesOf(tensor: Tensor): Values {
  return tensor.dataSync() as Values;
}

export function newValues(storage: DataType, size: number): Values {
  if (storage === 'bool') return new Uint8Array(size);
  return storage === 'int32' ? new Int32Array(size) : new Float32Array(size);
}

/** A tensor of the output's type from values. */
export function makeTensor(context: KernelContext, values: Values, shape: readonly number[] = sizes(context.outputType.shape)): Tensor {
  return context.tf.tensor(values, [...shape], storageOf(context.outputType.dtype));
}

export function mapUnary(context: KernelContext, x: Tensor, f: (x: number) => number): Tensor {
  const values = valuesOf(x);
  const out = newValues(storageOf(context.outputType.dtype), x.size);
  for (let i = 0; i < out.length; i++) out[i] = f(values[i] as number);
  return makeTensor(context, out, x.shape);
}

export function mapBinary(context: KernelContext, a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  const shape = sizes(broadcastShapes(a.shape, b.shape).shape);
  const out = newValues(storageOf(context.outputType.dtype), product(shape));
  const left = valuesOf(a);
  const right = valuesOf(b);
  if (a.size === out.length && b.size === out.length) {
    for (let i = 0; i < out.length; i++) out[i] = f(left[i] as number, right[i] as number);
  } else {
    const fromLeft = offsets(a.shape, shape);
    const fromRight = offsets(b.shape, shape);
    for (let i = 0; i < out.length; i++) out[i] = f(left[fromLeft[i] as number] as number, right[fromRight[i] as number] as number);
  }
  return makeTensor(context, out, shape);
}

/** For each element of `to`, row-major, the offset in a tensor of shape `from` that is broadcast to it. */
export function offsets(from: readonly number[], to: readonly number[]): Int32Array {
  const own = stridesOf(from);
  const added = to.length - from.length;
  const strides = to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : (own[axis - added] as number)));
  return stridedOffsets(to, strides);
}

/** For each index of `shape`, row-major, the sum of index × stride. */
export function stridedOffsets(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  let list = Int32Array.of(start);
  shape.forEach((count, axis) => {
    const stride = strides[axis] as number;
    const next = new Int32Array(list.length * count);
    for (let i = 0, at = 0; i < list.length; i++) {
      for (let j = 0; j < count; j++) next[at++] = (list[i] as number) + j * stride;
    }
    list = next;
  });
  return list;
}

export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Folds the reduced axes: `fold(values, offset, inner)` sees one group as start offset and the offsets within. */
export function reduceGroups(
  context: KernelContext,
  x: Tensor,
  axes: readonly number[],
  fold: (values: Values, start: number, within: Int32Array) => number,
): Tensor {
  const strides = stridesOf(x.shape);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const pick = (list: readonly number[], of: readonly number[]) => of.map((axis) => list[axis] as number);
  const starts = stridedOffsets(pick(x.shape, kept), pick(strides, kept));
  const within = stridedOffsets(pick(x.shape, axes), pick(strides, axes));
  const values = valuesOf(x);
  const out = newValues(storageOf(context.outputType.dtype), starts.length);
  for (let i = 0; i < out.length; i++) out[i] = fold(values, starts[i] as number, within);
  return makeTensor(context, out);
}
