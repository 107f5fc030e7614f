/** Owns that a text checked while it is edited, with all that is kept between edits, has what a first look at it finds. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/check/analyze';
import type { CheckedFile } from '../../../src/check/result';
import { loadJavascriptParser } from '../../../src/javascript/parser';
import type { Module } from '../../../src/program/program';
import { loadPythonParser } from '../../../src/python/parser';
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

type Parse = (source: string, document: string) => Module;

/** One parser for each look, so that nothing is at hand. */
async function parserFor(name: string): Promise<Parse> {
  const options = { readWasm: readParserWasm };
  const parser = name.endsWith('.py') ? await loadPythonParser(options) : await loadJavascriptParser(options);
  return (source, document) => parser.parse(source, document);
}

function check(parse: Parse, document: string, text: string): Omit<CheckedFile, 'document'> {
  const language = document.endsWith('.py') ? 'python' : 'javascript';
  const { document: _, ...found } = analyze({ document, text, language, parsers: { [language]: parse }, options: { keras: 'auto' } });
  return JSON.parse(JSON.stringify(found).replaceAll(document, 'DOCUMENT')) as CheckedFile;
}

const IMPORTS = 'import tensorflow as tf\nimport keras\nfrom keras import backend as K, ops\n';
const EXAMPLES = readdirSync('examples');
/** Every so many of them: each takes a while. */
const STRIDE = 12;
const FIXTURES = readdirSync('test/fixtures/python').filter((_, i) => i % STRIDE === 0);

/** What is said of the loss depends on what another function does with it. */
const TRAINED = `import * as tf from '@tensorflow/tfjs';

export function loss(labels: tf.Tensor, predictions: tf.Tensor): tf.Scalar {
  const host = predictions.arraySync() as number[][];
  return labels.sub(tf.tensor2d(host)).square().mean();
}

export function train(optimizer: tf.Optimizer, model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): void {
  optimizer.minimize(() => loss(y, model.predict(x) as tf.Tensor));
}
`;

const TEXTS: readonly (readonly [string, string, number])[] = [
  ...EXAMPLES.map((name) => [name, readFileSync(`examples/${name}`, 'utf8'), EDITS] as const),
  ...FIXTURES.map((name) => [name, IMPORTS + readFileSync(`test/fixtures/python/${name}`, 'utf8'), EDITS / 4] as const),
  ['trained.ts', TRAINED, EDITS],
];

test.each(TEXTS)('%s while it is edited', async (name, original, edits) => {
  const kept = await parserFor(name);
  const random = randomNumbers();
  let text = original;
  for (let i = 0; i < edits; i++) {
    text = i % 6 === 0 ? original : edited(text, random);
    const fresh = await parserFor(name);
    const ending = path.extname(name);
    expect(check(kept, `kept${ending}`, text), text).toEqual(check(fresh, `fresh${i}${ending}`, text));
  }
});
