/** Owns that a text checked while it is edited, with all that is kept between edits, has what a first look at it finds. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/check/analyze';
import type { CheckedFile } from '../../../src/check/result';
import { loadPythonParser, type PythonParser } from '../../../src/python/parser';
import { readParserWasm } from '../../support/parserWasm';

const EDITS = 60;
const TYPED = [' ', 'x', ')', '(', '.', '\n', '\n\n', '#', ' + 1', '"', 'def ', '@', 'T = 3\n', ', axis=0', '# loss-lab: y_true (B, 3)\n'];

/** The same numbers each time. */
function randomNumbers(): (below: number) => number {
  let state = 7;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function edited(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  if (random(3) === 0) return text.slice(0, at) + text.slice(at + 1 + random(6));
  return text.slice(0, at) + (TYPED[random(TYPED.length)] ?? '') + text.slice(at);
}

function check(parser: PythonParser, document: string, text: string): Omit<CheckedFile, 'document'> {
  const parsers = { python: (source: string, name: string) => parser.parse(source, name) };
  const { document: _, ...found } = analyze({ document, text, language: 'python', parsers, options: { keras: 'auto' } });
  return JSON.parse(JSON.stringify(found).replaceAll(document, 'DOCUMENT')) as CheckedFile;
}

const IMPORTS = 'import tensorflow as tf\nimport keras\nfrom keras import backend as K, ops\n';
const EXAMPLES = readdirSync('examples').filter((name) => name.endsWith('.py'));
/** Every so many of them: each takes a while. */
const STRIDE = 12;
const FIXTURES = readdirSync('test/fixtures/python').filter((_, i) => i % STRIDE === 0);

const TEXTS: readonly (readonly [string, string, number])[] = [
  ...EXAMPLES.map((name) => [name, readFileSync(`examples/${name}`, 'utf8'), EDITS] as const),
  ...FIXTURES.map((name) => [name, IMPORTS + readFileSync(`test/fixtures/python/${name}`, 'utf8'), EDITS / 4] as const),
];

test.each(TEXTS)('%s while it is edited', async (_, original, edits) => {
  const kept = await loadPythonParser({ readWasm: readParserWasm });
  const random = randomNumbers();
  let text = original;
  for (let i = 0; i < edits; i++) {
    text = i % 6 === 0 ? original : edited(text, random);
    const fresh = await loadPythonParser({ readWasm: readParserWasm });
    expect(check(kept, 'kept.py', text), text).toEqual(check(fresh, `fresh${i}.py`, text));
  }
});
