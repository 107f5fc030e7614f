/** Owns the context that every lowering function gets, and how nodes are read. */
import type { Span } from '../base/span';
import type { Expr, SyntaxProblem } from '../program/program';
import type { SyntaxNode } from '../syntax/treeSitter';

export interface Lowering {
  readonly document: string;
  readonly text: string;
  readonly problems: SyntaxProblem[];
  /** What is wrong with statements that recovery masked, by their start. */
  readonly masked: ReadonlyMap<number, Mask>;
  /** Nesting of the expression or block at hand; beyond MAX_DEPTH it becomes an unknown, so that nobody's recursion overflows. */
  depth: number;
  /** Whether the function at hand holds a yield. */
  yields: boolean;
}

/** A piece of text that does not parse; `names` are those that it declares. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly names: readonly string[];
}

export const MAX_DEPTH = 300;

export function spanOf(c: Lowering, node: SyntaxNode): Span {
  return { document: c.document, start: node.start, end: node.end };
}

export function textOf(c: Lowering, node: SyntaxNode): string {
  return c.text.slice(node.start, node.end);
}

/** The named children without comments. */
export function parts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.named && child.type !== 'comment');
}

/** The first child that fills the field. */
export function field(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === name && child.type !== 'comment');
}

export function fields(node: SyntaxNode, name: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === name && child.named && child.type !== 'comment');
}

/** Whether the token stands directly in the node. */
export function hasToken(node: SyntaxNode, token: string): boolean {
  return node.children.some((child) => !child.named && child.type === token);
}

export function childOf(node: SyntaxNode, type: string): SyntaxNode | undefined {
  return node.children.find((child) => child.type === type);
}

export function unknown(c: Lowering, node: SyntaxNode, reason: string): Expr & { readonly kind: 'unknown' } {
  return { kind: 'unknown', reason, span: spanOf(c, node) };
}
