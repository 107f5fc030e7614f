/** Owns what is told of an array: how many elements are not finite, and the range and mean of those that are. */
import type { StoredArray } from '../batch/tensorData';

export interface Statistics {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nan: number;
  readonly inf: number;
}

export function statisticsOf(data: ArrayLike<number>): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let nan = 0;
  let inf = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    if (Number.isNaN(value)) nan++;
    else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) inf++;
    else {
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
  }
  const finite = data.length - nan - inf;
  return finite === 0 ? { min: null, max: null, mean: null, nan, inf } : { min, max, mean: sum / finite, nan, inf };
}

/** Index of the first NaN or infinity, -1 if there is none. */
export function indexOfNonFinite(data: ArrayLike<number>): number {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return i;
  }
  return -1;
}

export function isAllFinite(data: ArrayLike<number>): boolean {
  return indexOfNonFinite(data) < 0;
}

export function isAllZero(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) return false;
  }
  return true;
}

/** Euclidean norm, scaled so that large elements do not overflow. */
export function normOf(data: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] ?? 0) ** 2;
  return Math.sqrt(sum);
}

/** Mean of each row along the first axis; null unless that axis has `samples` rows. */
export function meansOfRows(data: StoredArray, shape: readonly number[], samples: number): Float32Array | null {
  if (shape[0] !== samples || samples === 0) return null;
  const width = data.length / samples;
  const means = new Float32Array(samples);
  for (let row = 0; row < samples; row++) {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += data[i] ?? 0;
    means[row] = sum / width;
  }
  return means;
}

/** `[2, 0]`: the position of a flat index. */
export function positionText(index: number, shape: readonly number[]): string {
  const position: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    position.unshift(index % size);
    index = Math.floor(index / size);
  }
  return `[${position.join(', ')}]`;
}
