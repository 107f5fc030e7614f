/** Owns finding a text's comments in its tree: a string that looks like one is none. */
import type { Span } from '../base/span';
import type { SyntaxNode } from './treeSitter';

/** In the order of the text. */
export function commentsIn(document: string, root: SyntaxNode): readonly Span[] {
  const comments: Span[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'comment') comments.push({ document, start: node.start, end: node.end });
    // One by one: a spread of very many children overflows the stack.
    for (const child of node.children) pending.push(child);
  }
  return comments.sort((a, b) => a.start - b.start);
}
