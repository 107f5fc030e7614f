/** Owns the lowered form of statements that stand directly in a module, from one text to the next: what reads as before is only moved. */
import { movedBy } from '../base/moved';
import { originOf } from './movedNode';
import type { LoweringState } from './nodes';
import type { SyntaxNode } from './treeSitter';

export interface ModuleLowering extends LoweringState {
  readonly problems: readonly unknown[];
  /** By start: what stands in for text that was masked. */
  readonly masked: ReadonlyMap<number, unknown>;
}

interface Lowered {
  readonly document: string;
  readonly value: object;
}

const LOWERED = new WeakMap<SyntaxNode, Lowered>();

/** What `lower` gives for the node, or gave for the same text, moved. Statements with problems or masked text are lowered each time. */
export function loweredOnce<T extends object>(c: ModuleLowering, node: SyntaxNode, lower: () => T): T {
  if (node.broken || isMasked(c, node)) return lower();
  const { origin, by } = originOf(node);
  const known = LOWERED.get(origin);
  if (known?.document === c.document) return movedBy(known.value as T, by);
  const before = c.problems.length;
  const value = lower();
  // Kept as it would stand at the origin's place.
  if (c.problems.length === before && by === 0) LOWERED.set(origin, { document: c.document, value });
  return value;
}

function isMasked({ masked }: ModuleLowering, { start, end }: SyntaxNode): boolean {
  for (const place of masked.keys()) if (start <= place && place < end) return true;
  return false;
}
