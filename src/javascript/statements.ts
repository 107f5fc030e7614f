/** Owns the lowering of blocks, declarations and simple statements. A statement may become several, or none (types). */
import type { Block, Expr, Stmt } from '../program/program';
import { field, MAX_DEPTH, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerClassStatement } from './classes';
import { lowerDo, lowerFor, lowerForIn, lowerIf, lowerSwitch, lowerTry, lowerWhile } from './controlFlow';
import { lowerExport, lowerModuleExports } from './exports';
import { augmentedOp, inField, inner, isBinaryOp, lowerExpr } from './expressions';
import { lowerFunctionStatement, namedFunction } from './functions';
import { lowerImport, lowerRequire } from './imports';
import { type Lowering, type Mask, parts } from './lowering';
import { lowerTarget, propertyName } from './targets';

export type LowerStmt = (c: Lowering, node: SyntaxNode) => readonly Stmt[];

const NOTHING: LowerStmt = () => [];

const STATEMENTS: Readonly<Record<string, LowerStmt>> = {
  expression_statement: lowerExpressionStatement,
  lexical_declaration: lowerDeclaration,
  variable_declaration: lowerDeclaration,
  return_statement: (c, node) => [{ kind: 'return', value: optional(c, node), span: spanOf(c, node) }],
  throw_statement: (c, node) => [{ kind: 'raise', value: optional(c, node), span: spanOf(c, node) }],
  if_statement: lowerIf,
  for_statement: lowerFor,
  for_in_statement: lowerForIn,
  while_statement: lowerWhile,
  do_statement: lowerDo,
  switch_statement: lowerSwitch,
  try_statement: lowerTry,
  statement_block: (c, node) => [{ kind: 'block', body: lowerBlock(c, node), span: spanOf(c, node) }],
  labeled_statement: lowerLabeled,
  break_statement: (c, node) => jump(c, node, 'break'),
  continue_statement: (c, node) => jump(c, node, 'continue'),
  function_declaration: lowerFunctionStatement,
  generator_function_declaration: lowerFunctionStatement,
  class_declaration: lowerClassStatement,
  abstract_class_declaration: lowerClassStatement,
  enum_declaration: lowerEnum,
  import_statement: lowerImport,
  export_statement: lowerExport,
  empty_statement: NOTHING,
  debugger_statement: NOTHING,
  interface_declaration: NOTHING,
  type_alias_declaration: NOTHING,
  ambient_declaration: NOTHING,
  function_signature: NOTHING,
  import_alias: NOTHING,
  hash_bang_line: NOTHING,
};

/** The statements of a block or module; function declarations come first, as they are known in all of it. */
export function lowerBlock(c: Lowering, block: SyntaxNode | undefined): Block {
  if (block === undefined) return [];
  if (c.depth >= MAX_DEPTH) return [unknown(c, block, 'nested too deeply')];
  c.depth++;
  const body = parts(block).flatMap((node) => lowerStatement(c, node));
  c.depth--;
  return hoisted(body);
}

function hoisted(body: Block): Block {
  const isFunction = (statement: Stmt): boolean => statement.kind === 'function';
  return body.some(isFunction) ? [...body.filter(isFunction), ...body.filter((statement) => !isFunction(statement))] : body;
}

/** The body of an `if` or loop, with or without braces. */
export function lowerBody(c: Lowering, node: SyntaxNode | undefined): Block {
  if (node === undefined) return [];
  return node.type === 'statement_block' ? lowerBlock(c, node) : lowerStatement(c, node);
}

export function lowerStatement(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const mask = c.masked.get(node.start);
  if (mask !== undefined) return standIn(c, mask);
  const lower = Object.hasOwn(STATEMENTS, node.type) ? STATEMENTS[node.type] : undefined;
  if (lower !== undefined) return lower(c, node);
  if (node.type === 'ERROR') c.problems.push({ message: 'syntax error', span: spanOf(c, node) });
  return [unknown(c, node, node.broken ? 'syntax error' : `syntax not understood (${node.type.replaceAll('_', ' ')})`)];
}

/** The names that the lost text declares are bound, to unknowns. */
function standIn(c: Lowering, { start, end, message, names }: Mask): readonly Stmt[] {
  const span = { document: c.document, start, end };
  const value: Expr = { kind: 'unknown', reason: message, span };
  if (names.length === 0) return [{ kind: 'unknown', reason: message, span }];
  return names.map((name) =>
    name === 'return'
      ? { kind: 'return', value, span }
      : { kind: 'assign', targets: [{ kind: 'name', name, span }], value, annotation: null, declare: 'let', span },
  );
}

function optional(c: Lowering, node: SyntaxNode): Expr | null {
  return parts(node).length === 0 ? null : inner(c, node);
}

function jump(c: Lowering, node: SyntaxNode, kind: 'break' | 'continue'): readonly Stmt[] {
  const label = field(node, 'label');
  return [{ kind, ...(label === undefined ? {} : { label: textOf(c, label) }), span: spanOf(c, node) }];
}

/** The label belongs to the loop: directly, or inside the block that `for (;;)` becomes. */
function lowerLabeled(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const name = field(node, 'label');
  const body = field(node, 'body');
  if (name === undefined || body === undefined) return [unknown(c, node, 'syntax error')];
  if (body.type === 'statement_block') return [unknown(c, node, 'a block with a label')];
  return lowerStatement(c, body).map((statement) => labeled(statement, textOf(c, name)));
}

function labeled(statement: Stmt, label: string): Stmt {
  if (statement.kind === 'for' || statement.kind === 'while') return { ...statement, label };
  return statement.kind === 'block' ? { ...statement, body: statement.body.map((inside) => labeled(inside, label)) } : statement;
}

/** `const a = 1, b = 2` is two assignments; `const tf = require('…')` an import. */
export function lowerDeclaration(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const declare = declarationKind(c, node);
  const declarators = parts(node).filter((part) => part.type === 'variable_declarator');
  return declarators.flatMap((declarator, i): readonly Stmt[] => {
    const name = field(declarator, 'name');
    const value = field(declarator, 'value');
    // The first one's span is the whole statement's: comments above it belong to it.
    const span = {
      ...spanOf(c, declarator),
      start: i === 0 ? node.start : declarator.start,
      end: declarators.length === 1 ? node.end : declarator.end,
    };
    if (name === undefined) return [unknown(c, declarator, 'syntax error')];
    const required = value === undefined ? undefined : lowerRequire(c, name, value, span);
    if (required !== undefined) return [required];
    const bound = value === undefined ? null : namedFunction(lowerExpr(c, value), textOf(c, name), spanOf(c, name));
    return [{ kind: 'assign', targets: [lowerTarget(c, name)], value: bound, annotation: null, declare, span }];
  });
}

export function declarationKind(c: Lowering, node: SyntaxNode): 'let' | 'const' | 'var' {
  const kind = field(node, 'kind');
  const text = kind === undefined ? 'var' : textOf(c, kind);
  return text === 'const' || text === 'let' ? text : 'var';
}

/** Assignments at the level of statements bind as statements do; `a, b` is two statements. */
function lowerExpressionStatement(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const [expression] = parts(node);
  return expression === undefined ? [] : lowerAsStatement(c, expression, node);
}

export function lowerAsStatement(c: Lowering, node: SyntaxNode, whole = node): readonly Stmt[] {
  const span = spanOf(c, whole);
  if (node.type === 'parenthesized_expression') {
    const [expression] = parts(node);
    if (expression?.type === 'assignment_expression') return lowerAsStatement(c, expression, whole);
  }
  if (node.type === 'sequence_expression') return parts(node).flatMap((part) => lowerAsStatement(c, part));
  const left = field(node, 'left');
  if (node.type === 'assignment_expression' && left !== undefined) {
    const exported = lowerModuleExports(c, node, span);
    if (exported !== undefined) return exported;
    const target = lowerTarget(c, left);
    const value = target.kind === 'name' ? namedFunction(inField(c, node, 'right'), target.name, target.span) : inField(c, node, 'right');
    return [{ kind: 'assign', targets: [target], value, annotation: null, span }];
  }
  const op = node.type === 'augmented_assignment_expression' ? augmentedOp(node) : undefined;
  if (op !== undefined && isBinaryOp(op) && left !== undefined)
    return [{ kind: 'augment', target: lowerTarget(c, left), op, value: inField(c, node, 'right'), span }];
  const value = lowerExpr(c, node);
  if (value.kind === 'assign' && value.postfix !== undefined && value.op !== null && isBinaryOp(value.op))
    return [{ kind: 'augment', target: value.target, op: value.op, value: value.value, span }];
  return [{ kind: 'expression', value, span }];
}

/** `enum Mode { A, B = 'b' }` is an object of constants. */
function lowerEnum(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const name = field(node, 'name');
  const body = field(node, 'body');
  if (name === undefined || body === undefined) return [unknown(c, node, 'syntax error')];
  let next: number | undefined = 0;
  const entries = parts(body).map((member) => {
    const key = field(member, 'name') ?? member;
    const given = field(member, 'value');
    const span = spanOf(c, member);
    const value: Expr =
      given === undefined
        ? next === undefined
          ? unknown(c, member, 'the value of an enum')
          : { kind: 'number', value: next, float: false, span }
        : lowerExpr(c, given);
    next = value.kind === 'number' ? value.value + 1 : undefined;
    return { key: { kind: 'string' as const, value: propertyName(c, key) ?? '?', span: spanOf(c, key) }, value };
  });
  const span = spanOf(c, node);
  const target = { kind: 'name' as const, name: textOf(c, name), span: spanOf(c, name) };
  return [{ kind: 'assign', targets: [target], value: { kind: 'dict', entries, span }, annotation: null, declare: 'const', span }];
}
