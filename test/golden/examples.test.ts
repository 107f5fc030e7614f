/** The losses of examples/ on their own sample batches against what TensorFlow and Keras gave for them (scripts/golden/examples.mjs), on every backend. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { batchOf as tensorsOf } from '../../src/batch/readJson';
import { isBatchError, type TensorData } from '../../src/batch/tensorData';
import { analyze } from '../../src/check/analyze';
import type { CheckedLoss } from '../../src/check/result';
import { UsedModules } from '../../src/program/modules';
import { loadPythonParser, type PythonParser } from '../../src/python/parser';
import type { Backend } from '../../src/run/backends';
import { executeRun } from '../../src/run/execute';
import type { RunResult } from '../../src/run/protocol';
import { FileModules } from '../../src/workspace/fileModules';
import { runRequest } from '../../src/workspace/runRequest';
import { type Batch, sampleBatch } from '../../src/workspace/sampleBatch';
import { TESTED_BACKENDS, testBackend } from '../support/graphs';
import { readParserWasm } from '../support/parserWasm';

interface RecordedTensor {
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly data: readonly (number | string)[];
}

interface Recording {
  readonly file: string;
  readonly loss: string;
  readonly keras: string;
  readonly batch: unknown;
  readonly truth: {
    readonly value: RecordedTensor;
    readonly reduced: number;
    readonly received: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype: string }>>;
    readonly gradient: { readonly y_pred: RecordedTensor | null };
    /** What the graph that `fit` traces gives. */
    readonly graph?: unknown;
  };
}

/** Of the largest number of a tensor: where terms cancel, float32 has no more to give. */
const TOLERANCES = { tensorflow: 2e-6, cpu: 2e-6, wasm: 1e-5 } as const;
/** What the issue asks of custom_mse. */
const MSE_TOLERANCE = 1e-6;

const recordings = readFileSync(path.join(__dirname, 'examples.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Recording);

let parser: PythonParser;
beforeAll(async () => {
  parser = await loadPythonParser({ readWasm: readParserWasm });
});

interface Checked {
  readonly loss: CheckedLoss;
  readonly batch: Batch;
  readonly result: (backend: Backend) => RunResult;
}

/** As `loss-lab run FILE --loss NAME` goes about it. */
function checked({ file, loss: name }: Recording): Checked {
  const document = path.resolve(file);
  const text = readFileSync(document, 'utf8');
  const parsers = { python: (source: string, at: string) => parser.parse(source, at) };
  const host = new UsedModules(new FileModules(parsers));
  const module = parser.parse(text, document);
  const options = { keras: 'auto', only: name } as const;
  const found = analyze({ document, text, language: 'python', parsers: { python: () => module }, host, options });
  const [loss] = found.losses;
  if (loss === undefined) throw new Error(`${name} is not found in ${file}`);
  const batch = sampleBatch(loss);
  const request = { ...runRequest({ closure: host.closure(module), loss: name, checked: loss, batch, keras: 'auto' }), probes: false };
  const hooks = { progress: () => undefined, cancelled: () => false, now: () => performance.now() };
  const result = (backend: Backend): RunResult => {
    const answer = executeRun(request, backend, hooks);
    if (!answer.ok) throw new Error(answer.failure.message);
    return answer.result;
  };
  return { loss, batch, result };
}

function expectClose(ours: TensorData | null | undefined, truth: RecordedTensor | null, tolerance: number): void {
  if (truth === null || ours == null) {
    expect(ours).toBe(truth);
    return;
  }
  expect(ours.shape).toEqual(truth.shape);
  const numbers = truth.data.map(Number);
  const largest = Math.max(...numbers.filter(Number.isFinite).map(Math.abs));
  const off = numbers.flatMap((number, i) => (isClose(ours.data[i] ?? Number.NaN, number, tolerance, largest) ? [] : [[ours.data[i], number]]));
  expect(off).toEqual([]);
}

function isClose(ours: number, truth: number, tolerance: number, largest: number): boolean {
  return Object.is(ours, truth) || Math.abs(ours - truth) <= tolerance * Math.abs(truth) + (tolerance / 10) * largest;
}

test('every loss of the examples that has a comment is recorded on its own sample batch', () => {
  const files = [...new Set(recordings.map(({ file }) => file))];
  expect(files).toEqual(['class_incremental', 'custom_mse', 'keras_backend', 'scalar_or_vector'].map((name) => `examples/${name}.py`));
  for (const recording of recordings) {
    const { loss, batch } = checked(recording);
    expect([recording.loss, String(loss.keras)]).toEqual([recording.loss, recording.keras]);
    const tensors = tensorsOf(recording.batch);
    if (isBatchError(tensors)) throw new Error(tensors.message);
    expect(Object.fromEntries(batch.inputs.map(({ role, tensor }) => [role, tensor]))).toEqual(tensors);
  }
});

describe.each(TESTED_BACKENDS)('on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  test.each(recordings)('$loss of $file, Keras $keras', (recording) => {
    const { truth } = recording;
    const { loss, result } = checked(recording);
    const ours = result(backend);
    const tolerance = recording.loss === 'custom_mse' ? MSE_TOLERANCE : TOLERANCES[backend.info.name];
    expect(ours.received).toEqual(truth.received);
    expect(ours.value.dtype).toBe(truth.value.dtype);
    expectClose(ours.value, truth.value, tolerance);
    expectClose(ours.gradient.y_pred, truth.gradient.y_pred, tolerance);
    expect(Math.abs(ours.reduced - truth.reduced)).toBeLessThanOrEqual(tolerance * Math.abs(truth.reduced));
    expect([loss.returns?.dtype, loss.returns?.shape.length]).toEqual([truth.value.dtype, truth.value.shape.length]);
  });

  test('custom_mse on (10, 1) returns (10,), inferred and executed', () => {
    const recording = recordings.find(({ loss }) => loss === 'custom_mse');
    if (recording === undefined) throw new Error('custom_mse is not recorded');
    const { loss, result } = checked(recording);
    expect(loss.returns).toEqual({ shape: [10], dtype: 'float32' });
    expect(result(backend).value.shape).toEqual([10]);
  });
});
