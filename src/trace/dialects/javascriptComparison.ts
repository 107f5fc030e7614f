/** Owns JavaScript's comparisons: strict and loose equality, order, `in`, `instanceof`. */
import { sameValue, textOfValue } from '../../api/javascript/plainValues';
import type { CompareOp } from '../../program/program';
import type { CallContext } from '../../value/api';
import { boolean, type Value } from '../../value/value';
import { findMember } from '../classes';
import { made, toNumber } from './javascriptNumbers';
import { noteTensorEquality, tensorOperator } from './javascriptTensors';
import { compareNumbers } from './numbers';

const EQUALITY: ReadonlySet<CompareOp> = new Set<CompareOp>(['==', '!=', '===', '!==']);

export function compare(context: CallContext, op: CompareOp, left: Value, right: Value): Value {
  if (EQUALITY.has(op)) {
    noteTensorEquality(context, op, left, right);
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
