/** Owns Python's subscripts of sequences, strings, dicts and instances. A tensor's are api/indexing's. */
import { indexTensor } from '../../api/indexing';
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import { keyOf, NONE, string, tuple, type Value } from '../../value/value';
import { isUnresolved } from '../unresolved';
import { itemsOf, overload } from './pythonValues';

export function index(context: CallContext, object: Value, items: readonly Value[], isTuple: boolean): Value {
  const [item = NONE] = items;
  switch (object.kind) {
    case 'tensor':
      return indexTensor(context, object, items);
    case 'list':
    case 'tuple':
      return item.kind === 'slice'
        ? { kind: object.kind, items: sliced(context, object.items, item) }
        : itemAt(context, object.items, item);
    case 'shape': {
      const dims = itemsOf(object) ?? [];
      if (item.kind !== 'slice') return itemAt(context, dims, item);
      const kept = sliced(context, object.dims, item);
      return object.staticBatch ? { kind: 'shape', dims: kept, staticBatch: object.staticBatch } : { kind: 'shape', dims: kept };
    }
    case 'dict':
      return dictItem(context, object, isTuple ? tuple(items) : item);
    case 'string': {
      if (object.value === undefined) return string(undefined);
      const characters = [...object.value].map((character) => string(character));
      if (item.kind !== 'slice') return itemAt(context, characters, item);
      return string(sliced(context, [...object.value], item).join(''));
    }
    case 'api':
      // `sys.argv[1]`; types are written with a capital.
      if (isUnresolved(context, object) && /\.[a-z]\w*$/.test(object.path)) return context.unknown(`\`${object.path}\` is not known`);
      return object;
    case 'class':
      // Typing generics: List[int], keras.Model[…].
      return object;
    default: {
      const overloaded = overload(context, '__getitem__', object, [isTuple ? tuple(items) : item]);
      if (overloaded) return overloaded;
      if (object.kind === 'none') return context.fail(failure('none-value', 'type', "'NoneType' object is not subscriptable"));
      return context.unknown(`indexing a ${object.kind}`);
    }
  }
}

function itemAt(context: CallContext, items: readonly Value[], at: Value): Value {
  const wanted =
    at.kind === 'tensor' ? context.dims(at)?.[0] : at.kind === 'boolean' ? Number(at.value) : at.kind === 'number' ? at.value : undefined;
  if (typeof wanted !== 'number') return context.unknown('an index that is not known');
  const found = items[wanted < 0 ? wanted + items.length : wanted];
  if (found !== undefined) return found;
  return context.fail(
    failure('index-out-of-range', 'index', `index ${wanted} is out of range for ${items.length} element${items.length === 1 ? '' : 's'}`, {
      index: wanted,
      size: items.length,
    }),
  );
}

function sliced<T>(context: CallContext, items: readonly T[], slice: Extract<Value, { kind: 'slice' }>): T[] {
  const bound = (value: Value): number | undefined => {
    if (value.kind === 'none') return undefined;
    if (value.kind === 'number' && value.value !== undefined) return value.value;
    return context.unknown('a slice bound that is not known');
  };
  const step = bound(slice.step) ?? 1;
  const { length } = items;
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + length : value, low), high);
  if (step > 0) {
    const [start, stop] = [clamp(bound(slice.start) ?? 0, 0, length), clamp(bound(slice.stop) ?? length, 0, length)];
    return items.filter((_, i) => i >= start && i < stop && (i - start) % step === 0);
  }
  const start = clamp(bound(slice.start) ?? length - 1, -1, length - 1);
  const given = bound(slice.stop);
  const stop = given === undefined ? -1 : clamp(given, -1, length - 1);
  const picked: T[] = [];
  for (let i = start; i > stop; i += step) {
    const found = items[i];
    if (found !== undefined) picked.push(found);
  }
  return picked;
}

function dictItem(context: CallContext, object: Extract<Value, { kind: 'dict' }>, item: Value): Value {
  const key = keyOf(item);
  if (key === undefined) return context.unknown('a key that is not known');
  const found = object.entries.get(key);
  if (found) return found.value;
  if ([...object.entries.keys()].some((k) => k.startsWith('?'))) return context.unknown('a dict whose keys are not known');
  if (object.makes !== undefined) {
    const value = context.call(object.makes, []);
    object.entries.set(key, { key: item, value });
    return value;
  }
  return context.fail(failure('key-error', 'index', `the dict has no key ${key.replace(/^\w:/, '')}`));
}
