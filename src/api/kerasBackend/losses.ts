/** Owns keras.backend's activations, cross entropies and gradients. */

import { failure } from '../../graph/primitive';
import { kerasLogitsOf, setKerasLogits, setKerasMask } from '../../keras/mask';
import { compareShapes } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import {
  add,
  axisOf,
  cast,
  dimAt,
  divide,
  flatten,
  like,
  maximum,
  minimum,
  moveAxis,
  multiply,
  pairInOrder,
  rankOf,
  reduce,
  reshape,
  rsubtract,
  subtract,
  sum,
} from '../tensors';
import { dropout, sigmoidCrossEntropy, softmax, softmaxCrossEntropy } from '../tf/nn';

/** keras.backend.epsilon() of this trace. */
export function epsilon(c: CallContext): number {
  return (c.memory.get('epsilon') as number | undefined) ?? 1e-7;
}

/** Into [epsilon, 1 - epsilon]. */
export function clipProbabilities(c: CallContext, x: TensorValue): TensorValue {
  return maximum(c, minimum(c, x, rsubtract(c, 1, like(c, epsilon(c), x))), epsilon(c));
}

export const BACKEND_LOSSES: ApiTable = {
  'K.relu': entry('x, alpha=0.0, max_value=None, threshold=0.0', (c, a) =>
    relu(c, a.tensor('x'), a.number('alpha'), a.optionalNumber('max_value'), a.number('threshold')),
  ),
  'K.elu': entry('x, alpha=1.0', (c, a) => c.emit('elu', [a.tensor('x')], { alpha: a.number('alpha') })),
  'K.hard_sigmoid': entry('x', (c, a) => {
    const x = a.tensor('x');
    return maximum(c, minimum(c, add(c, multiply(c, x, 0.2), 0.5), 1), 0);
  }),
  'K.softmax': entry('x, axis=-1', (c, a) => {
    const x = a.tensor('x');
    if (rankOf(x) <= 1)
      return c.fail(failure('rank', 'value', `softmax cannot be applied to a value of rank ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    const axes = a.axes('axis') ?? [-1];
    const result = axes.length === 1 ? softmax(c, x, axes[0] ?? -1) : softmaxOver(c, x, axes);
    setKerasLogits(c.memory, result.node, x.node);
    return result;
  }),
  'K.dropout': entry('x, level, noise_shape=None, seed=None', (c, a) => dropout(c, a.tensor('x'), a.number('level'))),
  'K.bias_add': entry('x, bias, data_format=None', (c, a) => add(c, a.tensor('x'), a.tensor('bias'))),
  'K.binary_crossentropy': entry('target, output, from_logits=False', (c, a) => {
    const [target, output] = [a.tensor('target'), a.tensor('output')];
    return binaryCrossentropy(c, target, output, a.bool('from_logits'));
  }),
  'K.binary_focal_crossentropy': entry('target, output, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False', (c, a) => {
    const [target, output] = [a.tensor('target'), a.tensor('output')];
    const logits = a.bool('from_logits');
    const probability = logits ? c.emit('sigmoid', [output]) : output;
    const chosen = add(c, multiply(c, target, probability), multiply(c, rsubtract(c, 1, target), rsubtract(c, 1, probability)));
    const factor = c.emit('power', [rsubtract(c, 1, chosen), like(c, a.number('gamma'), chosen)]);
    const loss = multiply(c, factor, binaryCrossentropy(c, target, output, logits));
    if (!a.bool('apply_class_balancing')) return loss;
    const alpha = a.number('alpha');
    return multiply(c, add(c, multiply(c, target, alpha), multiply(c, rsubtract(c, 1, target), 1 - alpha)), loss);
  }),
  'K.categorical_crossentropy': entry('target, output, from_logits=False, axis=-1', (c, a) => {
    const [target, output] = [a.tensor('target'), a.tensor('output')];
    return categoricalCrossentropy(c, target, output, a.bool('from_logits'), a.int('axis'));
  }),
  'K.categorical_focal_crossentropy': entry('target, output, alpha=0.25, gamma=2.0, from_logits=False, axis=-1', (c, a) => {
    const [target, given] = [a.tensor('target'), a.tensor('output')];
    requireCompatible(c, target, given);
    const axis = a.int('axis');
    const output = clipProbabilities(c, normalized(c, a.bool('from_logits') ? softmax(c, given, axis) : given, axis));
    const entropy = multiply(c, c.emit('negate', [target]), c.emit('log', [output]));
    const factor = multiply(
      c,
      c.emit('power', [rsubtract(c, 1, output), like(c, a.number('gamma'), output)]),
      a.tensor('alpha', output.type.dtype),
    );
    return sum(c, multiply(c, factor, entropy), [axis]);
  }),
  'K.sparse_categorical_crossentropy': entry('target, output, from_logits=False, axis=-1, ignore_class=None', (c, a) => {
    const [target, output] = [a.tensor('target'), a.tensor('output')];
    return sparseCategoricalCrossentropy(c, target, output, a.bool('from_logits'), a.int('axis'), a.optionalInt('ignore_class'));
  }),
  'K.ctc_batch_cost': entry('y_true, y_pred, input_length, label_length', (c, a) => {
    const flat = (name: string) => {
      const x = a.tensor(name);
      return cast(c, rankOf(x) > 1 ? reshape(c, x, [dimAt(x, 0)]) : x, 'int32');
    };
    const y = a.tensor('y_pred');
    const logits = c.emit('log', [add(c, y, epsilon(c))]);
    const blank = dimAt(y, -1);
    if (typeof blank !== 'number') return c.unknown('CTC over a symbolic number of classes');
    const labels = cast(c, a.tensor('y_true'), 'int32');
    const loss = c.emit('ctcLoss', [labels, logits, flat('label_length'), flat('input_length')], { blankIndex: blank - 1 });
    return c.emit('expandDims', [loss], { axis: 1 });
  }),
};

function softmaxOver(c: CallContext, x: TensorValue, axes: readonly number[]): TensorValue {
  const numerator = c.emit('exp', [subtract(c, x, reduce(c, 'max', x, axes, true))]);
  return divide(c, numerator, sum(c, numerator, axes, true));
}

/** Keras 2 goes back to the logits behind a softmax (or, in a graph, a sigmoid). */
function rememberedLogits(c: CallContext, output: TensorValue, op: string): TensorValue | undefined {
  if (c.keras !== 2) return undefined;
  const remembered = kerasLogitsOf(c.memory, output.node);
  if (remembered !== undefined) return c.wrap(remembered);
  const node = c.build.node(output.node);
  const [input] = node.inputs;
  return c.mode === 'check' && node.op === op && input !== undefined ? c.wrap(input) : undefined;
}

/** Arithmetic that keeps TensorFlow's dtype rules: the target must have the output's dtype. */
export function binaryCrossentropy(c: CallContext, target: TensorValue, given: TensorValue, fromLogits: boolean): TensorValue {
  const logits = rememberedLogits(c, given, 'sigmoid');
  if (fromLogits || logits !== undefined) return sigmoidCrossEntropy(c, target, logits ?? given);
  const output = clipProbabilities(c, given);
  const positive = multiply(c, target, c.emit('log', [add(c, output, epsilon(c))]));
  const negative = multiply(c, rsubtract(c, 1, target), c.emit('log', [add(c, rsubtract(c, 1, output), epsilon(c))]));
  return c.emit('negate', [add(c, positive, negative)]);
}

function normalized(c: CallContext, output: TensorValue, axis: number): TensorValue {
  return divide(c, output, sum(c, output, [axis], true));
}

function requireCompatible(c: CallContext, target: TensorValue, output: TensorValue): void {
  if (compareShapes(target.type.shape, output.type.shape) === 'different') {
    c.fail(failure('shape-mismatch', 'shape', 'target and output must have the same shape'), [target, output]);
  }
}

export function categoricalCrossentropy(
  c: CallContext,
  target: TensorValue,
  given: TensorValue,
  fromLogits: boolean,
  axis: number,
): TensorValue {
  requireCompatible(c, target, given);
  const logits = rememberedLogits(c, given, 'softmax');
  if (fromLogits || logits !== undefined) return softmaxCrossEntropy(c, cast(c, target, given.type.dtype), logits ?? given, axis);
  const output = clipProbabilities(c, normalized(c, given, axis));
  return c.emit('negate', [sum(c, multiply(c, target, c.emit('log', [output])), [axis])]);
}

export function sparseCategoricalCrossentropy(
  c: CallContext,
  labels: TensorValue,
  given: TensorValue,
  fromLogits: boolean,
  axis: number,
  ignored: number | null,
): TensorValue {
  const remembered = rememberedLogits(c, given, 'softmax');
  const scores = remembered ?? (fromLogits ? given : c.emit('log', [clipProbabilities(c, given)]));
  const output = moveAxis(c, scores, axisOf(c, scores, axis), rankOf(scores) - 1);
  const target = cast(c, labels, 'int64');
  const outer = output.type.shape.slice(0, -1);
  const reshaped = rankOf(target) !== rankOf(output) - 1;
  const flatTarget = reshaped ? flatten(c, target) : target;
  const flatOutput = reshaped ? reshape(c, output, [-1, dimAt(output, -1)]) : output;
  if (ignored !== null) return ignoring(c, flatTarget, flatOutput, ignored, outer);
  const loss = c.emit('sparseSoftmaxCrossEntropy', [flatTarget, flatOutput]);
  return reshaped && rankOf(output) >= 3 ? reshape(c, loss, outer) : loss;
}

/** Zero where the label is the ignored class. */
function ignoring(
  c: CallContext,
  target: TensorValue,
  output: TensorValue,
  ignored: number,
  outer: TensorValue['type']['shape'],
): TensorValue {
  const [labels, other] = pairInOrder(c, target, { kind: 'number', float: false, value: ignored });
  const valid = c.emit('notEqual', [labels, other]);
  const loss = c.emit('sparseSoftmaxCrossEntropy', [booleanMask(c, target, valid, 0), booleanMask(c, output, valid, 0)]);
  const mask = reshape(c, valid, outer);
  const result = c.emit('scatterNd', [nonzero(c, mask), loss], { shape: outer, kind: 'add' });
  setKerasMask(c.memory, result.node, mask.node);
  return result;
}

function relu(c: CallContext, x: TensorValue, alpha: number, most: number | null, threshold: number): TensorValue {
  if (alpha !== 0 && most === null && threshold === 0) return c.emit('leakyRelu', [x], { alpha });
  const negative =
    alpha === 0 ? null : c.emit('relu', [threshold === 0 ? c.emit('negate', [x]) : add(c, c.emit('negate', [x]), threshold)]);
  let result =
    threshold !== 0
      ? multiply(c, x, cast(c, c.emit('greater', [x, like(c, threshold, x)]), x.type.dtype))
      : c.emit(most === 6 ? 'relu6' : 'relu', [x]);
  if (most !== null && !(most === 6 && threshold === 0)) result = maximum(c, minimum(c, result, most), 0);
  return negative === null ? result : subtract(c, result, multiply(c, negative, alpha));
}
