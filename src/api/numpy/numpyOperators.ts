/** Owns NumPy's arithmetic: result types, Python numbers that adopt an array's type, values that stay arrays. */
import type { BinaryOp } from '../../program/program';
import { type DType, isFloat, isInteger, numpyResultType } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { cast, isTensor } from '../tensors';

const PRIMITIVES: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '//': 'floorDivide',
  '%': 'mod',
  '**': 'power',
  '<<': 'leftShift',
  '>>': 'rightShift',
};

const LOGIC: Readonly<Record<string, readonly [string, string]>> = {
  '&': ['logicalAnd', 'bitwiseAnd'],
  '|': ['logicalOr', 'bitwiseOr'],
  '^': ['logicalXor', 'bitwiseXor'],
};

/** As a NumPy array, with NumPy's default types: float64, int64, bool. */
export function toArray(c: CallContext, value: Value, dtype?: DType): TensorValue {
  if (value.kind === 'unknown') return c.unknown(value.reason);
  if (isTensor(value)) return asArray(c, dtype === undefined ? value : cast(c, value, dtype));
  return asArray(c, c.tensor(value, dtype ?? arrayType(value)));
}

/** The same node, as an array. Values of tensors have no gradient in NumPy. */
export function asArray(c: CallContext, x: TensorValue): TensorValue {
  if (x.flavor === 'numpy') return x;
  return c.wrap(x.node, 'numpy');
}

/** NumPy's type for plain Python data. */
function arrayType(value: Value): DType | undefined {
  const found = elementTypes(value);
  if (found.size === 0) return 'float64';
  return [...found].reduce(numpyResultType);
}

function elementTypes(value: Value): ReadonlySet<DType> {
  switch (value.kind) {
    case 'number':
      return new Set<DType>([value.float ? 'float64' : 'int64']);
    case 'boolean':
      return new Set<DType>(['bool']);
    case 'shape':
      return new Set<DType>(['int64']);
    case 'tensor':
      return new Set([value.type.dtype]);
    case 'list':
    case 'tuple':
      return new Set(value.items.flatMap((item) => [...elementTypes(item)]));
    default:
      return new Set();
  }
}

/** Two arrays of NumPy's common type; Python numbers adopt the other side's kind (NumPy 2). */
export function commonArrays(c: CallContext, left: Value, right: Value): readonly [TensorValue, TensorValue] {
  if (left.kind === 'number' || left.kind === 'boolean') {
    const b = toArray(c, right);
    return right.kind === 'number' || right.kind === 'boolean' ? unify(c, toArray(c, left), b) : unify(c, weak(c, left, b), b);
  }
  const a = toArray(c, left);
  return unify(c, a, right.kind === 'number' || right.kind === 'boolean' ? weak(c, right, a) : toArray(c, right));
}

function weak(c: CallContext, value: Value, like: TensorValue): TensorValue {
  const { dtype } = like.type;
  const float = value.kind === 'number' && value.float;
  if (isFloat(dtype) || (isInteger(dtype) && !float)) return asArray(c, c.tensor(value, dtype));
  return toArray(c, value);
}

function unify(c: CallContext, a: TensorValue, b: TensorValue): readonly [TensorValue, TensorValue] {
  const dtype = numpyResultType(a.type.dtype, b.type.dtype);
  return [cast(c, a, dtype), cast(c, b, dtype)];
}

export function numpyBinary(c: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  const [a, b] = commonArrays(c, left, right);
  if (op === '@') return emitArray(c, 'matmul', [a, b], { transposeA: false, transposeB: false });
  const logic = LOGIC[op];
  if (logic !== undefined) return emitArray(c, a.type.dtype === 'bool' ? logic[0] : logic[1], [a, b]);
  const primitive = PRIMITIVES[op];
  if (primitive === undefined) return c.unknown(`the operator ${op} on arrays is not understood`);
  if (a.type.dtype === 'bool') return boolArithmetic(c, op, primitive, a, b);
  if (op === '/' && !isFloat(a.type.dtype)) return emitArray(c, primitive, [cast(c, a, 'float64'), cast(c, b, 'float64')]);
  return emitArray(c, primitive, [a, b]);
}

function boolArithmetic(c: CallContext, op: BinaryOp, primitive: string, a: TensorValue, b: TensorValue): TensorValue {
  if (op === '+') return emitArray(c, 'logicalOr', [a, b]);
  if (op === '*') return emitArray(c, 'logicalAnd', [a, b]);
  const dtype = op === '/' ? 'float64' : 'int8';
  return emitArray(c, primitive, [cast(c, a, dtype), cast(c, b, dtype)]);
}

export function numpyCompare(c: CallContext, primitive: string, left: Value, right: Value): Value {
  return emitArray(c, primitive, commonArrays(c, left, right));
}

export function numpyUnary(c: CallContext, op: '-' | '+' | '~', x: TensorValue): Value {
  if (op === '+') return x;
  if (op === '-') return emitArray(c, 'negate', [x]);
  return emitArray(c, x.type.dtype === 'bool' ? 'logicalNot' : 'bitwiseNot', [x]);
}

export function emitArray(
  c: CallContext,
  op: string,
  inputs: readonly TensorValue[],
  attrs: Readonly<Record<string, unknown>> = {},
): TensorValue {
  return asArray(c, c.emit(op, inputs, attrs));
}
