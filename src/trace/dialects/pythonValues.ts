/** Owns what values are to Python's operators: special methods of the user's classes, truth, elements. */
import { noteStaticBatch } from '../../api/staticBatch';
import type { BinaryOp } from '../../program/program';
import { compareDims, type Dim, isBatch } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import { integer, type NumberValue, string, type Value } from '../../value/value';
import { findMember } from '../classes';

export const UNARY_METHODS: Readonly<Record<string, string>> = { '-': '__neg__', '+': '__pos__', '~': '__invert__' };

const BINARY_METHODS: Readonly<Partial<Record<BinaryOp, string>>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
};

/** `x.shape[0]` is None in fit: arithmetic with it fails there. */
export function noteStaticNumber(context: CallContext, left: Value, right: Value): void {
  noteStaticBatch(context, ...[left, right].filter(({ kind }) => kind === 'number'));
}

export function overloads(context: CallContext, op: BinaryOp, left: Value, right: Value): Value | undefined {
  const method = BINARY_METHODS[op];
  if (method === undefined) return undefined;
  return overload(context, `__${method}__`, left, [right]) ?? overload(context, `__r${method}__`, right, [left]);
}

export function overload(context: CallContext, method: string | undefined, object: Value, args: readonly Value[]): Value | undefined {
  if (method === undefined) return undefined;
  if (object.kind === 'object') {
    const entry = object.methods.get(method);
    return entry ? context.call({ kind: 'native', name: method, entry }, args) : undefined;
  }
  if (object.kind !== 'instance') return undefined;
  const member = findMember(object.class, method);
  return member ? context.call(member.value, [object, ...args]) : undefined;
}

export function typeName(value: Value): string {
  return value.kind === 'none' ? 'NoneType' : value.kind;
}

export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  return value.kind === 'shape' ? value.dims.map((dim) => sizeNumber(dim, value.staticBatch)) : undefined;
}

function sizeNumber(dim: Dim, staticBatch: NumberValue['staticBatch']): Value {
  return staticBatch && isBatch(dim) ? { ...integer(dim), staticBatch } : integer(dim);
}

export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'boolean':
      return value.value;
    case 'number':
      if (value.value !== undefined) return value.value !== 0;
      return value.size !== undefined && compareDims(value.size, 0) === 'different' ? true : undefined;
    case 'string':
      return value.value === undefined ? undefined : value.value !== '';
    case 'none':
      return false;
    case 'list':
    case 'tuple':
    case 'set':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'shape':
      return value.dims.length > 0;
    case 'unknown':
    case 'tensor':
      return undefined;
    default:
      return true;
  }
}

export function elements(value: Value): readonly Value[] | undefined {
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return value.items;
    case 'shape':
      return itemsOf(value);
    case 'dict':
      return [...value.entries.values()].map((entry) => entry.key);
    case 'string':
      return value.value === undefined ? undefined : [...value.value].map((character) => string(character));
    default:
      return undefined;
  }
}
