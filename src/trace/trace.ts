/** Owns the one entry of tracing: program → graph, findings, gaps and shapes. Never throws; ends within its budget. */
import type { NodeId } from '../graph/graph';
import { receivedByLoss, receivedWeights } from '../keras/received';
import { DEFAULT_REDUCTION, type Reduction, reduceKeras2, reduceKeras3 } from '../keras/reduction';
import { meanOfAll, receivedByTfjs } from '../keras/tfjsFit';
import type { TensorType } from '../shape/shape';
import { NONE, unknown, type Value } from '../value/value';
import { call } from './calls';
import { Context } from './context';
import { isLossObject } from './convert';
import { registerDialect } from './dialects/dialect';
import { javascriptDialect } from './dialects/javascript';
import { pythonDialect } from './dialects/python';
import { Interpreter, type TraceEnvironment } from './interpreter';
import { noSuchLoss, type TraceOutcome, type TraceRequest } from './outcome';
import { ProblemSignal, RaisedSignal, StopSignal } from './signals';
import { findTarget, type LossTarget, settingValue } from './target';

export type { TraceEnvironment } from './interpreter';

registerDialect(pythonDialect);
registerDialect(javascriptDialect);

/** What the trace has found so far; filled in stages, so that a trace that ends early keeps what it had. */
interface Progress {
  received: Record<string, TensorType>;
  inputs: Record<string, NodeId>;
  returned: Value | null;
  value: NodeId | null;
  reduced: NodeId | null;
}

export function trace(request: TraceRequest, environment: TraceEnvironment): TraceOutcome {
  const interpreter = new Interpreter(request, environment);
  const progress: Progress = { received: {}, inputs: {}, returned: null, value: null, reduced: null };
  try {
    traceLoss(interpreter, progress);
  } catch (signal) {
    end(interpreter, signal);
  }
  const { build, problems, gaps, shapes, terms, specialised, raised, steps } = interpreter;
  return { build, problems, gaps, shapes, terms, specialised, raised, steps, ...progress };
}

/** What ended the trace becomes a finding, a raised exception or a gap. Anything else is a bug of ours, reported as a gap. */
function end(interpreter: Interpreter, signal: unknown): void {
  const { request } = interpreter;
  const span = { document: request.closure.entry, start: 0, end: 0 };
  if (signal instanceof RaisedSignal) noteRaise(interpreter, signal);
  else if (signal instanceof ProblemSignal) interpreter.report(signal.problem);
  else if (signal instanceof StopSignal) interpreter.gap(signal.message, null);
  else {
    const problem = interpreter.problemOf(signal, span, '');
    if (problem) interpreter.report(problem);
    else if (isKernelFailure(signal)) throw signal;
    else interpreter.gap(`Loss Lab could not follow this (${signal instanceof Error ? signal.message : String(signal)})`, null);
  }
}

/** Failures of computing (run traces) belong to the executor. */
function isKernelFailure(signal: unknown): boolean {
  return signal instanceof Error && (signal.name === 'KernelFailure' || signal.name === 'EvaluationMismatch');
}

/** Lets an exception of the user's own code pass, but says which it was. */
function notingRaise(interpreter: Interpreter, call: () => Value): Value {
  try {
    return call();
  } catch (signal) {
    if (signal instanceof RaisedSignal) noteRaise(interpreter, signal);
    throw signal;
  }
}

function noteRaise(interpreter: Interpreter, { type, text, span }: RaisedSignal): void {
  interpreter.raised = { type, message: text, span };
}

function traceLoss(interpreter: Interpreter, progress: Progress): void {
  const { request, build } = interpreter;
  for (const input of request.inputs) {
    const node = build.input(input.name, input.type);
    progress.inputs[input.role === 'closure' ? input.name : input.role] = node;
    if (input.role === 'closure' || input.role === 'sample_weight') interpreter.given.set(input.name, interpreter.wrap(node));
  }
  for (const [name, setting] of Object.entries(request.settings)) interpreter.given.set(name, settingValue(setting));
  const scope = interpreter.module(request.closure.entry);
  const target = scope && findTarget(interpreter, scope, request.loss);
  if (!target) {
    interpreter.gap(noSuchLoss(request.loss), null);
    return;
  }
  if (target.callee.kind === 'unknown') {
    interpreter.gap(target.callee.reason, target.callee.span);
    progress.returned = target.callee;
    return;
  }
  callLoss(interpreter, progress, target);
}

function callLoss(interpreter: Interpreter, progress: Progress, target: LossTarget): void {
  const { request, build } = interpreter;
  const { y_true: yTrueInput, y_pred: yPredInput } = progress.inputs;
  if (yTrueInput === undefined || yPredInput === undefined) return;
  const { yTrue, yPred } = isJavascript(interpreter)
    ? receivedByTfjs(build, yTrueInput, yPredInput, request.keras)
    : receivedByLoss(build, yTrueInput, yPredInput, { keras: request.keras, kind: request.contract ?? target.contract });
  for (const [name, node] of Object.entries(progress.inputs)) progress.received[name] = build.type(node);
  progress.received.y_true = build.type(yTrue);
  progress.received.y_pred = build.type(yPred);
  interpreter.awaitedFunction = target.definition;
  const span = target.definition?.nameSpan ?? { document: request.closure.entry, start: 0, end: 0 };
  const context = new Context(interpreter, span, request.loss, span.document);
  const extra: Record<string, Value> = {};
  const extraPositional: Value[] = [];
  for (const name of target.extraParameters) {
    // Who calls a loss of TensorFlow.js with two arguments leaves the others undefined: a check does not know who does.
    const absent = context.language === 'javascript' && context.mode === 'run' ? NONE : undefined;
    const value =
      interpreter.given.get(name) ??
      absent ??
      unknown(`\`${name}\` is a further argument of the loss: name it in the loss-lab comment`, span);
    if (context.language === 'python') extra[name] = value;
    else extraPositional.push(value);
  }
  for (const param of target.definition?.params.slice(2) ?? []) {
    const given = interpreter.given.get(param.name);
    if (given && context.language === 'python' && param.name !== 'y_true' && param.name !== 'y_pred') extra[param.name] = given;
  }
  const returned = context.guarded(
    () =>
      notingRaise(interpreter, () =>
        call(context, target.callee, [interpreter.wrap(yTrue), interpreter.wrap(yPred), ...extraPositional], extra),
      ),
    [],
  );
  progress.returned = returned;
  if (returned.kind === 'unknown' || returned.kind === 'none' || isLossObject(returned)) return;
  const value = context.guarded(() => context.tensor(returned), []);
  if (value.kind !== 'tensor') return;
  progress.value = value.node;
  const weights = progress.inputs.sample_weight;
  const sampleWeight = weights === undefined ? undefined : receivedWeights(build, weights, yPredInput, request.keras);
  const reduced = context.guarded(() => interpreter.wrap(reduce(interpreter, value.node, target, sampleWeight)), []);
  if (reduced.kind === 'tensor') progress.reduced = reduced.node;
}

function isJavascript({ request }: Interpreter): boolean {
  return request.closure.modules[request.closure.entry]?.language === 'javascript';
}

/** The loss's own reduction under Keras 2 and 3; the mean over all elements for a direct call. */
function reduce(interpreter: Interpreter, value: NodeId, target: LossTarget, sampleWeight: NodeId | undefined): NodeId {
  const { build, request } = interpreter;
  build.span = null;
  if (request.keras === 'none' || isJavascript(interpreter)) return meanOfAll(build, value);
  const reduction = reductionOf(interpreter, target) ?? DEFAULT_REDUCTION[request.keras];
  return request.keras === 3
    ? reduceKeras3(build, value, reduction, { sampleWeight })
    : reduceKeras2(build, value, reduction, { sampleWeight });
}

function reductionOf(interpreter: Interpreter, target: LossTarget): Reduction | undefined {
  const { lossObject } = target;
  if (lossObject === null || target.contract !== 'class') return undefined;
  const span = target.definition?.nameSpan ?? { document: interpreter.request.closure.entry, start: 0, end: 0 };
  const gaps = interpreter.gaps.length;
  const context = new Context(interpreter, span, 'reduction', span.document);
  const value = context.guarded(() => context.getAttribute(lossObject, 'reduction'), []);
  interpreter.gaps.length = gaps;
  if (value.kind === 'none') return null;
  return value.kind === 'string' ? value.value : undefined;
}
