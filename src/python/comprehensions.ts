/** Owns the lowering of comprehensions and generator expressions. */
import type { ComprehensionExpr, Expr, Target } from '../program/program';
import { field, fields, spanOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, lowerExpr, only } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerTarget } from './targets';

export function lowerComprehension(result: ComprehensionExpr['result']): (c: Lowering, node: SyntaxNode) => Expr {
  return (c, node) => {
    const body = field(node, 'body');
    if (body === undefined) return unknown(c, node, 'syntax error');
    const pair = body.type === 'pair';
    const element = pair ? inField(c, body, 'key') : lowerExpr(c, body);
    const value = pair ? inField(c, body, 'value') : null;
    return { kind: 'comprehension', result, element, value, clauses: lowerClauses(c, node), span: spanOf(c, node) };
  };
}

interface Clause {
  readonly target: Target;
  readonly iterable: Expr;
  readonly conditions: Expr[];
}

function lowerClauses(c: Lowering, node: SyntaxNode): readonly Clause[] {
  const clauses: Clause[] = [];
  for (const child of parts(node)) {
    if (child.type === 'for_in_clause') clauses.push({ target: targetOf(c, child), iterable: iterableOf(c, child), conditions: [] });
    else if (child.type === 'if_clause') clauses.at(-1)?.conditions.push(only(c, child));
  }
  return clauses;
}

function targetOf(c: Lowering, clause: SyntaxNode): Target {
  const left = field(clause, 'left');
  return left === undefined ? unknown(c, clause, 'syntax error') : lowerTarget(c, left);
}

/** Python 2 allows `for x in 1, 2`. */
function iterableOf(c: Lowering, clause: SyntaxNode): Expr {
  const right = fields(clause, 'right');
  if (right.length <= 1) return inField(c, clause, 'right');
  return { kind: 'tuple', items: right.map((item) => lowerExpr(c, item)), span: spanOf(c, clause) };
}
