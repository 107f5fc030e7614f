/** Values and gradients at zeros, ties, borders and infinities are TensorFlow's (edges.jsonl, recorded by recordEdges.py). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradient } from '../../../src/graph/gradient';
import type { Backend } from '../../../src/run/backends';
import { TESTED_BACKENDS, TestGraph, testBackend } from '../../support/graphs';

type Numbers = readonly (number | string)[];

interface Edge {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly shapes: readonly (readonly number[])[];
  readonly inputs: readonly Numbers[];
  readonly value: Numbers;
  readonly gradients: readonly (Numbers | null)[];
}

const edges = readFileSync(path.join(__dirname, 'edges.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Edge);

const WORDS: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN };

function number(value: number | string): number {
  return typeof value === 'number' ? value : (WORDS[value] ?? Number.NaN);
}

/** The places where two lists differ by more than float32's noise. */
function differences(actual: ArrayLike<number>, expected: Numbers): string[] {
  return expected.flatMap((word, i) => {
    const [got, want] = [actual[i] ?? Number.NaN, number(word)];
    const near = Number.isFinite(want) && Math.abs(got - want) <= 1e-6 + 2e-5 * Math.abs(want);
    return Object.is(got, want) || got === want || near || (Number.isNaN(got) && Number.isNaN(want))
      ? []
      : [`[${i}] ${got}, TensorFlow ${want}`];
  });
}

describe.each(TESTED_BACKENDS)('edges on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  test.each(edges.map((edge, i) => [`${edge.op} ${i} ${JSON.stringify(edge.attrs)}`, edge] as const))('%s', (_, edge) => {
    const given = edge.op === 'select' ? [{ shape: [3], dtype: 'bool' as const, data: [1, 0, 1] }] : [];
    const inputs = edge.inputs.map((data, i) => ({ shape: edge.shapes[i] ?? [], data: data.map(number) }));
    const graph = new TestGraph(backend, [...given, ...inputs]);
    const y = graph.emit(edge.op, edge.attrs);
    const found = gradient(graph.build, y, graph.inputs.slice(given.length));
    expect(differences(graph.numbers(y), edge.value), 'value').toEqual([]);
    edge.gradients.forEach((expected, i) => {
      const node = found[i] ?? null;
      expect(node === null, `gradient ${i} is None`).toBe(expected === null);
      if (node !== null && expected !== null) expect(differences(graph.numbers(node), expected), `gradient ${i}`).toEqual([]);
    });
    graph.dispose();
  });
});
