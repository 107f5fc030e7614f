/** Owns the cross-entropies on whole tensors that keras.ops, keras.backend and keras.losses share, as the TensorFlow backends compute them. */
import { failure } from '../../graph/primitive';
import { kerasLogitsOf } from '../../keras/mask';
import { normalizeAxis } from '../../shape/axis';
import { compareDims } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { EPSILON, TensorMath } from './tensorMath';

export interface CrossentropyOptions {
  readonly fromLogits: boolean;
  readonly axis: number;
}

/** `_get_logits`: probabilities that Keras' own softmax or sigmoid made give back their logits. */
function logitsOf(
  context: CallContext,
  output: TensorValue,
  fromLogits: boolean,
): { readonly output: TensorValue; readonly fromLogits: boolean } {
  const logits = kerasLogitsOf(context.memory, output.node);
  return logits === undefined ? { output, fromLogits } : { output: context.wrap(logits), fromLogits: true };
}

/** keras.ops.categorical_crossentropy and keras.backend's (the same formula; Keras 2 too refuses differing shapes). */
export function categoricalCrossentropy(
  context: CallContext,
  target: TensorValue,
  given: TensorValue,
  options: CrossentropyOptions,
): TensorValue {
  const math = new TensorMath(context);
  math.requireSameShape(target, given, 'target and output');
  const { output, fromLogits } = logitsOf(context, given, options.fromLogits);
  if (fromLogits) return softmaxCrossEntropy(context, target, output, options.axis);
  const normalized = math.div(output, math.sum(output, [options.axis], true));
  const clipped = math.clip(normalized, EPSILON, 1 - EPSILON);
  return math.neg(math.sum(math.mul(target, math.log(clipped)), [options.axis]));
}

/** tf.nn.softmax_cross_entropy_with_logits along any axis. */
export function softmaxCrossEntropy(context: CallContext, labels: TensorValue, logits: TensorValue, axis: number): TensorValue {
  return context.emit('softmaxCrossEntropy', [moveLast(context, labels, axis), moveLast(context, logits, axis)]);
}

function moveLast(context: CallContext, x: TensorValue, axis: number): TensorValue {
  const rank = x.type.shape.length;
  const normal =
    normalizeAxis(axis, rank) ??
    context.fail(failure('axis-out-of-range', 'index', `axis ${axis} is out of range for rank ${rank}`, { axis }), [x]);
  if (normal === rank - 1) return x;
  const kept = x.type.shape.map((_, i) => i).filter((i) => i !== normal);
  return context.emit('transpose', [x], { permutation: [...kept, normal] });
}

/** keras.ops.binary_crossentropy: equal shapes, clipped probabilities. */
export function binaryCrossentropy3(context: CallContext, target: TensorValue, given: TensorValue, fromLogits: boolean): TensorValue {
  const math = new TensorMath(context);
  math.requireSameShape(target, given, 'target and output');
  const source = logitsOf(context, given, fromLogits);
  if (source.fromLogits) return context.emit('sigmoidCrossEntropy', [target, source.output]);
  return negativeLikelihood(math, target, math.clip(source.output, EPSILON, 1 - EPSILON), 0);
}

/** keras.backend.binary_crossentropy of Keras 2: broadcasts, and adds epsilon inside the logarithms as well. */
export function binaryCrossentropy2(context: CallContext, target: TensorValue, given: TensorValue, fromLogits: boolean): TensorValue {
  const math = new TensorMath(context);
  const source = logitsOf(context, given, fromLogits);
  if (source.fromLogits) {
    math.requireSameShape(target, source.output, 'labels and logits');
    return context.emit('sigmoidCrossEntropy', [target, source.output]);
  }
  return negativeLikelihood(math, target, math.clip(source.output, EPSILON, 1 - EPSILON), EPSILON);
}

function negativeLikelihood(math: TensorMath, target: TensorValue, probability: TensorValue, epsilon: number): TensorValue {
  const log = (x: TensorValue) => math.log(epsilon === 0 ? x : math.add(x, epsilon));
  const positive = math.mul(target, log(probability));
  const negative = math.mul(math.sub(1, target), log(math.sub(1, probability)));
  return math.neg(math.add(positive, negative));
}

/** keras.ops.sparse_categorical_crossentropy: classes on the last axis only, labels of one axis less (or a last axis of 1). */
export function sparseCategoricalCrossentropy3(
  context: CallContext,
  given: TensorValue,
  output: TensorValue,
  options: CrossentropyOptions,
): TensorValue {
  const math = new TensorMath(context);
  const rank = output.type.shape.length;
  if (options.axis !== -1 && options.axis !== rank - 1) {
    context.fail(
      failure('argument', 'value', `sparse_categorical_crossentropy takes axis=-1 only, not ${options.axis}`, { axis: options.axis }),
    );
  }
  const source = logitsOf(context, output, options.fromLogits);
  const target = withoutLastOne(context, math.cast(given, 'int64'), rank);
  requireClassShape(context, target, source.output);
  const logits = source.fromLogits ? source.output : math.log(math.clip(source.output, EPSILON, 1 - EPSILON));
  return context.emit('sparseSoftmaxCrossEntropy', [target, logits]);
}

function withoutLastOne(context: CallContext, target: TensorValue, rank: number): TensorValue {
  const { shape } = target.type;
  return shape.length === rank && shape.at(-1) === 1 ? context.emit('squeeze', [target], { axes: [rank - 1] }) : target;
}

function requireClassShape(context: CallContext, target: TensorValue, output: TensorValue): void {
  const expected = output.type.shape.slice(0, -1);
  const { shape } = target.type;
  const message = 'the labels must have the shape of the predictions without the class axis';
  if (shape.length !== expected.length) context.fail(failure('shape-mismatch', 'shape', message), [target, output]);
  for (const [i, dim] of shape.entries()) {
    const comparison = compareDims(dim, expected[i] ?? 1);
    if (comparison === 'different' || comparison === 'coincidental') {
      context.fail({ ...failure('shape-mismatch', 'shape', message), certainty: comparison === 'different' ? 'certain' : 'coincidental' }, [
        target,
        output,
      ]);
    }
  }
}

/** keras.backend.sparse_categorical_crossentropy of Keras 2: flattens labels that do not fit, moves the class axis last. */
export function sparseCategoricalCrossentropy2(
  context: CallContext,
  given: TensorValue,
  output: TensorValue,
  options: CrossentropyOptions,
): TensorValue {
  const math = new TensorMath(context);
  const source = logitsOf(context, output, options.fromLogits);
  const scores = source.fromLogits ? source.output : math.log(math.clip(source.output, EPSILON, 1 - EPSILON));
  const logits = moveLast(context, scores, options.axis);
  const target = math.cast(given, 'int64');
  const { shape } = logits.type;
  if (target.type.shape.length === shape.length - 1) return context.emit('sparseSoftmaxCrossEntropy', [target, logits]);
  const flat = context.emit('sparseSoftmaxCrossEntropy', [
    context.emit('reshape', [target], { shape: [-1] }),
    context.emit('reshape', [logits], { shape: [-1, shape.at(-1) ?? 1] }),
  ]);
  return shape.length >= 3 ? context.emit('reshape', [flat], { shape: shape.slice(0, -1) }) : flat;
}
