/** Owns recorded truth: one loss a line, with the batch that it was evaluated on and what TensorFlow gave. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { batchOf as tensorsOf } from '../../src/batch/readJson';
import { isBatchError, type TensorData } from '../../src/batch/tensorData';
import type { RunInput, RunResult } from '../../src/run/protocol';
import { batchOf } from '../../src/workspace/sampleBatch';

export interface GoldenCase {
  readonly file: string;
  readonly loss: string;
  readonly inputs: readonly RunInput[];
  readonly value: Recorded | null;
  /** Undefined: not to be compared. Null: None. */
  readonly gradient: Recorded | null | undefined;
}

export interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

interface Row {
  readonly repository: string;
  readonly path: string;
  readonly loss: string;
  readonly batch: string;
  readonly tf?: { readonly value: Recorded | null; readonly gradient: Recorded | null; readonly gradientError?: unknown };
}

const RELATIVE = 1e-3;
const ABSOLUTE = 1e-5;

/** The recorded losses whose files are in the folder, laid out as `<owner>+<name>/<path>`; the batches stand beside the recording. */
export function goldenCases(file: string, folder: string): readonly GoldenCase[] {
  const batches = JSON.parse(readFileSync(path.join(path.dirname(file), 'batches.json'), 'utf8')) as Record<string, unknown>;
  const cases: GoldenCase[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const row = JSON.parse(line) as Row;
    const source = path.join(folder, row.repository.replace('/', '+'), row.path);
    const batch = batches[row.batch];
    if (row.tf === undefined || batch === undefined || !existsSync(source)) continue;
    const tensors = tensorsOf(batch);
    if (isBatchError(tensors)) throw new Error(`batch ${row.batch}: ${tensors.message}`);
    const gradient = row.tf.gradientError ? undefined : row.tf.gradient;
    cases.push({ file: source, loss: row.loss, inputs: batchOf(tensors, [], row.batch).inputs, value: row.tf.value, gradient });
  }
  return cases;
}

export function differenceOf(
  result: RunResult,
  golden: Pick<GoldenCase, 'value' | 'gradient'>,
): 'equal' | 'value differs' | 'gradient differs' {
  if (!isClose(result.value, golden.value)) return 'value differs';
  if (golden.gradient !== undefined && !isClose(result.gradient.y_pred ?? null, golden.gradient)) return 'gradient differs';
  return 'equal';
}

function isClose(ours: TensorData | null, truth: Recorded | null): boolean {
  if (ours === null || truth === null) return ours === truth;
  if (!('data' in truth)) return true;
  if (ours.data.length !== truth.data.length || String(ours.shape) !== String(truth.shape)) return false;
  return truth.data.every((expected, i) =>
    isNear(ours.data[i] ?? Number.NaN, Number(expected === 'nan' ? 'NaN' : String(expected).replace(/^(-?)inf$/, '$1Infinity'))),
  );
}

function isNear(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.abs(b);
}
