/** Owns shapes: lists of dims, and the type of a tensor. The rank is always known; a value whose rank is not known is an unknown value. */
import { compareDims, type Dim, type DimComparison, productOfDims } from './dim';
import type { DType } from './dtype';

export type Shape = readonly Dim[];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Number of elements. */
export function sizeOf(shape: Shape): Dim {
  return productOfDims(shape);
}

const WORST: readonly DimComparison[] = ['equal', 'unknown', 'coincidental', 'different'];

/** The worst of the comparisons axis by axis; differing ranks are `different`. */
export function compareShapes(a: Shape, b: Shape): DimComparison {
  if (a.length !== b.length) return 'different';
  let worst = 0;
  a.forEach((dim, i) => {
    worst = Math.max(worst, WORST.indexOf(compareDims(dim, b[i] ?? 0)));
  });
  return WORST[worst] ?? 'different';
}

export function sameShape(a: Shape, b: Shape): boolean {
  return compareShapes(a, b) === 'equal';
}

/** The shape's numbers, or undefined if any dim is symbolic. */
export function concreteShape(shape: Shape): readonly number[] | undefined {
  return shape.every((dim) => typeof dim === 'number') ? (shape as readonly number[]) : undefined;
}
