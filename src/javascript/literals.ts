/** Owns the lowering of numbers, strings and template literals. */
import type { Expr, NumberExpr, TemplateExpr } from '../program/program';
import { spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';

/** Integers are told from fractions by their value: JavaScript has one type of numbers. */
export function lowerNumber(c: Lowering, node: SyntaxNode): NumberExpr {
  const written = textOf(c, node).replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(written);
  const value = octal ? Number.parseInt(written, 8) : Number(written.replace(/n$/, ''));
  return { kind: 'number', value, float: !Number.isInteger(value), span: spanOf(c, node) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

export function stringText(c: Lowering, node: SyntaxNode): string {
  return parts(node)
    .map((part) => (part.type === 'escape_sequence' ? unescaped(textOf(c, part)) : textOf(c, part)))
    .join('');
}

function unescaped(written: string): string {
  const code = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\})$/i.exec(written);
  if (code !== null) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : written;
  }
  const rest = written.slice(1);
  return /^[\r\n\u2028\u2029]/.test(rest) ? '' : (ESCAPES[rest] ?? rest);
}

export function lowerString(c: Lowering, node: SyntaxNode): Expr {
  return { kind: 'string', value: stringText(c, node), span: spanOf(c, node) };
}

export function lowerTemplate(c: Lowering, node: SyntaxNode): Expr {
  const pieces: TemplateExpr['parts'][number][] = parts(node).map((part) => {
    if (part.type === 'escape_sequence') return unescaped(textOf(c, part));
    const [inner] = part.type === 'template_substitution' ? parts(part) : [];
    return inner === undefined ? textOf(c, part) : { value: lowerExpr(c, inner), format: '' };
  });
  if (pieces.every((piece) => typeof piece === 'string')) return { kind: 'string', value: pieces.join(''), span: spanOf(c, node) };
  return { kind: 'template', parts: pieces, span: spanOf(c, node) };
}

/** `/a+/i` as `new RegExp('a+', 'i')`. */
export function lowerRegex(c: Lowering, node: SyntaxNode): Expr {
  const span = spanOf(c, node);
  const [, pattern = '', flags = ''] = /^\/([\s\S]*)\/(\w*)$/.exec(textOf(c, node)) ?? [];
  const args = [pattern, flags].map((value) => ({ value: { kind: 'string' as const, value, span }, span }));
  return { kind: 'call', callee: { kind: 'name', name: 'RegExp', span }, args, isNew: true, span };
}
