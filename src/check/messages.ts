/** Owns the texts of findings: a trace's code and facts, put in words with the user's own expressions and both shapes. */
import type { Span } from '../base/span';
import { typeText } from '../shape/shapeText';
import type { TraceProblem } from '../value/api';

/** `textOf` gives the source that a span covers. */
export function messageOf(problem: TraceProblem, textOf: (span: Span) => string): string {
  const { callee, failure, operands } = problem;
  const named = operands.flatMap(({ span, type }) =>
    type === null ? [] : [`${span === null ? 'a value' : oneLine(textOf(span))} is ${typeText(type)}`],
  );
  const what = callee === '' || failure.detail.startsWith(callee) ? failure.detail : `${callee}: ${failure.detail}`;
  return named.length === 0 ? what : `${what}. ${[...new Set(named)].join(', ')}`;
}

const LONGEST = 60;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
