/** Owns the constructors of movement ops: those that keep the data and change the shape, and those that read it with other strides. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { isFloat } from '../../shape/dtype';
import type { Interval } from '../../shape/range';
import { concreteShape, type TensorType } from '../../shape/shape';
import type { Attrs } from '../graph';
import type { GradientContext, Inferred, KernelContext, Primitive } from '../primitive';
import { sizes } from './attrs';
import { only } from './elementwise';
import { newValues, stridedOffsets, valuesOf } from './hostKernels';

/** Movement keeps the set of values. */
export function sameRange([x]: readonly Interval[]): Interval {
  return only([x]);
}

interface MovementSpec {
  readonly name: string;
  readonly infer: (x: TensorType, attrs: Attrs) => Inferred;
  readonly gradient: (context: GradientContext & { readonly x: number }) => number;
}

/** An op whose output holds the same elements in the same order. */
export function reshaping({ name, infer, gradient }: MovementSpec): Primitive {
  return {
    name,
    infer: ([x], attrs) => infer(only([x]), attrs),
    gradient: (context) => [gradient({ ...context, x: only(context.inputs) })],
    range: sameRange,
    known: ([x]) => x,
    kernel: ([x], { tf, outputType }) => tf.reshape(only([x]), sizes(outputType.shape)),
  };
}

/** Element [i, j, …] of the output is at start + i × strides[0] + j × strides[1] … of the input. */
export interface View {
  readonly strides: readonly number[];
  readonly start: number;
}

interface ViewSpec extends MovementSpec {
  readonly view: (shape: readonly number[], attrs: Attrs, output: readonly number[]) => View;
  /** tfjs's way to the TensorFlow kernel, on the node backend. */
  readonly node?: (x: tfjs.Tensor, context: KernelContext, output: number[]) => tfjs.Tensor | undefined;
}

/** An op that reads its input with other strides. */
export function viewing({ name, infer, gradient, view, node }: ViewSpec): Primitive {
  return {
    name,
    infer: ([x], attrs) => infer(only([x]), attrs),
    gradient: (context) => [gradient({ ...context, x: only(context.inputs) })],
    range: sameRange,
    known: ([x], attrs, [type], output) => {
      const [from, to] = [type && concreteShape(type.shape), concreteShape(output.shape)];
      if (x === undefined || from === undefined || to === undefined || isFloat(output.dtype)) return undefined;
      const { strides, start } = view(from, attrs, to);
      return Array.from(stridedOffsets(to, strides, start), (offset) => x[offset] ?? 0);
    },
    kernel: ([input], context) => {
      const x = only([input]);
      const output = sizes(context.outputType.shape);
      const done = context.raw && node?.(x, context, output);
      return done ?? readView(context.tf, x, view(x.shape, context.attrs, output), output);
    },
  };
}

export function readView(tf: typeof tfjs, x: tfjs.Tensor, view: View, shape: number[]): tfjs.Tensor {
  if (x.dtype === 'complex64') return tf.complex(readView(tf, tf.real(x), view, shape), readView(tf, tf.imag(x), view, shape));
  const values = valuesOf(x);
  const from = stridedOffsets(shape, view.strides, view.start);
  const out = newValues(x.dtype, from.length);
  for (let i = 0; i < out.length; i++) out[i] = values[from[i] as number] as number;
  return tf.tensor(out, shape, x.dtype);
}
