/** Owns concat and stack. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { normalizeAxis } from '../../shape/axis';
import { addDims, type Dim } from '../../shape/dim';
import { union } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { Attrs } from '../graph';
import { type Failure, failure, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { axisOf, numberAttr, sizes } from './attrs';
import { only } from './elementwise';
import { newValues, product, valuesOf } from './hostKernels';
import { axisFailure, checkDims, checkSameDtype, rankFailure } from './inferring';
import { cut } from './slicing';

function shapesFailure(code: 'concat-shape' | 'stack-shape', types: readonly TensorType[], why: string): Failure {
  const shapes = types.map((type) => shapeText(type.shape)).join(' and ');
  return failure(code, 'shape', `shapes ${shapes} ${why}`, { shapes });
}

/** All shapes must agree, except along `free`. */
function checkAgreement(code: 'concat-shape' | 'stack-shape', types: readonly TensorType[], free: number | null): Failure | undefined {
  const first = only(types);
  for (const other of types) {
    if (other.shape.length !== first.shape.length) return shapesFailure(code, [first, other], 'have different ranks');
    for (const [axis, dim] of first.shape.entries()) {
      if (axis === free) continue;
      const wrong = checkDims(dim, other.shape[axis] ?? 1, (why) =>
        shapesFailure(code, [first, other], `differ along axis ${axis}: ${why}`),
      );
      if (wrong) return wrong;
    }
  }
  return undefined;
}

function inferConcat(types: readonly TensorType[], attrs: Attrs): Inferred {
  const first = only(types);
  const rank = first.shape.length;
  const axis = normalizeAxis(numberAttr(attrs, 'axis'), rank);
  if (rank === 0) return rankFailure('scalars cannot be concatenated (stack them)', 0);
  if (axis === undefined) return axisFailure(numberAttr(attrs, 'axis'), rank);
  const wrong = checkSameDtype(types) ?? checkAgreement('concat-shape', types, axis);
  if (wrong) return wrong;
  const total = types.reduce<Dim>((sum, type) => addDims(sum, type.shape[axis] ?? 0), 0);
  return { shape: first.shape.map((dim, i) => (i === axis ? total : dim)), dtype: first.dtype };
}

function inferStack(types: readonly TensorType[], attrs: Attrs): Inferred {
  const first = only(types);
  const rank = first.shape.length + 1;
  const axis = normalizeAxis(numberAttr(attrs, 'axis'), rank);
  if (axis === undefined) return axisFailure(numberAttr(attrs, 'axis'), rank);
  const wrong = checkSameDtype(types) ?? checkAgreement('stack-shape', types, null);
  return wrong ?? { shape: [...first.shape.slice(0, axis), types.length, ...first.shape.slice(axis)], dtype: first.dtype };
}

/** Copies the inputs behind each other, `blocks` times a run of each. */
function join(inputs: readonly tfjs.Tensor[], context: KernelContext, outer: number): tfjs.Tensor {
  const { tf } = context;
  const shape = sizes(context.outputType.shape);
  if (only(inputs).dtype === 'complex64') {
    const part = (of: (x: tfjs.Tensor) => tfjs.Tensor) => joinValues(tf, inputs.map(of), shape, outer);
    return tf.complex(part(tf.real), part(tf.imag));
  }
  return joinValues(tf, inputs, shape, outer);
}

function joinValues(tf: typeof tfjs, inputs: readonly tfjs.Tensor[], shape: number[], outer: number): tfjs.Tensor {
  const { dtype } = only(inputs);
  const out = newValues(dtype, product(shape));
  const parts = inputs.map((input) => ({ values: valuesOf(input), run: input.size / Math.max(outer, 1) }));
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const { values, run } of parts) {
      out.set(values.subarray(block * run, (block + 1) * run), at);
      at += run;
    }
  }
  return tf.tensor(out, shape, dtype);
}

const unionAll: Primitive['range'] = (inputs) => inputs.reduce(union);

export const JOINING: readonly Primitive[] = [
  {
    name: 'concat',
    infer: inferConcat,
    gradient: ({ build, inputs, dy, attrs }) => {
      const axis = axisOf(attrs, build.shape(dy).length);
      let start: Dim = 0;
      return inputs.map((input) => {
        const count = build.shape(input)[axis] ?? 1;
        const piece = cut(build, dy, axis, start, count);
        start = addDims(start, count);
        return piece;
      });
    },
    range: unionAll,
    known: (inputs, _attrs, _types, output) =>
      output.shape.length === 1 && inputs.every((known) => known !== undefined) ? inputs.flatMap((known) => known ?? []) : undefined,
    kernel: (inputs, context) => {
      const axis = axisOf(context.attrs, only(inputs).rank);
      if (context.raw) return inputs.length === 1 ? only(inputs).clone() : context.tf.concat([...inputs], axis);
      return join(inputs, context, product(only(inputs).shape.slice(0, axis)));
    },
  },
  {
    name: 'stack',
    infer: inferStack,
    gradient: ({ build, inputs, dy, attrs }) => {
      const axis = axisOf(attrs, build.shape(dy).length);
      return inputs.map((input, i) => build.reshape(cut(build, dy, axis, i, 1), build.shape(input)));
    },
    range: unionAll,
    known: (inputs, _attrs, _types, output) =>
      output.shape.length === 1 && inputs.every((known) => known !== undefined) ? inputs.flatMap((known) => known ?? []) : undefined,
    kernel: (inputs, context) => {
      const axis = axisOf(context.attrs, only(inputs).rank + 1);
      if (context.raw) return context.tf.stack([...inputs], axis);
      return join(inputs, context, product(only(inputs).shape.slice(0, axis)));
    },
  },
];
