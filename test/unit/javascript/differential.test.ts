/** Every function of the tables against stock TensorFlow.js: the traced value equals what the code itself computes, in shape, dtype and numbers. */
import { describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/batch/tensorData';
import { outcomeOf, runBoth } from '../../support/javascript';

const UNIT = [0.2, 0.55, 0.9, 0.35, 0.7, 0.15, 0.6, 0.05, 0.8, 0.45, 0.3, 0.65];
const SIGNED = [-1.5, 0.5, 2, -0.25, 1.25, 0, 0.75, -2, 3, -0.5, 1, -1];
const y = tensorData([4, 3], 'float32', [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
const p = tensorData([4, 3], 'float32', UNIT);
const signed = tensorData([4, 3], 'float32', SIGNED);

const UNARY = (
  'abs neg square sign round relu relu6 floor ceil exp expm1 sin cos tan atan sinh cosh tanh asinh erf sigmoid logSigmoid softplus elu selu ' +
  'isNaN isInf isFinite reciprocal leakyRelu step clone softmax logSoftmax zerosLike onesLike toInt toBool toFloat'
).split(' ');
const POSITIVE = ['log', 'log1p', 'sqrt', 'rsqrt', 'asin', 'acos', 'atanh'];
const BINARY =
  'add sub mul div floorDiv mod pow maximum minimum squaredDifference atan2 equal notEqual less lessEqual greater greaterEqual divNoNan'.split(
    ' ',
  );
const REDUCTIONS = ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp', 'argMax', 'argMin', 'norm', 'euclideanNorm'];

const EXPRESSIONS: readonly string[] = [
  ...UNARY.filter((name) => !['step'].includes(name)).map((name) => `p.${name}()`),
  ...BINARY.filter((name) => name !== 'floorDiv').map((name) => `p.${name}(y.add(0.5))`),
  ...BINARY.filter((name) => !['pow', 'divNoNan', 'atan2', 'div', 'floorDiv', 'mod'].includes(name)).map(
    (name) => `tf.${name}(p.toInt(), y.toInt())`,
  ),
  'tf.div(p.toInt(), y.toInt().add(tf.scalar(2, "int32")))',
  'tf.mod(p.toInt(), tf.scalar(2, "int32"))',
  ...REDUCTIONS.flatMap((name) => [`p.${name}()`, name === 'norm' ? 'p.norm(2, 1)' : `p.${name}(1)`]),
  'p.norm("euclidean", [0, 1], true)',
  'p.norm(1)',
  'p.norm(Infinity, 1)',
  'p.greater(0).sum()',
  'p.greater(0).mean(1)',
  'tf.all(p.greater(-5), 1)',
  'tf.any(p.greater(1), 1)',
  'p.cumsum(1)',
  'p.cumsum(0, true, true)',
  'p.cumprod(1)',
  'tf.moments(p, 0).variance',
  'tf.moments(p, 0, true).mean',
  'p.reshape([2, -1])',
  'p.expandDims().squeeze([0])',
  'p.expandDims(-1)',
  'p.transpose()',
  'p.flatten()',
  'p.as2D(3, 4)',
  'p.reshapeAs(p.transpose())',
  'p.tile([1, 2])',
  'p.reverse(1)',
  'p.pad([[1, 0], [0, 2]], 0.5)',
  'tf.mirrorPad(p, [[1, 1], [1, 1]], "reflect")',
  'p.slice(1, 2)',
  'p.slice([0, 1], [-1, 1])',
  'p.stridedSlice([0, 0], [4, 3], [2, 1])',
  'p.concat(y, 1)',
  'tf.concat([p, y])',
  'tf.stack([p, y], 1)',
  'tf.unstack(p)[1]',
  'p.split(3, 1)[2]',
  'tf.split(p, [1, 3])[1]',
  'p.gather(tf.tensor1d([2, 0], "int32"), 1)',
  'p.gather([0, 1, 1])',
  'tf.gatherND(p, [[0, 1], [3, 2]])',
  'tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], "int32"), tf.ones([2, 3]), [5, 3])',
  'tf.oneHot(tf.tensor1d([1, 0], "int32"), 3)',
  'tf.oneHot([[1, 2]], 3, 5, -1, "float32")',
  'tf.topk(p, 2).values',
  'tf.topk(p, 2).indices',
  'tf.where(p.greater(y), p, tf.zerosLike(p))',
  'tf.where(p.greater(y), 1, 0)',
  'p.where(p.less(0.5), y)',
  'tf.logicalXor(p.greater(0), y.greater(0))',
  'tf.logicalNot(p.greater(0))',
  'p.clipByValue(-0.5, 0.5)',
  'p.leakyRelu(0.3)',
  'tf.prelu(p, 0.25)',
  'tf.step(p, 0.1)',
  'p.matMul(y, false, true)',
  'tf.dot(p, tf.tensor1d([1, 2, 3]))',
  'tf.outerProduct([1, 2], [3, 4])',
  'tf.einsum("bc,bc->b", p, y)',
  'tf.addN([p, y, p])',
  'tf.scalar(3).mul(p)',
  'tf.scalar(true)',
  'tf.tensor([[1, 2], [3, 4]])',
  'tf.tensor([1, 2, 3, 4], [2, 2], "int32")',
  'tf.tensor1d([true, false])',
  'tf.tensor2d([[1, 2]])',
  'tf.fill([2], 7)',
  'tf.eye(3)',
  'tf.range(0, 5)',
  'tf.range(5, 0, -2)',
  'tf.linspace(0, 1, 5)',
  'tf.unsortedSegmentSum(p, tf.tensor1d([0, 1, 0, 1], "int32"), 2)',
  'tf.losses.absoluteDifference(y, p)',
  'tf.losses.meanSquaredError(y, p, undefined, tf.Reduction.NONE)',
  'tf.losses.meanSquaredError(y, p, tf.tensor2d([[1], [0], [2], [0]]))',
  'tf.losses.meanSquaredError(y, p, tf.tensor2d([[1], [0], [2], [0]]), tf.Reduction.MEAN)',
  'tf.losses.meanSquaredError(y, p, 3, tf.Reduction.SUM)',
  'tf.losses.huberLoss(y, p, undefined, 0.3)',
  'tf.losses.hingeLoss(y, p)',
  'tf.losses.sigmoidCrossEntropy(y, p, undefined, 0.1)',
  'tf.losses.softmaxCrossEntropy(y, p)',
  'tf.losses.softmaxCrossEntropy(y, p, undefined, 0.2)',
  'tf.losses.cosineDistance(y, p, 1)',
  'tf.losses.computeWeightedLoss(p, y)',
  'tf.metrics.meanAbsoluteError(y, p)',
  'tf.metrics.mape(y.add(1), p)',
  'tf.metrics.cosineProximity(y, p)',
  'tf.metrics.categoricalAccuracy(y, p)',
  'tf.metrics.binaryAccuracy(y, p)',
  'tf.metrics.r2Score(y, p)',
  'tf.conv2d(p.reshape([1, 4, 3, 1]), tf.ones([2, 2, 1, 2]), 1, "same")',
  'tf.conv2d(p.reshape([4, 3, 1]), tf.ones([2, 2, 1, 2]), [2, 1], "valid")',
  'tf.conv1d(p.expandDims(-1), tf.tensor3d([1, -1], [2, 1, 1]), 1, "valid")',
  'tf.depthwiseConv2d(p.reshape([1, 4, 3, 1]), tf.ones([2, 2, 1, 2]), 1, "valid")',
  'tf.separableConv2d(p.reshape([1, 4, 3, 1]), tf.ones([2, 2, 1, 2]), tf.ones([1, 1, 2, 1]), 1, "same")',
  'tf.conv2dTranspose(p.reshape([1, 4, 3, 1]), tf.ones([2, 2, 1, 1]), [1, 8, 6, 1], 2, "same")',
  'tf.maxPool(p.reshape([1, 4, 3, 1]), 2, 2, "same")',
  'tf.avgPool(p.reshape([1, 4, 3, 1]), [2, 2], 1, "valid")',
  'tf.image.resizeBilinear(p.reshape([1, 4, 3, 1]), [2, 6])',
  'tf.image.resizeNearestNeighbor(p.reshape([4, 3, 1]), [8, 6])',
  'tf.image.flipLeftRight(p.reshape([1, 4, 3, 1]))',
  'tf.batchNorm(p, p.mean(0), y.mean(0), tf.ones([3]), tf.fill([3], 2), 1e-3)',
  'tf.batchNorm2d(p, p.mean(0), y.mean(0))',
  'tf.dropout(p, 0)',
  'tf.linalg.bandPart(p, 1, -1)',
  'tf.diag([1, 2, 3])',
  'tf.meshgrid([1, 2], [3, 4, 5])[0]',
  'tf.meshgrid([1, 2], [3, 4, 5], { indexing: "ij" })[1]',
  'tf.math.confusionMatrix(y.argMax(1), p.argMax(1), 3)',
  'tf.signal.frame(p.flatten(), 4, 3)',
  'tf.signal.hannWindow(5)',
  'tf.signal.hammingWindow(4)',
  'tf.fused.matMul({ a: p, b: tf.ones([3, 2]), bias: tf.tensor1d([1, -1]), activation: "relu" })',
  'tf.reverse1d([1, 2, 3])',
  'tf.reverse2d(p, [1])',
  'tf.localResponseNormalization(p.reshape([1, 2, 2, 3]), 1)',
  'tf.depthToSpace(p.reshape([1, 1, 3, 4]), 2)',
  'tf.grad((x) => x.square().mul(x))(p)',
  'tf.grad((x) => x.square())(p, y)',
  'tf.grads((a, b) => a.mul(b).mul(a))([p, y])[1]',
  'tf.valueAndGrad((x) => x.square().sum())(p).value',
  'tf.valueAndGrads((a, b) => a.mul(b).sum())([p, y]).grads[0]',
];

const POSITIVE_EXPRESSIONS: readonly string[] = [
  ...POSITIVE.map((name) => `p.${name}()`),
  'tf.pow(p, 2.5)',
  'tf.acosh(p.add(1))',
  'tf.losses.logLoss(y, p)',
  'tf.metrics.categoricalCrossentropy(y, p)',
  'tf.metrics.binaryCrossentropy(y, p)',
  'tf.metrics.sparseCategoricalCrossentropy(tf.tensor1d([0, 2, 1, 1]), p)',
  'tf.metrics.precision(y, p.round())',
  'tf.metrics.recall(y, p.round())',
];

/** JavaScript beside the tensors, which the trace follows and the engine runs. */
const PROGRAMS: readonly string[] = [
  '{ let s = 0; for (const v of p.dataSync()) s += v > 0 ? v : 0; return tf.scalar(s); }',
  '{ const rows = p.arraySync(); return tf.tensor1d(rows.map((row) => Math.max(...row))); }',
  '{ const n = p.shape[0]; const w = Array.from({ length: n }, (_, i) => (i + 1) / n); return p.mul(tf.tensor2d(w, [n, 1])); }',
  '{ const [a, b] = [p.max(), p.min()].map((t) => t.arraySync()); return p.sub(b).div(a - b); }',
  '{ let k = 7 % 4 + 2 ** 3 - (5 >> 1); k += -7 % 3; k ??= 1; return p.mul(k); }',
  '{ const m = { a: 1, ...{ b: 2 } }; let t = 0; for (const key in m) t += m[key]; return p.mul(t + Object.keys(m).length); }',
  '{ let i = 0; do { i++; if (i === 2) continue; } while (i < 5); return p.mul(i); }',
  '{ const b = p.bufferSync(); return tf.scalar(b.get(1, 2)); }',
  '{ let k = 0; outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < 4; j++) { if (j > i) continue outer; if (i === 3) break outer; k += j; } } return p.mul(k); }',
  '{ const m = new Map([["a", 1]]); m.set("b", 2).set("a", 3); let s = 0; for (const [k, v] of m) s += v * k.length; m.delete("b"); return p.mul(s).add(m.size).add(m.get("c") ?? 7); }',
  '{ const s = new Set([1, 2, 2]); s.add(3); return p.mul([...s].length).add(s.has(9) ? 1 : 0).add(Array.from(s)[1]); }',
  '{ const m = /focal-(\\d+)/.exec("focal-25"); return p.mul(Number(m[1])).add(/x/i.test("X") ? 1 : 0).add("a1b2".replace(/\\d/g, "").length); }',
  '{ const { a, b: { c = 4 } = {}, ...rest } = { a: 1, d: 2, e: 3 }; return p.mul(a + c).add(Object.keys(rest).length); }',
  '{ class A { constructor() { this.v = 1; } get w() { return this.v * 2; } set w(x) { this.v = x; } } const o = new A(); o.w = 5; return p.mul(o.w); }',
  '{ const o = JSON.parse(JSON.stringify({ w: [1, 2], t: true })); return p.mul(o.w[1]).add(o.t ? 1 : 0); }',
  '{ const b = tf.buffer([3]); for (let i = 0; i < 3; i++) b.set(i * 0.5, i); return p.mul(b.toTensor()); }',
  '{ const ws = [3, 1, 2].sort((a, b) => a - b); return p.mul(tf.tensor1d(ws)).add(ws.indexOf(2)); }',
];

function compare(source: string, yTrue: TensorData, yPred: TensorData): void {
  const { traced, itself } = runBoth(source, yTrue, yPred);
  const [ours, theirs] = [outcomeOf(traced), outcomeOf(itself)];
  if (typeof theirs === 'string' || typeof ours === 'string')
    throw new Error(`traced: ${JSON.stringify(ours)}; itself: ${JSON.stringify(theirs)}`);
  expect([ours.shape, ours.dtype]).toEqual([theirs.shape, theirs.dtype]);
  ours.data.forEach((value, i) => {
    const other = theirs.data[i] ?? Number.NaN;
    if (Number.isNaN(other) || !Number.isFinite(other)) expect(value).toEqual(other);
    else expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(other));
  });
}

describe('traced and run as itself', () => {
  it.each(EXPRESSIONS)('%s', (expression) => compare(`const loss = (y, p) => ${expression};`, y, signed));
  it.each(POSITIVE_EXPRESSIONS)('%s of positive numbers', (expression) => compare(`const loss = (y, p) => ${expression};`, y, p));
  it.each(PROGRAMS)('%s', (body) => compare(`const loss = (y, p) => ${body};`, y, p));
});
