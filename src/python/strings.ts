/** Owns string literals: prefixes, escapes, bytes, concatenation and f-strings. */
import type { Expr, StringExpr, TemplateExpr } from '../program/program';
import { field, hasToken, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';

type TemplatePart = TemplateExpr['parts'][number];

/** A `string` node. */
export function lowerString(c: Lowering, node: SyntaxNode): Expr {
  return joined(c, node, partsOfString(c, node));
}

/** `"a" 'b' f"{c}"`. */
export function lowerConcatenatedString(c: Lowering, node: SyntaxNode): Expr {
  const all = parts(node).flatMap((part) => (part.type === 'string' ? partsOfString(c, part) : []));
  return joined(c, node, all);
}

function joined(c: Lowering, node: SyntaxNode, all: readonly TemplatePart[]): StringExpr | TemplateExpr {
  const span = spanOf(c, node);
  const merged: TemplatePart[] = [];
  for (const part of all) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  const [first = ''] = merged;
  if (merged.length <= 1 && typeof first === 'string') return { kind: 'string', value: first, span };
  return { kind: 'template', parts: merged, span };
}

function partsOfString(c: Lowering, node: SyntaxNode): readonly TemplatePart[] {
  const [open] = node.children;
  const prefix = open === undefined ? '' : textOf(c, open).toLowerCase();
  const raw = prefix.includes('r');
  const formatted = prefix.includes('f') || prefix.includes('t');
  const all: TemplatePart[] = [];
  // Pieces between escapes may be missing from the tree: the text between interpolations counts.
  let from = open?.end ?? node.start;
  const close = node.children.at(-1);
  const end = close?.type === 'string_end' ? close.start : node.end;
  const literal = (to: number) => {
    if (to > from) all.push(decode(c.text.slice(from, to), raw, formatted, prefix.includes('b')));
  };
  for (const child of node.children) {
    if (child.type !== 'interpolation') continue;
    literal(child.start);
    all.push(...interpolation(c, child));
    from = child.end;
  }
  literal(end);
  return all;
}

function interpolation(c: Lowering, node: SyntaxNode): readonly TemplatePart[] {
  const expression = field(node, 'expression');
  if (expression === undefined) return [textOf(c, node)];
  const conversion = field(node, 'type_conversion');
  const specifier = field(node, 'format_specifier');
  const format = (conversion ? textOf(c, conversion) : '') + (specifier ? textOf(c, specifier) : '');
  const value = lowerExpr(c, expression);
  if (!hasToken(node, '=')) return [{ value, format }];
  const equals = node.children.find((child) => child.type === '=');
  return [c.text.slice(node.start + 1, equals?.end ?? expression.end), { value, format: format === '' ? '!r' : format }];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

const ESCAPE = /\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/g;

function decode(text: string, raw: boolean, formatted: boolean, bytes: boolean): string {
  const braces = formatted ? text.replace(/\{\{|\}\}/g, (pair) => pair.charAt(0)) : text;
  if (raw || !braces.includes('\\')) return braces;
  return braces.replace(ESCAPE, (whole, code: string) => unescaped(whole, code, bytes));
}

function unescaped(whole: string, code: string, bytes: boolean): string {
  if (code === '\r\n') return '';
  const simple = ESCAPES[code];
  if (simple !== undefined) return simple;
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
  if (/^x[0-9a-fA-F]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  if (bytes || !/^[uU][0-9a-fA-F]/.test(code)) return whole;
  const point = Number.parseInt(code.slice(1), 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}
