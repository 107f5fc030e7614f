/** Owns the constructor of broadcasting binary elementwise ops. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import type { Dim } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Interval } from '../../shape/range';
import { concreteShape, type Shape, type TensorType } from '../../shape/shape';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { KernelError } from '../kernelError';
import type { KernelContext, Primitive } from '../primitive';
import { rawType } from './elementwise';
import { mapBinary, offsets } from './hostKernels';
import { type Allowed, broadcastOrFail, checkDtype, checkSameDtype, isShape } from './inferring';
import { sumToShape } from './sumToShape';

/** What the gradient rule sees; gradients may have the output's shape: the sum over stretched axes is added by the constructor. */
export interface BinaryGradient {
  readonly b: GraphBuilder;
  readonly x: NodeId;
  readonly y: NodeId;
  readonly output: NodeId;
  readonly dy: NodeId;
}

export interface BinarySpec {
  readonly name: string;
  readonly allowed: Allowed;
  readonly output?: DType;
  readonly gradient?: (context: BinaryGradient) => readonly [NodeId | null, NodeId | null];
  readonly noGradient?: readonly number[];
  readonly range?: (x: Interval, y: Interval, types: readonly TensorType[]) => Interval;
  readonly known?: (x: Dim, y: Dim) => Dim | undefined;
  /** TensorFlow's op of the same meaning, run on the node backend (and whether it has a type attribute). */
  readonly raw?: string;
  readonly rawUntyped?: boolean;
  readonly scalar: (x: number, y: number) => number;
  /** For integers, where double precision or the rounding differs. */
  readonly integer?: (x: number, y: number) => number;
  /** tfjs's own kernel where every backend's is right for float32. */
  readonly wasm?: (tf: typeof tfjs, x: tfjs.Tensor, y: tfjs.Tensor) => tfjs.Tensor;
  /** Complex numbers on the cpu backend. */
  readonly complex?: (tf: typeof tfjs, x: tfjs.Tensor, y: tfjs.Tensor) => tfjs.Tensor;
}

export function binaryElementwise(spec: BinarySpec): Primitive {
  const { gradient, range, known, noGradient } = spec;
  return {
    name: spec.name,
    infer: (types) => inferBinary(spec, types),
    ...(gradient && { gradient: ({ build, inputs, output, dy }) => reduced(gradient, build, inputs, output, dy) }),
    ...(noGradient && { noGradient }),
    ...(range && { range: (inputs, _attrs: Attrs, types) => range(...pair(inputs), types) }),
    ...(known && {
      known: (inputs, _attrs: Attrs, types, output) => knownBinary(inputs, types, output.shape, known),
    }),
    kernel: (inputs, context) => binaryKernel(spec, ...pair(inputs), context),
  };
}

export function pair<T>(list: readonly (T | undefined)[]): readonly [T, T] {
  const [a, b] = list;
  invariant(a !== undefined && b !== undefined, 'two inputs are needed');
  return [a, b];
}

function inferBinary(spec: BinarySpec, types: readonly TensorType[]) {
  const [x, y] = pair(types);
  const refused = checkSameDtype(types) ?? checkDtype(spec.name, x.dtype, spec.allowed);
  if (refused) return refused;
  const shape = broadcastOrFail(x.shape, y.shape);
  return isShape(shape) ? { shape, dtype: spec.output ?? x.dtype } : shape;
}

function reduced(
  gradient: NonNullable<BinarySpec['gradient']>,
  build: GraphBuilder,
  inputs: readonly NodeId[],
  output: NodeId,
  dy: NodeId,
) {
  const [x, y] = pair(inputs);
  const gradients = gradient({ b: build, x, y, output, dy });
  return gradients.map((d, i) => (d === null ? null : sumToShape(build, d, build.shape(i === 0 ? x : y))));
}

function knownBinary(
  inputs: readonly (readonly Dim[] | undefined)[],
  types: readonly TensorType[],
  output: Shape,
  f: (x: Dim, y: Dim) => Dim | undefined,
): readonly Dim[] | undefined {
  const [a, b] = inputs;
  const [x, y] = pair(types);
  const shapes = [x.shape, y.shape, output].map(concreteShape);
  const [from, other, to] = shapes;
  if (!a || !b || !from || !other || !to) return undefined;
  const left = offsets(from, to);
  const right = offsets(other, to);
  const elements: Dim[] = [];
  for (let i = 0; i < left.length; i++) {
    const dim = f(a[left[i] ?? 0] ?? 0, b[right[i] ?? 0] ?? 0);
    if (dim === undefined) return undefined;
    elements.push(dim);
  }
  return elements;
}

function binaryKernel(spec: BinarySpec, x: tfjs.Tensor, y: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  if (context.raw && spec.raw) return context.raw(spec.raw, [x, y], spec.rawUntyped ? {} : { T: rawType(context.inputTypes[0]) });
  if (x.dtype === 'complex64') {
    if (spec.complex === undefined || context.backend === 'wasm') {
      throw new KernelError('unsupported', `${spec.name} of complex numbers needs the TensorFlow backend`);
    }
    return spec.complex(context.tf, x, y);
  }
  if (context.backend === 'wasm' && spec.wasm && x.dtype === 'float32') return spec.wasm(context.tf, x, y);
  return mapBinary(context, x, y, x.dtype === 'float32' ? spec.scalar : (spec.integer ?? spec.scalar));
}
