/** Owns keras.losses.ctc: connectionist temporal classification with class 0 as the blank and as the padding of labels. */
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { TensorMath } from './tensorMath';

export interface CtcInputs {
  /** (B, L) labels. */
  readonly labels: TensorValue;
  /** (B, T, C). */
  readonly logits: TensorValue;
  /** (B,) each. */
  readonly labelLength: TensorValue;
  readonly logitLength: TensorValue;
  readonly blank: number;
}

/** The loss of each sequence, (B,). */
export function ctcLoss(c: CallContext, inputs: CtcInputs): TensorValue {
  const m = new TensorMath(c);
  const integers = [inputs.labels, inputs.labelLength, inputs.logitLength].map((x) => m.cast(x, 'int32'));
  const [labels = inputs.labels, labelLength = inputs.labelLength, logitLength = inputs.logitLength] = integers;
  return c.emit('ctcLoss', [labels, inputs.logits, labelLength, logitLength], { blankIndex: inputs.blank });
}

const ctc = entry('y_true, y_pred', (c, args) => {
  const m = new TensorMath(c);
  const [labels, logits] = [args.tensor('y_true'), args.tensor('y_pred')];
  requireRank(c, labels, 2, 'the targets of ctc must have the shape (batch, labels)');
  requireRank(c, logits, 3, 'the logits of ctc must have the shape (batch, steps, classes)');
  const labelLength = m.sum(m.cast(m.binary('notEqual', labels, 0), 'int32'), [-1]);
  const steps = m.axisSize(logits, 1, 'int32');
  const logitLength = c.emit('broadcastTo', [steps], { shape: logits.type.shape.slice(0, 1) });
  return ctcLoss(c, { labels, logits: m.cast(logits, 'float32'), labelLength, logitLength, blank: 0 });
});

function requireRank(c: CallContext, x: TensorValue, rank: number, message: string): void {
  if (x.type.shape.length !== rank) c.fail(failure('rank', 'shape', message), [x]);
}

export const CTC = { ctc } as const;
