/**
 * Owns splitting broken source into logical lines, as Python's tokenizer does, but forgiving: a bracket or string that is never closed ends
 * where the next statement plainly begins.
 */
import { indentationOf } from './indentation';

export interface LogicalLine {
  /** Of the physical line, indentation included. */
  readonly lineStart: number;
  /** Of the first thing on it. */
  readonly start: number;
  /** Behind the last thing on it, before the line end. */
  readonly end: number;
  readonly indent: number;
  readonly fault: LineFault | null;
}

export interface LineFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Lines without blank ones and those that hold only a comment. */
export function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let offset = 0;
  while (offset < text.length) {
    const start = offset + (/[ \t\f\uFEFF]*/y.exec(text.slice(offset, offset + 1000))?.[0].length ?? 0);
    const next = text.charAt(start);
    if (next === '' || next === '\n' || next === '\r' || next === '#') {
      offset = lineBehind(text, start);
      continue;
    }
    const indent = indentationOf(text, start) ?? 0;
    const { end, fault } = scanLine(text, start, indent);
    lines.push({ lineStart: offset, start, end, indent, fault });
    offset = lineBehind(text, end);
  }
  return lines;
}

const STATEMENT =
  /[ \t]*(?:(?:def|class|async|return|import|from|if|elif|else|for|while|with|try|except|finally|raise|assert|del|pass|break|continue|global|nonlocal)\b|@\w|[A-Za-z_][\w.]*(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*)*[ \t]+(?:=(?!=)|[-+*/]=))/y;

/** Whether the line that begins at the offset is plainly a statement, no deeper than the one before. */
function beginsStatement(text: string, lineStart: number, indent: number): boolean {
  STATEMENT.lastIndex = lineStart;
  return STATEMENT.test(text) && indentOfLine(text, lineStart) <= indent;
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function scanLine(text: string, start: number, indent: number): { readonly end: number; readonly fault: LineFault | null } {
  const open: { readonly bracket: string; readonly at: number }[] = [];
  let fault: LineFault | null = null;
  const report = (message: string, at: number, length = 1) => {
    fault ??= { message, start: at, end: at + length };
  };
  let i = start;
  while (i < text.length) {
    const unit = text.charAt(i);
    if (unit === '\n' || unit === '\r') {
      const behind = lineBehind(text, i);
      const bracket = open.at(-1);
      if (bracket === undefined) break;
      if (beginsStatement(text, behind, indent)) break;
      i = behind;
    } else if (unit === '#') i = endOfLine(text, i);
    else if (unit === '\\') i = /[\r\n]/.test(text.charAt(i + 1)) ? lineBehind(text, i + 1) : i + 1;
    else if (unit === '"' || unit === "'") i = skipString(text, i, indent, report);
    else {
      if ('([{'.includes(unit)) open.push({ bracket: unit, at: i });
      else if (PAIRS[unit] !== undefined) {
        const last = open.pop();
        if (last === undefined) report(`unmatched '${unit}'`, i);
        else if (last.bracket !== PAIRS[unit]) report(`closing '${unit}' does not match opening '${last.bracket}'`, i);
      }
      i++;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) report(`'${unclosed.bracket}' was never closed`, unclosed.at);
  return { end: i, fault };
}

type Report = (message: string, at: number, length: number) => void;

/** The offset behind a string that opens here. */
function skipString(text: string, start: number, indent: number, report: Report): number {
  const quote = text.charAt(start);
  if (text.startsWith(quote.repeat(3), start)) return skipTripleString(text, start, indent, report);
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === quote) return i + 1;
    if (unit === '\n' || unit === '\r') break;
    if (unit === '\\') i++;
  }
  report('unterminated string', start, 1);
  return endOfLine(text, start);
}

const DEFINITION = /[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:]|@\w)/y;

/**
 * A string that opens inside a function and runs over the next definition outside was not closed: its end is the opening of another one.
 * What follows a definition is code then, not the rest of a text.
 */
function skipTripleString(text: string, start: number, indent: number, report: Report): number {
  const close = text.slice(start, start + 3);
  const deepest = indent === 0 ? 0 : indent - 1;
  for (let i = start + 3; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '\\') i++;
    else if (text.startsWith(close, i)) return i + 3;
    else if (unit === '\n' && indent > 0 && isDefinition(text, i + 1, deepest)) {
      report('unterminated triple-quoted string', start, 3);
      return i;
    }
  }
  report('unterminated triple-quoted string', start, 3);
  return nextDefinition(text, start, deepest);
}

/** The line end before the next definition that is no deeper; the text's end if there is none. */
function nextDefinition(text: string, from: number, deepest: number): number {
  for (let i = text.indexOf('\n', from); i >= 0; i = text.indexOf('\n', i + 1)) if (isDefinition(text, i + 1, deepest)) return i;
  return text.length;
}

function isDefinition(text: string, lineStart: number, deepest: number): boolean {
  DEFINITION.lastIndex = lineStart;
  return DEFINITION.test(text) && indentOfLine(text, lineStart) <= deepest;
}

function indentOfLine(text: string, lineStart: number): number {
  let start = lineStart;
  while (' \t'.includes(text.charAt(start)) && start < text.length) start++;
  return indentationOf(text, start) ?? 0;
}

function endOfLine(text: string, offset: number): number {
  let i = offset;
  while (i < text.length && text.charAt(i) !== '\n' && text.charAt(i) !== '\r') i++;
  return i;
}

/** Start of the line behind the one that holds the offset. */
function lineBehind(text: string, offset: number): number {
  const end = endOfLine(text, offset);
  return text.startsWith('\r\n', end) ? end + 2 : end + 1;
}
