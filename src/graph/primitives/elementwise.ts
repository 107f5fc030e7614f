/** Owns the constructor of unary elementwise ops: type rule, kernel and gradient from a few facts. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { invariant } from '../../base/assert';
import type { Dim } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { KernelError } from '../kernelError';
import type { KernelContext, Primitive, RawAttr } from '../primitive';
import { mapUnary, storageOf } from './hostKernels';
import { type Allowed, checkDtype, FLOATS_COMPLEX } from './inferring';

/** What the gradient rule of a unary op sees: x, y = f(x) and dy. */
export interface UnaryGradient {
  readonly b: GraphBuilder;
  readonly x: NodeId;
  readonly y: NodeId;
  readonly dy: NodeId;
  readonly attrs: Attrs;
}

export interface UnarySpec {
  readonly name: string;
  /** Element types; default: floats and complex. */
  readonly allowed?: Allowed;
  /** Element type of the output; default: the input's. */
  readonly output?: (dtype: DType, attrs: Attrs) => DType;
  /** dy × f'(x); absent: no gradient. */
  readonly gradient?: (context: UnaryGradient) => NodeId | null;
  readonly range?: (x: Interval, attrs: Attrs) => Interval;
  readonly known?: (x: Dim) => Dim | undefined;
  /** TensorFlow's op of the same meaning, run on the node backend. */
  readonly raw?: string;
  readonly rawAttrs?: (attrs: Attrs) => Readonly<Record<string, RawAttr>>;
  /** The scalar function, in double precision. */
  readonly scalar: (x: number, attrs: Attrs) => number;
  /** tfjs's own kernel, where the wasm backend's is right (reference/tfjs.md): float32 only. */
  readonly wasm?: (tf: typeof tfjs, x: tfjs.Tensor) => tfjs.Tensor;
}

export function unary(spec: UnarySpec): Primitive {
  const { gradient, range, known } = spec;
  return {
    name: spec.name,
    infer: ([x], attrs) => {
      invariant(x, `${spec.name} has one input`);
      const refused = checkDtype(spec.name, x.dtype, spec.allowed ?? FLOATS_COMPLEX);
      return refused ?? { shape: x.shape, dtype: spec.output?.(x.dtype, attrs) ?? x.dtype };
    },
    ...(gradient && {
      gradient: ({ build, inputs, output, dy, attrs }) => [gradient({ b: build, x: only(inputs), y: output, dy, attrs })],
    }),
    ...(range && { range: ([x], attrs) => range(only([x]), attrs) }),
    ...(known && { known: ([x]) => mapKnown(x, known) }),
    kernel: ([x], context) => unaryKernel(spec, only([x]), context),
  };
}

function unaryKernel(spec: UnarySpec, x: tfjs.Tensor, context: KernelContext): tfjs.Tensor {
  if (context.raw && spec.raw) return context.raw(spec.raw, [x], { T: rawType(context.inputTypes[0]), ...spec.rawAttrs?.(context.attrs) });
  if (x.dtype === 'complex64') throw new KernelError('unsupported', `${spec.name} of complex numbers needs the TensorFlow backend`);
  if (context.backend === 'wasm' && spec.wasm && x.dtype === 'float32') return spec.wasm(context.tf, x);
  return mapUnary(context, x, (value) => spec.scalar(value, context.attrs));
}

/** The attribute that names a stored element type. */
export function rawType(type: TensorType | undefined): RawAttr {
  invariant(type, 'a type is missing');
  return { type: 'dtype', value: storageOf(type.dtype) };
}

export function mapKnown(known: readonly Dim[] | undefined, f: (x: Dim) => Dim | undefined): readonly Dim[] | undefined {
  const mapped = known?.map(f);
  return mapped?.every((dim) => dim !== undefined) ? (mapped as readonly Dim[]) : undefined;
}

export function only<T>(list: readonly (T | undefined)[]): T {
  const [value] = list;
  invariant(value !== undefined, 'an input is missing');
  return value;
}
