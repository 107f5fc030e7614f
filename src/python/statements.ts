/** Owns the lowering of blocks and simple statements. */
import type { Block, Expr, Stmt, Target } from '../program/program';
import { loweredOnce } from '../syntax/loweredOnce';
import { field, fields, hasToken, MAX_DEPTH, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerFor, lowerIf, lowerTry, lowerWhile, lowerWith } from './compoundStatements';
import { inField, isBinaryOp, lowerExpr, only } from './expressions';
import { lowerClass, lowerDecorated, lowerFunction } from './functions';
import { lowerFromImport, lowerFutureImport, lowerImport } from './imports';
import { indentationFault, mixesTabs } from './indentation';
import { type Lowering, parts } from './lowering';
import { lowerMatch } from './matchStatement';
import { lowerTarget } from './targets';

type LowerStmt = (c: Lowering, node: SyntaxNode) => Stmt;

const STATEMENTS: Readonly<Record<string, LowerStmt>> = {
  expression_statement: lowerExpressionStatement,
  return_statement: (c, node) => ({ kind: 'return', value: optional(c, node), span: spanOf(c, node) }),
  if_statement: lowerIf,
  for_statement: lowerFor,
  while_statement: lowerWhile,
  try_statement: lowerTry,
  with_statement: lowerWith,
  match_statement: lowerMatch,
  function_definition: (c, node) => lowerFunction(c, node),
  class_definition: (c, node) => lowerClass(c, node),
  decorated_definition: lowerDecorated,
  import_statement: lowerImport,
  import_from_statement: lowerFromImport,
  future_import_statement: lowerFutureImport,
  raise_statement: lowerRaise,
  assert_statement: lowerAssert,
  delete_statement: lowerDelete,
  global_statement: lowerScope('global'),
  nonlocal_statement: lowerScope('nonlocal'),
  pass_statement: (c, node) => ({ kind: 'pass', span: spanOf(c, node) }),
  break_statement: (c, node) => ({ kind: 'break', span: spanOf(c, node) }),
  continue_statement: (c, node) => ({ kind: 'continue', span: spanOf(c, node) }),
  print_statement: lowerPrint,
  type_alias_statement: lowerTypeAlias,
};

/** A `block` or the module itself. */
export function lowerBlock(c: Lowering, block: SyntaxNode | undefined): Block {
  if (block === undefined) return [];
  if (c.depth >= MAX_DEPTH) return [unknown(c, block, 'nested too deeply')];
  const nodes = parts(block);
  if (nodes.length === 0 && block.type === 'block' && !block.broken) return [emptyBlock(c, block)];
  c.depth++;
  let faultBefore = false;
  const body = nodes.map((node, i) => {
    const fault = indentationFault(c, node, nodes);
    // Lines that are misplaced together have one problem.
    const mixed = fault !== undefined && [node, nodes[i - 1] ?? node].some(({ start }) => mixesTabs(c.text, start));
    if (fault !== undefined && !faultBefore && !mixed) c.problems.push({ message: fault, span: spanOf(c, node) });
    faultBefore = fault !== undefined;
    if (fault === undefined) return block.type === 'module' ? loweredOnce(c, node, () => lowerStmt(c, node)) : lowerStmt(c, node);
    return withUnknownValue(lowerStmt(c, node), unknown(c, node, fault));
  });
  c.depth--;
  return body;
}

/** What a misplaced statement binds is bound to an unknown, so that its names are not taken for undefined ones. */
function withUnknownValue(statement: Stmt, value: Expr & { readonly kind: 'unknown' }): Stmt {
  if (statement.kind === 'assign') return { ...statement, value };
  if (statement.kind !== 'function' && statement.kind !== 'class') return value;
  const { name, nameSpan } = statement.definition;
  return { kind: 'assign', targets: [{ kind: 'name', name, span: nameSpan }], value, annotation: null, span: statement.span };
}

/** The grammar lets a block be empty. */
function emptyBlock(c: Lowering, block: SyntaxNode): Stmt {
  const message = 'expected an indented block';
  const start = Math.max(0, block.start - 1);
  if (!mixesTabs(c.text, start)) c.problems.push({ message, span: { document: c.document, start, end: Math.max(block.end, start + 1) } });
  return unknown(c, block, message);
}

function lowerStmt(c: Lowering, node: SyntaxNode): Stmt {
  const masked = c.masked.get(node.start);
  if (masked !== undefined) return masked;
  const lower = Object.hasOwn(STATEMENTS, node.type) ? STATEMENTS[node.type] : undefined;
  if (lower !== undefined) return lower(c, node);
  if (node.type === 'ERROR') c.problems.push({ message: 'invalid syntax', span: spanOf(c, node) });
  return unknown(c, node, node.broken ? 'syntax error' : `syntax not understood (${node.type.replaceAll('_', ' ')})`);
}

function optional(c: Lowering, node: SyntaxNode): Expr | null {
  return parts(node).length === 0 ? null : only(c, node);
}

function lowerExpressionStatement(c: Lowering, node: SyntaxNode): Stmt {
  const [first, second] = parts(node);
  const span = spanOf(c, node);
  if (first === undefined) return unknown(c, node, 'syntax error');
  if (first.type === 'assignment') return lowerAssignment(c, first);
  if (first.type === 'augmented_assignment') return lowerAugmented(c, first);
  if (second === undefined && !hasToken(node, ',')) return { kind: 'expression', value: lowerExpr(c, first), span };
  return { kind: 'expression', value: { kind: 'tuple', items: parts(node).map((item) => lowerExpr(c, item)), span }, span };
}

/** `a = b = value` nests to the right in the grammar. */
function lowerAssignment(c: Lowering, node: SyntaxNode): Stmt {
  const targets: Target[] = [];
  let inner = node;
  for (;;) {
    const left = field(inner, 'left');
    if (left !== undefined) targets.push(lowerTarget(c, left));
    const right = field(inner, 'right');
    if (right?.type !== 'assignment') break;
    inner = right;
  }
  const type = field(node, 'type');
  const value = field(inner, 'right') === undefined ? null : inField(c, inner, 'right');
  return { kind: 'assign', targets, value, annotation: type === undefined ? null : lowerExpr(c, type), span: spanOf(c, node) };
}

function lowerAugmented(c: Lowering, node: SyntaxNode): Stmt {
  const left = field(node, 'left');
  const op = field(node, 'operator')?.type.replace(/=$/, '') ?? '';
  if (left === undefined || !isBinaryOp(op)) return unknown(c, node, 'unknown operator');
  return { kind: 'augment', target: lowerTarget(c, left), op, value: inField(c, node, 'right'), span: spanOf(c, node) };
}

/** Python 2's `raise Kind, "message"` is `raise Kind("message")`. */
function lowerRaise(c: Lowering, node: SyntaxNode): Stmt {
  const [what] = parts(node);
  const span = spanOf(c, node);
  const [kind, ...args] = what?.type === 'expression_list' ? parts(what) : [];
  if (kind === undefined) return { kind: 'raise', value: what === undefined ? null : lowerExpr(c, what), span };
  const value: Expr = {
    kind: 'call',
    callee: lowerExpr(c, kind),
    args: args.map((arg) => ({ value: lowerExpr(c, arg), span: spanOf(c, arg) })),
    span,
  };
  return { kind: 'raise', value, span };
}

function lowerAssert(c: Lowering, node: SyntaxNode): Stmt {
  const [test, message] = parts(node);
  if (test === undefined) return unknown(c, node, 'syntax error');
  return { kind: 'assert', test: lowerExpr(c, test), message: message === undefined ? null : lowerExpr(c, message), span: spanOf(c, node) };
}

function lowerDelete(c: Lowering, node: SyntaxNode): Stmt {
  const targets = parts(node).flatMap((part) => (part.type === 'expression_list' || part.type === 'tuple' ? parts(part) : [part]));
  return { kind: 'delete', targets: targets.map((target) => lowerTarget(c, target)), span: spanOf(c, node) };
}

function lowerScope(which: 'global' | 'nonlocal'): LowerStmt {
  return (c, node) => ({ kind: 'scope', which, names: parts(node).map((name) => textOf(c, name)), span: spanOf(c, node) });
}

/** Python 2's `print x, y`. */
function lowerPrint(c: Lowering, node: SyntaxNode): Stmt {
  const span = spanOf(c, node);
  const callee: Expr = { kind: 'name', name: 'print', span: { ...span, end: span.start + 'print'.length } };
  const args = fields(node, 'argument').map((arg) => ({ value: lowerExpr(c, arg), span: spanOf(c, arg) }));
  return { kind: 'expression', value: { kind: 'call', callee, args, span }, span };
}

function lowerTypeAlias(c: Lowering, node: SyntaxNode): Stmt {
  const left = field(node, 'left');
  if (left === undefined) return unknown(c, node, 'syntax error');
  const name = left.type === 'type' ? (parts(left)[0] ?? left) : left;
  return { kind: 'assign', targets: [lowerTarget(c, name)], value: inField(c, node, 'right'), annotation: null, span: spanOf(c, node) };
}
