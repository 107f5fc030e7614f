/** Owns tf.experimental.numpy: NumPy's spellings on tensors, with its result types. */
import { isFloat } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { cast, multiply, reduce, variance } from '../tensors';

const floatOf = (c: CallContext, x: TensorValue): TensorValue => (isFloat(x.type.dtype) ? x : cast(c, x, 'float64'));
const unary = (op: string): ApiEntry => entry('x', (c, a) => c.emit(op, [floatOf(c, a.tensor('x'))]));
const reduction = (op: string, prepare = (_c: CallContext, x: TensorValue) => x): ApiEntry =>
  entry('a, axis=None, dtype=None, keepdims=None', (c, a) => reduce(c, op, prepare(c, a.tensor('a')), a.axes('axis'), a.bool('keepdims')));

const prefixed = (table: Readonly<Record<string, ApiEntry>>): ApiTable =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [`tf.experimental.numpy.${name}`, value]));

export const EXPERIMENTAL_NUMPY: ApiTable = prefixed({
  square: entry('x', (c, a) => c.emit('square', [a.tensor('x')])),
  abs: entry('x', (c, a) => c.emit('abs', [a.tensor('x')])),
  exp: unary('exp'),
  log: unary('log'),
  log1p: unary('log1p'),
  sqrt: unary('sqrt'),
  tanh: unary('tanh'),
  log2: entry('x', (c, a) => multiply(c, c.emit('log', [floatOf(c, a.tensor('x'))]), Math.LOG2E)),
  log10: entry('x', (c, a) => multiply(c, c.emit('log', [floatOf(c, a.tensor('x'))]), Math.LOG10E)),
  sum: reduction('sum'),
  prod: reduction('prod'),
  max: reduction('max'),
  min: reduction('min'),
  mean: reduction('mean', floatOf),
  var: entry('a, axis=None, keepdims=None', (c, a) => variance(c, floatOf(c, a.tensor('a')), a.axes('axis'), a.bool('keepdims'))),
  std: entry('a, axis=None, keepdims=None', (c, a) =>
    c.emit('sqrt', [variance(c, floatOf(c, a.tensor('a')), a.axes('axis'), a.bool('keepdims'))]),
  ),
});
