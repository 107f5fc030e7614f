/** Owns what Python's operators mean for tensors, variables and NumPy arrays. */
import { failure } from '../graph/primitive';
import type { BinaryOp, CompareOp } from '../program/program';
import { broadcastShapes } from '../shape/broadcast';
import { type DType, isFloat, isInteger } from '../shape/dtype';
import { compareShapes } from '../shape/shape';
import type { CallContext } from '../value/api';
import { boolean, type TensorValue, type Value } from '../value/value';
import { numpyBinary, numpyCompare, numpyUnary } from './numpy/numpyOperators';
import { cast, filled, isGraphTensor, isTensor } from './tensors';

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '//': 'floorDivide',
  '%': 'mod',
  '**': 'power',
};

const LOGIC: Readonly<Record<string, readonly [string, string]>> = {
  '&': ['logicalAnd', 'bitwiseAnd'],
  '|': ['logicalOr', 'bitwiseOr'],
  '^': ['logicalXor', 'bitwiseXor'],
};

const COMPARISONS: Readonly<Record<string, string>> = {
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
};

/** `left op right` where at least one side is a tensor or array. */
export function binaryOperator(c: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  if (!isGraphTensor(left) && !isGraphTensor(right)) return numpyBinary(c, op, left, right);
  const [a, b] = operands(c, left, right);
  return tensorBinary(c, op, a, b);
}

export function unaryOperator(c: CallContext, op: '-' | '+' | '~', operand: Value): Value {
  if (!isTensor(operand)) return c.unknown(`the operator ${op} on this value is not understood`);
  if (operand.flavor === 'numpy') return numpyUnary(c, op, operand);
  if (op === '-') return c.emit('negate', [operand]);
  if (op === '~') return c.emit(operand.type.dtype === 'bool' ? 'logicalNot' : 'bitwiseNot', [operand]);
  return c.fail(failure('operator', 'type', 'a tensor has no unary +'), [operand]);
}

/** Comparisons give tensors, elementwise; with None they give a Python truth value. */
export function compareOperator(c: CallContext, op: CompareOp, left: Value, right: Value): Value {
  const primitive = COMPARISONS[op];
  if (primitive === undefined) return c.unknown(`the comparison ${op} with a tensor is not understood`);
  const equality = op === '==' || op === '!=';
  if (equality && (left.kind === 'none' || right.kind === 'none')) return boolean(op === '!=');
  if (!isGraphTensor(left) && !isGraphTensor(right)) return numpyCompare(c, primitive, left, right);
  const [a, b] = operands(c, left, right);
  if (equality && !fits(a, b)) return filled(c, op === '==' ? 0 : 1, [], 'bool');
  return c.emit(primitive, [a, b]);
}

function fits(a: TensorValue, b: TensorValue): boolean {
  const { conflict } = broadcastShapes(a.type.shape, b.type.shape);
  return conflict === undefined || conflict.certainty !== 'different' || compareShapes(a.type.shape, b.type.shape) !== 'different';
}

/** Both sides as tensors: what is no tensor adopts the tensor's dtype. */
function operands(c: CallContext, left: Value, right: Value): readonly [TensorValue, TensorValue] {
  if (isGraphTensor(left)) return [left, isGraphTensor(right) ? right : adopt(c, right, left)];
  if (isGraphTensor(right)) return [adopt(c, left, right), right];
  return [c.tensor(left), c.tensor(right)];
}

function adopt(c: CallContext, value: Value, like: TensorValue): TensorValue {
  if (value.kind === 'unknown') return c.unknown(value.reason);
  if (value.kind === 'none') return c.fail(failure('none-operand', 'value', 'None cannot be converted to a tensor'), [like]);
  return c.tensor(value, like.type.dtype);
}

/** The operator on two tensors, with TensorFlow's rules for integers and bools. */
export function tensorBinary(c: CallContext, op: BinaryOp, a: TensorValue, b: TensorValue): TensorValue {
  if (op === '/') return trueDivide(c, a, b);
  if (op === '@') return matrixMultiply(c, a, b);
  if (op === '*' && (a.type.dtype === 'bool' || b.type.dtype === 'bool')) return boolProduct(c, a, b);
  const logic = LOGIC[op];
  if (logic !== undefined) return c.emit(a.type.dtype === 'bool' ? logic[0] : logic[1], [a, b]);
  const primitive = ARITHMETIC[op];
  if (primitive === undefined) return c.fail(failure('operator', 'type', `tensors have no operator ${op}`), [a, b]);
  return c.emit(primitive, [a, b]);
}

/** TensorFlow 2.21 multiplies as integers and gives bool if either side is bool: fractions are cut off. */
function boolProduct(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  return cast(c, c.emit('multiply', [cast(c, a, 'int32'), cast(c, b, 'int32')]), 'bool');
}

/** The dtype in which `/` divides: integers become floats. */
export function quotientType(dtype: DType): DType {
  if (!isInteger(dtype)) return dtype;
  return dtype === 'int8' || dtype === 'int16' || dtype === 'uint8' || dtype === 'uint16' ? 'float32' : 'float64';
}

export function trueDivide(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  if (a.type.dtype !== b.type.dtype) {
    const detail = `x and y must have the same dtype, got ${a.type.dtype} and ${b.type.dtype}`;
    return c.fail(failure('dtype-mismatch', 'dtype', detail, { left: a.type.dtype, right: b.type.dtype }), [a, b]);
  }
  if (a.type.dtype === 'bool') return c.fail(failure('dtype-not-allowed', 'dtype', 'bool cannot be divided', { dtype: 'bool' }), [a, b]);
  const dtype = quotientType(a.type.dtype);
  return c.emit('divide', [cast(c, a, dtype), cast(c, b, dtype)]);
}

export function matrixMultiply(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  return c.emit('matmul', [a, b], { transposeA: false, transposeB: false });
}

export function isFloatTensor(x: TensorValue): boolean {
  return isFloat(x.type.dtype);
}
