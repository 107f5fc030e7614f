/** Owns the lowering of what can be assigned to. */
import type { PatternItem, Target } from '../program/program';
import { spanOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';

const SEQUENCES: ReadonlySet<string> = new Set(['pattern_list', 'tuple_pattern', 'list_pattern', 'expression_list', 'tuple', 'list']);
const WRAPPERS: ReadonlySet<string> = new Set(['parenthesized_expression', 'as_pattern_target']);

export function lowerTarget(c: Lowering, node: SyntaxNode): Target {
  const [inner] = parts(node);
  if (WRAPPERS.has(node.type) && inner !== undefined) return lowerTarget(c, inner);
  if (SEQUENCES.has(node.type)) {
    return { kind: 'pattern', form: 'sequence', items: parts(node).map((item) => lowerItem(c, item)), span: spanOf(c, node) };
  }
  const value = lowerExpr(c, node);
  if (value.kind === 'name' || value.kind === 'attribute' || value.kind === 'index' || value.kind === 'unknown') return value;
  return unknown(c, node, 'cannot assign to this');
}

function lowerItem(c: Lowering, node: SyntaxNode): PatternItem {
  const rest = node.type === 'list_splat_pattern' || node.type === 'list_splat';
  const [inner] = parts(node);
  return { target: lowerTarget(c, rest && inner !== undefined ? inner : node), rest, default: null };
}
