/** Ranges: intervals hold every value that execution gives, and the ones that rules rely on are tight. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/build';
import type { NodeId } from '../../../src/graph/graph';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { Ranges } from '../../../src/graph/ranges';
import type { Backend } from '../../../src/run/backends';
import { BATCH } from '../../../src/shape/dim';
import { type Interval, interval } from '../../../src/shape/range';
import { TestGraph, testBackend } from '../../support/graphs';
import { Draw, SAMPLES } from '../../support/primitiveSamples';

const UNIT = interval(0, 1);

test.each<readonly [string, (b: GraphBuilder, p: NodeId) => NodeId, Partial<Interval>]>([
  ['log of a probability', (b, p) => b.emit('log', [p]), { low: -Infinity, high: 0, nan: false }],
  ['log of p - 0.5', (b, p) => b.emit('log', [b.subtract(p, b.scalarLike(0.5, p))]), { nan: true }],
  ['1 - p', (b, p) => b.subtract(b.scalarLike(1, p), p), { low: 0, high: 1 }],
  ['clip', (b, p) => b.emit('maximum', [p, b.scalarLike(0.25, p)]), { low: 0.25, high: 1 }],
  ['softmax', (b, p) => b.emit('softmax', [b.multiply(p, b.scalarLike(9, p))], { axis: -1 }), { low: 0, high: 1 }],
  ['p × p', (b, p) => b.multiply(b.subtract(p, b.scalarLike(1, p)), p), { low: -1, high: 0 }],
  ['x × x of x in [-1, 0]', (b, p) => squareOf(b, b.subtract(p, b.scalarLike(1, p))), { low: 0, high: 1 }],
  ['sum of probabilities', (b, p) => b.emit('sum', [p], { axes: [1], keepdims: false }), { low: 0, high: 3 }],
  ['sum over the batch', (b, p) => b.emit('sum', [p], { axes: [0], keepdims: false }), { low: 0, high: Infinity }],
  ['x / sum', (b, p) => b.divide(p, b.emit('sum', [p], { axes: [1], keepdims: true })), { low: 0, high: Infinity, nan: true }],
  ['sqrt', (b, p) => b.emit('sqrt', [b.add(p, b.scalarLike(0.25, p))]), { low: 0.5, nan: false }],
  ['a mask', (b, p) => b.cast(b.emit('greater', [p, b.scalarLike(0.5, p)]), 'float32'), { low: 0, high: 1, integral: true }],
  ['a comparison that is decided', (b, p) => b.emit('lessEqual', [p, b.scalarLike(1, p)]), { low: 1, high: 1 }],
])('%s', (_, make, expected) => {
  const b = new GraphBuilder(PRIMITIVES);
  const p = b.input('p', { shape: [BATCH, 3], dtype: 'float32' });
  expect(new Ranges(b, new Map([['p', UNIT]])).of(make(b, p))).toMatchObject(expected);
});

function squareOf(b: GraphBuilder, x: NodeId): NodeId {
  return b.multiply(x, x);
}

describe('soundness', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend('cpu');
  });

  const withRange = Object.keys(SAMPLES).filter((op) => PRIMITIVES.get(op)?.range);
  test.each(withRange)('%s holds what is executed', (op) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), (seed) => {
        const { inputs, attrs } = SAMPLES[op]?.(new Draw(seed)) ?? { inputs: [] };
        const graph = new TestGraph(backend, inputs);
        const feeds = inputs.map(
          ({ data }, i) => [`x${i}`, interval(Math.min(...Array.from(data), Infinity), Math.max(...Array.from(data), -Infinity))] as const,
        );
        const y = graph.emit(op, attrs);
        const range = new Ranges(graph.build, new Map(feeds)).of(y);
        const slack = (bound: number) => 1e-5 * Math.max(1, Math.abs(bound));
        for (const value of graph.numbers(y)) {
          const inside = Number.isNaN(value) ? range.nan : value >= range.low - slack(range.low) && value <= range.high + slack(range.high);
          expect(inside, `${value} in [${range.low}, ${range.high}]`).toBe(true);
        }
        graph.dispose();
      }),
      { numRuns: 20, seed: 3 },
    );
  });
});
