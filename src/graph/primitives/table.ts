/** Owns the table of all primitives: the family arrays, joined by name. A name registered twice is a bug. */
import { invariant } from '../../base/assert';
import type { Primitive } from '../primitive';
import { CONVOLUTION } from './convolution';
import { CUMULATIVE } from './cumulative';
import { POOLING } from './pooling';
import { RANDOM } from './random';
import { RESIZE } from './resize';
import { SCATTER } from './scatter';
import { SEGMENT } from './segment';
import { SORTING } from './sorting';
import { SPECIAL } from './special';

const FAMILIES: readonly (readonly Primitive[])[] = [RANDOM, RESIZE, POOLING, CONVOLUTION, CUMULATIVE, SCATTER, SEGMENT, SORTING, SPECIAL];

export const PRIMITIVES: ReadonlyMap<string, Primitive> = joinFamilies(FAMILIES);

function joinFamilies(families: readonly (readonly Primitive[])[]): ReadonlyMap<string, Primitive> {
  const table = new Map<string, Primitive>();
  for (const primitive of families.flat()) {
    invariant(!table.has(primitive.name), `primitive ${primitive.name} is registered twice`);
    table.set(primitive.name, primitive);
  }
  return table;
}
