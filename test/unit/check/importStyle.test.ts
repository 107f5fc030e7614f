/** Fixes are said in the names that the function around them uses. */
import { describe, expect, test } from 'vitest';
import { checkSource, withEdits } from '../../support/checkSource';

const OPS = 'import keras\nfrom keras import ops\n';
const BACKEND = 'import tensorflow as tf\nfrom tensorflow.keras import backend as K\n';
const NAMED = 'import keras\n';

interface Sample {
  readonly header: string;
  readonly shapes: string;
  readonly body: string;
  readonly code: string;
  readonly fixed: string;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  'keras.ops for an axis-wise stretch': {
    header: OPS,
    shapes: 'y_true (B,), y_pred (B, 1); keras=none',
    body: 'return ops.mean(ops.square(y_true - y_pred), axis=-1)',
    code: 'silent-broadcast',
    fixed: 'ops.reshape(y_true, ops.shape(y_pred))',
  },
  'keras.ops by its whole name': {
    header: NAMED,
    shapes: 'y_true (B, 4) onehot, y_pred (B, 4) logits; keras=3',
    body: 'return -keras.ops.sum(y_true * keras.ops.log(keras.ops.softmax(y_pred)), axis=-1)',
    code: 'log-of-softmax',
    fixed: 'keras.ops.log_softmax(y_pred)',
  },
  'keras.backend where only it is used': {
    header: BACKEND,
    shapes: 'y_true (B, 1) int32, y_pred (B, 1); keras=none',
    body: 'return K.mean(K.square(y_true - y_pred), axis=-1)',
    code: 'dtype-mismatch',
    fixed: "K.cast(y_true, 'float32')",
  },
  'TensorFlow where keras.backend has no such function': {
    header: BACKEND,
    shapes: 'y_true (B, 4) onehot, y_pred (B, 4) logits; keras=3',
    body: 'return K.log(K.sum(K.exp(y_pred), axis=-1)) - K.sum(y_true * y_pred, axis=-1)',
    code: 'exp-overflow',
    fixed: 'tf.reduce_logsumexp(y_pred, axis=-1)',
  },
  'expressions of several lines, with comments': {
    header: BACKEND,
    shapes: 'y_true (B, 3), y_pred (B, 3); keras=3',
    body: 'return tf.reduce_mean(\n        tf.square(y_true - y_pred),  # the gap\n        axis=2,\n    )',
    code: 'axis-out-of-range',
    fixed: 'tf.square(y_true - y_pred),  # the gap\n        axis=-1,\n    )',
  },
  'keyword arguments': {
    header: BACKEND,
    shapes: 'y_true (B, 3), y_pred (B, 5); keras=3',
    body: 'return tf.reduce_mean(tf.concat(values=[y_true, y_pred], axis=0), axis=-1)',
    code: 'concat-shape',
    fixed: 'tf.concat(values=[y_true, y_pred], axis=-1)',
  },
};

describe('fixes', () => {
  test.each(Object.entries(SAMPLES))('%s', (_, { header, shapes, body, code, fixed }) => {
    const text = `${header}# loss-lab: ${shapes}\ndef loss(y_true, y_pred):\n    ${body}\n`;
    const problem = checkSource(text).problems.find((each) => each.code === code);
    const [first] = problem?.fixes ?? [];
    expect(withEdits(text, first?.edits ?? [])).toContain(fixed);
  });
});
