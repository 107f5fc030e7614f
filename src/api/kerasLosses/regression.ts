/** Owns Keras' losses on numbers: squared, absolute, percentage, logarithmic, Huber, log-cosh, Poisson, KL, cosine; in both versions. */
import { squeezeOrExpandToSameRank } from '../../keras/align';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { EPSILON, type Operand, TensorMath } from './tensorMath';

export interface LossPair {
  readonly math: TensorMath;
  readonly yTrue: TensorValue;
  readonly yPred: TensorValue;
}

/** y_pred as a tensor, y_true cast to its dtype: how nearly every Keras loss begins. */
export function pairOf(context: CallContext, args: Args): LossPair {
  const math = new TensorMath(context);
  const yPred = args.tensor('y_pred');
  return { math, yPred, yTrue: math.cast(args.tensor('y_true'), yPred.type.dtype) };
}

/** The same with the ranks aligned as Keras 3's regression losses do themselves. */
export function alignedPair(context: CallContext, args: Args): LossPair {
  const { math, yTrue, yPred } = pairOf(context, args);
  const { a, b } = squeezeOrExpandToSameRank(context.build, yTrue.node, yPred.node);
  return { math, yTrue: context.wrap(a), yPred: context.wrap(b) };
}

type Formula = (pair: LossPair, args: Args) => TensorValue;

const keras3 = (signature: string, formula: Formula) => entry(signature, (context, args) => formula(alignedPair(context, args), args));
const keras2 = (signature: string, formula: Formula) => entry(signature, (context, args) => formula(pairOf(context, args), args));
/** In both versions without alignment. */
const plain = keras2;

const LAST = [-1];
const PAIR = 'y_true, y_pred';

function percentage({ math, yTrue, yPred }: LossPair): TensorValue {
  const relative = math.abs(math.div(math.sub(yTrue, yPred), math.maximum(math.abs(yTrue), EPSILON)));
  return math.mul(math.mean(relative, LAST), 100);
}

function logarithmic({ math, yTrue, yPred }: LossPair): TensorValue {
  const shifted = (x: TensorValue) => math.log(math.add(math.maximum(x, EPSILON), 1));
  return math.mean(math.squaredDifference(shifted(yPred), shifted(yTrue)), LAST);
}

export function huberOf({ math, yTrue, yPred }: LossPair, delta: number): TensorValue {
  const error = math.sub(yPred, yTrue);
  const size = math.abs(error);
  const limit = math.scalar(delta, size.type.dtype);
  const quadratic = math.mul(math.square(error), 0.5);
  const linear = math.sub(math.mul(size, limit), math.mul(math.square(limit), 0.5));
  return math.mean(math.where(math.binary('lessEqual', size, limit), quadratic, linear), LAST);
}

function logCosh({ math, yTrue, yPred }: LossPair): TensorValue {
  const x = math.sub(yPred, yTrue);
  const value = math.sub(math.add(x, math.unary('softplus', math.mul(x, -2))), Math.fround(Math.LN2));
  return math.mean(value, LAST);
}

function klDivergence({ math, yTrue, yPred }: LossPair): TensorValue {
  const truth = math.clip(yTrue, EPSILON, 1);
  const predicted = math.clip(yPred, EPSILON, 1);
  return math.sum(math.mul(truth, math.log(math.div(truth, predicted))), LAST);
}

function poisson({ math, yTrue, yPred }: LossPair): TensorValue {
  return math.mean(math.sub(yPred, math.mul(yTrue, math.log(math.add(yPred, EPSILON)))), LAST);
}

/** tf.linalg.l2_normalize. */
export function l2Normalize(math: TensorMath, x: TensorValue, axes: readonly number[] | null, epsilon: Operand = 1e-12): TensorValue {
  return math.mul(x, math.unary('rsqrt', math.maximum(math.sum(math.square(x), axes, true), epsilon)));
}

/** keras.ops.normalize with order 2: the factor is bounded, not the norm. */
export function unitNormalize(math: TensorMath, x: TensorValue, axes: readonly number[] | null, epsilon = EPSILON): TensorValue {
  return math.mul(x, math.minimum(math.unary('rsqrt', math.sum(math.square(x), axes, true)), 1 / epsilon));
}

export const KERAS3_REGRESSION = {
  mean_squared_error: keras3(PAIR, ({ math, yTrue, yPred }) => math.floatMean(math.square(math.sub(yTrue, yPred)), LAST)),
  mean_absolute_error: keras3(PAIR, ({ math, yTrue, yPred }) => math.floatMean(math.abs(math.sub(yTrue, yPred)), LAST)),
  mean_absolute_percentage_error: keras3(PAIR, percentage),
  mean_squared_logarithmic_error: keras3(PAIR, logarithmic),
  huber: keras3(`${PAIR}, delta=1.0`, (pair, args) => huberOf(pair, args.number('delta'))),
  log_cosh: keras3(PAIR, logCosh),
  kl_divergence: plain(PAIR, klDivergence),
  poisson: plain(PAIR, poisson),
  cosine_similarity: keras3(`${PAIR}, axis=-1`, ({ math, yTrue, yPred }, args) => {
    const axes = args.axes('axis');
    return math.neg(math.sum(math.mul(unitNormalize(math, yTrue, axes), unitNormalize(math, yPred, axes)), axes));
  }),
} as const;

export const KERAS2_REGRESSION = {
  mean_squared_error: keras2(PAIR, ({ math, yTrue, yPred }) => math.mean(math.squaredDifference(yPred, yTrue), LAST)),
  mean_absolute_error: keras2(PAIR, ({ math, yTrue, yPred }) => math.mean(math.abs(math.sub(yPred, yTrue)), LAST)),
  mean_absolute_percentage_error: keras2(PAIR, percentage),
  mean_squared_logarithmic_error: keras2(PAIR, logarithmic),
  huber: entry(`${PAIR}, delta=1.0`, (context, args) => {
    const math = new TensorMath(context);
    const pair = { math, yTrue: math.cast(args.tensor('y_true'), 'float32'), yPred: math.cast(args.tensor('y_pred'), 'float32') };
    return huberOf(pair, args.number('delta'));
  }),
  log_cosh: keras2(PAIR, logCosh),
  kl_divergence: plain(PAIR, klDivergence),
  poisson: plain(PAIR, poisson),
  cosine_similarity: entry(`${PAIR}, axis=-1`, (context, args) => {
    const math = new TensorMath(context);
    const axes = args.axes('axis');
    const product = math.mul(l2Normalize(math, args.tensor('y_true'), axes), l2Normalize(math, args.tensor('y_pred'), axes));
    return math.neg(math.sum(product, axes));
  }),
} as const;
