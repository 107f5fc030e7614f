/** Owns the candidate shapes that are tried where nothing states any: simplest first. */

import type { LossCandidate } from '../../program/candidate';
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import { type Shape, sameShape } from '../../shape/shape';
import type { Assumption } from '../assume';

export interface ShapePair {
  readonly yTrue: Shape;
  readonly yPred: Shape;
  readonly labels?: DType;
  /** The second argument's, where it is the labels. */
  readonly outputs?: DType;
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
  pair([T, N], [T, M]),
  pair([H, W, N], [H, W, M]),
  pair([D, H, W], [D, H, W, C]),
  pair([D, H, W, 1], [D, H, W, C]),
  // All pairs of a batch.
  pair([], [BATCH]),
  pair([BATCH], [BATCH]),
];

/** With integer labels, as data sets and Keras 2 have them. */
export const LABEL_FAMILY: readonly ShapePair[] = [
  { ...pair([], [C]), labels: 'int32' },
  { ...pair([1], [C]), labels: 'int32' },
  { ...pair([T], [T, C]), labels: 'int32' },
  { ...same(C), labels: 'int32' },
  { ...same(1), labels: 'int32' },
];

/** Of functions that Keras may never call: of scalars too. */
const SCALARS: readonly ShapePair[] = [
  { yTrue: [], yPred: [] },
  { yTrue: [BATCH, C], yPred: [] },
];

/** What to try for a loss of which nothing is known. */
export function familyOf({ params, kind }: LossCandidate, { keras, use }: Pick<Assumption, 'keras' | 'use'>): readonly ShapePair[] {
  const [first, second] = params.map(({ name }) => name);
  // Keras 3 makes floats of the labels that it hands over; who else calls a function of (labels, logits) does not.
  const labelled = keras !== 3 || (use !== 'fitted' && kind !== 'class' && !/^y_?true$/i.test(first ?? ''));
  const family = [...FAMILY, ...(labelled ? LABEL_FAMILY : [])];
  const mirrored = use !== 'fitted' && isBackwards(first, second) ? [...family, ...family.filter(differs).map(exchanged)] : family;
  return use === 'maybe' ? [...mirrored, ...SCALARS] : mirrored;
}

/** `(logits, labels)`, `(embeddings, y)`. */
function isBackwards(first = '', second = ''): boolean {
  return /pred|logit|output|prob|^(z|h|emb\w*|feat\w*|hidden\w*)$/i.test(first) && /true|label|target|truth|gt|^y$/i.test(second);
}

function differs({ yTrue, yPred, labels }: ShapePair): boolean {
  return labels !== undefined || !sameShape(yTrue, yPred);
}

function exchanged({ yTrue, yPred, labels }: ShapePair): ShapePair {
  return { yTrue: yPred, yPred: yTrue, ...(labels === undefined ? {} : { outputs: labels }) };
}
