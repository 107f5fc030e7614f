/** Owns JavaScript's meaning: operators, truth, equality, members of plain values, built-in names. Tensors have no operators: using one is a mistake. */
import { textOfValue, typeOfValue } from '../../api/javascript/plainValues';
import { failure } from '../../graph/primitive';
import type { BinaryOp } from '../../program/program';
import { compareDims, negateDim } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import { boolean, float, integer, NONE, string, type Value } from '../../value/value';
import type { Interpreter } from '../interpreter';
import type { Dialect } from './dialect';
import { compare } from './javascriptComparison';
import { elements, index, member } from './javascriptMembers';
import { arithmetic, made, toNumber } from './javascriptNumbers';
import { tensorOperator } from './javascriptTensors';

export const javascriptDialect: Dialect = {
  language: 'javascript',
  assignment: 'declaration',
  builtin,
  binary,
  unary,
  compare,
  truth,
  index,
  member,
  elements,
};

const CONSTANTS: Readonly<Record<string, Value>> = {
  NaN: float(Number.NaN),
  Infinity: float(Number.POSITIVE_INFINITY),
  undefined: NONE,
  tf: { kind: 'api', path: 'tfjs' },
};

function builtin(interpreter: Interpreter, name: string): Value | undefined {
  const constant = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
  if (constant !== undefined) return constant;
  const path = `js.${name}`;
  const found = interpreter.library.resolve(path, interpreter.request.keras);
  if (found.kind === 'value') return found.value;
  return found.kind === 'unknown' || found.kind === 'missing' ? undefined : { kind: 'api', path };
}

function binary(context: CallContext, op: BinaryOp, left: Value, right: Value): Value {
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    const text = op === '+' && (left.kind === 'string' || right.kind === 'string');
    return text ? string(undefined) : tensorOperator(context, op, left, right);
  }
  if (op === '+' && (isText(left) || isText(right))) {
    const [a, b] = [textOfValue(left), textOfValue(right)];
    return string(a === undefined || b === undefined ? undefined : a + b);
  }
  return arithmetic(op, toNumber(left), toNumber(right));
}

function isText(value: Value): boolean {
  return value.kind === 'string' || value.kind === 'list' || value.kind === 'dict';
}

function unary(context: CallContext, op: Parameters<Dialect['unary']>[1], operand: Value): Value {
  if (op === 'typeof') return string(typeOfValue(operand));
  if (op === 'void') return NONE;
  if (op === 'delete') return boolean(true);
  if (operand.kind === 'tensor') {
    const detail = `JavaScript's unary \`${op}\` does not compute with tensors (it gives NaN): write x.neg() or tf.neg(x)`;
    return context.fail(failure('operand-type', 'type', detail, { operator: op, suggestion: 'neg' }), [operand]);
  }
  const number = toNumber(operand);
  if (op === '+') return number;
  if (op === '~') return made(number.value === undefined ? undefined : ~number.value);
  if (number.value !== undefined) return made(-number.value);
  return number.size === undefined ? number : integer(negateDim(number.size));
}

function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'boolean':
      return value.value;
    case 'number':
      if (value.value !== undefined) return value.value !== 0 && !Number.isNaN(value.value);
      return value.size !== undefined && compareDims(value.size, 0) === 'different' ? true : undefined;
    case 'string':
      return value.value === undefined ? undefined : value.value !== '';
    case 'none':
      return false;
    case 'unknown':
      return undefined;
    default:
      return true;
  }
}
