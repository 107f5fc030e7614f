/** Owns the lowering of exports: ES modules' and CommonJS's. What is exported under its own name needs nothing. */
import type { Span } from '../base/span';
import type { Expr, Stmt } from '../program/program';
import { field, hasToken, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, lowerExpr } from './expressions';
import { namedFunction } from './functions';
import { nameText } from './imports';
import { stringText } from './literals';
import { childOf, type Lowering, parts } from './lowering';
import { lowerStatement } from './statements';

export function lowerExport(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const declaration = field(node, 'declaration');
  const value = field(node, 'value');
  const source = field(node, 'source');
  if (declaration !== undefined) return exportedDeclaration(c, node, declaration);
  if (value !== undefined) return [defaultExport(c, node, lowerExpr(c, value))];
  if (source !== undefined) return reExport(c, node, stringText(c, source));
  return exportClause(c, node);
}

/** The statement begins at `export`, so that comments above it belong to what it declares. */
function exportedDeclaration(c: Lowering, node: SyntaxNode, declaration: SyntaxNode): readonly Stmt[] {
  const statements = lowerStatement(c, declaration);
  const [first, ...rest] = statements;
  if (first === undefined) return [];
  const whole: Stmt = { ...first, span: { ...first.span, start: node.start } };
  if (!hasToken(node, 'default')) return [whole, ...rest];
  if (first.kind !== 'function' && first.kind !== 'class') return [whole, ...rest];
  const { name, nameSpan } = first.definition;
  if (name === '' && first.kind === 'function')
    return [defaultExport(c, node, { kind: 'function', definition: first.definition, span: first.span })];
  return [whole, defaultExport(c, node, { kind: 'name', name, span: nameSpan })];
}

function defaultExport(c: Lowering, node: SyntaxNode, value: Expr): Stmt {
  return {
    kind: 'export',
    names: [{ local: 'default', exported: 'default' }],
    from: null,
    value: namedFunction(value, 'default', { ...spanOf(c, node), end: Math.min(node.end, node.start + 'export default'.length) }),
    span: spanOf(c, node),
  };
}

/** `export * from`, `export * as ns from`, `export { a as b } from`. */
function reExport(c: Lowering, node: SyntaxNode, from: string): readonly Stmt[] {
  const span = spanOf(c, node);
  const clause = childOf(node, 'export_clause');
  const namespace = childOf(node, 'namespace_export');
  if (clause !== undefined) return [{ kind: 'export', names: names(c, clause), from, value: null, span }];
  const [name] = namespace === undefined ? [] : parts(namespace);
  const local = name === undefined ? '*' : nameText(c, name);
  return [{ kind: 'import', module: from, bindings: [{ imported: '*', local, span }], span }];
}

function names(c: Lowering, clause: SyntaxNode): readonly { readonly local: string; readonly exported: string; readonly span: Span }[] {
  return parts(clause).flatMap((specifier) => {
    const name = field(specifier, 'name');
    if (name === undefined || hasToken(specifier, 'type')) return [];
    const alias = field(specifier, 'alias');
    return [{ local: nameText(c, name), exported: nameText(c, alias ?? name), span: spanOf(c, specifier) }];
  });
}

/** `export { a as b }` binds `b`; `export { loss }` only says that it is exported. */
function exportClause(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  const clause = childOf(node, 'export_clause');
  if (clause === undefined) return [];
  return names(c, clause).flatMap(({ local, exported, span }): readonly Stmt[] => {
    if (local === exported) return [];
    const value: Expr = { kind: 'name', name: local, span };
    return exported === 'default'
      ? [{ kind: 'export', names: [{ local, exported }], from: null, value, span }]
      : [alias(exported, value, span)];
  });
}

function alias(name: string, value: Expr, span: Span): Stmt {
  return { kind: 'assign', targets: [{ kind: 'name', name, span }], value, annotation: null, declare: 'const', span };
}

/** `module.exports = …`, `exports.loss = …`, `module.exports.loss = …`; undefined for other assignments. */
export function lowerModuleExports(c: Lowering, node: SyntaxNode, span: Span): readonly Stmt[] | undefined {
  const left = field(node, 'left');
  if (left?.type !== 'member_expression') return undefined;
  const target = textOf(c, left).replaceAll(/\s+/g, '');
  const name = /^(?:module\.)?exports\.([\w$]+)$/.exec(target)?.[1];
  if (name === undefined && target !== 'module.exports') return undefined;
  const value = inField(c, node, 'right');
  if (name !== undefined)
    return value.kind === 'name' && value.name === name ? [] : [alias(name, namedFunction(value, name, spanOf(c, left)), span)];
  const whole: Stmt = { kind: 'export', names: [{ local: 'default', exported: 'default' }], from: null, value, span };
  const renamed = value.kind === 'dict' ? value.entries.flatMap(({ key, value: given }) => renamedEntry(key, given)) : [];
  return [...renamed, whole];
}

/** Of `module.exports = { loss: mse }`, what has another name inside. */
function renamedEntry(key: Expr | null, value: Expr): readonly Stmt[] {
  if (key?.kind !== 'string' || (value.kind === 'name' && value.name === key.value)) return [];
  return [alias(key.value, value, value.span)];
}
