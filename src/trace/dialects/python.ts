/** Owns Python's meaning: operators on numbers, strings and sequences, built-in names. Tensors are api/operators' business. */

import { followedLength } from '../../api/limits';
import { binaryOperator, unaryOperator } from '../../api/operators';
import { notePercent, percentFormatted } from '../../api/python/strings';
import { failure } from '../../graph/primitive';
import type { BinaryOp } from '../../program/program';
import type { CallContext } from '../../value/api';
import { keyOf, list, string, tuple, type Value } from '../../value/value';
import type { Interpreter } from '../interpreter';
import type { Dialect } from './dialect';
import { isNumeric, numberBinary, numberOf, numberUnary } from './numbers';
import { compare } from './pythonEquality';
import { index } from './pythonIndexing';
import { elements, itemsOf, noteStaticNumber, overload, overloads, truth, typeName, UNARY_METHODS } from './pythonValues';

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

function builtin(interpreter: Interpreter, name: string): Value | undefined {
  if (name === '__name__') return string('(module)');
  if (name === '__file__') return string(undefined);
  const path = `builtins.${name}`;
  const found = interpreter.library.resolve(path, interpreter.request.keras);
  if (found.kind === 'value') return found.value;
  return found.kind === 'unknown' || found.kind === 'missing' ? undefined : { kind: 'api', path };
}

function binary(context: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  noteStaticNumber(context, left, right);
  if (op === '%' && left.kind === 'string') {
    notePercent(context, left.value, right);
    return string(percentFormatted(left.value, right));
  }
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
