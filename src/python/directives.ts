/** Owns how `# loss-lab:` comments are found. */
import type { DirectiveComment } from '../program/program';
import type { SyntaxNode } from '../syntax/treeSitter';

const DIRECTIVE = /^#+\s*loss-lab:\s*(.*)$/i;

export function directivesIn(document: string, text: string, root: SyntaxNode): readonly DirectiveComment[] {
  if (!/loss-lab:/i.test(text)) return [];
  const found: DirectiveComment[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const match = node.type === 'comment' ? DIRECTIVE.exec(text.slice(node.start, node.end).trimEnd()) : null;
    if (match) found.push({ text: match[1] ?? '', span: { document, start: node.start, end: node.end } });
    pending.push(...node.children);
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
