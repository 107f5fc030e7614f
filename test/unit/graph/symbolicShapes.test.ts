/** Shapes predicted on symbols are, at any sizes of the symbols, those predicted on numbers; and sizes that cannot fit are refused. */
import { describe, expect, test } from 'vitest';
import type { Attrs } from '../../../src/graph/graph';
import { isFailure } from '../../../src/graph/primitive';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { type Dim, evaluateDim, symbol } from '../../../src/shape/dim';
import type { DType } from '../../../src/shape/dtype';
import type { Shape, TensorType } from '../../../src/shape/shape';
import { parseDims } from '../../../src/shape/shapeText';

/** Inputs as `dims dtype`; attributes may hold symbolic shapes as text under names that end in Shape, or `size`, `shape`, `num`, `k`, `length`. */
type Row = readonly [op: string, attrs: Attrs, inputs: readonly string[]];

const same = { strides: [2, 2], padding: 'same', dilations: [1, 1] };
const valid = { strides: [2, 1], padding: 'valid', dilations: [1, 2] };

const ROWS: readonly Row[] = [
  ['conv', same, ['B, H, W, 4', '3, 2, 2, 6']],
  ['conv', valid, ['B, H, W, 4', '3, 2, 4, n']],
  ['convInputGradient', { strides: [1, 1], padding: 'same', dilations: [1, 1], inputShape: 'B, H, W, 4' }, ['B, H, W, 5', '3, 3, 4, 5']],
  ['depthwiseConv', valid, ['B, H, W, C', '3, 2, C, 2']],
  ['maxPool', { window: [2, 3], strides: [2, 2], padding: 'valid' }, ['B, H, W, C']],
  ['avgPool', { window: [2, 3], strides: [2, 3], padding: 'same' }, ['B, H, W, C']],
  ['resize', { size: '7, W', method: 'bilinear' }, ['B, H, W, C']],
  ['gatherNd', { batchDims: 1 }, ['B, H, W, C', 'B, n, 2 int32']],
  ['scatterNd', { shape: 'B, C', kind: 'add' }, ['n, 1 int32', 'n, C']],
  ['segment', { kind: 'sum', num: 'n', sorted: false }, ['B, H, C', 'B int32']],
  ['searchSorted', { side: 'left', dtype: 'int32' }, ['B, H', 'B, W']],
  ['sortIndices', { axis: 0, direction: 'ascending' }, ['B, C']],
  ['topKIndices', { k: 'n' }, ['B, C']],
  ['takeAlongAxis', { axis: 1 }, ['B, C, 3', 'B, n, 3 int32']],
  ['nonzero', { size: 'n' }, ['B, C']],
  ['inverse', {}, ['B, C, C']],
  ['det', {}, ['B, C, C']],
  ['solve', {}, ['B, C, C', 'B, C, n']],
  ['triangularSolve', { lower: true }, ['C, C', 'B, C, n']],
  ['eighValues', {}, ['B, C, C']],
  ['qrR', {}, ['B, 3, 5']],
  ['svdU', { fullMatrices: true }, ['B, 3, 5']],
  ['rfft', { length: 'W' }, ['B, H']],
  ['irfft', { length: 8 }, ['B, 5 complex64']],
  ['ctcLoss', {}, ['B, n int32', 'B, H, C', 'B int32', 'B int32']],
  ['inTopK', { k: 2 }, ['B int32', 'B, C']],
];

const SHAPES = /Shape$|^size$|^shape$/;
const DIMS = /^(num|k|length)$/;

function dims(text: string): Shape {
  const parsed = parseDims(text);
  if (!parsed) throw new Error(`no dims: ${text}`);
  return parsed;
}

function typed(text: string): TensorType {
  const [, sizes = '', dtype = 'float32'] = /^([^a-z]*|.*?)(?: (int32|complex64))?$/.exec(text) ?? [];
  return { shape: dims(sizes), dtype: (dtype || 'float32') as DType };
}

type Substitute = (dim: Dim) => Dim;

function attributes(attrs: Attrs, substitute: Substitute): Attrs {
  return Object.fromEntries(
    Object.entries(attrs).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      if (name === 'size' && !value.includes(',')) return [name, substitute(dims(value)[0] ?? 1)];
      if (SHAPES.test(name)) return [name, dims(value).map(substitute)];
      return [name, DIMS.test(name) ? substitute(dims(value)[0] ?? 1) : value];
    }),
  );
}

function infer([op, attrs, inputs]: Row, substitute: Substitute) {
  const types = inputs.map(typed).map(({ shape, dtype }) => ({ shape: shape.map(substitute), dtype }));
  const inferred = PRIMITIVES.get(op)?.infer(types, attributes(attrs, substitute));
  if (inferred === undefined || isFailure(inferred)) throw new Error(`${op}: ${JSON.stringify(inferred)}`);
  return inferred;
}

const SIZES: readonly Readonly<Record<string, number>>[] = [
  { B: 1, H: 6, W: 7, C: 3, n: 2 },
  { B: 3, H: 9, W: 5, C: 4, n: 3 },
  { B: 8, H: 12, W: 16, C: 7, n: 5 },
];

describe('shapes on symbols', () => {
  test.each(ROWS.map((row, i) => [`${row[0]} ${i}`, row] as const))('%s', (_, row) => {
    const symbolic = infer(row, (dim) => dim);
    for (const sizes of SIZES) {
      const at = new Map(Object.entries(sizes));
      const concrete = infer(row, (dim) => evaluateDim(dim, at) ?? dim);
      expect(symbolic.shape.map((dim) => evaluateDim(dim, at))).toEqual(concrete.shape);
      expect(concrete.dtype).toBe(symbolic.dtype);
    }
  });
});

const float = (...shape: Dim[]): TensorType => ({ shape, dtype: 'float32' });
const int = (...shape: Dim[]): TensorType => ({ shape, dtype: 'int32' });
const B = symbol('B', 'batch');

describe('refusals', () => {
  const rows: readonly (readonly [op: string, attrs: Attrs, types: readonly TensorType[], code: string, certainty?: string])[] = [
    ['conv', { padding: 'valid' }, [float(1, 2, 2, 1), float(4, 4, 1, 1)], 'window-too-large'],
    ['conv', { padding: 'valid' }, [float(1, 5, 5, 3), float(3, 3, 2, 1)], 'shape-mismatch'],
    ['conv', { padding: 'valid' }, [float(1, 5, 5, 3), float(3, 3, 1, 1)], 'shape-mismatch'],
    ['conv', { padding: 'valid' }, [float(5, 5, 3), float(3, 3, 3, 1)], 'rank'],
    ['gatherNd', {}, [float(3), int(2, 2)], 'index-depth'],
    ['scatterNd', { shape: [4] }, [int(3, 1), float(2)], 'shape-mismatch'],
    ['topKIndices', { k: 4 }, [float(2, 3)], 'k-out-of-range'],
    ['sortIndices', { axis: 2 }, [float(2, 3)], 'axis-out-of-range'],
    ['inverse', {}, [float(2, 3)], 'shape-mismatch'],
    ['cholesky', {}, [int(2, 2)], 'dtype-not-allowed'],
    ['solve', {}, [float(2, 2), float(2)], 'rank'],
    ['segment', { kind: 'sum', num: 3, sorted: false }, [float(B, 2), int(10)], 'shape-mismatch', 'coincidental'],
    ['ctcLoss', {}, [int(4, 3), float(5, 6, 4), int(4), int(4)], 'shape-mismatch'],
  ];
  test.each(rows.map((row) => [`${row[0]} ${row[3]}`, row] as const))('%s', (_, [op, attrs, types, code, certainty = 'certain']) => {
    expect(PRIMITIVES.get(op)?.infer(types, attrs)).toMatchObject({ code, certainty });
  });
});
