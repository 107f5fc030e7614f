/** Owns the lowering of import statements. */
import type { ImportStmt, Stmt } from '../program/program';
import { field, fields, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { type Lowering, parts } from './lowering';

type Binding = ImportStmt['bindings'][number];

/** `import a.b, c as d`: one statement per module; several stand in a block of their own. */
export function lowerImport(c: Lowering, node: SyntaxNode): Stmt {
  const imports = fields(node, 'name').map((name) => lowerModuleImport(c, name, spanOf(c, node)));
  const [first, second] = imports;
  if (first === undefined) return unknown(c, node, 'syntax error');
  return second === undefined ? first : { kind: 'block', body: imports, span: spanOf(c, node) };
}

function lowerModuleImport(c: Lowering, node: SyntaxNode, span: ImportStmt['span']): ImportStmt {
  const { name, alias } = nameAndAlias(c, node);
  const local = alias ?? name.split('.')[0] ?? name;
  return { kind: 'import', module: name, bindings: [{ imported: null, local, span: spanOf(c, node) }], span };
}

export function lowerFromImport(c: Lowering, node: SyntaxNode): Stmt {
  const module = field(node, 'module_name');
  if (module === undefined) return unknown(c, node, 'syntax error');
  const star = parts(node).find((part) => part.type === 'wildcard_import');
  const bindings = fields(node, 'name').map((name) => lowerBinding(c, name));
  if (star !== undefined) bindings.push({ imported: '*', local: '*', span: spanOf(c, star) });
  return { kind: 'import', module: compact(c, module), bindings, span: spanOf(c, node) };
}

export function lowerFutureImport(c: Lowering, node: SyntaxNode): Stmt {
  return {
    kind: 'import',
    module: '__future__',
    bindings: fields(node, 'name').map((name) => lowerBinding(c, name)),
    span: spanOf(c, node),
  };
}

function lowerBinding(c: Lowering, node: SyntaxNode): Binding {
  const { name, alias } = nameAndAlias(c, node);
  return { imported: name, local: alias ?? name, span: spanOf(c, node) };
}

function nameAndAlias(c: Lowering, node: SyntaxNode): { readonly name: string; readonly alias: string | null } {
  const name = node.type === 'aliased_import' ? field(node, 'name') : node;
  const alias = field(node, 'alias');
  return { name: compact(c, name ?? node), alias: alias === undefined ? null : textOf(c, alias) };
}

/** `a . b` is `a.b`. */
function compact(c: Lowering, node: SyntaxNode): string {
  return textOf(c, node).replace(/[\s\\]+/g, '');
}
