/** Owns tf.metrics: the losses and metrics of tfjs-layers, one value for each sample. */
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, like, maximum, mean, multiply, rankOf, reshape, rsubtract, subtract, sum } from '../tensors';
import { clip } from '../tf/math';
import { meanOfLast, sumOfLast } from './reductions';
import { argument, asFloat, matched } from './tensorLike';

/** K.epsilon(). */
const EPSILON = 1e-7;

type Metric = (c: CallContext, y: TensorValue, p: TensorValue) => TensorValue;

/** Both as floats, as their kernels make them. */
function metric(compute: Metric): ApiEntry {
  return entry('yTrue, yPred', (c, a) => {
    const [y, p] = matched(c, asFloat(c, argument(c, a, 'yTrue')), asFloat(c, argument(c, a, 'yPred')));
    return compute(c, y, p);
  });
}

function clipped(c: CallContext, x: TensorValue, low = EPSILON, high = 1 - EPSILON): TensorValue {
  return clip(c, x, like(c, low, x), like(c, high, x));
}

const squaredError: Metric = (c, y, p) => meanOfLast(c, c.emit('square', [subtract(c, p, y)]));
const absoluteError: Metric = (c, y, p) => meanOfLast(c, c.emit('abs', [subtract(c, p, y)]));
const percentageError: Metric = (c, y, p) => {
  const size = clipped(c, c.emit('abs', [y]), EPSILON, Number.MAX_VALUE);
  return multiply(c, meanOfLast(c, c.emit('abs', [c.emit('divide', [subtract(c, y, p), size])])), 100);
};

const crossentropy: Metric = (c, y, p) => {
  const normal = clipped(c, c.emit('divide', [p, sumOfLast(c, p, true)]));
  return c.emit('negate', [sumOfLast(c, multiply(c, y, c.emit('log', [normal])))]);
};

const binaryCrossentropy: Metric = (c, y, p) => {
  const bounded = clipped(c, p);
  const logits = c.emit('log', [c.emit('divide', [bounded, rsubtract(c, 1, bounded)])]);
  return meanOfLast(c, c.emit('sigmoidCrossEntropy', [y, logits]));
};

const cosineProximity: Metric = (c, y, p) => {
  const product = multiply(c, normalized(c, y), normalized(c, p));
  return c.emit('negate', [sumOfLast(c, product)]);
};

function normalized(c: CallContext, x: TensorValue): TensorValue {
  const squares = sumOfLast(c, c.emit('square', [x]), true);
  return c.emit('divide', [x, c.emit('sqrt', [maximum(c, squares, EPSILON)])]);
}

const argmax = (c: CallContext, x: TensorValue): TensorValue => c.emit('argmax', [x], { axis: rankOf(x) - 1, dtype: 'int32' });

const sparseAccuracy: Metric = (c, y, p) => {
  const labels = rankOf(y) === rankOf(p) ? c.emit('squeeze', [y], { axes: [rankOf(y) - 1] }) : y;
  const best = cast(c, argmax(c, p), labels.type.dtype);
  return cast(c, c.emit('equal', [labels, best]), 'float32');
};

const counts = (c: CallContext, y: TensorValue, p: TensorValue, truth: 0 | 1, prediction: 0 | 1): TensorValue => {
  const is = (x: TensorValue, value: number) => c.emit('equal', [x, like(c, value, x)]);
  return cast(c, sum(c, cast(c, c.emit('logicalAnd', [is(y, truth), is(p, prediction)]), 'int32'), null), 'float32');
};

/** True positives over those and false positives, or false negatives; 0 where there are none. */
const ratio =
  (truth: 0 | 1, prediction: 0 | 1): Metric =>
  (c, y, p) => {
    const hits = counts(c, y, p, 1, 1);
    const all = add(c, hits, counts(c, y, p, truth, prediction));
    const some = c.emit('greater', [all, like(c, 0, all)]);
    return c.emit('select', [some, c.emit('divide', [hits, all]), like(c, 0, all)]);
  };

const r2: Metric = (c, y, p) => {
  const residual = sum(c, c.emit('square', [subtract(c, y, p)]), null);
  const spread = sum(c, c.emit('square', [subtract(c, y, mean(c, y, null))]), null);
  return rsubtract(c, 1, c.emit('divide', [residual, spread]));
};

export const TFJS_METRICS: ApiTable = {
  'tfjs.metrics.meanSquaredError tfjs.metrics.mse tfjs.metrics.MSE': metric(squaredError),
  'tfjs.metrics.meanAbsoluteError tfjs.metrics.mae tfjs.metrics.MAE': metric(absoluteError),
  'tfjs.metrics.meanAbsolutePercentageError tfjs.metrics.mape tfjs.metrics.MAPE': metric(percentageError),
  'tfjs.metrics.categoricalCrossentropy': metric(crossentropy),
  'tfjs.metrics.binaryCrossentropy': metric(binaryCrossentropy),
  'tfjs.metrics.cosineProximity': metric(cosineProximity),
  'tfjs.metrics.binaryAccuracy': metric((c, y, p) => {
    const rounded = cast(c, c.emit('greater', [p, like(c, 0.5, p)]), 'float32');
    return meanOfLast(c, cast(c, c.emit('equal', [y, rounded]), 'float32'));
  }),
  'tfjs.metrics.categoricalAccuracy': metric((c, y, p) => cast(c, c.emit('equal', [argmax(c, y), argmax(c, p)]), 'float32')),
  'tfjs.metrics.sparseCategoricalAccuracy': metric(sparseAccuracy),
  'tfjs.metrics.sparseCategoricalCrossentropy': metric((c, y, p) => {
    const labels = cast(c, c.emit('floor', [reshape(c, y, [-1])]), 'int32');
    const depth = p.type.shape.at(-1) ?? 1;
    const hot = c.emit('oneHot', [labels], { depth, onValue: 1, offValue: 0, axis: -1, dtype: 'float32' });
    return crossentropy(c, reshape(c, hot, p.type.shape), clipped(c, p));
  }),
  'tfjs.metrics.precision': metric(ratio(0, 1)),
  'tfjs.metrics.recall': metric(ratio(1, 0)),
  'tfjs.metrics.r2Score': metric(r2),
};
