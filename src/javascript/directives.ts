/** Owns how `// loss-lab:` comments are found: a string that holds such text is none. */
import type { Span } from '../base/span';
import { directivesAmong } from '../program/directives';
import type { DirectiveComment } from '../program/program';
import type { SyntaxNode } from '../syntax/treeSitter';

export function directivesIn(document: string, text: string, root: SyntaxNode): readonly DirectiveComment[] {
  if (!/loss-lab:/i.test(text)) return [];
  const comments: Span[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'comment') comments.push({ document, start: node.start, end: node.end });
    pending.push(...node.children);
  }
  return directivesAmong(
    text,
    comments.sort((a, b) => a.start - b.start),
  );
}
