/** Owns where a module's text is broken. */
import type { Span } from '../base/span';
import type { Module } from './program';

/** Whether a syntax error lies in the span or touches it. What stands beside a broken line is read as without it. */
export function hasSyntaxProblem({ syntaxProblems }: Module, { start, end }: Span): boolean {
  return syntaxProblems.some(({ span }) => span.start <= end && start - 1 <= span.end);
}
