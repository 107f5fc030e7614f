/** Owns values as a comment writes them: numbers, strings, booleans, None, lists. */
import { NUMBER, numberOf, type Scanner } from './scanner';

export type Literal = number | boolean | string | null | readonly Literal[];

const WORDS: Readonly<Record<string, Literal>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  None: null,
  null: null,
  undefined: null,
};
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
const BARE = /[A-Za-z_][\w./-]*/y;

export function literal(scanner: Scanner): Literal {
  const close = scanner.takeToken('[') ? ']' : scanner.takeToken('(') ? ')' : undefined;
  if (close !== undefined) return literalsUntil(scanner, close);
  const number = scanner.take(NUMBER);
  if (number !== undefined) return numberOf(number);
  const quoted = scanner.take(QUOTED);
  if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
  const word = scanner.take(BARE);
  if (word === undefined) return scanner.fail('expected a value: a number, a string in quotes, True, False, None or a list');
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : word;
}

function literalsUntil(scanner: Scanner, close: string): readonly Literal[] {
  const items: Literal[] = [];
  while (!scanner.takeToken(close)) {
    items.push(literal(scanner));
    if (!scanner.takeToken(',') && !scanner.peek(close)) scanner.fail(`expected ',' or '${close}' in a list`);
  }
  return items;
}

/** `[[0.1, 0.9], [1, 0]]`: all rows of one length. A trailing `…` may say that the rows go on like this. */
export function nestedNumbers(scanner: Scanner): { readonly shape: readonly number[]; readonly values: readonly number[] } {
  const from = scanner.position;
  const values: number[] = [];
  const shape = readNested(scanner, values, from);
  return { shape, values };
}

function readNested(scanner: Scanner, values: number[], from: number): readonly number[] {
  scanner.expect('[', 'before the values');
  let count = 0;
  let inner: readonly number[] = [];
  while (!scanner.takeToken(']')) {
    if (scanner.takeToken('…') || scanner.takeToken('...')) continue;
    const shape = scanner.peek('[') ? readNested(scanner, values, from) : readNumber(scanner, values);
    if (count > 0 && shape.join() !== inner.join()) scanner.fail('all rows must have one length', from);
    inner = shape;
    count++;
    if (!scanner.takeToken(',') && !scanner.peek(']')) scanner.fail("expected ',' or ']' between values");
  }
  return [count, ...inner];
}

function readNumber(scanner: Scanner, values: number[]): readonly number[] {
  const text = scanner.take(NUMBER);
  if (text === undefined) return scanner.fail('expected a number');
  values.push(numberOf(text));
  return [];
}
