import { beforeAll, describe, expect, it } from 'vitest';
import { printModule } from '../../../src/program/print';
import { loadPythonParser, type PythonParser } from '../../../src/python/parser';
import { readParserWasm } from '../../support/parserWasm';

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadPythonParser({ readWasm: readParserWasm });
});

const G = 'def g(b):\n  return b\n';
const G_PRINTED = 'def g(b): |   return b';

/** Broken source, the problems as `message "place"`, and the program that is left. */
const CASES: readonly (readonly [source: string, problems: readonly string[], program: string])[] = [
  [
    `def f(a):\n  x = tf.sum(a\n  y = x\n  return y\n${G}`,
    [`'(' was never closed "("`],
    `def f(a): |   x = ?'(' was never closed? |   y = x |   return y | ${G_PRINTED}`,
  ],
  [`def f(a:\n  return a\n${G}`, [`'(' was never closed "("`], `f = ?'(' was never closed? | ${G_PRINTED}`],
  [
    `class A:\n  def f(self):\n    return self.\n  def g(b):\n    return b`,
    ['invalid syntax "return self."'],
    'class A(): |   def f(self): |     return ?invalid syntax? |   def g(b): |     return b',
  ],
  [`if a\n  x = 1\nelse:\n  y = 2\n${G}`, [`expected ':' "a"`], `x = y = ?expected ':'? | ${G_PRINTED}`],
  [
    `if a:\n  x = 1 +\nelse:\n  y = 2\n${G}`,
    ['invalid syntax "x = 1 +"'],
    `if a: |   x = ?invalid syntax? | else: |   y = 2 | ${G_PRINTED}`,
  ],
  [
    `def f(a):\n    x = a\n      y = a\n    return x\n${G}`,
    ['unexpected indent "y = a"'],
    `def f(a): |   x = a |   y = ?unexpected indent? |   return x | ${G_PRINTED}`,
  ],
  [
    `def f(a):\n    if a:\n        x = 1\n      y = 2\n    return x`,
    ['unexpected indent "y = 2"'],
    'def f(a): |   if a: |     x = 1 |   y = ?unexpected indent? |   return x',
  ],
  [`def f(a):\n    x = 1\n  return x\n${G}`, ['unexpected indent "return x"'], `def f(a): |   x = 1 | ?unexpected indent? | ${G_PRINTED}`],
  [`def f():\n${G}`, ['expected an indented block ":"'], `def f(): |   ?expected an indented block? | ${G_PRINTED}`],
  [
    `def f(a):\n  """Doc.\n\n  And so on, for you.\n  return a\n\n${G}`,
    ['unterminated triple-quoted string """""'],
    `def f(a): |   ?unterminated triple-quoted string? | ${G_PRINTED}`,
  ],
  [`s = 'abc\n${G}`, [`unterminated string "'"`], `s = ?unterminated string? | ${G_PRINTED}`],
  [`x = f(a))\n${G}`, [`unmatched ')' ")"`], `x = ?unmatched ')'? | ${G_PRINTED}`],
  [`@\n${G}`, ['invalid syntax "@"'], `g = ?invalid syntax?`],
];

describe('recovery from syntax errors', () => {
  it.each(CASES)('%j', (source, problems, program) => {
    const module = parser.parse(source, 'loss.py');
    expect(module.syntaxProblems.map(({ message, span }) => `${message} "${source.slice(span.start, span.end)}"`)).toEqual(problems);
    expect(printModule(module).replaceAll('\n', ' | ')).toBe(program);
  });

  it('survives every truncation and wild edits', () => {
    const source = `# 😀\nimport tensorflow as tf\n@tf.function\ndef f(y_true, y_pred, a=[1, {"b": 2}]):\n  """Doc."""\n  x = tf.reduce_mean(\n    y_true[:, 1:] - y_pred, axis=-1)\n  if x is None:\n    return f"{x:>3}" + 'é'\n  return x if a else -x\n\nclass L(tf.keras.losses.Loss):\n  def call(self, y_true, y_pred):\n    return f(y_true, y_pred)\n`;
    const wild = ['', '(', ')', '"""', '\n', '  ', ':', "'", '{', '\\', '😀', '\uD83D', 'def ', '@'];
    for (let i = 0; i <= source.length; i++) {
      for (const text of [source.slice(0, i), `${source.slice(0, i)}${wild[i % wild.length]}${source.slice(i + (i % 5))}`]) {
        const { syntaxProblems } = parser.parse(text, 'loss.py');
        expect(syntaxProblems.every(({ span }) => 0 <= span.start && span.start < span.end && span.end <= text.length)).toBe(true);
      }
    }
  });
});
