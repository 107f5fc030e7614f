/** Owns how TensorFlow.js takes its arguments: what counts as a tensor, which element types mix, what it refuses. */
import { failure } from '../../graph/primitive';
import { broadcastShapes } from '../../shape/broadcast';
import { compareDims } from '../../shape/dim';
import { type DType, isComplex, isFloat } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { NONE, type TensorValue, type Value } from '../../value/value';
import { knownValue } from '../args';
import { entry } from '../table';
import { cast } from '../tensors';

/** `numeric`: any element type but strings; otherwise tensors must have exactly this one. */
export type Wanted = 'numeric' | 'float32' | 'int32' | 'bool';

/** convertToTensor: numbers become float32 unless another type is wanted; a tensor of another type is refused, not converted. */
export function tensorLike(c: CallContext, value: Value, name: string, wanted: Wanted = 'numeric'): TensorValue {
  const known = knownValue(c, value);
  if (known.kind === 'tensor') return wanted === 'numeric' || known.type.dtype === wanted ? known : wrongDtype(c, known, name, wanted);
  if (!isTensorLike(known)) return notATensor(c, known, name);
  if (known.kind === 'number' && known.value === undefined && known.size === undefined && c.mode === 'check') return anyNumber(c);
  return c.tensor(known, wanted === 'numeric' || wanted === 'float32' ? undefined : wanted);
}

/** A number that is not known still has a shape: a scalar between all numbers. */
function anyNumber(c: CallContext): TensorValue {
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((value) => c.wrap(c.build.scalar(value, 'float32')));
  return low === undefined || high === undefined ? c.unknown('a number that is not known') : c.emit('join', [low, high]);
}

/** The argument of that name. */
export function argument(c: CallContext, a: Args, name: string, wanted: Wanted = 'numeric'): TensorValue {
  return tensorLike(c, a.value(name), name, wanted);
}

/** A tensor, or undefined where nothing is given. */
export function optionalArgument(c: CallContext, a: Args, name: string): TensorValue | undefined {
  return a.value(name).kind === 'none' ? undefined : argument(c, a, name);
}

function isTensorLike(value: Value): boolean {
  return value.kind === 'number' || value.kind === 'boolean' || value.kind === 'list' || value.kind === 'shape';
}

function notATensor(c: CallContext, value: Value, name: string): never {
  if (!['none', 'dict', 'function', 'native', 'method', 'object', 'string'].includes(value.kind))
    return c.unknown(`a ${value.kind} where a tensor is needed`);
  const given = isPromise(value) ? 'Promise' : (GIVEN[value.kind] ?? 'Object');
  const detail = `argument '${name}' must be a tensor, a number or an array, not '${given}'`;
  return c.fail(failure('not-a-tensor', 'type', detail, { argument: name, given }));
}

const GIVEN: Readonly<Record<string, string>> = {
  none: 'undefined',
  function: 'Function',
  native: 'Function',
  method: 'Function',
  string: 'String',
};

function isPromise(value: Value): boolean {
  return value.kind === 'object' && value.type === 'js.Promise';
}

function wrongDtype(c: CallContext, x: TensorValue, name: string, wanted: DType): never {
  const detail = `argument '${name}' must be a ${wanted} tensor, but it is ${x.type.dtype}`;
  return c.fail(failure('dtype-not-allowed', 'dtype', detail, { wanted, dtype: x.type.dtype, argument: name }), [x]);
}

/** upcastType: bool < int32 < float32 < complex64. */
export function upcast(a: DType, b: DType): DType {
  const order: readonly DType[] = ['bool', 'int32', 'float32', 'complex64'];
  return order[Math.max(order.indexOf(a), order.indexOf(b), 0)] ?? 'float32';
}

/** makeTypesMatch. */
export function matched(c: CallContext, a: TensorValue, b: TensorValue): [TensorValue, TensorValue] {
  const dtype = upcast(a.type.dtype, b.type.dtype);
  return [cast(c, a, dtype), cast(c, b, dtype)];
}

/** Ops of which bools are integers. */
export function withoutBool(c: CallContext, x: TensorValue): TensorValue {
  return x.type.dtype === 'bool' ? cast(c, x, 'int32') : x;
}

/** Kernels that compute floats take integers too. */
export function asFloat(c: CallContext, x: TensorValue): TensorValue {
  return isFloat(x.type.dtype) || isComplex(x.type.dtype) ? x : cast(c, x, 'float32');
}

/** An entry of one tensor: its parameter's name, the element type that it takes. */
export function unaryEntry(parameter: string, wanted: Wanted, compute: (c: CallContext, x: TensorValue) => TensorValue): ApiEntry {
  return entry(parameter, (c, a) => compute(c, argument(c, a, parameter, wanted)));
}

/** An entry of two tensors that broadcast. */
export function binaryEntry(
  compute: (c: CallContext, a: TensorValue, b: TensorValue) => Value,
  signature = 'a, b',
  wanted: Wanted = 'numeric',
): ApiEntry {
  const [first = 'a', second = 'b'] = signature.split(', ');
  return entry(signature, (c, a) => compute(c, argument(c, a, first, wanted), argument(c, a, second, wanted)));
}

/** An axis argument: numbers only. A tensor there is another function's second operand. */
export function axesArgument(c: CallContext, a: Args, instead: string): readonly number[] | null {
  const given = a.value('axis');
  if (given.kind !== 'tensor') return a.axes('axis');
  return c.fail(failure('argument', 'type', `the second argument is the axis, a number, and here it is a tensor: ${instead}`), [given]);
}

/** A shape argument: a list of numbers. A tensor there was to give its shape. */
export function shapeArgument(c: CallContext, a: Args, name = 'shape'): Shape {
  const given = a.value(name);
  if (given.kind !== 'tensor') return a.shape(name);
  return c.fail(
    failure('argument', 'type', 'the shape is a list of numbers, and here it is a tensor: write x.shape, or use zerosLike and onesLike'),
    [given],
  );
}

/** assertShapesMatch of the losses: nothing is broadcast there. */
export function requireSameShape(c: CallContext, a: TensorValue, b: TensorValue): void {
  const [x, y] = [a.type.shape, b.type.shape];
  const differs = x.length !== y.length || x.some((dim, i) => compareDims(dim, y[i] ?? 0) === 'different');
  if (differs) c.fail(failure('shape-mismatch', 'shape', 'labels and predictions must have the same shape'), [a, b]);
}

export function requireBroadcast(c: CallContext, a: TensorValue, b: TensorValue): void {
  if (broadcastShapes(a.type.shape, b.type.shape).conflict?.certainty === 'different') c.emit('add', [asFloat(c, a), asFloat(c, b)]);
}

export const nothing = (): Value => NONE;
