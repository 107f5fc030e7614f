/** Owns keras.metrics: accuracies and correlations as functions, and the metric classes, whose state is a running mean. */
import { squeezeOrExpandToSameRank } from '../../keras/align';
import { isFloat } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { NONE, type ObjectValue, type TensorValue, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { KERAS2_FUNCTIONS, KERAS3_FUNCTIONS } from './lossClasses';
import { alignedPair } from './regression';
import { EPSILON, TensorMath } from './tensorMath';

const PAIR = 'y_true, y_pred';
const rank = (x: TensorValue) => x.type.shape.length;
const argmaxLast = (m: TensorMath, x: TensorValue) => m.context.emit('argmax', [x], { axis: rank(x) - 1, dtype: 'int64' });

const binaryAccuracy3 = entry(`${PAIR}, threshold=0.5`, (c, args) => {
  const m = new TensorMath(c);
  const pair = squeezeOrExpandToSameRank(c.build, args.tensor('y_true').node, args.tensor('y_pred').node);
  const [yTrue, yPred] = [c.wrap(pair.a), c.wrap(pair.b)];
  const above = m.cast(
    m.binary('greater', m.cast(yPred, isFloat(yPred.type.dtype) ? yPred.type.dtype : 'float32'), args.number('threshold')),
    yTrue.type.dtype,
  );
  return m.cast(m.equal(yTrue, above), 'float32');
});

const binaryAccuracy2 = entry(`${PAIR}, threshold=0.5`, (c, args) => {
  const m = new TensorMath(c);
  const yPred = args.tensor('y_pred');
  const above = m.cast(m.binary('greater', yPred, args.number('threshold')), yPred.type.dtype);
  return m.mean(m.cast(m.equal(args.tensor('y_true'), above), 'float32'), [-1]);
});

/** Labels against the most likely class. */
function sparseMatches(m: TensorMath, yTrue: TensorValue, yPred: TensorValue): TensorValue {
  const labels =
    rank(yTrue) === rank(yPred) && yTrue.type.shape.at(-1) === 1 ? m.context.emit('squeeze', [yTrue], { axes: [rank(yTrue) - 1] }) : yTrue;
  return m.cast(m.equal(labels, m.cast(argmaxLast(m, yPred), labels.type.dtype)), 'float32');
}

const categoricalAccuracy = entry(PAIR, (c, args) => {
  const m = new TensorMath(c);
  return sparseMatches(m, argmaxLast(m, args.tensor('y_true')), args.tensor('y_pred'));
});

const sparseCategoricalAccuracy = entry(PAIR, (c, args) => sparseMatches(new TensorMath(c), args.tensor('y_true'), args.tensor('y_pred')));

/** Whether the label is among the k most likely classes, per sample. */
function topKMatches(m: TensorMath, labels: TensorValue, yPred: TensorValue, k: number): TensorValue {
  const flat = m.context.emit('reshape', [yPred], { shape: [-1, yPred.type.shape.at(-1) ?? 1] });
  const targets = m.cast(m.context.emit('reshape', [labels], { shape: [-1] }), 'int32');
  const matches = m.cast(m.context.emit('inTopK', [targets, flat], { k }), 'float32');
  return m.context.emit('reshape', [matches], { shape: labels.type.shape });
}

const topK = entry(`${PAIR}, k=5`, (c, args) => {
  const m = new TensorMath(c);
  return topKMatches(m, argmaxLast(m, args.tensor('y_true')), args.tensor('y_pred'), args.int('k'));
});

const sparseTopK = entry(`${PAIR}, k=5, from_sorted_ids=False`, (c, args) =>
  topKMatches(new TensorMath(c), args.tensor('y_true'), args.tensor('y_pred'), args.int('k')),
);

const accuracy = entry(PAIR, (c, args) => {
  const { math, yTrue, yPred } = alignedPair(c, args);
  return math.cast(math.equal(yTrue, yPred), 'float32');
});

const spread = (m: TensorMath, x: TensorValue, axes: readonly number[] | null) =>
  m.mean(m.square(m.sub(x, m.mean(x, axes, true))), axes, true);

const pearson = entry(`${PAIR}, axis=-1`, (c, args) => {
  const { math: m, yTrue, yPred } = alignedPair(c, args);
  const axes = args.axes('axis');
  const standard = (x: TensorValue) => {
    const centered = m.sub(x, m.mean(x, axes, true));
    return m.div(centered, m.unary('sqrt', spread(m, centered, axes)));
  };
  return m.mean(m.mul(standard(yTrue), standard(yPred)), axes);
});

const concordance = entry(`${PAIR}, axis=-1`, (c, args) => {
  const { math: m, yTrue, yPred } = alignedPair(c, args);
  const axes = args.axes('axis');
  const [trueMean, predMean] = [m.mean(yTrue, axes, true), m.mean(yPred, axes, true)];
  const variances = m.add(spread(m, m.sub(yTrue, trueMean), axes), spread(m, m.sub(yPred, predMean), axes));
  const covariance = m.mul(m.sub(yTrue, predMean), m.sub(yPred, predMean));
  const norm = m.add(variances, m.square(m.sub(trueMean, predMean)));
  return m.mean(m.div(m.mul(covariance, 2), m.add(norm, EPSILON)), axes);
});

const FUNCTIONS: Readonly<Record<2 | 3, Readonly<Record<string, ApiEntry>>>> = {
  2: {
    binary_accuracy: binaryAccuracy2,
    categorical_accuracy: categoricalAccuracy,
    sparse_categorical_accuracy: sparseCategoricalAccuracy,
    top_k_categorical_accuracy: topK,
    sparse_top_k_categorical_accuracy: sparseTopK,
    accuracy,
  },
  3: {
    binary_accuracy: binaryAccuracy3,
    categorical_accuracy: categoricalAccuracy,
    sparse_categorical_accuracy: sparseCategoricalAccuracy,
    top_k_categorical_accuracy: topK,
    sparse_top_k_categorical_accuracy: sparseTopK,
    pearson_correlation: pearson,
    concordance_correlation: concordance,
    accuracy,
  },
};

/** Classes that average a function over samples. */
const WRAPPED: Readonly<Record<string, string>> = {
  Accuracy: 'accuracy',
  BinaryAccuracy: 'binary_accuracy',
  CategoricalAccuracy: 'categorical_accuracy',
  SparseCategoricalAccuracy: 'sparse_categorical_accuracy',
  TopKCategoricalAccuracy: 'top_k_categorical_accuracy',
  SparseTopKCategoricalAccuracy: 'sparse_top_k_categorical_accuracy',
  MeanSquaredError: 'mean_squared_error',
  MeanAbsoluteError: 'mean_absolute_error',
  MeanAbsolutePercentageError: 'mean_absolute_percentage_error',
  MeanSquaredLogarithmicError: 'mean_squared_logarithmic_error',
  LogCoshError: 'log_cosh',
  Hinge: 'hinge',
  SquaredHinge: 'squared_hinge',
  CategoricalHinge: 'categorical_hinge',
  KLDivergence: 'kl_divergence',
  Poisson: 'poisson',
  BinaryCrossentropy: 'binary_crossentropy',
  CategoricalCrossentropy: 'categorical_crossentropy',
  SparseCategoricalCrossentropy: 'sparse_categorical_crossentropy',
  PearsonCorrelation: 'pearson_correlation',
  ConcordanceCorrelation: 'concordance_correlation',
};

/** Classes whose results are not followed. */
const OPAQUE =
  'AUC BinaryIoU CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives IoU MeanIoU OneHotIoU OneHotMeanIoU Precision PrecisionAtRecall R2Score Recall ' +
  'RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity SpecificityAtSensitivity Sum TrueNegatives TruePositives MeanRelativeError MeanTensor Metric';

interface RunningMean {
  total: TensorValue | null;
  count: TensorValue | null;
}

interface Weighted {
  readonly total: TensorValue;
  readonly count: TensorValue;
}

/** Keras 2: all elements count alike, weights are broadcast to them. */
function elementwise(m: TensorMath, x: TensorValue, weight: TensorValue | null): Weighted {
  if (weight === null) return { total: m.sum(x, null), count: elementCount(m, x) };
  const weights = aligned(m, x, weight);
  return { total: m.sum(m.mul(x, weights), null), count: m.sum(m.context.emit('broadcastTo', [weights], { shape: x.type.shape }), null) };
}

/** Keras 3: each sample counts once, with the mean of its elements. */
function samplewise(m: TensorMath, given: TensorValue, weight: TensorValue | null): Weighted {
  const from = (x: TensorValue, start: number) => {
    const axes = x.type.shape.map((_, i) => i).slice(start);
    return axes.length === 0 ? x : m.mean(x, axes);
  };
  if (weight === null) {
    const values = from(given, 1);
    return {
      total: m.sum(values, null),
      count: rank(values) === 0 ? m.scalar(1, values.type.dtype) : m.axisSize(values, 0, values.type.dtype),
    };
  }
  const pair = squeezeOrExpandToSameRank(m.context.build, given.node, m.cast(weight, given.type.dtype).node);
  const [x, w] = [m.context.wrap(pair.a), m.context.wrap(pair.b)];
  const values = from(x, rank(w));
  const weights = m.context.emit('broadcastTo', [w], { shape: values.type.shape });
  return { total: m.sum(from(m.mul(values, weights), 1), null), count: m.sum(from(weights, 1), null) };
}

/** A metric that averages `values`; each call adds to the average and gives it. Its state is variables: no gradient passes through. */
function meanMetric(type: string, version: 2 | 3, signature: string, values: (c: CallContext, args: Args) => Value): ObjectValue {
  const state: RunningMean = { total: null, count: null };
  const update = (c: CallContext, args: Args): void => {
    const m = new TensorMath(c);
    const given = c.tensor(values(c, args));
    const x = isFloat(given.type.dtype) ? given : m.cast(given, 'float32');
    const weight = args.value('sample_weight');
    const added = (version === 3 ? samplewise : elementwise)(m, x, weight.kind === 'none' ? null : c.tensor(weight));
    const [total, count] = [m.unary('stopGradient', added.total), m.unary('stopGradient', added.count)];
    state.total = state.total === null ? total : m.add(state.total, total);
    state.count = state.count === null ? count : m.add(state.count, count);
  };
  const result = (c: CallContext): TensorValue => {
    const m = new TensorMath(c);
    return state.total === null || state.count === null ? m.scalar(0, 'float32') : m.binary('divideNoNan', state.total, state.count);
  };
  const reset = entry('', () => {
    state.total = null;
    state.count = null;
    return NONE;
  });
  const call = entry(signature, (c, args) => {
    update(c, args);
    return result(c);
  });
  const updateState = entry(signature, (c, args) => {
    update(c, args);
    return NONE;
  });
  const methods = new Map<string, ApiEntry>([
    ['update_state', updateState],
    ['result', entry('', (c) => result(c))],
    ['reset_state', reset],
    ['reset_states', reset],
  ]);
  return { kind: 'object', type, attributes: new Map(), methods, call };
}

function elementCount(m: TensorMath, x: TensorValue): TensorValue {
  return x.type.shape.reduce<TensorValue>(
    (product, _, axis) => m.mul(product, m.axisSize(x, axis, x.type.dtype)),
    m.scalar(1, x.type.dtype),
  );
}

/** Weights of fewer axes stand for whole samples. */
function aligned(m: TensorMath, x: TensorValue, given: TensorValue): TensorValue {
  let weights = m.cast(given, x.type.dtype);
  while (rank(weights) > 0 && rank(weights) < rank(x)) weights = m.context.emit('expandDims', [weights], { axis: rank(weights) });
  return weights;
}

function wrapped(version: 2 | 3, name: string, fn: string): ApiEntry {
  const functions = { ...(version === 3 ? KERAS3_FUNCTIONS : KERAS2_FUNCTIONS), ...FUNCTIONS[version] };
  return entry('*args, name=None, dtype=None, **kwargs', (c, args) => {
    const made = functions[fn];
    if (!made) return c.unknown(`keras.metrics.${name} in Keras ${version}`);
    if (args.rest.length > 0) c.unknown(`keras.metrics.${name} with arguments by position`);
    return meanMetric(`keras.metrics.${name}`, version, `${PAIR}, sample_weight=None`, (inner, given) =>
      inner.call({ kind: 'native', name: fn, entry: made }, [given.value('y_true'), given.value('y_pred')], args.keywords),
    );
  });
}

const mean = (version: 2 | 3): ApiEntry =>
  entry("name='mean', dtype=None", () =>
    meanMetric('keras.metrics.Mean', version, 'values, sample_weight=None', (_c, args) => args.value('values')),
  );

const wrapper = (version: 2 | 3): ApiEntry =>
  entry('fn, name=None, dtype=None, **kwargs', (_c, args) => {
    const [fn, keywords] = [args.value('fn'), args.keywords];
    const values = (c: CallContext, given: Args) => c.call(fn, [given.value('y_true'), given.value('y_pred')], keywords);
    return meanMetric('keras.metrics.MeanMetricWrapper', version, `${PAIR}, sample_weight=None`, values);
  });

function opaque(name: string): ApiEntry {
  const unknown = entry('*args, **kwargs', (c) => c.unknown(`the result of a keras.metrics.${name}`));
  const nothing = entry('*args, **kwargs', () => NONE);
  return entry('*args, **kwargs', () => ({
    kind: 'object',
    type: `keras.metrics.${name}`,
    attributes: new Map(),
    methods: new Map([
      ['update_state', nothing],
      ['result', unknown],
      ['reset_state', nothing],
      ['reset_states', nothing],
    ]),
    call: unknown,
  }));
}

function metricTable(version: 2 | 3): ApiTable {
  const table: Record<string, ApiEntry> = {};
  for (const [name, made] of Object.entries(FUNCTIONS[version])) table[`keras.metrics.${name}`] = made;
  for (const [name, fn] of Object.entries(WRAPPED)) table[`keras.metrics.${name}`] = wrapped(version, name, fn);
  for (const name of OPAQUE.split(' '))
    table[name === 'Metric' ? 'keras.metrics.Metric keras.Metric' : `keras.metrics.${name}`] = opaque(name);
  return { ...table, 'keras.metrics.Mean': mean(version), 'keras.metrics.MeanMetricWrapper': wrapper(version) };
}

export const KERAS2_METRICS: ApiTable = metricTable(2);
export const KERAS3_METRICS: ApiTable = metricTable(3);
