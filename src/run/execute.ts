/** Owns one evaluation: trace the loss on the batch, differentiate the graph, compute it, and tell what came out. Runs in the child process. */

import { LIBRARY } from '../api/library';
import type { StoredArray, TensorData } from '../batch/tensorData';
import type { GraphBuilder } from '../graph/build';
import { gradient } from '../graph/gradient';
import type { NodeId } from '../graph/graph';
import { KernelError } from '../graph/kernelError';
import { PRIMITIVES } from '../graph/primitives/table';
import { isFloat } from '../shape/dtype';
import { concreteShape } from '../shape/shape';
import { RUN_BUDGET, type TraceOutcome } from '../trace/outcome';
import { trace } from '../trace/trace';
import type { Backend } from './backends';
import { Evaluator } from './evaluate';
import { failureOf, kernelFailure } from './failures';
import { firstNonFinite } from './firstNonFinite';
import { MemoryEstimate } from './memoryEstimate';
import { type ProbeFacts, probe } from './probes';
import type { RunAnswer, RunRequest, RunResult, RunStage, TermResult } from './protocol';
import { isAllFinite, meansOfRows, normOf, statisticsOf } from './statistics';

export interface RunHooks {
  readonly progress: (stage: RunStage) => void;
  readonly cancelled: () => boolean;
  readonly now: () => number;
}

/** The gradient nodes by what they are gradients of, and why there are none where making them failed. */
export interface Differentiated {
  readonly byInput: ReadonlyMap<string, NodeId | null>;
  readonly byTerm: readonly (NodeId | null)[];
  readonly failure: string | null;
}

/** One traced and computable loss. */
export interface Evaluation {
  readonly request: RunRequest;
  readonly outcome: TraceOutcome;
  readonly value: NodeId;
  readonly reduced: NodeId;
  readonly read: (node: NodeId) => StoredArray;
}

export function executeRun(request: RunRequest, backend: Backend, hooks: RunHooks): RunAnswer {
  const timings: Record<string, number> = {};
  const stage = <T>(name: RunStage, work: () => T): T => {
    hooks.progress(name);
    const start = hooks.now();
    try {
      return work();
    } finally {
      timings[name] = (timings[name] ?? 0) + hooks.now() - start;
    }
  };
  return withEvaluation(request, backend, hooks, stage, (evaluation) => {
    const differentiated = stage('gradient', () => differentiate(evaluation));
    const computed = stage('execute', () => compute(evaluation, differentiated, backend));
    const again = (other: RunRequest): number | null => reducedOf(other, backend, hooks);
    const facts: ProbeFacts = {
      evaluation,
      gradient: computed.gradient,
      gradientFailure: differentiated.failure,
      reduced: computed.reduced,
      again,
    };
    const probes = stage('probes', () => probe(facts));
    return { ok: true, result: { ...computed, probes, timings } };
  });
}

type Stage = <T>(name: RunStage, work: () => T) => T;

/** Traces and hands the evaluation on; whatever is computed lives until `use` returns. */
function withEvaluation(
  request: RunRequest,
  backend: Backend,
  hooks: RunHooks,
  stage: Stage,
  use: (evaluation: Evaluation) => RunAnswer,
): RunAnswer {
  const feeds = new Map(request.inputs.map(({ name, tensor }) => [name, tensor.data]));
  const evaluator = new Evaluator(backend, feeds);
  const memory = new MemoryEstimate(request.memoryLimit);
  const numbers = (build: GraphBuilder, node: NodeId): StoredArray => {
    memory.check(build);
    return evaluator.numbers(build, node);
  };
  try {
    const outcome = stage('trace', () => traceBatch(request, hooks, numbers));
    if (outcome.value === null || outcome.reduced === null) return { ok: false, failure: failureOf(outcome, request.loss) };
    const read = (node: NodeId): StoredArray => numbers(outcome.build, node);
    return use({ request, outcome, value: outcome.value, reduced: outcome.reduced, read });
  } catch (error) {
    if (error instanceof KernelError) return { ok: false, failure: kernelFailure(error) };
    throw error;
  } finally {
    evaluator.dispose();
  }
}

function traceBatch(request: RunRequest, hooks: RunHooks, numbers: (build: GraphBuilder, node: NodeId) => StoredArray): TraceOutcome {
  const inputs = request.inputs.map(({ name, role, tensor }) => ({ name, role, type: { shape: tensor.shape, dtype: tensor.dtype } }));
  const { closure, loss, keras, settings } = request;
  return trace(
    { closure, loss, inputs, keras, settings, mode: 'run', budget: RUN_BUDGET },
    { library: LIBRARY, primitives: PRIMITIVES, values: { numbers }, now: hooks.now, cancelled: hooks.cancelled },
  );
}

/** Appends the gradients of the reduced loss for every float input and named term, in one pass. */
function differentiate({ outcome, reduced }: Evaluation): Differentiated {
  const { build } = outcome;
  const inputs = Object.entries(outcome.inputs).filter(([, node]) => isFloat(build.dtype(node)));
  const wanted = [...inputs.map(([, node]) => node), ...outcome.terms.map((term) => term.node)];
  try {
    const found = gradient(build, reduced, wanted);
    const byInput = new Map(inputs.map(([name], i) => [name, found[i] ?? null]));
    return { byInput, byTerm: found.slice(inputs.length), failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { byInput: new Map(inputs.map(([name]) => [name, null])), byTerm: outcome.terms.map(() => null), failure };
  }
}

type Computed = Omit<RunResult, 'probes' | 'timings'>;

function compute(evaluation: Evaluation, differentiated: Differentiated, backend: Backend): Computed {
  const { outcome, read } = evaluation;
  const value = tensorData(evaluation, evaluation.value);
  const reduced = read(evaluation.reduced)[0] ?? Number.NaN;
  const gradient: Record<string, TensorData | null> = {};
  for (const [name, node] of differentiated.byInput) gradient[name] = node === null ? null : tensorData(evaluation, node);
  const samples = evaluation.request.inputs.find((input) => input.role === 'y_pred')?.tensor.shape[0] ?? 0;
  const finite = Number.isFinite(reduced) && Object.values(gradient).every((tensor) => tensor === null || isAllFinite(tensor.data));
  return {
    backend: backend.info,
    received: outcome.received,
    value,
    reduced,
    perSample: meansOfRows(value.data, value.shape, samples),
    gradient,
    terms: outcome.terms.map((term, i) => termResult(evaluation, term, differentiated.byTerm[i] ?? null)),
    firstNonFinite: finite
      ? null
      : firstNonFinite(evaluation, [evaluation.reduced, ...[...differentiated.byInput.values()].filter((node) => node !== null)]),
    problems: outcome.problems,
    gaps: outcome.gaps,
  };
}

function tensorData({ outcome, read }: Evaluation, node: NodeId): TensorData {
  const data = read(node);
  const { shape, dtype } = outcome.build.type(node);
  return { shape: concreteShape(shape) ?? [data.length], dtype, data };
}

function termResult(evaluation: Evaluation, term: TraceOutcome['terms'][number], gradient: NodeId | null): TermResult {
  const { shape, dtype, data } = tensorData(evaluation, term.node);
  return {
    name: term.name,
    span: term.span,
    shape,
    dtype,
    ...statisticsOf(data),
    gradientNorm: gradient === null ? null : normOf(evaluation.read(gradient)),
  };
}

/** Only the number that training minimizes, on another batch; null where that fails. */
function reducedOf(request: RunRequest, backend: Backend, hooks: RunHooks): number | null {
  let reduced: number | null = null;
  withEvaluation(
    request,
    backend,
    hooks,
    (_, work) => work(),
    (evaluation) => {
      reduced = evaluation.read(evaluation.reduced)[0] ?? null;
      return { ok: false, failure: { kind: 'cancelled', message: '', span: null } };
    },
  );
  return reduced;
}
