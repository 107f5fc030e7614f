/** Owns the table of all primitives: the family arrays, joined by name. A name registered twice is a bug. */
import { invariant } from '../../base/assert';
import type { Primitive } from '../primitive';
import { ALONG_AXIS } from './cumulative';
import { SCATTER } from './scatter';
import { SEGMENT } from './segment';
import { SORTING } from './sorting';
import { SPECIAL } from './special';

const FAMILIES: readonly (readonly Primitive[])[] = [ALONG_AXIS, SCATTER, SEGMENT, SORTING, SPECIAL];

export const PRIMITIVES: ReadonlyMap<string, Primitive> = joinFamilies(FAMILIES);

function joinFamilies(families: readonly (readonly Primitive[])[]): ReadonlyMap<string, Primitive> {
  const table = new Map<string, Primitive>();
  for (const primitive of families.flat()) {
    invariant(!table.has(primitive.name), `primitive ${primitive.name} is registered twice`);
    table.set(primitive.name, primitive);
  }
  return table;
}
