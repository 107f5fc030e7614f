/**
 * Owns reuse between checks of one document while it is edited: a loss whose own statements, and all that they name, read as before
 * has the findings that it had, at their new places. Nothing is reused that follows imports of the workspace or compile() calls.
 */
import { originalOf } from '../base/moved';
import type { Span } from '../base/span';
import type { LossCandidate } from '../program/candidate';
import type { Module, Stmt } from '../program/program';
import { collect, walk } from '../program/walk';
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
  const statements = reached(file.module, bindersOf(file.module), candidate.span);
  if (statements === undefined) return check();
  const spans = statements.map(({ span }) => withComments(file, span));
  if (spans.some((span) => isBroken(file.module, span))) return check();
  const key = [
    file.module.document,
    candidate.name,
    candidate.span.start - (statements[0]?.span.start ?? 0),
    fingerprint,
    ...spans.map((span) => file.source.text(span)),
  ].join('\u0000');
  const found = kept.get(key);
  if (found) {
    kept.delete(key);
    kept.set(key, found);
    return moved(found, spans, candidate);
  }
  const made = check();
  // Modules of the workspace that were asked for may change without this text changing.
  if (Object.keys(file.closure.modules).length === 1) keep(key, { statements: spans, check: made });
  return made;
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

/** What stands beside a broken line is read as without it; what the line stands in is not. */
function isBroken({ syntaxProblems }: Module, { start, end }: Span): boolean {
  return syntaxProblems.some(({ span }) => span.start <= end && start <= span.end);
}

interface Names {
  readonly binds: ReadonlySet<string>;
  readonly reads: ReadonlySet<string>;
}

const NAMES = new WeakMap<Stmt, Names>();

/** Of a statement that was only moved: what it had before. */
function namesOf(statement: Stmt): Names {
  const original = originalOf(statement);
  const names = NAMES.get(original) ?? { binds: bound(original), reads: read(original) };
  NAMES.set(original, names);
  return names;
}

/** Which of a module's statements bind a name, by their index. */
type Binders = ReadonlyMap<string, readonly number[]>;

const BINDERS = new WeakMap<Module, Binders>();

function bindersOf(module: Module): Binders {
  const known = BINDERS.get(module);
  if (known) return known;
  const binders = new Map<string, number[]>();
  module.body.forEach((statement, i) => {
    for (const name of namesOf(statement).binds) {
      const others = binders.get(name);
      if (others) others.push(i);
      else binders.set(name, [i]);
    }
  });
  BINDERS.set(module, binders);
  return binders;
}

function bound(statement: Stmt): ReadonlySet<string> {
  const names = new Set<string>();
  const one = (each: Stmt): void => {
    if (each.kind === 'function' || each.kind === 'class') names.add(each.definition.name);
    else if (each.kind === 'import') for (const binding of each.bindings) names.add(binding.local);
  };
  one(statement);
  // Assignments anywhere inside, and calls on a name (`model.add(…)`), may change what the name means.
  if (statement.kind !== 'function' && statement.kind !== 'class') {
    walk([statement], (node) => {
      if (node.kind === 'name') names.add(node.name);
      else if (node.kind === 'function' || node.kind === 'class' || node.kind === 'import') one(node as Stmt);
      return undefined;
    });
  }
  return names;
}

function read(statement: Stmt): ReadonlySet<string> {
  return new Set(collect([statement], 'name').map((name) => name.name));
}

/** The module's statements that the one around a place reaches by names, itself first; undefined where that is not known. */
function reached({ body }: Module, binders: Binders, place: Span): readonly Stmt[] | undefined {
  const own = body.findIndex(({ span }) => span.start <= place.start && place.end <= span.end);
  if (own < 0 || binders.has('*')) return undefined;
  const found = new Set([own]);
  // A set is gone through in the order of its additions, those made meanwhile included.
  for (const index of found) {
    const statement = body[index];
    if (statement === undefined) continue;
    for (const name of namesOf(statement).reads) for (const binder of binders.get(name) ?? []) found.add(binder);
  }
  return [own, ...[...found].filter((index) => index !== own).sort((a, b) => a - b)].flatMap((index) => body[index] ?? []);
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
