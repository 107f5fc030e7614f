/** Owns the fixtures: every code has one that shows it and a neighbour that stays clean; every fix removes its finding and makes no new one. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/check/codes';
import { checkSource, withEdits } from '../../support/checkSource';
import { differences, fixtureFiles, sectionsOf } from '../../support/fixtures';

const files = fixtureFiles();

for (const file of files) {
  describe(file, () => {
    for (const section of sectionsOf(file)) {
      test(section.title, () => {
        const found = checkSource(section.text);
        expect(differences(section, found)).toEqual([]);
        for (const problem of found.problems) {
          for (const fix of problem.fixes) expect(newProblems(section.text, fix.edits, problem.code), fix.title).toEqual([]);
        }
      });
    }
  });
}

describe('right losses without the comments that say their shapes', () => {
  test.each(sectionsOf('right-losses.py').map(({ title, text }) => [title, text] as const))('%s', (_, text) => {
    const { problems } = checkSource(text.replaceAll(/^# loss-lab: y_true.*\n/gm, ''));
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });
});

/** Loud findings that the text has after the edits and had not before; the finding itself must be fewer. */
function newProblems(text: string, edits: Parameters<typeof withEdits>[1], code: string): readonly string[] {
  const count = (source: string) => {
    const counts = new Map<string, number>();
    for (const { code: each, severity } of checkSource(source).problems) {
      if (severity === 'error' || severity === 'warning' || each === code) counts.set(each, (counts.get(each) ?? 0) + 1);
    }
    return counts;
  };
  const [before, after] = [count(text), count(withEdits(text, edits))];
  const still = (after.get(code) ?? 0) >= (before.get(code) ?? 0) ? [`${code} is still there`] : [];
  return [...still, ...[...after].flatMap(([each, n]) => (n > (before.get(each) ?? 0) ? [`new: ${each}`] : []))];
}

/** There is no one right edit: what was meant, only its author knows. */
const WITHOUT_FIX = new Set(
  (
    'label-column-stretched index-out-of-range slice-empty stack-shape einsum squeeze split unpack prediction-unused targets-without-effect ' +
    'same-term-twice kl-reversed batch-joined data-dependent-shape sample-weight-parameter second-loss-ignored loss-count loss-output-name ' +
    'loss-weights several-outputs python-state symbolic-tensor item-assignment comment-not-read'
  ).split(' '),
);

describe('every code', () => {
  const titles = new Set(files.map((file) => file.replace(/\.py$/, '')));
  test.each(CODES.filter((code) => !code.rare).map(({ code }) => code))('%s has a fixture', (code) => {
    expect(titles.has(code)).toBe(true);
    const sections = sectionsOf(`${code}.py`);
    expect(sections.some(({ text }) => text.includes(`: [${code}]`))).toBe(true);
    expect(sections.some(({ text }) => text.includes('# clean'))).toBe(true);
  });
  test('has a fix on one of its fixtures, or there is no right edit', () => {
    const fixed = new Set(
      files.flatMap((file) =>
        sectionsOf(file).flatMap(({ text }) => checkSource(text).problems.flatMap(({ code, fixes }) => (fixes.length > 0 ? [code] : []))),
      ),
    );
    const codes = [...new Set(CODES.filter(({ rare }) => !rare).map(({ code }) => code))];
    expect(codes.filter((code) => !fixed.has(code) && !WITHOUT_FIX.has(code))).toEqual([]);
  });
  test.each(CODES.map(({ code }) => code))('%s is documented', (code) => {
    expect(existsSync(path.join(import.meta.dirname, `../../../docs/problems/${code}.md`))).toBe(true);
  });
});
