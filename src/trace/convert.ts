/** Owns conversion of values to tensors: TensorFlow's convert_to_tensor. */
import { noteStaticBatch } from '../api/staticBatch';
import { currentNode } from '../api/variables';
import { failure } from '../graph/primitive';
import type { Dim } from '../shape/dim';
import { type DType, isFloat, isInteger } from '../shape/dtype';
import type { Shape } from '../shape/shape';
import type { TensorValue, Value } from '../value/value';
import type { Context } from './context';

export function toTensor(context: Context, value: Value, dtype?: DType): TensorValue {
  switch (value.kind) {
    case 'tensor':
      return convertTensor(context, value, dtype);
    case 'number':
      noteStaticBatch(context, value);
      return scalar(context, value, dtype);
    case 'boolean':
      if (value.value === undefined) context.unknown('a boolean that is not known');
      return context.wrap(context.build.constant([Number(value.value)], [], dtype ?? 'bool'));
    case 'shape':
      noteStaticBatch(context, value);
      return context.wrap(context.build.dims(value.dims, [value.dims.length], dtype ?? 'int32'));
    case 'list':
    case 'tuple':
      return fromSequence(context, value.items, dtype);
    case 'unknown':
      return context.unknown(value.reason);
    case 'none':
      return context.fail(failure('none-value', 'value', 'None values are not supported: a tensor is needed here'));
    case 'string':
      if (/(constant|convert_to_tensor|Variable|as_string|string\w*)$/.test(context.callee) && dtype === undefined)
        return context.unknown('a string tensor');
      return context.fail(failure('dtype-not-allowed', 'dtype', 'a text cannot be computed with', { dtype: 'string' }));
    case 'object': {
      const inner = value.attributes.get('value') ?? value.attributes.get('tensor');
      if (inner) return toTensor(context, inner, dtype);
      if (isLossObject(value))
        return context.fail(
          failure('loss-not-called', 'type', `a ${value.type} object is no tensor: it computes a loss when it is called`),
        );
      return context.unknown(`an object of type ${value.type} where a tensor is needed`);
    }
    default:
      return context.unknown(`a ${value.kind} where a tensor is needed`);
  }
}

/** A loss of the library's: `keras.losses.Huber()`, before it is called. */
export function isLossObject(value: Value): boolean {
  return value.kind === 'object' && /^keras\.losses\./.test(value.type);
}

function convertTensor(context: Context, value: TensorValue, dtype: DType | undefined): TensorValue {
  if (value.flavor === 'numpy') {
    const converted = dtype === undefined ? value.node : context.build.cast(value.node, dtype);
    return context.wrap(converted, 'tensor');
  }
  if (dtype !== undefined && value.type.dtype !== dtype) {
    context.fail(
      failure('dtype-mismatch', 'dtype', `a ${dtype} tensor is needed, this one is ${value.type.dtype}`, {
        wanted: dtype,
        given: value.type.dtype,
      }),
      [value],
    );
  }
  return value.flavor === 'variable' ? context.wrap(currentNode(context.memory, value)) : value;
}

function scalar(context: Context, value: Extract<Value, { kind: 'number' }>, dtype: DType | undefined): TensorValue {
  const type = dtype ?? (value.float || context.language === 'javascript' ? 'float32' : 'int32');
  if (value.value !== undefined) {
    if (value.float && isInteger(type) && !(context.language === 'javascript' && Number.isInteger(value.value))) {
      context.fail(
        failure('dtype-mismatch', 'type', `the Python float ${value.value} cannot become ${type}`, { wanted: type, given: 'float' }),
      );
    }
    return context.wrap(context.build.constant([value.value], [], type));
  }
  if (value.size === undefined) {
    if (context.mode === 'run') context.unknown('a number that is not known');
    // Whatever it is, it is a scalar.
    return context.wrap(context.build.input('a number', { shape: [], dtype: type }));
  }
  const size = context.build.dims([value.size], [], isInteger(type) ? type : 'int32');
  return context.wrap(isFloat(type) ? context.build.cast(size, type) : size);
}

type Leaf = { readonly value: number | Dim; readonly float: boolean };

/** Nested sequences of numbers are one constant; anything else is stacked along new first axes. */
function fromSequence(context: Context, items: readonly Value[], dtype: DType | undefined): TensorValue {
  noteStaticBatch(context, ...items);
  const shape: number[] = [];
  const leaves: Leaf[] = [];
  if (literal(items, 0, shape, leaves)) {
    const type =
      dtype ??
      (leaves.some((leaf) => leaf.float) || leaves.length === 0 || floatsOnly(context, items)
        ? 'float32'
        : booleans(items)
          ? 'bool'
          : 'int32');
    if (leaves.every((leaf) => typeof leaf.value === 'number')) {
      return context.wrap(
        context.build.constant(
          leaves.map((leaf) => leaf.value as number),
          shape,
          type,
        ),
      );
    }
    const dims = context.build.dims(
      leaves.map((leaf) => leaf.value),
      shape,
      isInteger(type) ? type : 'int32',
    );
    return context.wrap(isFloat(type) ? context.build.cast(dims, type) : dims);
  }
  return stack(context, items, dtype);
}

/** JavaScript has one type of numbers. */
function floatsOnly(context: Context, items: readonly Value[]): boolean {
  return context.language === 'javascript' && !booleans(items);
}

function stack(context: Context, items: readonly Value[], dtype: DType | undefined): TensorValue {
  const known = items.find((item): item is TensorValue => item.kind === 'tensor' && item.flavor !== 'numpy');
  const wanted = dtype ?? known?.type.dtype;
  const tensors = items.map((item) => toTensor(context, item, item.kind === 'tensor' && item.flavor !== 'numpy' ? undefined : wanted));
  const common = tensors[0]?.type.dtype;
  const odd = tensors.find((tensor) => tensor.type.dtype !== (dtype ?? common));
  if (odd) context.fail(failure('dtype-mismatch', 'dtype', `a list mixes ${tensors[0]?.type.dtype ?? ''} and ${odd.type.dtype}`), [odd]);
  return context.emit('stack', tensors, { axis: 0 });
}

/** Collects the numbers of nested sequences; false if something in them is not a number or their lengths differ. */
function literal(items: readonly Value[], depth: number, shape: number[], leaves: Leaf[]): boolean {
  if (shape[depth] === undefined) shape[depth] = items.length;
  else if (shape[depth] !== items.length) return false;
  return items.every((item) => {
    if (item.kind === 'list' || item.kind === 'tuple') return literal(item.items, depth + 1, shape, leaves);
    if (item.kind === 'shape') return literalShape(item.dims, depth + 1, shape, leaves);
    if (shape.length !== depth + 1) return false;
    if (item.kind === 'number' && (item.value ?? item.size) !== undefined) {
      leaves.push({ value: item.value ?? item.size ?? 0, float: item.float });
      return true;
    }
    if (item.kind !== 'boolean' || item.value === undefined) return false;
    leaves.push({ value: Number(item.value), float: false });
    return true;
  });
}

function literalShape(dims: Shape, depth: number, shape: number[], leaves: Leaf[]): boolean {
  if (shape[depth] === undefined) shape[depth] = dims.length;
  if (shape[depth] !== dims.length || shape.length !== depth + 1) return false;
  for (const dim of dims) leaves.push({ value: dim, float: false });
  return true;
}

function booleans(items: readonly Value[]): boolean {
  return (
    items.length > 0 &&
    items.every((item) => item.kind === 'boolean' || ((item.kind === 'list' || item.kind === 'tuple') && booleans(item.items)))
  );
}
