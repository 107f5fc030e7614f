/** Owns that re-reading an edited text gives what reading it afresh gives. */
import { expect, test } from 'vitest';
import { loadSyntaxParser } from '../../../src/syntax/treeSitter';
import { readParserWasm } from '../../support/parserWasm';

const SOURCE = `import tensorflow as tf

class Scaled(tf.keras.losses.Loss):
    def __init__(self, scale=2.0):
        super().__init__()
        self.scale = scale

    def call(self, y_true, y_pred):
        return self.scale * tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)

def first(y_true, y_pred):
    return tf.reduce_sum(tf.abs(y_true - y_pred), axis=-1)
`;

const EDITS: readonly (readonly [string, string])[] = [
  ['scale=2.0', 'scale=3.25'],
  ['import tensorflow as tf\n', 'import tensorflow as tf\nimport numpy as np\n'],
  ['tf.abs(y_true - y_pred)', 'tf.abs(y_true - '],
  ['tf.abs(y_true - ', 'tf.abs(y_true - y_pred)'],
  ['def first', 'if True:\n  pass\ndef first'],
];

test('an edited text reads as a new one', async () => {
  const warm = await loadSyntaxParser('python', readParserWasm);
  let text = SOURCE;
  warm.parse(text);
  for (const [before, after] of EDITS) {
    text = text.replace(before, after);
    const fresh = await loadSyntaxParser('python', readParserWasm);
    expect(warm.parse(text)).toEqual(fresh.parse(text));
    expect(warm.parse(text, 100)).toEqual(fresh.parse(text, 100));
  }
});
