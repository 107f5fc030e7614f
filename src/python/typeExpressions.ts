/** Owns the lowering of annotations, whose syntax the grammar keeps apart from expressions. */
import type { Expr } from '../program/program';
import { spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';

const TYPE_FORMS: ReadonlySet<string> = new Set(['type', 'generic_type', 'union_type', 'member_type', 'splat_type']);

/** A `type` node and the special forms inside it. */
export function lowerTypeExpression(c: Lowering, node: SyntaxNode): Expr {
  const [first, second] = parts(node);
  if (!TYPE_FORMS.has(node.type)) return lowerExpr(c, node);
  if (first === undefined) return unknown(c, node, 'syntax error');
  const span = spanOf(c, node);
  switch (node.type) {
    case 'type':
      return lowerTypeExpression(c, first);
    case 'generic_type': {
      const items = second === undefined ? [] : parts(second).map((item) => lowerTypeExpression(c, item));
      return { kind: 'index', object: lowerExpr(c, first), items, tuple: items.length > 1, span };
    }
    case 'union_type':
      if (second === undefined) return unknown(c, node, 'syntax error');
      return { kind: 'binary', op: '|', left: lowerTypeExpression(c, first), right: lowerTypeExpression(c, second), span };
    case 'member_type':
      if (second === undefined) return unknown(c, node, 'syntax error');
      return { kind: 'attribute', object: lowerTypeExpression(c, first), name: textOf(c, second), nameSpan: spanOf(c, second), span };
    case 'splat_type':
      return { kind: 'spread', value: lowerTypeExpression(c, first), span };
    default:
      return unknown(c, node, 'annotation not understood');
  }
}
