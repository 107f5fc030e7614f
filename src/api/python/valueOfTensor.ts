/** Owns what is said where Python needs the value of a tensor. */
import { failure } from '../../graph/primitive';
import { sizeOf } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';

/** Python asks a tensor for its value: refused in a graph without AutoGraph. */
export function valueOfTensor(c: CallContext, x: TensorValue, what: string): void {
  if (c.mode !== 'check' || c.keras === 'none' || c.autograph || x.flavor === 'numpy' || c.numbers(x) !== undefined) return;
  c.note(failure('python-value-of-tensor', 'type', `${what} needs the value of a tensor, which a graph does not have`), [x]);
}

/** Python takes the value of one element only. */
export function requireSingle(c: CallContext, x: TensorValue): void {
  const size = sizeOf(x.type.shape);
  if (typeof size === 'number' && size !== 1)
    c.fail(failure('python-value-of-tensor', 'value', `the value of a tensor with ${size} elements is ambiguous`), [x]);
}

/** `f'{loss:.3f}'`, `'%.3f' % loss`: a format of numbers refuses a symbolic tensor; without one its text is taken. */
export function noteFormatted(c: CallContext, values: readonly Value[], format: string): void {
  for (const value of values) if (value.kind === 'tensor') valueOfTensor(c, value, `the format ${format}`);
}
