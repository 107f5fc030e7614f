/** Owns the lowering of functions, lambdas and classes. */
import type { Block, ClassDefinition, Expr, FunctionDefinition, Stmt } from '../program/program';
import { field, hasToken, spanOf, textOf, unknown, withYields } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerArguments } from './arguments';
import { inField, only } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerParameters } from './parameters';
import { lowerBlock } from './statements';

export function lowerLambda(c: Lowering, node: SyntaxNode): Expr {
  const body = field(node, 'body');
  const params = lowerParameters(c, field(node, 'parameters'));
  const value = body === undefined ? unknown(c, node, 'syntax error') : undefined;
  const { result, isGenerator } = withYields(c, () => value ?? inField(c, node, 'body'));
  const definition: FunctionDefinition = {
    name: '',
    nameSpan: { ...spanOf(c, node), end: Math.min(node.end, node.start + 'lambda'.length) },
    params,
    body: [{ kind: 'return', value: result, span: result.span }],
    decorators: [],
    docstring: null,
    isAsync: false,
    isGenerator,
    isArrow: true,
    span: spanOf(c, node),
  };
  return { kind: 'function', definition, span: spanOf(c, node) };
}

/** `@decorator` lines with the function or class that they stand over. */
export function lowerDecorated(c: Lowering, node: SyntaxNode): Stmt {
  const definition = field(node, 'definition');
  const decorators = parts(node)
    .filter((part) => part.type === 'decorator')
    .map((part) => only(c, part));
  if (definition?.type === 'function_definition') return lowerFunction(c, definition, decorators);
  if (definition?.type === 'class_definition') return lowerClass(c, definition, decorators);
  return unknown(c, node, 'a decorator without a function or class');
}

export function lowerFunction(c: Lowering, node: SyntaxNode, decorators: readonly Expr[] = []): Stmt {
  const name = field(node, 'name');
  if (name === undefined || name.missing) return unknown(c, node, 'a function without a name');
  const params = lowerParameters(c, field(node, 'parameters'));
  const { result: body, isGenerator } = withYields(c, () => lowerBody(c, node));
  const definition: FunctionDefinition = {
    name: textOf(c, name),
    nameSpan: spanOf(c, name),
    params,
    body,
    decorators,
    docstring: docstringOf(body),
    isAsync: hasToken(node, 'async'),
    isGenerator,
    isArrow: false,
    span: spanOf(c, node),
  };
  return { kind: 'function', definition, span: definition.span };
}

export function lowerClass(c: Lowering, node: SyntaxNode, decorators: readonly Expr[] = []): Stmt {
  const name = field(node, 'name');
  if (name === undefined || name.missing) return unknown(c, node, 'a class without a name');
  const body = lowerBody(c, node);
  const definition: ClassDefinition = {
    name: textOf(c, name),
    nameSpan: spanOf(c, name),
    bases: lowerArguments(c, field(node, 'superclasses')),
    body,
    decorators,
    docstring: docstringOf(body),
    span: spanOf(c, node),
  };
  return { kind: 'class', definition, span: definition.span };
}

function lowerBody(c: Lowering, node: SyntaxNode): Block {
  return lowerBlock(c, field(node, 'body'));
}

function docstringOf(body: Block): string | null {
  const [first] = body;
  return first?.kind === 'expression' && first.value.kind === 'string' ? first.value.value : null;
}
