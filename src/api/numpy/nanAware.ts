/** Owns NumPy's reductions that leave NaN out. */
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { cast, divide, like, multiply, select, square, subtract, sum } from '../tensors';
import { array } from './array';
import { asArray } from './numpyOperators';
import { floats } from './reductions';

export const nanAware = (
  f: (c: CallContext, x: TensorValue, valid: TensorValue, axes: readonly number[] | null, keepdims: boolean) => TensorValue,
): ApiEntry =>
  entry('a, axis=None, dtype=None, out=None, keepdims=False', (c, a) => {
    const x = floats(c, array(c, a.value('a')));
    const valid = cast(c, c.emit('logicalNot', [c.emit('isNan', [x])]), x.type.dtype);
    return asArray(c, f(c, x, valid, a.axes('axis'), a.bool('keepdims')));
  });

export const zeroed = (c: CallContext, x: TensorValue): TensorValue => select(c, c.emit('isNan', [x]), like(c, 0, x), x);

export function nanMean(
  c: CallContext,
  x: TensorValue,
  valid: TensorValue,
  axes: readonly number[] | null,
  keepdims: boolean,
): TensorValue {
  return divide(c, sum(c, zeroed(c, x), axes, keepdims), sum(c, valid, axes, keepdims));
}

export function nanVariance(
  c: CallContext,
  x: TensorValue,
  valid: TensorValue,
  axes: readonly number[] | null,
  keepdims: boolean,
): TensorValue {
  const center = nanMean(c, x, valid, axes, true);
  return divide(c, sum(c, multiply(c, square(c, subtract(c, zeroed(c, x), center)), valid), axes, keepdims), sum(c, valid, axes, keepdims));
}
