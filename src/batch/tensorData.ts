/** Owns tensors of a sample batch as plain data: a shape of numbers, the dtype as TensorFlow has it, and the elements as tfjs stores them. */
import { DTYPES, type DType, isFloat } from '../shape/dtype';

/** Floats as float32, integers as int32, bool as bytes. */
export type StoredArray = Float32Array | Int32Array | Uint8Array;

export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: StoredArray;
}

export type Batch = Readonly<Record<string, TensorData>>;

/** Why a batch or comment cannot be used, in words for its author. */
export interface BatchError {
  readonly message: string;
}

/** A tensor may be called anything but a string can only be a message. */
export function isBatchError<T extends object>(value: T | BatchError): value is BatchError {
  return 'message' in value && typeof value.message === 'string';
}

/** Types that a batch can have: no strings, no complex numbers. */
export const BATCH_DTYPES: readonly DType[] = DTYPES.filter((dtype) => dtype !== 'string' && !dtype.startsWith('complex'));

export function storage(dtype: DType, length: number): StoredArray {
  if (isFloat(dtype)) return new Float32Array(length);
  return dtype === 'bool' ? new Uint8Array(length) : new Int32Array(length);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Elements as the dtype stores them. */
export function tensorData(shape: readonly number[], dtype: DType, elements: ArrayLike<number>): TensorData {
  const data = storage(dtype, elements.length);
  for (let i = 0; i < elements.length; i++) data[i] = dtype === 'bool' ? Number(elements[i] !== 0) : (elements[i] ?? 0);
  return { shape, dtype, data };
}
