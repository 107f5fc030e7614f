import { beforeAll, describe, expect, it } from 'vitest';
import { printModule } from '../../../src/program/print';
import type { Module } from '../../../src/program/program';
import { collect } from '../../../src/program/walk';
import { loadPythonParser, type PythonParser } from '../../../src/python/parser';
import { readParserWasm } from '../../support/parserWasm';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadPythonParser({ readWasm: readParserWasm });
});

const parse = (text: string): Module => parser.parse(text, 'loss.py');

/** Source, and its program as printed (statements joined by ` | `). */
const CASES: readonly (readonly [source: string, program: string])[] = [
  ['a = b = 1_000, 0xFF, 1e-7, 2j, 5L', 'a = b = (1000, 255, 1e-7, 2.0j, 5)'],
  ['x += 2.', 'x += 2.0'],
  ['(a, [b, *c]), d.e, f[0] = v', '[[a, [b, *c]], d.e, f[0]] = v'],
  ['x: tf.Tensor = None', 'x: tf.Tensor = None'],
  ['y: Float[Array, "b c"]', 'y: Float[Array, "b c"]'],
  ['-x ** -y @ z', '(-(x ** (-y))) @ z'],
  ['not a and b or c', '((not a) and b) or c'],
  ['0 < a <= b not in c is not d', '0 < a <= b not in c is not d'],
  ['a if b else c', 'a if b else c'],
  ['x[:, None, ..., 1:-1, ::2]', 'x[:, None, ..., 1:-1, ::2]'],
  ['x[1,], x[(0, 1)], x[y]', '(x[1,], x[0, 1], x[y])'],
  ['f(a, *b, axis=-1, **c)(d)', 'f(a, *b, axis=-1, **c)(d)'],
  ['sum(x for x, y in z if x if y for w in y)', 'sum(generator(x for [x, y] in z if x if y for w in y))'],
  ['{k: v for k, v in d.items()}, {1, *s}, {"a": 1, **o}', '(dict(k: v for [k, v] in d.items()), {1, *s}, {"a": 1, **o})'],
  ['lambda y_true, y_pred, /, *, a=1: (b := a)', 'lambda /y_true, /y_pred, !a=1: b := a'],
  [`"a\\n\\x41\\u00e9" r'\\n' b"\\xff"`, '"a\\nAé\\\\nÿ"'],
  ['f"a{x!r:>{w}}b{{}}" "c" f"{y=}"', 'f("a", x!r:>{w}, "b{}cy=", y!r)'],
  ['print "hi", x', 'print("hi", x)'],
  ['raise ValueError, "no"', 'raise ValueError("no")'],
  ['import a.b, c.d as e', 'block: |   import a.b {(module) as a} |   import c.d {(module) as e}'],
  ['from ..x import (y as z, w)', 'import ..x {y as z, w as w}'],
  ['from keras import *', 'import keras {* as *}'],
  ['if a: pass\nelif b: x\nelse: y', 'if a: |   pass | else: |   if b: |     x |   else: |     y'],
  [
    'try: a\nexcept (A, B) as e: b\nexcept C, e: c\nelse: d\nfinally: f',
    'try: |   a | except (A, B) as e: |   b | except C as e: |   c | else: |   d | finally: |   f',
  ],
  ['with (a as b, c): pass', 'with a as b, c: |   pass'],
  ['for i, in x: break\nelse: continue', 'for [i] in x: |   break | else: |   continue'],
  ['while a: del x[0], y', 'while a: |   delete x[0], y'],
  ['@tf.function\n@k(1)\nasync def f(a, *b: int, c=1): yield', '@tf.function | @k(1) | async def* f(a, *b: int, !c=1): |   yield'],
  ['class A(B, metaclass=C):\n  x = 1', 'class A(B, metaclass=C): |   x = 1'],
  ['def f():\n  global a\n  nonlocal b\n  assert a, "m"', 'def f(): |   global a |   nonlocal b |   assert a, "m"'],
  ['def f(\n  y_true,  # (B, C)\n  y_pred\n): return', 'def f(y_true: (B, C), y_pred): |   return'],
  [
    'match m:\n  case "a" | None: x\n  case [b, -1] if b: y\n  case _: z',
    'block: |   <match 0> = m |   if (<match 0> == "a") or (<match 0> is None): |     x |   else: |     if ((len(<match 0>) == 2) and (<match 0>[1] == (-1))) and (b := <match 0>[0], b)[1]: |       y |     else: |       z',
  ],
  ['match = type = 1', 'match = type = 1'],
];

describe('lowering', () => {
  it.each(CASES)('%s', (source, program) => {
    const module = parse(source);
    expect(printModule(module).replaceAll('\n', ' | ')).toBe(program);
    expect(module.syntaxProblems).toEqual([]);
  });

  it('keeps docstrings', () => {
    const [statement] = parse('def f():\n  """Doc."""\n  return 1').body;
    expect(statement).toMatchObject({ kind: 'function', definition: { docstring: 'Doc.' } });
  });

  it('counts positions in UTF-16 units', () => {
    const text = '# 漢字 😀\ns = "😀é" + yπ  # 😀\ndef f(): return "漢" + 名前\n';
    const names = collect(parse(text).body, 'name').map(({ span }) => text.slice(span.start, span.end));
    expect(names).toEqual(['s', 'yπ', '名前']);
    expect(parse('\uFEFFx = 1\r\ny = x\r\n').body.map(({ span }) => [span.start, span.end])).toEqual([
      [1, 6],
      [8, 13],
    ]);
  });

  it('turns hopeless nesting into an unknown', () => {
    for (const text of [
      `x = ${'('.repeat(2000)}1${')'.repeat(2000)}`,
      `x = ${'1 + '.repeat(5000)}1`,
      `if a: b\n${'elif a: b\n'.repeat(3000)}`,
    ]) {
      expect([...new Set(collect(parse(text).body, 'unknown').map(({ reason }) => reason))]).toEqual(['nested too deeply']);
    }
  });

  it('finds directives, and the code that they stand over', () => {
    const text =
      's = "# loss-lab: no"\n# loss-lab: a\n# more\n@d\ndef f():\n  # loss-lab: b\n  return 1  # loss-lab: ignore[x]\n\n# loss-lab: c\n\ng = 1\n';
    const found = parse(text).directives.map(({ text: said, ownLine, codeStart }) => [
      said,
      ownLine,
      codeStart == null ? null : text.slice(codeStart, codeStart + 6),
    ]);
    expect(found).toEqual([
      ['a', true, '@d\ndef'],
      ['b', true, 'return'],
      ['ignore[x]', false, null],
      ['c', true, null],
    ]);
  });
});
