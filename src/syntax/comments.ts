/** Owns finding the comment at a place of a text in its tree: a string that looks like one is none. */
import type { Span } from '../base/span';
import type { SyntaxNode } from './treeSitter';

/** The comment that the offset lies in. */
export function commentAt(document: string, root: SyntaxNode, offset: number): Span | undefined {
  for (let node: SyntaxNode | undefined = root; node !== undefined; ) {
    if (node.type === 'comment') return { document, start: node.start, end: node.end };
    node = node.children.find(({ start, end }) => start <= offset && offset < end);
  }
  return undefined;
}
