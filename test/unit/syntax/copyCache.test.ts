/** Owns that re-reading an edited text gives what reading it afresh gives. */
import { expect, test } from 'vitest';
import { loadSyntaxParser, type SyntaxNode } from '../../../src/syntax/treeSitter';
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

/** What a node says, however it is made. */
function plain({ type, field, named, start, end, missing, broken, children }: SyntaxNode): SyntaxNode {
  return { type, field, named, start, end, missing, broken, children: children.map(plain) };
}

test('an edited text reads as a new one', async () => {
  const warm = await loadSyntaxParser('python', readParserWasm);
  let text = SOURCE;
  warm.parse(text);
  for (const [before, after] of EDITS) {
    text = text.replace(before, after);
    const fresh = await loadSyntaxParser('python', readParserWasm);
    expect(plain(warm.parse(text))).toEqual(plain(fresh.parse(text)));
    expect(plain(warm.parse(text, 100))).toEqual(plain(fresh.parse(text, 100)));
  }
});
