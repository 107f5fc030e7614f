/** The random source: the same numbers for a seed on every backend, and the moments that the distributions have. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../../src/run/backends';
import { TESTED_BACKENDS, TestGraph, testBackend } from '../../support/graphs';

const rows: readonly (readonly [distribution: string, a: number, b: number, mean: number, variance: number])[] = [
  ['normal', 2, 3, 2, 9],
  ['truncatedNormal', 0, 1, 0, 0.774],
  ['uniform', -1, 3, 1, 16 / 12],
  ['uniformInt', 2, 7, 4, 2],
  ['bernoulli', 0.3, 1, 0.3, 0.21],
  ['gamma', 2.5, 2, 1.25, 0.625],
  ['gamma', 0.4, 1, 0.4, 0.4],
  ['poisson', 4, 1, 4, 4],
  ['poisson', 100, 1, 100, 100],
];

const COUNT = 20_000;

const drawn = new Map<string, readonly number[]>();

describe.each(TESTED_BACKENDS)('random on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  test.each(rows)('%s(%d, %d)', (distribution, a, b, mean, variance) => {
    const graph = new TestGraph(backend, []);
    const draw = (seed: number) =>
      Array.from(graph.numbers(graph.emit('random', { distribution, shape: [COUNT], dtype: 'float32', seed, a, b }, [])));
    const values = draw(7);
    const found = values.reduce((sum, x) => sum + x, 0) / COUNT;
    expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(variance / COUNT));
    const spread = values.reduce((sum, x) => sum + (x - found) ** 2, 0) / COUNT;
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.1);
    const key = `${distribution} ${a}`;
    expect(values).toEqual(drawn.get(key) ?? values);
    drawn.set(key, values);
    expect(draw(7)).toEqual(values);
    expect(draw(8)).not.toEqual(values);
    graph.dispose();
  });
});
