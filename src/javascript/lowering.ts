/** Owns the context that every lowering function gets, and which children of a node count. */
import type { SyntaxProblem } from '../program/program';
import type { LoweringState } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';

export interface Lowering extends LoweringState {
  readonly problems: SyntaxProblem[];
  /** What is wrong with statements that recovery masked, by their start. */
  readonly masked: ReadonlyMap<number, Mask>;
}

/** A piece of text that does not parse; `names` are those that it declares. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly names: readonly string[];
}

/** The named children without comments. */
export function parts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.named && child.type !== 'comment');
}

export function childOf(node: SyntaxNode, type: string): SyntaxNode | undefined {
  return node.children.find((child) => child.type === type);
}
