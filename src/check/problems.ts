/** Owns how findings of the trace and of rules become problems: severity and text. */
import type { Problem, Severity } from '../base/problem';
import type { Span } from '../base/span';
import type { TraceProblem } from '../value/api';
import type { SourceIndex } from './facts/sourceIndex';
import { traceFixes } from './fixes/traceFixes';
import { messageOf, relatedPlaces } from './messages';
import type { Finding } from './rules/rule';

/** Codes whose severity is not that of a failure. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  'static-batch-size': 'warning',
  'slice-empty': 'warning',
  'print-of-tensor': 'info',
};

export function severityOf({ code, failure }: TraceProblem): Severity {
  const stated = failure.data?.severity;
  if (stated === 'info' || stated === 'warning' || stated === 'hint') return stated;
  return SEVERITIES[code] ?? 'error';
}

/** `lenient`: the file is written for an early Keras or TensorFlow, whose names it uses rightly. */
export function traceFinding(problem: TraceProblem, source: SourceIndex, lenient = false): Finding {
  const textOf = (span: Span): string => source.text(span);
  return {
    code: problem.code,
    severity: lenient && isOldName(problem) ? 'info' : severityOf(problem),
    message: messageOf(problem, textOf),
    span: problem.span,
    related: relatedPlaces(problem, textOf),
    fixes: traceFixes(problem, source),
    ...(dependsOnShapes(problem) ? { needsShapes: true } : {}),
  };
}

function isOldName({ code, callee, failure }: TraceProblem): boolean {
  return (
    // TensorFlow 1 takes the predictions first.
    callee.endsWith('in_top_k') ||
    /^(keras-backend-gone|keras-name-missing|unknown-name|tf1-name)$/.test(code) ||
    (/^(argument|not-iterable)$/.test(code) && /TensorFlow 1|signature is|must hold at least|must be|not iterable/.test(failure.detail))
  );
}

const SHAPE_KINDS: ReadonlySet<string> = new Set(['shape', 'index', 'value']);
/** Of these kinds too, but told by the source alone. */
const SHAPELESS: ReadonlySet<string> = new Set(['none-value', 'none-operand', 'reduction']);

function dependsOnShapes({ code, failure }: TraceProblem): boolean {
  return (SHAPE_KINDS.has(failure.kind) && !SHAPELESS.has(code)) || failure.certainty === 'coincidental' || code === 'unpack';
}

export function problemOf(finding: Finding, loss: string | null): Problem {
  const { code, severity, message, span, related = [], fixes = [] } = finding;
  return { code, severity, message, span, loss, related, fixes };
}
