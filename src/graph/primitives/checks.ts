/** Owns the checks of ranks and of whole shapes that must agree, for the shape rules of indexing, convolutions and linear algebra. */
import { invariant } from '../../base/assert';
import type { Dim } from '../../shape/dim';
import type { Shape, TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { type Failure, failure } from '../primitive';
import { checkDims, firstFailure, rankFailure } from './inferring';

export function typeAt(types: readonly TensorType[], index: number): TensorType {
  const type = types[index];
  invariant(type, `input ${index} is missing`);
  return type;
}

export function checkSizes(left: Dim, right: Dim, detail: string): Failure | undefined {
  return checkDims(left, right, (sizes) => failure('shape-mismatch', 'shape', `${detail}: ${sizes}`));
}

/** Two shapes that must be equal, axis by axis. */
export function checkShapes(left: Shape, right: Shape, detail: string): Failure | undefined {
  if (left.length !== right.length) return failure('shape-mismatch', 'shape', `${detail}: ${shapeText(left)} and ${shapeText(right)}`);
  return firstFailure(...left.map((dim, i) => checkSizes(dim, right[i] ?? 0, detail)));
}

export function checkRankAtLeast(type: TensorType, least: number, what: string): Failure | undefined {
  const { length } = type.shape;
  return length >= least ? undefined : rankFailure(`${what} must have at least rank ${least}, not ${length}`, length);
}

export function checkRank(type: TensorType, rank: number, what: string): Failure | undefined {
  const { length } = type.shape;
  return length === rank ? undefined : rankFailure(`${what} must have rank ${rank}, not ${length}`, length);
}
