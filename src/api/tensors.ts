/** Owns what compositions share: casts, scalars, matching of dtypes, reductions over all or some axes. */
import type { NodeId } from '../graph/graph';
import { failure } from '../graph/primitive';
import { normalizeAxis } from '../shape/axis';
import { type Dim, multiplyDims } from '../shape/dim';
import { type DType, isComplex, isFloat } from '../shape/dtype';
import { type Shape, sizeOf } from '../shape/shape';
import type { CallContext } from '../value/api';
import { integer, type TensorValue, type Value } from '../value/value';

export function isTensor(value: Value): value is TensorValue {
  return value.kind === 'tensor';
}

/** Of TensorFlow's own: not a NumPy array. */
export function isGraphTensor(value: Value): value is TensorValue {
  return value.kind === 'tensor' && value.flavor !== 'numpy';
}

export function rankOf(x: TensorValue): number {
  return x.type.shape.length;
}

/** The size of an axis; negative axes count from the end. */
export function dimAt(x: TensorValue, axis: number): Dim {
  return x.type.shape.at(axis) ?? 1;
}

export function cast(c: CallContext, x: TensorValue, dtype: DType): TensorValue {
  return x.type.dtype === dtype ? x : c.emit('cast', [x], { dtype });
}

export function scalar(c: CallContext, value: number, dtype: DType): TensorValue {
  return c.wrap(c.build.scalar(value, dtype));
}

/** A scalar with the dtype of another tensor. */
export function like(c: CallContext, value: number, x: TensorValue): TensorValue {
  return scalar(c, value, x.type.dtype);
}

/** A tensor of one value. */
export function filled(c: CallContext, value: number, shape: Shape, dtype: DType): TensorValue {
  return c.wrap(c.build.fill(value, shape, dtype));
}

/** A one-dimensional constant. */
export function vector(c: CallContext, values: readonly number[], dtype: DType): TensorValue {
  return c.wrap(c.build.constant(values, [values.length], dtype));
}

/** A size as a scalar tensor. */
export function dimTensor(c: CallContext, dim: Dim, dtype: DType): TensorValue {
  return c.tensor(integer(dim), dtype);
}

/** Whether the call happens while a graph is built (Keras' fit) instead of eagerly. */
export function inGraph(c: CallContext): boolean {
  return c.mode === 'check' && c.keras !== 'none';
}

/**
 * Inputs of an op that share one dtype. Eagerly the first tensor's dtype is the one that Python numbers and arrays adopt; in a graph
 * the first argument's, be it a Python number (`tf.maximum(0, x)` fails there).
 */
export function matching(c: CallContext, values: readonly Value[], hint?: DType): TensorValue[] {
  const [first] = values;
  const leader = inGraph(c) ? first : values.find(isGraphTensor);
  let dtype = leader !== undefined && isTensor(leader) && isGraphTensor(leader) ? leader.type.dtype : undefined;
  const converted: TensorValue[] = [];
  for (const value of values) {
    const tensor = isGraphTensor(value) ? value : c.tensor(value, dtype ?? hint);
    converted.push(tensor);
    dtype ??= tensor.type.dtype;
  }
  return converted;
}

/** Two inputs of one dtype, see `matching`. */
export function pair(c: CallContext, left: Value, right: Value, hint?: DType): [TensorValue, TensorValue] {
  const [a, b] = matching(c, [left, right], hint);
  return [a ?? c.tensor(left), b ?? c.tensor(right)];
}

/** The second adopts the dtype of the first, as after `convert_to_tensor(x)`. */
export function pairInOrder(c: CallContext, left: Value, right: Value): [TensorValue, TensorValue] {
  const a = c.tensor(left);
  return [a, isGraphTensor(right) ? right : c.tensor(right, a.type.dtype)];
}

export function binary(c: CallContext, op: string, left: TensorValue, right: TensorValue | number): TensorValue {
  return c.emit(op, [left, typeof right === 'number' ? like(c, right, left) : right]);
}

export const add = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'add', a, b);
export const subtract = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'subtract', a, b);
export const multiply = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'multiply', a, b);
export const divide = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'divide', a, b);
export const maximum = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'maximum', a, b);
export const minimum = (c: CallContext, a: TensorValue, b: TensorValue | number): TensorValue => binary(c, 'minimum', a, b);
/** number - tensor. */
export const rsubtract = (c: CallContext, a: number, b: TensorValue): TensorValue => c.emit('subtract', [like(c, a, b), b]);
export const square = (c: CallContext, x: TensorValue): TensorValue => c.emit('square', [x]);
export const select = (c: CallContext, condition: TensorValue, a: TensorValue, b: TensorValue): TensorValue =>
  c.emit('select', [condition, a, b]);

/** An axis in 0…rank-1; a wrong one is a problem. */
export function axisOf(c: CallContext, x: TensorValue, axis: number, rank = rankOf(x)): number {
  const normal = normalizeAxis(axis, rank);
  if (normal !== undefined) return normal;
  return c.fail(failure('axis-out-of-range', 'shape', `axis ${axis} is out of range for rank ${rank}`, { axis, rank }), [x]);
}

export function allAxes(x: TensorValue): number[] {
  return x.type.shape.map((_, i) => i);
}

/** A value with a gradient of its own: `backward` gives dy × derivative. */
export function withGradient(c: CallContext, value: TensorValue, x: TensorValue, backward: (dy: TensorValue) => TensorValue): TensorValue {
  const result = c.emit('customGradient', [value, x]);
  c.build.customBackward.set(result.node, (dy) => [null, backward(c.wrap(dy)).node]);
  return result;
}

/** A reduction; axes null: over all. */
export function reduce(c: CallContext, op: string, x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
  return c.emit(op, [x], { axes: axes === null ? allAxes(x) : axes, keepdims });
}

/** TensorFlow's mean: integers are divided as integers. */
export function mean(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
  return reduce(c, 'mean', x, axes, keepdims);
}

export function sum(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
  return reduce(c, 'sum', x, axes, keepdims);
}

/** Population variance. */
export function variance(c: CallContext, x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
  const centered = subtract(c, x, mean(c, x, axes, true));
  return mean(c, isComplex(x.type.dtype) ? multiply(c, centered, c.emit('conj', [centered])) : square(c, centered), axes, keepdims);
}

export function reshape(c: CallContext, x: TensorValue, shape: Shape): TensorValue {
  return c.emit('reshape', [x], { shape });
}

export function expandDims(c: CallContext, x: TensorValue, axis: number): TensorValue {
  return c.emit('expandDims', [x], { axis });
}

export function squeeze(c: CallContext, x: TensorValue, axes: readonly number[] | null): TensorValue {
  return c.emit('squeeze', [x], { axes });
}

export function transpose(c: CallContext, x: TensorValue, permutation: readonly number[]): TensorValue {
  return c.emit('transpose', [x], { permutation });
}

/** Swaps two axes. */
export function swapAxes(c: CallContext, x: TensorValue, first: number, second: number): TensorValue {
  const permutation = allAxes(x);
  const a = axisOf(c, x, first);
  const b = axisOf(c, x, second);
  permutation[a] = b;
  permutation[b] = a;
  return a === b ? x : transpose(c, x, permutation);
}

export function moveAxis(c: CallContext, x: TensorValue, from: number, to: number): TensorValue {
  const source = axisOf(c, x, from);
  const rest = allAxes(x).filter((axis) => axis !== source);
  rest.splice(axisOf(c, x, to), 0, source);
  return rest.every((axis, i) => axis === i) ? x : transpose(c, x, rest);
}

/** One step along an axis: [start, start + size). */
export function sliceAxis(c: CallContext, x: TensorValue, axis: number, start: Dim, size: Dim): TensorValue {
  const normal = axisOf(c, x, axis);
  const starts = x.type.shape.map((_, i): Dim => (i === normal ? start : 0));
  const sizes = x.type.shape.map((dim, i) => (i === normal ? size : dim));
  return c.emit('slice', [x], { start: starts, size: sizes, step: x.type.shape.map(() => 1) });
}

export function concat(c: CallContext, parts: readonly TensorValue[], axis: number): TensorValue {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : c.emit('concat', parts, { axis });
}

export function stack(c: CallContext, parts: readonly TensorValue[], axis: number): TensorValue {
  return c.emit('stack', parts, { axis });
}

/** Takes the index off an axis. */
export function indexAxis(c: CallContext, x: TensorValue, axis: number, index: Dim): TensorValue {
  const normal = axisOf(c, x, axis);
  return squeeze(c, sliceAxis(c, x, normal, index, 1), [normal]);
}

export function flatten(c: CallContext, x: TensorValue): TensorValue {
  return rankOf(x) === 1 ? x : reshape(c, x, [sizeOf(x.type.shape)]);
}

/** Joins the axes [from, to) into one. */
export function mergeAxes(c: CallContext, x: TensorValue, from: number, to: number): TensorValue {
  const { shape } = x.type;
  return reshape(c, x, [...shape.slice(0, from), shape.slice(from, to).reduce<Dim>(multiplyDims, 1), ...shape.slice(to)]);
}

export function node(x: TensorValue): NodeId {
  return x.node;
}

/** Fails where TensorFlow's op takes floats only. */
export function requireFloat(c: CallContext, x: TensorValue, op: string): TensorValue {
  const { dtype } = x.type;
  if (isFloat(dtype) || isComplex(dtype)) return x;
  return c.fail(failure('dtype-not-allowed', 'dtype', `${op} takes floating-point types, not ${dtype}`, { dtype }), [x]);
}
