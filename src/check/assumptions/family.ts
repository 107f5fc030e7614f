/** Owns the candidate shapes that are tried where nothing states any: simplest first. */
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';

export interface ShapePair {
  readonly yTrue: Shape;
  readonly yPred: Shape;
  readonly labels?: DType;
}

const [C, T, H, W, D, N, M] = ['C', 'T', 'H', 'W', 'D', 'N', 'M'].map((name) => symbol(name)) as [Dim, Dim, Dim, Dim, Dim, Dim, Dim];

const same = (...shape: Dim[]): ShapePair => ({ yTrue: [BATCH, ...shape], yPred: [BATCH, ...shape] });
const pair = (yTrue: readonly Dim[], yPred: readonly Dim[]): ShapePair => ({ yTrue: [BATCH, ...yTrue], yPred: [BATCH, ...yPred] });

export const FAMILY: readonly ShapePair[] = [
  same(C),
  same(1),
  pair([], [C]),
  pair([1], [C]),
  same(),
  same(H, W, C),
  same(H, W, 1),
  same(T, C),
  pair([T], [T, C]),
  pair([T, 1], [T, C]),
  same(T),
  pair([H, W], [H, W, C]),
  pair([H, W, 1], [H, W, C]),
  same(H, W),
  pair([N], [M]),
  pair([N], [1]),
  same(D, H, W, C),
  same(N, M, T, C),
];

/** With integer labels, as data sets and Keras 2 have them. */
export const LABEL_FAMILY: readonly ShapePair[] = [
  { ...pair([], [C]), labels: 'int32' },
  { ...pair([1], [C]), labels: 'int32' },
  { ...pair([T], [T, C]), labels: 'int32' },
  { ...same(C), labels: 'int32' },
  { ...same(1), labels: 'int32' },
];
