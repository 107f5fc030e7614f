import { describe, expect, it } from 'vitest';
import { type Directive, isDirectiveError, parseDirective } from '../../../src/batch/directive';
import { type DrawnBatch, drawBatch } from '../../../src/batch/drawBatch';
import { type BatchError, isBatchError, type TensorData } from '../../../src/batch/tensorData';

function drawn(text: string): DrawnBatch | BatchError {
  const directive: Directive | { message: string } = parseDirective(text);
  if (isDirectiveError(directive as Directive)) throw new Error((directive as { message: string }).message);
  const { inputs, sizes, seed } = directive as Directive;
  return drawBatch(
    inputs.map((input) => ({ ...input, content: input.content ?? { kind: 'normal' } })),
    { sizes, seed: seed ?? 0 },
  );
}

function tensors(text: string): Readonly<Record<string, TensorData>> {
  const result = drawn(text);
  if (isBatchError(result)) throw new Error(result.message);
  return result.tensors;
}

function rowsOf({ shape, data }: TensorData): number[][] {
  const size = shape.at(-1) ?? 1;
  return Array.from({ length: data.length / size }, (_, i) => Array.from(data.subarray(i * size, (i + 1) * size)));
}

const sum = (row: readonly number[]) => row.reduce((total, each) => total + each, 0);

describe('drawing a batch', () => {
  it('is the same for the same seed, and inputs do not disturb each other', () => {
    const text = 'y_true (B, 3), y_pred (B, 3); B=4, seed=7';
    expect(tensors(text)).toEqual(tensors(text));
    expect(tensors('y_pred (B, 3); B=4, seed=7').y_pred).toEqual(tensors(text).y_pred);
    expect(tensors('y_true (B, 3), y_pred (B, 3); B=4, seed=8').y_pred).not.toEqual(tensors(text).y_pred);
  });

  it('draws valid contents', () => {
    const batch = tensors(
      'p (B, T, 4) softmax, o (B, 5) onehot, l (B,) labels(3), u (B, 9) unit, b (B, 9) binary, c (B, 10) concat(softmax 7, onehot 3), i (B, 9) int32, f (B, 9) bool',
    );
    for (const row of rowsOf(batch.p as TensorData)) expect(sum(row)).toBeCloseTo(1, 5);
    for (const row of rowsOf(batch.o as TensorData)) expect([...row].sort()).toEqual([0, 0, 0, 0, 1]);
    expect(batch.l?.dtype).toBe('int32');
    expect(batch.l?.data.every((each) => each >= 0 && each < 3)).toBe(true);
    expect(batch.u?.data.every((each) => each >= 0.05 && each <= 0.95)).toBe(true);
    expect(new Set(batch.b?.data)).toEqual(new Set([0, 1]));
    for (const row of rowsOf(batch.c as TensorData)) {
      expect(sum(row.slice(0, 7))).toBeCloseTo(1, 5);
      expect(sum(row.slice(7))).toBe(1);
    }
    expect(batch.i?.data).toBeInstanceOf(Int32Array);
    expect(batch.f?.data).toBeInstanceOf(Uint8Array);
  });

  it('gives symbols small, distinct sizes', () => {
    const result = drawn('y_true (B, H, W, C), y_pred (B, H, W, K), z (n, 5, 2*m)');
    if (isBatchError(result)) throw new Error(result.message);
    expect(result.sizes.B).toBe(8);
    expect(new Set(Object.values(result.sizes)).size).toBe(Object.keys(result.sizes).length);
    expect(result.tensors.z?.shape).toEqual([result.sizes.n, 5, 2 * (result.sizes.m ?? 0)]);
  });

  it('copies and repeats', () => {
    const batch = tensors('y_true (B, 2) [[1, 2], [3, 4]], y_pred (B, 2) same; B=3');
    expect([...(batch.y_true?.data ?? [])]).toEqual([1, 2, 3, 4, 1, 2]);
    expect(batch.y_pred).toEqual(batch.y_true);
  });

  it.each([
    ['y_true (B, 4) concat(softmax 2, onehot 3)', 'y_true: the parts of concat have 5 columns together, the last axis has 4'],
    ['y_true (B, 3) [[1, 2]]', 'y_true: the values written out have shape (1, 2), not (1, 3)'],
    ['y_true (B, 3), y_pred (B, 2) same; B=2', "y_pred: 'same' copies the first input, whose shape is (2, 3), not (2, 2)"],
    ['y_true (B, 100000, 100000)', 'y_true: (8, 100000, 100000) is too large for a sample batch'],
  ])('says why %s cannot be drawn', (text, message) => {
    expect(drawn(text)).toEqual({ message });
  });
});
