/** Owns tf.nest: structures of tensors. */
import type { CallContext } from '../../value/api';
import { list, NONE, tuple, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';

export const NEST: ApiTable = {
  'tf.nest.map_structure': entry('func, *structure, **kwargs', (c, a) => mapStructure(c, a.value('func'), a.rest)),
  'tf.nest.flatten': entry('structure, expand_composites=False', (_c, a) => list(flattened(a.value('structure')))),
  'tf.nest.is_nested': entry('structure', (_c, a) => ({
    kind: 'boolean',
    value: ['list', 'tuple', 'dict'].includes(a.value('structure').kind),
  })),
  'tf.nest.pack_sequence_as': entry('structure, flat_sequence, expand_composites=False', (c, a) => {
    const items = [...c.iterate(a.value('flat_sequence'))];
    return packed(a.value('structure'), items);
  }),
  'tf.nest.assert_same_structure': entry('*args, **kwargs', () => NONE),
};

function mapStructure(c: CallContext, f: Value, nests: readonly Value[]): Value {
  const [first = NONE] = nests;
  if (first.kind === 'list' || first.kind === 'tuple') {
    const items = first.items.map((_, i) =>
      mapStructure(
        c,
        f,
        nests.map((nest) => (nest.kind === 'list' || nest.kind === 'tuple' ? (nest.items[i] ?? NONE) : NONE)),
      ),
    );
    return first.kind === 'list' ? list(items) : tuple(items);
  }
  if (first.kind === 'dict') {
    const entries = [...first.entries].map(([key, item]) => {
      const parts = nests.map((nest) => (nest.kind === 'dict' ? (nest.entries.get(key)?.value ?? NONE) : NONE));
      return [key, { key: item.key, value: mapStructure(c, f, parts) }] as const;
    });
    return { kind: 'dict', entries: new Map(entries) };
  }
  return c.call(f, nests);
}

export function flattened(value: Value): Value[] {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.flatMap(flattened);
  if (value.kind === 'dict') {
    return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, item]) => flattened(item.value));
  }
  return [value];
}

function packed(structure: Value, items: Value[]): Value {
  if (structure.kind === 'list') return list(structure.items.map((item) => packed(item, items)));
  if (structure.kind === 'tuple') return tuple(structure.items.map((item) => packed(item, items)));
  return items.shift() ?? NONE;
}
