/** Owns methods of lists, tuples, dicts and sets. Lists, dicts and sets are changed in place. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import { type DictValue, integer, keyOf, list, NONE, type SequenceValue, type SetValue, tuple, type Value } from '../../value/value';
import { entry } from '../table';
import { sortValues } from './iterables';

type Members = Readonly<Record<string, ApiEntry>>;

function same(a: Value, b: Value): boolean {
  const [x, y] = [keyOf(a), keyOf(b)];
  return a === b || (x !== undefined && x === y);
}

function searching(items: readonly Value[]): Members {
  return {
    index: entry('value, start=0', (c, a) => {
      const found = items.findIndex((item, i) => i >= a.int('start') && same(item, a.value('value')));
      return found >= 0 ? integer(found) : c.unknown('the place of a value that is not found for certain');
    }),
    count: entry('value', (_c, a) => integer(items.filter((item) => same(item, a.value('value'))).length)),
    __len__: entry('', () => integer(items.length)),
  };
}

export function listMembers(value: SequenceValue): Members {
  const { items } = value;
  const change = (signature: string, f: (c: CallContext, get: (name: string) => Value) => void): ApiEntry =>
    entry(signature, (c, a) => {
      f(c, (name) => a.value(name));
      return NONE;
    });
  return {
    ...searching(items),
    append: change('object', (_c, get) => items.push(get('object'))),
    extend: change('iterable', (c, get) => items.push(...c.iterate(get('iterable')))),
    clear: change('', () => items.splice(0)),
    reverse: change('', () => items.reverse()),
    copy: entry('', () => list(items)),
    insert: entry('index, object', (_c, a) => {
      items.splice(a.int('index'), 0, a.value('object'));
      return NONE;
    }),
    pop: entry('index=-1', (c, a) => {
      const [taken] = items.splice(a.int('index'), 1);
      return taken ?? c.fail(failure('index-out-of-range', 'index', 'pop from an empty list or index out of range'));
    }),
    remove: entry('value', (c, a) => {
      const found = items.findIndex((item) => same(item, a.value('value')));
      if (found < 0) return c.unknown('removing a value that is not found for certain');
      items.splice(found, 1);
      return NONE;
    }),
    sort: entry('*, key=None, reverse=False', (c, a) => {
      items.splice(0, items.length, ...sortValues(c, items, a.value('key'), a.bool('reverse')));
      return NONE;
    }),
  };
}

/** A namedtuple's fields are properties. */
export function tupleMembers(value: SequenceValue): Members {
  const fields: Record<string, ApiEntry> = {};
  value.fields?.forEach((name, i) => {
    fields[name] = { ...entry('', () => value.items[i] ?? NONE), property: true };
  });
  return {
    ...searching(value.items),
    ...(value.fields && {
      _asdict: entry('', () => dictFrom((value.fields ?? []).map((name, i) => [{ kind: 'string', value: name }, value.items[i] ?? NONE]))),
      _replace: entry('**kwargs', (_c, a) => ({
        kind: 'tuple',
        items: value.items.map((item, i) => a.keywords[value.fields?.[i] ?? ''] ?? item),
        fields: value.fields ?? [],
      })),
    }),
    ...fields,
  };
}

function dictFrom(pairs: readonly (readonly [Value, Value])[]): DictValue {
  return { kind: 'dict', entries: new Map(pairs.map(([key, value]) => [keyOf(key) ?? '?', { key, value }])) };
}

export function dictMembers(dict: DictValue): Members {
  const { entries } = dict;
  const known = (c: CallContext, key: Value): string => keyOf(key) ?? c.unknown('a key that is not known');
  return {
    keys: entry('', () => list([...entries.values()].map((item) => item.key))),
    values: entry('', () => list([...entries.values()].map((item) => item.value))),
    items: entry('', () => list([...entries.values()].map((item) => tuple([item.key, item.value])))),
    iteritems: entry('', () => list([...entries.values()].map((item) => tuple([item.key, item.value])))),
    get: entry('key, default=None', (c, a) => entries.get(known(c, a.value('key')))?.value ?? a.value('default')),
    setdefault: entry('key, default=None', (c, a) => {
      const key = known(c, a.value('key'));
      const found = entries.get(key) ?? { key: a.value('key'), value: a.value('default') };
      entries.set(key, found);
      return found.value;
    }),
    pop: entry('key, default=<none>', (c, a) => {
      const key = known(c, a.value('key'));
      const found = entries.get(key);
      entries.delete(key);
      return found?.value ?? (a.has('default') ? a.value('default') : c.fail(failure('key-error', 'index', 'the dict has no such key')));
    }),
    update: entry('other=(), /, **kwargs', (c, a) => {
      const other = a.value('other');
      if (other.kind === 'dict') for (const [key, item] of other.entries) entries.set(key, { ...item });
      else if (other.kind === 'unknown') return c.unknown(other.reason);
      for (const [name, value] of Object.entries(a.keywords)) entries.set(`s:${name}`, { key: { kind: 'string', value: name }, value });
      return NONE;
    }),
    copy: entry('', () => ({ kind: 'dict', entries: new Map([...entries].map(([key, item]) => [key, { ...item }])) })),
    clear: entry('', () => {
      entries.clear();
      return NONE;
    }),
    __len__: entry('', () => integer(entries.size)),
  };
}

export function setMembers(set: SetValue): Members {
  const has = (item: Value) => set.items.some((other) => same(item, other));
  return {
    add: entry('item', (_c, a) => {
      if (!has(a.value('item'))) set.items.push(a.value('item'));
      return NONE;
    }),
    update: entry('*others', (c, a) => {
      for (const other of a.rest) for (const item of c.iterate(other)) if (!has(item)) set.items.push(item);
      return NONE;
    }),
    copy: entry('', () => ({ kind: 'set', items: [...set.items] })),
    union: entry('*others', (c, a) => ({
      kind: 'set',
      items: [...set.items, ...a.rest.flatMap((other) => c.iterate(other)).filter((item) => !has(item))],
    })),
    issubset: entry('other', (c, a) => {
      const other = c.iterate(a.value('other'));
      return { kind: 'boolean', value: set.items.every((item) => other.some((one) => same(item, one))) };
    }),
  };
}
