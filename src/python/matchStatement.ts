/** Owns the lowering of `match`. */
import type { Stmt } from '../program/program';
import type { SyntaxNode } from '../syntax/treeSitter';
import { type Lowering, unknown } from './lowering';

export function lowerMatch(c: Lowering, node: SyntaxNode): Stmt {
  return unknown(c, node, 'match statement');
}
