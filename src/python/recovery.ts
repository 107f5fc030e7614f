/**
 * Owns recovery from syntax errors. A broken text is split into statements by its lines; the innermost broken ones are masked (their text
 * becomes `0` and blanks, so that every offset stays), and the rest is parsed as if nothing had happened.
 */
import type { Expr, Stmt, SyntaxProblem } from '../program/program';
import type { SyntaxNode, SyntaxParser } from '../syntax/treeSitter';
import { type LogicalLine, logicalLines } from './logicalLines';
import { describeFault } from './syntaxFaults';

export interface Recovered {
  readonly tree: SyntaxNode;
  /** What stands in for masked statements, by their start. */
  readonly masked: ReadonlyMap<number, Stmt>;
  readonly problems: readonly SyntaxProblem[];
}

interface Recovery {
  readonly syntax: SyntaxParser;
  readonly text: string;
  readonly document: string;
  readonly masks: Mask[];
}

interface Mask {
  readonly start: number;
  readonly end: number;
  readonly stmt: Stmt;
  readonly problem: SyntaxProblem;
}

export function recover(syntax: SyntaxParser, text: string, document: string): Recovered {
  const recovery: Recovery = { syntax, text, document, masks: [] };
  recoverBlock(recovery, logicalLines(text), 0);
  const { masks } = recovery;
  const tree = syntax.parse(masks.length === 0 ? text : maskedText(text, masks));
  return { tree, masked: new Map(masks.map((mask) => [mask.start, mask.stmt])), problems: masks.map((mask) => mask.problem) };
}

/** Deeper nesting is masked as a whole. */
const DEEPEST = 40;

function recoverBlock(recovery: Recovery, lines: readonly LogicalLine[], depth: number): void {
  for (const statement of statementsAmong(recovery, lines)) {
    if (isBroken(recovery, statement) && !recoverInside(recovery, statement, depth)) mask(recovery, statement);
  }
}

/** A fault that the lines show needs no parse; parsing much broken text is slow. */
function isBroken({ syntax, text }: Recovery, statement: readonly LogicalLine[]): boolean {
  return statement.some((line) => line.fault !== null) || syntax.isBroken(textOf(text, statement));
}

const CONTINUES = /(?:else|elif|except|finally)\b/y;

/** Groups of lines that form one statement each: decorators, a head, its body, `else` and the like. */
function statementsAmong({ text }: Recovery, lines: readonly LogicalLine[]): readonly (readonly LogicalLine[])[] {
  const indent = lines[0]?.indent ?? 0;
  const statements: LogicalLine[][] = [];
  for (const line of lines) {
    const last = statements.at(-1);
    const previous = last?.at(-1);
    CONTINUES.lastIndex = line.start;
    const decorated = previous !== undefined && previous.indent === line.indent && text.charAt(previous.start) === '@';
    if (last !== undefined && (line.indent > indent || decorated || CONTINUES.test(text))) last.push(line);
    else statements.push([line]);
  }
  return statements;
}

/** Recovers the bodies of a compound statement whose heads are sound; false if the fault is not inside them. */
function recoverInside(recovery: Recovery, statement: readonly LogicalLine[], depth: number): boolean {
  const [first] = statement;
  if (first === undefined || statement.length === 1 || depth >= DEEPEST) return false;
  const heads = statement.filter((line) => line.indent <= first.indent);
  if (heads.some((head) => isBrokenHead(recovery, head))) return false;
  const before = recovery.masks.length;
  let body: LogicalLine[] = [];
  for (const line of statement.slice(1)) {
    if (line.indent > first.indent) body.push(line);
    else {
      recoverBlock(recovery, body, depth + 1);
      body = [];
    }
  }
  recoverBlock(recovery, body, depth + 1);
  return recovery.masks.length > before;
}

/** What a head needs before and behind it to stand alone. */
const HEADS: readonly { readonly head: RegExp; readonly before: string; readonly behind: string }[] = [
  { head: /@/y, before: '', behind: '\ndef f(): 0' },
  { head: /(?:else|elif)\b/y, before: 'if 0: 0\n', behind: ' 0' },
  { head: /(?:except|finally)\b/y, before: 'try: 0\n', behind: ' 0' },
  { head: /try\b/y, before: '', behind: ' 0\nfinally: 0' },
];

function isBrokenHead({ syntax, text }: Recovery, line: LogicalLine): boolean {
  if (line.fault !== null) return true;
  const frame = HEADS.find(({ head }) => {
    head.lastIndex = line.start;
    return head.test(text);
  });
  const head = text.slice(line.start, line.end).replace(/#[^\r\n]*$/, '');
  return syntax.isBroken(`${frame?.before ?? ''}${head}${frame?.behind ?? ' 0'}`);
}

function parseLines({ syntax, text }: Recovery, lines: readonly LogicalLine[]): SyntaxNode {
  return syntax.parse(textOf(text, lines), lines[0]?.lineStart ?? 0);
}

function textOf(text: string, lines: readonly LogicalLine[]): string {
  return text.slice(lines[0]?.lineStart ?? 0, lines.at(-1)?.end);
}

function mask(recovery: Recovery, lines: readonly LogicalLine[]): void {
  const start = lines[0]?.start ?? 0;
  const end = lines.at(-1)?.end ?? start;
  const fault = describeFault(recovery.text, lines, () => parseLines(recovery, lines));
  const span = { document: recovery.document, start, end };
  recovery.masks.push({
    start,
    end,
    stmt: standIn(recovery.text.slice(start, end), fault.message, span),
    problem: { message: fault.message, span: { document: recovery.document, start: fault.start, end: fault.end } },
  });
}

const BINDING =
  /^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)|([A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*)[ \t]*(?:[-+*/]?=(?!=)|:))/gm;
const RETURN = /^return\b/;
const DEFINITION = /^(?:@[\s\S]*?\n\s*)?(?:async\s+)?(?:def|class)\b/;

/** An unknown, but the names that the lost text binds are bound (to unknowns), and a return still returns. */
function standIn(text: string, reason: string, span: SyntaxProblem['span']): Stmt {
  const value: Expr = { kind: 'unknown', reason, span };
  if (RETURN.test(text)) return { kind: 'return', value, span };
  const matches = [...text.matchAll(BINDING)];
  const bound = DEFINITION.test(text) ? matches.filter((match) => match[1] !== undefined).slice(0, 1) : matches;
  const names = new Set(bound.flatMap((match) => (match[1] ?? match[2] ?? '').split(/\s*,\s*/)).filter((name) => !KEYWORDS.has(name)));
  if (names.size === 0) return { kind: 'unknown', reason, span };
  const targets = [...names].map((name) => ({ kind: 'name' as const, name, span }));
  return { kind: 'assign', targets, value, annotation: null, span };
}

const KEYWORDS: ReadonlySet<string> = new Set(['else', 'try', 'finally', 'lambda', 'except', 'if', 'elif', 'while', 'for', 'with']);

function maskedText(text: string, masks: readonly Mask[]): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of masks) {
    masked += `${text.slice(from, start)}0${text.slice(start + 1, end).replace(/[^\r\n]/g, ' ')}`;
    from = end;
  }
  return masked + text.slice(from);
}
