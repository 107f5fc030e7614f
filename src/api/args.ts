/** Owns the bound arguments of one call: getters that convert, with the errors that Python or TensorFlow would raise. */
import { failure } from '../graph/primitive';
import type { Dim } from '../shape/dim';
import type { DType } from '../shape/dtype';
import { isInteger } from '../shape/dtype';
import type { Shape } from '../shape/shape';
import type { Args, CallContext } from '../value/api';
import { NONE, type TensorValue, type Value } from '../value/value';
import { dtypeOf } from './dtypes';
import { noteStaticBatch } from './staticBatch';

export class BoundArgs implements Args {
  constructor(
    private readonly context: CallContext,
    private readonly bound: ReadonlyMap<string, Value>,
    private readonly defaults: ReadonlyMap<string, Value>,
    readonly rest: readonly Value[],
    readonly keywords: Readonly<Record<string, Value>>,
  ) {}

  has(name: string): boolean {
    return this.bound.has(name);
  }

  value(name: string): Value {
    return this.bound.get(name) ?? this.defaults.get(name) ?? NONE;
  }

  tensor(name: string, dtype?: DType): TensorValue {
    return this.context.tensor(this.known(name), dtype);
  }

  int(name: string): number {
    return intOf(this.context, this.known(name), name);
  }

  optionalInt(name: string): number | null {
    return this.known(name).kind === 'none' ? null : this.int(name);
  }

  number(name: string): number {
    return numberOf(this.context, this.known(name), name);
  }

  optionalNumber(name: string): number | null {
    return this.known(name).kind === 'none' ? null : this.number(name);
  }

  bool(name: string): boolean {
    const truth = this.context.truth(this.known(name));
    return truth ?? this.context.unknown(`the truth of argument ${name} is not known`);
  }

  string(name: string): string {
    const value = this.known(name);
    if (value.kind === 'dtype') return value.dtype;
    if (value.kind !== 'string') return wrongKind(this.context, name, 'a string', value);
    return value.value ?? this.context.unknown(`the text of argument ${name} is not known`);
  }

  optionalString(name: string): string | null {
    return this.known(name).kind === 'none' ? null : this.string(name);
  }

  axes(name: string): readonly number[] | null {
    return axesOf(this.context, this.known(name), name);
  }

  dim(name: string): Dim {
    return dimOf(this.context, this.known(name), name);
  }

  shape(name: string): Shape {
    return shapeOf(this.context, this.known(name), name);
  }

  dtype(name: string): DType {
    const value = this.known(name);
    const dtype = dtypeOf(value, this.context.callee.startsWith('np'));
    if (dtype !== undefined) return dtype;
    if (value.kind === 'string' && value.value !== undefined) {
      return this.context.fail(failure('argument', 'type', `'${value.value}' is not a dtype`, { argument: name }));
    }
    if (value.kind === 'number' || value.kind === 'list' || value.kind === 'tuple') return wrongKind(this.context, name, 'a dtype', value);
    return this.context.unknown(`the dtype given as ${name} is not known`);
  }

  optionalDtype(name: string): DType | null {
    return this.known(name).kind === 'none' ? null : this.dtype(name);
  }

  items(name: string): readonly Value[] {
    const value = this.known(name);
    return value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set' ? value.items : this.context.iterate(value);
  }

  tensors(name: string): readonly TensorValue[] {
    return this.items(name).map((item) => this.context.tensor(item));
  }

  /** The value, which must not be a gap: what flows through a gap is a gap for the same reason. */
  private known(name: string): Value {
    return knownValue(this.context, this.value(name));
  }
}

export function knownValue(context: CallContext, value: Value): Value {
  return value.kind === 'unknown' ? context.unknown(value.reason) : value;
}

function wrongKind(context: CallContext, name: string, wanted: string, value: Value): never {
  if (value.kind === 'unknown') return context.unknown(value.reason);
  if (value.kind === 'tensor' || value.kind === 'object' || value.kind === 'instance' || value.kind === 'api')
    return context.unknown(`argument ${name} is not known as ${wanted}`);
  return context.fail(failure('argument', 'type', `argument '${name}' must be ${wanted}, not ${kindText(value)}`, { argument: name }));
}

/** How messages name a value's type. */
export function kindText(value: Value): string {
  switch (value.kind) {
    case 'number':
      return value.float ? 'a float' : 'an int';
    case 'boolean':
      return 'a bool';
    case 'string':
      return 'a string';
    case 'none':
      return 'None';
    case 'tensor':
      return value.flavor === 'numpy' ? 'an array' : 'a tensor';
    default:
      return `a ${value.kind}`;
  }
}

export function intOf(context: CallContext, value: Value, name: string): number {
  const number = numberOf(context, value, name);
  if (!Number.isInteger(number)) return wrongKind(context, name, 'an integer', value);
  return number;
}

export function numberOf(context: CallContext, value: Value, name: string): number {
  if (value.kind === 'number') {
    if (value.value !== undefined) return value.value;
    return context.unknown(value.size === undefined ? `the number given as ${name} is not known` : `argument ${name} depends on a size`);
  }
  if (value.kind === 'boolean' && value.value !== undefined) return Number(value.value);
  if (value.kind === 'tensor') {
    const numbers = context.numbers(value);
    const [first] = numbers === undefined || numbers.length !== 1 ? [] : Array.from(numbers);
    if (first !== undefined) return first;
    return context.unknown(`the value of the tensor given as ${name} is not known`);
  }
  if (value.kind === 'boolean') return context.unknown(`the truth of argument ${name} is not known`);
  return wrongKind(context, name, 'a number', value);
}

export function axesOf(context: CallContext, value: Value, name: string): readonly number[] | null {
  if (value.kind === 'none') return null;
  if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set')
    return value.items.map((item) => intOf(context, knownValue(context, item), name));
  if (value.kind === 'shape')
    return value.dims.map((dim) => (typeof dim === 'number' ? dim : context.unknown(`argument ${name} depends on a size`)));
  if (value.kind === 'tensor' && value.type.shape.length === 1) {
    const numbers = context.numbers(value);
    return numbers === undefined ? context.unknown(`the axes given as ${name} are not known`) : Array.from(numbers);
  }
  if (value.kind === 'object') return context.iterate(value).map((item) => intOf(context, item, name));
  return [intOf(context, value, name)];
}

export function dimOf(context: CallContext, value: Value, name: string): Dim {
  noteStaticBatch(context, value);
  if (value.kind === 'number' && value.float && context.language === 'python') return wrongKind(context, name, 'an integer', value);
  if (value.kind === 'number' && value.size !== undefined) return value.size;
  if (value.kind === 'tensor') {
    const dims = isInteger(value.type.dtype) ? context.dims(value) : undefined;
    const [first] = dims?.length === 1 ? dims : [];
    if (first !== undefined) return first;
  }
  return intOf(context, value, name);
}

export function shapeOf(context: CallContext, value: Value, name: string): Shape {
  if (value.kind === 'shape') {
    noteStaticBatch(context, value);
    return value.dims;
  }
  if (value.kind === 'list' || value.kind === 'tuple') {
    return value.items.map((item) => (item.kind === 'none' ? -1 : dimOf(context, knownValue(context, item), name)));
  }
  if (value.kind === 'tensor' && value.type.shape.length === 1) {
    return context.dims(value) ?? context.unknown(`the shape given as ${name} is not known`);
  }
  if (value.kind === 'tensor' || value.kind === 'number') return [dimOf(context, value, name)];
  if (value.kind === 'object') return context.iterate(value).map((item) => dimOf(context, item, name));
  return wrongKind(context, name, 'a shape', value);
}
