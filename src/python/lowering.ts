/** Owns the context that every lowering function gets, and which children of a node count. */
import type { Stmt, SyntaxProblem } from '../program/program';
import type { LoweringState } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';

export interface Lowering extends LoweringState {
  readonly problems: SyntaxProblem[];
  /** Statements that recovery masked, by their start, as what stands in for them. */
  readonly masked: ReadonlyMap<number, Stmt>;
}

/** The named children without comments. */
export function parts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.named && child.type !== 'comment' && child.type !== 'line_continuation');
}
