/** Owns the lowering of imports: ES modules' and CommonJS's. */
import type { Span } from '../base/span';
import type { ImportStmt, Stmt } from '../program/program';
import { field, hasToken, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { stringText } from './literals';
import { childOf, type Lowering, parts } from './lowering';

type Binding = ImportStmt['bindings'][number];

export function lowerImport(c: Lowering, node: SyntaxNode): readonly Stmt[] {
  if (hasToken(node, 'type')) return [];
  const required = childOf(node, 'import_require_clause');
  const source = field(required ?? node, 'source');
  if (source === undefined) return [];
  const bindings = required === undefined ? clauseBindings(c, childOf(node, 'import_clause')) : requireBindings(c, required);
  return [{ kind: 'import', module: stringText(c, source), bindings, span: spanOf(c, node) }];
}

/** `import fs = require('fs')`. */
function requireBindings(c: Lowering, clause: SyntaxNode): readonly Binding[] {
  const [name] = parts(clause);
  return name === undefined ? [] : [{ imported: null, local: textOf(c, name), span: spanOf(c, name) }];
}

function clauseBindings(c: Lowering, clause: SyntaxNode | undefined): readonly Binding[] {
  if (clause === undefined) return [];
  return parts(clause).flatMap((part): readonly Binding[] => {
    const span = spanOf(c, part);
    if (part.type === 'identifier') return [{ imported: 'default', local: textOf(c, part), span }];
    if (part.type === 'named_imports') return parts(part).flatMap((specifier) => specifierBinding(c, specifier));
    const [name] = parts(part);
    return part.type === 'namespace_import' && name !== undefined ? [{ imported: '*', local: textOf(c, name), span }] : [];
  });
}

function specifierBinding(c: Lowering, node: SyntaxNode): readonly Binding[] {
  const name = field(node, 'name');
  if (name === undefined || hasToken(node, 'type')) return [];
  return [{ imported: nameText(c, name), local: textOf(c, field(node, 'alias') ?? name), span: spanOf(c, node) }];
}

/** Names of imports and exports may be strings. */
export function nameText(c: Lowering, node: SyntaxNode): string {
  return node.type === 'string' ? stringText(c, node) : textOf(c, node);
}

/** `const tf = require('@tensorflow/tfjs')`, `const { losses } = require(…)`; undefined for anything else. */
export function lowerRequire(c: Lowering, name: SyntaxNode, value: SyntaxNode, span: Span): ImportStmt | undefined {
  const module = requiredModule(c, value);
  if (module === undefined) return undefined;
  const bindings =
    name.type === 'identifier' ? [{ imported: null, local: textOf(c, name), span: spanOf(c, name) }] : patternBindings(c, name);
  return bindings === undefined ? undefined : { kind: 'import', module, bindings, span };
}

function requiredModule(c: Lowering, value: SyntaxNode): string | undefined {
  const callee = field(value, 'function');
  const args = field(value, 'arguments');
  if (value.type !== 'call_expression' || callee === undefined || args === undefined || textOf(c, callee) !== 'require') return undefined;
  const [module] = parts(args);
  return module?.type === 'string' ? stringText(c, module) : undefined;
}

function patternBindings(c: Lowering, pattern: SyntaxNode): readonly Binding[] | undefined {
  if (pattern.type !== 'object_pattern') return undefined;
  const bindings: Binding[] = [];
  for (const part of parts(pattern)) {
    const key = field(part, 'key');
    const value = field(part, 'value');
    if (part.type === 'shorthand_property_identifier_pattern') {
      bindings.push({ imported: textOf(c, part), local: textOf(c, part), span: spanOf(c, part) });
    } else if (part.type === 'pair_pattern' && key !== undefined && value?.type === 'identifier') {
      bindings.push({ imported: nameText(c, key), local: textOf(c, value), span: spanOf(c, part) });
    } else return undefined;
  }
  return bindings;
}
