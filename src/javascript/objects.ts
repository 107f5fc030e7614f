/** Owns the lowering of object literals. */
import type { Expr, FunctionDefinition } from '../program/program';
import { field, hasToken, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, inner, lowerExpr } from './expressions';
import { lowerMethod, namedFunction } from './functions';
import { type Lowering, parts } from './lowering';
import { propertyName } from './targets';

type Entry = Extract<Expr, { readonly kind: 'dict' }>['entries'][number];

export function lowerObject(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'dict', entries: parts(node).map((part) => lowerEntry(c, part)), span: spanOf(c, node) };
}

function lowerEntry(c: Lowering, node: SyntaxNode): Entry {
  if (node.type === 'spread_element') return { key: null, value: inner(c, node) };
  if (node.type === 'shorthand_property_identifier') return { key: stringKey(c, node, textOf(c, node)), value: lowerExpr(c, node) };
  const name = field(node, node.type === 'method_definition' ? 'name' : 'key');
  if (name === undefined) return { key: stringKey(c, node, '?'), value: unknown(c, node, 'syntax error') };
  const text = propertyName(c, name);
  const key = text === undefined ? inner(c, name) : stringKey(c, name, text);
  if (node.type === 'pair') return { key, value: namedFunction(inField(c, node, 'value'), text, spanOf(c, name)) };
  if (node.type !== 'method_definition') return { key, value: unknown(c, node, 'syntax not understood in an object') };
  if (hasToken(node, 'get') || hasToken(node, 'set')) return { key, value: unknown(c, node, 'an accessor of an object') };
  const definition: FunctionDefinition = lowerMethod(c, node, []);
  return { key, value: { kind: 'function', definition, span: spanOf(c, node) } };
}

function stringKey(c: Lowering, node: SyntaxNode, value: string): Expr {
  return { kind: 'string', value, span: spanOf(c, node) };
}
