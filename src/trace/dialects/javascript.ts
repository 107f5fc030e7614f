/** Owns JavaScript's meaning: operators, truth, equality, members of plain values, built-in names. Tensors have no operators: using one is a mistake. */
import { sameValue, textOfValue, typeOfValue } from '../../api/javascript/plainValues';
import { failure } from '../../graph/primitive';
import type { BinaryOp, CompareOp } from '../../program/program';
import { addDims, compareDims, type Dim, divideExactly, multiplyDims, negateDim, subtractDims } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import { boolean, float, integer, keyOf, NONE, type NumberValue, string, type Value } from '../../value/value';
import { findMember } from '../classes';
import type { Interpreter } from '../interpreter';
import type { Dialect } from './dialect';
import { compareNumbers } from './numbers';

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

/** Functions that stand for operators on tensors, for messages. */
const TENSOR_FUNCTIONS: Readonly<Partial<Record<BinaryOp | CompareOp, string>>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '**': 'pow',
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
  '&': 'logicalAnd',
  '|': 'logicalOr',
  '^': 'logicalXor',
};

function tensorOperator(context: CallContext, op: BinaryOp | CompareOp, left: Value, right: Value): never {
  const name = TENSOR_FUNCTIONS[op] ?? '';
  const result = op === '+' ? 'a string' : op === '<' || op === '<=' || op === '>' || op === '>=' ? 'always false' : 'NaN';
  const detail = `JavaScript's \`${op}\` does not compute with tensors (it gives ${result}): write a.${name}(b) or tf.${name}(a, b)`;
  const tensors = [left, right].filter((value) => value.kind === 'tensor');
  return context.fail(failure('operand-type', 'type', detail, { operator: op, suggestion: name }), tensors);
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

/** As JavaScript converts operands; a number that is not known stays so. */
function toNumber(value: Value): NumberValue {
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

function made(value: number | undefined): NumberValue {
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

function arithmetic(op: BinaryOp, left: NumberValue, right: NumberValue): Value {
  if (left.value !== undefined && right.value !== undefined) return made(ON_NUMBERS[op]?.(left.value, right.value));
  const [a, b] = [dimOf(left), dimOf(right)];
  const size = a === undefined || b === undefined || b === 0 ? undefined : ON_DIMS[op]?.(a, b);
  return size === undefined ? made(undefined) : integer(size);
}

function dimOf(value: NumberValue): Dim | undefined {
  return value.float ? undefined : (value.value ?? value.size);
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

const EQUALITY: ReadonlySet<CompareOp> = new Set<CompareOp>(['==', '!=', '===', '!==']);

function compare(context: CallContext, op: CompareOp, left: Value, right: Value): Value {
  if (EQUALITY.has(op)) {
    const equal = op.length === 3 ? sameValue(left, right) : looselyEqual(left, right);
    return boolean(equal === undefined ? undefined : equal === op.startsWith('='));
  }
  if (op === 'instanceof') return boolean(isInstance(left, right));
  if (op === 'in') return boolean(contains(right, left));
  if (left.kind === 'tensor' || right.kind === 'tensor') return tensorOperator(context, op, left, right);
  if (left.kind === 'string' && right.kind === 'string') {
    if (left.value === undefined || right.value === undefined) return boolean(undefined);
    const order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
    return boolean(compareNumbers(op, made(order), made(0)));
  }
  return boolean(compareNumbers(op, toNumber(left), toNumber(right)));
}

function looselyEqual(left: Value, right: Value): boolean | undefined {
  if (left.kind === right.kind || left.kind === 'unknown' || right.kind === 'unknown')
    return numbersEqual(left, right) ?? sameValue(left, right);
  if (left.kind === 'none' || right.kind === 'none') return false;
  const plain = (value: Value): boolean => value.kind === 'number' || value.kind === 'string' || value.kind === 'boolean';
  return plain(left) && plain(right) ? compareNumbers('==', toNumber(left), toNumber(right)) : false;
}

/** Sizes that are symbols compare by their algebra. */
function numbersEqual(left: Value, right: Value): boolean | undefined {
  return left.kind === 'number' && right.kind === 'number' ? compareNumbers('==', left, right) : undefined;
}

function isInstance(value: Value, type: Value): boolean | undefined {
  if (value.kind === 'unknown' || type.kind === 'unknown') return undefined;
  if (type.kind === 'class') {
    if (value.kind !== 'instance') return false;
    return isSubclass(value.class, type);
  }
  if (type.kind !== 'api') return undefined;
  if (/\.(Tensor|Tensor[1-6]D|Variable|Scalar)$/.test(type.path)) return value.kind === 'tensor';
  if (type.path === 'js.Array') return value.kind === 'list';
  if (type.path === 'js.Error') return value.kind === 'object' && /^js\.\w*Error$/.test(value.type);
  return value.kind === 'object' ? value.type === type.path : undefined;
}

function isSubclass(type: Extract<Value, { kind: 'class' }>, base: Value): boolean {
  return type === base || type.bases.some((each) => each.kind === 'class' && isSubclass(each, base));
}

function contains(container: Value, key: Value): boolean | undefined {
  const name = textOfValue(key);
  if (name === undefined) return undefined;
  if (container.kind === 'dict') return container.entries.has(`s:${name}`);
  if (container.kind === 'instance') return container.attributes.has(name) || findMember(container.class, name) !== undefined;
  return container.kind === 'list' ? Number(name) < container.items.length : undefined;
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

function index(context: CallContext, object: Value, items: readonly Value[]): Value {
  const [item = NONE] = items;
  if (object.kind === 'tensor') {
    // The program knows better than we do what it is called with.
    if (context.build.node(object.node).op === 'input') return context.unknown('an argument that is used as an array, not as a tensor');
    const detail = 'a tensor has no elements by index in JavaScript (it gives undefined): use slice, gather or unstack';
    return context.fail(failure('operand-type', 'type', detail, { operator: '[]' }), [object]);
  }
  if (object.kind === 'list') {
    if (item.kind === 'number' && item.value === undefined) return context.unknown('an index that is not known');
    const place = item.kind === 'number' ? item.value : undefined;
    if (place !== undefined) return object.items[place] ?? NONE;
  }
  if (object.kind === 'string' && item.kind === 'number' && item.value !== undefined)
    return object.value === undefined ? string(undefined) : string(object.value[item.value]);
  const name = textOfValue(item);
  if (name === undefined) return context.unknown('a property whose name is not known');
  return context.getAttribute(object, name);
}

/** Properties of objects; a method found on one is bound to it. */
function member(context: CallContext, object: Value, name: string): Value | undefined {
  if (object.kind !== 'dict') return undefined;
  const found = object.entries.get(keyOf(string(name)) ?? name)?.value;
  if (found === undefined) {
    const open = [...object.entries.keys()].some((key) => key.startsWith('?'));
    return open
      ? context.unknown('an object whose keys are not known')
      : name === 'hasOwnProperty' || name === 'toString'
        ? undefined
        : NONE;
  }
  const method = found.kind === 'function' && found.definition.params[0]?.name === 'this';
  return method ? { kind: 'method', self: object, callee: found } : found;
}

function elements(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list' || value.kind === 'set') return value.items;
  return value.kind === 'string' && value.value !== undefined ? [...value.value].map((character) => string(character)) : undefined;
}
