/** Owns the table of all primitives: the family arrays, joined by name. A name registered twice is a bug. */
import { invariant } from '../../base/assert';
import type { Primitive } from '../primitive';
import { CUMULATIVE } from './cumulative';
import { SCATTER } from './scatter';
import { SEGMENT } from './segment';
import { SORTING } from './sorting';

const FAMILIES: readonly (readonly Primitive[])[] = [CUMULATIVE, SCATTER, SEGMENT, SORTING];

export const PRIMITIVES: ReadonlyMap<string, Primitive> = joinFamilies(FAMILIES);

function joinFamilies(families: readonly (readonly Primitive[])[]): ReadonlyMap<string, Primitive> {
  const table = new Map<string, Primitive>();
  for (const primitive of families.flat()) {
    invariant(!table.has(primitive.name), `primitive ${primitive.name} is registered twice`);
    table.set(primitive.name, primitive);
  }
  return table;
}
