/** Owns what kernels in plain JavaScript share besides hostKernels: inputs by position, results from doubles or complex pairs, lines along an axis. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import type { KernelContext } from '../primitive';
import { sizes } from './attrs';
import { newValues, offsets, product, storageOf } from './hostKernels';

export type Kernel = (inputs: readonly Tensor[], context: KernelContext) => Tensor;

/** Elements in row-major order; complex tensors interleave real and imaginary parts. */
export type Elements = ArrayLike<number>;

export function tensorAt(inputs: readonly Tensor[], index: number): Tensor {
  const tensor = inputs[index];
  invariant(tensor, `a kernel lacks input ${index}`);
  return tensor;
}

export function elementsOf(inputs: readonly Tensor[], index: number): Elements {
  return tensorAt(inputs, index).dataSync();
}

/** The tensor of a node's type with these elements; `shape` where only execution knows it. */
export function resultOf(context: KernelContext, data: Elements, shape: readonly number[] = sizes(context.outputType.shape)): Tensor {
  const storage = storageOf(context.outputType.dtype);
  if (storage === 'complex64') return context.tf.complex(part(context, data, 0, shape), part(context, data, 1, shape));
  const values = newValues(storage, data.length);
  values.set(data);
  return context.tf.tensor(values, [...shape], storage);
}

function part(context: KernelContext, data: Elements, offset: number, shape: readonly number[]): Tensor {
  const values = Float32Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + offset] ?? 0);
  return context.tf.tensor(values, [...shape], 'float32');
}

/** A tensor seen as lines along one axis: the offset of a line's first element, and the step from one element to the next. */
export interface Lines {
  readonly length: number;
  readonly step: number;
  readonly count: number;
  readonly start: (line: number) => number;
}

export function linesAlong(shape: readonly number[], axis: number): Lines {
  const normal = axis < 0 ? axis + shape.length : axis;
  const length = shape[normal] ?? 1;
  const step = product(shape.slice(normal + 1));
  const count = product(shape.slice(0, normal)) * step;
  return { length, step, count, start: (line) => Math.floor(line / step) * length * step + (line % step) };
}

/** An elementwise function of broadcast inputs, evaluated in doubles. */
export function hostElementwise(f: (...values: number[]) => number): Kernel {
  return (inputs, context) => {
    const shape = sizes(context.outputType.shape);
    const sources = inputs.map((input, i) => ({ data: elementsOf(inputs, i), from: offsets(input.shape, shape) }));
    const out = new Float64Array(product(shape));
    for (let i = 0; i < out.length; i++) out[i] = f(...sources.map(({ data, from }) => data[from[i] ?? 0] ?? 0));
    return resultOf(context, out);
  };
}
