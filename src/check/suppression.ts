/** Owns `# loss-lab: ignore[code]`: what each such comment silences, and what is said of those that silence nothing or cannot be read. */
import type { Problem } from '../base/problem';
import type { LineIndex, Span } from '../base/span';
import { isDirectiveError, parseDirective } from '../batch/directive';
import type { Block, DirectiveComment, Module, Stmt } from '../program/program';
import { blocksOf } from '../program/walk';
import { CODES } from './codes';
import { fix } from './rules/rule';

interface Suppression {
  readonly comment: DirectiveComment;
  /** `*`: every code. */
  readonly codes: readonly string[];
  /** Lines from … to, both included. */
  readonly from: number;
  readonly to: number;
}

/** The problems without those that are silenced, with what is wrong with the comments themselves. */
export function withoutIgnored(problems: readonly Problem[], module: Module, lines: LineIndex): readonly Problem[] {
  if (module.directives.length === 0) return problems;
  const suppressions = module.directives.flatMap((comment) => suppressionOf(comment, module, lines));
  const used = new Set<string>();
  const left = problems.filter((problem) => {
    if (problem.span.document !== module.document) return true;
    const by = suppressions.filter((each) => silences(each, problem, lines));
    for (const each of by) used.add(keyOf(each, each.codes.includes(problem.code) ? problem.code : '*'));
    return by.length === 0;
  });
  const unused = module.syntaxProblems.length > 0 ? [] : suppressions.flatMap((each) => unusedCodes(each, used));
  return [...left, ...unused, ...module.directives.flatMap(unreadable)];
}

function keyOf({ comment }: Suppression, code: string): string {
  return `${code}@${comment.span.start}`;
}

function silences({ codes, from, to }: Suppression, { code, span }: Problem, lines: LineIndex): boolean {
  if (!codes.some((each) => each === '*' || each === code)) return false;
  return lines.position(span.start).line <= to && from <= lines.position(span.end).line;
}

/** Behind code: its line. Alone on its line: the statement below, a whole definition above which it stands; `ignore-file`: everything. */
function suppressionOf(comment: DirectiveComment, module: Module, lines: LineIndex): readonly Suppression[] {
  const directive = parseDirective(comment.text);
  if (isDirectiveError(directive) || directive.ignore.length === 0) return [];
  const codes = directive.ignore;
  if (directive.wholeFile) return [{ comment, codes, from: 0, to: Number.POSITIVE_INFINITY }];
  const { line, column } = lines.position(comment.span.start);
  if (lines.lineText(line).slice(0, column).trim() !== '') return [{ comment, codes, from: line, to: line }];
  const from = lines.position(comment.codeStart ?? lines.lineStart(line + 1)).line;
  const statement = statementAt(module.body, comment.codeStart ?? -1);
  return [{ comment, codes, from, to: statement === undefined ? from : lines.position(lastOf(statement)).line }];
}

/** Of loops and branches their first line only. */
function lastOf(statement: Stmt): number {
  const plain = statement.kind === 'function' || statement.kind === 'class' || blocksOf(statement).length === 0;
  return plain ? statement.span.end : statement.span.start;
}

function statementAt(block: Block, start: number): Stmt | undefined {
  for (const statement of block) {
    // A decorated definition begins at its first decorator.
    const first = beginOf(statement);
    if (first === start) return statement;
    if (start < first || start >= statement.span.end) continue;
    const inner = statement.kind === 'function' || statement.kind === 'class' ? [statement.definition.body] : blocksOf(statement);
    return inner.map((each) => statementAt(each, start)).find((each) => each !== undefined);
  }
  return undefined;
}

function beginOf(statement: Stmt): number {
  if (statement.kind !== 'function' && statement.kind !== 'class') return statement.span.start;
  const [decorator] = statement.definition.decorators;
  return decorator === undefined ? statement.span.start : Math.min(statement.span.start, decorator.span.start - '@'.length);
}

function unusedCodes(suppression: Suppression, used: ReadonlySet<string>): readonly Problem[] {
  const { comment, codes } = suppression;
  const idle = codes.filter((code) => !used.has(keyOf(suppression, code)));
  if (idle.length === 0) return [];
  const strange = idle.filter((code) => code !== '*' && !CODES.some((each) => each.code === code));
  const message =
    strange.length > 0
      ? `${strange.join(', ')}: no finding has this code.`
      : `Nothing is silenced here${idle.includes('*') ? '' : `: there is no ${idle.join(' and no ')}`}.`;
  return [aboutComment('unused-ignore', 'hint', message, comment.span, idle.length === codes.length)];
}

function unreadable({ text, span }: DirectiveComment): readonly Problem[] {
  const read = parseDirective(text);
  return isDirectiveError(read)
    ? [aboutComment('comment-not-read', 'warning', `This comment is not understood: ${read.message}.`, span, false)]
    : [];
}

function aboutComment(code: string, severity: Problem['severity'], message: string, span: Span, removable: boolean): Problem {
  return {
    code,
    severity,
    message,
    span,
    loss: null,
    related: [],
    fixes: removable ? [fix('Remove the comment', { span, newText: '' })] : [],
  };
}
