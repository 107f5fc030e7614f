/** Owns indentation faults, which the grammar accepts and Python does not. */
import type { SyntaxProblem } from '../program/program';
import type { SyntaxNode } from '../syntax/treeSitter';
import type { Lowering } from './lowering';

/** What is wrong with a statement's indentation among its block's, or undefined. */
export function indentationFault(c: Lowering, node: SyntaxNode, block: readonly SyntaxNode[]): string | undefined {
  const [first] = block;
  if (first === undefined || first === node) return undefined;
  const own = indentationOf(c.text, node.start);
  const expected = indentationOf(c.text, first.start);
  if (own === undefined || expected === undefined || own === expected) return undefined;
  return own > expected ? 'unexpected indent' : 'unindent does not match any outer indentation level';
}

const FAULTS = /^(unexpected indent|unindent does not match|expected an indented block)/;

/** One misplaced line puts those after it in the wrong block: of the faults of indentation the first is told, as Python tells it. */
export function withoutConsequences(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const first = problems.findIndex(({ message }) => FAULTS.test(message));
  return problems.filter(({ message }, i) => i <= first || !FAULTS.test(message));
}

/** Spaces before a tab: Python's tab reaches to the next multiple of 8, the grammar's adds 8. Where they meet, the grammar's blocks are not Python's. */
export function mixesTabs(text: string, offset: number): boolean {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t\f]* \t/.test(text.slice(start, offset));
}

/** The column of the first thing on a line, tabs reaching to the next multiple of 8; undefined if something stands before it. */
export function indentationOf(text: string, offset: number): number | undefined {
  let start = offset;
  while (start > 0 && ' \t\f'.includes(text.charAt(start - 1))) start--;
  const before = text.charAt(start - 1);
  if (start > 0 && before !== '\n' && before !== '\r' && before !== '\uFEFF') return undefined;
  let column = 0;
  for (let i = start; i < offset; i++) column = text.charAt(i) === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column;
}
