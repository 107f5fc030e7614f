/** Owns the sizes that symbols take where nobody states them. */
import type { Dim } from '../shape/dim';
import { symbolsIn } from './directive';

export const DEFAULT_BATCH = 8;

/** Sizes that suit customary names: images large enough for SSIM's window, classes few. */
const CUSTOMARY: Readonly<Record<string, number>> = { H: 16, W: 12, D: 7, T: 6, C: 5, K: 4, N: 9, F: 10 };
const OTHERS: readonly number[] = [5, 3, 7, 6, 11, 13, 9, 10, 14, 17, 19, 15, 21, 22, 23];

/** A size for every symbol of the shapes: the stated one, B 8, the others small and distinct. */
export function sizesFor(shapes: readonly (readonly Dim[])[], stated: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const names = [...new Set(shapes.flatMap(symbolsIn))];
  const sizes = new Map(names.filter((name) => stated[name] !== undefined).map((name) => [name, stated[name] ?? 1]));
  const taken = new Set<number>([...sizes.values(), ...shapes.flat().filter((dim) => typeof dim === 'number')]);
  for (const name of names) {
    if (sizes.has(name)) continue;
    const wish = name === 'B' ? DEFAULT_BATCH : Object.hasOwn(CUSTOMARY, name) ? CUSTOMARY[name] : undefined;
    const size = wish !== undefined && (name === 'B' || !taken.has(wish)) ? wish : firstFree(taken);
    sizes.set(name, size);
    taken.add(size);
  }
  return sizes;
}

function firstFree(taken: ReadonlySet<number>): number {
  const free = OTHERS.find((size) => !taken.has(size) && size !== DEFAULT_BATCH);
  if (free !== undefined) return free;
  let size = 24;
  while (taken.has(size)) size++;
  return size;
}
