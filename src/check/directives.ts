/** Owns which `loss-lab:` comments belong to a loss: those directly above it, and those first in its body. */
import type { LineIndex } from '../base/span';
import { type Directive, isDirectiveError, mergeDirectives, parseDirective } from '../batch/directive';
import type { LossCandidate } from '../program/candidate';
import type { DirectiveComment, Module } from '../program/program';

/** Null: none says anything. Comments that cannot be read say nothing here; they are findings of their own. */
export function directiveOf(candidate: LossCandidate, module: Module, lines: LineIndex): Directive | null {
  const read = module.directives
    .filter((comment) => isAbove(comment, candidate, lines) || isFirstInBody(comment, candidate))
    .flatMap((comment) => {
      const directive = parseDirective(comment.text);
      return isDirectiveError(directive) ? [] : [directive];
    });
  return read.length === 0 ? null : mergeDirectives(read);
}

/** Only comments, decorators and nothing else may stand between. */
function isAbove({ span }: DirectiveComment, candidate: LossCandidate, lines: LineIndex): boolean {
  const last = lines.position(candidate.span.start).line;
  const first = lines.position(span.start).line;
  if (first >= last) return false;
  for (let line = first; line < last; line++) {
    if (!/^\s*(#|\/\/|@)/.test(lines.lineText(line))) return false;
  }
  return true;
}

function isFirstInBody({ span }: DirectiveComment, { span: whole, computes, owners }: LossCandidate): boolean {
  if (span.start < whole.start || span.end > whole.end) return false;
  const bodies = [...owners.map((owner) => owner.body), computes?.body ?? []];
  return bodies.some((body) => {
    const statement = body.find((each) => each.kind !== 'expression' || each.value.kind !== 'string');
    return (
      statement !== undefined &&
      statement.span.start >= span.end &&
      body.every((each) => each.span.start >= span.end || each.kind === 'expression')
    );
  });
}
