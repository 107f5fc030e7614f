/** Owns connectionist temporal classification: the forward recursion over time in log space, as a composition. */
import { failure } from '../../graph/primitive';
import { dimText } from '../../shape/dim';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { TensorMath } from './tensorMath';

/** Stands for log 0 where -inf would make gradients NaN. */
const IMPOSSIBLE = -1e30;

export interface CtcInputs {
  /** (B, L) integer labels. */
  readonly labels: TensorValue;
  /** (B, T, C). */
  readonly logits: TensorValue;
  /** (B,) each. */
  readonly labelLength: TensorValue;
  readonly logitLength: TensorValue;
  readonly blank: number;
}

/** The loss of each sequence, (B,). With an unknown number of steps the recursion stands as one `ctcSteps` gap: only shapes are known then. */
export function ctcLoss(context: CallContext, inputs: CtcInputs): TensorValue {
  const math = new TensorMath(context);
  const logProbabilities = context.emit('logSoftmax', [inputs.logits], { axis: -1 });
  const [batch, steps] = [inputs.logits.type.shape[0] ?? 1, inputs.logits.type.shape[1] ?? 1];
  const labelCount = inputs.labels.type.shape[1] ?? 0;
  if (typeof steps !== 'number' || typeof labelCount !== 'number') return shapeOnly(math, inputs, logProbabilities);
  const states = 2 * labelCount + 1;
  const extended = extendedLabels(math, inputs, batch, labelCount);
  const emissions = context.emit('gather', [logProbabilities, extended], { axis: 2, batchDims: 1 });
  const at = (t: number) =>
    context.emit('squeeze', [context.emit('slice', [emissions], { start: [0, t, 0], size: [batch, 1, states], step: [1, 1, 1] })], {
      axes: [1],
    });
  const skip = skippable(math, extended, inputs.blank, batch, states);
  let alpha = math.where(indicesBelow(context, states, Math.min(2, states)), at(0), IMPOSSIBLE);
  for (let t = 1; t < steps; t++) {
    const running = math.binary('less', math.scalar(t, 'int32'), math.cast(inputs.logitLength, 'int32'));
    const next = advance(math, alpha, at(t), skip, batch, states);
    alpha = math.where(context.emit('expandDims', [running], { axis: 1 }), next, alpha);
  }
  return math.neg(finalScore(math, alpha, math.cast(inputs.labelLength, 'int32')));
}

/** blank, l1, blank, l2, …, blank */
function extendedLabels(math: TensorMath, inputs: CtcInputs, batch: CtcDim, labelCount: number): TensorValue {
  const { context } = math;
  const labels = math.cast(inputs.labels, 'int32');
  const blanks = context.emit('fill', [], { value: inputs.blank, shape: [batch, labelCount], dtype: 'int32' });
  const pairs = context.emit('stack', [blanks, labels], { axis: 2 });
  const flat = context.emit('reshape', [pairs], { shape: [batch, 2 * labelCount] });
  return context.emit('concat', [flat, context.emit('fill', [], { value: inputs.blank, shape: [batch, 1], dtype: 'int32' })], { axis: 1 });
}

type CtcDim = TensorValue['type']['shape'][number];

/** States reached by skipping the blank before them: labels that differ from the label two states back. */
function skippable(math: TensorMath, extended: TensorValue, blank: number, batch: CtcDim, states: number): TensorValue {
  const { context } = math;
  const shifted = shift(context, extended, 2, -1, batch, states);
  const label = math.binary('notEqual', extended, blank);
  return math.binary('logicalAnd', label, math.binary('notEqual', extended, shifted));
}

/** Moves the states to the right; what enters has the given value. */
function shift(context: CallContext, x: TensorValue, by: number, value: number, batch: CtcDim, states: number): TensorValue {
  const padded = context.emit('pad', [x], {
    paddings: [
      [0, 0],
      [by, 0],
    ],
    mode: 'constant',
    value,
  });
  return context.emit('slice', [padded], { start: [0, 0], size: [batch, states], step: [1, 1] });
}

function advance(
  math: TensorMath,
  alpha: TensorValue,
  emission: TensorValue,
  skip: TensorValue,
  batch: CtcDim,
  states: number,
): TensorValue {
  const { context } = math;
  const one = shift(context, alpha, 1, IMPOSSIBLE, batch, states);
  const two = math.where(skip, shift(context, alpha, 2, IMPOSSIBLE, batch, states), IMPOSSIBLE);
  const sources = context.emit('stack', [alpha, one, two], { axis: 0 });
  return math.add(math.reduce('logsumexp', sources, [0]), emission);
}

/** Sequences end in their last label or in the blank after it. */
function finalScore(math: TensorMath, alpha: TensorValue, labelLength: TensorValue): TensorValue {
  const { context } = math;
  const last = math.mul(labelLength, 2);
  const at = (index: TensorValue) =>
    context.emit('squeeze', [context.emit('takeAlongAxis', [alpha, context.emit('expandDims', [index], { axis: 1 })], { axis: 1 })], {
      axes: [1],
    });
  const blankEnd = at(last);
  const labelEnd = math.where(math.binary('greater', labelLength, 0), at(math.maximum(math.sub(last, 1), 0)), IMPOSSIBLE);
  return math.reduce('logsumexp', context.emit('stack', [blankEnd, labelEnd], { axis: 0 }), [0]);
}

function indicesBelow(context: CallContext, states: number, limit: number): TensorValue {
  return context.wrap(
    context.build.constant(
      Array.from({ length: states }, (_, i) => Number(i < limit)),
      [states],
      'bool',
    ),
  );
}

/** A stand-in with the right shape, and a gradient path to the logits. */
function shapeOnly(math: TensorMath, inputs: CtcInputs, logProbabilities: TensorValue): TensorValue {
  if (math.context.mode === 'run') math.context.unknown(`CTC over ${dimText(inputs.logits.type.shape[1] ?? 1)} steps is not known`);
  return math.neg(math.reduce('min', logProbabilities, [1, 2]));
}

const ctc: ApiEntry = entry('y_true, y_pred', (context, args) => {
  const math = new TensorMath(context);
  const [labels, logits] = [args.tensor('y_true'), args.tensor('y_pred')];
  requireRank(context, labels, 2, 'the targets of ctc must have the shape (batch, labels)');
  requireRank(context, logits, 3, 'the logits of ctc must have the shape (batch, steps, classes)');
  const labelLength = math.sum(math.cast(math.binary('notEqual', labels, 0), 'int32'), [-1]);
  const batch = logits.type.shape[0] ?? 1;
  const steps = logits.type.shape[1] ?? 1;
  const logitLength =
    typeof steps === 'number'
      ? context.emit('fill', [], { value: steps, shape: [batch], dtype: 'int32' })
      : context.emit('broadcastTo', [context.wrap(context.build.dims([steps], []))], { shape: [batch] });
  return ctcLoss(context, { labels, logits: math.cast(logits, 'float32'), labelLength, logitLength, blank: 0 });
});

function requireRank(context: CallContext, x: TensorValue, rank: number, message: string): void {
  if (x.type.shape.length !== rank) context.fail(failure('rank', 'shape', message), [x]);
}

export const CTC = { ctc } as const;
