import { describe, expect, it } from 'vitest';
import { tensorData } from '../../../src/batch/tensorData';
import { loadGrammars } from '../../../src/javascript/parser';
import { scriptOf } from '../../../src/javascript/script';
import { outcomeOf, runBoth } from '../../support/javascript';
import { readParserWasm } from '../../support/parserWasm';

const grammars = await loadGrammars({ readWasm: readParserWasm });
const y = tensorData([2, 1], 'float32', [1, 0]);
const p = tensorData([2, 1], 'float32', [0.5, 0.25]);

function codeOf(source: string, ...names: readonly string[]): string {
  return scriptOf(grammars.typescript.parse(source), source, new Set(names)).code;
}

describe('types are blanked', () => {
  it.each([
    ['const a = (x: number, y?: A<B>): C => x as D;', 'const a = (x        , y       )    => x     ;'],
    ['function f(this: A, x: number): asserts x is B { return x!; }', 'function f(         x        )                 { return x ; }'],
    [
      'class A { private readonly x?: number = 1; abstract y(): void; m?(): void {} }',
      'class A {                  x          = 1;                 ; m ()       {} }',
    ],
  ])('%s', (source, expected) => {
    const code = codeOf(source, 'a', 'f', 'A');
    expect(code).toHaveLength(source.length);
    expect(code.replaceAll(/\s+/g, ' ')).toBe(expected.replaceAll(/\s+/g, ' '));
  });

  it('writes out enums and parameter properties', () => {
    expect(codeOf('enum E { A, B = 5, C }', 'E')).toMatch(/^var E = /);
    expect(codeOf('class A { constructor(private d: number) { } }', 'A')).toContain('this.d = d;');
  });
});

describe('a loss that is run as itself', () => {
  it('takes along only what it needs', () => {
    const source =
      'const k = 2;\nconst other = boom();\nconsole.log(other);\nlet list = [1];\nlist.push(k);\nexport const loss = () => list;';
    const code = codeOf(source, 'loss')
      .split('\n')
      .map((line) => line.trim());
    expect(code).toEqual(['const k = 2;', '', '', 'let list = [1];', 'list.push(k);', 'const loss = () => list;']);
  });

  it.each([
    [
      'a factory with settings',
      'export const make = (k: number = 1) => (y: tf.Tensor, p: tf.Tensor) => p.mul(k).mean();',
      'make',
      {},
      [0.75],
    ],
    [
      'a method',
      'class L { constructor(private k = 2) {} loss(y: tf.Tensor, p: tf.Tensor) { return p.sum().mul(this.k); } }',
      'L.loss',
      {},
      [1.5],
    ],
    ['a property', 'const losses = { sum: (y, p) => p.sum() };', 'losses.sum', {}, [0.75]],
    ['a default export', 'export default function (y, p) { return p.sum(); }', 'default', {}, [0.75]],
    [
      'other modules',
      "import d, { twice as t } from './a'; import * as b from './b'; const loss = (y, p) => b.add(d(p), t(p));",
      'loss',
      {},
      [3.375],
    ],
  ])('%s', (_name, source, loss, settings, expected) => {
    const modules = {
      './a': "export * from './c';\nexport default (x) => x.sum();\nthrow new Error('not run');",
      './b': 'export function add(a, b) { return a.add(b.sum()).add(1.125); }',
      './c': 'export const twice = (x) => x.mul(2);',
    };
    const { itself } = runBoth(source, y, p, { loss, settings: loss === 'make' ? { k: 2 } : settings, modules });
    expect(outcomeOf(itself)).toMatchObject({ data: expected });
  });

  it('tells what the code threw, and where', () => {
    const { itself } = runBoth('const loss = (y, p) => {\n  throw new Error("no weights");\n};', y, p);
    expect(itself.ok).toBe(false);
    if (itself.ok) return;
    expect(itself.failure).toMatchObject({ kind: 'exception', message: 'no weights' });
    expect(itself.failure.span?.document).toBe('main.ts');
  });

  it('has the gradients of stock TensorFlow.js, or none', () => {
    const gradient = (loss: string) => {
      const { itself } = runBoth(`const loss = (y, p) => ${loss};`, y, p);
      return itself.ok ? itself.result.gradient.y_pred : itself.failure;
    };
    // A cast to integers lets the gradient through there.
    expect(gradient('p.toInt().toFloat().mean()')).toMatchObject({ data: new Float32Array([0.5, 0.5]) });
    expect(gradient('tf.where(p.less(1), p, y)')).toBeNull();
  });
});
