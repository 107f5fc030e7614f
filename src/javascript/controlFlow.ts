/** Owns the lowering of branches, loops, `switch` and `try`. */
import type { Block, Expr, Handler, Stmt } from '../program/program';
import { field, fields, spanOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, inner, lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerAsStatement, lowerBlock, lowerBody, lowerDeclaration, lowerStatement } from './statements';
import { lowerTarget } from './targets';

export function lowerIf(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const alternative = field(node, 'alternative');
  const otherwise = alternative?.type === 'else_clause' ? parts(alternative)[0] : alternative;
  return [
    {
      kind: 'if',
      test: condition(c, node),
      then: lowerBody(c, field(node, 'consequence')),
      otherwise: lowerBody(c, otherwise),
      span: spanOf(c, node),
    },
  ];
}

function condition(c: Lowering, node: SyntaxNode): Expr {
  return inField(c, node, 'condition');
}

export function lowerWhile(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  return [loop(c, node, condition(c, node), [])];
}

export function lowerDo(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  return [{ ...loop(c, node, condition(c, node), []), after: true }];
}

function loop(c: Lowering, node: SyntaxNode, test: Expr, update: Block): Extract<Stmt, { readonly kind: 'while' }> {
  return { kind: 'while', test, body: lowerBody(c, field(node, 'body')), update, otherwise: [], span: spanOf(c, node) };
}

/** `for (let i = 0; i < n; i++)`: a block of its own with the declaration and a while. */
export function lowerFor(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const initializer = field(node, 'initializer');
  const increment = field(node, 'increment');
  const [test] = fields(node, 'condition');
  const always: Expr = { kind: 'boolean', value: true, span: { ...spanOf(c, node), end: node.start } };
  const first = initializer === undefined ? [] : forInitializer(c, initializer);
  const body = loop(
    c,
    node,
    test === undefined || test.type === 'empty_statement' ? always : conditionOf(c, test),
    increment === undefined ? [] : lowerAsStatement(c, increment),
  );
  return [{ kind: 'block', body: [...first, body], span: spanOf(c, node) }];
}

function conditionOf(c: Lowering, node: SyntaxNode): Expr {
  return node.type === 'expression_statement' ? inner(c, node) : lowerExpr(c, node);
}

function forInitializer(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  if (node.type === 'lexical_declaration' || node.type === 'variable_declaration') return lowerDeclaration(c, node);
  return node.named && node.type !== 'empty_statement'
    ? lowerAsStatement(c, node.type === 'expression_statement' ? (parts(node)[0] ?? node) : node)
    : [];
}

/** `for (x of list)`, `for (key in object)`. */
export function lowerForIn(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const left = field(node, 'left');
  if (left === undefined) return [unknown(c, node, 'syntax error')];
  const statement: Stmt = {
    kind: 'for',
    target: lowerTarget(c, left),
    iterable: inField(c, node, 'right'),
    body: lowerBody(c, field(node, 'body')),
    otherwise: [],
    span: spanOf(c, node),
  };
  return [field(node, 'operator')?.type === 'in' ? { ...statement, keys: true } : statement];
}

export function lowerSwitch(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const body = field(node, 'body');
  const cases = (body === undefined ? [] : parts(body)).map((each) => {
    const value = field(each, 'value');
    return {
      test: value === undefined ? null : lowerExpr(c, value),
      body: fields(each, 'body').flatMap((part) => lowerStatement(c, part)),
    };
  });
  return [{ kind: 'switch', subject: inField(c, node, 'value'), cases, span: spanOf(c, node) }];
}

export function lowerTry(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const handler = field(node, 'handler');
  const finalizer = field(node, 'finalizer');
  return [
    {
      kind: 'try',
      body: lowerBody(c, field(node, 'body')),
      handlers: handler === undefined ? [] : [lowerHandler(c, handler)],
      otherwise: [],
      final: finalizer === undefined ? [] : lowerBlock(c, field(finalizer, 'body')),
      span: spanOf(c, node),
    },
  ];
}

function lowerHandler(c: Lowering, node: SyntaxNode): Handler {
  const parameter = field(node, 'parameter');
  const target = parameter === undefined ? null : lowerTarget(c, parameter);
  return {
    types: null,
    name: target?.kind === 'name' ? target.name : null,
    body: lowerBody(c, field(node, 'body')),
    span: spanOf(c, node),
  };
}
