/**
 * Owns recovery from syntax errors. A broken text is split into statements by its lines' indentation; the innermost broken ones are masked
 * (their text becomes `0;` and blanks, so that every offset stays), and the rest is parsed as if nothing had happened.
 */
import type { SyntaxProblem } from '../program/program';
import type { SyntaxNode, SyntaxParser } from '../syntax/treeSitter';
import type { Mask } from './lowering';

export interface Recovered {
  readonly tree: SyntaxNode;
  /** With the broken statements masked. */
  readonly text: string;
  readonly masked: ReadonlyMap<number, Mask>;
  readonly problems: readonly SyntaxProblem[];
}

interface Line {
  readonly start: number;
  /** Of its first character that is no white space. */
  readonly code: number;
  readonly end: number;
  readonly indent: number;
}

/** Deeper nesting is masked as a whole. */
const DEEPEST = 40;

export function recover(syntax: SyntaxParser, text: string, document: string): Recovered {
  const masks = maskLines(syntax, text, linesOf(text), 0);
  const sound = maskedText(text, masks);
  const tree = syntax.parse(sound);
  const problems = masks.map(({ start, end, message }) => ({ message, span: { document, start, end: firstLineEnd(text, start, end) } }));
  return { tree, text: sound, masked: new Map(masks.map((mask) => [mask.start, mask])), problems };
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent >= 0)
      lines.push({
        start,
        code: start + indent,
        end: start + line.trimEnd().length,
        indent: line.slice(0, indent).replaceAll('\t', '  ').length,
      });
    start += line.length + 1;
  }
  return lines;
}

/** Begins no statement of its own: closes or continues one. */
const CONTINUES = /[)\]}.?:,;&|+\-*/%=<>]|else\b|catch\b|finally\b|as\b|satisfies\b/y;

function statementsAmong(text: string, lines: readonly Line[]): readonly (readonly Line[])[] {
  const least = lines.reduce((indent, line) => Math.min(indent, line.indent), Number.POSITIVE_INFINITY);
  const statements: Line[][] = [];
  for (const line of lines) {
    const last = statements.at(-1);
    CONTINUES.lastIndex = line.code;
    const comment = text.startsWith('//', line.code) || text.startsWith('/*', line.code);
    if (last !== undefined && (line.indent > least || (CONTINUES.test(text) && !comment))) last.push(line);
    else statements.push([line]);
  }
  return statements;
}

function maskLines(syntax: SyntaxParser, text: string, lines: readonly Line[], depth: number): readonly Mask[] {
  return statementsAmong(text, lines).flatMap((statement) => {
    const [first] = statement;
    const last = statement.at(-1);
    if (first === undefined || last === undefined || !isBroken(syntax, text.slice(first.code, last.end))) return [];
    const inside = depth < DEEPEST && statement.length > 2 ? maskLines(syntax, text, insideOf(text, statement), depth + 1) : [];
    const rest = maskedText(text.slice(0, last.end), inside).slice(first.code);
    return inside.length > 0 && !isBroken(syntax, rest) ? inside : [maskOf(text, first.code, last.end)];
  });
}

function insideOf(text: string, statement: readonly Line[]): readonly Line[] {
  const last = statement.at(-1);
  return statement.slice(1, last !== undefined && /^[)\]}]/.test(text.slice(last.code)) ? -1 : undefined);
}

/** A piece may be a statement, or a member of a class or object. */
function isBroken(syntax: SyntaxParser, piece: string): boolean {
  return [piece, `class A {${piece}\n}`, `({${piece}\n})`].every((text) => syntax.parse(text).broken);
}

const DECLARED =
  /^(?:export\s+(?:default\s+)?)?(?:async\s+)?(?:(?:const|let|var|function\*?|class|enum)\s+([A-Za-z_$][\w$]*)|(return)\b|([A-Za-z_$][\w$]*)\s*=(?!=))/;

function maskOf(text: string, start: number, end: number): Mask {
  const match = DECLARED.exec(text.slice(start, end));
  const name = match?.[1] ?? match?.[2] ?? match?.[3];
  return { start, end, message: 'syntax error', names: name === undefined ? [] : [name] };
}

function firstLineEnd(text: string, start: number, end: number): number {
  const newline = text.slice(start, end).search(/[\r\n]/);
  return newline < 0 ? end : start + newline;
}

function maskedText(text: string, masks: readonly Mask[]): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of masks) {
    masked += `${text.slice(from, start)}${`0;`.slice(0, end - start)}${text.slice(start + 2, end).replace(/[^\r\n]/g, ' ')}`;
    from = end;
  }
  return masked + text.slice(from);
}
