/** Owns what a trace is asked for and what it yields. Requests are plain data, so that they can be sent to the child process. */
import type { Span } from '../base/span';
import type { GraphBuilder } from '../graph/build';
import type { NodeId } from '../graph/graph';
import type { ModuleClosure } from '../program/modules';
import type { TensorType } from '../shape/shape';
import type { KerasVersion, TraceProblem } from '../value/api';
import type { Value } from '../value/value';

/** A value given from outside for a hyperparameter: the directive's `T=2.0`, the command line's `--set`. */
export type Setting = number | boolean | string | null | readonly Setting[];

/** How the loss is reached and what it is given. */
export interface TraceRequest {
  readonly closure: ModuleClosure;
  /** `custom_mse`, a factory, a class, `Class.method`, a binding, `<lambda:72>`. Looked up after module bindings. */
  readonly loss: string;
  /** Tensors as the data set has them, first y_true, then y_pred; further ones by the name under which the loss reads them. */
  readonly inputs: readonly InputSpec[];
  readonly keras: KerasVersion;
  /** A metric is handed its inputs otherwise than a loss. */
  readonly contract?: 'metric';
  readonly mode: 'check' | 'run';
  readonly settings: Readonly<Record<string, Setting>>;
  /** Whether Keras runs the loss through AutoGraph (Keras 2), or `@tf.function` semantics are to be assumed. */
  readonly budget: TraceBudget;
}

/** `sample_weight`: what fit was given as such; Keras 2 and 3 reduce with it, a direct call does not. `closure`: any further tensor, by name. */
export type InputRole = 'y_true' | 'y_pred' | 'sample_weight' | 'closure';

export interface InputSpec {
  /** As the loss's source calls it. */
  readonly name: string;
  readonly role: InputRole;
  readonly type: TensorType;
}

export interface TraceBudget {
  /** Expressions evaluated. */
  readonly steps: number;
  readonly milliseconds: number;
}

export const CHECK_BUDGET: TraceBudget = { steps: 200_000, milliseconds: 2_000 };
export const RUN_BUDGET: TraceBudget = { steps: 20_000_000, milliseconds: 60_000 };

/** Why something is not known: shown as a quiet gap. */
export interface Gap {
  readonly span: Span | null;
  readonly reason: string;
}

/** What a run trace can compute while it goes. Implemented by run/evaluate. */
export interface ValueSource {
  /** Elements in row-major order. Throws KernelFailure when computing fails. */
  numbers(build: GraphBuilder, node: NodeId): ArrayLike<number>;
}

/** A named intermediate of the loss: an assignment of a tensor in the loss's own body. */
export interface NamedTerm {
  readonly name: string;
  readonly span: Span;
  readonly node: NodeId;
}

/** The type of one expression; an expression traced with differing types stands several times. */
export interface TypedSpan {
  readonly span: Span;
  readonly node: NodeId | null;
  readonly type: TensorType;
}

export interface TraceOutcome {
  readonly build: GraphBuilder;
  readonly problems: readonly TraceProblem[];
  readonly gaps: readonly Gap[];
  readonly shapes: readonly TypedSpan[];
  readonly terms: readonly NamedTerm[];
  /** What the loss received after Keras' own alignment and casts, by role or closure name. */
  readonly received: Readonly<Record<string, TensorType>>;
  /** Graph inputs by role ('y_true', 'y_pred') or closure name: what gradients are taken for. */
  readonly inputs: Readonly<Record<string, NodeId>>;
  /** What the loss returned: null when the trace ended before. */
  readonly returned: Value | null;
  /** The returned tensor, before any reduction; null if it is not a tensor or not known. */
  readonly value: NodeId | null;
  /** The number that training minimizes. */
  readonly reduced: NodeId | null;
  /** The graph holds for this batch's values only. */
  readonly specialised: boolean;
  /** What the trace took: statements, expressions and rounds of loops. */
  readonly steps: number;
  /** Exceptions that the user's own code raised (`raise`, failed `assert`), the cause of `returned` being null. */
  readonly raised: { readonly type: string; readonly message: string; readonly span: Span } | null;
}

/** The gap of a trace whose loss does not exist. */
export function noSuchLoss(name: string): string {
  return `there is no loss \`${name}\` in this file`;
}
