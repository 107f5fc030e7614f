/** Every core primitive: what is predicted is what is executed, gradients agree with finite differences, twice. The table says what to test. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { carriesGradient, gradient } from '../../../src/graph/gradient';
import type { NodeId } from '../../../src/graph/graph';
import { ACTIVATIONS_AND_ROUNDING } from '../../../src/graph/primitives/activations';
import { ARG_EXTREMES } from '../../../src/graph/primitives/argExtremes';
import { BINARY } from '../../../src/graph/primitives/binary';
import { BITWISE } from '../../../src/graph/primitives/bitwise';
import { COMPARISONS } from '../../../src/graph/primitives/comparison';
import { CONVERSIONS } from '../../../src/graph/primitives/conversion';
import { EINSUM } from '../../../src/graph/primitives/einsum';
import { INDEXING } from '../../../src/graph/primitives/indexing';
import { JOINING } from '../../../src/graph/primitives/joining';
import { MATMUL } from '../../../src/graph/primitives/linear';
import { MOVEMENT } from '../../../src/graph/primitives/movement';
import { REDUCTIONS } from '../../../src/graph/primitives/reduction';
import { SAFE_ARITHMETIC } from '../../../src/graph/primitives/safeArithmetic';
import { SLICING } from '../../../src/graph/primitives/slicing';
import { SOFTMAX_FAMILY } from '../../../src/graph/primitives/softmax';
import { UNARY } from '../../../src/graph/primitives/unary';
import type { Backend } from '../../../src/run/backends';
import { TESTED_BACKENDS, TestGraph, type TestInput, testBackend } from '../../support/graphs';
import { Draw, SAMPLES } from '../../support/primitiveSamples';

const COMPLEX_ONLY: ReadonlySet<string> = new Set(['real', 'imag', 'conj', 'complex']);
const core = [
  UNARY,
  ACTIVATIONS_AND_ROUNDING,
  CONVERSIONS,
  BINARY,
  SAFE_ARITHMETIC,
  BITWISE,
  COMPARISONS,
  REDUCTIONS,
  ARG_EXTREMES,
  SOFTMAX_FAMILY,
  MOVEMENT,
  SLICING,
  JOINING,
  INDEXING,
  [MATMUL, EINSUM],
]
  .flat()
  .filter(({ name }) => !COMPLEX_ONLY.has(name));
const names = core.map(({ name }) => name);
const differentiable = core.filter((primitive) => primitive.gradient).map(({ name }) => name);

test('every core primitive has a sample', () => {
  expect(names.filter((name) => SAMPLES[name] === undefined)).toEqual([]);
});

function sampleOf(name: string, seed: number) {
  const sampler = SAMPLES[name];
  if (sampler === undefined) throw new Error(`no sample of ${name}`);
  return sampler(new Draw(seed));
}

/** A scalar that depends on every element with a weight of its own. */
function weighed(graph: TestGraph, node: NodeId, seed: number): NodeId {
  const shape = graph.build.shape(node) as readonly number[];
  const weights = graph.build.constant(Array.from(new Draw(seed).floats(shape, 0.5, 1.5).data), shape, graph.build.dtype(node));
  const product = graph.build.multiply(node, weights);
  return graph.build.sum(
    product,
    shape.map((_, axis) => axis),
  );
}

/** f(x) as number, and its gradients; `order` 2: f is the weighed gradient of the op. */
function differentiated(backend: Backend, name: string, attrs: object, inputs: readonly TestInput[], order: 1 | 2) {
  const graph = new TestGraph(backend, inputs);
  try {
    const { build } = graph;
    let f = weighed(graph, graph.emit(name, { ...attrs }), 7);
    const wrt = graph.inputs.filter((input) => carriesGradient(build.dtype(input)));
    if (order === 2) {
      const first = gradient(build, f, wrt);
      const terms = first.flatMap((node, i) => (node === null ? [] : [weighed(graph, node, 11 + i)]));
      if (terms.length === 0) return undefined;
      f = terms.reduce(build.add);
    }
    const gradients = gradient(build, f, wrt).map((node) => (node === null ? null : Array.from(graph.numbers(node))));
    return {
      value: graph.numbers(f)[0] ?? Number.NaN,
      gradients,
      indices: graph.inputs.flatMap((input, i) => (wrt.includes(input) ? [i] : [])),
    };
  } finally {
    graph.dispose();
  }
}

const STEP = 2 ** -7;

function moved(input: TestInput, at: number, by: number): TestInput {
  return { ...input, data: Float32Array.from(Array.from(input.data), (value, i) => (i === at ? value + by : value)) };
}

function compareWithDifferences(backend: Backend, name: string, seed: number, order: 1 | 2): string[] {
  const { inputs, attrs = {} } = sampleOf(name, seed);
  if (inputs.every(({ dtype = 'float32' }) => !carriesGradient(dtype))) return [];
  if (name === 'cast' && !String(attrs.dtype).startsWith('float')) return [];
  const base = differentiated(backend, name, attrs, inputs, order);
  if (base === undefined) return [];
  return base.indices.flatMap((index, k) => {
    const input = inputs[index];
    const found = base.gradients[k];
    if (input === undefined) return [];
    return Array.from({ length: input.data.length }, (_, at) => {
      const shifted = (by: number) => {
        const all = inputs.map((other, i) => (i === index ? moved(input, at, by) : other));
        return differentiated(backend, name, attrs, all, order)?.value ?? Number.NaN;
      };
      const numeric = (shifted(STEP) - shifted(-STEP)) / (2 * STEP);
      const got = found?.[at] ?? 0;
      const close = Math.abs(got - numeric) <= 4e-3 * Math.max(1, Math.abs(numeric), Math.abs(base.value));
      return close ? '' : `input ${index}[${at}]: gradient ${got}, difference ${numeric}`;
    }).filter((text) => text !== '');
  });
}

/** Jumps of their own kind: TensorFlow's gradient is not the slope. */
const NOT_SLOPES: ReadonlySet<string> = new Set(['nextAfter']);

describe.each(TESTED_BACKENDS)('primitives on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  test.each(Object.keys(SAMPLES))('%s: predicted type is executed type', (op) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), (seed) => {
        const { inputs, attrs } = sampleOf(op, seed);
        const graph = new TestGraph(backend, inputs);
        try {
          // The evaluator throws when they differ.
          const y = graph.emit(op, attrs);
          const values = graph.numbers(y);
          const { known } = graph.build.node(y);
          if (known) expect(Array.from(values)).toEqual(known);
        } finally {
          graph.dispose();
        }
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  test.each(differentiable.filter((op) => !NOT_SLOPES.has(op)))('%s: gradients are slopes, first and second order', (op) => {
    for (let seed = 1; seed <= 4; seed++) {
      expect(compareWithDifferences(backend, op, seed, 1), `seed ${seed}, first order`).toEqual([]);
      expect(compareWithDifferences(backend, op, seed, 2), `seed ${seed}, second order`).toEqual([]);
    }
  });
});
