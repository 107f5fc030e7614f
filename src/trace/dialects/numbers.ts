/** Owns arithmetic on Python and JavaScript numbers, with symbolic sizes (`y_pred.shape[1] // 2`). */
import { failure } from '../../graph/primitive';
import type { BinaryOp, CompareOp, UnaryExpr } from '../../program/program';
import { addDims, compareDims, type Dim, floorDivideDims, multiplyDims, negateDim, subtractDims } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import { type BooleanValue, integer, type NumberValue, type Value } from '../../value/value';

export function isNumeric(value: Value): value is NumberValue | BooleanValue {
  return value.kind === 'number' || value.kind === 'boolean';
}

export function numberOf(value: NumberValue | BooleanValue): NumberValue {
  return value.kind === 'number'
    ? value
    : { kind: 'number', float: false, value: value.value === undefined ? undefined : Number(value.value) };
}

function dimOf(value: NumberValue): Dim | undefined {
  return value.float ? undefined : (value.value ?? value.size);
}

const ON_DIMS: Partial<Record<BinaryOp, (a: Dim, b: Dim) => Dim>> = {
  '+': addDims,
  '-': subtractDims,
  '*': multiplyDims,
  '//': floorDivideDims,
  '%': (a, b) => subtractDims(a, multiplyDims(floorDivideDims(a, b), b)),
};

const ON_NUMBERS: Partial<Record<BinaryOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - Math.floor(a / b) * b,
  '**': (a, b) => a ** b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
};

/** Python's arithmetic. */
export function numberBinary(context: CallContext, op: BinaryOp, left: NumberValue, right: NumberValue): Value {
  const staticBatch = left.staticBatch ?? right.staticBatch;
  const mark = (value: NumberValue): NumberValue => (staticBatch === undefined ? value : { ...value, staticBatch });
  if (left.value !== undefined && right.value !== undefined) {
    if (right.value === 0 && (op === '/' || op === '//' || op === '%'))
      return context.fail(failure('division-by-zero', 'value', 'division by zero'));
    const compute = ON_NUMBERS[op];
    if (!compute) return context.unknown(`\`${op}\` of numbers`);
    const value = compute(left.value, right.value);
    const float = left.float || right.float || op === '/' || (op === '**' && right.value < 0);
    return mark({ kind: 'number', float, value });
  }
  const [a, b] = [dimOf(left), dimOf(right)];
  const onDims = ON_DIMS[op];
  if (a !== undefined && b !== undefined && onDims && b !== 0) return mark(integer(onDims(a, b)));
  return mark({ kind: 'number', float: left.float || right.float || op === '/', value: undefined });
}

export function numberUnary(op: UnaryExpr['op'], operand: NumberValue): Value {
  if (op === '+') return operand;
  if (op === '-') {
    if (operand.value !== undefined) return { kind: 'number', float: operand.float, value: -operand.value };
    return operand.size === undefined ? operand : integer(negateDim(operand.size));
  }
  if (op === '~') return { kind: 'number', float: false, value: operand.value === undefined ? undefined : ~operand.value };
  return { kind: 'number', float: operand.float, value: undefined };
}

/** Undefined where it depends on sizes or is not known. */
export function compareNumbers(op: CompareOp, left: NumberValue, right: NumberValue): boolean | undefined {
  if (left.value !== undefined && right.value !== undefined) return compareKnown(op, left.value, right.value);
  const [a, b] = [dimOf(left), dimOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const comparison = compareDims(a, b);
  const equality = op === '==' || op === '===' || op === '!=' || op === '!==';
  if (comparison === 'equal') return compareKnown(op, 0, 0);
  if (comparison !== 'different') return undefined;
  if (equality) return op === '!=' || op === '!==';
  // Different for all sizes: the sign of the difference is that at any size, if it does not change.
  const difference = subtractDims(a, b);
  if (typeof difference === 'number') return compareKnown(op, difference, 0);
  const positive = difference.terms.every((term) => term.coefficient > 0);
  return positive ? compareKnown(op, 1, 0) : difference.terms.every((term) => term.coefficient < 0) ? compareKnown(op, -1, 0) : undefined;
}

function compareKnown(op: CompareOp, a: number, b: number): boolean | undefined {
  switch (op) {
    case '==':
    case '===':
      return a === b;
    case '!=':
    case '!==':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}
