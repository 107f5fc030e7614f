/** Owns JavaScript's arithmetic: how operands become numbers, and sizes that are symbols. */
import type { BinaryOp } from '../../program/program';
import { addDims, type Dim, divideExactly, multiplyDims, subtractDims } from '../../shape/dim';
import { integer, type NumberValue, type Value } from '../../value/value';

/** As JavaScript converts operands; a number that is not known stays so. */
export function toNumber(value: Value): NumberValue {
  switch (value.kind) {
    case 'number':
      return value;
    case 'boolean':
      return made(value.value === undefined ? undefined : Number(value.value));
    case 'string':
      return made(value.value === undefined ? undefined : Number(value.value));
    case 'none':
      // null counts as 0 and undefined as NaN; the program does not tell them apart.
      return made(undefined);
    default:
      return made(Number.NaN);
  }
}

export function made(value: number | undefined): NumberValue {
  return { kind: 'number', float: value === undefined || !Number.isInteger(value), value };
}

const ON_NUMBERS: Partial<Record<BinaryOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
};

const ON_DIMS: Partial<Record<BinaryOp, (a: Dim, b: Dim) => Dim | undefined>> = {
  '+': addDims,
  '-': subtractDims,
  '*': multiplyDims,
  '/': divideExactly,
};

export function arithmetic(op: BinaryOp, left: NumberValue, right: NumberValue): Value {
  if (left.value !== undefined && right.value !== undefined) return made(ON_NUMBERS[op]?.(left.value, right.value));
  const [a, b] = [dimOf(left), dimOf(right)];
  const size = a === undefined || b === undefined || b === 0 ? undefined : ON_DIMS[op]?.(a, b);
  return size === undefined ? made(undefined) : integer(size);
}

function dimOf(value: NumberValue): Dim | undefined {
  return value.float ? undefined : (value.value ?? value.size);
}
