/**
 * Owns the form of fixtures: sources with their expectations inside. A file holds sections, each a module of its own with the usual imports:
 *
 *     # --- what it shows
 *     # loss-lab: y_true (B,), y_pred (B, 1); keras=none
 *     def loss(y, p):
 *         # warning: [silent-broadcast] "broadcast to (B, B)"
 *         return tf.square(y - p)
 *         #                ^^^^^ shape: (B, B) float32
 *
 * `# clean` says that a section has no finding of severity warning or error. Those findings and the expectations are matched in both directions;
 * infos and hints count where they are expected.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineIndex } from '../../src/base/span';
import type { CheckedFile } from '../../src/check/result';
import { typeText } from '../../src/shape/shapeText';
import { CASE_HEADER } from './checkSource';

export interface Section {
  readonly file: string;
  readonly title: string;
  readonly text: string;
}

const FOLDER = path.join(import.meta.dirname, '../fixtures/python');
const SCRIPTS = path.join(import.meta.dirname, '../fixtures/javascript');

export function fixtureFiles(): readonly string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
}

export function sectionsOf(file: string): readonly Section[] {
  const [, ...sections] = readFileSync(path.join(FOLDER, file), 'utf8').split(/^# --- /m);
  return sections.map((section) => {
    const end = section.indexOf('\n');
    return { file, title: section.slice(0, end), text: CASE_HEADER + section.slice(end + 1) };
  });
}

/** Of TypeScript, where comments begin with `//`. */
export function scriptSections(header: string): readonly Section[] {
  return readdirSync(SCRIPTS).flatMap((file) => {
    const [, ...sections] = readFileSync(path.join(SCRIPTS, file), 'utf8').split(/^\/\/ --- /m);
    return sections.map((section) => {
      const end = section.indexOf('\n');
      return { file, title: section.slice(0, end), text: header + section.slice(end + 1) };
    });
  });
}

interface Expected {
  readonly line: number;
  readonly severity: string;
  readonly code: string;
  readonly text: string;
}

const EXPECTATION = /^\s*(?:#|\/\/) (error|warning|info|hint): \[([\w-]+)\](?: "(.*)")?\s*$/;
const CARET = /^(\s*(?:#|\/\/)\s*)(\^+) shape: (.+)$/;

function expectedIn(lines: readonly string[]): readonly Expected[] {
  return lines.flatMap((line, i) => {
    const match = EXPECTATION.exec(line);
    if (match === null) return [];
    const below = lines.findIndex((each, k) => k > i && each.trim() !== '' && !/^\s*(#|\/\/)/.test(each));
    return [{ line: below, severity: match[1] ?? '', code: match[2] ?? '', text: match[3] ?? '' }];
  });
}

/** What differs between a section's expectations and what was found; empty when all is as expected. */
export function differences({ text }: Section, found: CheckedFile): readonly string[] {
  const index = new LineIndex(text);
  const lines = text.split('\n');
  const expected = expectedIn(lines);
  const left = [...found.problems];
  const missing = expected.filter((each) => {
    const at = left.findIndex((problem) => {
      const same = problem.code === each.code && problem.severity === each.severity && problem.message.includes(each.text);
      return same && index.position(problem.span.start).line === each.line;
    });
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const loud = left.filter(({ severity }) => severity === 'error' || severity === 'warning');
  return [
    ...missing.map((each) => `expected on line ${each.line + 1}: ${each.severity} [${each.code}] "${each.text}"`),
    ...loud.map(
      (problem) =>
        `unexpected on line ${index.position(problem.span.start).line + 1}: ${problem.severity} [${problem.code}] ${problem.message}`,
    ),
    ...(expected.length === 0 && !/^(#|\/\/) clean/m.test(text) && !lines.some((line) => CARET.test(line))
      ? ['nothing is expected; say # clean']
      : []),
    ...shapeDifferences(lines, index, found),
  ];
}

function shapeDifferences(lines: readonly string[], index: LineIndex, found: CheckedFile): readonly string[] {
  return lines.flatMap((line, i) => {
    const match = CARET.exec(line);
    if (match === null) return [];
    const [, before = '', carets = '', wanted = ''] = match;
    const start = index.lineStart(i - 1) + before.length;
    const note = found.shapes.find(({ span }) => span.start === start && span.end === start + carets.length);
    const types = note?.types.map(typeText) ?? [];
    return types.includes(wanted.trim()) ? [] : [`shape on line ${i}: expected ${wanted}, found ${types.join(' or ') || 'none'}`];
  });
}
