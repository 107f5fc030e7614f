/** Owns Python's collections. */
import type { CallContext } from '../../value/api';
import { integer, keyOf, list, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';

export const COLLECTIONS: ApiTable = {
  'collections.OrderedDict': entry('iterable=(), /, **kwargs', (c, a) =>
    c.call({ kind: 'api', path: 'builtins.dict' }, [a.value('iterable')], a.keywords),
  ),
  'collections.defaultdict': entry('default_factory=None, iterable=(), /, **kwargs', (c, a) => {
    const made = c.call({ kind: 'api', path: 'builtins.dict' }, [a.value('iterable')], a.keywords);
    return made.kind !== 'dict' || a.value('default_factory').kind === 'none' ? made : { ...made, makes: a.value('default_factory') };
  }),
  'collections.Counter': entry('iterable=(), /', (c, a) => {
    const counts = new Map<string, { readonly key: Value; value: Value }>();
    for (const key of c.iterate(a.value('iterable'))) {
      const text = keyOf(key) ?? c.unknown('counting values that are not known');
      const before = counts.get(text)?.value;
      counts.set(text, { key, value: integer((before?.kind === 'number' ? (before.value ?? 0) : 0) + 1) });
    }
    return { kind: 'dict', entries: counts };
  }),
  'collections.deque': entry('iterable=(), maxlen=None', (c, a) => list(c.iterate(a.value('iterable')))),
  'collections.namedtuple typing.NamedTuple': entry('typename, field_names, *, rename=False, defaults=None, module=None', (c, a) =>
    namedTuple(c, a.value('field_names')),
  ),
};

function namedTuple(c: CallContext, names: Value): Value {
  const fields =
    names.kind === 'string' && names.value !== undefined
      ? names.value.split(/[\s,]+/).filter((name) => name !== '')
      : c.iterate(names).map((item) => fieldName(c, item));
  return {
    kind: 'native',
    name: 'namedtuple',
    entry: entry(fields.join(', '), (_c, a) => ({ kind: 'tuple', items: fields.map((name) => a.value(name)), fields })),
  };
}

function fieldName(c: CallContext, item: Value): string {
  const name = item.kind === 'tuple' ? item.items[0] : item;
  return name?.kind === 'string' && name.value !== undefined ? name.value : c.unknown('field names that are not known');
}
