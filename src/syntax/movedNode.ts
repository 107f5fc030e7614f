/** Owns a syntax node's copy at another place. Its children are made when they are asked for: most never are. */
import type { SyntaxNode } from './treeSitter';

class MovedNode implements SyntaxNode {
  private made: readonly SyntaxNode[] | undefined;

  constructor(
    readonly origin: SyntaxNode,
    readonly by: number,
    readonly field: string | null,
  ) {}

  get type(): string {
    return this.origin.type;
  }
  get named(): boolean {
    return this.origin.named;
  }
  get start(): number {
    return this.origin.start + this.by;
  }
  get end(): number {
    return this.origin.end + this.by;
  }
  get missing(): boolean {
    return this.origin.missing;
  }
  get broken(): boolean {
    return this.origin.broken;
  }
  get children(): readonly SyntaxNode[] {
    this.made ??= this.origin.children.map((child) => movedNode(child, this.by, child.field));
    return this.made;
  }
}

export function movedNode(node: SyntaxNode, by: number, field: string | null): SyntaxNode {
  const { origin, by: before } = originOf(node);
  const all = before + by;
  return all === 0 && origin.field === field ? origin : new MovedNode(origin, all, field);
}

/** The node that this one is a copy of (or itself), and how far behind it this one stands. */
export function originOf(node: SyntaxNode): { readonly origin: SyntaxNode; readonly by: number } {
  return node instanceof MovedNode ? node : { origin: node, by: 0 };
}
