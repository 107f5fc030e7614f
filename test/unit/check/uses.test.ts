/**
 * What a loss is assumed to be given, from the ways in which its file uses it. All but the last were executed with a loss that notes what it
 * receives (Keras 3.15, tf-keras 2.21).
 */
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/check/analyze';
import { loadPythonParser } from '../../../src/python/parser';
import { typeText } from '../../../src/shape/shapeText';
import { checkSource } from '../../support/checkSource';
import { readParserWasm } from '../../support/parserWasm';
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

describe('a model of another file', () => {
  const MODELS = `from tensorflow.keras import layers, Model, Input
def build(shape, classes):
    x = Input(shape)
    h = layers.Conv2D(4, 3, padding='same', activation='relu')(x)
    h = layers.GlobalAveragePooling2D()(h)
    return Model(x, layers.Dense(classes, activation='softmax')(h))
`;

  test('is built by its function', async () => {
    const parser = await loadPythonParser({ readWasm: readParserWasm });
    const models = parser.parse(MODELS, 'models.py');
    const text = `${HEADER}from models import build\n${LOSS}model = build((32, 32, 3), 7)\nmodel.compile(loss=f)\n`;
    const [loss] = analyze({
      document: 'train.py',
      text,
      language: 'python',
      parsers: { python: (source, document) => parser.parse(source, document) },
      host: { resolve: (_, name) => (name === 'models' ? models : undefined) },
      options: { keras: 'auto' },
    }).losses;
    expect(loss?.assumedBecause).toBe('the model compiled in line 9: (B, 7), softmax');
  });
});

/** Every use is looked at, and what it finds says where. */
const SEVERAL: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'two models',
    'a = keras.Sequential([keras.Input((4, 4)), layers.Dense(1)])\na.compile(loss=g)\nb = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\nb.compile(loss=g)\nb.fit(np.zeros((9, 4)), np.zeros((9, 3)))',
    ['axis-out-of-range in the compile() in line 10'],
  ],
  [
    'a model made again under one name',
    'm = keras.Sequential([keras.Input((4, 4)), layers.Dense(1)])\nm.compile(loss=g)\nm = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\nm.compile(loss=g)\nm.fit(np.zeros((9, 4)), np.zeros((9, 3)))',
    ['axis-out-of-range in the compile() in line 10'],
  ],
  [
    'a builder of several models',
    'def build(kind):\n    if kind == "rows":\n        return keras.Sequential([keras.Input((4, 4)), layers.Dense(1)])\n    return keras.Sequential([keras.Input((4,)), layers.Dense(3)])\ndef train(kind):\n    m = build(kind)\n    m.compile(loss=g)\n    m.fit(np.zeros((9, 4)), np.zeros((9, 3)))',
    ['broadcast in the compile() in line 13', 'axis-out-of-range in the compile() in line 13'],
  ],
  [
    'a comment and a model that contradicts it',
    'm = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\nm.compile(loss=h)\nm.fit(np.zeros((9, 4)), np.zeros((9, 3)))',
    ['axis-out-of-range in the compile() in line 11'],
  ],
];

describe('several uses', () => {
  const LOSSES = `def g(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred), axis=2)
# loss-lab: y_true (B, 4, 3), y_pred (B, 4, 3)
def h(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred), axis=2)
`;
  test.each(SEVERAL)('%s', (_, source, expected) => {
    const lines = source.includes('=h)') ? LOSSES : LOSSES.split('\n').slice(0, 2).join('\n').concat('\n');
    const { problems } = checkSource(`${HEADER}${lines}${source}\n`);
    const loud = problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
    expect(loud.map(({ code, message }) => `${code} ${/in the (?:compile\(\)|call) in line \d+/.exec(message)?.[0] ?? ''}`)).toEqual(
      expected,
    );
  });
});

const INFERRED: readonly (readonly [string, string])[] = [
  ['a model from a file', "model = keras.models.load_model('m.keras')\nmodel.compile(loss=f)"],
  ['a model that is an argument', 'def train(model):\n    model.compile(loss=f)'],
  ['a layer that is not known', 'from mylayers import Head\nmodel = keras.Sequential([keras.Input((8,)), Head()])\nmodel.compile(loss=f)'],
  ['a call that is to fail', 'import pytest\nwith pytest.raises(ValueError):\n    f(tf.zeros((2, 3)), tf.zeros((2, 4)))'],
  ['a call on what is not known', 'import pandas as pd\nprint(f(pd.read_csv("a"), pd.read_csv("b")))'],
];

describe('what is not known', () => {
  test.each(INFERRED)('%s', (_, source) => {
    const [loss] = checkSource(`${HEADER}${LOSS}${source}\n`).losses;
    expect(loss?.assumed).toBe('inferred');
  });
});
