/** Owns the lowering of statements that hold blocks: if, for, while, try, with. */
import type { Block, Handler, Stmt, Target } from '../program/program';
import { field, fields, MAX_DEPTH, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerBlock } from './statements';
import { lowerTarget } from './targets';

export function lowerIf(c: Lowering, node: SyntaxNode): Stmt {
  return lowerBranches(c, node, node, fields(node, 'alternative'));
}

/** An `if` or `elif` head with the clauses that follow it: `elif` is an `if` in the `else`. */
function lowerBranches(c: Lowering, whole: SyntaxNode, head: SyntaxNode, clauses: readonly SyntaxNode[]): Stmt {
  const [next, ...others] = clauses;
  let otherwise: Block = [];
  if (next?.type === 'elif_clause') otherwise = [lowerElif(c, whole, next, others)];
  else if (next !== undefined) otherwise = lowerBlock(c, field(next, 'body'));
  const span = { document: c.document, start: head.start, end: whole.end };
  return { kind: 'if', test: inField(c, head, 'condition'), then: lowerBlock(c, field(head, 'consequence')), otherwise, span };
}

function lowerElif(c: Lowering, whole: SyntaxNode, clause: SyntaxNode, others: readonly SyntaxNode[]): Stmt {
  if (c.depth >= MAX_DEPTH) return unknown(c, clause, 'nested too deeply');
  c.depth++;
  const statement = lowerBranches(c, whole, clause, others);
  c.depth--;
  return statement;
}

export function lowerFor(c: Lowering, node: SyntaxNode): Stmt {
  const left = field(node, 'left');
  const target: Target = left === undefined ? unknown(c, node, 'syntax error') : lowerTarget(c, left);
  const iterable = inField(c, node, 'right');
  return { kind: 'for', target, iterable, body: lowerBlock(c, field(node, 'body')), otherwise: elseOf(c, node), span: spanOf(c, node) };
}

export function lowerWhile(c: Lowering, node: SyntaxNode): Stmt {
  const test = inField(c, node, 'condition');
  return { kind: 'while', test, body: lowerBlock(c, field(node, 'body')), update: [], otherwise: elseOf(c, node), span: spanOf(c, node) };
}

export function lowerTry(c: Lowering, node: SyntaxNode): Stmt {
  const handlers = parts(node).filter((part) => part.type === 'except_clause' || part.type === 'except_group_clause');
  const final = parts(node).find((part) => part.type === 'finally_clause');
  return {
    kind: 'try',
    body: lowerBlock(c, field(node, 'body')),
    handlers: handlers.map((handler) => lowerHandler(c, handler)),
    otherwise: elseOf(c, node),
    final: lowerBlock(c, final && blockIn(final)),
    span: spanOf(c, node),
  };
}

/** `except Kind as name`, and Python 2's `except Kind, name`. */
function lowerHandler(c: Lowering, node: SyntaxNode): Handler {
  const [value, second] = fields(node, 'value');
  const aliased = value?.type === 'as_pattern' ? value : undefined;
  const types = aliased === undefined ? value : parts(aliased)[0];
  const name = aliased === undefined ? (field(node, 'alias') ?? second) : field(aliased, 'alias');
  return {
    types: types === undefined ? null : lowerExpr(c, types),
    name: name === undefined ? null : textOf(c, name),
    body: lowerBlock(c, blockIn(node)),
    span: spanOf(c, node),
  };
}

export function lowerWith(c: Lowering, node: SyntaxNode): Stmt {
  const clause = parts(node).find((part) => part.type === 'with_clause');
  const items = clause === undefined ? [] : parts(clause).map((item) => lowerWithItem(c, field(item, 'value') ?? item));
  return { kind: 'with', items: items.flat(), body: lowerBlock(c, field(node, 'body')), span: spanOf(c, node) };
}

type WithItem = Extract<Stmt, { readonly kind: 'with' }>['items'][number];

/** The grammar reads `with (a as b, c as d):` as a tuple of `as` patterns. */
function lowerWithItem(c: Lowering, node: SyntaxNode): readonly WithItem[] {
  const inner = parts(node);
  const [context] = inner;
  if ((node.type === 'tuple' || node.type === 'parenthesized_expression') && inner.some((part) => part.type === 'as_pattern')) {
    return inner.flatMap((part) => lowerWithItem(c, part));
  }
  if (node.type !== 'as_pattern' || context === undefined) return [{ context: lowerExpr(c, node), target: null }];
  const alias = field(node, 'alias');
  return [{ context: lowerExpr(c, context), target: alias === undefined ? null : lowerTarget(c, alias) }];
}

function elseOf(c: Lowering, node: SyntaxNode): Block {
  const clause = parts(node).find((part) => part.type === 'else_clause');
  return lowerBlock(c, clause && field(clause, 'body'));
}

function blockIn(node: SyntaxNode): SyntaxNode | undefined {
  return node.children.find((child) => child.type === 'block');
}
