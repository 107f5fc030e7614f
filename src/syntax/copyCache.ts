/** Owns the copies of statements from one text to the next: after an edit only what changed is read out of WASM memory again. */
import { movedNode, originOf } from './movedNode';
import type { SyntaxNode } from './treeSitter';

/** Shorter statements cost less to copy than to find. */
const SHORTEST = 40;
/** Texts whose statements are kept: the one being edited and a few that it imports. */
const MOST_TEXTS = 4;

export class CopyCache {
  private generations: Map<string, SyntaxNode>[] = [new Map()];

  /** Starts a new text; statements of the oldest are forgotten. */
  nextText(): void {
    this.generations = [new Map(), ...this.generations].slice(0, MOST_TEXTS);
  }

  /** A copy of the same statement, moved to where it stands now. Its field is that of `node`. */
  find(node: SyntaxNode, source: string): SyntaxNode | undefined {
    if (source.length < SHORTEST) return undefined;
    const key = `${node.type} ${source}`;
    for (const generation of this.generations) {
      const copy = generation.get(key);
      if (copy === undefined) continue;
      this.generations[0]?.set(key, copy);
      return movedNode(copy, node.start - copy.start, node.field);
    }
    return undefined;
  }

  /** Keeps a statement without errors. */
  keep(node: SyntaxNode, source: string): void {
    if (source.length >= SHORTEST) this.generations[0]?.set(`${node.type} ${source}`, originOf(node).origin);
  }
}
