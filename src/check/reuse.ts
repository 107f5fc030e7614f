/**
 * Owns reuse between checks of one document while it is edited: a loss whose own statements, and all that they name, read as before
 * has the findings that it had, at their new places, as long as the file's outline is the same. Nothing is reused that follows imports of the
 * workspace or compile() calls, or that was found by reading the whole text.
 */
import type { Span } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import type { Module } from '../program/program';
import { reached } from '../program/reached';
import { hasSyntaxProblem } from '../program/syntaxProblems';
import type { FileContext, LossCheck } from './checkLoss';

interface Kept {
  /** Where the statements stood when it was checked. */
  readonly statements: readonly Span[];
  readonly check: LossCheck;
}

const MOST_KEPT = 400;
const kept = new Map<string, Kept>();

/** What `check` gives, or gave when all that matters read the same. `fingerprint`: everything beside the source that it depends on. */
export function reused(candidate: LossCandidate, file: FileContext, fingerprint: string, check: () => LossCheck): LossCheck {
  if (file.surroundings.compilesOf(candidate).length > 0) return check();
  const statements = reached(file.module, candidate.span);
  if (statements === undefined) return check();
  const spans = statements.map(({ span }) => withComments(file, span));
  if (file.module.syntaxProblems.length > 0 && spans.some((span) => hasSyntaxProblem(file.module, upToNext(file.module, span))))
    return check();
  const key = [
    file.module.document,
    candidate.name,
    candidate.span.start - (statements[0]?.span.start ?? 0),
    fingerprint,
    outlineOf(file),
    ...spans.map((span) => file.source.text(span)),
  ].join('\u0000');
  const found = kept.get(key);
  if (found) {
    kept.delete(key);
    kept.set(key, found);
    return moved(found, spans, candidate);
  }
  const { made, whole } = file.source.wasReadWhole(check);
  // Modules of the workspace that were asked for may change without this text changing.
  if (!whole && Object.keys(file.closure.modules).length === 1) keep(key, { statements: spans, check: made });
  return made;
}

const OUTLINES = new WeakMap<Module, string>();
/** Read by rules wherever they stand. */
const ANYWHERE = /^[ \t]+(?:import|from)[ \t].*$|^.*KERAS_BACKEND.*$/gm;

/** What every loss of a file may depend on: all that stands outside its functions and classes. */
function outlineOf({ module, source }: FileContext): string {
  // Rules for JavaScript look for training and models wherever they stand.
  if (module.language === 'javascript') return source.whole;
  const known = OUTLINES.get(module);
  if (known !== undefined) return known;
  const statements = module.body.filter(({ kind }) => kind !== 'function' && kind !== 'class').map(({ span }) => source.text(span));
  const outline = [...statements, ...(source.whole.match(ANYWHERE) ?? [])].join('\n');
  OUTLINES.set(module, outline);
  return outline;
}

function keep(key: string, value: Kept): void {
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** The comment lines directly above belong to a statement: they may hold its sample batch. */
function withComments({ lines }: FileContext, span: Span): Span {
  let { line } = lines.position(span.start);
  while (line > 0 && /^\s*(#|@)/.test(lines.lineText(line - 1))) line--;
  const end = lines.lineStart(lines.position(span.end).line + 1);
  return { document: span.document, start: lines.lineStart(line), end: Math.max(span.end, end) };
}

/** What is broken at a statement's end may not be in its span. */
function upToNext({ body }: Module, { document, start, end }: Span): Span {
  const next = body.reduce((least, { span }) => (span.start >= end ? Math.min(least, span.start) : least), Number.POSITIVE_INFINITY);
  return { document, start, end: next };
}

/** The same findings where the statements stand now. */
function moved({ statements, check }: Kept, now: readonly Span[], candidate: LossCandidate): LossCheck {
  const shifts = statements.map((was, i) => ({ was, by: (now[i]?.start ?? was.start) - was.start }));
  if (shifts.every(({ by }) => by === 0)) return check;
  const place = (span: Span): Span => {
    const by = shifts.find(({ was }) => was.document === span.document && was.start <= span.start && span.end <= was.end)?.by ?? 0;
    return { document: span.document, start: span.start + by, end: span.end + by };
  };
  const { loss, outcome, problems } = check;
  return {
    loss: {
      ...loss,
      span: candidate.span,
      nameSpan: candidate.nameSpan,
      gaps: loss.gaps.map((gap) => ({ ...gap, span: gap.span === null ? null : place(gap.span) })),
    },
    outcome: { ...outcome, shapes: outcome.shapes.map((typed) => ({ ...typed, span: place(typed.span) })) },
    problems: problems.map((problem) => ({
      ...problem,
      span: place(problem.span),
      related: problem.related.map((related) => ({ ...related, span: place(related.span) })),
      fixes: problem.fixes.map((each) => ({ ...each, edits: each.edits.map((edit) => ({ ...edit, span: place(edit.span) })) })),
    })),
  };
}
