/** Owns the one random generator: the same numbers for the same seed on every backend (xoshiro128**), and draws from distributions. */

/** Uniform in [0, 1) with 24 bits, as many as float32 tells apart. */
export type Uniform = () => number;

export function uniformSource(seed: number): Uniform {
  const mix = splitMix(seed);
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  return () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return (scrambled >>> 8) / 2 ** 24;
  };
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** Spreads a seed of any size over 32-bit words. */
function splitMix(seed: number): () => number {
  let state = (Math.imul((seed % 2 ** 32) | 0, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    const once = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
    return twice ^ (twice >>> 15);
  };
}

/** Box and Muller's method, one of the two values. */
export function normal(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Within two standard deviations, by drawing again. */
export function truncatedNormal(uniform: Uniform): number {
  for (;;) {
    const value = normal(uniform);
    if (Math.abs(value) <= 2) return value;
  }
}

/** Marsaglia and Tsang's method. */
export function gamma(uniform: Uniform, alpha: number): number {
  if (!(alpha > 0)) return Number.NaN;
  if (alpha < 1) return gamma(uniform, alpha + 1) * (1 - uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(uniform);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Multiplication of uniforms; large rates are split, as sums of Poisson variables are Poisson. */
export function poisson(uniform: Uniform, rate: number): number {
  if (!(rate >= 0) || !Number.isFinite(rate)) return Number.NaN;
  let count = 0;
  for (let left = rate; left > 0; left -= 30) {
    const limit = Math.exp(-Math.min(left, 30));
    for (let product = 1 - uniform(); product > limit; product *= 1 - uniform()) count++;
  }
  return count;
}
