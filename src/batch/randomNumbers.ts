/** Owns pseudo-random numbers that are the same on every machine: mulberry32 and the Box-Muller transform. */

export interface RandomNumbers {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
}

/** `stream` keeps the inputs apart: adding one does not change the others. */
export function randomNumbers(seed: number, stream: string): RandomNumbers {
  let state = hash(`${seed}/${stream}`);
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (count) => Math.min(Math.floor(uniform() * count), count - 1),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value | 0;
}
