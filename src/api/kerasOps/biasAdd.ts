/** Owns keras.ops.add on the TensorFlow backend, which adds what looks like a bias along a channel axis, whatever its own axes say. */
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { rankOf, reshape } from '../tensors';

/**
 * When the second operand has one axis longer than 1 and its size is that of the first's last axis or axis 1, Keras calls bias_add: it is
 * added along that axis of the first operand. So `add(x (3, 3), y (3, 1))` adds y to the rows, and `add(x (B, 3, 4), y (3,))` works.
 */
export function biasAdd(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  const long = b.type.shape.filter((dim) => dim !== 1);
  const [size] = long;
  const rank = rankOf(a);
  if (long.length !== 1 || typeof size !== 'number' || rank < 2) return c.emit('add', [a, b]);
  if (a.type.shape.at(-1) === size) return c.emit('add', [a, reshape(c, b, [size])]);
  if (a.type.shape[1] === size) return c.emit('add', [a, reshape(c, b, [size, ...Array.from({ length: rank - 2 }, () => 1)])]);
  return c.emit('add', [a, b]);
}
