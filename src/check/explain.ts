/** Owns what hovers say about the returned value: what Keras makes of its form. */

import type { LossCandidate } from '../program/candidate';
import type { Stmt } from '../program/program';
import { statementsOf } from '../program/walk';
import { hasRole, isBatch } from '../shape/dim';
import type { Shape } from '../shape/shape';
import type { KerasVersion } from '../value/api';

/** Undefined where nothing is called by Keras. */
export function returnedExplanation(shape: Shape, keras: KerasVersion): string | undefined {
  if (keras === 'none') return undefined;
  const [first, ...rest] = shape;
  if (first === undefined) return 'A scalar: Keras minimises it as it is. sample_weight, class_weight and masks only scale it as a whole.';
  if (hasRole(first, 'fresh')) return 'As many values as the data selects: Keras averages them; weights for the samples do not fit.';
  if (!isBatch(first)) return 'No batch axis: Keras averages the values; sample_weight and class_weight do not fit.';
  if (rest.every((dim) => dim === 1)) return 'One value for each sample: Keras multiplies by sample_weight and averages over the batch.';
  const weights =
    keras === 3
      ? 'sample_weight needs as many axes (one of shape (B,) lines up with the last axis)'
      : 'sample_weight of shape (B,) gets a last axis';
  return `One value for each element: Keras averages over all of them; ${weights}.`;
}

type Return = Extract<Stmt, { readonly kind: 'return' }>;

/** The places of the expressions that the loss returns. */
export function returnedPlaces({ computes }: LossCandidate) {
  const returns =
    computes === null ? [] : statementsOf(computes.body).filter((statement): statement is Return => statement.kind === 'return');
  return returns.flatMap(({ value }) => (value === null ? [] : [value.span]));
}
