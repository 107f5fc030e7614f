/** Owns tf.losses: TensorFlow.js's losses with weights and a reduction of their own. */
import { failure } from '../../graph/primitive';
import { divideExactly } from '../../shape/dim';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, dimTensor, filled, like, minimum, multiply, rankOf, rsubtract, subtract, sum } from '../tensors';
import { divide } from './math';
import { REDUCTION } from './reduction';
import { argument, asFloat, matched, optionalArgument, requireSameShape, withoutBool } from './tensorLike';

const REDUCED = `reduction=${REDUCTION.SUM_BY_NONZERO_WEIGHTS}`;

type Elementwise = (c: CallContext, labels: TensorValue, predictions: TensorValue, a: Args) => TensorValue;

/** A loss of labels and predictions of one shape; `extra`: parameters between the weights and the reduction. */
function loss(compute: Elementwise, { names = 'labels, predictions', extra = '' } = {}): ApiEntry {
  const [first = '', second = ''] = names.split(', ');
  return entry(`${names}, weights=None, ${extra === '' ? '' : `${extra}, `}${REDUCED}`, (c, a) => {
    const [labels, predictions] = [argument(c, a, first), argument(c, a, second)];
    requireSameShape(c, labels, predictions);
    const [y, p] = matched(c, withoutBool(c, labels), withoutBool(c, predictions));
    return weighted(c, compute(c, y, p, a), optionalArgument(c, a, 'weights'), a.int('reduction'));
  });
}

export const TFJS_LOSSES: ApiTable = {
  'tfjs.losses.absoluteDifference': loss((c, y, p) => c.emit('abs', [subtract(c, y, p)])),
  'tfjs.losses.meanSquaredError': loss((c, y, p) => c.emit('squaredDifference', [y, p])),
  'tfjs.losses.huberLoss': loss(
    (c, y, p, a) => {
      const delta = a.number('delta');
      const error = asFloat(c, c.emit('abs', [subtract(c, p, y)]));
      const quadratic = minimum(c, error, delta);
      const linear = subtract(c, error, quadratic);
      return add(c, multiply(c, c.emit('square', [quadratic]), 0.5), multiply(c, linear, delta));
    },
    { extra: 'delta=1.0' },
  ),
  'tfjs.losses.hingeLoss': loss((c, y, p) => {
    const signs = subtract(c, multiply(c, asFloat(c, y), 2), 1);
    return c.emit('relu', [rsubtract(c, 1, multiply(c, signs, asFloat(c, p)))]);
  }),
  'tfjs.losses.logLoss': loss(
    (c, labels, predictions, a) => {
      const [y, p, epsilon] = [asFloat(c, labels), asFloat(c, predictions), a.number('epsilon')];
      const positive = c.emit('negate', [multiply(c, y, c.emit('log', [add(c, p, epsilon)]))]);
      const negative = multiply(c, rsubtract(c, 1, y), c.emit('log', [add(c, rsubtract(c, 1, p), epsilon)]));
      return subtract(c, positive, negative);
    },
    { extra: 'epsilon=1e-7' },
  ),
  'tfjs.losses.sigmoidCrossEntropy': loss(
    (c, y, logits, a) => {
      const smoothing = a.number('labelSmoothing');
      const labels = smoothing > 0 ? add(c, multiply(c, asFloat(c, y), 1 - smoothing), 0.5 * smoothing) : asFloat(c, y);
      return c.emit('sigmoidCrossEntropy', [labels, asFloat(c, logits)]);
    },
    { names: 'multiClassLabels, logits', extra: 'labelSmoothing=0' },
  ),
  'tfjs.losses.softmaxCrossEntropy': loss(
    (c, y, logits, a) => {
      const smoothing = a.number('labelSmoothing');
      const labels = smoothing > 0 ? smoothed(c, asFloat(c, y), smoothing) : asFloat(c, y);
      return c.emit('softmaxCrossEntropy', [labels, asFloat(c, logits)]);
    },
    { names: 'onehotLabels, logits', extra: 'labelSmoothing=0' },
  ),
  // One minus the dot product: nothing is normalized.
  'tfjs.losses.cosineDistance': entry(`labels, predictions, axis=None, weights=None, ${REDUCED}`, (c, a) => {
    const [labels, predictions] = [argument(c, a, 'labels'), argument(c, a, 'predictions')];
    requireSameShape(c, labels, predictions);
    const [y, p] = matched(c, labels, predictions);
    const losses = rsubtract(c, 1, sum(c, asFloat(c, multiply(c, y, p)), a.axes('axis'), true));
    return weighted(c, losses, optionalArgument(c, a, 'weights'), a.int('reduction'));
  }),
  'tfjs.losses.computeWeightedLoss': entry(`losses, weights=None, ${REDUCED}`, (c, a) =>
    weighted(c, argument(c, a, 'losses'), optionalArgument(c, a, 'weights'), a.int('reduction')),
  ),
};

/** Only the second axis counts the classes. */
function smoothed(c: CallContext, y: TensorValue, smoothing: number): TensorValue {
  const classes = y.type.shape[1];
  if (classes === undefined) return c.unknown('label smoothing of labels without a class axis');
  return add(c, multiply(c, y, 1 - smoothing), divide(c, like(c, smoothing, y), dimTensor(c, classes, 'float32')));
}

/** computeWeightedLoss. */
export function weighted(c: CallContext, losses: TensorValue, weights: TensorValue | undefined, reduction: number): TensorValue {
  const product = weights === undefined ? losses : c.emit('multiply', matched(c, losses, weights));
  switch (reduction) {
    case REDUCTION.NONE:
      return product;
    case REDUCTION.SUM:
      return sum(c, withoutBool(c, product), null);
    case REDUCTION.MEAN:
      return weights === undefined
        ? c.emit('mean', [asFloat(c, product)], { axes: axesOf(product), keepdims: false })
        : weightedMean(c, losses, product, weights);
    case REDUCTION.SUM_BY_NONZERO_WEIGHTS:
      return divide(
        c,
        sum(c, withoutBool(c, product), null),
        weights === undefined ? dimTensor(c, sizeOf(losses.type.shape), 'float32') : nonzeroWeights(c, losses, weights),
      );
    default:
      return c.fail(failure('reduction', 'value', `there is no reduction ${reduction}: use tf.Reduction`));
  }
}

const axesOf = (x: TensorValue): number[] => Array.from({ length: rankOf(x) }, (_, i) => i);

function weightedMean(c: CallContext, losses: TensorValue, product: TensorValue, weights: TensorValue): TensorValue {
  const result = divide(c, sum(c, product, null), sum(c, weights, null));
  const factor = divideExactly(sizeOf(losses.type.shape), sizeOf(weights.type.shape));
  if (factor === undefined) return c.unknown('weights whose size does not divide that of the losses');
  return factor === 1 ? result : divide(c, result, dimTensor(c, factor, 'float32'));
}

function nonzeroWeights(c: CallContext, losses: TensorValue, weights: TensorValue): TensorValue {
  const spread = c.emit('multiply', matched(c, weights, filled(c, 1, losses.type.shape, 'float32')));
  const counted = c.emit('notEqual', [spread, like(c, 0, spread)]);
  return cast(c, sum(c, cast(c, counted, 'int32'), null), 'float32');
}
