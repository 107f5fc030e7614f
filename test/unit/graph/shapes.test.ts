/** Shape rules on symbolic sizes: what comes out, what is refused and how surely, and which elements of shape vectors stay known. */
import { describe, expect, test } from 'vitest';
import { GraphBuilder, GraphFailure } from '../../../src/graph/build';
import type { Attrs, NodeId } from '../../../src/graph/graph';
import { PRIMITIVES } from '../../../src/graph/primitives/table';
import { printGraph } from '../../../src/graph/print';
import { dimText, symbol } from '../../../src/shape/dim';
import { parseType, typeText } from '../../../src/shape/shapeText';

/** op, input types, attributes, and the output's type or `code certainty`. */
const CASES: readonly (readonly [string, readonly string[], Attrs, string])[] = [
  ['add', ['(B, 3)', '(3,)'], {}, '(B, 3) float32'],
  ['add', ['(B,)', '(B, 1)'], {}, '(B, B) float32'],
  ['add', ['(B, 3)', '(B, 4)'], {}, 'broadcast certain'],
  ['add', ['(B, 3)', '(B,)'], {}, 'broadcast coincidental'],
  ['add', ['(B, 3)', '(B, 3) int32'], {}, 'dtype-mismatch certain'],
  ['log', ['(B,) int32'], {}, 'dtype-not-allowed certain'],
  ['logicalAnd', ['(B,)', '(B,)'], {}, 'dtype-not-allowed certain'],
  ['select', ['(B, 1) bool', '(B, 3)', '()'], {}, '(B, 3) float32'],
  ['select', ['(B,)', '(B,)', '(B,)'], {}, 'dtype-not-allowed certain'],
  ['sum', ['(B, H, W)'], { axes: [-1, 1], keepdims: false }, '(B,) float32'],
  ['sum', ['(B, H)'], { axes: [2], keepdims: false }, 'axis-out-of-range certain'],
  ['mean', ['(B, H)'], { axes: [0, 1], keepdims: true }, '(1, 1) float32'],
  ['argmax', ['(B, C)'], { axis: -1, dtype: 'int64' }, '(B,) int64'],
  ['reshape', ['(B, 4, 3)'], { shape: [-1, 12] }, '(B, 12) float32'],
  ['reshape', ['(B, H, W)'], { shape: [-1] }, '(B*H*W,) float32'],
  ['reshape', ['(4, 3)'], { shape: [5, -1] }, 'reshape-size certain'],
  ['reshape', ['(4, 3)'], { shape: [10] }, 'reshape-size certain'],
  ['reshape', ['(B, 3)'], { shape: [30] }, 'reshape-size coincidental'],
  ['transpose', ['(B, H, W)'], { permutation: [0, 2, 1] }, '(B, W, H) float32'],
  ['transpose', ['(B, H)'], { permutation: [0] }, 'transpose certain'],
  ['squeeze', ['(B, 1)'], { axes: [-1] }, '(B,) float32'],
  ['squeeze', ['(B, 3)'], { axes: [-1] }, 'squeeze certain'],
  ['squeeze', ['(B, 3)'], { axes: [0] }, 'squeeze coincidental'],
  ['expandDims', ['(B, 3)'], { axis: -1 }, '(B, 3, 1) float32'],
  ['expandDims', ['(B, 3)'], { axis: 4 }, 'axis-out-of-range certain'],
  ['concat', ['(B, 3)', '(B, 4)'], { axis: 1 }, '(B, 7) float32'],
  ['concat', ['(B, 3)', '(B, 4)'], { axis: 0 }, 'concat-shape certain'],
  ['stack', ['(B,)', '(B,)'], { axis: -1 }, '(B, 2) float32'],
  ['stack', ['(3,)', '(4,)'], { axis: 0 }, 'stack-shape certain'],
  ['slice', ['(B, 4)'], { start: [0, 1], size: [2, 3], step: [1, 1] }, '(2, 3) float32'],
  ['slice', ['(B, 4)'], { start: [0, 2], size: [2, 3], step: [1, 1] }, 'slice-out-of-range certain'],
  ['matmul', ['(B, 5, 3)', '(3, 4)'], { transposeA: false, transposeB: false }, '(B, 5, 4) float32'],
  ['matmul', ['(B, 3)', '(B, 3)'], { transposeA: false, transposeB: true }, '(B, B) float32'],
  ['matmul', ['(B, 3)', '(4, 5)'], { transposeA: false, transposeB: false }, 'matmul-shape certain'],
  ['matmul', ['(B,)', '(3, 4)'], { transposeA: false, transposeB: false }, 'rank certain'],
  ['einsum', ['(B, H, C)', '(B, W, C)'], { equation: 'bhc,bwc->bhw' }, '(B, H, W) float32'],
  ['einsum', ['(B, H, C)', '(C, 5)'], { equation: '...c, cd -> ...d' }, '(B, H, 5) float32'],
  ['einsum', ['(B, 3)', '(4, 5)'], { equation: 'ij,jk->ik' }, 'einsum certain'],
  ['einsum', ['(B, 3)'], { equation: 'ij,jk->ik' }, 'einsum certain'],
  ['einsum', ['(B, 3, 3)'], { equation: 'ij->ik' }, 'einsum certain'],
  ['gather', ['(C, 5)', '(B,) int32'], { axis: 0, batchDims: 0 }, '(B, 5) float32'],
  ['gather', ['(B, C)', '(B, 2) int32'], { axis: 1, batchDims: 1 }, '(B, 2) float32'],
  ['gather', ['(B, C)', '(B,)'], { axis: 1, batchDims: 0 }, 'dtype-not-allowed certain'],
  ['oneHot', ['(B,) int32'], { depth: 10, onValue: 1, offValue: 0, axis: -1, dtype: 'float32' }, '(B, 10) float32'],
  ['oneHot', ['(B,)'], { depth: 10, onValue: 1, offValue: 0, axis: -1, dtype: 'float32' }, 'one-hot certain'],
  ['softmaxCrossEntropy', ['(B, C)', '(B, C)'], {}, '(B,) float32'],
  ['sparseSoftmaxCrossEntropy', ['(B,) int64', '(B, C)'], {}, '(B,) float32'],
  ['sparseSoftmaxCrossEntropy', ['(B, 1) int64', '(B, C)'], {}, 'sparse-labels-shape certain'],
  ['branch', ['() bool', '(B, 3)', '(B, 4)'], {}, '(B, (3|4)) float32'],
  ['mapped', ['(B, 3)', '(5,)'], {}, '(B, 5) float32'],
];

function inputOf(b: GraphBuilder, text: string, i: number): NodeId {
  const type = parseType(text);
  if (type === undefined) throw new Error(`no type: ${text}`);
  return b.input(`x${i}`, { shape: type.shape, dtype: type.dtype ?? 'float32' });
}

function outcome(op: string, inputs: readonly string[], attrs: Attrs): string {
  const b = new GraphBuilder(PRIMITIVES);
  try {
    return typeText(
      b.type(
        b.emit(
          op,
          inputs.map((text, i) => inputOf(b, text, i)),
          attrs,
        ),
      ),
    );
  } catch (error) {
    if (error instanceof GraphFailure) return `${error.failure.code} ${error.failure.certainty}`;
    throw error;
  }
}

test.each(CASES)('%s %j %j: %s', (op, inputs, attrs, expected) => {
  expect(outcome(op, inputs, attrs)).toBe(expected);
});

describe('known elements', () => {
  const knownOf = (make: (b: GraphBuilder, shape: NodeId) => NodeId): string | undefined => {
    const b = new GraphBuilder(PRIMITIVES);
    const x = b.input('x', { shape: [symbol('B', 'batch'), symbol('H'), 4], dtype: 'float32' });
    return b
      .node(make(b, b.emit('shapeOf', [x])))
      .known?.map(dimText)
      .join(', ');
  };
  const at = (b: GraphBuilder, shape: NodeId, i: number) => b.emit('slice', [shape], { start: [i], size: [1], step: [1] });

  test.each<readonly [string, string | undefined, (b: GraphBuilder, shape: NodeId) => NodeId]>([
    ['tf.shape(x)', 'B, H, 4', (_, shape) => shape],
    ['slice', 'H, 4', (b, s) => b.emit('slice', [s], { start: [1], size: [2], step: [1] })],
    ['reversed', '4, H, B', (b, s) => b.emit('slice', [s], { start: [2], size: [3], step: [-1] })],
    ['product', 'B*H*4', (b, s) => b.emit('prod', [s], { axes: [0], keepdims: false })],
    ['arithmetic', 'B*2 - 1', (b, s) => b.subtract(b.multiply(at(b, s, 0), b.scalar(2, 'int32')), b.scalar(1, 'int32'))],
    ['floor division', 'H', (b, s) => b.emit('floorDivide', [b.multiply(at(b, s, 1), at(b, s, 2)), b.scalar(4, 'int32')])],
    ['concat', 'B, H, 4, 7', (b, s) => b.emit('concat', [s, b.constant([7], [1], 'int32')], { axis: 0 })],
    ['gather', '4, B', (b, s) => b.emit('gather', [s, b.constant([2, 0], [2], 'int32')], { axis: 0, batchDims: 0 })],
    ['cast', 'B, H, 4', (b, s) => b.cast(s, 'int64')],
    ['cast to float', undefined, (b, s) => b.cast(s, 'float32')],
  ])('%s: %s', (_, expected, make) => {
    const canonical = expected?.replace('B*H*4', '4*B*H').replace('B*2', '2*B');
    expect(knownOf(make)).toBe(canonical);
  });
});

test('graphs print one node a line', () => {
  const b = new GraphBuilder(PRIMITIVES);
  const x = b.input('x', { shape: [symbol('B', 'batch'), 3], dtype: 'float32' });
  b.sum(b.multiply(x, b.scalar(2, 'float32')), [1]);
  expect(printGraph(b.graph())).toBe(
    [
      '%0 = input(name=x) : (B, 3) float32',
      '%1 = constant(data=[2]) : () float32',
      '%2 = multiply(%0, %1) : (B, 3) float32',
      '%3 = sum(%2, axes=[1], keepdims=false) : (B,) float32',
    ].join('\n'),
  );
});
