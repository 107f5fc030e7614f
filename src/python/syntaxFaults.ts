/** Owns the words for syntax errors. */
import type { SyntaxNode } from '../syntax/treeSitter';
import type { LineFault, LogicalLine } from './logicalLines';

const COMPOUND = /(?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b/y;

/** The first thing that is wrong in a broken statement. */
export function describeFault(text: string, lines: readonly LogicalLine[], parse: () => SyntaxNode): LineFault {
  const faulty = lines.find((line) => line.fault !== null)?.fault;
  if (faulty) return faulty;
  const headless = lines.find((line) => lacksColon(text, line, lines));
  if (headless !== undefined) return { message: "expected ':'", start: headless.end - 1, end: headless.end };
  const node = firstBroken(parse());
  if (node === undefined) return wholeLine('invalid syntax', lines);
  if (node.missing) return at(text, node, `expected ${/^\W/.test(node.type) ? `'${node.type}'` : node.type.replaceAll('_', ' ')}`, lines);
  const token = text.slice(node.start, node.end).trim().split('\n')[0] ?? '';
  return at(
    text,
    node,
    token !== '' && token.length <= 30 && !lines.some((line) => line.start === node.start)
      ? `invalid syntax at '${token}'`
      : 'invalid syntax',
    lines,
  );
}

/** A head whose line ends without a colon, with a deeper line below. */
function lacksColon(text: string, line: LogicalLine, lines: readonly LogicalLine[]): boolean {
  COMPOUND.lastIndex = line.start;
  if (!COMPOUND.test(text)) return false;
  const next = lines[lines.indexOf(line) + 1];
  const code = text
    .slice(line.start, line.end)
    .replace(/#[^\r\n]*$/, '')
    .trimEnd();
  return !code.endsWith(':') && (next === undefined ? !code.includes(':') : next.indent > line.indent);
}

function firstBroken(root: SyntaxNode): SyntaxNode | undefined {
  let node = root;
  while (!node.missing && node.type !== 'ERROR') {
    const inside = node.children.find((child) => child.broken);
    if (inside === undefined) return undefined;
    node = inside;
  }
  return node;
}

/** At the node, within one line and at least one unit wide. */
function at(text: string, node: SyntaxNode, message: string, lines: readonly LogicalLine[]): LineFault {
  const last = lines.at(-1)?.end ?? node.end;
  const start = Math.max(0, Math.min(node.start, last - 1));
  const lineEnd = text.slice(start, node.end).search(/[\r\n]/);
  const end = lineEnd > 0 ? start + lineEnd : node.end;
  return { message, start, end: Math.max(end, start + 1) };
}

function wholeLine(message: string, lines: readonly LogicalLine[]): LineFault {
  const [first] = lines;
  return { message, start: first?.start ?? 0, end: first?.end ?? 1 };
}
