/** Measures what one keystroke costs: the analysis of a file of 500 lines and 20 losses after a small edit, beside a plain parse of the same text. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser } from '@vscode/tree-sitter-wasm';
import { analyze } from '../../src/check/analyze';
import { loadPythonParser } from '../../src/python/parser';
import { type Measured, measure } from './measure';

const LINES = 500;
/** What else stands in such a file. */
const FILLER = (n: number): string => `def prepare_${n}(path, size=32):
    rows = np.loadtxt(path, delimiter=",")
    count = rows.shape[0] // size
    parts = [rows[i * size:(i + 1) * size] for i in range(count)]
    if not parts:
        raise ValueError(f"{path} is empty")
    return np.stack(parts), size


`;

/** The examples' losses, 20 in all, and functions that are none. */
export function largeFile(): string {
  const parts = ['class_incremental', 'scalar_or_vector', 'keras_backend', 'class_incremental', 'scalar_or_vector'];
  let text = parts
    .map((name, i) => readFileSync(path.resolve('examples', `${name}.py`), 'utf8').replaceAll(/^(def|class) (\w+)/gm, `$1 $2_${i}`))
    .join('\n\n');
  for (let i = 0; text.split('\n').length < LINES; i++) text += FILLER(i);
  return text;
}

/** Typed behind a line of code; some leave the line broken, as typing does. */
const TYPED = ['  ', ' + 1', 'x', ')', '.', ' # so'];

function* edits(text: string): Generator<string> {
  const lines = text.split('\n');
  const places = lines.flatMap((line, i) => (/^ {4,}\w.*[\w)]$/.test(line) ? [i] : []));
  for (let i = 0; ; i++) {
    const place = places[(i * 7919) % places.length] ?? 0;
    yield lines.map((line, n) => (n === place ? line + (TYPED[i % TYPED.length] ?? '') : line)).join('\n');
  }
}

export interface EditTimes {
  readonly lines: number;
  readonly losses: number;
  readonly analysis: Measured;
  readonly plainParse: Measured;
}

export async function measureEdits(dist: string, count: number): Promise<EditTimes> {
  const readWasm = (name: string): Promise<Uint8Array> => readFile(path.join(dist, name));
  const parser = await loadPythonParser({ readWasm });
  const parsers = { python: (text: string, document: string) => parser.parse(text, document) };
  const plain = new Parser();
  plain.setLanguage(await Language.load(await readWasm('tree-sitter-python.wasm')));
  const text = largeFile();
  const check = (now: string): number =>
    analyze({ document: 'losses.py', text: now, language: 'python', parsers, options: { keras: 'auto' } }).losses.length;
  const texts = edits(text);
  const next = (): string => texts.next().value as string;
  const losses = check(text);
  for (let i = 0; i < 40; i++) check(next());
  let now = text;
  const [analysis, plainParse] = measure(
    count,
    [
      () => {
        check(now);
      },
      () => plain.parse(now)?.delete(),
    ],
    () => {
      now = next();
    },
  );
  if (analysis === undefined || plainParse === undefined) throw new Error('nothing was measured');
  return { lines: text.split('\n').length, losses, analysis, plainParse };
}
