/** Owns the messages between a parent (command line, editor) and the child process that evaluates: plain data, sent with advanced serialization. */
import * as v from 'valibot';
import type { ErrorKind } from '../base/problem';
import type { Span } from '../base/span';
import type { TensorData } from '../batch/tensorData';
import type { ModuleClosure } from '../program/modules';
import type { DType } from '../shape/dtype';
import type { TensorType } from '../shape/shape';
import type { Gap, InputSpec, Setting } from '../trace/outcome';
import type { KerasVersion, TraceProblem } from '../value/api';

export type BackendRequest = 'auto' | 'node' | 'cpu' | 'wasm';
export type BackendName = 'tensorflow' | 'cpu' | 'wasm';

export interface BackendInfo {
  readonly name: BackendName;
  /** TensorFlow's for `tensorflow`, tfjs's otherwise. */
  readonly version: string;
  /** Why this one computes. */
  readonly reason: string;
}

export interface RunInput {
  readonly name: string;
  readonly role: InputSpec['role'];
  readonly tensor: TensorData;
}

export interface RunRequest {
  readonly closure: ModuleClosure;
  readonly loss: string;
  readonly inputs: readonly RunInput[];
  readonly keras: KerasVersion;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Bytes that the tensors of one evaluation may take. */
  readonly memoryLimit: number;
  /** Whether the second batch that some probes need is computed too. */
  readonly probes: boolean;
  /** Present: the loss is run as itself instead of being traced. */
  readonly script?: ScriptRequest;
}

/** A TypeScript or JavaScript loss to be run as itself: JavaScript with the lines and columns of its source. Only in trusted workspaces. */
export interface ScriptRequest {
  /** Document of the module that has the loss. */
  readonly entry: string;
  readonly modules: Readonly<Record<string, ScriptModule>>;
  /** How the loss is reached from the entry's exports. */
  readonly path: readonly string[];
  /** Whether calling the function gives the loss. */
  readonly factory: boolean;
  /** Parameters of the factory, and those of the loss behind the pair, by name: settings and tensors are given for them. */
  readonly factoryParameters: readonly string[];
  readonly furtherParameters: readonly string[];
}

export interface ScriptModule {
  readonly code: string;
  /** One line that stands before the code: imports and exports. */
  readonly header: string;
  /** Documents that its imports of the workspace mean, by module as written. */
  readonly imports: Readonly<Record<string, string>>;
}

export interface TermResult {
  readonly name: string;
  readonly span: Span;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Of the finite elements; null when there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nan: number;
  readonly inf: number;
  /** Norm of the gradient of the reduced loss with respect to the term; null when no gradient reaches it. */
  readonly gradientNorm: number | null;
}

export type ProbeStatus = 'pass' | 'info' | 'warn' | 'fail';

export interface Probe {
  readonly name: string;
  readonly status: ProbeStatus;
  readonly detail: string;
}

export interface RunResult {
  readonly backend: BackendInfo;
  readonly received: Readonly<Record<string, TensorType>>;
  readonly value: TensorData;
  readonly reduced: number;
  /** One number for each sample, when the loss returns one axis of the batch's size (further axes are averaged). */
  readonly perSample: Float32Array | null;
  /** Of `reduced`, by role or closure name; null: no gradient (TensorFlow's None). */
  readonly gradient: Readonly<Record<string, TensorData | null>>;
  readonly terms: readonly TermResult[];
  readonly probes: readonly Probe[];
  /** Where a NaN or infinity first comes from finite inputs. */
  readonly firstNonFinite: { readonly span: Span | null; readonly op: string } | null;
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  readonly problems: readonly TraceProblem[];
  readonly gaps: readonly Gap[];
}

export type FailureKind = ErrorKind | 'cancelled' | 'superseded';

export interface RunFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly span: Span | null;
  /** What the trace found, for check/messages to put in words. */
  readonly problem?: TraceProblem;
}

export type RunAnswer = { readonly ok: true; readonly result: RunResult } | { readonly ok: false; readonly failure: RunFailure };

export const RUN_STAGES = ['trace', 'gradient', 'execute', 'probes'] as const;
export type RunStage = (typeof RUN_STAGES)[number];

export interface ToChild {
  readonly kind: 'run';
  readonly id: number;
  readonly request: RunRequest;
}

export type FromChild =
  | { readonly kind: 'ready'; readonly backend: BackendInfo }
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'progress'; readonly id: number; readonly stage: RunStage }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: RunAnswer };

const id = v.pipe(v.number(), v.integer());
/** valibot's own number() refuses NaN, which a loss may well be. */
const anyNumber = v.custom<number>((value) => typeof value === 'number');
const fromChild = v.variant('kind', [
  v.object({
    kind: v.literal('ready'),
    backend: v.object({ name: v.picklist(['tensorflow', 'cpu', 'wasm']), version: v.string(), reason: v.string() }),
  }),
  v.object({ kind: v.literal('started'), id }),
  v.object({ kind: v.literal('progress'), id, stage: v.picklist(RUN_STAGES) }),
  v.object({
    kind: v.literal('answer'),
    id,
    answer: v.variant('ok', [
      v.looseObject({ ok: v.literal(true), result: v.looseObject({ reduced: anyNumber, gradient: v.record(v.string(), v.unknown()) }) }),
      v.looseObject({ ok: v.literal(false), failure: v.looseObject({ kind: v.string(), message: v.string() }) }),
    ]),
  }),
]);

/** A message of the child, or undefined when it is garbage. Answers are checked as far as a broken child could harm. */
export function parseFromChild(message: unknown): FromChild | undefined {
  return v.is(fromChild, message) ? (message as FromChild) : undefined;
}

const toChild = v.object({
  kind: v.literal('run'),
  id,
  request: v.looseObject({
    closure: v.looseObject({ entry: v.string(), modules: v.record(v.string(), v.unknown()), imports: v.record(v.string(), v.string()) }),
    loss: v.string(),
    inputs: v.array(
      v.looseObject({
        name: v.string(),
        role: v.picklist(['y_true', 'y_pred', 'sample_weight', 'closure']),
        tensor: v.looseObject({ shape: v.array(v.number()) }),
      }),
    ),
    keras: v.picklist([2, 3, 'none']),
    settings: v.record(v.string(), v.unknown()),
    memoryLimit: v.number(),
    probes: v.boolean(),
  }),
});

export function parseToChild(message: unknown): ToChild | undefined {
  return v.is(toChild, message) ? (message as unknown as ToChild) : undefined;
}

export function failed(kind: FailureKind, message: string, span: Span | null = null): RunAnswer {
  return { ok: false, failure: { kind, message, span } };
}
