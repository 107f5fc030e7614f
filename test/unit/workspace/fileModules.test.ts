/** Which file an import means. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Module } from '../../../src/program/program';
import { FileModules } from '../../../src/workspace/fileModules';

const root = mkdtempSync(path.join(os.tmpdir(), 'loss-lab-modules-'));
for (const file of [
  '.git/HEAD',
  'train.py',
  'pkg/__init__.py',
  'pkg/losses/dice.py',
  'pkg/losses/__init__.py',
  'pkg/util.py',
  'src/lib/a.py',
  'web/loss.ts',
  'web/math/index.ts',
]) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), '');
}

const parse = (_: string, document: string): Module => ({ document, language: 'python', body: [], directives: [], syntaxProblems: [] });

it.each([
  ['train.py', 'pkg.losses.dice', 'pkg/losses/dice.py'],
  ['train.py', 'pkg', 'pkg/__init__.py'],
  ['train.py', 'lib.a', 'src/lib/a.py'],
  ['train.py', 'tensorflow.keras', null],
  ['pkg/losses/dice.py', '.', 'pkg/losses/__init__.py'],
  ['pkg/losses/dice.py', '..util', 'pkg/util.py'],
  ['pkg/losses/dice.py', 'pkg.util', 'pkg/util.py'],
  ['web/loss.ts', './math', 'web/math/index.ts'],
  ['web/math/index.ts', '../loss.js', 'web/loss.ts'],
  ['web/loss.ts', '@tensorflow/tfjs', null],
])('%s imports %s', (from, module, expected) => {
  const found = new FileModules({ python: parse, javascript: parse }).resolve(path.join(root, from), module);
  expect(found?.document ?? null).toBe(expected === null ? null : path.join(root, expected));
});
