/** Owns the top-level statements of a module that is run as itself: what each binds and needs, and which of them the wanted names need. */

import { field, hasToken } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { childOf, type Lowering, parts } from './lowering';
import { isType } from './typeStripping';

/** `all`: whatever the module exports (`import * as`, `require`). */
export type Wanted = ReadonlySet<string> | 'all';

export interface Statement {
  readonly node: SyntaxNode;
  /** Names that it binds in the module; of exports, those that it gives. */
  readonly binds: readonly string[];
  /** Names whose objects it changes. */
  readonly changes: readonly string[];
  readonly exports: boolean;
}

export function statementOf(c: Lowering, node: SyntaxNode): Statement {
  const declaration = node.type === 'export_statement' ? field(node, 'declaration') : node;
  const plain = { node, changes: [], exports: false };
  if (isType(declaration ?? node)) return { ...plain, binds: [] };
  if (node.type === 'import_statement')
    return { ...plain, binds: hasToken(node, 'type') ? [] : importBindings(c, node).map(({ local }) => local) };
  if (node.type === 'export_statement') return { ...plain, binds: exportedNames(c, node, declaration), exports: true };
  if (node.type === 'expression_statement') return changing(c, node);
  return { ...plain, binds: declaredNames(c, node) };
}

function changing(c: Lowering, node: SyntaxNode): Statement {
  const [expression] = parts(node);
  const left = expression === undefined ? undefined : (field(expression, 'left') ?? calledObject(expression));
  const target = left === undefined ? '' : c.text.slice(left.start, left.end).replaceAll(/\s+/g, '');
  const exported = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(target);
  if (exported !== null && expression?.type === 'assignment_expression')
    return { node, binds: exported[1] === undefined ? ['default'] : [exported[1]], changes: [], exports: true };
  const name = /^[\w$]+/.exec(target)?.[0];
  return { node, binds: [], changes: name === undefined ? [] : [name], exports: false };
}

/** Of `list.push(x)`, `list`. */
function calledObject(expression: SyntaxNode): SyntaxNode | undefined {
  const callee = expression.type === 'call_expression' ? field(expression, 'function') : undefined;
  return callee?.type === 'member_expression' ? field(callee, 'object') : undefined;
}

export function declaredNames(c: Lowering, node: SyntaxNode): readonly string[] {
  const name = field(node, 'name');
  if (/(function|class|enum)\w*_declaration$/.test(node.type)) return name === undefined ? [] : [c.text.slice(name.start, name.end)];
  if (!/^(lexical|variable)_declaration$/.test(node.type)) return [];
  return parts(node).flatMap((declarator) => {
    const target = field(declarator, 'name');
    return target === undefined ? [] : [...references(c.text, target)];
  });
}

function exportedNames(c: Lowering, node: SyntaxNode, declaration: SyntaxNode | undefined): readonly string[] {
  const own = declaration === undefined ? [] : declaredNames(c, declaration);
  if (hasToken(node, 'default')) return [...own, 'default'];
  if (declaration !== undefined) return own;
  return exportClause(c, node).map(({ exported }) => exported);
}

interface ExportedName {
  readonly local: string;
  readonly exported: string;
}

export function exportClause(c: Lowering, node: SyntaxNode): readonly ExportedName[] {
  const clause = childOf(node, 'export_clause');
  return (clause === undefined ? [] : parts(clause)).flatMap((specifier) => {
    const name = field(specifier, 'name');
    const alias = field(specifier, 'alias') ?? name;
    return name === undefined || alias === undefined
      ? []
      : [{ local: c.text.slice(name.start, name.end), exported: c.text.slice(alias.start, alias.end) }];
  });
}

/** Names in expressions: of values, not of types and properties. */
export function references(text: string, root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isType(node)) continue;
    if (/^(identifier|shorthand_property_identifier(_pattern)?)$/.test(node.type)) names.add(text.slice(node.start, node.end));
    const typeOnly = node.type === 'as_expression' || node.type === 'satisfies_expression';
    pending.push(...(typeOnly ? parts(node).slice(0, 1) : node.children));
  }
  return names;
}

export function namesWanted(statements: readonly Statement[], wanted: Wanted): Set<string> {
  if (wanted !== 'all') return new Set(wanted);
  const exported = statements.filter((statement) => statement.exports);
  return new Set((exported.length > 0 ? exported : statements).flatMap((statement) => statement.binds));
}

/** All that the names need: what binds them, what changes them, and what those need in turn. `names` grows by them. */
export function keptStatements(text: string, statements: readonly Statement[], names: Set<string>, wanted: Wanted): ReadonlySet<Statement> {
  const kept = new Set<Statement>();
  const fromOthers = wanted === 'all' || unbound(statements, wanted).size > 0;
  const isNeeded = ({ node, binds, changes }: Statement): boolean =>
    binds.some((name) => names.has(name)) || changes.some((name) => names.has(name)) || (fromOthers && isStar(node));
  for (let grows = true; grows; ) {
    grows = false;
    for (const statement of statements) {
      if (kept.has(statement) || !isNeeded(statement)) continue;
      kept.add(statement);
      grows = true;
      if (statement.node.type !== 'import_statement') for (const name of references(text, statement.node)) names.add(name);
    }
  }
  return kept;
}

/** What only `export * from` can give. */
export function unbound(statements: readonly Statement[], wanted: ReadonlySet<string>): ReadonlySet<string> {
  const bound = new Set(statements.flatMap((statement) => statement.binds));
  return new Set([...wanted].filter((name) => !bound.has(name)));
}

export function isStar(node: SyntaxNode): boolean {
  return node.type === 'export_statement' && hasToken(node, '*') && childOf(node, 'namespace_export') === undefined;
}

interface ImportBinding {
  readonly imported: string | '*' | 'default';
  readonly local: string;
}

export function importBindings(c: Lowering, node: SyntaxNode): readonly ImportBinding[] {
  const textOf = (each: SyntaxNode): string => c.text.slice(each.start, each.end);
  const required = childOf(node, 'import_require_clause');
  const [alias] = required === undefined ? [] : parts(required);
  if (alias !== undefined) return [{ imported: '*', local: textOf(alias) }];
  const clause = childOf(node, 'import_clause');
  return (clause === undefined ? [] : parts(clause)).flatMap((part): readonly ImportBinding[] => {
    if (part.type === 'identifier') return [{ imported: 'default', local: textOf(part) }];
    const [name] = parts(part);
    if (part.type === 'namespace_import') return name === undefined ? [] : [{ imported: '*', local: textOf(name) }];
    return parts(part).flatMap((specifier) => {
      const imported = field(specifier, 'name');
      if (imported === undefined || hasToken(specifier, 'type')) return [];
      return [{ imported: textOf(imported), local: textOf(field(specifier, 'alias') ?? imported) }];
    });
  });
}
