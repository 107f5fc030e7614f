/**
 * Owns the code of a module that is run as itself: what the wanted names need, as JavaScript. Nothing else of the module stays (a script
 * that trains a model is not run), but every line and column does.
 */

import { field, hasToken } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { stringText } from './literals';
import { childOf, type Lowering, parts } from './lowering';
import {
  declaredNames,
  exportClause,
  importBindings,
  isStar,
  keptStatements,
  namesWanted,
  references,
  type Statement,
  statementOf,
  unbound,
  type Wanted,
} from './scriptStatements';
import { applyEdits, blank, type TextEdit, typeEdits } from './typeStripping';

export interface Script {
  /** The text with types and unneeded statements blanked. */
  readonly code: string;
  /** Statements to put before it: imports and exports. */
  readonly header: string;
  /** Names that other modules must give, by module as written. */
  readonly imports: ReadonlyMap<string, Wanted>;
}

/** `lambda`: where an anonymous function begins that is wanted too; it becomes `exports.$lambda`. */
export function scriptOf(root: SyntaxNode, text: string, wanted: Wanted, lambda: number | null = null): Script {
  const source: Lowering = { document: '', text, problems: [], masked: new Map(), depth: 0, yields: false };
  const statements = parts(root).map((node) => statementOf(source, node));
  const written = lambda === null ? undefined : nodeAt(root, lambda);
  const names = namesWanted(statements, wanted);
  if (written !== undefined) for (const name of references(text, written)) names.add(name);
  const kept = keptStatements(text, statements, names, wanted);
  const fromStars = wanted === 'all' ? wanted : unbound(statements, wanted);
  return assemble(source, { root, statements, kept, names, written, fromStars });
}

function nodeAt(root: SyntaxNode, start: number): SyntaxNode | undefined {
  const isFunction = (node: SyntaxNode): boolean => node.start === start && /function/.test(node.type) && node.named;
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isFunction(node)) return node;
    pending.push(...node.children.filter((child) => child.start <= start && start < child.end));
  }
  return undefined;
}

interface Parts {
  readonly root: SyntaxNode;
  readonly statements: readonly Statement[];
  readonly kept: ReadonlySet<Statement>;
  readonly names: ReadonlySet<string>;
  readonly written: SyntaxNode | undefined;
  /** Wanted from modules of which everything is exported again. */
  readonly fromStars: Wanted;
}

function assemble(c: Lowering, { root, statements, kept, names, written, fromStars }: Parts): Script {
  const edits: TextEdit[] = [...typeEdits(c.text, root)];
  const imports = new Map<string, Wanted>();
  const header: string[] = [];
  const exported: string[] = [];
  const bound = new Set<string>();
  for (const statement of statements) {
    const { node } = statement;
    const importing = node.type === 'import_statement';
    if (!kept.has(statement)) edits.push(blank(c.text, node.start, node.end));
    if (importing && kept.has(statement)) {
      header.push(importCode(c, node, names, imports));
      edits.push(blank(c.text, node.start, node.end));
    } else if (node.type === 'export_statement')
      exportCode(c, node, kept.has(statement), { names, imports, edits, exported, bound, header, fromStars });
    else if (kept.has(statement)) {
      requiredModules(c, node, imports);
      if (!statement.exports) for (const name of statement.binds) bound.add(name);
    }
  }
  for (const name of bound) exported.push(`${JSON.stringify(name)}: () => ${name}`);
  if (exported.length > 0) header.push(`$export({ ${exported.join(', ')} });`);
  const code = applyEdits(c.text, edits);
  return { code: written === undefined ? code : code + lambdaCode(c.text, written), header: header.join(' '), imports };
}

function lambdaCode(text: string, written: SyntaxNode): string {
  const before = blank(text, 0, written.start).text;
  const stripped = applyEdits(text.slice(0, written.end), typeEdits(text, written)).slice(before.length);
  return `\nexports.$lambda = (${stripped}\n);`;
}

function moduleOf(c: Lowering, node: SyntaxNode): string | undefined {
  const required = childOf(node, 'import_require_clause');
  const source = field(required ?? node, 'source');
  return source === undefined ? undefined : stringText(c, source);
}

function want(imports: Map<string, Wanted>, module: string, names: Wanted): void {
  const before = imports.get(module);
  imports.set(module, before === 'all' || names === 'all' ? 'all' : new Set([...(before ?? []), ...names]));
}

function importCode(c: Lowering, node: SyntaxNode, names: ReadonlySet<string>, imports: Map<string, Wanted>): string {
  const module = moduleOf(c, node);
  if (module === undefined) return '';
  const needed = importBindings(c, node).filter(({ local }) => names.has(local));
  const path = JSON.stringify(module);
  return needed
    .map(({ imported, local }) => {
      want(imports, module, imported === '*' ? 'all' : new Set([imported]));
      if (imported === '*') return `const ${local} = require(${path});`;
      return imported === 'default'
        ? `const ${local} = $default(require(${path}));`
        : `const { ${imported}: ${local} } = require(${path});`;
    })
    .join(' ');
}

/** `require('./losses')` anywhere in a statement that stays. */
function requiredModules(c: Lowering, node: SyntaxNode, imports: Map<string, Wanted>): void {
  for (const match of c.text.slice(node.start, node.end).matchAll(/\brequire\(\s*(['"])([^'"]+)\1\s*\)/g))
    want(imports, match[2] ?? '', 'all');
}

interface Output {
  readonly names: ReadonlySet<string>;
  readonly imports: Map<string, Wanted>;
  readonly edits: TextEdit[];
  readonly exported: string[];
  readonly bound: Set<string>;
  readonly header: string[];
  readonly fromStars: Wanted;
}

const DEFAULT = /^export\s+default\b/;

function exportCode(c: Lowering, node: SyntaxNode, isKept: boolean, output: Output): void {
  if (!isKept) return;
  const { edits, exported, bound } = output;
  const declaration = field(node, 'declaration');
  const own = declaration === undefined ? [] : declaredNames(c, declaration);
  for (const name of own) bound.add(name);
  if (declaration !== undefined && own.length > 0) {
    edits.push(blank(c.text, node.start, declaration.start));
    const [name] = own;
    if (hasToken(node, 'default') && name !== undefined) exported.push(`default: () => ${name}`);
  } else if (hasToken(node, 'default')) {
    const written = DEFAULT.exec(c.text.slice(node.start))?.[0] ?? 'export default';
    // As many characters as `export default`.
    edits.push({ start: node.start, end: node.start + written.length, text: `var $default =${written.replace(/[^\n]/g, '').slice(14)}` });
    exported.push('default: () => $default');
  } else {
    edits.push(blank(c.text, node.start, node.end));
    reExportCode(c, node, output);
  }
}

function reExportCode(c: Lowering, node: SyntaxNode, { names, imports, exported, header, fromStars }: Output): void {
  const module = moduleOf(c, node);
  const wanted = exportClause(c, node).filter(({ exported: name }) => names.has(name));
  if (module === undefined) {
    for (const { local, exported: name } of wanted) exported.push(`${JSON.stringify(name)}: () => ${local}`);
    return;
  }
  const path = JSON.stringify(module);
  if (isStar(node)) {
    want(imports, module, fromStars);
    header.push(`$star(require(${path}));`);
  }
  const namespace = childOf(node, 'namespace_export');
  const [name] = namespace === undefined ? [] : parts(namespace);
  if (name !== undefined) {
    want(imports, module, 'all');
    exported.push(`${JSON.stringify(c.text.slice(name.start, name.end))}: () => require(${path})`);
  }
  for (const { local, exported: given } of wanted) {
    want(imports, module, new Set([local]));
    const value = local === 'default' ? `$default(require(${path}))` : `require(${path})[${JSON.stringify(local)}]`;
    exported.push(`${JSON.stringify(given)}: () => ${value}`);
  }
}
