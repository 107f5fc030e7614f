/**
 * Owns the lowering of classes. Fields of instances are set at the start of the constructor (behind `super()`), as JavaScript does;
 * static fields and methods are the class's own.
 */
import { setterName } from '../program/accessors';
import type { Argument, ClassDefinition, Expr, FunctionDefinition, Stmt } from '../program/program';
import { field, fields, hasToken, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { lowerMethod, namedFunction, thisParam } from './functions';
import { childOf, type Lowering, parts } from './lowering';
import { lowerBlock } from './statements';
import { propertyName } from './targets';

export function lowerClassStatement(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const definition = lowerClass(c, node);
  return [{ kind: 'class', definition, span: definition.span }];
}

/** The language-neutral program has no class expressions: an immediately called function that declares the class. */
export function lowerClassExpression(c: Lowering, node: SyntaxNode): Expr {
  const definition = lowerClass(c, node);
  const name = definition.name === '' ? '(class)' : definition.name;
  const span = spanOf(c, node);
  const body: readonly Stmt[] = [
    { kind: 'class', definition: { ...definition, name }, span },
    { kind: 'return', value: { kind: 'name', name, span }, span },
  ];
  const made: FunctionDefinition = {
    name: '',
    nameSpan: definition.nameSpan,
    params: [],
    body,
    decorators: [],
    docstring: null,
    isAsync: false,
    isGenerator: false,
    isArrow: true,
    span,
  };
  return { kind: 'call', callee: { kind: 'function', definition: made, span }, args: [], span };
}

function lowerClass(c: Lowering, node: SyntaxNode): ClassDefinition {
  const name = field(node, 'name');
  const body = field(node, 'body');
  const bases = lowerBases(c, node);
  const members = body === undefined ? [] : parts(body);
  return {
    name: name === undefined ? '' : textOf(c, name),
    nameSpan: name === undefined ? { ...spanOf(c, node), end: Math.min(node.end, node.start + 'class'.length) } : spanOf(c, name),
    bases,
    body: [...staticMembers(c, members), ...constructorOf(c, node, members, bases.length > 0)],
    // Decorators of TypeScript seldom change what a loss computes; Python's are applied by the trace.
    decorators: [],
    docstring: null,
    span: spanOf(c, node),
  };
}

function lowerBases(c: Lowering, node: SyntaxNode): readonly Argument[] {
  const heritage = childOf(node, 'class_heritage');
  if (heritage === undefined) return [];
  const clause = childOf(heritage, 'extends_clause');
  // The JavaScript grammar has the base directly in the heritage.
  const base = clause === undefined ? parts(heritage).find((part) => part.type !== 'implements_clause') : field(clause, 'value');
  return base === undefined ? [] : [{ value: lowerExpr(c, base), span: spanOf(c, base) }];
}

const isField = (node: SyntaxNode): boolean => node.type === 'public_field_definition' || node.type === 'field_definition';

function isConstructor(c: Lowering, node: SyntaxNode): boolean {
  const name = field(node, 'name');
  return node.type === 'method_definition' && name !== undefined && textOf(c, name) === 'constructor' && !hasToken(node, 'static');
}

function staticMembers(c: Lowering, members: readonly SyntaxNode[]): readonly Stmt[] {
  return members.flatMap((member): readonly Stmt[] => {
    if (member.type === 'method_definition' && !isConstructor(c, member)) return lowerClassMethod(c, member);
    if (isField(member) && hasToken(member, 'static')) return [fieldAssignment(c, member, null)];
    if (member.type === 'class_static_block') return lowerBlock(c, field(member, 'body') ?? childOf(member, 'statement_block'));
    return member.type === 'ERROR' ? [unknown(c, member, 'syntax error')] : [];
  });
}

function lowerClassMethod(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const span = spanOf(c, node);
  const decorator = (name: string): readonly Expr[] => [{ kind: 'name', name, span }];
  const kind = hasToken(node, 'static') ? decorator('classmethod') : hasToken(node, 'get') ? decorator('property') : [];
  const definition = lowerMethod(c, node, kind);
  if (definition.name === '') return [];
  return [
    { kind: 'function', definition: hasToken(node, 'set') ? { ...definition, name: setterName(definition.name) } : definition, span },
  ];
}

/** `x = 1` as `this.x = 1`; without `self`, as a name of the class. */
function fieldAssignment(c: Lowering, node: SyntaxNode, self: Expr | null): Stmt {
  const name = field(node, 'name') ?? field(node, 'property');
  const text = name === undefined ? undefined : propertyName(c, name);
  const span = spanOf(c, node);
  if (name === undefined || text === undefined) return unknown(c, node, 'a field with a computed name');
  const value = field(node, 'value');
  const nameSpan = spanOf(c, name);
  return {
    kind: 'assign',
    targets: [
      self === null
        ? { kind: 'name', name: text, span: nameSpan }
        : { kind: 'attribute', object: self, name: text, nameSpan, span: nameSpan },
    ],
    value: value === undefined ? { kind: 'none', span } : namedFunction(lowerExpr(c, value), text, nameSpan),
    annotation: null,
    ...(self === null ? { declare: 'const' as const } : {}),
    span,
  };
}

function constructorOf(c: Lowering, node: SyntaxNode, members: readonly SyntaxNode[], derived: boolean): readonly Stmt[] {
  const written = members.find((member) => isConstructor(c, member));
  const self = (at: SyntaxNode): Expr => ({ kind: 'name', name: 'this', span: spanOf(c, at) });
  const assigned = members
    .filter((member) => isField(member) && !hasToken(member, 'static') && field(member, 'value') !== undefined)
    .map((member) => fieldAssignment(c, member, self(member)));
  if (written === undefined) return assigned.length === 0 ? [] : [implicitConstructor(c, node, assigned, derived)];
  const definition = lowerMethod(c, written, []);
  const setters = [...assigned, ...parameterProperties(c, written)];
  const at = definition.body.findIndex(isSuperCall) + 1;
  const body = [...definition.body.slice(0, at), ...setters, ...definition.body.slice(at)];
  return [{ kind: 'function', definition: { ...definition, body }, span: spanOf(c, written) }];
}

/** `constructor(private readonly delta = 1)` sets `this.delta`. */
function parameterProperties(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const list = field(node, 'parameters');
  return (list === undefined ? [] : parts(list)).flatMap((param): readonly Stmt[] => {
    const pattern = field(param, 'pattern');
    const isProperty = param.children.some(
      (child) => child.type === 'accessibility_modifier' || child.type === 'readonly' || child.type === 'override_modifier',
    );
    if (!isProperty || pattern?.type !== 'identifier') return [];
    const span = spanOf(c, pattern);
    const name = textOf(c, pattern);
    const target = { kind: 'attribute' as const, object: { kind: 'name' as const, name: 'this', span }, name, nameSpan: span, span };
    return [{ kind: 'assign', targets: [target], value: { kind: 'name', name, span }, annotation: null, span }];
  });
}

function isSuperCall(statement: Stmt): boolean {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return false;
  const { callee } = statement.value;
  return callee.kind === 'attribute' && callee.name === 'constructor' && callee.object.kind === 'call' && isSuper(callee.object.callee);
}

function isSuper(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === 'super';
}

function implicitConstructor(c: Lowering, node: SyntaxNode, assigned: readonly Stmt[], derived: boolean): Stmt {
  const name = fields(node, 'name')[0] ?? node;
  const span = { ...spanOf(c, name), end: name.start };
  const rest = { name: 'args', kind: 'varPositional' as const, default: null, annotation: null, annotationText: null, pattern: null, span };
  const forward: Stmt = {
    kind: 'expression',
    value: {
      kind: 'call',
      callee: {
        kind: 'attribute',
        object: { kind: 'call', callee: { kind: 'name', name: 'super', span }, args: [], span },
        name: 'constructor',
        nameSpan: span,
        span,
      },
      args: [{ value: { kind: 'name', name: 'args', span }, spread: 'positional', span }],
      span,
    },
    span,
  };
  const definition: FunctionDefinition = {
    name: 'constructor',
    nameSpan: span,
    params: [thisParam(span), rest],
    body: derived ? [forward, ...assigned] : assigned,
    decorators: [],
    docstring: null,
    isAsync: false,
    isGenerator: false,
    isArrow: false,
    span,
  };
  return { kind: 'function', definition, span };
}
