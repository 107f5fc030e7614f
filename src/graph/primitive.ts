/** Owns the form of a primitive op: one record with its shape rule, gradient, range rule and kernel. */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { ErrorKind } from '../base/problem';
import type { Dim } from '../shape/dim';
import type { Interval } from '../shape/range';
import type { TensorType } from '../shape/shape';
import type { GraphBuilder } from './build';
import type { Attrs, NodeId } from './graph';

/** Why an op does not accept its inputs: a problem code with the facts that its message needs. Texts are made in check/messages. */
export interface Failure {
  readonly code: string;
  readonly kind: ErrorKind;
  /** `coincidental`: fails for most sizes of the symbols, fits for some. */
  readonly certainty: 'certain' | 'coincidental';
  /** What the message says about the op itself, e.g. `axis 2 is out of range for rank 2`. Operand names and shapes are added by the message. */
  readonly detail: string;
  /** Facts that fixes and messages use: sizes as text, axes, dtypes … */
  readonly data?: Readonly<Record<string, string | number>>;
}

export type Inferred = TensorType | Failure;

export function isFailure(inferred: Inferred): inferred is Failure {
  return 'code' in inferred;
}

export function failure(code: string, kind: ErrorKind, detail: string, data?: Failure['data']): Failure {
  return data ? { code, kind, certainty: 'certain', detail, data } : { code, kind, certainty: 'certain', detail };
}

/** What a gradient rule sees: the node, and a builder to which it adds the gradient's nodes. */
export interface GradientContext {
  readonly build: GraphBuilder;
  readonly inputs: readonly NodeId[];
  readonly output: NodeId;
  /** Gradient of the final value with respect to the output: same shape and dtype as the output. */
  readonly dy: NodeId;
  readonly attrs: Attrs;
}

/** The backend's own ops: tfjs-core, handed in so that nothing here loads it; `backend` names the active one. */
export interface KernelContext {
  readonly tf: typeof tfjs;
  readonly backend: 'tensorflow' | 'cpu' | 'wasm';
  readonly attrs: Attrs;
  readonly inputTypes: readonly TensorType[];
  readonly outputType: TensorType;
  /** Runs a raw TensorFlow op (node backend only; undefined elsewhere). Attribute values by name: {T: dtype-name | number | boolean | number[] | string}. */
  readonly raw?: RawOp | undefined;
}

/** `output`: which one of an op with several outputs. */
export type RawOp = (
  op: string,
  inputs: readonly tfjs.Tensor[],
  attrs: Readonly<Record<string, RawAttr>>,
  output?: { readonly index: number; readonly of: number },
) => tfjs.Tensor;

export type RawAttr =
  | { readonly type: 'dtype'; readonly value: string }
  | { readonly type: 'int' | 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] };

export interface Primitive {
  readonly name: string;
  /** The output's type, or why the inputs are refused. */
  readonly infer: (inputs: readonly TensorType[], attrs: Attrs) => Inferred;
  /**
   * Gradients of the inputs, as TensorFlow defines them; null where TensorFlow gives None for that input.
   * A primitive without this member has no gradient at all (argmax, comparisons, casts to integers …).
   */
  readonly gradient?: (context: GradientContext) => readonly (NodeId | null)[];
  /** Inputs of a differentiable type to which `gradient` nevertheless gives null always (zeta's first): known without building the gradient. */
  readonly noGradient?: readonly number[];
  /** Range of the output from the ranges of the inputs; ANYTHING when absent. */
  readonly range?: (inputs: readonly Interval[], attrs: Attrs, types: readonly TensorType[]) => Interval;
  /** Known elements of the output from those of the inputs (small integer tensors). */
  readonly known?: (
    inputs: readonly (readonly Dim[] | undefined)[],
    attrs: Attrs,
    types: readonly TensorType[],
    output: TensorType,
  ) => readonly Dim[] | undefined;
  /**
   * Computes the output. Inputs are stored as tfjs stores them (float types as float32, integers as int32, bool as bool);
   * the result must be stored so too. The executor rounds halves and wraps small integers afterwards.
   */
  readonly kernel: (inputs: readonly tfjs.Tensor[], context: KernelContext) => tfjs.Tensor;
}
