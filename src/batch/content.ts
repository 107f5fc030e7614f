/** Owns what the elements of a sample input may be: their names, grammar and printed form. */
import { type Dim, dimText } from '../shape/dim';
import { dimExpression } from './dims';
import { nestedNumbers } from './literals';
import { GrammarError, NUMBER, numberOf, Scanner, WORD } from './scanner';

export type SimpleContent = 'normal' | 'unit' | 'softmax' | 'logits' | 'onehot' | 'binary' | 'zeros' | 'ones' | 'same';

export type Content =
  | { readonly kind: SimpleContent }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Whole numbers from 0 up to the number of classes; null: as many as the other inputs have. */
  | { readonly kind: 'labels'; readonly classes: Dim | null }
  | { readonly kind: 'concat'; readonly parts: readonly { readonly content: Content; readonly size: Dim }[] }
  /** Written out. Fewer rows than the batch has are repeated. */
  | { readonly kind: 'rows'; readonly shape: readonly number[]; readonly values: readonly number[] };

/** What a name says; the first of each is the one printed. */
const SIMPLE: Readonly<Record<string, SimpleContent>> = {
  normal: 'normal',
  unit: 'unit',
  softmax: 'softmax',
  logits: 'logits',
  onehot: 'onehot',
  one_hot: 'onehot',
  binary: 'binary',
  zeros: 'zeros',
  ones: 'ones',
  same: 'same',
  probabilities: 'softmax',
  prob: 'softmax',
  sigmoid: 'unit',
};

export const CONTENT_NAMES: readonly string[] = [...new Set(Object.values(SIMPLE)), 'uniform(a, b)', 'labels(C)', 'concat(…)', '[[…], …]'];

export function parseContent(text: string): Content | { readonly message: string } {
  const scanner = new Scanner(text);
  try {
    const content = readContent(scanner);
    return scanner.atEnd() ? content : { message: `unexpected '${text.slice(scanner.position)}'` };
  } catch (error) {
    if (error instanceof GrammarError) return { message: error.message };
    throw error;
  }
}

export function contentText(content: Content): string {
  switch (content.kind) {
    case 'uniform':
      return `uniform(${content.low}, ${content.high})`;
    case 'labels':
      return content.classes === null ? 'labels' : `labels(${dimText(content.classes)})`;
    case 'concat':
      return `concat(${content.parts.map((part) => `${contentText(part.content)} ${dimText(part.size)}`).join(', ')})`;
    case 'rows':
      return rowsText(content.shape, content.values);
    default:
      return content.kind;
  }
}

function rowsText(shape: readonly number[], values: readonly number[]): string {
  const [size, ...rest] = shape;
  if (size === undefined) return String(values[0] ?? 0);
  const each = size === 0 ? 0 : values.length / size;
  return `[${Array.from({ length: size }, (_, i) => rowsText(rest, values.slice(i * each, (i + 1) * each))).join(', ')}]`;
}

/** Whether a content begins here. */
export function startsContent(scanner: Scanner): boolean {
  if (scanner.peek('[')) return true;
  const from = scanner.position;
  const word = scanner.take(WORD);
  scanner.position = from;
  return word !== undefined;
}

export function readContent(scanner: Scanner): Content {
  if (scanner.peek('[')) return { kind: 'rows', ...nestedNumbers(scanner) };
  const from = scanner.position;
  const word = scanner.take(WORD);
  if (word === undefined) return scanner.fail(`expected a content: ${CONTENT_NAMES.join(', ')}`);
  if (word === 'uniform') return readUniform(scanner);
  if (word === 'labels') return { kind: 'labels', classes: readClasses(scanner) };
  if (word === 'concat') return readConcat(scanner);
  const kind = Object.hasOwn(SIMPLE, word.toLowerCase()) ? SIMPLE[word.toLowerCase()] : undefined;
  if (kind === undefined) return scanner.fail(`'${word}' is no content; there are ${CONTENT_NAMES.join(', ')}`, from);
  return { kind };
}

function readUniform(scanner: Scanner): Content {
  if (!scanner.takeToken('(')) return { kind: 'uniform', low: 0, high: 1 };
  const from = scanner.position;
  const low = numberIn(scanner);
  scanner.expect(',', 'between the bounds of uniform');
  const high = numberIn(scanner);
  if (!(low <= high)) scanner.fail(`uniform(${low}, ${high}): the first bound must not be above the second`, from);
  scanner.expect(')', 'after the bounds of uniform');
  return { kind: 'uniform', low, high };
}

function numberIn(scanner: Scanner): number {
  const text = scanner.take(NUMBER);
  return text === undefined ? scanner.fail('expected a number') : numberOf(text);
}

function readClasses(scanner: Scanner): Dim | null {
  if (!scanner.takeToken('(')) return null;
  const classes = dimExpression(scanner);
  scanner.expect(')', 'after the number of classes');
  return classes;
}

function readConcat(scanner: Scanner): Content {
  scanner.expect('(', 'after concat');
  const parts: { content: Content; size: Dim }[] = [];
  do {
    const content = readContent(scanner);
    parts.push({ content, size: dimExpression(scanner) });
  } while (scanner.takeToken(','));
  scanner.expect(')', 'after the parts of concat');
  return { kind: 'concat', parts };
}
