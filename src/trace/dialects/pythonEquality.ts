/** Owns Python's comparisons: ==, is, in, <. */
import { compareOperator } from '../../api/operators';
import { compareValues } from '../../api/python/plainValues';
import { noteTested } from '../../api/staticBatch';
import type { CompareOp } from '../../program/program';
import { dtypeNamed } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import { boolean, keyOf, list, NONE, type Value } from '../../value/value';
import { ENUM_MIXIN, isMember } from '../enums';
import { isUnresolved } from '../unresolved';
import { compareNumbers, isNumeric, numberOf } from './numbers';
import { elements, itemsOf, noteStaticNumber, overload, truth } from './pythonValues';

export function compare(context: CallContext, op: CompareOp, left: Value, right: Value): Value {
  if (isUnresolved(context, left) || isUnresolved(context, right)) return boolean(undefined);
  if (op === 'is' || op === 'is not') {
    const same = identical(left, right);
    if (left.kind === 'none' || right.kind === 'none') noteTested(context, left.kind === 'none' ? right : left);
    return boolean(same === undefined ? undefined : same === (op === 'is'));
  }
  if (op === 'in' || op === 'not in') {
    const found = contained(context, left, right);
    return boolean(found === undefined ? undefined : found === (op === 'in'));
  }
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    // `tensor == None` and `tensor == 'name'` are False.
    if ((op === '==' || op === '!=') && [left, right].some((v) => v.kind === 'none' || v.kind === 'string')) return boolean(op === '!=');
    noteStaticNumber(context, left, right);
    return compareOperator(context, op, left, right);
  }
  if (isNumeric(left) && isNumeric(right)) {
    // None == 3 is False; None > 3 fails.
    if (op !== '==' && op !== '!=') noteStaticNumber(context, left, right);
    return boolean(compareNumbers(op, numberOf(left), numberOf(right)));
  }
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
  if (isUnresolved(context, left) || isUnresolved(context, right)) return undefined;
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
  // A number is the shape of rank 1 that it makes: TensorShape([1]) == 1.
  if (left.kind === 'shape' && isNumeric(right)) return equals(context, left, list([right]));
  if (right.kind === 'shape' && isNumeric(left)) return equals(context, list([left]), right);
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
