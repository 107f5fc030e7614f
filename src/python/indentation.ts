/** Owns indentation faults, which the grammar accepts and Python does not. */
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
