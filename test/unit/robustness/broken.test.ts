/** Whatever stands in a file, checking returns and ends: every example and fixture cut off at its tokens and edited at random, golden samples, endless programs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../src/check/analyze';
import type { CheckedFile } from '../../../src/check/result';
import { loadJavascriptParser } from '../../../src/javascript/parser';
import type { Language } from '../../../src/program/program';
import { loadPythonParser } from '../../../src/python/parser';
import { languageOf, type Parse } from '../../../src/workspace/fileModules';
import { readParserWasm } from '../../support/parserWasm';

/** For one text on a loaded machine; unloaded it is some milliseconds. */
const BOUND_MS = 5_000;
/** A trace's own budget is 2 s. */
const ENDLESS_BOUND_MS = 10_000;
/** Longer searches: `LOSS_LAB_FUZZ_MS=60000 npx vitest run test/unit/robustness --testTimeout=90000`. */
const BUDGET_MS = Number(process.env.LOSS_LAB_FUZZ_MS ?? 3_000);
const SEED = Number(process.env.LOSS_LAB_FUZZ_SEED ?? 1);

const root = path.resolve(__dirname, '../../..');
let parsers: Readonly<Record<Language, Parse>>;

beforeAll(async () => {
  const python = await loadPythonParser({ readWasm: readParserWasm });
  const javascript = await loadJavascriptParser({ readWasm: readParserWasm });
  parsers = {
    python: (text, document) => python.parse(text, document),
    javascript: (text, document) => javascript.parse(text, document),
  };
});

function check(text: string, document: string): CheckedFile {
  const start = performance.now();
  const file = analyze({ document, text, language: languageOf(document), parsers, options: { keras: 'auto' } });
  const took = performance.now() - start;
  if (took > BOUND_MS) throw new Error(`${took.toFixed(0)} ms for ${document}:\n${text}`);
  return file;
}

/** A generator of its own, so that a failure can be had again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

function sources(): readonly (readonly [string, string])[] {
  const folders = ['examples', 'test/fixtures/python', 'test/fixtures/javascript', 'test/fixtures'];
  return folders.flatMap((folder) => {
    const names = namesIn(path.join(root, folder)).filter((name) => /\.(py|ts|js)$/.test(name) && !name.endsWith('.test.ts'));
    return names.map((name) => [`${folder}/${name}`, readFileSync(path.join(root, folder, name), 'utf8')] as const);
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const TOKEN = /\w+|\s+|[^\w\s]/g;
const SNIPPETS = [
  '(',
  ')',
  '"""',
  "'",
  '\\',
  ':',
  '\n',
  '    ',
  '.',
  '[',
  '=',
  'lambda',
  'return',
  '#',
  '{',
  '`',
  '\u{1F4A5}',
  '\0',
  'async ',
  '@',
  ',',
];

/** As many places as time allows, spread over all files. */
function cutPoints(text: string, most: number, pick: (below: number) => number): readonly number[] {
  const ends = Array.from(text.matchAll(TOKEN), (match) => match.index + match[0].length);
  return Array.from({ length: Math.min(most, ends.length) }, () => ends[pick(ends.length)] ?? 0);
}

function edited(text: string, pick: (below: number) => number): string {
  const at = pick(text.length + 1);
  const upTo = Math.min(text.length, at + pick(12));
  const inserted = SNIPPETS[pick(SNIPPETS.length)] ?? '';
  return pick(3) === 0 ? text.slice(0, at) + text.slice(upTo) : text.slice(0, at) + inserted + text.slice(pick(2) === 0 ? at : upTo);
}

/** Runs `next` until it has no more or the time is over; how often it ran. */
function forMilliseconds(milliseconds: number, tries: Iterator<() => void>): number {
  const start = performance.now();
  let ran = 0;
  for (let step = tries.next(); step.done !== true && performance.now() - start < milliseconds; step = tries.next(), ran++) step.value();
  return ran;
}

describe('checking returns for', () => {
  test('files cut off at their tokens', () => {
    const pick = randomNumbers(SEED * 10 + 1);
    const files = sources();
    function* tries(): Generator<() => void> {
      for (let round = 0; round < 40; round++)
        for (const [name, text] of files) for (const end of cutPoints(text, 1, pick)) yield () => check(text.slice(0, end), name);
    }
    expect(forMilliseconds(BUDGET_MS, tries())).toBeGreaterThan(10);
  });

  test('files with random edits, one upon the other', () => {
    const pick = randomNumbers(SEED * 10 + 2);
    const files = sources();
    function* tries(): Generator<() => void> {
      for (let round = 0; round < 20; round++) {
        for (const [name, original] of files) {
          let text = original;
          for (let edit = 0; edit < 3; edit++) {
            text = edited(text, pick);
            const now = text;
            yield () => check(now, name);
          }
        }
      }
    }
    expect(forMilliseconds(BUDGET_MS, tries())).toBeGreaterThan(10);
  });

  test('golden samples, whole, cut off and edited', () => {
    const pick = randomNumbers(SEED * 10 + 3);
    const snippets = goldenSources();
    function* tries(): Generator<() => void> {
      for (let i = 0; i < snippets.length; i++) {
        const source = snippets[pick(snippets.length)] ?? '';
        yield () => check(source, 'sample.py');
        for (const end of cutPoints(source, 2, pick)) yield () => check(source.slice(0, end), 'sample.py');
        yield () => check(edited(edited(source, pick), pick), 'sample.py');
      }
    }
    expect(forMilliseconds(BUDGET_MS, tries())).toBeGreaterThan(10);
  });
});

/** The samples' functions as losses. */
function goldenSources(): readonly string[] {
  const folder = path.join(root, 'test/golden');
  const header = 'import tensorflow as tf\nimport numpy as np\nimport keras\nfrom keras import ops\n';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && name !== 'examples.jsonl')
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n').slice(0, 60))
    .flatMap((line) => {
      const source = line === '' ? undefined : (JSON.parse(line) as { readonly source?: string }).source;
      return source === undefined ? [] : [`${header}${source}\ndef the_loss(y_true, y_pred):\n    return f(y_true, y_pred)\n`];
    });
}

describe('an edited text is parsed as if it were new', () => {
  test('in whatever order the edits come', async () => {
    const pick = randomNumbers(SEED * 10 + 4);
    const [, text = ''] = sources().find(([name]) => name.endsWith('class_incremental.py')) ?? [];
    const start = performance.now();
    let now = text;
    for (let i = 0; i < 12 || performance.now() - start < BUDGET_MS / 3; i++) {
      now = i % 8 === 7 ? text : i % 2 === 0 ? renamed(now, pick) : edited(now, pick);
      const fresh = await loadPythonParser({ readWasm: readParserWasm });
      expect(parsers.python(now, 'a.py')).toEqual(fresh.parse(now, 'a.py'));
    }
  });
});

/** An edit that breaks nothing: a word gets longer. */
function renamed(text: string, pick: (below: number) => number): string {
  const words = [...text.matchAll(/\b[a-z_]{5,}\b/g)];
  const word = words[pick(words.length)];
  const end = word === undefined ? 0 : word.index + word[0].length;
  return `${text.slice(0, end)}${['x', '_1', '\u00e9'][pick(3)] ?? ''}${text.slice(end)}`;
}

const ENDLESS: Readonly<Record<string, string>> = {
  'a loop without end': '    while True:\n        y_pred = y_pred + 1.0\n    return y_pred',
  'a loop that counts for long': '    n = 0\n    while n < 10 ** 12:\n        n += 1\n    return y_pred * n',
  'a range beyond all bounds': '    for i in range(10 ** 12):\n        y_pred = y_pred + i\n    return y_pred',
  'endless recursion': '    return the_loss(y_true, y_pred) + 1.0',
  'mutual recursion': '    return other(y_true, y_pred)\n\ndef other(y_true, y_pred):\n    return the_loss(y_pred, y_true)',
  'branching recursion': '    def f(n):\n        return y_pred if n == 0 else f(n - 1) + f(n - 1)\n    return f(60)',
  'a list that grows': '    a = [1]\n    while len(a) > 0:\n        a = a + a\n    return y_pred * len(a)',
  'a string that grows': '    s = "x"\n    for i in range(10 ** 9):\n        s = s * 2\n    return y_pred * len(s)',
  'a huge number': '    return y_pred * (10 ** 10 ** 10)',
  'a huge list': '    return y_pred * len([0] * 10 ** 12)',
  'a comprehension of comprehensions': '    return y_pred * sum([i * j for i in range(10 ** 6) for j in range(10 ** 6)])',
  'a tensor of many axes': '    for i in range(100000):\n        y_pred = tf.expand_dims(y_pred, 0)\n    return y_pred',
};

describe('a check ends for', () => {
  test.each(Object.entries(ENDLESS))('%s', (_, body) => {
    const start = performance.now();
    const text = `import tensorflow as tf\n\ndef the_loss(y_true, y_pred):\n${body}\n`;
    const file = analyze({ document: 'a.py', text, language: 'python', parsers, options: { keras: 'auto', only: 'the_loss' } });
    expect(file.losses.map(({ name }) => name)).toEqual(['the_loss']);
    expect(performance.now() - start).toBeLessThan(ENDLESS_BOUND_MS);
  });
});
