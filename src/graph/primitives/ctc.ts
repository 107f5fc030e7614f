/**
 * Owns the connectionist temporal classification loss: ctcLoss(labels (B, L), logits (B, T, C), labelLengths (B,), logitLengths (B,)) → (B,),
 * and its gradient by the logits, ctcGradient. No second derivative, as in TensorFlow. `sparse`: as
 * tf.compat.v1.nn.ctc_loss (and K.ctc_batch_cost) has it: a label longer than its logits is an error, one that cannot be aligned costs infinity;
 * in tf.nn.ctc_loss either costs about 707.
 */

import type { TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import type { Failure, Primitive } from '../primitive';
import { booleanAttr, numberAttr, sizes } from './attrs';
import { checkRank, checkSizes, typeAt } from './checks';
import { type CtcSample, ctcSample, LOG_0 } from './ctcSample';
import { elementsOf, type Kernel, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { checkDtype, FLOATS, firstFailure, INTEGERS } from './inferring';

function refused(types: readonly TensorType[]): Failure | undefined {
  const [labels, logits, labelLengths, logitLengths] = [typeAt(types, 0), typeAt(types, 1), typeAt(types, 2), typeAt(types, 3)];
  const ranks = firstFailure(
    checkRank(labels, 2, 'the labels of ctc_loss'),
    checkRank(logits, 3, 'the logits of ctc_loss'),
    checkRank(labelLengths, 1, 'the label lengths of ctc_loss'),
    checkRank(logitLengths, 1, 'the logit lengths of ctc_loss'),
    checkDtype('ctc_loss', logits.dtype, FLOATS),
    checkDtype('the labels of ctc_loss', labels.dtype, INTEGERS),
  );
  if (ranks) return ranks;
  const batch = logits.shape[0] ?? 1;
  return firstFailure(
    ...[labels, labelLengths, logitLengths].map((type) =>
      checkSizes(type.shape[0] ?? 1, batch, 'ctc_loss: the batch sizes of labels, logits and lengths'),
    ),
  );
}

/** Both outputs in one pass over the batch: losses, and gradients where `gradients` is given. */
const kernel =
  (wanted: 'loss' | 'gradient'): Kernel =>
  (inputs, context) => {
    const [labels, logits, labelLengths, logitLengths] = [0, 1, 2, 3].map((i) => Float64Array.from(elementsOf(inputs, i)));
    const [batch = 0, frames = 0, classes = 0] = tensorAt(inputs, 1).shape;
    const sparse = booleanAttr(context.attrs, 'sparse');
    const most = tensorAt(inputs, 0).shape[1] ?? 0;
    const out = new Float64Array(product(sizes(context.outputType.shape)));
    const width = batch > 0 ? out.length / batch : 0;
    for (let b = 0; b < batch; b++) {
      const sample: CtcSample = {
        labels: labels?.subarray(b * most, (b + 1) * most) ?? new Float64Array(),
        logits: logits?.subarray(b * frames * classes, (b + 1) * frames * classes) ?? new Float64Array(),
        labelLength: labelLengths?.[b] ?? 0,
        logitLength: logitLengths?.[b] ?? 0,
        classes,
        blank: numberAttr(context.attrs, 'blankIndex', 0),
        logZero: sparse ? Number.NEGATIVE_INFINITY : LOG_0,
      };
      if (sparse) checkFrames(sample);
      const { loss, gradient } = ctcSample(sample);
      out.set(wanted === 'loss' ? [loss] : gradient, b * width);
    }
    return resultOf(context, out);
  };

function checkFrames({ labelLength, logitLength }: CtcSample): void {
  if (labelLength <= logitLength) return;
  throw new KernelError('value', `Not enough time for target transition sequence (required: ${labelLength}, available: ${logitLength})`);
}

const ctcLoss: Primitive = {
  name: 'ctcLoss',
  infer: (types) => refused(types) ?? { shape: typeAt(types, 1).shape.slice(0, 1), dtype: typeAt(types, 1).dtype },
  gradient: ({ build, inputs, dy, attrs }) => {
    const slope = build.emit('ctcGradient', inputs, attrs);
    return [null, build.multiply(build.reshape(dy, [...build.shape(dy), 1, 1]), slope), null, null];
  },
  range: () => ({ low: 0, high: Number.POSITIVE_INFINITY, integral: false, nan: false }),
  kernel: kernel('loss'),
};

const ctcGradient: Primitive = {
  name: 'ctcGradient',
  infer: (types) => refused(types) ?? typeAt(types, 1),
  kernel: kernel('gradient'),
};

export const CTC: readonly Primitive[] = [ctcLoss, ctcGradient];
