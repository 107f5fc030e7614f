/** Owns the lowering of Python expressions. */
import type { BinaryOp, CompareOp, Expr, NumberExpr, SliceExpr } from '../program/program';
import { field, fields, hasToken, lowerBy, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerArguments } from './arguments';
import { lowerComprehension } from './comprehensions';
import { lowerLambda } from './functions';
import { type Lowering, parts } from './lowering';
import { lowerConcatenatedString, lowerString } from './strings';
import { lowerTarget } from './targets';
import { lowerTypeExpression } from './typeExpressions';

type Lower = (c: Lowering, node: SyntaxNode) => Expr;

/** By node type of the grammar. */
const EXPRESSIONS: Readonly<Record<string, Lower>> = {
  identifier: (c, node) => ({ kind: 'name', name: textOf(c, node), span: spanOf(c, node) }),
  dotted_name: lowerDottedName,
  integer: lowerNumber,
  float: lowerNumber,
  true: (c, node) => ({ kind: 'boolean', value: true, span: spanOf(c, node) }),
  false: (c, node) => ({ kind: 'boolean', value: false, span: spanOf(c, node) }),
  none: (c, node) => ({ kind: 'none', span: spanOf(c, node) }),
  ellipsis: (c, node) => ({ kind: 'ellipsis', span: spanOf(c, node) }),
  string: lowerString,
  concatenated_string: lowerConcatenatedString,
  attribute: lowerAttribute,
  subscript: lowerSubscript,
  slice: lowerSlice,
  call: lowerCall,
  unary_operator: lowerUnary,
  not_operator: (c, node) => ({ kind: 'unary', op: 'not', operand: inField(c, node, 'argument'), span: spanOf(c, node) }),
  binary_operator: lowerBinary,
  comparison_operator: lowerComparison,
  boolean_operator: lowerBoolean,
  conditional_expression: lowerConditional,
  lambda: lowerLambda,
  list: lowerSequence('list'),
  list_pattern: lowerSequence('list'),
  set: lowerSequence('set'),
  tuple: lowerSequence('tuple'),
  tuple_pattern: lowerSequence('tuple'),
  expression_list: lowerSequence('tuple'),
  pattern_list: lowerSequence('tuple'),
  parenthesized_expression: (c, node) => only(c, node),
  parenthesized_list_splat: (c, node) => only(c, node),
  list_splat: lowerSpread,
  list_splat_pattern: lowerSpread,
  dictionary: lowerDictionary,
  list_comprehension: lowerComprehension('list'),
  set_comprehension: lowerComprehension('set'),
  dictionary_comprehension: lowerComprehension('dict'),
  generator_expression: lowerComprehension('generator'),
  named_expression: lowerWalrus,
  await: (c, node) => ({ kind: 'await', value: only(c, node), span: spanOf(c, node) }),
  yield: lowerYield,
  type: lowerTypeExpression,
};

export function lowerExpr(c: Lowering, node: SyntaxNode): Expr {
  return lowerBy(EXPRESSIONS, c, node);
}

/** The expression in a field; an unknown where the field is missing. */
export function inField(c: Lowering, node: SyntaxNode, name: string): Expr {
  const child = field(node, name);
  return child === undefined ? unknown(c, node, 'syntax error') : lowerExpr(c, child);
}

/** The single expression inside parentheses, `await`, a type. */
export function only(c: Lowering, node: SyntaxNode): Expr {
  const inside = parts(node);
  const [first] = inside;
  if (first === undefined) return unknown(c, node, 'syntax error');
  return inside.length === 1
    ? lowerExpr(c, first)
    : { kind: 'tuple', items: inside.map((part) => lowerExpr(c, part)), span: spanOf(c, node) };
}

/** Digits with underscores, bases, Python 2's `10L` and `0777`, and the imaginary unit. */
export function lowerNumber(c: Lowering, node: SyntaxNode): NumberExpr {
  const written = textOf(c, node).replaceAll('_', '').toLowerCase();
  const based = /^0[xob]/.test(written);
  const imaginary = !based && written.endsWith('j');
  const digits = written.replace(based ? /l$/ : /[lj]$/, '');
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  const float = !based && /[.ej]/.test(written);
  const span = spanOf(c, node);
  return imaginary ? { kind: 'number', value, float, imaginary, span } : { kind: 'number', value, float, span };
}

function lowerDottedName(c: Lowering, node: SyntaxNode): Expr {
  const [first, ...rest] = parts(node);
  if (first === undefined) return unknown(c, node, 'syntax error');
  return rest.reduce<Expr>(
    (object, part) => ({
      kind: 'attribute',
      object,
      name: textOf(c, part),
      nameSpan: spanOf(c, part),
      span: { ...spanOf(c, node), end: part.end },
    }),
    lowerExpr(c, first),
  );
}

function lowerAttribute(c: Lowering, node: SyntaxNode): Expr {
  const name = field(node, 'attribute');
  if (name === undefined) return unknown(c, node, 'syntax error');
  return { kind: 'attribute', object: inField(c, node, 'object'), name: textOf(c, name), nameSpan: spanOf(c, name), span: spanOf(c, node) };
}

function lowerSubscript(c: Lowering, node: SyntaxNode): Expr {
  const object = inField(c, node, 'value');
  const indices = fields(node, 'subscript');
  const [first] = indices;
  const span = spanOf(c, node);
  if (indices.length === 1 && first?.type === 'tuple') {
    return { kind: 'index', object, items: parts(first).map((item) => lowerExpr(c, item)), tuple: true, span };
  }
  return {
    kind: 'index',
    object,
    items: indices.map((index) => lowerExpr(c, index)),
    tuple: indices.length > 1 || hasToken(node, ','),
    span,
  };
}

function lowerSlice(c: Lowering, node: SyntaxNode): SliceExpr {
  const bounds: (Expr | null)[] = [null, null, null];
  let position = 0;
  for (const child of node.children) {
    if (child.type === ':') position++;
    else if (child.named && child.type !== 'comment') bounds[position] = lowerExpr(c, child);
  }
  const [start = null, stop = null, step = null] = bounds;
  return { kind: 'slice', start, stop, step, span: spanOf(c, node) };
}

function lowerCall(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'call', callee: inField(c, node, 'function'), args: lowerArguments(c, field(node, 'arguments')), span: spanOf(c, node) };
}

function lowerUnary(c: Lowering, node: SyntaxNode): Expr {
  const op = field(node, 'operator')?.type;
  if (op !== '-' && op !== '+' && op !== '~') return unknown(c, node, 'unknown operator');
  return { kind: 'unary', op, operand: inField(c, node, 'argument'), span: spanOf(c, node) };
}

const BINARY_OPS: ReadonlySet<string> = new Set<BinaryOp>(['+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '<<', '>>']);

export function isBinaryOp(text: string): text is BinaryOp {
  return BINARY_OPS.has(text);
}

function lowerBinary(c: Lowering, node: SyntaxNode): Expr {
  const op = field(node, 'operator')?.type ?? '';
  if (!isBinaryOp(op)) return unknown(c, node, `unknown operator ${op}`);
  return { kind: 'binary', op, left: inField(c, node, 'left'), right: inField(c, node, 'right'), span: spanOf(c, node) };
}

const COMPARE_OPS: Readonly<Record<string, CompareOp>> = {
  '==': '==',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  is: 'is',
  'is not': 'is not',
  in: 'in',
  'not in': 'not in',
};

function lowerComparison(c: Lowering, node: SyntaxNode): Expr {
  const ops = node.children.filter((child) => child.field === 'operators').map((child) => COMPARE_OPS[child.type]);
  const operands = parts(node).filter((child) => child.field !== 'operators');
  const [first, ...others] = operands;
  if (first === undefined || others.length !== ops.length) return unknown(c, node, 'syntax error');
  const rest: { op: CompareOp; operand: Expr }[] = [];
  for (const [i, operand] of others.entries()) {
    const op = ops[i];
    if (op === undefined) return unknown(c, node, 'unknown comparison');
    rest.push({ op, operand: lowerExpr(c, operand) });
  }
  return { kind: 'compare', first: lowerExpr(c, first), rest, span: spanOf(c, node) };
}

function lowerBoolean(c: Lowering, node: SyntaxNode): Expr {
  const op = field(node, 'operator')?.type === 'and' ? 'and' : 'or';
  return { kind: 'logical', op, left: inField(c, node, 'left'), right: inField(c, node, 'right'), span: spanOf(c, node) };
}

function lowerConditional(c: Lowering, node: SyntaxNode): Expr {
  const [then, test, otherwise] = parts(node);
  if (then === undefined || test === undefined || otherwise === undefined) return unknown(c, node, 'syntax error');
  return {
    kind: 'conditional',
    test: lowerExpr(c, test),
    then: lowerExpr(c, then),
    otherwise: lowerExpr(c, otherwise),
    span: spanOf(c, node),
  };
}

function lowerSequence(kind: 'list' | 'tuple' | 'set'): Lower {
  return (c, node) => ({ kind, items: parts(node).map((item) => lowerExpr(c, item)), span: spanOf(c, node) });
}

function lowerSpread(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'spread', value: only(c, node), span: spanOf(c, node) };
}

function lowerDictionary(c: Lowering, node: SyntaxNode): Expr {
  const entries = parts(node).map((entry) =>
    entry.type === 'pair' ? { key: inField(c, entry, 'key'), value: inField(c, entry, 'value') } : { key: null, value: only(c, entry) },
  );
  return { kind: 'dict', entries, span: spanOf(c, node) };
}

function lowerWalrus(c: Lowering, node: SyntaxNode): Expr {
  const name = field(node, 'name');
  if (name === undefined) return unknown(c, node, 'syntax error');
  return { kind: 'assign', target: lowerTarget(c, name), op: null, value: inField(c, node, 'value'), span: spanOf(c, node) };
}

function lowerYield(c: Lowering, node: SyntaxNode): Expr {
  c.yields = true;
  const value = parts(node).length === 0 ? null : only(c, node);
  return { kind: 'yield', value, delegate: hasToken(node, 'from'), span: spanOf(c, node) };
}
