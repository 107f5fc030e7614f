/**
 * Owns turning TypeScript into JavaScript: types are blanked out, so that every line and column stays. Enums and parameter properties,
 * which are code, are written out.
 */

import { field } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { childOf } from './lowering';

/** `[start, end)` of the text becomes `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function blank(text: string, start: number, end: number): TextEdit {
  return { start, end, text: text.slice(start, end).replace(/[^\r\n]/g, ' ') };
}

/** Edits must not overlap; those inside another are dropped. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let from = 0;
  for (const edit of sorted) {
    if (edit.start < from) continue;
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** Nodes that are types only. */
const TYPES: ReadonlySet<string> = new Set(
  (
    'type_annotation type_parameters type_arguments interface_declaration type_alias_declaration ambient_declaration function_signature ' +
    'abstract_method_signature method_signature index_signature accessibility_modifier override_modifier implements_clause asserts_annotation ' +
    'type_predicate_annotation opting_type_annotation omitting_type_annotation decorator import_alias'
  ).split(' '),
);

export function isType(node: SyntaxNode): boolean {
  return TYPES.has(node.type);
}

type Strip = (text: string, node: SyntaxNode) => readonly TextEdit[];

/** What is blanked of nodes that are code in part. */
const PARTLY: Readonly<Record<string, Strip>> = {
  as_expression: behindValue,
  satisfies_expression: behindValue,
  non_null_expression: behindValue,
  optional_parameter: (text, node) => tokens(text, node, ['?', 'readonly']),
  required_parameter: (text, node) =>
    field(node, 'pattern')?.type === 'this' ? [thisParameter(text, node)] : tokens(text, node, ['readonly']),
  public_field_definition: (text, node) =>
    hasChild(node, 'declare') ? [blank(text, node.start, node.end)] : tokens(text, node, ['?', '!', 'readonly', 'abstract']),
  method_definition: (text, node) => [...tokens(text, node, ['?']), ...parameterProperties(text, node)],
  variable_declarator: (text, node) => tokens(text, node, ['!']),
  abstract_class_declaration: (text, node) => tokens(text, node, ['abstract']),
  enum_declaration: (text, node) => [enumObject(text, node)],
  internal_module: (text, node) => [blank(text, node.start, node.end)],
  module: (text, node) => [blank(text, node.start, node.end)],
};

export function typeEdits(text: string, root: SyntaxNode): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isType(node)) {
      edits.push(blank(text, node.start, node.end));
      continue;
    }
    if (Object.hasOwn(PARTLY, node.type)) edits.push(...(PARTLY[node.type]?.(text, node) ?? []));
    pending.push(...node.children);
  }
  return edits;
}

function hasChild(node: SyntaxNode, type: string): boolean {
  return childOf(node, type) !== undefined;
}

function tokens(text: string, node: SyntaxNode, names: readonly string[]): readonly TextEdit[] {
  return node.children.filter((child) => names.includes(child.type)).map((child) => blank(text, child.start, child.end));
}

function behindValue(text: string, node: SyntaxNode): readonly TextEdit[] {
  const value = node.children.find((child) => child.named);
  return value === undefined ? [] : [blank(text, value.end, node.end)];
}

/** With the comma behind it. */
function thisParameter(text: string, node: SyntaxNode): TextEdit {
  const comma = /^\s*,/.exec(text.slice(node.end));
  return blank(text, node.start, node.end + (comma?.[0].length ?? 0));
}

/** `constructor(private x: number)` sets `this.x`, behind a call of `super`. */
function parameterProperties(text: string, node: SyntaxNode): readonly TextEdit[] {
  const name = field(node, 'name');
  const body = field(node, 'body');
  const list = field(node, 'parameters');
  if (name === undefined || body === undefined || list === undefined || text.slice(name.start, name.end) !== 'constructor') return [];
  const names = list.children.flatMap((param) => {
    const pattern = field(param, 'pattern');
    const property = hasChild(param, 'accessibility_modifier') || hasChild(param, 'readonly') || hasChild(param, 'override_modifier');
    return property && pattern?.type === 'identifier' ? [text.slice(pattern.start, pattern.end)] : [];
  });
  if (names.length === 0) return [];
  const superCall = body.children.find((child) => /^super\s*\(/.test(text.slice(child.start, child.end)));
  const at = superCall?.end ?? body.start + 1;
  return [{ start: at, end: at, text: ` ${names.map((each) => `this.${each} = ${each};`).join(' ')}` }];
}

/** On as many lines as the enum has. */
function enumObject(text: string, node: SyntaxNode): TextEdit {
  const name = field(node, 'name');
  const body = field(node, 'body');
  let next = '0';
  const members = (body?.children ?? []).flatMap((member) => {
    if (!member.named || member.type === 'comment') return [];
    const key = field(member, 'name') ?? member;
    const value = field(member, 'value');
    const written = text.slice(key.start, key.end);
    const quoted = /^['"]/.test(written) ? written : JSON.stringify(written);
    const given = value === undefined ? next : text.slice(value.start, value.end);
    next = `($e[${quoted}] + 1)`;
    return [`$e[${quoted}] = ${given}; if (typeof $e[${quoted}] === 'number') $e[$e[${quoted}]] = ${quoted};`];
  });
  const newlines = text.slice(node.start, node.end).replace(/[^\n]/g, '');
  const object = name === undefined ? '' : `var ${text.slice(name.start, name.end)} = (($e) => { ${members.join(' ')} return $e; })({});`;
  return { start: node.start, end: node.end, text: object + newlines };
}
