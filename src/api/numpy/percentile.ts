/** Owns percentiles: values at a place of the sorted order. */
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { add, axisOf, dimAt, flatten, multiply, sliceAxis, squeeze, subtract } from '../tensors';
import { sorted } from '../tf/ordering';

/** Along an axis (None: of all elements), the value at a percentage of the sorted order. */
export function percentile(c: CallContext, given: TensorValue, percent: number, axis: number | null, method: string): TensorValue {
  const x = axis === null ? flatten(c, given) : given;
  const along = axisOf(c, x, axis ?? 0);
  const size = dimAt(x, along);
  if (typeof size !== 'number') return c.unknown('a percentile over a symbolic size');
  const ordered = sorted(c, x, along, 'ascending');
  const place = (percent / 100) * (size - 1);
  const at = (index: number) => squeeze(c, sliceAxis(c, ordered, along, index, 1), [along]);
  if (method === 'nearest') return at(roundHalfEven(place));
  if (method === 'lower') return at(Math.floor(place));
  if (method === 'higher') return at(Math.ceil(place));
  const [low, high] = [at(Math.floor(place)), at(Math.ceil(place))];
  return add(c, low, multiply(c, subtract(c, high, low), place - Math.floor(place)));
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}
