/** Owns Keras 3's losses on overlaps and embeddings: dice, tversky, circle and generalised cross-entropy. */
import { setKerasMask } from '../../keras/mask';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { entry } from '../table';
import { pairOf } from './regression';
import { EPSILON, TensorMath } from './tensorMath';

const dice = entry('y_true, y_pred, axis=None', (context, args) => {
  const { math, yTrue, yPred } = pairOf(context, args);
  const axes = args.axes('axis');
  const intersection = math.sum(math.mul(yTrue, yPred), axes);
  const total = math.add(math.add(math.sum(yTrue, axes), math.sum(yPred, axes)), EPSILON);
  return math.sub(1, math.div(math.mul(intersection, 2), total));
});

const tversky = entry('y_true, y_pred, alpha=0.5, beta=0.5, axis=None', (context, args) => {
  const { math, yTrue, yPred } = pairOf(context, args);
  const axes = args.axes('axis');
  const intersection = math.sum(math.mul(yTrue, yPred), axes);
  const positive = math.sum(math.mul(math.sub(1, yPred), yTrue), axes);
  const negative = math.sum(math.mul(yPred, math.sub(1, yTrue)), axes);
  const weighted = math.add(math.mul(positive, args.number('alpha')), math.mul(negative, args.number('beta')));
  return math.sub(1, math.div(intersection, math.add(math.add(intersection, weighted), EPSILON)));
});

const circle = entry(
  'y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4',
  (context, args) => {
    const math = new TensorMath(context);
    const yPred = args.tensor('y_pred');
    const labels = math.cast(args.tensor('y_true'), 'int32');
    const refEmbeddings = args.value('ref_embeddings').kind === 'none' ? yPred : args.tensor('ref_embeddings');
    const refLabels = args.value('ref_labels').kind === 'none' ? labels : math.cast(args.tensor('ref_labels'), 'int32');
    const [gamma, margin] = [args.number('gamma'), args.number('margin')];
    const distances = math.maximum(
      math.sub(1, context.emit('matmul', [yPred, reversed(context, refEmbeddings)], { transposeA: false, transposeB: false })),
      0,
    );
    const masks = pairMasks(math, labels, refLabels, args.bool('remove_diagonal'));
    const { dtype } = distances.type;
    const positiveWeights = math.maximum(math.mul(math.add(distances, margin), math.cast(masks.positive, dtype)), 0);
    const negativeWeights = math.maximum(math.mul(math.sub(1 + margin, distances), math.cast(masks.negative, dtype)), 0);
    const positive = math.mul(math.mul(positiveWeights, -gamma), math.sub(margin, distances));
    const negative = math.mul(math.mul(negativeWeights, gamma), math.sub(1 - margin, distances));
    const total = (mask: TensorValue, value: TensorValue) =>
      math.reduce('logsumexp', math.where(mask, value, Number.NEGATIVE_INFINITY), [1]);
    const loss = math.unary('softplus', math.add(total(masks.positive, positive), total(masks.negative, negative)));
    setKerasMask(context.memory, loss.node, math.binary('greater', loss, 0).node);
    return loss;
  },
);

function reversed(context: CallContext, x: TensorValue): TensorValue {
  return context.emit('transpose', [x], { permutation: x.type.shape.map((_, axis) => x.type.shape.length - 1 - axis) });
}

/** keras.utils.numerical_utils.build_pos_neg_masks: which pairs share their label; a pair of a sample with itself is left out. */
function pairMasks(math: TensorMath, query: TensorValue, key: TensorValue, removeDiagonal: boolean) {
  const { context } = math;
  const column = (x: TensorValue) => (x.type.shape.length === 1 ? context.emit('reshape', [x], { shape: [-1, 1] }) : x);
  const same = math.equal(column(query), reversed(context, column(key)));
  const negative = math.unary('logicalNot', same);
  if (!removeDiagonal) return { positive: same, negative };
  const [rows, columns] = [context.build.shape(same.node)[0] ?? 1, context.build.shape(same.node)[1] ?? 1];
  const position = (size: typeof rows, axis: 0 | 1) =>
    context.emit('expandDims', [context.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' })], { axis: axis === 0 ? 1 : 0 });
  const elsewhere = math.binary('notEqual', position(rows, 0), position(columns, 1));
  return { positive: math.binary('logicalAnd', same, elsewhere), negative };
}

const generalized = entry('y_true, y_pred, q', (context, args) => {
  const math = new TensorMath(context);
  const yPred = args.tensor('y_pred');
  const indices = math.cast(args.tensor('y_true'), 'int32');
  const depth = yPred.type.shape.at(-1) ?? 1;
  const oneHot = context.emit('oneHot', [indices], { depth, onValue: 1, offValue: 0, axis: -1, dtype: yPred.type.dtype });
  const probability = math.sum(math.mul(yPred, oneHot), [-1]);
  const q = args.number('q');
  return math.div(math.sub(1, math.pow(probability, q)), q);
});

export const OVERLAP = { dice, tversky, circle, categorical_generalized_cross_entropy: generalized } as const;
