/** Owns tf.metrics for losses that are run as themselves: tfjs-layers' functions on tfjs-core, which is all that the child has. */
import type * as tfjs from '@tensorflow/tfjs-core';

type Core = typeof tfjs;
type Tensor = tfjs.Tensor;
type Metric = (yTrue: Tensor, yPred: Tensor) => Tensor;

const EPSILON = 1e-7;

export function layersMetrics(tf: Core): Readonly<Record<string, Metric>> {
  const clipped = (x: Tensor): Tensor => tf.clipByValue(x, EPSILON, 1 - EPSILON);
  const squared: Metric = (y, p) => tf.mean(tf.square(tf.sub(p, y)), -1);
  const absolute: Metric = (y, p) => tf.mean(tf.abs(tf.sub(p, y)), -1);
  const percentage: Metric = (y, p) => {
    const size = tf.clipByValue(tf.abs(y), EPSILON, Number.MAX_VALUE);
    return tf.mul(100, tf.mean(tf.abs(tf.div(tf.sub(y, p), size)), -1));
  };
  const crossentropy: Metric = (y, p) => {
    const normal = clipped(tf.div(p, tf.sum(p, p.rank - 1, true)));
    return tf.neg(tf.sum(tf.mul(tf.cast(y, 'float32'), tf.log(normal)), normal.rank - 1));
  };
  const sparseCrossentropy: Metric = (y, p) => {
    const labels = tf.cast(tf.floor(tf.reshape(y, [-1])), 'int32');
    const bounded = clipped(p);
    const hot = tf.reshape(tf.oneHot(labels, bounded.shape[bounded.rank - 1] ?? 1), bounded.shape);
    return crossentropy(hot, bounded);
  };
  const logitsCrossentropy: Metric = (labels, logits) =>
    tf.add(tf.sub(tf.relu(logits), tf.mul(logits, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const binaryCrossentropy: Metric = (y, p) => {
    const bounded = clipped(p);
    return tf.mean(logitsCrossentropy(y, tf.log(tf.div(bounded, tf.sub(1, bounded)))), -1);
  };
  const normalized = (x: Tensor): Tensor => tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), EPSILON)));
  const cosineProximity: Metric = (y, p) => tf.neg(tf.sum(tf.mul(normalized(y), normalized(p)), -1));
  const equalAsFloat = (a: Tensor, b: Tensor): Tensor => tf.cast(tf.equal(a, b), 'float32');
  const both = (y: Tensor, p: Tensor, truth: number, prediction: number): Tensor =>
    tf.cast(tf.sum(tf.logicalAnd(tf.equal(y, truth), tf.equal(p, prediction))), 'float32');
  const ratio =
    (truth: number, prediction: number): Metric =>
    (y, p) => {
      const hits = both(y, p, 1, 1);
      const all = tf.add(hits, both(y, p, truth, prediction));
      return tf.cast(tf.where(tf.greater(all, 0), tf.div(hits, all), 0), 'float32');
    };
  return {
    meanSquaredError: squared,
    mse: squared,
    MSE: squared,
    meanAbsoluteError: absolute,
    mae: absolute,
    MAE: absolute,
    meanAbsolutePercentageError: percentage,
    mape: percentage,
    MAPE: percentage,
    categoricalCrossentropy: crossentropy,
    sparseCategoricalCrossentropy: sparseCrossentropy,
    binaryCrossentropy,
    cosineProximity,
    binaryAccuracy: (y, p) => tf.mean(equalAsFloat(y, tf.cast(tf.greater(p, tf.mul(0.5, tf.onesLike(p))), 'float32')), -1),
    categoricalAccuracy: (y, p) => equalAsFloat(tf.argMax(y, -1), tf.argMax(p, -1)),
    sparseCategoricalAccuracy: (y, p) => {
      const labels = y.rank === p.rank ? tf.squeeze(y, [y.rank - 1]) : y;
      const best = tf.argMax(p, -1);
      return equalAsFloat(labels, best.dtype === labels.dtype ? best : tf.cast(best, labels.dtype));
    },
    precision: ratio(0, 1),
    recall: ratio(1, 0),
    r2Score: (y, p) => {
      const residual = tf.sum(tf.square(tf.sub(y, p)));
      const spread = tf.sum(tf.square(tf.sub(y, tf.mean(y))));
      return tf.sub(1, tf.div(residual, spread));
    },
  };
}
