/**
 * What a loss is assumed to be given, from the ways in which its file uses it. All but the last were executed with a loss that notes what it
 * receives (Keras 3.15, tf-keras 2.21).
 */
import { describe, expect, test } from 'vitest';
import { typeText } from '../../../src/shape/shapeText';
import { checkSource } from '../../support/checkSource';
import { USES } from './uses';

const HEADER = 'import tensorflow as tf\nimport numpy as np\nimport keras\nfrom keras import layers\n';
const LOSS = 'def f(y_true, y_pred):\n    return tf.reduce_mean(tf.square(y_pred), axis=-1)\n';

describe('uses of a loss', () => {
  test.each(USES)('$title', ({ source, inputs, because }) => {
    const { losses } = checkSource(`${HEADER}${LOSS}${source}\n`);
    const loss = losses.find(({ name }) => name === 'f');
    expect(loss?.inputs.map(({ type, content }) => `${typeText(type)} ${content}`).join(' | ')).toBe(inputs);
    expect(loss?.assumedBecause.replace(/(?: compiled)? in line \d+|: .*/g, '')).toBe(because);
  });
});

const INFERRED: readonly (readonly [string, string])[] = [
  ['a model from a file', "model = keras.models.load_model('m.keras')\nmodel.compile(loss=f)"],
  ['a model that is an argument', 'def train(model):\n    model.compile(loss=f)'],
  ['a layer that is not known', 'from mylayers import Head\nmodel = keras.Sequential([keras.Input((8,)), Head()])\nmodel.compile(loss=f)'],
  ['a call on what is not known', 'import pandas as pd\nprint(f(pd.read_csv("a"), pd.read_csv("b")))'],
];

describe('what is not known', () => {
  test.each(INFERRED)('%s', (_, source) => {
    const [loss] = checkSource(`${HEADER}${LOSS}${source}\n`).losses;
    expect(loss?.assumed).toBe('inferred');
  });
});
