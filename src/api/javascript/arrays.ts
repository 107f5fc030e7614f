/** Owns the methods of JavaScript's arrays. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, list, NONE, type SequenceValue, string, type Value } from '../../value/value';
import { followedLength } from '../limits';
import { entry } from '../table';
import { sameValue, textOfValue } from './plainValues';

export function arrayMembers(array: SequenceValue): Readonly<Record<string, ApiEntry>> {
  const { items } = array;
  const each = (c: CallContext, f: Value, item: Value, i: number): Value => c.call(f, [item, integer(i), array]);
  const holds = (c: CallContext, f: Value, item: Value, i: number): boolean =>
    c.truth(each(c, f, item, i)) ?? c.unknown('a condition on elements of an array that is not known');
  const callback = (call: (c: CallContext, f: Value) => Value): ApiEntry =>
    entry('callback, thisArg=None', (c, a) => call(c, a.value('callback')));
  return {
    length: { ...entry('', () => integer(items.length)), property: true },
    map: callback((c, f) => list(items.map((item, i) => each(c, f, item, i)))),
    forEach: callback((c, f) => {
      for (const [i, item] of items.entries()) each(c, f, item, i);
      return NONE;
    }),
    filter: callback((c, f) => list(items.filter((item, i) => holds(c, f, item, i)))),
    some: callback((c, f) => boolean(items.some((item, i) => holds(c, f, item, i)))),
    every: callback((c, f) => boolean(items.every((item, i) => holds(c, f, item, i)))),
    find: callback((c, f) => items.find((item, i) => holds(c, f, item, i)) ?? NONE),
    findIndex: callback((c, f) => integer(items.findIndex((item, i) => holds(c, f, item, i)))),
    flatMap: callback((c, f) =>
      list(
        items.flatMap((item, i) => {
          const made = each(c, f, item, i);
          return made.kind === 'list' ? made.items : [made];
        }),
      ),
    ),
    reduce: folding(
      array,
      items.map((item, i) => [item, i]),
    ),
    reduceRight: folding(array, items.map((item, i) => [item, i] as const).reverse()),
    push: entry('*values', (_c, a) => integer(items.push(...a.rest))),
    pop: entry('', () => items.pop() ?? NONE),
    shift: entry('', () => items.shift() ?? NONE),
    unshift: entry('*values', (_c, a) => integer(items.unshift(...a.rest))),
    slice: entry('start=0, end=None', (_c, a) => list(items.slice(a.int('start'), a.optionalInt('end') ?? undefined))),
    splice: entry('start, count=None, *values', (_c, a) =>
      list(items.splice(a.int('start'), a.optionalInt('count') ?? items.length, ...a.rest)),
    ),
    concat: entry('*values', (c, a) => {
      const joinedItems = [...items, ...a.rest.flatMap((value) => (value.kind === 'list' ? value.items : [value]))];
      followedLength(c, joinedItems.length);
      return list(joinedItems);
    }),
    indexOf: entry('value', (_c, a) => integer(items.findIndex((item) => sameValue(item, a.value('value')) === true))),
    includes: entry('value', (_c, a) => boolean(items.some((item) => sameValue(item, a.value('value')) === true))),
    join: entry("separator=','", (_c, a) => joined(items, a.string('separator'))),
    fill: entry('value, start=0, end=None', (_c, a) => {
      items.fill(a.value('value'), a.int('start'), a.optionalInt('end') ?? items.length);
      return array;
    }),
    reverse: entry('', () => {
      items.reverse();
      return array;
    }),
    at: entry('index', (_c, a) => items.at(a.int('index')) ?? NONE),
    keys: entry('', () => list(items.map((_, i) => integer(i)))),
    values: entry('', () => list(items)),
    entries: entry('', () => list(items.map((item, i) => list([integer(i), item])))),
    flat: entry('depth=1', (_c, a) => list(flattened(items, a.int('depth')))),
    sort: entry('compare=None', (c, a) => sorted(c, array, a.value('compare'))),
    toString: entry('', () => joined(items, ',')),
  };
}

function folding(array: SequenceValue, order: readonly (readonly [Value, number])[]): ApiEntry {
  return entry('callback, *initial', (c, a) => {
    const [initial, ...rest] = a.rest.length > 0 ? [a.rest[0], ...order] : [order[0]?.[0], ...order.slice(1)];
    if (initial === undefined) return c.fail(failure('argument', 'type', 'reduce of an empty array without an initial value'));
    return rest.reduce<Value>(
      (sum, pair) => (isPair(pair) ? c.call(a.value('callback'), [sum, pair[0], integer(pair[1]), array]) : sum),
      initial as Value,
    );
  });
}

function isPair(value: unknown): value is readonly [Value, number] {
  return Array.isArray(value);
}

function joined(items: readonly Value[], separator: string): Value {
  const texts = items.map((item) => (item.kind === 'none' ? '' : textOfValue(item)));
  return string(texts.includes(undefined) ? undefined : texts.join(separator));
}

function flattened(items: readonly Value[], depth: number): Value[] {
  return items.flatMap((item) => (item.kind === 'list' && depth > 0 ? flattened(item.items, depth - 1) : [item]));
}

/** Numbers by the given comparison; without one, by their texts. */
function sorted(c: CallContext, array: SequenceValue, compare: Value): Value {
  const order = (x: Value, y: Value): number => {
    if (compare.kind === 'none') {
      const [a, b] = [textOfValue(x), textOfValue(y)];
      return a === undefined || b === undefined ? c.unknown('sorting values that are not known') : a < b ? -1 : a > b ? 1 : 0;
    }
    const result = c.call(compare, [x, y]);
    return result.kind === 'number' && result.value !== undefined ? result.value : c.unknown('sorting values that are not known');
  };
  array.items.sort(order);
  return array;
}
