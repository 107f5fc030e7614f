/** Measures the value and gradient of softmax cross-entropy: our gradient graph beside tfjs's tape, on the same backend, arrays in, arrays out. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { GraphBuilder } from '../../src/graph/build';
import { gradient } from '../../src/graph/gradient';
import { PRIMITIVES } from '../../src/graph/primitives/table';
import { type Backend, loadBackend } from '../../src/run/backends';
import { Evaluator } from '../../src/run/evaluate';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import { type Measured, measure } from './measure';

export interface KernelTimes {
  readonly backend: string;
  readonly size: readonly [number, number];
  readonly graph: Measured;
  readonly tape: Measured;
}

export const SIZES: readonly (readonly [number, number])[] = [
  [32, 10],
  [1024, 1000],
];

export async function measureKernels(): Promise<readonly KernelTimes[]> {
  const runtime = cachedRuntime()?.modulePath ?? null;
  const found: KernelTimes[] = [];
  for (const name of runtime === null ? (['cpu'] as const) : (['cpu', 'node'] as const)) {
    const backend = await loadBackend(name, runtime);
    for (const size of SIZES) found.push(measureSize(backend, size));
  }
  return found;
}

function measureSize(backend: Backend, size: readonly [number, number]): KernelTimes {
  const [rows, classes] = size;
  const logits = Float32Array.from({ length: rows * classes }, (_, i) => Math.sin(i * 12.9898) * 3);
  const labels = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) labels[row * classes + ((row * 7) % classes)] = 1;
  const graph = ourGraph(backend, size, labels, logits);
  const tape = tapeOf(size, labels, logits);
  const [ours, theirs] = [graph(), tape()];
  if (Math.abs(ours - theirs) > 1e-4 * Math.abs(theirs)) throw new Error(`the values differ: ${ours} and ${theirs}`);
  const count = rows * classes > 10_000 ? 30 : 300;
  measure(count / 10, [graph, tape]);
  const [graphTimes, tapeTimes] = measure(count, [graph, tape]);
  if (graphTimes === undefined || tapeTimes === undefined) throw new Error('nothing was measured');
  return { backend: `${backend.info.name} ${backend.info.version}`, size, graph: graphTimes, tape: tapeTimes };
}

function ourGraph(backend: Backend, shape: readonly [number, number], labels: Float32Array, logits: Float32Array): () => number {
  const build = new GraphBuilder(PRIMITIVES);
  const y = build.input('y_true', { shape, dtype: 'float32' });
  const z = build.input('y_pred', { shape, dtype: 'float32' });
  const loss = build.emit('mean', [build.emit('softmaxCrossEntropy', [y, z], {})], { axes: [0], keepdims: false });
  const [byLogits] = gradient(build, loss, [z]);
  return () => {
    const evaluator = new Evaluator(
      backend,
      new Map([
        ['y_true', labels],
        ['y_pred', logits],
      ]),
    );
    const value = evaluator.numbers(build, loss)[0] ?? Number.NaN;
    if (byLogits != null) evaluator.numbers(build, byLogits);
    evaluator.dispose();
    return value;
  };
}

function tapeOf(shape: readonly [number, number], labels: Float32Array, logits: Float32Array): () => number {
  return () =>
    tf.tidy(() => {
      const y = tf.tensor2d(labels, [...shape]);
      const valueAndGradients = tf.valueAndGrads((z: tf.Tensor) => tf.reshape(tf.losses.softmaxCrossEntropy(y, z), []));
      const { value, grads } = valueAndGradients([tf.tensor2d(logits, [...shape])]);
      grads[0]?.dataSync();
      return value.dataSync()[0] ?? Number.NaN;
    });
}
