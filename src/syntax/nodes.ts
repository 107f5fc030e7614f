/** Owns how the front ends read syntax nodes while they lower them: spans, texts, fields, nesting. */
import type { Span } from '../base/span';
import type { SyntaxNode } from './treeSitter';

/** What the lowering of either language keeps. */
export interface LoweringState {
  readonly document: string;
  readonly text: string;
  /** Nesting of the expression or block at hand; beyond MAX_DEPTH it becomes an unknown, so that nobody's recursion overflows. */
  depth: number;
  /** Whether the function at hand holds a yield. */
  yields: boolean;
}

/** The program's unknown, as an expression and as a statement. */
export interface UnknownNode {
  readonly kind: 'unknown';
  readonly reason: string;
  readonly span: Span;
}

export const MAX_DEPTH = 300;

export function spanOf(c: LoweringState, node: SyntaxNode): Span {
  return { document: c.document, start: node.start, end: node.end };
}

export function textOf(c: LoweringState, node: SyntaxNode): string {
  return c.text.slice(node.start, node.end);
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

export function unknown(c: LoweringState, node: SyntaxNode, reason: string): UnknownNode {
  return { kind: 'unknown', reason, span: spanOf(c, node) };
}

/** Lowers an expression by the table's entry for its type; unknown where there is none, where text is missing and where it is nested too deeply. */
export function lowerBy<C extends LoweringState, E>(
  table: Readonly<Record<string, (c: C, node: SyntaxNode) => E>>,
  c: C,
  node: SyntaxNode,
): E | UnknownNode {
  const lower = Object.hasOwn(table, node.type) ? table[node.type] : undefined;
  if (lower === undefined || node.missing)
    return unknown(c, node, node.broken ? 'syntax error' : `syntax not understood (${node.type.replaceAll('_', ' ')})`);
  if (c.depth >= MAX_DEPTH) return unknown(c, node, 'nested too deeply');
  c.depth++;
  try {
    return lower(c, node);
  } finally {
    c.depth--;
  }
}

/** Runs `lower` for the inside of one function and tells whether it yields. */
export function withYields<T>(c: LoweringState, lower: () => T): { readonly result: T; readonly isGenerator: boolean } {
  const outer = c.yields;
  c.yields = false;
  try {
    return { result: lower(), isGenerator: c.yields };
  } finally {
    c.yields = outer;
  }
}
