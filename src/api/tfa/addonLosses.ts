/** Owns TensorFlow Addons' other losses (contrastive, focal, GIoU, pinball, sparsemax, kappa, sequences) and the table of `tfa.*`. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { api, dict, type TensorValue, type Value } from '../../value/value';
import { lossObject } from '../kerasLosses/lossObject';
import { binaryCrossentropy2 } from '../kerasLosses/probabilityLosses';
import { pairOf } from '../kerasLosses/regression';
import { TensorMath } from '../kerasLosses/tensorMath';
import { sparsemax } from '../kerasOps/activations';
import { type ApiTable, entry } from '../table';
import { indexAxis, reshape } from '../tensors';
import { DISTANCES, METRIC_LEARNING } from './metricLearning';

const contrastive = entry('y_true, y_pred, margin=1.0', (c, args) => {
  const { math: m, yTrue, yPred } = pairOf(c, args);
  const far = m.square(m.maximum(m.sub(args.number('margin'), yPred), 0));
  return m.add(m.mul(yTrue, m.square(yPred)), m.mul(m.sub(1, yTrue), far));
});

const focal = entry('y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False', (c, args) => {
  const { math: m, yTrue, yPred } = pairOf(c, args);
  const [alpha, gamma] = [args.optionalNumber('alpha') ?? 0, args.optionalNumber('gamma') ?? 0];
  if (gamma < 0) return c.fail(failure('argument', 'value', 'gamma must not be negative', { argument: 'gamma' }));
  const crossEntropy = binaryCrossentropy2(c, yTrue, yPred, args.bool('from_logits'));
  const probability = args.bool('from_logits') ? m.unary('sigmoid', yPred) : yPred;
  const rest = m.sub(1, yTrue);
  const correct = m.add(m.mul(yTrue, probability), m.mul(rest, m.sub(1, probability)));
  let weighted = crossEntropy;
  if (gamma !== 0) weighted = m.mul(m.pow(m.sub(1, correct), gamma), weighted);
  if (alpha !== 0) weighted = m.mul(m.add(m.mul(yTrue, alpha), m.mul(rest, 1 - alpha)), weighted);
  return m.sum(weighted, [-1]);
});

const pinball = entry('y_true, y_pred, tau=0.5', (c, args) => {
  const { math: m, yTrue, yPred } = pairOf(c, args);
  const tau = c.emit('expandDims', [m.converted(args.value('tau'), yPred.type.dtype)], { axis: 0 });
  const delta = m.sub(yTrue, yPred);
  return m.mean(m.maximum(m.mul(tau, delta), m.mul(m.sub(tau, 1), delta)), [-1]);
});

type Box = readonly TensorValue[];

/** Boxes as [ymin, xmin, ymax, xmax] on the last axis. */
const giou = entry("y_true, y_pred, mode='giou'", (c, args) => {
  const m = new TensorMath(c);
  const mode = args.string('mode');
  if (mode !== 'giou' && mode !== 'iou') return c.fail(failure('argument', 'value', "mode must be 'iou' or 'giou'", { argument: 'mode' }));
  const { yTrue, yPred } = pairOf(c, args);
  const floats = yPred.type.dtype.startsWith('float') ? yPred : m.cast(yPred, 'float32');
  const overlap = overlapOf(m, corners(c, floats), corners(c, m.cast(yTrue, floats.type.dtype)), mode);
  return m.sub(1, c.emit('squeeze', [overlap], { axes: null }));
});

function corners(c: CallContext, boxes: TensorValue): Box {
  if (boxes.type.shape.at(-1) !== 4) c.fail(failure('shape-mismatch', 'shape', 'boxes have four numbers on the last axis'), [boxes]);
  return [0, 1, 2, 3].map((i) => indexAxis(c, boxes, -1, i));
}

function area(m: TensorMath, box: Box): TensorValue {
  const [y0, x0, y1, x1] = box;
  if (!y0 || !x0 || !y1 || !x1) return m.context.unknown('a box');
  return m.mul(m.maximum(m.sub(x1, x0), 0), m.maximum(m.sub(y1, y0), 0));
}

function joined(m: TensorMath, a: Box, b: Box, low: 'maximum' | 'minimum', high: 'maximum' | 'minimum'): Box {
  return a.map((corner, i) => m.binary(i < 2 ? low : high, corner, b[i] ?? corner));
}

function overlapOf(m: TensorMath, a: Box, b: Box, mode: string): TensorValue {
  const intersection = area(m, joined(m, a, b, 'maximum', 'minimum'));
  const union = m.sub(m.add(area(m, a), area(m, b)), intersection);
  const iou = m.binary('divideNoNan', intersection, union);
  if (mode === 'iou') return iou;
  const enclosing = area(m, joined(m, a, b, 'minimum', 'maximum'));
  return m.sub(iou, m.binary('divideNoNan', m.sub(enclosing, union), enclosing));
}

function sparsemaxLoss(m: TensorMath, logits: TensorValue, sparsemax: TensorValue, labels: TensorValue): TensorValue {
  const summed = m.where(m.binary('greater', sparsemax, 0), m.mul(sparsemax, m.sub(logits, m.mul(sparsemax, 0.5))), 0);
  const inner = m.mul(labels, m.sub(m.mul(labels, 0.5), logits));
  const hidden = m.binary('logicalAnd', m.equal(labels, 0), m.unary('isInf', logits));
  return m.sum(m.add(summed, m.where(hidden, 0, inner)), [1]);
}

/** The weights of classes as they are apart, and the loss from the distribution of both sides. */
function kappa(c: CallContext, args: Args, yTrueValue: Value, yPredValue: Value): TensorValue {
  const m = new TensorMath(c);
  const [yTrue, yPred] = [m.cast(c.tensor(yTrueValue), 'float32'), m.cast(c.tensor(yPredValue), 'float32')];
  const classes = args.dim('num_classes');
  const labels = m.cast(c.emit('range', [], { start: 0, step: 1, size: classes, dtype: 'int32' }), 'float32');
  const [column, row] = [c.emit('expandDims', [labels], { axis: 1 }), c.emit('expandDims', [labels], { axis: 0 })];
  const weight = (x: TensorValue) => (args.string('weightage') === 'linear' ? m.abs(x) : m.square(x));
  const product = (a: TensorValue, b: TensorValue, transposeB = false) => c.emit('matmul', [a, b], { transposeA: false, transposeB });
  const numerator = m.sum(m.mul(weight(m.sub(product(yTrue, column), row)), yPred), null);
  const [truth, predicted] = [m.sum(yTrue, [0], true), m.sum(yPred, [0], true)];
  const denominator = m.sum(product(truth, product(weight(m.sub(column, row)), predicted, true)), null);
  const ratio = m.binary('divideNoNan', numerator, m.div(denominator, m.axisSize(yTrue, 0, 'float32')));
  return m.log(m.add(ratio, args.number('epsilon')));
}

const sequence = entry(
  'logits, targets, weights, average_across_timesteps=True, average_across_batch=True, sum_over_timesteps=False, sum_over_batch=False, softmax_loss_function=None, name=None',
  (c, args) => {
    const m = new TensorMath(c);
    const [logits, targets, weights] = [args.tensor('logits'), args.tensor('targets'), args.tensor('weights')];
    if (args.value('softmax_loss_function').kind !== 'none') return c.unknown('sequence_loss with its own softmax_loss_function');
    const sparse = targets.type.shape.length === 2;
    const losses = m.mul(c.emit(sparse ? 'sparseSoftmaxCrossEntropy' : 'softmaxCrossEntropy', [targets, logits]), weights);
    const flags = (name: string) => [args.bool(`${name}_timesteps`), args.bool(`${name}_batch`)] as const;
    const averaged = flags('average_across');
    const summed = flags('sum_over');
    const nonzero = m.cast(m.binary('notEqual', weights, 0), losses.type.dtype);
    const over = (axes: readonly number[] | null, by: TensorValue) => m.binary('divideNoNan', m.sum(losses, axes), m.sum(by, axes));
    if (averaged[0] && averaged[1]) return over(null, weights);
    if (summed[0] && summed[1]) return over(null, nonzero);
    if (averaged[0] || averaged[1]) return over([averaged[1] ? 0 : 1], weights);
    if (summed[0] || summed[1]) return over([summed[1] ? 0 : 1], nonzero);
    return reshape(c, losses, logits.type.shape.slice(0, 2));
  },
);

const FUNCTIONS: Readonly<Record<string, ApiEntry>> = {
  ...METRIC_LEARNING,
  contrastive_loss: contrastive,
  sigmoid_focal_crossentropy: focal,
  pinball_loss: pinball,
  giou_loss: giou,
  sparsemax_loss: entry('logits, sparsemax, labels, name=None', (c, args) =>
    sparsemaxLoss(new TensorMath(c), args.tensor('logits'), args.tensor('sparsemax'), args.tensor('labels')),
  ),
};

interface AddonClass {
  readonly wraps: string;
  readonly signature: string;
  /** The reduction where the signature has none. */
  readonly reduction?: string;
}

const END = "reduction='auto', name='*'";

const CLASSES: Readonly<Record<string, AddonClass>> = {
  ContrastiveLoss: { wraps: 'contrastive_loss', signature: "margin=1.0, reduction='sum_over_batch_size', name='contrastive_loss'" },
  SigmoidFocalCrossEntropy: {
    wraps: 'sigmoid_focal_crossentropy',
    signature: "from_logits=False, alpha=0.25, gamma=2.0, reduction='none', name='sigmoid_focal_crossentropy'",
  },
  GIoULoss: { wraps: 'giou_loss', signature: `mode='giou', ${END}` },
  PinballLoss: { wraps: 'pinball_loss', signature: `tau=0.5, ${END}` },
  LiftedStructLoss: { wraps: 'lifted_struct_loss', signature: 'margin=1.0, name=None, **kwargs', reduction: 'none' },
  NpairsLoss: { wraps: 'npairs_loss', signature: "name='npairs_loss'", reduction: 'none' },
  NpairsMultilabelLoss: { wraps: 'npairs_multilabel_loss', signature: "name='npairs_multilabel_loss'", reduction: 'none' },
  TripletSemiHardLoss: {
    wraps: 'triplet_semihard_loss',
    signature: "margin=1.0, distance_metric='L2', name=None, **kwargs",
    reduction: 'none',
  },
  TripletHardLoss: {
    wraps: 'triplet_hard_loss',
    signature: "margin=1.0, soft=False, distance_metric='L2', name=None, **kwargs",
    reduction: 'none',
  },
  SparsemaxLoss: { wraps: '', signature: "from_logits=True, reduction='sum_over_batch_size', name='sparsemax_loss'" },
  WeightedKappaLoss: {
    wraps: '',
    signature: "num_classes, weightage='quadratic', name='cohen_kappa_loss', epsilon=1e-6, reduction='none'",
  },
};

const SETTINGS = new Set(['reduction', 'name', '**kwargs']);

function addonClass(name: string, spec: AddonClass): ApiEntry {
  const parameters = spec.signature
    .split(', ')
    .map((part) => part.split('=')[0] ?? '')
    .filter((part) => !SETTINGS.has(part));
  return entry(spec.signature.replace("'*'", `'${spec.wraps}'`), (_c, args) => {
    const given = Object.fromEntries(parameters.map((parameter) => [parameter, args.value(parameter)]));
    const own: Value =
      spec.reduction === undefined ? args.value('reduction') : (args.keywords.reduction ?? { kind: 'string', value: spec.reduction });
    const reduction = own.kind === 'string' ? (own.value ?? 'none') : 'none';
    const settings = { reduction, reductionValue: own, name: args.value('name'), dtype: 'float32' as const };
    const formula = (c: CallContext, yTrue: Value, yPred: Value) => unreduced(c, name, spec, args, given, yTrue, yPred);
    const extra = { _fn_kwargs: dict(Object.entries(given)) };
    return lossObject({ type: `tfa.losses.${name}`, version: 2, settings, parameters: given, extra, aligns: false, formula });
  });
}

function unreduced(
  c: CallContext,
  name: string,
  spec: AddonClass,
  args: Args,
  given: Readonly<Record<string, Value>>,
  yTrue: Value,
  yPred: Value,
): Value {
  if (name === 'WeightedKappaLoss') return kappa(c, args, yTrue, yPred);
  if (name === 'SparsemaxLoss') {
    const logits = c.tensor(yPred);
    return sparsemaxLoss(
      new TensorMath(c),
      logits,
      sparsemax(new TensorMath(c), logits, -1, { asKeras: false }),
      new TensorMath(c).cast(c.tensor(yTrue), logits.type.dtype),
    );
  }
  const wrapped = FUNCTIONS[spec.wraps];
  return wrapped ? c.call({ kind: 'native', name: spec.wraps, entry: wrapped }, [yTrue, yPred], given) : c.unknown(`tfa.losses.${name}`);
}

export const ADDONS: ApiTable = {
  ...named('tfa.losses', FUNCTIONS),
  ...named('tfa.losses', Object.fromEntries(Object.entries(CLASSES).map(([name, spec]) => [name, addonClass(name, spec)]))),
  ...named('tfa.losses.metric_learning', DISTANCES),
  'tfa.seq2seq.sequence_loss': sequence,
  'tfa.activations.sparsemax': entry('logits, axis=-1', (c, args) =>
    sparsemax(new TensorMath(c), args.tensor('logits'), args.int('axis'), { asKeras: false }),
  ),
  'tfa.activations.mish': entry('x', (c, args) => c.call(api('tf_keras.activations.mish'), [args.value('x')])),
  'tfa.activations.gelu': entry('x, approximate=True', (c, args) =>
    c.call(api('tf_keras.activations.gelu'), [args.value('x'), args.value('approximate')]),
  ),
};

function named(prefix: string, entries: Readonly<Record<string, ApiEntry>>): ApiTable {
  return Object.fromEntries(Object.entries(entries).map(([name, made]) => [`${prefix}.${name}`, made]));
}
