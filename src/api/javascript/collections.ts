/** Owns JavaScript's Map, Set and WeakMap: entries in the order in which they were added, found by identity. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, list, NONE, type ObjectValue, type Value } from '../../value/value';
import { followedLength } from '../limits';
import { type ApiTable, entry } from '../table';
import { sameValue } from './plainValues';

type Pair = [Value, Value];

/** The place of a key; -1 if it is not there. A key that is not known may be anywhere. */
function placeOf(c: CallContext, pairs: readonly Pair[], key: Value): number {
  const equal = pairs.map(([each]) => sameValue(each, key));
  const at = equal.indexOf(true);
  return at < 0 && equal.includes(undefined) ? c.unknown('a key that is not known') : at;
}

function collection(c: CallContext, type: 'js.Map' | 'js.Set', given: readonly Pair[]): ObjectValue {
  const pairs: Pair[] = [];
  const attributes = new Map<string, Value>();
  const counted = (): void => {
    attributes.set('size', integer(pairs.length));
  };
  const put = (inner: CallContext, key: Value, value: Value): void => {
    const at = placeOf(inner, pairs, key);
    if (at < 0) pairs.push([key, value]);
    else pairs[at] = [key, value];
    followedLength(inner, pairs.length);
    counted();
  };
  for (const [key, value] of given) put(c, key, value);
  counted();
  const isMap = type === 'js.Map';
  const both = (): Value => list(pairs.map(([key, value]) => list([key, value])));
  const keys = entry('', () => list(pairs.map(([key]) => key)));
  const values = entry('', () => list(pairs.map(([, value]) => value)));
  const methods = new Map<string, ApiEntry>([
    ['has', entry('key', (inner, a) => boolean(placeOf(inner, pairs, a.value('key')) >= 0))],
    [
      'delete',
      entry('key', (inner, a) => {
        const at = placeOf(inner, pairs, a.value('key'));
        if (at >= 0) pairs.splice(at, 1);
        counted();
        return boolean(at >= 0);
      }),
    ],
    [
      'clear',
      entry('', () => {
        pairs.length = 0;
        counted();
        return NONE;
      }),
    ],
    [
      'forEach',
      entry('callback, thisArg=None', (inner, a) => {
        for (const [key, value] of [...pairs]) inner.call(a.value('callback'), [value, key]);
        return NONE;
      }),
    ],
    ['keys', keys],
    ['values', values],
    ['entries', entry('', both)],
    ['__iter__', isMap ? entry('', both) : keys],
  ]);
  const made: ObjectValue = { kind: 'object', type, attributes, methods, state: pairs };
  if (isMap) {
    methods.set(
      'get',
      entry('key', (inner, a) => pairs[placeOf(inner, pairs, a.value('key'))]?.[1] ?? NONE),
    );
    methods.set(
      'set',
      entry('key, value=None', (inner, a) => {
        put(inner, a.value('key'), a.value('value'));
        return made;
      }),
    );
  } else {
    methods.set(
      'add',
      entry('value', (inner, a) => {
        put(inner, a.value('value'), a.value('value'));
        return made;
      }),
    );
  }
  return made;
}

/** The elements of what a constructor is given; nothing without an argument. */
function given(c: CallContext, value: Value): readonly Value[] {
  return value.kind === 'none' ? [] : c.iterate(value);
}

export const JS_COLLECTIONS: ApiTable = {
  'js.Map js.WeakMap': entry('iterable=None', (c, a) =>
    collection(
      c,
      'js.Map',
      given(c, a.value('iterable')).map((item): Pair => {
        const [key, value] = c.iterate(item);
        return [key ?? NONE, value ?? NONE];
      }),
    ),
  ),
  'js.Set js.WeakSet': entry('iterable=None', (c, a) =>
    collection(
      c,
      'js.Set',
      given(c, a.value('iterable')).map((item): Pair => [item, item]),
    ),
  ),
};
