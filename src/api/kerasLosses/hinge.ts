/** Owns Keras' hinge losses; the formulas are the same in both versions. */
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { type LossPair, pairOf } from './regression';

const PAIR = 'y_true, y_pred';

/** Labels of 0 and 1 become -1 and 1, decided over the whole tensor. */
function signedLabels({ math, yTrue }: LossPair): TensorValue {
  const binary = math.binary('logicalOr', math.equal(yTrue, 0), math.equal(yTrue, 1));
  return math.where(math.reduce('all', binary, null), math.sub(math.mul(yTrue, 2), 1), yTrue);
}

function margin(pair: LossPair): TensorValue {
  const { math, yPred } = pair;
  return math.maximum(math.sub(1, math.mul(signedLabels(pair), yPred)), 0);
}

export const HINGE = {
  hinge: entry(PAIR, (context, args) => {
    const pair = pairOf(context, args);
    return pair.math.mean(margin(pair), [-1]);
  }),
  squared_hinge: entry(PAIR, (context, args) => {
    const pair = pairOf(context, args);
    return pair.math.mean(pair.math.square(margin(pair)), [-1]);
  }),
  categorical_hinge: entry(PAIR, (context, args) => {
    const { math, yTrue, yPred } = pairOf(context, args);
    const positive = math.sum(math.mul(yTrue, yPred), [-1]);
    const negative = math.reduce('max', math.mul(math.sub(1, yTrue), yPred), [-1]);
    return math.maximum(math.add(math.sub(negative, positive), 1), 0);
  }),
} as const;
