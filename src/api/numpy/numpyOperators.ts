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
  if (isTensor(value)) return dtype === undefined ? asArray(c, value) : castArray(c, asArray(c, value), dtype);
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
  return [castArray(c, a, dtype), castArray(c, b, dtype)];
}

/** A cast; of a known scalar a constant. */
export function castArray(c: CallContext, x: TensorValue, dtype: DType): TensorValue {
  if (x.type.dtype === dtype) return x;
  const { op } = c.build.node(x.node);
  const value = x.type.shape.length === 0 && op === 'constant' ? c.numbers(x)?.[0] : undefined;
  if (value === undefined || dtype === 'bool') return asArray(c, cast(c, x, dtype));
  return c.wrap(c.build.scalar(isInteger(dtype) ? Math.trunc(value) : value, dtype), 'numpy');
}

export function numpyBinary(c: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  const [a, b] = commonArrays(c, left, right);
  if (op === '@') return emitArray(c, 'matmul', [a, b], { transposeA: false, transposeB: false });
  const logic = LOGIC[op];
  if (logic !== undefined) return emitArray(c, a.type.dtype === 'bool' ? logic[0] : logic[1], [a, b]);
  const primitive = PRIMITIVES[op];
  if (primitive === undefined) return c.unknown(`the operator ${op} on arrays is not understood`);
  if (a.type.dtype === 'bool') return boolArithmetic(c, op, primitive, a, b);
  if (op === '/' && !isFloat(a.type.dtype)) return emitArray(c, primitive, [castArray(c, a, 'float64'), castArray(c, b, 'float64')]);
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

/** Ops whose result on known scalars is computed at once, so that sizes and hyperparameters stay known. */
const FOLDED: Readonly<Record<string, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  power: (x, y) => x ** y,
  floorDivide: (x, y) => Math.floor(x / y),
  mod: (x, y) => x - Math.floor(x / y) * y,
  maximum: Math.max,
  minimum: Math.min,
  negate: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  cast: (x) => x,
};

export function emitArray(
  c: CallContext,
  op: string,
  inputs: readonly TensorValue[],
  attrs: Readonly<Record<string, unknown>> = {},
): TensorValue {
  return folded(c, op, inputs) ?? asArray(c, c.emit(op, inputs, attrs));
}

function folded(c: CallContext, op: string, inputs: readonly TensorValue[]): TensorValue | undefined {
  const compute = FOLDED[op];
  if (compute === undefined || !inputs.every((x) => x.type.shape.length === 0 && c.build.node(x.node).op === 'constant')) return undefined;
  const [x, y] = inputs.map((input) => c.numbers(input)?.[0]);
  const dtype = inputs[0]?.type.dtype;
  if (x === undefined || dtype === undefined || (inputs.length > 1 && y === undefined)) return undefined;
  return c.wrap(c.build.scalar(compute(x, y ?? 0), dtype), 'numpy');
}
