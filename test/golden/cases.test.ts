/** Owns the recorded mistakes: each is found on its line, its fix and the traps stay clean, with and without being told any shapes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../src/base/span';
import type { AnalyzeOptions } from '../../src/check/analyze';
import { CASE_HEADER, checkSource } from '../support/checkSource';

interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: string;
}

interface Case {
  readonly id: string;
  readonly language: string;
  readonly catch?: string;
  readonly severity?: string;
  readonly snippet: string;
  readonly fix_snippet?: string | null;
  readonly keras?: string;
  readonly lines?: readonly number[] | null;
  readonly shapes: { readonly y_true: Tensor; readonly y_pred: Tensor };
}

function casesOf(file: string): readonly Case[] {
  const text = readFileSync(path.join(import.meta.dirname, 'cases', file), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line): Case => JSON.parse(line))
    .filter((each) => each.language === 'python' || each.language === undefined);
}

const bugs = casesOf('bugs.jsonl');
const traps = casesOf('traps.jsonl');
const HEAD_LINES = CASE_HEADER.split('\n').length - 1;
const ASSUMED: AnalyzeOptions = { keras: 'auto' };

function stated({ shapes, keras = '3' }: Case): AnalyzeOptions {
  const one = (name: 'y_true' | 'y_pred') => `${name} (${shapes[name].shape.join(', ')},) ${shapes[name].dtype}`;
  return { keras: keras === 'none' ? 'none' : keras === '2' ? 2 : 3, shapes: `${one('y_true')}, ${one('y_pred')}` };
}

/** Codes of the findings that are loud enough and touch the case's lines. */
function codesOf(source: string, options: AnalyzeOptions, loud: readonly string[], on?: readonly number[] | null): readonly string[] {
  const text = CASE_HEADER + source;
  const lines = new LineIndex(text);
  const touches = (span: { start: number; end: number }) => {
    const [first, last] = [lines.position(span.start).line + 1 - HEAD_LINES, lines.position(span.end).line + 1 - HEAD_LINES];
    return on == null || on.some((line) => first <= line && line <= last);
  };
  return checkSource(text, options)
    .problems.filter((problem) => loud.includes(problem.severity))
    .filter((problem) => [problem.span, ...problem.related.map((related) => related.span)].some(touches))
    .map((problem) => problem.code);
}

const LOUD = ['error', 'warning'];

describe('each mistake is found on its lines', () => {
  for (const each of bugs.filter((bug) => bug.catch?.startsWith('static'))) {
    test(each.id, () => {
      const loud = each.severity === 'info' ? [...LOUD, 'info'] : LOUD;
      expect(codesOf(each.snippet, stated(each), loud, each.lines)).not.toEqual([]);
    });
  }
});

describe('fixes and traps are clean', () => {
  const fixes = bugs.flatMap((bug) => (bug.fix_snippet && /def |class /.test(bug.fix_snippet) ? [{ ...bug, snippet: bug.fix_snippet }] : []));
  for (const each of [...fixes, ...traps]) {
    test(each.id, () => {
      expect(codesOf(each.snippet, stated(each), LOUD)).toEqual([]);
      expect(codesOf(each.snippet, ASSUMED, LOUD)).toEqual([]);
    });
  }
});
