/** Owns how a NumPy function reads its arguments: as arrays, and what a tensor handed to NumPy loses. */
import { failure } from '../../graph/primitive';
import type { DType } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { knownValue } from '../args';
import { dtypeOf } from '../dtypes';
import { cast, isGraphTensor } from '../tensors';
import { asArray, toArray } from './numpyOperators';

/** An argument as an array. A tensor in Keras' graph has no values: a finding; the trace goes on with its values. */
export function array(c: CallContext, value: Value, dtype?: DType): TensorValue {
  const known = knownValue(c, value);
  if (!isGraphTensor(known)) return toArray(c, known, dtype);
  if (c.mode === 'check' && c.keras !== 'none' && c.numbers(known) === undefined) {
    c.note(failure('numpy-in-graph', 'type', 'NumPy needs values, which tensors do not have inside fit; use the tf function'), [known]);
  }
  const values = c.wrap(c.emit('stopGradient', [known]).node, 'numpy');
  return dtype === undefined ? values : asArray(c, cast(c, values, dtype));
}

export const wanted = (a: Args): DType | undefined => (a.value('dtype').kind === 'none' ? undefined : dtypeOf(a.value('dtype'), true));

export function operand(c: CallContext, value: Value): Value {
  return isGraphTensor(value) ? array(c, value) : knownValue(c, value);
}
