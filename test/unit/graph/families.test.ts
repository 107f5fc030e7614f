/** Indexing, segments, sorting, special functions, convolutions, linear algebra … give TensorFlow's values and gradients (families.jsonl). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradient } from '../../../src/graph/gradient';
import type { Attrs, NodeId } from '../../../src/graph/graph';
import type { Backend } from '../../../src/run/backends';
import { KernelFailure } from '../../../src/run/evaluate';
import type { DType } from '../../../src/shape/dtype';
import { TESTED_BACKENDS, TestGraph, testBackend } from '../../support/graphs';

type Numbers = readonly (number | string)[];

interface Sample {
  readonly name: string;
  readonly nodes: readonly (readonly [op: string, attrs: Attrs, inputs: readonly number[]])[];
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: DType; readonly data: Numbers }[];
  readonly error?: true;
  readonly shape?: readonly number[];
  readonly value?: Numbers;
  readonly gradients?: readonly (Numbers | null)[];
  readonly second?: readonly (Numbers | null)[];
}

const samples = readFileSync(path.join(__dirname, 'families.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample);

const WORDS: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN };

function number(value: number | string): number {
  return typeof value === 'number' ? value : (WORDS[value] ?? Number.NaN);
}

/** The places where two lists differ by more than `relative` of the value, or of the largest where it is near zero. */
function differences(actual: ArrayLike<number>, expected: Numbers, relative: number): string[] {
  const scale = Math.max(...expected.map((word) => Math.abs(number(word))).filter(Number.isFinite), 1e-3);
  if (actual.length !== expected.length) return [`${actual.length} elements, TensorFlow ${expected.length}`];
  return expected.flatMap((word, i) => {
    const [got, want] = [actual[i] ?? Number.NaN, number(word)];
    const near = Math.abs(got - want) <= relative * (Math.abs(want) + 0.02 * scale);
    return got === want || near || (Number.isNaN(got) && Number.isNaN(want)) ? [] : [`[${i}] ${got}, TensorFlow ${want}`];
  });
}

function compare(
  graph: TestGraph,
  found: readonly (NodeId | null)[],
  expected: readonly (Numbers | null)[],
  what: string,
  relative: number,
): void {
  expected.forEach((numbers, i) => {
    const node = found[i] ?? null;
    expect(node === null, `${what} ${i} is None`).toBe(numbers === null);
    if (node !== null && numbers !== null) expect(differences(graph.numbers(node), numbers, relative), `${what} ${i}`).toEqual([]);
  });
}

/** The weights that recordFamilies.py multiplies the output with. */
function weights(graph: TestGraph, y: NodeId): NodeId {
  const shape = graph.build.shape(y);
  const size = shape.reduce<number>((n, dim) => n * Number(dim), 1);
  return graph.build.constant(
    Float32Array.from({ length: size }, (_, i) => 0.5 + ((7 * i) % 11) / 10),
    shape,
    'float32',
  );
}

describe.each(TESTED_BACKENDS)('families on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  test.each(samples.map((sample) => [sample.name, sample] as const))('%s', (_, sample) => {
    const graph = new TestGraph(
      backend,
      sample.inputs.map((input) => ({ ...input, data: input.data.map(number) })),
    );
    const { build } = graph;
    const ids: NodeId[] = [...graph.inputs];
    for (const [op, attrs, inputs] of sample.nodes)
      ids.push(
        graph.emit(
          op,
          attrs,
          inputs.map((i) => ids[i] ?? -1),
        ),
      );
    const y = ids.at(-1) ?? -1;
    if (sample.error) {
      expect(() => graph.numbers(y)).toThrow(KernelFailure);
      return;
    }
    expect(build.shape(y)).toEqual(sample.shape);
    expect(differences(graph.numbers(y), sample.value ?? [], 1e-4), 'value').toEqual([]);
    if (!sample.gradients) return;
    const floats = graph.inputs.filter((id) => build.dtype(id) === 'float32');
    const first = build.dtype(y) === 'float32' ? gradient(build, y, floats, weights(graph, y)) : [];
    compare(graph, first, sample.gradients, 'gradient', 1e-3);
    if (!sample.second) return;
    const squares = first
      .filter((id) => id !== null)
      .map((id) =>
        build.sum(
          build.multiply(id, id),
          build.shape(id).map((_, i) => i),
        ),
      );
    compare(graph, gradient(build, squares.reduce(build.add), floats), sample.second, 'second', 3e-3);
    graph.dispose();
  });
});
