/** Owns keras.losses' cross-entropies and focal losses of both versions: label smoothing, ignore_class, balancing. */
import { failure } from '../../graph/primitive';
import { setKerasMask } from '../../keras/mask';
import { normalizeAxis } from '../../shape/axis';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import {
  binaryCrossentropy2,
  binaryCrossentropy3,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy2,
  sparseCategoricalCrossentropy3,
} from './probabilityLosses';
import { type LossPair, pairOf } from './regression';
import { EPSILON, TensorMath } from './tensorMath';

type Version = 2 | 3;

const COMMON = 'from_logits=False, label_smoothing=0.0, axis=-1';
const FOCAL = `apply_class_balancing=False, alpha=0.25, gamma=2.0, ${COMMON}`;

/** Labels pulled towards 1/2. */
function smoothedBinary(pair: LossPair, args: Args): TensorValue {
  const smoothing = args.number('label_smoothing');
  if (smoothing === 0) return pair.yTrue;
  return pair.math.add(pair.math.mul(pair.yTrue, 1 - smoothing), 0.5 * smoothing);
}

/** Labels pulled towards 1/classes; the classes are counted on the last axis, whatever `axis` says. */
function smoothedCategorical(pair: LossPair, args: Args): TensorValue {
  const { math, yTrue, yPred } = pair;
  const smoothing = args.number('label_smoothing');
  if (smoothing === 0) return yTrue;
  const share = math.div(smoothing, math.axisSize(yTrue, -1, yPred.type.dtype));
  return math.add(math.mul(yTrue, 1 - smoothing), share);
}

function axisOf(context: CallContext, args: Args): number {
  if (args.value('axis').kind === 'boolean')
    context.fail(failure('argument', 'value', 'axis must be an int, not a bool', { argument: 'axis' }));
  return args.int('axis');
}

function binary(version: Version) {
  return entry(`y_true, y_pred, ${COMMON}`, (context, args) => {
    const pair = pairOf(context, args);
    const crossentropy = version === 3 ? binaryCrossentropy3 : binaryCrossentropy2;
    return pair.math.mean(crossentropy(context, smoothedBinary(pair, args), pair.yPred, args.bool('from_logits')), args.axes('axis'));
  });
}

function binaryFocal(version: Version) {
  return entry(`y_true, y_pred, ${FOCAL}`, (context, args) => {
    const pair = pairOf(context, args);
    const { math, yPred } = pair;
    const target = smoothedBinary(pair, args);
    const fromLogits = args.bool('from_logits');
    const probability = fromLogits ? math.unary('sigmoid', yPred) : yPred;
    const crossentropy =
      version === 3 ? binaryCrossentropy3(context, target, probability, false) : binaryCrossentropy2(context, target, yPred, fromLogits);
    const correct = math.add(math.mul(target, probability), math.mul(math.sub(1, target), math.sub(1, probability)));
    const focal = math.mul(math.pow(math.sub(1, correct), args.number('gamma')), crossentropy);
    return math.mean(
      args.bool('apply_class_balancing') ? math.mul(balance(math, target, args.number('alpha')), focal) : focal,
      args.axes('axis'),
    );
  });
}

function balance(math: TensorMath, target: TensorValue, alpha: number): TensorValue {
  return math.add(math.mul(target, alpha), math.mul(math.sub(1, target), 1 - alpha));
}

const categorical = entry(`y_true, y_pred, ${COMMON}`, (context, args) => {
  const pair = pairOf(context, args);
  const options = { fromLogits: args.bool('from_logits'), axis: axisOf(context, args) };
  return categoricalCrossentropy(context, smoothedCategorical(pair, args), pair.yPred, options);
});

const categoricalFocal = entry(`y_true, y_pred, alpha=0.25, gamma=2.0, ${COMMON}`, (context, args) => {
  const pair = pairOf(context, args);
  const { math, yPred } = pair;
  const axis = axisOf(context, args);
  const target = smoothedCategorical(pair, args);
  if (context.keras === 2) math.requireSameShape(target, yPred, 'target and output');
  const output = args.bool('from_logits') ? context.emit('softmax', [yPred], { axis }) : yPred;
  const probability = math.clip(math.div(output, math.sum(output, [axis], true)), EPSILON, 1 - EPSILON);
  const crossentropy = math.mul(math.neg(target), math.log(probability));
  const factor = math.mul(math.pow(math.sub(1, probability), args.number('gamma')), focalAlpha(context, args, probability));
  return math.sum(math.mul(factor, crossentropy), [axis]);
});

/** alpha is a number, or one weight per class. */
function focalAlpha(context: CallContext, args: Args, like: TensorValue): TensorValue | number {
  const alpha = args.value('alpha');
  return alpha.kind === 'number'
    ? args.number('alpha')
    : new TensorMath(context).cast(context.tensor(alpha, like.type.dtype), like.type.dtype);
}

const sparse3 = entry('y_true, y_pred, from_logits=False, ignore_class=None, axis=-1', (context, args) => {
  const math = new TensorMath(context);
  const output = args.tensor('y_pred');
  const axis = axisOf(context, args);
  const options = { fromLogits: args.bool('from_logits'), axis };
  const target = squeezedLabels(context, args.tensor('y_true'), output, axis);
  const ignored = args.optionalNumber('ignore_class');
  if (ignored === null) return sparseCategoricalCrossentropy3(context, target, output, options);
  const valid = math.binary('notEqual', math.cast(target, output.type.dtype), ignored);
  const labels = math.where(valid, target, 0);
  const predictions = math.where(context.emit('expandDims', [valid], { axis: -1 }), output, 0);
  const losses = sparseCategoricalCrossentropy3(context, labels, predictions, options);
  return masked(context, math, losses, valid);
});

function squeezedLabels(context: CallContext, target: TensorValue, output: TensorValue, axis: number): TensorValue {
  const { shape } = target.type;
  const normal = normalizeAxis(axis, shape.length);
  const squeezed = normal !== undefined && shape.length === output.type.shape.length && shape[normal] === 1;
  return squeezed ? context.emit('squeeze', [target], { axes: [normal] }) : target;
}

/** Ignored entries lose nothing, and Keras' mean leaves them out. */
function masked(context: CallContext, math: TensorMath, losses: TensorValue, valid: TensorValue): TensorValue {
  const mask = context.emit('reshape', [valid], { shape: losses.type.shape });
  const result = math.where(mask, losses, 0);
  setKerasMask(context.memory, result.node, mask.node);
  return result;
}

/** Keras 2 leaves ignored entries out before the cross-entropy and scatters the rest back: the same values, and zero gradient for them. */
const sparse2 = entry('y_true, y_pred, from_logits=False, axis=-1, ignore_class=None', (context, args) => {
  const math = new TensorMath(context);
  const output = args.tensor('y_pred');
  const options = { fromLogits: args.bool('from_logits'), axis: axisOf(context, args) };
  const target = math.cast(args.tensor('y_true'), 'int64');
  const ignored = args.optionalNumber('ignore_class');
  if (ignored === null) return sparseCategoricalCrossentropy2(context, target, output, options);
  const valid = math.binary('notEqual', target, Math.trunc(ignored));
  const losses = sparseCategoricalCrossentropy2(context, math.where(valid, target, 0), output, options);
  return masked(context, math, losses, valid);
});

export const KERAS3_CROSSENTROPY = {
  binary_crossentropy: binary(3),
  binary_focal_crossentropy: binaryFocal(3),
  categorical_crossentropy: categorical,
  categorical_focal_crossentropy: categoricalFocal,
  sparse_categorical_crossentropy: sparse3,
} as const;

export const KERAS2_CROSSENTROPY = {
  binary_crossentropy: binary(2),
  binary_focal_crossentropy: binaryFocal(2),
  categorical_crossentropy: categorical,
  categorical_focal_crossentropy: categoricalFocal,
  sparse_categorical_crossentropy: sparse2,
} as const;
