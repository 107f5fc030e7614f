/** Owns arithmetic, comparison and text of plain Python values, for built-ins and library functions. */
import { failure } from '../../graph/primitive';
import { addDims, type Dim, divideExactly, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import type { CallContext } from '../../value/api';
import { type NumberValue, string, type Value } from '../../value/value';

export type PlainOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Numbers, sizes and texts; the rest is a gap. */
export function plainBinary(c: CallContext, op: PlainOperator, left: Value, right: Value): Value {
  if (op === '+' && left.kind === 'string' && right.kind === 'string') {
    return string(left.value === undefined || right.value === undefined ? undefined : left.value + right.value);
  }
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a === undefined || b === undefined) return c.unknown(`${op} of a ${left.kind} and a ${right.kind}`);
  const isFloat = a.float || b.float || op === '/';
  if (a.value !== undefined && b.value !== undefined) return numbers(c, op, a.value, b.value, isFloat);
  const dim = isFloat ? undefined : dims(op, a.size ?? a.value, b.size ?? b.value);
  return typeof dim === 'number'
    ? { kind: 'number', float: false, value: dim }
    : { kind: 'number', float: isFloat, value: undefined, size: dim };
}

function asNumber(value: Value): NumberValue | undefined {
  if (value.kind === 'number') return value;
  return value.kind === 'boolean'
    ? { kind: 'number', float: false, value: value.value === undefined ? undefined : Number(value.value) }
    : undefined;
}

function numbers(c: CallContext, op: PlainOperator, a: number, b: number, isFloat: boolean): Value {
  if ((op === '/' || op === '//' || op === '%') && b === 0) return c.fail(failure('division-by-zero', 'value', 'division by zero'));
  const value = compute(op, a, b);
  return { kind: 'number', float: isFloat || !Number.isInteger(value), value };
}

function compute(op: PlainOperator, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - Math.floor(a / b) * b;
    case '**':
      return a ** b;
  }
}

function dims(op: PlainOperator, a: Dim | undefined, b: Dim | undefined): Dim | undefined {
  if (a === undefined || b === undefined) return undefined;
  switch (op) {
    case '+':
      return addDims(a, b);
    case '-':
      return subtractDims(a, b);
    case '*':
      return multiplyDims(a, b);
    case '//':
      return floorDivideDims(a, b);
    case '%':
      return divideExactly(a, b) === undefined ? subtractDims(a, multiplyDims(floorDivideDims(a, b), b)) : 0;
    default:
      return undefined;
  }
}

/** `a < b` or `a > b` of plain values; undefined where it is not known. */
export function compareValues(op: '<' | '>', a: Value, b: Value): boolean | undefined {
  if (a.kind === 'string' && b.kind === 'string') {
    if (a.value === undefined || b.value === undefined) return undefined;
    return op === '<' ? a.value < b.value : a.value > b.value;
  }
  if ((a.kind === 'tuple' || a.kind === 'list') && (b.kind === 'tuple' || b.kind === 'list')) return compareSequences(op, a.items, b.items);
  const [x, y] = [asNumber(a)?.value, asNumber(b)?.value];
  if (x === undefined || y === undefined) return undefined;
  return op === '<' ? x < y : x > y;
}

function compareSequences(op: '<' | '>', a: readonly Value[], b: readonly Value[]): boolean | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined) break;
    const ahead = compareValues(op, x, y);
    if (ahead !== false) return ahead;
    if (compareValues(op === '<' ? '>' : '<', x, y) !== false) return false;
  }
  return op === '<' ? a.length < b.length : a.length > b.length;
}

/** str(value), where it is known. */
export function textOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'number':
      if (value.value === undefined) return undefined;
      return value.float && Number.isInteger(value.value) && Math.abs(value.value) < 1e16 ? `${value.value}.0` : String(value.value);
    case 'boolean':
      return value.value === undefined ? undefined : value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'shape':
      return shapeText(value.dims);
    case 'dtype':
      return `<dtype: '${value.dtype}'>`;
    default:
      return undefined;
  }
}
