import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../../src/base/span';
import { findLosses, lookUp } from '../../../src/javascript/find';
import { parse, TFJS_HEADER } from '../../support/javascript';

function found(source: string): readonly string[] {
  const text = TFJS_HEADER + source;
  return findLosses(parse(text), new LineIndex(text)).map(({ name, kind }) => `${name} ${kind}`);
}

describe('losses of TypeScript and JavaScript', () => {
  it.each([
    ['a function', 'function mse(yTrue, yPred) { return tf.mean(tf.sub(yTrue, yPred)); }', ['mse function']],
    [
      'an arrow',
      'export const mse = (labels: tf.Tensor, predictions: tf.Tensor) => labels.sub(predictions).square().mean();',
      ['mse function'],
    ],
    ['either order of the pair', 'const loss = (pred, label) => pred.sub(label).square().mean();', ['loss function']],
    ['letters, where the name says loss', 'const diceLoss = (a, b) => a.mul(b).sum();', ['diceLoss function']],
    [
      'properties of an object',
      'const losses = { mse(yTrue, yPred) { return yTrue.sub(yPred).mean(); }, mae: (yTrue, yPred) => tf.abs(yTrue) };',
      ['losses.mse function', 'losses.mae function'],
    ],
    [
      'methods and fields of a class',
      'class L { a(yTrue, yPred) { return yTrue.sub(yPred); } b = (yTrue, yPred) => yTrue.sub(yPred); }',
      ['L.a method', 'L.b method'],
    ],
    [
      'a factory and what is made by it',
      'const make = (d = 1) => (yTrue, yPred) => yTrue.sub(yPred).mul(d);\nconst loss = make(2);',
      ['make factory', 'loss binding'],
    ],
    ['what compile gets', "function f(a, b) { return g(a, b); }\nmodel.compile({ optimizer: 'sgd', loss: f });", ['f function']],
    ['what is written in compile', "model.compile({ optimizer: 'sgd', loss: (a, b) => a.sub(b).mean() });", ['<lambda:2> lambda']],
    ['a default export', 'export default (yTrue, yPred) => yTrue.sub(yPred).mean();', ['default function']],
    ['whatever has a sample batch', '// loss-lab: a (B, 3), b (B, 3)\nfunction f(a, b) { return a; }', ['f function']],
    [
      'nothing else',
      'function plot(yTrue, yPred) { return yTrue.sub(yPred); }\nfunction add(a, b) { return a.add(b); }\nfunction g(yTrue, yPred) { return 1; }',
      [],
    ],
  ])('%s', (_name, source, expected) => {
    expect(found(source)).toEqual(expected);
  });

  it('looks a name up that does not look like a loss', () => {
    const text = `${TFJS_HEADER}function outer() { function inner(a, b) { return a; } }\nconst bound = outer();`;
    const lines = new LineIndex(text);
    const module = parse(text);
    expect(lookUp(module, lines, 'inner')?.name).toBe('outer.inner');
    expect(lookUp(module, lines, 'bound')?.kind).toBe('binding');
    expect(lookUp(module, lines, 'nothing')).toBeUndefined();
  });
});
