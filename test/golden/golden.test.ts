/** Every golden sample through parse → trace → execute on the cpu and wasm backends (and on node where it is installed), against TensorFlow's numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadPythonParser } from '../../src/python/parser';
import { type Backend, loadBackend } from '../../src/run/backends';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import { type GoldenSample, runSample } from '../support/goldenSample';
import { readParserWasm } from '../support/parserWasm';

const folder = path.dirname(fileURLToPath(import.meta.url));
/** Samples that are known to differ, by reason. */
const exceptions = JSON.parse(readFileSync(path.join(folder, 'exceptions.json'), 'utf8')) as Readonly<Record<string, readonly string[]>>;
const excepted = new Set(Object.values(exceptions).flat());

const parser = await loadPythonParser({ readWasm: readParserWasm });
const backend = await loadBackend('cpu', null);
const runtime = cachedRuntime()?.modulePath ?? null;

describe('golden samples equal TensorFlow', () => {
  for (const file of files()) {
    test(file, { timeout: 120_000 }, () => {
      expect(differences(file, backend)).toEqual([]);
    });
  }
});

// Each further backend is active while its samples run; the cpu backend is again afterwards.
for (const { name, modulePath, reports } of [
  { name: 'wasm', modulePath: null, reports: 'wasm' },
  { name: 'node', modulePath: runtime, reports: 'tensorflow' },
] as const) {
  describe.skipIf(name === 'node' && runtime === null)(`golden samples equal TensorFlow on the ${name} backend`, () => {
    for (const file of files()) {
      test(file, { timeout: 120_000 }, async () => {
        const other = await loadBackend(name, modulePath);
        expect(other.info.name).toBe(reports);
        expect(differences(file, other)).toEqual([]);
        await loadBackend('cpu', null);
      });
    }
  });
}

test('every exception has a reason, and still is one', { timeout: 240_000 }, () => {
  const samples = new Map(files().flatMap((file) => samplesOf(file).map((sample) => [sample.id, sample])));
  expect(Object.keys(exceptions).every((reason) => reason.length > 10)).toBe(true);
  expect([...excepted].filter((id) => !samples.has(id))).toEqual([]);
  const fixed = [...excepted].filter((id) => {
    const sample = samples.get(id);
    return sample !== undefined && statusOf(sample, backend) === 'equal';
  });
  expect(fixed, 'these are equal now: take them off the list').toEqual([]);
  expect(excepted.size / samples.size).toBeLessThan(0.02);
});

/** The sample files; examples.jsonl has its own form and test. */
function files(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl') && name !== 'examples.jsonl');
}

function samplesOf(file: string): readonly GoldenSample[] {
  return readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenSample);
}

function differences(file: string, on: Backend): readonly string[] {
  return samplesOf(file).flatMap((sample) => {
    if (excepted.has(sample.id)) return [];
    const status = statusOf(sample, on);
    return status === 'equal' ? [] : [`${sample.id} ${status}`];
  });
}

function statusOf(sample: GoldenSample, on: Backend): string {
  const { status, detail } = runSample(sample, parser, on);
  return status === 'equal' ? status : `${status}: ${detail}`;
}
