import { beforeAll, describe, expect, it } from 'vitest';
import { LineIndex } from '../../../src/base/span';
import { directivesFor } from '../../../src/program/directives';
import { printExpr } from '../../../src/program/print';
import { findCompiles } from '../../../src/python/compiles';
import { findLosses } from '../../../src/python/find';
import { mentionsFramework } from '../../../src/python/framework';
import { lookUp } from '../../../src/python/lookUp';
import { loadPythonParser, type PythonParser } from '../../../src/python/parser';
import { readParserWasm } from '../../support/parserWasm';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadPythonParser({ readWasm: readParserWasm });
});

const HEAD = 'import tensorflow as tf\nimport numpy as np\nimport torch\nfrom functools import partial\n';

/** `name kind (params; settings)` of each loss. */
function found(source: string): readonly string[] {
  const text = HEAD + source;
  return findLosses(parser.parse(text, 'loss.py'), new LineIndex(text)).map(
    ({ name, kind, params, settings, metric }) =>
      `${name} ${metric ? 'metric ' : ''}${kind} (${[params, settings].map((list) => list.map((param) => param.name).join(', ')).join('; ')})`,
  );
}

const CASES: readonly (readonly [source: string, losses: readonly string[]])[] = [
  ['def mse(y_true, y_pred): return tf.reduce_mean(y_true - y_pred)', ['mse function (y_true, y_pred; )']],
  ['def f(labels, logits, gamma=2.0): return tf.exp(labels)', ['f function (labels, logits; gamma)']],
  ['def hinge_loss(a, b): return tf.maximum(a, b)', ['hinge_loss function (a, b; )']],
  ['def add(a, b): return tf.add(a, b)', []],
  ['def plain(y_true, y_pred): return -y_true * y_pred', ['plain function (y_true, y_pred; )']],
  ['def rmse(y_true, y_pred): return np.sqrt(np.mean(y_true - y_pred))', []],
  ['def l(y_true, y_pred): return torch.mean(y_true - y_pred)', []],
  ['def helper(y_true, y_pred, weights): return tf.reduce_mean(weights)', []],
  [
    '# loss-lab: y_true (B, 1), y_pred (B, 1); weights=2\ndef helper(y_true, y_pred, weights): return tf.exp(weights)',
    ['helper function (y_true, y_pred; weights)'],
  ],
  ['def accuracy(y_true, y_pred): return tf.equal(y_true, y_pred)', ['accuracy metric function (y_true, y_pred; )']],
  [
    'def focal(gamma=2.0):\n  def loss(y_true, y_pred): return tf.exp(y_pred)\n  return loss\nbest = focal(3.0)',
    ['focal factory (y_true, y_pred; gamma)', 'best binding (y_true, y_pred; )'],
  ],
  ['def scaled(a):\n  return lambda y_true, y_pred: a * y_pred', ['scaled factory (y_true, y_pred; a)']],
  ['def w(y_true, y_pred, a): return tf.exp(a)\nl = partial(w, a=2.0)\nm = tf.exp(1.0)', ['l binding (y_true, y_pred; )']],
  [
    'class Dice(tf.keras.losses.Loss):\n  def __init__(self, smooth=1.0): pass\n  def call(self, y_true, y_pred): return tf.exp(y_pred)\nd = Dice()',
    ['Dice class (y_true, y_pred; smooth)', 'd binding (y_true, y_pred; )'],
  ],
  [
    'class Base(tf.keras.losses.Loss):\n  def call(self, y_true, y_pred): raise NotImplementedError\nclass A(Base):\n  def call(self, y, p): return p',
    ['A class (y, p; )'],
  ],
  [
    'class Focal:\n  def __call__(self, y_true, y_pred): return y_pred\nclass M(tf.keras.metrics.Metric):\n  def update_state(self, y_true, y_pred): pass',
    ['Focal class (y_true, y_pred; )'],
  ],
  [
    'class V(tf.keras.Model):\n  def vae_loss(self, y_true, y_pred): return tf.exp(y_pred)\n  def train_step(self, y_true, y_pred): tf.exp(y_pred)',
    ['V.vae_loss method (y_true, y_pred; )'],
  ],
  [
    'm.compile("adam", loss={"a": lambda y_true, y_pred: y_pred, "b": odd}, metrics=[f])\ndef odd(u, v): return u\ndef f(y_true, y_pred): return tf.abs(y_true)',
    ['<lambda:5> lambda (y_true, y_pred; )', 'odd function (u, v; )', 'f metric function (y_true, y_pred; )'],
  ],
  ['sq = lambda y_true, y_pred: tf.square(y_pred)\nother = lambda x, y: tf.exp(x)', ['sq lambda (y_true, y_pred; )']],
];

describe('finding losses', () => {
  it.each(CASES)('%j', (source, losses) => {
    expect(found(source)).toEqual(losses);
  });

  it('looks for the framework in the text', () => {
    expect(mentionsFramework('from keras import ops')).toBe(true);
    expect(mentionsFramework('import numpy')).toBe(false);
  });
});

describe('finding compile() calls', () => {
  it('tells them from other calls of that name', () => {
    const text =
      're.compile("x")\nregex.compile("x", 1)\ntorch.compile(m)\ndef build():\n  m.compile("adam", f, metrics=["mae"])\nnet.inner.compile(loss="mse", optimizer=o)';
    const calls = findCompiles(parser.parse(text, 'a.py')).map(({ model, loss, optimizer, owners }) => [
      printExpr(model),
      loss && printExpr(loss),
      optimizer && printExpr(optimizer),
      owners.length,
    ]);
    expect(calls).toEqual([
      ['m', 'f', '"adam"', 1],
      ['net.inner', '"mse"', 'o', 0],
    ]);
  });
});

describe('looking up --loss NAME', () => {
  const text = `${HEAD}def mse(a): return a
def make(k):
  def inner(y_true, y_pred): return k
  return inner
class M:
  def custom(self, x): return x
mse = make(1.0)
alias = other.thing
m.add(lambda x: x)
# loss-lab: y_true (B, 1), y_pred (B, 1)
sq = lambda y_true, y_pred: y_pred
`;
  it.each([
    ['mse', 'binding mse'],
    ['make', 'factory make'],
    ['make.inner', 'function make.inner'],
    ['inner', 'function make.inner'],
    ['M', 'class M'],
    ['M.custom', 'method M.custom'],
    ['custom', 'method M.custom'],
    ['alias', 'binding alias'],
    ['<lambda:13>', 'lambda <lambda:13>'],
    ['<lambda:15>', 'lambda <lambda:15>'],
    ['nothing', ''],
    ['constructor', ''],
  ])('%s', (name, expected) => {
    const result = lookUp(parser.parse(text, 'a.py'), new LineIndex(text), name);
    expect(result === undefined ? '' : `${result.kind} ${result.name}`).toBe(expected);
  });

  it('finds the directives of every kind of loss', () => {
    const source = `${HEAD}# loss-lab: 1
@tf.function
def a(y_true, y_pred):
  return tf.exp(y_pred)
# loss-lab: no

def b(y_true, y_pred):
  """Doc."""
  # loss-lab: 2
  return tf.exp(y_pred)
class C(tf.keras.losses.Loss):
  # loss-lab: 3
  def call(self, y_true, y_pred):
    return y_pred
# loss-lab: 4
# (a note)
def d(k):
  def loss(y_true, y_pred): return k * y_pred
  return loss
# loss-lab: 5
e = d(1)
def f(k):
  # loss-lab: 6
  def loss(y_true, y_pred): return k * y_pred
  return loss
def g():
  # loss-lab: 7
  m.compile(loss=lambda y_true, y_pred: y_pred)
`;
    const module = parser.parse(source, 'a.py');
    const losses = findLosses(module, new LineIndex(source));
    expect(losses.map((loss) => `${loss.name} ${directivesFor(module, loss).map(({ text: said }) => said)}`)).toEqual([
      'a 1',
      'b 2',
      'C 3',
      'd 4',
      'e 5',
      'f 6',
      '<lambda:32> 7',
    ]);
  });
});
