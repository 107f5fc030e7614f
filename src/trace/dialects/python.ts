/** Owns Python's meaning: operators on numbers, strings and sequences, truth, equality, indexing, built-in names. Tensors are api/operators' business. */

import { indexTensor } from '../../api/indexing';
import { followedLength } from '../../api/limits';
import { binaryOperator, compareOperator, unaryOperator } from '../../api/operators';
import { compareValues } from '../../api/python/plainValues';
import { percentFormatted } from '../../api/python/strings';
import { failure } from '../../graph/primitive';
import type { BinaryOp, CompareOp } from '../../program/program';
import { compareDims, type Dim, isBatch } from '../../shape/dim';
import { dtypeNamed } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import { boolean, integer, keyOf, list, NONE, type NumberValue, string, tuple, type Value } from '../../value/value';
import { findMember } from '../classes';
import { ENUM_MIXIN, isMember } from '../enums';
import type { Interpreter } from '../interpreter';
import type { Dialect } from './dialect';
import { compareNumbers, isNumeric, numberBinary, numberOf, numberUnary } from './numbers';

export const pythonDialect: Dialect = {
  language: 'python',
  assignment: 'function',
  builtin,
  binary,
  unary(context, op, operand) {
    if (op !== '-' && op !== '+' && op !== '~') return context.unknown(`unary \`${op}\``);
    if (operand.kind === 'tensor') return unaryOperator(context, op, operand);
    if (isNumeric(operand)) return numberUnary(op, numberOf(operand));
    const overloaded = overload(context, UNARY_METHODS[op], operand, []);
    return overloaded ?? context.unknown(`unary \`${op}\` of a ${operand.kind}`);
  },
  compare,
  truth,
  index,
  member: () => undefined,
  elements,
};

const UNARY_METHODS: Readonly<Record<string, string>> = { '-': '__neg__', '+': '__pos__', '~': '__invert__' };

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

function builtin(interpreter: Interpreter, name: string): Value | undefined {
  if (name === '__name__') return string('(module)');
  if (name === '__file__') return string(undefined);
  const path = `builtins.${name}`;
  const found = interpreter.library.resolve(path, interpreter.request.keras);
  if (found.kind === 'value') return found.value;
  return found.kind === 'unknown' || found.kind === 'missing' ? undefined : { kind: 'api', path };
}

function binary(context: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  noteStaticBatch(context, left, right);
  if (op === '%' && left.kind === 'string') return string(percentFormatted(left.value, right));
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    const own = left.kind === 'instance' || right.kind === 'instance' ? overloads(context, op, left, right) : undefined;
    return own ?? binaryOperator(context, op, left, right);
  }
  if (isNumeric(left) && isNumeric(right)) return numberBinary(context, op, numberOf(left), numberOf(right));
  if (left.kind === 'string') return stringBinary(context, op, left.value, right);
  const sequence = sequenceBinary(context, op, left, right);
  if (sequence) return sequence;
  if (left.kind === 'none' || right.kind === 'none') {
    return context.fail(failure('none-value', 'type', `unsupported operand type(s) for ${op}: ${typeName(left)} and ${typeName(right)}`));
  }
  return overloads(context, op, left, right) ?? binaryOperator(context, op, left, right);
}

/** `x.shape[0]` is None in fit: arithmetic with it fails there. */
function noteStaticBatch(context: CallContext, left: Value, right: Value): void {
  if (context.mode === 'run' || context.keras === 'none') return;
  for (const value of [left, right]) {
    if (value.kind !== 'number' || value.staticBatch === undefined) continue;
    context.note(
      failure('static-batch-size', 'type', '`.shape[0]` is the batch size, which is None inside fit when the last batch is smaller', {}),
    );
  }
}

function overloads(context: CallContext, op: BinaryOp, left: Value, right: Value): Value | undefined {
  const method = BINARY_METHODS[op];
  if (method === undefined) return undefined;
  return overload(context, `__${method}__`, left, [right]) ?? overload(context, `__r${method}__`, right, [left]);
}

function overload(context: CallContext, method: string | undefined, object: Value, args: readonly Value[]): Value | undefined {
  if (method === undefined) return undefined;
  if (object.kind === 'object') {
    const entry = object.methods.get(method);
    return entry ? context.call({ kind: 'native', name: method, entry }, args) : undefined;
  }
  if (object.kind !== 'instance') return undefined;
  const member = findMember(object.class, method);
  return member ? context.call(member.value, [object, ...args]) : undefined;
}

function typeName(value: Value): string {
  return value.kind === 'none' ? 'NoneType' : value.kind;
}

function stringBinary(context: CallContext, op: BinaryOp, left: string | undefined, right: Value): Value {
  if (op === '+' && right.kind === 'string')
    return string(left === undefined || right.value === undefined ? undefined : left + right.value);
  if (op === '*' && right.kind === 'number')
    return string(left === undefined || right.value === undefined ? undefined : left.repeat(Math.max(0, right.value)));
  if (right.kind === 'api' || right.kind === 'unknown') return context.unknown('a text of parts that are not known');
  return context.fail(failure('operand-type', 'type', `unsupported operand types for ${op}: str and ${typeName(right)}`));
}

function sequenceBinary(context: CallContext, op: BinaryOp, left: Value, right: Value): Value | undefined {
  if (op === '+') {
    const [a, b] = [itemsOf(left), itemsOf(right)];
    if (a && b) followedLength(context, a.length + b.length);
    if (a && b)
      return left.kind === 'list'
        ? list([...a, ...b])
        : left.kind === 'shape' && right.kind === 'shape'
          ? { kind: 'shape', dims: [...left.dims, ...right.dims] }
          : tuple([...a, ...b]);
  }
  if (op === '*' && (left.kind === 'list' || left.kind === 'tuple') && right.kind === 'number' && right.value !== undefined) {
    const times = Math.max(0, right.value);
    followedLength(context, Math.max(times, times * left.items.length));
    const items = Array.from({ length: times }, () => left.items).flat();
    return { kind: left.kind, items };
  }
  if (op === '*' && left.kind === 'number' && (right.kind === 'list' || right.kind === 'tuple'))
    return sequenceBinary(context, op, right, left);
  if (op === '|' && left.kind === 'dict' && right.kind === 'dict')
    return { kind: 'dict', entries: new Map([...left.entries, ...right.entries]) };
  if (left.kind !== 'set' || right.kind !== 'set') return undefined;
  const keys = new Set(right.items.map(keyOf));
  if (op === '|') return { kind: 'set', items: [...left.items, ...right.items] };
  if (op === '&') return { kind: 'set', items: left.items.filter((item) => keys.has(keyOf(item))) };
  return op === '-' ? { kind: 'set', items: left.items.filter((item) => !keys.has(keyOf(item))) } : undefined;
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  return value.kind === 'shape' ? value.dims.map((dim) => sizeNumber(dim, value.staticBatch)) : undefined;
}

function sizeNumber(dim: Dim, staticBatch: NumberValue['staticBatch']): Value {
  return staticBatch && isBatch(dim) ? { ...integer(dim), staticBatch } : integer(dim);
}

function compare(context: CallContext, op: CompareOp, left: Value, right: Value): Value {
  if (op === 'is' || op === 'is not') {
    const same = identical(left, right);
    return boolean(same === undefined ? undefined : same === (op === 'is'));
  }
  if (op === 'in' || op === 'not in') {
    const found = contained(context, left, right);
    return boolean(found === undefined ? undefined : found === (op === 'in'));
  }
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    // `tensor == None` and `tensor == 'name'` are False.
    if ((op === '==' || op === '!=') && [left, right].some((v) => v.kind === 'none' || v.kind === 'string')) return boolean(op === '!=');
    noteStaticBatch(context, left, right);
    return compareOperator(context, op, left, right);
  }
  if (isNumeric(left) && isNumeric(right)) return boolean(compareNumbers(op, numberOf(left), numberOf(right)));
  if (op === '==' || op === '!=') {
    const equal = equals(context, left, right);
    return boolean(equal === undefined ? undefined : equal === (op === '=='));
  }
  if (left.kind === 'string' && right.kind === 'string' && left.value !== undefined && right.value !== undefined) {
    const order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
    return boolean(op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0);
  }
  const less = op === '<' || op === '>=' ? compareValues('<', left, right) : compareValues('>', left, right);
  return boolean(less === undefined ? undefined : less === (op === '<' || op === '>'));
}

function identical(left: Value, right: Value): boolean | undefined {
  if (left.kind === 'unknown' || right.kind === 'unknown') return undefined;
  if (left.kind === 'none' || right.kind === 'none') return left.kind === right.kind;
  if (left === right) return true;
  if (isMember(left) && isMember(right)) return false;
  if (left.kind === 'boolean' && right.kind === 'boolean')
    return left.value === undefined || right.value === undefined ? undefined : left.value === right.value;
  if (left.kind === 'class' && right.kind === 'class') return left.definition === right.definition;
  if (left.kind === 'function' && right.kind === 'function') return left.definition === right.definition;
  if (left.kind !== right.kind) return false;
  const [a, b] = [keyOf(left), keyOf(right)];
  return a === undefined || b === undefined ? undefined : a === b;
}

/** `==` of values that are neither tensors nor numbers. */
export function equals(context: CallContext, left: Value, right: Value): boolean | undefined {
  if (left === right) return true;
  if (isMember(left) && isMember(right)) return false;
  if (isMember(left)) return equals(context, left.attributes.get(ENUM_MIXIN) ?? NONE, right);
  if (isMember(right)) return equals(context, left, right.attributes.get(ENUM_MIXIN) ?? NONE);
  if (isNumeric(left) && isNumeric(right)) return compareNumbers('==', numberOf(left), numberOf(right));
  const [a, b] = [itemsOf(left), itemsOf(right)];
  if (a && b) {
    if (a.length !== b.length) return false;
    const equal = a.map((item, i) => equals(context, item, b[i] ?? NONE));
    return equal.includes(false) ? false : equal.includes(undefined) ? undefined : true;
  }
  const dtype = dtypeOperand(left, right) ?? dtypeOperand(right, left);
  if (dtype) return dtype[0] === dtype[1];
  if (left.kind === 'unknown' || right.kind === 'unknown') return undefined;
  const overloaded = overload(context, '__eq__', left, [right]);
  if (overloaded) return truth(overloaded);
  const [x, y] = [keyOf(left), keyOf(right)];
  if (x !== undefined && y !== undefined) return x === y;
  if (left.kind === 'string' || right.kind === 'string') return left.kind === right.kind ? undefined : false;
  return left.kind === right.kind ? undefined : false;
}

function dtypeOperand(left: Value, right: Value): readonly [string, string] | undefined {
  if (left.kind !== 'dtype') return undefined;
  if (right.kind === 'dtype') return [left.dtype, right.dtype];
  if (right.kind === 'string' && right.value !== undefined) return [left.dtype, dtypeNamed(right.value) ?? right.value];
  return undefined;
}

function contained(context: CallContext, item: Value, container: Value): boolean | undefined {
  if (container.kind === 'dict') {
    const key = keyOf(item);
    return key === undefined ? undefined : container.entries.has(key);
  }
  if (container.kind === 'string' && item.kind === 'string') {
    return item.value === undefined || container.value === undefined ? undefined : container.value.includes(item.value);
  }
  const items = elements(container);
  if (items === undefined) return undefined;
  const equal = items.map((candidate) =>
    candidate.kind === 'tensor' || item.kind === 'tensor' ? undefined : equals(context, item, candidate),
  );
  return equal.includes(true) ? true : equal.includes(undefined) ? undefined : false;
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

function index(context: CallContext, object: Value, items: readonly Value[], isTuple: boolean): Value {
  const [item = NONE] = items;
  switch (object.kind) {
    case 'tensor':
      return indexTensor(context, object, items);
    case 'list':
    case 'tuple':
      return item.kind === 'slice'
        ? { kind: object.kind, items: sliced(context, object.items, item) }
        : itemAt(context, object.items, item);
    case 'shape': {
      const dims = itemsOf(object) ?? [];
      if (item.kind !== 'slice') return itemAt(context, dims, item);
      const kept = sliced(context, object.dims, item);
      return object.staticBatch ? { kind: 'shape', dims: kept, staticBatch: object.staticBatch } : { kind: 'shape', dims: kept };
    }
    case 'dict':
      return dictItem(context, object, isTuple ? tuple(items) : item);
    case 'string': {
      if (object.value === undefined) return string(undefined);
      const characters = [...object.value].map((character) => string(character));
      if (item.kind !== 'slice') return itemAt(context, characters, item);
      return string(sliced(context, [...object.value], item).join(''));
    }
    case 'api':
    case 'class':
      // Typing generics: List[int], keras.Model[…].
      return object;
    default: {
      const overloaded = overload(context, '__getitem__', object, [isTuple ? tuple(items) : item]);
      if (overloaded) return overloaded;
      if (object.kind === 'none') return context.fail(failure('none-value', 'type', "'NoneType' object is not subscriptable"));
      return context.unknown(`indexing a ${object.kind}`);
    }
  }
}

function itemAt(context: CallContext, items: readonly Value[], at: Value): Value {
  const wanted =
    at.kind === 'tensor' ? context.dims(at)?.[0] : at.kind === 'boolean' ? Number(at.value) : at.kind === 'number' ? at.value : undefined;
  if (typeof wanted !== 'number') return context.unknown('an index that is not known');
  const found = items[wanted < 0 ? wanted + items.length : wanted];
  if (found !== undefined) return found;
  return context.fail(
    failure('index-out-of-range', 'index', `index ${wanted} is out of range for ${items.length} element${items.length === 1 ? '' : 's'}`, {
      index: wanted,
      size: items.length,
    }),
  );
}

function sliced<T>(context: CallContext, items: readonly T[], slice: Extract<Value, { kind: 'slice' }>): T[] {
  const bound = (value: Value): number | undefined => {
    if (value.kind === 'none') return undefined;
    if (value.kind === 'number' && value.value !== undefined) return value.value;
    return context.unknown('a slice bound that is not known');
  };
  const step = bound(slice.step) ?? 1;
  const { length } = items;
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + length : value, low), high);
  if (step > 0) {
    const [start, stop] = [clamp(bound(slice.start) ?? 0, 0, length), clamp(bound(slice.stop) ?? length, 0, length)];
    return items.filter((_, i) => i >= start && i < stop && (i - start) % step === 0);
  }
  const start = clamp(bound(slice.start) ?? length - 1, -1, length - 1);
  const given = bound(slice.stop);
  const stop = given === undefined ? -1 : clamp(given, -1, length - 1);
  const picked: T[] = [];
  for (let i = start; i > stop; i += step) {
    const found = items[i];
    if (found !== undefined) picked.push(found);
  }
  return picked;
}

function dictItem(context: CallContext, object: Extract<Value, { kind: 'dict' }>, item: Value): Value {
  const key = keyOf(item);
  if (key === undefined) return context.unknown('a key that is not known');
  const found = object.entries.get(key);
  if (found) return found.value;
  if ([...object.entries.keys()].some((k) => k.startsWith('?'))) return context.unknown('a dict whose keys are not known');
  if (object.makes !== undefined) {
    const value = context.call(object.makes, []);
    object.entries.set(key, { key: item, value });
    return value;
  }
  return context.fail(failure('key-error', 'index', `the dict has no key ${key.replace(/^\w:/, '')}`));
}

function elements(value: Value): readonly Value[] | undefined {
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
