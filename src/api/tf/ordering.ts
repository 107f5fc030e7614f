/** Owns TensorFlow's sorting, top-k, segments, counting and histograms. */

import { failure } from '../../graph/primitive';
import type { Dim } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, divide, flatten, maximum, minimum, multiply, rankOf, subtract } from '../tensors';

type Direction = 'ascending' | 'descending';

/** Positions that sort along an axis. */
export function sortIndices(c: CallContext, x: TensorValue, axis: number, direction: Direction, stable = true): TensorValue {
  return c.emit('sortIndices', [x], { axis: axisOf(c, x, axis), direction, stable });
}

export function sorted(c: CallContext, x: TensorValue, axis: number, direction: Direction): TensorValue {
  return c.emit('takeAlongAxis', [x, sortIndices(c, x, axis, direction)], { axis: axisOf(c, x, axis) });
}

export function topK(c: CallContext, x: TensorValue, k: Dim): { readonly values: TensorValue; readonly indices: TensorValue } {
  if (typeof k === 'number' && k < 0) return c.fail(failure('argument', 'value', `k must not be negative, but is ${k}`), [x]);
  const indices = c.emit('topKIndices', [x], { k });
  return { values: c.emit('takeAlongAxis', [x, indices], { axis: rankOf(x) - 1 }), indices };
}

const segmentEntry = (kind: string): ApiEntry =>
  entry('data, segment_ids, name=None', (c, a) => {
    const ids = a.tensor('segment_ids');
    return c.emit('segment', [a.tensor('data'), ids], { kind, num: idCount(c, ids), sorted: true });
  });

const unsortedEntry = (kind: string): ApiEntry =>
  entry('data, segment_ids, num_segments, name=None', (c, a) =>
    c.emit('segment', [a.tensor('data'), a.tensor('segment_ids')], { kind, num: a.dim('num_segments'), sorted: false }),
  );

/** One more than the largest id. */
function idCount(c: CallContext, ids: TensorValue): Dim {
  const numbers = c.numbers(ids);
  if (numbers === undefined) return c.freshDim('n');
  return Array.from(numbers).reduce((most, id) => Math.max(most, id + 1), 0);
}

const direction = (c: CallContext, text: string): Direction => {
  if (text === 'DESCENDING') return 'descending';
  return text === 'ASCENDING'
    ? 'ascending'
    : c.fail(failure('argument', 'value', `direction must be ASCENDING or DESCENDING, not ${text}`));
};

export const ORDERING: ApiTable = {
  'tf.sort': entry("values, axis=-1, direction='ASCENDING', name=None", (c, a) =>
    sorted(c, a.tensor('values'), a.int('axis'), direction(c, a.string('direction'))),
  ),
  'tf.argsort': entry("values, axis=-1, direction='ASCENDING', stable=False, name=None", (c, a) =>
    sortIndices(c, a.tensor('values'), a.int('axis'), direction(c, a.string('direction'))),
  ),
  'tf.math.top_k tf.nn.top_k': entry('input, k=1, sorted=True, index_type=tf.int32, name=None', (c, a) => {
    const { values, indices } = topK(c, a.tensor('input'), a.dim('k'));
    return { kind: 'tuple', items: [values, cast(c, indices, a.dtype('index_type'))], fields: ['values', 'indices'] };
  }),
  'tf.math.approx_max_k tf.math.approx_min_k': entry('operand, k, reduction_dimension=-1, name=None', (c) =>
    c.unknown('approximate top-k is not followed'),
  ),
  'tf.math.in_top_k tf.nn.in_top_k': entry('targets, predictions, k, name=None', (c, a) =>
    c.emit('inTopK', [a.tensor('targets'), a.tensor('predictions')], { k: a.int('k') }),
  ),
  'tf.math.segment_sum': segmentEntry('sum'),
  'tf.math.segment_mean': segmentEntry('mean'),
  'tf.math.segment_prod': segmentEntry('prod'),
  'tf.math.segment_max': segmentEntry('max'),
  'tf.math.segment_min': segmentEntry('min'),
  'tf.math.unsorted_segment_sum': unsortedEntry('sum'),
  'tf.math.unsorted_segment_mean': unsortedEntry('mean'),
  'tf.math.unsorted_segment_prod': unsortedEntry('prod'),
  'tf.math.unsorted_segment_max': unsortedEntry('max'),
  'tf.math.unsorted_segment_min': unsortedEntry('min'),
  'tf.math.unsorted_segment_sqrt_n': unsortedEntry('sqrtN'),
  'tf.math.bincount': entry(
    'arr, weights=None, minlength=None, maxlength=None, dtype=tf.int32, name=None, axis=None, binary_output=False',
    (c, a) => {
      const values = a.tensor('arr');
      const weights = a.value('weights').kind === 'none' ? [] : [a.tensor('weights')];
      const least = a.value('minlength').kind === 'none' ? 0 : a.dim('minlength');
      const most = a.value('maxlength').kind === 'none' ? null : a.dim('maxlength');
      const size = binCount(c, values, least, most);
      return c.emit('bincount', [values, ...weights], {
        size,
        dtype: a.dtype('dtype'),
        axis: a.optionalInt('axis'),
        binary: a.bool('binary_output'),
      });
    },
  ),
  'tf.math.confusion_matrix': entry('labels, predictions, num_classes=None, weights=None, dtype=tf.int32, name=None', (c, a) => {
    const labels = cast(c, a.tensor('labels'), 'int64');
    const predictions = cast(c, a.tensor('predictions'), 'int64');
    const classes =
      a.value('num_classes').kind === 'none'
        ? binCount(c, c.emit('concat', [labels, predictions], { axis: 0 }), 0, null)
        : a.dim('num_classes');
    return confusionMatrix(
      c,
      labels,
      predictions,
      classes,
      a.value('weights').kind === 'none' ? null : a.tensor('weights'),
      a.dtype('dtype'),
    );
  }),
  'tf.histogram_fixed_width': entry('values, value_range, nbins=100, dtype=tf.int32, name=None', (c, a) => {
    const bins = a.int('nbins');
    const indices = binIndices(c, a.tensor('values'), a.tensor('value_range', a.tensor('values').type.dtype), bins);
    return c.emit('bincount', [flatten(c, indices)], { size: bins, dtype: a.dtype('dtype') });
  }),
  'tf.histogram_fixed_width_bins': entry('values, value_range, nbins=100, dtype=tf.int32, name=None', (c, a) => {
    const values = a.tensor('values');
    return cast(c, binIndices(c, values, a.tensor('value_range', values.type.dtype), a.int('nbins')), a.dtype('dtype'));
  }),
};

function binCount(c: CallContext, values: TensorValue, least: Dim, most: Dim | null): Dim {
  if (most !== null && typeof most === 'number' && most === least) return most;
  const numbers = c.numbers(values);
  if (numbers === undefined || typeof least !== 'number' || (most !== null && typeof most !== 'number')) return c.freshDim('n');
  const needed = Math.max(
    least,
    Array.from(numbers).reduce((top, value) => Math.max(top, value + 1), 0),
  );
  return most === null ? needed : Math.min(needed, most);
}

function binIndices(c: CallContext, values: TensorValue, bounds: TensorValue, bins: number): TensorValue {
  const at = (index: number) => c.emit('gather', [bounds, c.wrap(c.build.scalar(index, 'int32'))], { axis: 0, batchDims: 0 });
  const scaled = divide(c, subtract(c, values, at(0)), subtract(c, at(1), at(0)));
  const index = cast(c, c.emit('floor', [multiply(c, scaled, bins)]), 'int32');
  return minimum(c, maximum(c, index, 0), bins - 1);
}

function confusionMatrix(
  c: CallContext,
  labels: TensorValue,
  predictions: TensorValue,
  classes: Dim,
  weights: TensorValue | null,
  dtype: DType,
): TensorValue {
  const indices = c.emit('stack', [labels, predictions], { axis: 1 });
  const updates = weights === null ? c.wrap(c.build.fill(1, predictions.type.shape, dtype)) : cast(c, weights, dtype);
  return c.emit('scatterNd', [indices, updates], { shape: [classes, classes], kind: 'add' });
}
