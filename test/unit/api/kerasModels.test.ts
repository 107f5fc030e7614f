/** Models as far as losses need them: the shape and activation of what they predict, and the losses that compile() was given. */
import { describe, expect, test } from 'vitest';
import { LIBRARY } from '../../../src/api/library';
import { modelStateOf } from '../../../src/api/models/model';
import { type ModelOutput, outputsOf } from '../../../src/api/models/modelFacts';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { closureOf } from '../../../src/program/modules';
import { loadPythonParser } from '../../../src/python/parser';
import { shapeText } from '../../../src/shape/shapeText';
import { Context } from '../../../src/trace/context';
import { registerDialect } from '../../../src/trace/dialects/dialect';
import { pythonDialect } from '../../../src/trace/dialects/python';
import { Interpreter } from '../../../src/trace/interpreter';
import { CHECK_BUDGET } from '../../../src/trace/outcome';
import { readParserWasm } from '../../support/parserWasm';

registerDialect(pythonDialect);
const parser = await loadPythonParser({ readWasm: readParserWasm });

function factsOf(source: string, name = 'model'): readonly ModelOutput[] | null {
  const module = parser.parse(`import keras\nfrom keras import layers\n${source}`, 'main.py');
  const request = {
    closure: closureOf(module, { resolve: () => undefined }),
    loss: name,
    inputs: [],
    keras: 3,
    mode: 'check',
    settings: {},
    budget: CHECK_BUDGET,
  } as const;
  const interpreter = new Interpreter(request, { library: LIBRARY, primitives: PRIMITIVES });
  const context = new Context(interpreter, { document: 'main.py', start: 0, end: 0 }, name, 'main.py');
  const model = interpreter.module('main.py')?.lookUp(name);
  return outputsOf(context, (model && modelStateOf(model)?.outputs) ?? null);
}

const text = (outputs: readonly ModelOutput[] | null): string =>
  outputs?.map(({ shape, activation }) => `${shapeText(shape)} ${activation ?? '?'}`).join('; ') ?? 'not known';

const MODELS: readonly (readonly [string, string, string])[] = [
  [
    'a list of layers',
    "model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation='relu'), layers.Dense(3, activation='softmax')])",
    '(B, 3) softmax',
  ],
  [
    'input_shape',
    'model = keras.models.Sequential([layers.Dense(16, input_shape=(8,)), layers.Dropout(0.5), layers.Dense(1)])',
    '(B, 1) linear',
  ],
  [
    'images',
    "model = keras.Sequential([layers.Conv2D(4, 3, padding='same', input_shape=(28, 28, 1)), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10), layers.Activation('softmax')])",
    '(B, 10) softmax',
  ],
  [
    'an activation that passes a reshape',
    "model = keras.Sequential([keras.Input((6,)), layers.Dense(6, activation='sigmoid'), layers.Reshape((2, 3))])",
    '(B, 2, 3) sigmoid',
  ],
  [
    'a graph of layers',
    "x = keras.Input(shape=(None, 5))\nh = layers.LSTM(7)(x)\na = layers.Dense(2, activation='softmax')(h)\nb = layers.Dense(1)(layers.concatenate([h, a]))\nmodel = keras.Model(x, [a, b])",
    '(B, 2) softmax; (B, 1) linear',
  ],
  [
    'a decoder',
    "model = keras.Sequential([keras.Input((7, 7, 3)), layers.Conv2DTranspose(2, 3, strides=2, padding='same', activation='tanh')])",
    '(B, 14, 14, 2) tanh',
  ],
  [
    'layers added one by one',
    "model = keras.Sequential()\nmodel.add(keras.Input((4,)))\nmodel.add(layers.Dense(2, activation='softmax'))",
    '(B, 2) softmax',
  ],
  ['no input', 'model = keras.Sequential([layers.Dense(3)])', 'not known'],
  ['weights from elsewhere', 'model = keras.Sequential([keras.applications.VGG16(), layers.Dense(3)])', 'not known'],
];

describe('outputs', () => {
  test.each(MODELS)('%s', (_, source, expected) => {
    expect(text(factsOf(source))).toBe(expected);
  });
});
