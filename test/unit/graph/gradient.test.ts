/** Which inputs have a gradient (None is not zero), along which paths, and what customBackward and symbolic sizes do. */
import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/build';
import { gradient, hasGradientPath } from '../../../src/graph/gradient';
import type { NodeId } from '../../../src/graph/graph';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import type { Backend } from '../../../src/run/backends';
import { BATCH, symbol } from '../../../src/shape/dim';
import { shapeText } from '../../../src/shape/shapeText';
import { TestGraph, testBackend } from '../../support/graphs';

type Make = (b: GraphBuilder, x: NodeId, y: NodeId) => NodeId;

/** From TensorFlow: does tape.gradient(f(x), x) give None? */
const NONE_OR_NOT: readonly (readonly [string, boolean, Make])[] = [
  ['unconnected', false, (b, _, y) => b.emit('exp', [y])],
  ['the input itself', true, (_, x) => x],
  ['round', false, (b, x) => b.emit('round', [x])],
  ['floor', false, (b, x) => b.emit('floor', [x])],
  ['ceil', false, (b, x) => b.emit('ceil', [x])],
  ['sign is zeros', true, (b, x) => b.emit('sign', [x])],
  ['floorDivide', false, (b, x, y) => b.emit('floorDivide', [x, y])],
  ['mod', true, (b, x, y) => b.emit('mod', [x, y])],
  ['cast to int and back', false, (b, x) => b.cast(b.cast(x, 'int32'), 'float32')],
  ['cast to half and back', true, (b, x) => b.cast(b.cast(x, 'float16'), 'float32')],
  ['comparison', false, (b, x, y) => b.cast(b.emit('greater', [x, y]), 'float32')],
  ['argmax', false, (b, x) => b.cast(b.emit('argmax', [x], { axis: -1, dtype: 'int64' }), 'float32')],
  ['one-hot of argmax', false, (b, x) => oneHot(b, b.emit('argmax', [x], { axis: -1, dtype: 'int64' }))],
  ['select by a condition on x', false, (b, x, y) => b.where(b.emit('greater', [x, y]), y, b.zerosLike(y))],
  ['select of x', true, (b, x, y) => b.where(b.emit('greater', [x, y]), x, y)],
  ['stopGradient', false, (b, x) => b.emit('stopGradient', [x])],
  ['x - stopGradient(x)', true, (b, x) => b.subtract(x, b.emit('stopGradient', [x]))],
  ['logical output', false, (b, x, y) => b.emit('less', [x, y])],
  ['a branch in which x counts', true, (b, x, y) => b.emit('branch', [b.emit('any', [b.emit('less', [x, y])], { axes: [0, 1] }), x, y])],
  [
    'a branch that only asks about x',
    false,
    (b, x, y) => b.emit('branch', [b.emit('any', [b.emit('less', [x, y])], { axes: [0, 1] }), y, y]),
  ],
  ['a loop variable', true, (b, x, y) => b.emit('loop', [y, b.multiply(x, y)])],
];

function oneHot(b: GraphBuilder, indices: NodeId): NodeId {
  return b.emit('oneHot', [indices], { depth: 3, onValue: 1, offValue: 0, axis: -1, dtype: 'float32' });
}

test.each(NONE_OR_NOT)('%s: gradient %s', (_, exists, make) => {
  const b = new GraphBuilder(PRIMITIVES);
  const [x, y] = ['x', 'y'].map((name) => b.input(name, { shape: [BATCH, 3], dtype: 'float32' })) as [NodeId, NodeId];
  const output = make(b, x, y);
  expect(hasGradientPath(b, output, [x])).toEqual([exists]);
  const [dx] = gradient(b, output, [x]);
  expect(dx !== null).toBe(exists);
  if (typeof dx === 'number') expect(b.type(dx)).toEqual(b.type(x));
});

test('a gradient of symbolic sizes has the type of its input, for broadcasts, reductions and slices too', () => {
  const b = new GraphBuilder(PRIMITIVES);
  const x = b.input('x', { shape: [BATCH, symbol('C')], dtype: 'float32' });
  const w = b.input('w', { shape: [symbol('C')], dtype: 'float32' });
  const normal = b.divide(b.multiply(x, w), b.emit('sum', [x], { axes: [-1], keepdims: true }));
  const product = b.emit('prod', [normal], { axes: [1], keepdims: false });
  const mean = b.emit('mean', [b.add(product, b.emit('max', [normal], { axes: [1], keepdims: false }))], { axes: [0], keepdims: false });
  const gradients = gradient(b, mean, [x, w]);
  expect(gradients.map((node) => (node === null ? 'None' : shapeText(b.shape(node))))).toEqual(['(B, C)', '(C,)']);
});

describe('numbers', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend('cpu');
  });

  const scalarGraph = (value: number) => new TestGraph(backend, [{ shape: [], data: [value] }]);

  test('fan-out adds up, and the third derivative of x⁴ is 24x', () => {
    const graph = scalarGraph(2);
    const [x = 0] = graph.inputs;
    const square = graph.build.multiply(x, x);
    let f: NodeId | null = graph.build.multiply(square, square);
    for (const expected of [32, 48, 48]) {
      f = f === null ? null : (gradient(graph.build, f, [x])[0] ?? null);
      expect(f === null ? null : graph.numbers(f)[0]).toBe(expected);
    }
  });

  test('an intermediate value has a gradient too, and a seed scales', () => {
    const graph = scalarGraph(3);
    const [x = 0] = graph.inputs;
    const middle = graph.build.multiply(x, x);
    const output = graph.build.multiply(middle, middle);
    const gradients = gradient(graph.build, output, [x, middle], graph.build.scalar(10, 'float32'));
    expect(gradients.map((node) => (node === null ? null : graph.numbers(node)[0]))).toEqual([1080, 180]);
  });

  test('customBackward replaces the rule: gradient reversal', () => {
    const graph = scalarGraph(3);
    const [x = 0] = graph.inputs;
    const { build } = graph;
    const node = build.emit('customGradient', [build.multiply(x, x), x]);
    expect(hasGradientPath(build, node, [x])).toEqual([false]);
    build.customBackward.set(node, (dy) => [null, build.negate(dy)]);
    expect(hasGradientPath(build, node, [x])).toEqual([true]);
    const [dx] = gradient(build, node, [x]);
    expect(typeof dx === 'number' ? graph.numbers(dx)[0] : dx).toBe(-1);
  });
});
