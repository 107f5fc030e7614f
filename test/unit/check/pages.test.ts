/** Owns the pages of the codes: each says what, why, when to ignore; its example shows the code, and what it says to write instead does not. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/check/codes';
import type { CheckedFile } from '../../../src/check/result';
import { CASE_HEADER, checkSource } from '../../support/checkSource';

const FOLDER = path.join(import.meta.dirname, '../../../docs/problems');
const PAGES = readdirSync(FOLDER).map((file) => file.replace(/\.md$/, ''));

interface Block {
  readonly language: string;
  readonly text: string;
}

interface Page {
  readonly text: string;
  readonly examples: readonly Block[];
  readonly corrections: readonly Block[];
}

function pageOf(code: string): Page {
  const text = readFileSync(path.join(FOLDER, `${code}.md`), 'utf8');
  return { text, examples: blocksIn(text, 'Example'), corrections: blocksIn(text, 'What to write instead') };
}

function blocksIn(text: string, heading: string): readonly Block[] {
  const section = text.split(/^## /m).find((each) => each.startsWith(heading)) ?? '';
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({ language: match[1] ?? '', text: match[2] ?? '' }));
}

/** Those of TensorFlow.js are lines out of a program: its fixtures show the codes. */
const whole = (blocks: readonly Block[]) => blocks.filter(({ language }) => language === 'python');

/** Known with a batch only: told by running the loss. */
const BY_RUNNING = new Set(['assertion', 'gradient-not-implemented', 'unsupported']);

const loud = ({ problems }: CheckedFile) => problems.filter(({ severity }) => severity === 'error' || severity === 'warning');

test('every page is of a code', () => {
  const codes = new Set(CODES.map(({ code }) => code));
  expect(PAGES.filter((page) => !codes.has(page))).toEqual([]);
});

describe.each(PAGES)('%s', (code) => {
  const page = pageOf(code);

  test('says what, why, what to write instead and when to ignore it', () => {
    expect(page.text.startsWith(`# ${code}\n\n`)).toBe(true);
    const headings = [...page.text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Why it matters', 'Example', 'What to write instead', 'When to ignore it']);
    expect(page.text).toContain(`loss-lab: ignore[${code}]`);
    expect(page.examples.length).toBeGreaterThan(0);
  });

  test('its example shows it', () => {
    for (const example of whole(page.examples)) {
      const codes = checkSource(CASE_HEADER + example.text).problems.map((problem) => problem.code);
      if (!BY_RUNNING.has(code)) expect(codes).toContain(code);
    }
  });

  test('what to write instead is clean', () => {
    for (const correction of whole(page.corrections)) {
      const found = checkSource(CASE_HEADER + correction.text);
      expect(loud(found).map((problem) => `${problem.code}: ${problem.message}`)).toEqual([]);
      expect(found.problems.map((problem) => problem.code)).not.toContain(code);
      expect(found.losses.length).toBeGreaterThan(0);
    }
  });
});

/** As `npm run settings` writes them. */
test('the setting lossLab.severity knows every code', () => {
  const manifest = JSON.parse(readFileSync(path.join(FOLDER, '../../package.json'), 'utf8')) as Manifest;
  const { properties } = manifest.contributes.configuration.properties['lossLab.severity'];
  expect(Object.keys(properties), 'npm run settings').toEqual([...PAGES].sort());
  for (const [code, { markdownDescription }] of Object.entries(properties))
    expect(pageOf(code).text).toContain(`\n${markdownDescription}\n`);
});

test.each(PAGES)('%s: the page says the usual severity', (code) => {
  const usual = CODES.filter((each) => each.code === code).map(({ severity }) => `Usual severity: ${severity}`);
  expect(usual.some((text) => pageOf(code).text.includes(text))).toBe(true);
});

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: {
        readonly 'lossLab.severity': { readonly properties: Readonly<Record<string, { readonly markdownDescription: string }>> };
      };
    };
  };
}
