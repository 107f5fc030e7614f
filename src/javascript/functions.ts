/** Owns the lowering of functions, arrow functions and methods. */
import type { Span } from '../base/span';
import type { Block, Expr, FunctionDefinition, Param, Stmt } from '../program/program';
import { field, hasToken, spanOf, textOf, unknown, withYields } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import type { Lowering } from './lowering';
import { lowerParameters } from './parameters';
import { lowerBlock } from './statements';
import { propertyName } from './targets';

export function lowerFunctionExpression(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'function', definition: lowerDefinition(c, node), span: spanOf(c, node) };
}

export function lowerFunctionStatement(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  return [{ kind: 'function', definition: lowerDefinition(c, node), span: spanOf(c, node) }];
}

function lowerDefinition(c: Lowering, node: SyntaxNode): FunctionDefinition {
  const name = field(node, 'name');
  const isArrow = node.type === 'arrow_function';
  const { result: body, isGenerator } = withYields(c, () => lowerBody(c, node));
  return {
    name: name === undefined ? '' : textOf(c, name),
    nameSpan: name === undefined ? headSpan(c, node) : spanOf(c, name),
    params: lowerParameters(c, node),
    body,
    decorators: [],
    docstring: null,
    isAsync: hasToken(node, 'async'),
    isGenerator,
    isArrow,
    span: spanOf(c, node),
  };
}

/** Of a function without a name: what stands before its body. */
function headSpan(c: Lowering, node: SyntaxNode): Span {
  const body = field(node, 'body');
  const end = body === undefined ? node.end : c.text.slice(node.start, body.start).trimEnd().length + node.start;
  return { ...spanOf(c, node), end };
}

/** `const loss = (yTrue, yPred) => …`: the function takes the name of what it is assigned to. */
export function namedFunction(value: Expr, name: string | undefined, nameSpan: Span): Expr {
  if (value.kind !== 'function' || value.definition.name !== '' || name === undefined) return value;
  return { ...value, definition: { ...value.definition, name, nameSpan } };
}

/** A method gets the object that it is called on as its first parameter, `this`. `decorators` say what kind of method it is. */
export function lowerMethod(c: Lowering, node: SyntaxNode, decorators: readonly Expr[]): FunctionDefinition {
  const definition = lowerDefinition(c, node);
  const name = field(node, 'name');
  const text = name === undefined ? undefined : propertyName(c, name);
  return { ...definition, name: text ?? '', params: [thisParam(definition.nameSpan), ...definition.params], decorators };
}

export function thisParam(span: Span): Param {
  return { name: 'this', kind: 'positional', default: null, annotation: null, annotationText: null, pattern: null, span };
}

function lowerBody(c: Lowering, node: SyntaxNode): Block {
  const body = field(node, 'body');
  if (body === undefined) return [unknown(c, node, 'syntax error')];
  if (body.type === 'statement_block') return lowerBlock(c, body);
  const value = lowerExpr(c, body);
  return [{ kind: 'return', value, span: value.span }];
}
