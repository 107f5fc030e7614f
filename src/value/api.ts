/**
 * Owns the interface through which API entries are called. An entry is a signature and a composition: `(context, args) => value`;
 * compositions are written against CallContext and Args and know nothing of the interpreter.
 */
import type { Span } from '../base/span';
import type { GraphBuilder } from '../graph/build';
import type { Attrs, NodeId } from '../graph/graph';
import type { Failure } from '../graph/primitive';
import type { Dim } from '../shape/dim';
import type { DType } from '../shape/dtype';
import type { Shape } from '../shape/shape';
import type { TensorValue, Value } from './value';

export type KerasVersion = 2 | 3 | 'none';

export interface ApiEntry {
  /** Python's own notation: `input_tensor, axis=None, keepdims=False, name=None`, with `*`, `/`, `*args`, `**kwargs`. Methods leave `self` out. */
  readonly signature: string;
  /** TensorFlow 1's: accepts its keywords (`keep_dims`, `reduction_indices`, `dim`) without a finding. */
  readonly legacy?: boolean;
  /** A property: reading the attribute calls it without arguments. */
  readonly property?: boolean;
  readonly call: (context: CallContext, args: Args) => Value;
}

/** A finding of the trace: a code with facts; check/messages makes its text. */
export interface TraceProblem {
  readonly code: string;
  readonly failure: Failure;
  readonly span: Span;
  /** The operands that the message names, as they stand in the source, with their types. */
  readonly operands: readonly Operand[];
  /** What was called, as the user spelt it (`tf.reduce_sum`) or the operator. */
  readonly callee: string;
}

export interface Operand {
  readonly span: Span | null;
  readonly type: { readonly shape: Shape; readonly dtype: DType } | null;
  /** What stands for it where it has no place of its own: an input's name. */
  readonly name?: string;
}

/** What a composition may do. Methods that do not return throw; the interpreter catches that at the call and the call's value becomes unknown. */
export interface CallContext {
  readonly build: GraphBuilder;
  /** `check`: symbolic sizes, mirrors fit. `run`: the batch's sizes, mirrors eager TensorFlow, values can be computed. */
  readonly mode: 'check' | 'run';
  readonly keras: KerasVersion;
  readonly language: 'python' | 'javascript';
  /** Whether AutoGraph converts Python's control flow on tensors here (Keras 2, tf.function). */
  readonly autograph: boolean;
  /** The call's span. */
  readonly span: Span;
  /** As the user spelt it. */
  readonly callee: string;
  /** Appends an op and wraps its output as a tensor. */
  emit(op: string, inputs: readonly (TensorValue | NodeId)[], attrs?: Attrs): TensorValue;
  /** Wraps a node. */
  wrap(node: NodeId, flavor?: TensorValue['flavor']): TensorValue;
  /**
   * convert_to_tensor: tensors as they are; numbers, booleans, (nested) sequences, shapes and NumPy arrays become constants, nested sequences
   * of tensors are stacked. `dtype`: the wanted one for what has none of its own (Python numbers; NumPy arrays as TensorFlow converts them);
   * a tensor of another dtype is refused as TensorFlow refuses it. Default for Python floats float32, ints int32.
   */
  tensor(value: Value, dtype?: DType): TensorValue;
  /** Calls any callable of the user's program or library. */
  call(callee: Value, args: readonly Value[], keywords?: Readonly<Record<string, Value>>): Value;
  /** The elements that iterating gives (tensors: along the first axis). Fails where Python or Keras' graph would. */
  iterate(value: Value): readonly Value[];
  /** Truth of a value; undefined if it is not known. */
  truth(value: Value): boolean | undefined;
  getAttribute(object: Value, name: string): Value;
  /** Whether a library has a name of this dotted path; undefined if the tables do not say. */
  hasName(path: string): boolean | undefined;
  /** All elements of a tensor in row-major order: constants, and in a run trace anything (it is computed). Undefined if not known. */
  numbers(value: TensorValue): ArrayLike<number> | undefined;
  /** Elements of a small integer tensor as dims (symbolic where they are), if known. */
  dims(value: TensorValue): readonly Dim[] | undefined;
  /** A size that depends on data. */
  freshDim(hint: string): Dim;
  /** Reports a problem and ends the call with an unknown value. */
  fail(failure: Failure, operands?: readonly TensorValue[]): never;
  /** Ends the call with a gap: not a mistake of the user's, just not understood. */
  unknown(reason: string): never;
  /** Reports a problem; the call goes on. */
  note(failure: Failure, operands?: readonly TensorValue[]): void;
  /** The next seed of this trace, so that random nodes are reproducible. */
  nextSeed(): number;
  /** State that compositions keep through one trace (active gradient tapes, global seeds …). */
  readonly memory: Map<string, unknown>;
}

/** Bound arguments of one call, by parameter name. Getters convert, with the errors that Python or TensorFlow would raise. */
export interface Args {
  has(name: string): boolean;
  /** The value given, or the signature's default; none when the signature has no default. */
  value(name: string): Value;
  /** A tensor (see CallContext.tensor). */
  tensor(name: string, dtype?: DType): TensorValue;
  /** A known Python integer (or one-element integer tensor) ... */
  int(name: string): number;
  /** ... or None. */
  optionalInt(name: string): number | null;
  /** A known Python number; booleans count as 0 and 1. */
  number(name: string): number;
  optionalNumber(name: string): number | null;
  /** A known truth value. */
  bool(name: string): boolean;
  string(name: string): string;
  optionalString(name: string): string | null;
  /** Axis argument: null for None, a list for an int, list or tuple of ints or a known integer tensor. */
  axes(name: string): readonly number[] | null;
  /** A size: a Python integer, symbolic or not, or a known scalar integer tensor. */
  dim(name: string): Dim;
  /** A shape argument: list, tuple, TensorShape or known integer tensor; -1 stays -1. */
  shape(name: string): Shape;
  /** A dtype given by name, object, numpy or Python type. */
  dtype(name: string): DType;
  optionalDtype(name: string): DType | null;
  /** Elements of a sequence argument. */
  items(name: string): readonly Value[];
  tensors(name: string): readonly TensorValue[];
  /** What `*args` and `**kwargs` of the signature took. */
  readonly rest: readonly Value[];
  readonly keywords: Readonly<Record<string, Value>>;
}
