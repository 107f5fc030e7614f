/** Owns why an evaluation has no result, in the order in which it is told: what the user's code raised, a mistake, a gap. */
import type { KernelError } from '../graph/kernelError';
import { noSuchLoss, type TraceOutcome } from '../trace/outcome';
import { KernelFailure } from './evaluate';
import type { RunFailure } from './protocol';

export function failureOf(outcome: TraceOutcome, loss: string): RunFailure {
  const { raised, returned, problems, gaps } = outcome;
  if (raised !== null) return { kind: 'exception', message: `${raised.type}: ${raised.message}`, span: raised.span };
  if (gaps.some(({ reason }) => reason === noSuchLoss(loss))) return { kind: 'usage', message: noSuchLoss(loss), span: null };
  // In a run a mistake ends the trace, so the last one is the cause; what came before was only worth a note.
  const problem = returned === null ? problems.at(-1) : undefined;
  if (problem !== undefined) return { kind: problem.failure.kind, message: problem.failure.detail, span: problem.span, problem };
  if (returned?.kind === 'unknown') return { kind: 'unsupported', message: returned.reason, span: returned.span };
  const gap = gaps.at(-1);
  if (gap !== undefined) return { kind: 'unsupported', message: gap.reason, span: gap.span };
  if (returned?.kind === 'none')
    return { kind: 'value', message: 'the loss returns None: it has no return statement that is reached', span: null };
  return { kind: 'unsupported', message: `the loss returns a ${returned?.kind ?? 'value that is not known'}, not a tensor`, span: null };
}

export function kernelFailure(error: KernelError): RunFailure {
  return { kind: error.kind, message: error.detail, span: error instanceof KernelFailure ? error.node.span : null };
}
