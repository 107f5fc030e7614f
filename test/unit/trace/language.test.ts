/** Owns what the trace makes of Python's constructs: the type that a loss returns, per construct. */
import { describe, expect, test } from 'vitest';
import { returnedText, traceSource } from '../../support/traceSource';

const CASES: readonly { readonly name: string; readonly source: string; readonly returns: string; readonly loss?: string }[] = [
  {
    name: 'arithmetic and reduction',
    source: 'def loss(y, p):\n  return tf.reduce_mean((y - p) ** 2 / 2, axis=-1)',
    returns: '(B,) float32',
  },
  {
    name: 'helper with a keyword default',
    source: 'def h(x, axis=-1):\n  return tf.reduce_sum(x, axis=axis)\ndef loss(y, p):\n  return h(y * p)',
    returns: '(B,) float32',
  },
  {
    name: 'star arguments',
    source: 'def h(*xs, **kw):\n  return tf.reduce_sum(xs[0] - xs[1], **kw)\ndef loss(y, p):\n  return h(*[y, p], axis=1)',
    returns: '(B,) float32',
  },
  {
    name: 'closure and factory',
    source: 'def make(t=2.0):\n  def inner(y, p):\n    return tf.reduce_sum(p / t, axis=-1)\n  return inner',
    loss: 'make',
    returns: '(B,) float32',
  },
  {
    name: 'binding of a factory call',
    source: 'def make(axis):\n  return lambda y, p: tf.reduce_sum(p - y, axis=axis)\nloss = make(0)',
    returns: '(3,) float32',
  },
  {
    name: 'Loss subclass with super',
    source:
      'class loss(keras.losses.Loss):\n  def __init__(self, k=2.0, **kw):\n    super().__init__(**kw)\n    self.k = k\n  def call(self, y, p):\n    return self.k * tf.reduce_mean(tf.abs(y - p), axis=-1)',
    returns: '(B,) float32',
  },
  {
    name: 'inheritance and methods',
    source:
      'class A:\n  s = 2.0\n  def part(self, x):\n    return x * self.s\nclass loss(A):\n  def part(self, x):\n    return super().part(x) + 1\n  def __call__(self, y, p):\n    return self.part(y - p)',
    returns: '(B, 3) float32',
  },
  {
    name: 'for over range',
    source: 'def loss(y, p):\n  t = 0.0\n  for k in range(3):\n    t += y[:, k] - p[:, k]\n  return t',
    returns: '(B,) float32',
  },
  {
    name: 'comprehension and stack',
    source: 'def loss(y, p):\n  return tf.stack([p[:, k] for k in range(2)], axis=1)',
    returns: '(B, 2) float32',
  },
  {
    name: 'if on a static rank',
    source: 'def loss(y, p):\n  if len(p.shape) > 1:\n    return p[:, 0]\n  return p',
    returns: '(B,) float32',
  },
  {
    name: 'conditional expression on None',
    source: 'def loss(y, p, w=None):\n  return (y - p) if w is None else w',
    returns: '(B, 3) float32',
  },
  {
    name: 'a name put together by %',
    source: "def loss(y, p):\n  return getattr(tf, 'reduce_%s%s' % ('su', 'm'))(p - y, axis=-1)",
    returns: '(B,) float32',
  },
  { name: 'a tensor in a text', source: "def loss(y, p):\n  print('loss %s' % p)\n  return p - y", returns: '(B, 3) float32' },
  {
    name: 'hasattr of a library',
    source: "def loss(y, p):\n  f = tf.reduce_sum if hasattr(tf, 'reduce_sum') else tf.sum\n  return f(p - y, axis=-1)",
    returns: '(B,) float32',
  },
  {
    name: 'several arrays index together',
    source: 'm = np.zeros((3, 3, 2))\nm[np.triu_indices(3, 1)] = 1.0\ndef loss(y, p):\n  return p * m[[0, 1, 2], [2, 1, 0]][:, 0]',
    returns: '(B, 3) float32',
  },
  {
    name: 'enumerations',
    source:
      "from enum import Enum, auto\nclass Mode(Enum):\n  A = 'a'\n  B = auto()\ndef loss(y, p, mode=Mode('a')):\n  if mode is Mode.B or mode.value != 'a' or mode == Mode.B:\n    return p\n  return p[:, 0]",
    returns: '(B,) float32',
  },
  {
    name: 'a dict that makes its entries',
    source:
      'from collections import defaultdict\ndef loss(y, p):\n  parts = defaultdict(list)\n  parts["a"].append(y - p)\n  return parts["a"][0]',
    returns: '(B, 3) float32',
  },
  {
    name: 'versions compared',
    source:
      'from packaging import version\ndef loss(y, p):\n  if version.parse(tf.__version__) >= version.parse("2.3.0") and keras.__version__ > "2":\n    return p[:, 0]\n  return p',
    returns: '(B,) float32',
  },
  {
    name: 'a shape equal to a number',
    source: 'def loss(y, p):\n  assert tf.shape(p)[:1].shape == 1 and p.shape[1:] == 3\n  return p[:, 0]',
    returns: '(B,) float32',
  },
  { name: 'slices', source: 'def loss(y, p):\n  return p[:, :-1] - y[..., 1:]', returns: '(B, 2) float32' },
  { name: 'new axis', source: 'def loss(y, p):\n  return p[:, None, :] - y[tf.newaxis]', returns: '(B, B, 3) float32' },
  { name: 'shape arithmetic', source: 'def loss(y, p):\n  return tf.reshape(p, [tf.shape(p)[0], -1, 1])', returns: '(B, 3, 1) float32' },
  {
    name: 'module constants, mutated',
    source: 'W = [1.0, 2.0]\nW.append(3.0)\ndef loss(y, p):\n  return p * W',
    returns: '(B, 3) float32',
  },
  { name: 'a name bound twice', source: 'axis = 0\naxis = 1\ndef loss(y, p):\n  return tf.reduce_sum(p, axis)', returns: '(B,) float32' },
  {
    name: 'try around a missing import',
    source: 'try:\n  from nowhere import f\nexcept ImportError:\n  f = tf.square\ndef loss(y, p):\n  return tf.square(p)',
    returns: '(B, 3) float32',
  },
  {
    name: 'raise in a branch not taken',
    source: 'def loss(y, p):\n  if p.shape.rank != 2:\n    raise ValueError("rank")\n  return p',
    returns: '(B, 3) float32',
  },
  { name: 'with name_scope', source: 'def loss(y, p):\n  with tf.name_scope("l"):\n    d = y - p\n  return d', returns: '(B, 3) float32' },
  {
    name: 'tuple unpacking',
    source: 'def parts(y, p):\n  return y, p\ndef loss(y, p):\n  a, b = parts(y, p)\n  return a - b',
    returns: '(B, 3) float32',
  },
  {
    name: 'dict and string keys',
    source: 'CONF = {"axis": -1}\ndef loss(y, p):\n  return tf.reduce_max(p, axis=CONF["axis"])',
    returns: '(B,) float32',
  },
  {
    name: 'an unknown library is a gap',
    source: 'import nowhere\ndef loss(y, p):\n  return nowhere.f(p)',
    returns: '`nowhere` is not part of the workspace',
  },
];

describe('what a loss returns', () => {
  test.each(CASES)('$name', ({ source, returns, loss }) => {
    const outcome = traceSource(source, loss === undefined ? {} : { loss });
    expect(outcome.problems.map((problem) => problem.failure.detail)).toEqual([]);
    expect(returnedText(outcome)).toBe(returns);
  });
});

test('imports from other files of the workspace', () => {
  const modules = { helpers: 'import tensorflow as tf\nSCALE = 2.0\ndef scaled(x):\n  return x * SCALE\n' };
  const outcome = traceSource('from helpers import scaled\ndef loss(y, p):\n  return scaled(y - p)', { modules });
  expect(returnedText(outcome)).toBe('(B, 3) float32');
});

test('a condition on a tensor is a finding in Keras 3 and both ways are followed', () => {
  const source = 'def loss(y, p):\n  gap = tf.reduce_mean(y - p)\n  if gap > 0:\n    return gap\n  return -gap';
  const outcome = traceSource(source);
  expect(outcome.problems.map((problem) => problem.code)).toEqual(['python-condition-on-tensor']);
  expect(returnedText(outcome)).toBe('() float32');
  expect(traceSource(source, { keras: 2 }).problems).toEqual([]);
});

test('endless recursion and loops end', () => {
  expect(traceSource('def f(x):\n  return f(x)\ndef loss(y, p):\n  return f(p)').value).toBeNull();
  expect(traceSource('def loss(y, p):\n  n = 0\n  while True:\n    n += 1\n  return p').value).toBeNull();
});

test.each(["sys.argv[1] == 'sum'", 'sys.argv[1]', 'sys.argv', 'not sys.flags.debug', 'sys.argv is None'])(
  'what a library holds that is not known decides nothing: %s',
  (condition) => {
    const source = `import sys\ndef loss(y, p):\n  if ${condition}:\n    return tf.reduce_sum(p - y)\n  return tf.reduce_mean(p - y, axis=-1)`;
    expect(traceSource(source).value).toBeNull();
  },
);
