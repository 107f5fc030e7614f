/** Owns the lowering of JavaScript and TypeScript expressions; types are dropped. */
import type { Argument, BinaryOp, CompareOp, Expr, UnaryExpr } from '../program/program';
import { field, hasToken, lowerBy, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerClassExpression } from './classes';
import { lowerFunctionExpression } from './functions';
import { lowerNumber, lowerRegex, lowerString, lowerTemplate } from './literals';
import { type Lowering, parts } from './lowering';
import { lowerObject } from './objects';
import { lowerTarget } from './targets';

type Lower = (c: Lowering, node: SyntaxNode) => Expr;

/** By node type of the grammar. */
const EXPRESSIONS: Readonly<Record<string, Lower>> = {
  identifier: lowerName,
  this: lowerName,
  shorthand_property_identifier: lowerName,
  number: lowerNumber,
  string: lowerString,
  template_string: lowerTemplate,
  regex: lowerRegex,
  true: (c, node) => ({ kind: 'boolean', value: true, span: spanOf(c, node) }),
  false: (c, node) => ({ kind: 'boolean', value: false, span: spanOf(c, node) }),
  null: (c, node) => ({ kind: 'none', span: spanOf(c, node) }),
  undefined: (c, node) => ({ kind: 'none', span: spanOf(c, node) }),
  array: (c, node) => ({ kind: 'list', items: parts(node).map((item) => lowerExpr(c, item)), span: spanOf(c, node) }),
  object: lowerObject,
  arrow_function: lowerFunctionExpression,
  function_expression: lowerFunctionExpression,
  function: lowerFunctionExpression,
  generator_function: lowerFunctionExpression,
  class: lowerClassExpression,
  parenthesized_expression: inner,
  as_expression: inner,
  satisfies_expression: inner,
  non_null_expression: inner,
  instantiation_expression: inner,
  type_assertion: (c, node) => {
    const value = parts(node).at(-1);
    return value === undefined ? unknown(c, node, 'syntax error') : lowerExpr(c, value);
  },
  member_expression: lowerMember,
  subscript_expression: (c, node) => ({
    kind: 'index',
    object: inField(c, node, 'object'),
    items: [inField(c, node, 'index')],
    tuple: false,
    span: spanOf(c, node),
  }),
  call_expression: lowerCall,
  new_expression: (c, node) => ({
    kind: 'call',
    callee: inField(c, node, 'constructor'),
    args: lowerArguments(c, field(node, 'arguments')),
    isNew: true,
    span: spanOf(c, node),
  }),
  await_expression: (c, node) => ({ kind: 'await', value: inner(c, node), span: spanOf(c, node) }),
  unary_expression: lowerUnary,
  update_expression: lowerUpdate,
  binary_expression: lowerBinary,
  ternary_expression: (c, node) => ({
    kind: 'conditional',
    test: inField(c, node, 'condition'),
    then: inField(c, node, 'consequence'),
    otherwise: inField(c, node, 'alternative'),
    span: spanOf(c, node),
  }),
  assignment_expression: (c, node) => lowerAssign(c, node, null),
  augmented_assignment_expression: lowerAugmented,
  sequence_expression: (c, node) => lowerSequence(c, node),
  spread_element: (c, node) => ({ kind: 'spread', value: inner(c, node), span: spanOf(c, node) }),
  yield_expression: lowerYield,
};

export function lowerExpr(c: Lowering, node: SyntaxNode): Expr {
  return lowerBy(EXPRESSIONS, c, node);
}

/** The expression in a field; an unknown where the field is missing. */
export function inField(c: Lowering, node: SyntaxNode, name: string): Expr {
  const child = field(node, name);
  return child === undefined ? unknown(c, node, 'syntax error') : lowerExpr(c, child);
}

/** The first expression inside: of parentheses, `await`, `x as T`. */
export function inner(c: Lowering, node: SyntaxNode): Expr {
  const [first] = parts(node);
  return first === undefined ? unknown(c, node, 'syntax error') : lowerExpr(c, first);
}

function lowerName(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'name', name: textOf(c, node), span: spanOf(c, node) };
}

function lowerMember(c: Lowering, node: SyntaxNode): Expr {
  const object = field(node, 'object');
  const property = field(node, 'property');
  if (object === undefined || property === undefined) return unknown(c, node, 'syntax error');
  const place = { name: textOf(c, property), nameSpan: spanOf(c, property), span: spanOf(c, node) };
  const attribute = {
    kind: 'attribute' as const,
    object: object.type === 'super' ? superObject(c, object) : lowerExpr(c, object),
    ...place,
  };
  return field(node, 'optional_chain') === undefined ? attribute : { ...attribute, optional: true };
}

/** `super` is an object whose members are those of the base class. */
function superObject(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'call', callee: { kind: 'name', name: 'super', span: spanOf(c, node) }, args: [], span: spanOf(c, node) };
}

function lowerCall(c: Lowering, node: SyntaxNode): Expr {
  const callee = field(node, 'function');
  const given = field(node, 'arguments');
  if (callee === undefined) return unknown(c, node, 'syntax error');
  if (callee.type === 'import') return unknown(c, node, 'an import at run time');
  if (given?.type === 'template_string') return unknown(c, node, 'a tagged template');
  const args = lowerArguments(c, given);
  const span = spanOf(c, node);
  if (callee.type === 'super') {
    const name = { name: 'constructor', nameSpan: spanOf(c, callee), span: spanOf(c, callee) };
    return { kind: 'call', callee: { kind: 'attribute', object: superObject(c, callee), ...name }, args, span };
  }
  const call = { kind: 'call' as const, callee: lowerExpr(c, callee), args, span };
  return field(node, 'optional_chain') === undefined && !hasToken(node, '?.') ? call : { ...call, optional: true };
}

export function lowerArguments(c: Lowering, node: SyntaxNode | undefined): readonly Argument[] {
  if (node === undefined) return [];
  return parts(node).map((part): Argument => {
    const span = spanOf(c, part);
    return part.type === 'spread_element' ? { value: inner(c, part), spread: 'positional', span } : { value: lowerExpr(c, part), span };
  });
}

const UNARY: Readonly<Record<string, UnaryExpr['op']>> = {
  '!': 'not',
  '-': '-',
  '+': '+',
  '~': '~',
  typeof: 'typeof',
  void: 'void',
  delete: 'delete',
};

function lowerUnary(c: Lowering, node: SyntaxNode): Expr {
  const op = UNARY[field(node, 'operator')?.type ?? ''];
  return op === undefined
    ? unknown(c, node, 'unknown operator')
    : { kind: 'unary', op, operand: inField(c, node, 'argument'), span: spanOf(c, node) };
}

/** `x++`, `--x`. */
function lowerUpdate(c: Lowering, node: SyntaxNode): Expr {
  const argument = field(node, 'argument');
  const operator = field(node, 'operator');
  if (argument === undefined || operator === undefined) return unknown(c, node, 'syntax error');
  const span = spanOf(c, node);
  const value: Expr = { kind: 'number', value: 1, float: false, span: spanOf(c, operator) };
  const target = lowerTarget(c, argument);
  const postfix = operator.start > argument.start;
  return { kind: 'assign', target, op: operator.type === '++' ? '+' : '-', value, postfix, span };
}

const BINARY: ReadonlySet<string> = new Set<BinaryOp>(['+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>']);
const COMPARE: ReadonlySet<string> = new Set<CompareOp>(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);
const LOGICAL: Readonly<Record<string, 'and' | 'or' | '??'>> = { '&&': 'and', '||': 'or', '??': '??' };

export function isBinaryOp(text: string): text is BinaryOp {
  return BINARY.has(text);
}

function isCompareOp(text: string): text is CompareOp {
  return COMPARE.has(text);
}

function lowerBinary(c: Lowering, node: SyntaxNode): Expr {
  const op = field(node, 'operator')?.type ?? '';
  const span = spanOf(c, node);
  const logical = LOGICAL[op];
  const left = inField(c, node, 'left');
  const right = inField(c, node, 'right');
  if (isBinaryOp(op)) return { kind: 'binary', op, left, right, span };
  if (isCompareOp(op)) return { kind: 'compare', first: left, rest: [{ op, operand: right }], span };
  return logical === undefined ? unknown(c, node, `unknown operator ${op}`) : { kind: 'logical', op: logical, left, right, span };
}

type AssignOp = Extract<Expr, { readonly kind: 'assign' }>['op'];

function lowerAssign(c: Lowering, node: SyntaxNode, op: AssignOp): Expr {
  const left = field(node, 'left');
  if (left === undefined) return unknown(c, node, 'syntax error');
  return { kind: 'assign', target: lowerTarget(c, left), op, value: inField(c, node, 'right'), span: spanOf(c, node) };
}

/** The operator of `+=`, `??=` and the like. */
export function augmentedOp(node: SyntaxNode): Exclude<AssignOp, null> | undefined {
  const op = field(node, 'operator')?.type.slice(0, -1) ?? '';
  return op === '&&' || op === '||' || op === '??' || isBinaryOp(op) ? op : undefined;
}

function lowerAugmented(c: Lowering, node: SyntaxNode): Expr {
  const op = augmentedOp(node);
  return op === undefined ? unknown(c, node, 'unknown operator') : lowerAssign(c, node, op);
}

/** `a, b`: the last one's value. The others are evaluated for what they change, inside an array of which the last is taken. */
function lowerSequence(c: Lowering, node: SyntaxNode): Expr {
  const items = parts(node).map((part) => lowerExpr(c, part));
  const span = spanOf(c, node);
  const last: Expr = { kind: 'number', value: items.length - 1, float: false, span };
  return { kind: 'index', object: { kind: 'list', items, span }, items: [last], tuple: false, span };
}

function lowerYield(c: Lowering, node: SyntaxNode): Expr {
  c.yields = true;
  const [value] = parts(node);
  return { kind: 'yield', value: value === undefined ? null : lowerExpr(c, value), delegate: hasToken(node, '*'), span: spanOf(c, node) };
}
