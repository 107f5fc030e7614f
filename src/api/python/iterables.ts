/** Owns Python's built-in functions over iterables: len, range, min and max, any and all, sorted, next. */
import { failure } from '../../graph/primitive';
import { dimText } from '../../shape/dim';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, keyOf, list, string, type TensorValue, type Value } from '../../value/value';
import { knownValue, numberOf } from '../args';
import { followedLength } from '../limits';
import { compareOperator } from '../operators';
import { noteStaticBatch } from '../staticBatch';
import { entry } from '../table';
import { isTensor } from '../tensors';
import { int } from './conversions';
import { compareValues } from './plainValues';
import { requireSingle, valueOfTensor } from './valueOfTensor';

export function len(c: CallContext, value: Value): Value {
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return int(value.items.length);
    case 'dict':
      return int(value.entries.size);
    case 'shape':
      return int(value.dims.length);
    case 'string':
      return value.value === undefined ? c.unknown('the length of a text that is not known') : int(value.value.length);
    case 'tensor':
      return tensorLength(c, value);
    case 'object': {
      const method = value.methods.get('__len__');
      return method ? c.call({ kind: 'native', name: '__len__', entry: method }, []) : c.unknown(`the length of a ${value.type}`);
    }
    case 'instance':
      return c.call(c.getAttribute(value, '__len__'), []);
    case 'number':
    case 'none':
    case 'boolean':
      return c.fail(failure('argument', 'type', `an object of type ${value.kind === 'number' ? 'number' : value.kind} has no len()`));
    default:
      return c.unknown('the length of a value that is not known');
  }
}

function tensorLength(c: CallContext, x: TensorValue): Value {
  const [first] = x.type.shape;
  if (first === undefined) return c.fail(failure('argument', 'type', 'a scalar tensor has no len()'), [x]);
  if (typeof first !== 'number') valueOfTensor(c, x, `len() of a size that is only known with the data (${dimText(first)})`);
  return integer(first);
}

export function pythonRange(c: CallContext, first: Value, second: Value, third: Value): Value {
  const bound = (value: Value, name: string): number => {
    if (isTensor(value)) valueOfTensor(c, value, 'range()');
    if (value.kind === 'number' && value.float)
      return c.fail(failure('argument', 'type', "'float' object cannot be interpreted as an integer"));
    return numberOf(c, knownValue(c, value), name);
  };
  noteStaticBatch(c, first, second, third);
  const [from, to] = second.kind === 'none' ? [0, bound(first, 'stop')] : [bound(first, 'start'), bound(second, 'stop')];
  const step = bound(third, 'step');
  if (step === 0) return c.fail(failure('argument', 'value', 'range() arg 3 must not be zero'));
  const length = Math.max(0, Math.ceil((to - from) / step));
  followedLength(c, length);
  return list(Array.from({ length }, (_, i) => int(from + i * step)));
}

export function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function dictOf(c: CallContext, from: Value, keywords: Readonly<Record<string, Value>>): Value {
  const entries = new Map<string, { readonly key: Value; value: Value }>();
  const put = (key: Value, value: Value) => entries.set(keyOf(key) ?? c.unknown('a dict with keys that are not known'), { key, value });
  if (from.kind === 'dict') for (const { key, value } of from.entries.values()) put(key, value);
  else {
    for (const item of c.iterate(from)) {
      const [key, value] = c.iterate(item);
      if (key !== undefined && value !== undefined) put(key, value);
    }
  }
  for (const [name, value] of Object.entries(keywords)) put(string(name), value);
  return { kind: 'dict', entries };
}

export function extreme(op: '<' | '>'): ApiEntry {
  return entry('*args, key=None, default=<none>', (c, a) => {
    const [only] = a.rest;
    const items = a.rest.length === 1 && only !== undefined ? c.iterate(only) : a.rest;
    const key = a.value('key');
    const measured = items.map((item) => [key.kind === 'none' ? knownValue(c, item) : c.call(key, [item]), item] as const);
    const [first, ...rest] = measured;
    if (first === undefined) return a.has('default') ? a.value('default') : c.fail(failure('argument', 'value', 'the iterable is empty'));
    return rest.reduce((best, candidate) => (better(c, op, candidate[0], best[0]) ? candidate : best), first)[1];
  });
}

function better(c: CallContext, op: '<' | '>', a: Value, b: Value): boolean {
  if (isTensor(a) || isTensor(b)) {
    const comparison = compareOperator(c, op, a, b);
    if (isTensor(comparison)) {
      valueOfTensor(c, comparison, op === '<' ? 'min()' : 'max()');
      requireSingle(c, comparison);
    }
    return c.truth(comparison) ?? c.unknown('comparing tensors with Python needs their values');
  }
  return compareValues(op, a, b) ?? c.unknown('comparing values that are not known');
}

export function quantified(c: CallContext, iterable: Value, wanted: boolean): Value {
  const truths = c.iterate(iterable).map((item) => c.truth(item));
  if (truths.includes(wanted)) return boolean(wanted);
  return boolean(truths.includes(undefined) ? undefined : !wanted);
}

export function sortValues(c: CallContext, items: readonly Value[], key: Value, reverse: boolean): Value[] {
  const keyed = items.map((item) => [key.kind === 'none' ? item : c.call(key, [item]), item] as const);
  const order = keyed.sort(([a], [b]) => {
    const less = compareValues('<', a, b) ?? c.unknown('sorting values that are not known');
    return less ? -1 : compareValues('>', a, b) ? 1 : 0;
  });
  const sorted = order.map(([, item]) => item);
  return reverse ? sorted.reverse() : sorted;
}

/** Iterators are lists here: the first element is taken off. */
export function next(c: CallContext, iterator: Value, fallback: Value | undefined): Value {
  if (iterator.kind !== 'list') return c.unknown('the next element of an iterator that is not known');
  const first = iterator.items.shift();
  if (first !== undefined) return first;
  return fallback ?? c.unknown('an iterator that is exhausted');
}
