/** Owns the lowering of what can be assigned to: names, members, elements, destructuring patterns. */
import type { Expr, ObjectPatternEntry, PatternItem, Target } from '../program/program';
import { field, spanOf, textOf, unknown } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { stringText } from './literals';
import { type Lowering, parts } from './lowering';

const NAMES: ReadonlySet<string> = new Set([
  'identifier',
  'shorthand_property_identifier_pattern',
  'shorthand_property_identifier',
  'this',
  'undefined',
]);

export function lowerTarget(c: Lowering, node: SyntaxNode): Target {
  if (NAMES.has(node.type)) return { kind: 'name', name: textOf(c, node), span: spanOf(c, node) };
  switch (node.type) {
    case 'array_pattern':
    case 'array':
      return { kind: 'pattern', form: 'sequence', items: sequenceItems(c, node), span: spanOf(c, node) };
    case 'object_pattern':
    case 'object':
      return objectPattern(c, node);
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'as_expression':
    case 'satisfies_expression': {
      const [inner] = parts(node);
      return inner === undefined ? unknown(c, node, 'syntax error') : lowerTarget(c, inner);
    }
    case 'member_expression':
    case 'subscript_expression': {
      const place = lowerExpr(c, node);
      return place.kind === 'attribute' || place.kind === 'index' ? place : unknown(c, node, 'an assignment that is not understood');
    }
    default:
      return unknown(c, node, node.broken ? 'syntax error' : `an assignment to a ${node.type.replaceAll('_', ' ')}`);
  }
}

/** `[a, , b = 1, ...rest]`: two commas in a row leave a hole. */
function sequenceItems(c: Lowering, node: SyntaxNode): readonly PatternItem[] {
  const items: PatternItem[] = [];
  let expecting = true;
  for (const child of node.children) {
    if (child.type === ',') {
      if (expecting) items.push({ target: null, rest: false, default: null });
      expecting = true;
    } else if (child.named && child.type !== 'comment') {
      items.push(patternItem(c, child));
      expecting = false;
    }
  }
  return items;
}

function patternItem(c: Lowering, node: SyntaxNode): PatternItem {
  if (node.type === 'rest_pattern' || node.type === 'spread_element') {
    const [inner] = parts(node);
    return { target: inner === undefined ? null : lowerTarget(c, inner), rest: true, default: null };
  }
  const { target, initial } = withDefault(c, node);
  return { target, rest: false, default: initial };
}

/** `target = initial` inside a pattern. */
export function withDefault(c: Lowering, node: SyntaxNode): { readonly target: Target; readonly initial: Expr | null } {
  const left = field(node, 'left');
  const right = field(node, 'right');
  const assigns = node.type === 'assignment_pattern' || node.type === 'object_assignment_pattern' || node.type === 'assignment_expression';
  if (!assigns || left === undefined || right === undefined) return { target: lowerTarget(c, node), initial: null };
  return { target: lowerTarget(c, left), initial: lowerExpr(c, right) };
}

function objectPattern(c: Lowering, node: SyntaxNode): Target {
  const entries: ObjectPatternEntry[] = [];
  let rest: Target | null = null;
  for (const part of parts(node)) {
    const [inner] = parts(part);
    if (part.type === 'rest_pattern' || part.type === 'spread_element') rest = inner === undefined ? null : lowerTarget(c, inner);
    else {
      const entry = objectEntry(c, part);
      if (entry === undefined) return unknown(c, part, 'a computed name in a pattern');
      entries.push(entry);
    }
  }
  return { kind: 'pattern', form: 'object', entries, rest, span: spanOf(c, node) };
}

function objectEntry(c: Lowering, node: SyntaxNode): ObjectPatternEntry | undefined {
  const key = field(node, 'key');
  const value = field(node, 'value');
  if (key === undefined || value === undefined) {
    const { target, initial } = withDefault(c, node);
    return target.kind === 'name' ? { key: target.name, target, default: initial } : undefined;
  }
  const name = propertyName(c, key);
  const { target, initial } = withDefault(c, value);
  return name === undefined ? undefined : { key: name, target, default: initial };
}

/** Undefined for computed names. */
export function propertyName(c: Lowering, node: SyntaxNode): string | undefined {
  if (node.type === 'string') return stringText(c, node);
  if (node.type === 'number') return String(Number(textOf(c, node)));
  return node.type === 'computed_property_name' ? undefined : textOf(c, node);
}
