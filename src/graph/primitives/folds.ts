/** Owns the folds of reductions in JavaScript: one number from the elements of a group, in double precision. */
import type { Values } from './hostKernels';

/** `within`: offsets of the group's elements from `start`. */
export type Fold = (values: Values, start: number, within: Int32Array, integer: boolean) => number;

export function folding(initial: number, step: (total: number, value: number) => number): Fold {
  return (values, start, within) => {
    let total = initial;
    for (let i = 0; i < within.length; i++) total = step(total, values[start + (within[i] as number)] as number);
    return total;
  };
}

export const foldSum = folding(0, (total, value) => total + value);
export const foldMax = folding(Number.NEGATIVE_INFINITY, Math.max);
export const foldMin = folding(Number.POSITIVE_INFINITY, Math.min);
export const foldProduct = folding(1, (total, value) => total * value);
export const foldIntegerProduct = folding(1, Math.imul);

/** The largest element, or 0 where that is infinite: what TensorFlow's logsumexp subtracts. */
export function foldLogSumExp(values: Values, start: number, within: Int32Array): number {
  const largest = foldMax(values, start, within, false);
  const shift = Number.isFinite(largest) ? largest : 0;
  return Math.log(folding(0, (total, value) => total + Math.exp(value - shift))(values, start, within, false)) + shift;
}
