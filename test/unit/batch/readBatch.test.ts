import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import { describe, expect, it } from 'vitest';
import { readBatch } from '../../../src/batch/readBatch';
import { isBatchError } from '../../../src/batch/tensorData';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => readBatch('b.json', bytes(JSON.stringify(value)));

describe('batch files', () => {
  it('reads JSON with non-finite numbers', () => {
    const batch = json({
      y_true: { shape: [2, 2], dtype: 'float32', data: [1, 'NaN', '-Infinity', 2] },
      y_pred: { shape: [], dtype: 'int64', data: [3] },
    });
    if (isBatchError(batch)) throw new Error(batch.message);
    expect(batch.y_true).toEqual({ shape: [2, 2], dtype: 'float32', data: Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, 2) });
    expect(batch.y_pred).toEqual({ shape: [], dtype: 'int64', data: Int32Array.of(3) });
  });

  it('reads nested lists', () => {
    expect(
      json({
        y_pred: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
    ).toMatchObject({ y_pred: { shape: [2, 3], dtype: 'float32' } });
  });

  it.each([
    [{ y_true: { shape: [6], dtype: 'float32', data: [1] } }, 'y_true: the shape (6,) needs 6 elements, data has 1'],
    [{ y_true: { shape: [1], dtype: 'floaty', data: [1] } }, 'y_true.dtype is "floaty"; there are'],
    [{ y_true: { shape: [1], dtype: 'float32', data: ['x'] } }, 'y_true.data[0] is "x", which is no number'],
    [{ y_true: { shape: [1], dtype: 'int8', data: [300] } }, 'y_true.data[0] is 300, which is outside the range of int8'],
    [{ y_true: { shape: [1], dtype: 'int32', data: [0.5] } }, 'y_true.data[0] is 0.5, which no int32 can hold'],
    [{ y_true: { shape: [-1], dtype: 'int32', data: [] } }, 'y_true.shape.0 must not be below 0'],
    [{ y_true: { shape: [1], dtype: 'int32' } }, 'y_true.data is missing'],
    [{ y_true: 3 }, 'y_true must be an object with shape, dtype and data'],
    [{ y_true: [[1], [2, 3]] }, 'y_true.data has rows of differing lengths'],
    [{}, 'the batch holds no tensor'],
    [[1], 'a batch is an object of tensors by name'],
  ])('says what is wrong with %j', (value, message) => {
    const result = json(value);
    expect(isBatchError(result) && result.message).toContain(message);
  });

  it('reads .npz archives of every usual type, in both orders', () => {
    const npy = (array: Float64Array | Int32Array | BigInt64Array, shape: number[]) => new Uint8Array(dump(array, shape));
    const fortran = npy(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const text = new TextDecoder('latin1').decode(fortran).replace('False', 'True ');
    const batch = readBatch(
      'b.npz',
      zipSync({
        'y_true.npy': npy(BigInt64Array.of(1n, -2n), [2]),
        'y_pred.npy': Uint8Array.from(text, (each) => each.charCodeAt(0)),
      }),
    );
    if (isBatchError(batch)) throw new Error(batch.message);
    expect(batch.y_true).toEqual({ shape: [2], dtype: 'int64', data: Int32Array.of(1, -2) });
    expect(batch.y_pred).toEqual({ shape: [2, 3], dtype: 'float64', data: Float32Array.of(1, 3, 5, 2, 4, 6) });
  });

  it('reads tables', () => {
    const batch = readBatch('b.csv', bytes('y_true,y_pred_0,y_pred_1\n1,0.5,NaN\n0,-inf,2\n'));
    expect(batch).toMatchObject({ y_true: { shape: [2] }, y_pred: { shape: [2, 2] } });
  });

  it.each([
    ['b.npz', 'PK nothing', 'not an .npz file'],
    ['b.npy', 'nothing', 'not an .npy array'],
    ['b.json', '{', 'not valid JSON'],
    ['b.csv', 'y_true\nx', 'row 1 of y_true is "x", which is no number'],
    ['b.txt', '', 'a batch file is one of .json, .npz, .npy, .csv'],
  ])('refuses %s %s', (name, text, message) => {
    const result = readBatch(name, bytes(text));
    expect(isBatchError(result) && result.message).toContain(message);
  });
});
