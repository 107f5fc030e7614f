/** Owns Python's itertools. */
import { list, NONE, tuple, type Value } from '../../value/value';
import { followedLength } from '../limits';
import { type ApiTable, entry } from '../table';
import { arithmetic } from './builtins';
import { factorial } from './mathModule';

export const ITERTOOLS: ApiTable = {
  'itertools.chain': entry('*iterables', (c, a) => list(a.rest.flatMap((item) => c.iterate(item)))),
  'itertools.chain.from_iterable': entry('iterable', (c, a) => list(c.iterate(a.value('iterable')).flatMap((item) => c.iterate(item)))),
  'itertools.product': entry('*iterables, repeat=1', (c, a) => {
    const once = a.rest.map((item) => c.iterate(item));
    const repeat = followedLength(c, a.int('repeat'));
    followedLength(c, once.reduce((n, column) => n * column.length, 1) ** repeat);
    const columns = Array.from({ length: repeat }, () => once).flat();
    const rows = columns.reduce<Value[][]>((found, column) => found.flatMap((row) => column.map((item) => [...row, item])), [[]]);
    return list(rows.map(tuple));
  }),
  'itertools.combinations': entry('iterable, r', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    const r = a.int('r');
    followedLength(c, arrangements(items.length, r) / factorial(r));
    return list(combinations(items, r).map(tuple));
  }),
  'itertools.permutations': entry('iterable, r=None', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    const r = a.optionalInt('r') ?? items.length;
    followedLength(c, arrangements(items.length, r));
    return list(permutations(items, r).map(tuple));
  }),
  'itertools.repeat': entry('object, times', (c, a) =>
    list(Array.from({ length: followedLength(c, a.int('times')) }, () => a.value('object'))),
  ),
  'itertools.accumulate': entry('iterable, func=None', (c, a) => {
    const results: Value[] = [];
    for (const item of c.iterate(a.value('iterable'))) {
      const before = results.at(-1);
      if (before === undefined) results.push(item);
      else results.push(a.value('func').kind === 'none' ? arithmetic(c, '+', before, item) : c.call(a.value('func'), [before, item]));
    }
    return list(results);
  }),
  'itertools.islice': entry('iterable, start, stop=<none>, step=1', (c, a) => {
    const [from, to] = a.has('stop') ? [a.int('start'), a.int('stop')] : [0, a.int('start')];
    return list(
      c
        .iterate(a.value('iterable'))
        .slice(from, to)
        .filter((_, i) => i % a.int('step') === 0),
    );
  }),
  'itertools.zip_longest itertools.izip_longest': entry('*iterables, fillvalue=None', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = Math.max(0, ...columns.map((column) => column.length));
    return list(Array.from({ length }, (_, i) => tuple(columns.map((column) => column[i] ?? a.value('fillvalue')))));
  }),
  'itertools.pairwise': entry('iterable', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    return list(items.slice(1).map((item, i) => tuple([items[i] ?? NONE, item])));
  }),
  'itertools.izip builtins.izip': entry('*iterables', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
    return list(Array.from({ length }, (_, i) => tuple(columns.map((column) => column[i] ?? NONE))));
  }),
};

/** In how many ways `r` of `n` items can be put in order. */
function arrangements(n: number, r: number): number {
  let count = 1;
  for (let i = 0; i < r && i < n && count < Number.POSITIVE_INFINITY; i++) count *= n - i;
  return count;
}

function combinations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

function permutations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)], size - 1).map((rest) => [item, ...rest]));
}
