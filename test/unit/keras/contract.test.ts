/** What a loss receives and how its result is reduced, batch by batch, as Keras 2 and 3 do it (reference/contract_cases.json, executed with Keras' own code). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder, GraphFailure } from '../../../src/graph/build';
import type { NodeId } from '../../../src/graph/graph';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { receivedByLoss, receivedWeights } from '../../../src/keras/received';
import { DEFAULT_REDUCTION, reduceKeras2, reduceKeras3 } from '../../../src/keras/reduction';
import type { Backend } from '../../../src/run/backends';
import { Evaluator } from '../../../src/run/evaluate';
import type { DType } from '../../../src/shape/dtype';
import { testBackend } from '../../support/graphs';

interface Nested extends ReadonlyArray<Nested | number> {}

interface Outcome {
  readonly batch_losses?: readonly (number | Nested)[];
  readonly reported?: number;
  readonly error?: string;
  readonly loss_received?: {
    readonly y_true_shape: readonly number[];
    readonly y_true_dtype: DType;
    readonly y_pred_shape: readonly number[];
  };
}

interface ContractCase {
  readonly name: string;
  readonly loss: string;
  readonly batch_size: number;
  readonly y_true_dtype: DType;
  readonly reduction: string;
  readonly data: { readonly y_true: Nested; readonly y_pred: Nested; readonly sample_weight: Nested | null };
  readonly keras2: Outcome;
  readonly keras3: Outcome;
}

const file = path.join(__dirname, '../../golden/reference/contract_cases.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly ContractCase[] };

const flat = (value: Nested | number): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat));
const shapeOf = (value: Nested | number): number[] => (typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] ?? 0)]);

/** The losses of the cases: what is done with the square, over which axes. */
function lossOf(build: GraphBuilder, text: string, yTrue: NodeId, yPred: NodeId): NodeId {
  const square = build.emit('square', [build.subtract(yTrue, yPred)]);
  const op = /^(mean|sum)/.exec(text)?.[1];
  if (op === undefined) return square;
  const axis = /axis=(-?\d+|\([\d,]+\))/.exec(text)?.[1];
  const axes = axis === undefined ? build.shape(square).map((_, i) => i) : axis.replace(/[()]/g, '').split(',').map(Number);
  return build.emit(op, [square], { axes, keepdims: text.includes('keepdims=True') });
}

function batchLoss(
  example: ContractCase,
  version: 2 | 3,
  backend: Backend,
  start: number,
): { readonly values: number[]; readonly received: unknown } {
  const build = new GraphBuilder(PRIMITIVES);
  const rows = (value: Nested): Nested => value.slice(start, start + example.batch_size) as Nested;
  const constant = (value: Nested, dtype: DType): NodeId => build.constant(flat(rows(value)), shapeOf(rows(value)), dtype);
  const labels = constant(example.data.y_true, example.y_true_dtype);
  const predictions = constant(example.data.y_pred, 'float32');
  const { yTrue, yPred } = receivedByLoss(build, labels, predictions, { keras: version, kind: 'function' });
  const received = { y_true_shape: build.shape(yTrue), y_true_dtype: build.dtype(yTrue), y_pred_shape: build.shape(yPred) };
  const reduction = example.reduction === 'default' ? DEFAULT_REDUCTION[version] : example.reduction;
  const { sample_weight: weights } = example.data;
  const sampleWeight = weights === null ? undefined : receivedWeights(build, constant(weights, 'float32'), predictions, version);
  const value = lossOf(build, example.loss, yTrue, yPred);
  const reduced = (version === 3 ? reduceKeras3 : reduceKeras2)(build, value, reduction, { sampleWeight });
  const evaluator = new Evaluator(backend, new Map());
  const values = Array.from(evaluator.numbers(build, reduced));
  evaluator.dispose();
  return { values, received };
}

describe.each([2, 3] as const)('Keras %i', (version) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend('cpu');
  });

  test.each(cases.map((example) => [example.name, example] as const))('%s', (_, example) => {
    const outcome = version === 3 ? example.keras3 : example.keras2;
    const size = example.data.y_true.length;
    const starts = Array.from({ length: Math.ceil(size / example.batch_size) }, (_unused, i) => i * example.batch_size);
    if (outcome.error !== undefined) {
      expect(() => batchLoss(example, version, backend, 0), outcome.error).toThrow(GraphFailure);
      return;
    }
    const batches = starts.map((start) => batchLoss(example, version, backend, start));
    const expected = outcome.batch_losses ?? [];
    batches.forEach(({ values }, i) => {
      const wanted = flat(expected[i] ?? 0);
      expect(values).toHaveLength(wanted.length);
      values.forEach((value, k) => {
        expect(value).toBeCloseTo(wanted[k] ?? Number.NaN, 5);
      });
    });
    const { returned_shape: _returned, ...last } = { returned_shape: null, ...outcome.loss_received };
    expect(batches.at(-1)?.received).toEqual(last);
  });
});
