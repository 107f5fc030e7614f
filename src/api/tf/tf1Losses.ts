/** Owns tf.losses of TensorFlow 1 (tf.compat.v1.losses): elementwise losses, weights, and the reduction by nonzero weights. */
import { failure } from '../../graph/primitive';
import { compareDims } from '../../shape/dim';
import { compareShapes, sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import {
  add,
  allAxes,
  cast,
  dimAt,
  filled,
  like,
  maximum,
  minimum,
  multiply,
  rankOf,
  rsubtract,
  select,
  square,
  squeeze,
  subtract,
  sum,
} from '../tensors';
import { softmaxCrossEntropy } from './nn';

const REST = "weights=1.0, scope=None, loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'";

/** Sums, means or hands on the weighted losses. */
export function computeWeightedLoss(c: CallContext, given: TensorValue, weights: Value, reduction: string): TensorValue {
  const losses = cast(c, given, 'float32');
  const factor = weights.kind === 'number' ? c.tensor(weights, 'float32') : cast(c, c.tensor(weights), 'float32');
  requireBroadcastable(c, factor, losses);
  const weighted = multiply(c, losses, factor);
  if (reduction === 'none') return cast(c, weighted, given.type.dtype);
  const total = sum(c, weighted, null);
  return cast(c, divided(c, total, losses, factor, reduction), given.type.dtype);
}

function divided(c: CallContext, total: TensorValue, losses: TensorValue, weights: TensorValue, reduction: string): TensorValue {
  const per = (count: TensorValue) => c.emit('divideNoNan', [total, count]);
  const ones = filled(c, 1, losses.type.shape, 'float32');
  switch (reduction) {
    case 'weighted_sum':
      return total;
    case 'weighted_mean':
      return per(sum(c, multiply(c, ones, weights), null));
    case 'weighted_sum_over_batch_size':
      return per(elementCount(c, losses));
    case 'weighted_sum_by_nonzero_weights':
    case 'weighted_sum_over_nonzero_weights':
      return per(presentCount(c, losses, weights));
    default:
      return c.fail(failure('argument', 'value', `'${reduction}' is not a reduction of TensorFlow 1`));
  }
}

function elementCount(c: CallContext, x: TensorValue): TensorValue {
  return cast(c, c.wrap(c.build.dims([sizeOf(x.type.shape)], [])), 'float32');
}

function presentCount(c: CallContext, losses: TensorValue, weights: TensorValue): TensorValue {
  const [only] = rankOf(weights) === 0 ? Array.from(c.numbers(weights) ?? []) : [];
  if (only !== undefined && only !== 0) return elementCount(c, losses);
  return sum(c, present(c, losses, weights), null);
}

/** 1 where the weight of an element is not 0. */
function present(c: CallContext, losses: TensorValue, weights: TensorValue): TensorValue {
  const zero = c.emit('equal', [weights, like(c, 0, weights)]);
  const ones = filled(c, 1, weights.type.shape, 'float32');
  const mask = select(c, zero, filled(c, 0, weights.type.shape, 'float32'), ones);
  return multiply(c, mask, filled(c, 1, losses.type.shape, 'float32'));
}

function requireBroadcastable(c: CallContext, weights: TensorValue, losses: TensorValue): void {
  if (rankOf(weights) === 0) return;
  const fits =
    rankOf(weights) === rankOf(losses) &&
    weights.type.shape.every((dim, i) => dim === 1 || compareDims(dim, losses.type.shape[i] ?? 1) !== 'different');
  if (!fits)
    c.fail(failure('shape-mismatch', 'value', 'weights can not be broadcast to values: they need rank 0 or the rank of the losses'), [
      weights,
      losses,
    ]);
}

/** A loss of two tensors in float32. */
function pairLoss(
  first: string,
  second: string,
  extra: string,
  f: (c: CallContext, labels: TensorValue, predictions: TensorValue, a: Args) => TensorValue,
): ApiEntry {
  const [before, after] = extra.startsWith('axis') ? [`${extra}, `, ''] : ['', extra === '' ? '' : `${extra}, `];
  const [weights, ...others] = REST.split(', ');
  const signature = `${first}, ${second}, ${before}${weights}, ${after}${others.join(', ')}`;
  return entry(signature, (c, a) => {
    const labels = cast(c, a.tensor(first), 'float32');
    const predictions = cast(c, a.tensor(second), 'float32');
    requireSameShape(c, labels, predictions);
    return computeWeightedLoss(c, f(c, labels, predictions, a), a.value('weights'), a.string('reduction'));
  });
}

function requireSameShape(c: CallContext, labels: TensorValue, predictions: TensorValue): void {
  if (compareShapes(labels.type.shape, predictions.type.shape) === 'different') {
    c.fail(failure('shape-mismatch', 'value', 'labels and predictions must have the same shape'), [labels, predictions]);
  }
}

export const TF1_LOSSES: ApiTable = {
  'tf1.losses.compute_weighted_loss': entry(`losses, ${REST}`, (c, a) =>
    computeWeightedLoss(c, a.tensor('losses'), a.value('weights'), a.string('reduction')),
  ),
  'tf1.losses.absolute_difference': pairLoss('labels', 'predictions', '', (c, y, p) => c.emit('abs', [subtract(c, p, y)])),
  'tf1.losses.mean_squared_error': pairLoss('labels', 'predictions', '', (c, y, p) => c.emit('squaredDifference', [p, y])),
  'tf1.losses.log_loss': pairLoss('labels', 'predictions', 'epsilon=1e-7', (c, y, p, a) => {
    const epsilon = a.number('epsilon');
    const hit = c.emit('negate', [multiply(c, y, c.emit('log', [add(c, p, epsilon)]))]);
    return subtract(c, hit, multiply(c, rsubtract(c, 1, y), c.emit('log', [add(c, rsubtract(c, 1, p), epsilon)])));
  }),
  'tf1.losses.huber_loss': pairLoss('labels', 'predictions', 'delta=1.0', (c, y, p, a) => {
    const delta = a.number('delta');
    const size = c.emit('abs', [subtract(c, p, y)]);
    const quadratic = minimum(c, size, delta);
    return add(c, multiply(c, multiply(c, quadratic, quadratic), 0.5), multiply(c, subtract(c, size, quadratic), delta));
  }),
  'tf1.losses.hinge_loss': pairLoss('labels', 'logits', '', (c, y, p) => {
    const signs = subtract(c, multiply(c, y, 2), 1);
    return c.emit('relu', [rsubtract(c, 1, multiply(c, signs, p))]);
  }),
  'tf1.losses.cosine_distance': pairLoss('labels', 'predictions', 'axis=None', (c, y, p, a) => {
    const axes = a.axes('axis') ?? c.fail(failure('argument', 'value', 'axis must be given'));
    return rsubtract(c, 1, sum(c, multiply(c, p, y), axes, true));
  }),
  'tf1.losses.mean_pairwise_squared_error': entry("labels, predictions, weights=1.0, scope=None, loss_collection='losses'", (c, a) =>
    pairwise(c, a),
  ),
  'tf1.losses.sigmoid_cross_entropy': entry(
    `multi_class_labels, logits, weights=1.0, label_smoothing=0, scope=None, loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'`,
    (c, a) => {
      const logits = a.tensor('logits');
      const labels = cast(c, a.tensor('multi_class_labels'), logits.type.dtype);
      requireSameShape(c, labels, logits);
      const smoothing = a.number('label_smoothing');
      const smooth = smoothing > 0 ? add(c, multiply(c, labels, 1 - smoothing), 0.5 * smoothing) : labels;
      return computeWeightedLoss(c, c.emit('sigmoidCrossEntropy', [smooth, logits]), a.value('weights'), a.string('reduction'));
    },
  ),
  'tf1.losses.softmax_cross_entropy': entry(
    `onehot_labels, logits, weights=1.0, label_smoothing=0, scope=None, loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'`,
    (c, a) => {
      const logits = a.tensor('logits');
      const labels = cast(c, a.tensor('onehot_labels'), logits.type.dtype);
      requireSameShape(c, labels, logits);
      const smoothing = a.number('label_smoothing');
      const classes = cast(c, c.wrap(c.build.dims([dimAt(labels, -1)], [])), logits.type.dtype);
      const smooth =
        smoothing > 0 ? add(c, multiply(c, labels, 1 - smoothing), c.emit('divide', [like(c, smoothing, classes), classes])) : labels;
      const losses = softmaxCrossEntropy(c, c.emit('stopGradient', [smooth]), logits, -1);
      return computeWeightedLoss(c, losses, a.value('weights'), a.string('reduction'));
    },
  ),
  'tf1.losses.sparse_softmax_cross_entropy': entry(`labels, logits, ${REST}`, (c, a) => {
    const logits = a.tensor('logits');
    const given = a.tensor('labels');
    const labels = rankOf(logits) - rankOf(given) === 0 && dimAt(given, -1) === 1 ? squeeze(c, given, [-1]) : given;
    return computeWeightedLoss(c, c.emit('sparseSoftmaxCrossEntropy', [labels, logits]), a.value('weights'), a.string('reduction'));
  }),
  'tf1.losses.get_total_loss tf1.losses.get_regularization_loss_total': entry('*args, **kwargs', (c) =>
    c.unknown('the collection of losses of a graph'),
  ),
};

/** Elements that count, per sample; eagerly a scalar weight makes TensorFlow take the count of the whole batch. */
function pairCounts(c: CallContext, differences: TensorValue, weights: TensorValue, axes: readonly number[]): TensorValue {
  const [only] = c.mode === 'run' && rankOf(weights) === 0 ? Array.from(c.numbers(weights) ?? []) : [];
  if (only !== undefined && only !== 0) return elementCount(c, differences);
  return sum(c, present(c, differences, weights), axes, true);
}

/** Differences of all pairs of elements within a sample. */
function pairwise(c: CallContext, a: Args): TensorValue {
  const labels = cast(c, a.tensor('labels'), 'float32');
  const predictions = cast(c, a.tensor('predictions'), 'float32');
  requireSameShape(c, labels, predictions);
  const weights = cast(c, a.tensor('weights'), 'float32');
  requireBroadcastable(c, weights, labels);
  const differences = subtract(c, predictions, labels);
  const axes = allAxes(differences).slice(1);
  const counts = pairCounts(c, differences, weights, axes);
  const fewer = maximum(c, subtract(c, counts, 1), 0);
  const squares = multiply(c, c.emit('divideNoNan', [sum(c, square(c, differences), axes, true), fewer]), 2);
  const pairs = maximum(c, multiply(c, counts, subtract(c, counts, 1)), 0);
  const products = multiply(c, c.emit('divideNoNan', [square(c, sum(c, differences, axes, true)), pairs]), 2);
  const loss = sum(c, multiply(c, subtract(c, squares, products), weights), null);
  const any = c.emit('greater', [sum(c, counts, null), like(c, 0, counts)]);
  return select(c, any, loss, like(c, 0, loss));
}
