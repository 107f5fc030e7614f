/** Owns keras.ops' elementwise functions of two tensors: arithmetic, comparisons, logic, powers. */
import { failure } from '../../graph/primitive';
import { isFloat, isInteger } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { cast, filled } from '../tensors';
import { biasAdd } from './biasAdd';
import { asFloat, promoted, promotedTensors } from './promote';

/** On two operands of their common type. */
const weak = (op: string): ApiEntry => entry('x1, x2', (c, args) => c.emit(op, promoted(c, [args.value('x1'), args.value('x2')])));
const weakFloat = (op: string): ApiEntry =>
  entry('x1, x2', (c, args) => c.emit(op, promoted(c, [args.value('x1'), args.value('x2')], 'python float')));
const strong = (op: string): ApiEntry => entry('x1, x2', (c, args) => c.emit(op, promotedTensors(c, [args.value('x1'), args.value('x2')])));
const logic = (op: string): ApiEntry =>
  entry('x1, x2', (c, args) => c.emit(op, [cast(c, args.tensor('x1'), 'bool'), cast(c, args.tensor('x2'), 'bool')]));
const bits = (op: string): ApiEntry => entry('x, y', (c, args) => c.emit(op, promotedTensors(c, [args.value('x'), args.value('y')])));

export const BINARY: ApiTable = {
  add: entry('x1, x2', (c, args) => {
    const [a, b] = promoted(c, [args.value('x1'), args.value('x2')]);
    return a && b ? biasAdd(c, a, b) : c.unknown('operands of add');
  }),
  subtract: weak('subtract'),
  multiply: weak('multiply'),
  'divide true_divide': weakFloat('divide'),
  divide_no_nan: weakFloat('divideNoNan'),
  floor_divide: entry('x1, x2', (c, args) => c.emit('floorDivide', promoted(c, [args.value('x1'), args.value('x2')]))),
  mod: entry('x1, x2', (c, args) => c.emit('mod', withoutBool(c, promotedTensors(c, [args.value('x1'), args.value('x2')])))),
  fmod: entry('x1, x2', (c, args) => {
    const m = new TensorMath(c);
    const [a, b] = withoutBool(c, promotedTensors(c, [args.value('x1'), args.value('x2')]));
    return a && b ? m.mul(m.unary('sign', a), m.binary('mod', m.abs(a), m.abs(b))) : c.unknown('operands of fmod');
  }),
  power: weak('power'),
  maximum: weak('maximum'),
  minimum: weak('minimum'),
  fmax: nanAware('maximum'),
  fmin: nanAware('minimum'),
  arctan2: entry('x1, x2', (c, args) => c.emit('atan2', promotedTensors(c, [args.value('x1'), args.value('x2')], 'python float'))),
  hypot: onPair((m, a, b) => {
    const [x, y] = [m.abs(a), m.abs(b)];
    const large = m.maximum(x, y);
    return m.mul(large, m.unary('sqrt', m.add(m.square(m.binary('divideNoNan', m.minimum(x, y), large)), 1)));
  }),
  logaddexp: onPair((m, a, b) => logAddExp(m, a, b, 1)),
  logaddexp2: onPair((m, a, b) => logAddExp(m, a, b, Math.fround(Math.LN2))),
  nextafter: strong('nextAfter'),
  heaviside: onPair((m, a, b) => {
    const zero = filled(m.context, 0, a.type.shape, a.type.dtype);
    const one = filled(m.context, 1, a.type.shape, a.type.dtype);
    return m.where(m.binary('less', a, 0), zero, m.where(m.binary('greater', a, 0), one, b));
  }),
  ldexp: entry('x1, x2', (c, args) => {
    const m = new TensorMath(c);
    const x = asFloat(c, args.tensor('x1'));
    const { dtype } = args.tensor('x2').type;
    if (!isInteger(dtype))
      return c.fail(failure('dtype-not-allowed', 'dtype', `the exponent of ldexp must be an integer, not ${dtype}`, { dtype }));
    const result = m.mul(x, m.pow(2, cast(c, args.tensor('x2'), x.type.dtype)));
    return m.where(m.binary('logicalOr', m.unary('isInf', x), m.equal(x, 0)), x, result);
  }),
  equal: strong('equal'),
  not_equal: strong('notEqual'),
  less: strong('less'),
  less_equal: strong('lessEqual'),
  greater: strong('greater'),
  greater_equal: strong('greaterEqual'),
  logical_and: logic('logicalAnd'),
  logical_or: logic('logicalOr'),
  logical_xor: logic('logicalXor'),
  bitwise_and: bits('bitwiseAnd'),
  bitwise_or: bits('bitwiseOr'),
  bitwise_xor: bits('bitwiseXor'),
  'bitwise_left_shift left_shift': bits('leftShift'),
  'bitwise_right_shift right_shift': bits('rightShift'),
  isclose: entry('x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False', (c, args) =>
    close(c, [args.value('x1'), args.value('x2')], args.number('rtol'), args.number('atol'), args.bool('equal_nan')),
  ),
  allclose: entry('x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False', (c, args) => {
    const each = close(c, [args.value('x1'), args.value('x2')], args.number('rtol'), args.number('atol'), args.bool('equal_nan'));
    return new TensorMath(c).reduce('all', each, null);
  }),
};

function withoutBool(c: CallContext, tensors: readonly TensorValue[]): TensorValue[] {
  return tensors.map((x) => (x.type.dtype === 'bool' ? cast(c, x, 'int32') : x));
}

/** Two operands as floats of their common type. */
function onPair(f: (m: TensorMath, a: TensorValue, b: TensorValue) => TensorValue): ApiEntry {
  return entry('x1, x2', (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')], 'python float');
    return a && b ? f(new TensorMath(c), a, b) : c.unknown('operands');
  });
}

function logAddExp(m: TensorMath, a: TensorValue, b: TensorValue, scale: number): TensorValue {
  const delta = m.sub(a, b);
  const distance = m.neg(m.abs(delta));
  const rest = m.unary('log1p', m.unary('exp', scale === 1 ? distance : m.mul(distance, scale)));
  return m.where(m.unary('isNan', delta), m.add(a, b), m.add(m.maximum(a, b), scale === 1 ? rest : m.div(rest, scale)));
}

/** NaN counts only if both are NaN. */
function nanAware(op: 'maximum' | 'minimum'): ApiEntry {
  return entry('x1, x2', (c, args) => {
    const m = new TensorMath(c);
    const [a, b] = promoted(c, [args.value('x1'), args.value('x2')]);
    if (!a || !b) return c.unknown('operands');
    if (!isFloat(a.type.dtype)) return m.binary(op, a, b);
    const [left, right] = [m.unary('isNan', a), m.unary('isNan', b)];
    const only = (first: TensorValue, second: TensorValue) => m.binary('logicalAnd', first, m.unary('logicalNot', second));
    return m.where(only(right, left), a, m.where(only(left, right), b, m.binary(op, a, b)));
  });
}

function close(c: CallContext, values: readonly Value[], rtol: number, atol: number, equalNan: boolean): TensorValue {
  const m = new TensorMath(c);
  const [a, b] = promotedTensors(c, values);
  if (!a || !b) return c.unknown('operands');
  if (!isFloat(a.type.dtype)) return m.equal(a, b);
  const near = m.binary('lessEqual', m.abs(m.sub(a, b)), m.add(m.mul(m.abs(b), rtol), atol));
  return equalNan ? m.binary('logicalOr', near, m.binary('logicalAnd', m.unary('isNan', a), m.unary('isNan', b))) : near;
}
