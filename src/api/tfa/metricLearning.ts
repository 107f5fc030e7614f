/** Owns TensorFlow Addons' losses on embeddings: distances, triplets, lifted structures, n-pairs. */
import { failure } from '../../graph/primitive';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { l2Normalize, pairOf } from '../kerasLosses/regression';
import { TensorMath } from '../kerasLosses/tensorMath';
import { entry } from '../table';
import { expandDims, reshape, transpose } from '../tensors';

const turned = (m: TensorMath, x: TensorValue): TensorValue => transpose(m.context, x, [1, 0]);
const product = (m: TensorMath, a: TensorValue, b: TensorValue): TensorValue =>
  m.context.emit('matmul', [a, b], { transposeA: false, transposeB: true });

/** 1 off the diagonal, 0 on it. */
function offDiagonal(m: TensorMath, like: TensorValue): TensorValue {
  const size = like.type.shape[0] ?? 1;
  const places = m.context.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' });
  return m.cast(m.binary('notEqual', expandDims(m.context, places, 1), expandDims(m.context, places, 0)), like.type.dtype);
}

/** Distances between all rows; exactly 0 on the diagonal, and with a safe gradient where rows are equal. */
function pairwiseDistance(m: TensorMath, feature: TensorValue, squared: boolean): TensorValue {
  const norms = m.sum(m.square(feature), [1], true);
  const distances = m.maximum(m.sub(m.add(norms, turned(m, norms)), m.mul(product(m, feature, feature), 2)), 0);
  const zero = m.binary('lessEqual', distances, 0);
  const rooted = squared ? distances : m.unary('sqrt', m.add(distances, m.mul(m.cast(zero, 'float32'), 1e-16)));
  return m.mul(m.mul(rooted, m.cast(m.unary('logicalNot', zero), 'float32')), offDiagonal(m, rooted));
}

function angularDistance(m: TensorMath, feature: TensorValue): TensorValue {
  const unit = l2Normalize(m, feature, [1]);
  return m.maximum(m.sub(1, product(m, unit, unit)), 0);
}

function distancesOf(m: TensorMath, embeddings: TensorValue, metric: Value): TensorValue {
  const name = metric.kind === 'string' ? metric.value : undefined;
  if (name === 'L2' || name === 'squared-L2') return pairwiseDistance(m, embeddings, name !== 'L2');
  if (name === 'angular') return angularDistance(m, embeddings);
  return metric.kind === 'string' ? m.context.unknown('this distance_metric') : m.context.tensor(m.context.call(metric, [embeddings]));
}

/** Which pairs share their label, (B, B). */
function adjacencyOf(m: TensorMath, given: TensorValue): TensorValue {
  const labels = reshape(m.context, given, [given.type.shape[0] ?? 1, 1]);
  return m.equal(labels, turned(m, labels));
}

function maskedMaximum(m: TensorMath, data: TensorValue, mask: TensorValue, axis: number): TensorValue {
  const low = m.reduce('min', data, [axis], true);
  return m.add(m.reduce('max', m.mul(m.sub(data, low), mask), [axis], true), low);
}

function maskedMinimum(m: TensorMath, data: TensorValue, mask: TensorValue, axis: number): TensorValue {
  const high = m.reduce('max', data, [axis], true);
  return m.add(m.reduce('min', m.mul(m.sub(data, high), mask), [axis], true), high);
}

interface Embedded {
  readonly m: TensorMath;
  readonly distances: TensorValue;
  readonly adjacency: TensorValue;
  readonly strangers: TensorValue;
  /** Pairs of the same label, a sample with itself left out. */
  readonly positives: TensorValue;
}

function embedded(c: CallContext, labels: TensorValue, embeddings: TensorValue, metric: Value): Embedded {
  const m = new TensorMath(c);
  const distances = distancesOf(m, embeddings, metric);
  const adjacency = adjacencyOf(m, labels);
  const strangers = m.unary('logicalNot', adjacency);
  const positives = m.mul(m.cast(adjacency, 'float32'), offDiagonal(m, distances));
  return { m, distances, adjacency, strangers, positives };
}

/** Anchors i, positives k, negatives j: the nearest negative farther than the positive, else the farthest negative. */
function semihard(c: CallContext, args: Args): TensorValue {
  const { m, distances, strangers, positives } = embedded(c, args.tensor('y_true'), args.tensor('y_pred'), args.value('distance_metric'));
  const [byNegative, byPositive] = [expandDims(c, distances, 1), expandDims(c, distances, 2)];
  const mask = m.binary('logicalAnd', expandDims(c, strangers, 1), m.binary('greater', byNegative, byPositive));
  const found = m.reduce('any', mask, [2]);
  const wide = c.emit('broadcastTo', [byNegative], { shape: mask.type.shape });
  const outside = c.emit('squeeze', [maskedMinimum(m, wide, m.cast(mask, 'float32'), 2)], { axes: [2] });
  const inside = c.emit('broadcastTo', [maskedMaximum(m, distances, m.cast(strangers, 'float32'), 1)], { shape: distances.type.shape });
  const loss = m.add(m.sub(distances, m.where(found, outside, inside)), args.number('margin'));
  return m.div(m.sum(m.maximum(m.mul(loss, positives), 0), null), m.sum(positives, null));
}

function hard(c: CallContext, args: Args): TensorValue {
  const { m, distances, strangers, positives } = embedded(c, args.tensor('y_true'), args.tensor('y_pred'), args.value('distance_metric'));
  const nearest = maskedMinimum(m, distances, m.cast(strangers, 'float32'), 1);
  const farthest = maskedMaximum(m, distances, positives, 1);
  const difference = m.sub(farthest, nearest);
  const soft = args.bool('soft');
  return m.mean(soft ? m.unary('log1p', m.unary('exp', difference)) : m.maximum(m.add(difference, args.number('margin')), 0), null);
}

function lifted(c: CallContext, args: Args): TensorValue {
  const { m, distances, strangers, positives } = embedded(c, args.tensor('labels'), args.tensor('embeddings'), {
    kind: 'string',
    value: 'L2',
  });
  const difference = m.sub(args.number('margin'), distances);
  const mask = m.cast(strangers, 'float32');
  const maxima = maskedMaximum(m, difference, mask, 1);
  const largest = m.maximum(maxima, turned(m, maxima));
  const shifted = m.unary('exp', m.sub(expandDims(c, difference, 0), expandDims(c, turned(m, largest), 2)));
  const left = m.sum(m.mul(shifted, expandDims(c, mask, 0)), [2]);
  const loss = m.add(m.add(largest, m.log(m.add(left, turned(m, left)))), distances);
  const total = m.mul(m.sum(m.square(m.maximum(m.mul(loss, positives), 0)), null), 0.25);
  return m.div(total, m.div(m.sum(positives, null), 2));
}

function overPairs(m: TensorMath, labels: TensorValue, similarity: TensorValue): TensorValue {
  const shares = m.div(labels, m.sum(labels, [1], true));
  return m.mean(m.context.emit('softmaxCrossEntropy', [shares, similarity]), null);
}

function npairs(c: CallContext, args: Args): TensorValue {
  const { math: m, yTrue, yPred } = pairOf(c, args);
  if (yTrue.type.shape.length !== 1) return c.fail(failure('rank', 'shape', 'npairs_loss takes labels of one axis'), [yTrue]);
  return overPairs(m, m.cast(m.equal(expandDims(c, yTrue, 1), expandDims(c, yTrue, 0)), yPred.type.dtype), yPred);
}

function npairsMultilabel(c: CallContext, args: Args): TensorValue {
  const { math: m, yTrue, yPred } = pairOf(c, args);
  return overPairs(m, product(m, yTrue, yTrue), yPred);
}

const feature = (f: (m: TensorMath, x: TensorValue, args: Args) => TensorValue, signature: string) =>
  entry(signature, (c, args) => f(new TensorMath(c), args.tensor('feature'), args));

export const METRIC_LEARNING = {
  triplet_semihard_loss: entry("y_true, y_pred, margin=1.0, distance_metric='L2'", semihard),
  triplet_hard_loss: entry("y_true, y_pred, margin=1.0, soft=False, distance_metric='L2'", hard),
  lifted_struct_loss: entry('labels, embeddings, margin=1.0', lifted),
  npairs_loss: entry('y_true, y_pred', npairs),
  npairs_multilabel_loss: entry('y_true, y_pred', npairsMultilabel),
} as const;

export const DISTANCES = {
  pairwise_distance: feature((m, x, args) => pairwiseDistance(m, x, args.bool('squared')), 'feature, squared=False'),
  angular_distance: feature(angularDistance, 'feature'),
} as const;
