/** The evaluator: refusals name their node, a wrong prediction is told, halves round, small integers wrap, deep graphs do not overflow. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/build';
import type { Primitive } from '../../../src/graph/primitive';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import type { Backend } from '../../../src/run/backends';
import { toBfloat16, toFloat16 } from '../../../src/run/emulation';
import { EvaluationMismatch, Evaluator, KernelFailure } from '../../../src/run/evaluate';
import type { DType } from '../../../src/shape/dtype';
import { TESTED_BACKENDS, TestGraph, type TestInput, testBackend } from '../../support/graphs';

describe.each(TESTED_BACKENDS)('evaluator on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend(name);
  });

  const ints = (data: number[], dtype: DType = 'int32'): TestInput => ({ shape: [data.length], dtype, data });

  test.each<readonly [string, readonly TestInput[], Record<string, unknown>, string]>([
    ['gather', [ints([1, 2, 3]), ints([0, 3])], { axis: 0, batchDims: 0 }, 'index: indices[1] = 3 is not in [0, 3)'],
    ['floorDivide', [ints([1]), ints([0])], {}, 'value: Integer division by zero'],
    [
      'sparseSoftmaxCrossEntropy',
      [ints([7]), { shape: [1, 3], data: [0, 1, 2] }],
      {},
      'value: Received a label value of 7 which is outside the valid range of [0, 3)',
    ],
  ])('%s refuses values', (op, inputs, attrs, expected) => {
    const graph = new TestGraph(backend, inputs);
    const y = graph.emit(op, attrs);
    try {
      graph.numbers(y);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(KernelFailure);
      if (error instanceof KernelFailure) expect([`${error.kind}: ${error.detail}`, error.node.id]).toEqual([expected, y]);
    }
    graph.dispose();
  });

  test.each<readonly [DType, readonly number[], readonly number[]]>([
    ['float16', [0.1, 65519, 65520, 1e-8], [0.0999755859375, 65504, Infinity, 0]],
    ['bfloat16', [0.1, 1.005], [0.10009765625, 1.0078125]],
    ['uint8', [300, -5], [44, 251]],
    ['int8', [200, -129], [-56, 127]],
  ])('%s keeps its own values', (dtype, given, expected) => {
    const graph = new TestGraph(backend, [{ shape: [given.length], data: given }]);
    expect(Array.from(graph.numbers(graph.emit('cast', { dtype })))).toEqual(expected);
    graph.dispose();
  });

  test('a chain of ten thousand ops, and nothing is left behind', () => {
    const before = tf.memory().numTensors;
    const graph = new TestGraph(backend, [{ shape: [2], data: [0, 1] }]);
    let node = graph.inputs[0] ?? 0;
    const one = graph.build.scalarLike(1, node);
    for (let i = 0; i < 10_000; i++) node = graph.build.add(node, one);
    expect(Array.from(graph.numbers(node))).toEqual([10_000, 10_001]);
    graph.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a prediction that does not hold is reported as our bug', () => {
    const liar: Primitive = { ...(PRIMITIVES.get('identity') as Primitive), infer: () => ({ shape: [3], dtype: 'float32' }) };
    const build = new GraphBuilder(new Map([...PRIMITIVES, ['identity', liar]]));
    const x = build.input('x', { shape: [2], dtype: 'float32' });
    const evaluator = new Evaluator(backend, new Map([['x', Float32Array.of(1, 2)]]));
    expect(() => evaluator.numbers(build, build.emit('identity', [x]))).toThrow(EvaluationMismatch);
    evaluator.dispose();
  });
});

test('halves round to the nearest, ties to even', () => {
  expect([2049, 2051, 1 + 2 ** -11, -0.0001].map(toFloat16)).toEqual([2048, 2052, 1, -0.00010001659393310547]);
  expect([257, 259, Number.POSITIVE_INFINITY].map(toBfloat16)).toEqual([256, 260, Number.POSITIVE_INFINITY]);
});
