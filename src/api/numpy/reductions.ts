/** Owns NumPy's reductions and clipping, with NumPy's result types. */
import { isFloat, isInteger } from '../../shape/dtype';
import { sizeOf } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { axisOf, cast, divide, flatten, multiply, reduce, subtract, sum } from '../tensors';
import { asArray, castArray, commonArrays } from './numpyOperators';

/** Sums and products of small integers and bools are int64. */
export function npReduce(c: CallContext, op: string, x: TensorValue, axes: readonly number[] | null, keepdims: boolean): TensorValue {
  return asArray(c, reduce(c, op, prepared(c, op, x), axes, keepdims));
}

function prepared(c: CallContext, op: string, x: TensorValue): TensorValue {
  const { dtype } = x.type;
  if (op === 'any' || op === 'all') return cast(c, x, 'bool');
  const narrow = dtype === 'bool' || (isInteger(dtype) && dtype !== 'int64' && dtype !== 'uint64');
  return (op === 'sum' || op === 'prod') && narrow ? cast(c, x, 'int64') : x;
}

/** Of floats as they are, of the rest as float64. */
export function floats(c: CallContext, x: TensorValue): TensorValue {
  return isFloat(x.type.dtype) || x.type.dtype.startsWith('complex') ? x : castArray(c, asArray(c, x), 'float64');
}

export function npMean(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims: boolean): TensorValue {
  return asArray(c, reduce(c, 'mean', floats(c, x), axes, keepdims));
}

export function npVariance(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims: boolean, ddof: number): TensorValue {
  const values = floats(c, x);
  const centered = subtract(c, values, reduce(c, 'mean', values, axes, true));
  const squares = multiply(c, centered, centered);
  if (ddof === 0) return asArray(c, reduce(c, 'mean', squares, axes, keepdims));
  const count = sizeOf(axes === null ? x.type.shape : axes.map((axis) => x.type.shape.at(axis) ?? 1));
  if (typeof count !== 'number') return c.unknown('a variance with ddof over a symbolic size');
  return asArray(c, divide(c, sum(c, squares, axes, keepdims), count - ddof));
}

export function npArgExtreme(c: CallContext, op: 'argmax' | 'argmin', x: TensorValue, axis: number | null): TensorValue {
  const values = axis === null ? flatten(c, x) : x;
  return asArray(c, c.emit(op, [values], { axis: axisOf(c, values, axis ?? 0), dtype: 'int64' }));
}

export function npClip(c: CallContext, x: TensorValue, low: Value, high: Value): TensorValue {
  let result = x;
  if (high.kind !== 'none') result = asArray(c, c.emit('minimum', commonArrays(c, result, high)));
  if (low.kind !== 'none') result = asArray(c, c.emit('maximum', commonArrays(c, result, low)));
  return result;
}
