import { describe, expect, it } from 'vitest';
import { traceScript } from '../../support/javascript';
import { returnedText } from '../../support/traceSource';

describe('the trace of TypeScript', () => {
  it.each([
    ['chained methods', '(y, p) => y.sub(p).square().mean(-1)', '(B,) float32'],
    ['axis and keepDims', '(y, p) => tf.sum(p, 1, true)', '(B, 1) float32'],
    ['numbers become float32', '(y, p) => p.toInt().add(1)', '(B, 3) float32'],
    ['integers stay integers', '(y, p) => p.toInt().sum()', '() int32'],
    ['argMax counts from the first axis', '(y, p) => p.argMax()', '(3,) int32'],
    ['oneHot gives integers', '(y, p) => tf.oneHot(p.argMax(-1), 4)', '(B, 4) int32'],
    ['tidy gives what its function gives', '(y, p) => tf.tidy(() => tf.tidy("name", () => p.mean()))', '() float32'],
    ['losses reduce, metrics do not', '(y, p) => tf.losses.meanSquaredError(y, p).add(tf.metrics.mse(y, p))', '(B,) float32'],
    ['a reduction may be left out', '(y, p) => tf.losses.huberLoss(y, p, undefined, 2, tf.Reduction.NONE)', '(B, 3) float32'],
    ['sizes stay symbolic', '(y, p) => p.reshape([p.shape[0] * p.shape[1], 1])', '(3*B, 1) float32'],
    ['size and rank', '(y, p) => tf.fill([p.rank], p.shape[1] / 3)', '(2,) float32'],
    ['numbers that are not known are scalars', '(y, p) => p.mul(1 / p.size)', '(B, 3) float32'],
    ['loops over arrays', '(y, p) => [1, 2, 3].map((w) => p.mul(w)).reduce((a, b) => a.add(b))', '(B, 3) float32'],
    ['for loops', '(y, p) => { let s = p; for (let i = 0; i < 3; i++) { s = tf.expandDims(s, 0); } return s; }', '(1, 1, 1, B, 3) float32'],
    [
      'destructuring and defaults',
      '(y, p) => { const { a, b = 2, ...rest } = { a: 1, c: 4 }; const [first, , third = 3] = [p]; return first.mul(a + b + third + rest.c); }',
      '(B, 3) float32',
    ],
    ['spreads', '(y, p) => { const parts = [y, ...[p]]; return tf.concat([...parts], -1); }', '(B, 6) float32'],
    ['objects with methods', '(y, p) => { const o = { k: 2, f(x) { return x.mul(this.k).mean(-1); } }; return o.f(p); }', '(B,) float32'],
    [
      'switch and ternary',
      '(y, p) => { switch (p.rank > 1 ? "b" : "a") { case "a": return y; case "b": return p.sum(); default: throw new Error("no"); } }',
      '() float32',
    ],
    ['exceptions that are caught', '(y, p) => { try { throw new Error("x"); } catch (e) { return p.mean(-1); } }', '(B,) float32'],
    ['var is of the function', '(y, p) => { if (p.rank === 2) { var r = p.sum(-1); } return r; }', '(B,) float32'],
    ['topk', '(y, p) => tf.topk(p, 2).values', '(B, 2) float32'],
    ['split and stack', '(y, p) => tf.stack(tf.split(p, 3, 1), 0)', '(3, B, 1) float32'],
    ['slice with the rest', '(y, p) => p.slice([0, 1])', '(B, 2) float32'],
    [
      'customGrad',
      '(y, p) => tf.customGrad((x, save) => { save([x]); return { value: x.less(1), gradFunc: (dy, [s]) => tf.zerosLike(s) }; })(p)',
      '(B, 3) bool',
    ],
    ['await', '(y, p) => { const f = async () => p.mean(); return p.sub(1); }', '(B, 3) float32'],
  ])('%s', (_name, loss, expected) => {
    expect(returnedText(traceScript(`const loss = ${loss};`))).toBe(expected);
  });

  it.each([
    ['operators on tensors', '(y, p) => y - p', 'operand-type'],
    ['elements of tensors', '(y, p) => p.mean(0)[0]', 'operand-type'],
    ['Math on tensors', '(y, p) => Math.log(p)', 'operand-type'],
    ['a tensor as a condition', '(y, p) => p.greater(0.5) ? y : p', 'tensor-always-true'],
    ['shapes that do not fit', '(y, p) => p.matMul(p)', 'matmul-shape'],
    ['labels of another shape', '(y, p) => tf.losses.meanSquaredError(y, p.sum(-1))', 'shape-mismatch'],
    ['float indices', '(y, p) => tf.oneHot(p, 3)', 'dtype-not-allowed'],
    ['masks that are not bool', '(y, p) => tf.where(p, y, p)', 'dtype-not-allowed'],
    ['softmax along another axis', '(y, p) => tf.softmax(p, 0)', 'axis-not-supported'],
    ["Python's names", '(y, p) => tf.reduceMean(p)', 'unknown-name'],
    ["NumPy's methods", '(y, p) => p.subtract(y)', 'attribute'],
    ['nothing where a tensor is needed', '(y, p) => p.sub(undefined)', 'not-a-tensor'],
  ])('finds %s', (_name, loss, code) => {
    const codes = traceScript(`const loss = ${loss};`).problems.map((problem) => problem.code);
    if (code === 'matmul-shape') expect(codes).toHaveLength(1);
    else expect(codes).toEqual([code]);
  });

  it.each([
    [
      'a class with fields, getters and inheritance',
      'class A { k = 2; get twice() { return this.k * 2; } } class L extends A { constructor(private d = 3) { super(); } loss(y, p) { return p.mul(this.twice + this.d).mean(-1); } }',
      'L.loss',
    ],
    ['an arrow field', 'class L { d = 2; loss = (y, p) => p.mul(this.d).mean(-1); }', 'L.loss'],
    ['a static method', 'class L { static scale = 2; static loss(y, p) { return p.mul(L.scale).mean(-1); } }', 'L.loss'],
    ['a factory with an options object', 'const make = ({ d = 1 } = {}) => (y, p) => p.mul(d).mean(-1);', 'make'],
    ['a function inside a function', 'function outer(k = 2) { const inner = (y, p) => p.mul(k).mean(-1); return 1; }', 'outer.inner'],
    [
      'a function used before it is declared',
      'const loss = (y, p) => { return half(p); function half(x) { return x.mean(-1); } };',
      'loss',
    ],
    ['an enum', 'enum Mode { A, B } const loss = (y, p) => (Mode.B === 1 ? p.mean(-1) : p);', 'loss'],
    ['another module', "import mse, { half as h } from './other'; const loss = (y, p) => h(mse(y, p));", 'loss'],
    ['a CommonJS module', "const { half } = require('./common'); const loss = (y, p) => half(p.mean(-1));", 'loss'],
  ])('follows %s', (_name, source, loss) => {
    const modules = {
      './other':
        "import * as tf from '@tensorflow/tfjs';\nexport const half = (x) => x.div(2);\nexport default function (y, p) { return tf.metrics.meanSquaredError(y, p); }",
      './common': 'const half = (x) => x.div(2);\nmodule.exports = { half };',
    };
    expect(returnedText(traceScript(source, { loss, modules }))).toBe('(B,) float32');
  });

  it('gives one-dimensional data a second axis in fit, and none in a direct call', () => {
    const types = (keras: 3 | 'none') =>
      returnedText(traceScript('const loss = (y, p) => y.sub(p);', { keras, yTrue: '(B,)', yPred: '(B, 1)' }));
    expect(types(3)).toBe('(B, 1) float32');
    expect(types('none')).toBe('(B, B) float32');
  });

  it('joins what branches assign to variables of the blocks around', () => {
    const source = 'const loss = (y, p) => { let k = p; for (const i of [0]) { if (Math.random() > 0.5) { k = p.sum(-1); } } return k; };';
    expect(traceScript(source).value).toBeNull();
  });
});
