/** What the question behind custom_mse is about: y of shape (1000,) and a model that ends in Dense(1). `fit` aligns the two; a direct call and a Loss subclass do not. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../src/check/analyze';
import { loadPythonParser, type PythonParser } from '../../../src/python/parser';
import { parseType } from '../../../src/shape/shapeText';
import type { KerasVersion } from '../../../src/value/api';
import { readParserWasm } from '../../support/parserWasm';

const EXAMPLE = readFileSync(path.resolve(__dirname, '../../../examples/custom_mse.py'), 'utf8');
const SUBCLASS = `import keras
import tensorflow as tf


class Mse(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)
`;
const SHAPES = 'y_true (6,) float32, y_pred (6, 1) float32';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadPythonParser({ readWasm: readParserWasm });
});

const findings = (text: string, keras: 'auto' | KerasVersion, shapes: string | null) => {
  const parsers = { python: (source: string, document: string) => parser.parse(source, document) };
  const { problems, losses } = analyze({ document: 'a.py', text, language: 'python', parsers, options: { keras, shapes } });
  return { problems: problems.filter(({ code }) => code === 'silent-broadcast'), all: problems, losses };
};

describe('labels (6,) against predictions (6, 1)', () => {
  test.each<readonly [string, string, KerasVersion, boolean]>([
    ['a function in fit of Keras 3', EXAMPLE, 3, false],
    ['a function in fit of Keras 2', EXAMPLE, 2, false],
    ['a function called directly', EXAMPLE, 'none', true],
    ['a Loss subclass in Keras 3', SUBCLASS, 3, true],
    ['a Loss subclass called directly', SUBCLASS, 'none', true],
  ])('%s', (_, text, keras, broadcasts) => {
    const { problems } = findings(text, keras, SHAPES);
    expect(problems.length).toBe(broadcasts ? 1 : 0);
    for (const { message, span, severity } of problems) {
      // Both operands with their shapes, and what becomes of them.
      expect(message).toMatch(/y_true \(B,\).*y_pred \(B, 1\).*\(B, B\)/);
      expect([text.slice(span.start, span.end), severity]).toEqual(['y_true - y_pred', 'warning']);
    }
  });

  test('the example as it stands is clean and returns (10,)', () => {
    const { all, losses } = findings(EXAMPLE, 'auto', null);
    expect(all).toEqual([]);
    expect(losses.map(({ returns }) => returns)).toEqual([{ shape: parseType('(10,)')?.shape, dtype: 'float32' }]);
  });
});
