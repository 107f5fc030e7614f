/** Owns layers without windows: dense, activations, merging, reshaping, normalisation, embedding, dropout. */
import { failure } from '../../graph/primitive';
import { productOfDims } from '../../shape/dim';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, CallContext } from '../../value/api';
import { api, type TensorValue } from '../../value/value';
import { l2Normalize } from '../kerasLosses/regression';
import { TensorMath } from '../kerasLosses/tensorMath';
import { elu } from '../kerasOps/activations';
import { axisOf, concat, dimAt, expandDims, rankOf, reshape, transpose } from '../tensors';
import { activated, type Forward, type LayerCall, layerClass } from './layer';

const identity: Forward = ({ x }) => x;
const math = (call: LayerCall): TensorMath => new TensorMath(call.c);
const floats = (m: TensorMath, x: TensorValue): TensorValue => (x.type.dtype.startsWith('float') ? x : m.cast(x, 'float32'));

const dense: Forward = (call) => {
  const { c, settings, weight } = call;
  const m = math(call);
  const x = floats(m, call.x);
  if (rankOf(x) < 2) return c.fail(failure('rank', 'shape', 'Dense takes inputs of at least two axes'), [x]);
  const units = settings.dim('units');
  const kernel = weight('kernel', [dimAt(x, -1), units], settings.value('kernel_initializer'));
  let y = c.emit('matmul', [x, kernel], { transposeA: false, transposeB: false });
  if (settings.bool('use_bias')) y = m.add(y, weight('bias', [units], settings.value('bias_initializer')));
  return activated(c, y, settings.value('activation'));
};

function inputsOf(call: LayerCall): TensorValue[] {
  const { c, inputs } = call;
  return inputs.kind === 'list' || inputs.kind === 'tuple' ? inputs.items.map((item) => c.tensor(item)) : [c.tensor(inputs)];
}

const merging =
  (op: 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum'): Forward =>
  (call) => {
    const [first, ...rest] = inputsOf(call);
    if (!first || rest.length === 0) return call.c.fail(failure('argument', 'value', 'a merge layer takes a list of at least two inputs'));
    return rest.reduce((total, x) => call.c.emit(op, [total, x]), first);
  };

const average: Forward = (call) => {
  const parts = inputsOf(call);
  const [first, ...rest] = parts;
  return first
    ? math(call).div(
        rest.reduce((total, x) => call.c.emit('add', [total, x]), first),
        parts.length,
      )
    : call.c.unknown('inputs of Average');
};

/** Dot products over one axis of each of two inputs, batch by batch. */
const dot: Forward = (call) => {
  const { c, settings } = call;
  const m = math(call);
  const [a, b] = inputsOf(call);
  if (!a || !b) return c.fail(failure('argument', 'value', 'Dot takes a list of two inputs'));
  const axes = settings.axes('axes') ?? [];
  const [left, right] = [axisOf(c, a, axes[0] ?? 1), axisOf(c, b, axes[1] ?? axes[0] ?? 1)];
  const unit = settings.bool('normalize');
  const [x, y] = [unit ? l2Normalize(m, a, [left]) : a, unit ? l2Normalize(m, b, [right]) : b];
  if (rankOf(x) === 2 && rankOf(y) === 2) return m.sum(m.mul(x, y), [1], true);
  const last = (value: TensorValue, axis: number) =>
    transpose(c, value, [...value.type.shape.map((_, i) => i).filter((i) => i !== axis), axis]);
  const [p, q] = [last(x, left), last(y, right)];
  const flat = (value: TensorValue) => reshape(c, value, [dimAt(value, 0), productOfDims(value.type.shape.slice(1, -1)), dimAt(value, -1)]);
  const product = c.emit('matmul', [flat(p), flat(q)], { transposeA: false, transposeB: true });
  return reshape(c, product, [dimAt(p, 0), ...p.type.shape.slice(1, -1), ...q.type.shape.slice(1, -1)]);
};

const flattenLayer: Forward = ({ c, x }) =>
  rankOf(x) === 1 ? expandDims(c, x, 1) : reshape(c, x, [dimAt(x, 0), sizeOf(x.type.shape.slice(1))]);

const reshapeLayer: Forward = ({ c, x, settings }) => reshape(c, x, [dimAt(x, 0), ...settings.shape('target_shape')]);
const permute: Forward = ({ c, x, settings }) => transpose(c, x, [0, ...settings.shape('dims').map(Number)]);
const repeatVector: Forward = ({ c, x, settings }) =>
  c.emit('broadcastTo', [expandDims(c, x, 1)], { shape: [dimAt(x, 0), settings.dim('n'), ...x.type.shape.slice(1)] });

const lambda: Forward = ({ c, settings, inputs }) => {
  const extra = settings.value('arguments');
  const keywords =
    extra.kind === 'dict'
      ? Object.fromEntries([...extra.entries.values()].map(({ key, value }) => [key.kind === 'string' ? (key.value ?? '') : '', value]))
      : {};
  return c.call(settings.value('function'), [inputs], keywords);
};

/** At inference: moving mean 0 and variance 1 before training. */
const batchNormalization: Forward = (call) => {
  const { c, settings, weight } = call;
  const m = math(call);
  const x = floats(m, call.x);
  const axis = axisOf(c, x, settings.int('axis'));
  const shape = [dimAt(x, axis)];
  const shaped = (value: TensorValue) =>
    reshape(
      c,
      value,
      x.type.shape.map((dim, i) => (i === axis ? dim : 1)),
    );
  const centered = m.sub(x, shaped(weight('moving_mean', shape, 'zeros')));
  const factor = m.unary('rsqrt', m.add(shaped(weight('moving_variance', shape, 'ones')), settings.number('epsilon')));
  let y = m.mul(centered, factor);
  if (settings.bool('scale')) y = m.mul(y, shaped(weight('gamma', shape, 'ones')));
  if (settings.bool('center')) y = m.add(y, shaped(weight('beta', shape, 'zeros')));
  return y;
};

const layerNormalization: Forward = (call) => {
  const { c, settings, weight } = call;
  const m = math(call);
  const x = floats(m, call.x);
  const axes = (settings.axes('axis') ?? [-1]).map((axis) => axisOf(c, x, axis));
  const centered = m.sub(x, m.mean(x, axes, true));
  let y = m.mul(centered, m.unary('rsqrt', m.add(m.mean(m.square(centered), axes, true), settings.number('epsilon'))));
  const shape = x.type.shape.map((dim, i) => (axes.includes(i) ? dim : 1));
  if (settings.bool('scale')) y = m.mul(y, weight('gamma', shape, 'ones'));
  if (settings.bool('center')) y = m.add(y, weight('beta', shape, 'zeros'));
  return y;
};

const embedding: Forward = (call) => {
  const { c, settings, weight } = call;
  const table = weight('embeddings', [settings.dim('input_dim'), settings.dim('output_dim')], settings.value('embeddings_initializer'));
  const m = math(call);
  const indices = call.x.type.dtype.startsWith('int') ? call.x : m.cast(call.x, 'int32');
  return c.emit('gather', [table, indices], { axis: 0, batchDims: 0 });
};

const leaky: Forward = (call) => {
  const { c, x, settings } = call;
  const given = settings.keywords.alpha ?? settings.value('negative_slope');
  const alpha = given.kind === 'number' ? (given.value ?? 0.3) : 0.3;
  return c.emit('leakyRelu', [floats(math(call), x)], { alpha });
};

const reluLayer: Forward = ({ c, x, settings }) =>
  c.call(api('keras.activations.relu'), [x], {
    max_value: settings.value('max_value'),
    threshold: settings.value('threshold'),
    [c.keras === 2 ? 'alpha' : 'negative_slope']: settings.value('negative_slope'),
  });

const prelu: Forward = (call) => {
  const m = math(call);
  const alpha = call.weight('alpha', call.x.type.shape.slice(1), call.settings.value('alpha_initializer'));
  return m.add(m.maximum(call.x, 0), m.mul(alpha, m.minimum(call.x, 0)));
};

const softmaxLayer: Forward = ({ c, x, settings }) => c.call(api('keras.activations.softmax'), [x], { axis: settings.value('axis') });

function concatenate(c: CallContext, parts: readonly TensorValue[], axis: number): TensorValue {
  const [first] = parts;
  return concat(c, parts, first ? axisOf(c, first, axis) : axis);
}

const rescaling: Forward = (call) => {
  const m = math(call);
  return m.add(m.mul(floats(m, call.x), call.settings.number('scale')), call.settings.number('offset'));
};

const DENSE = "units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'";
const passing = (name: string, signature: string) => layerClass(name, signature, identity, { passes: true });

export const CORE_LAYERS: Readonly<Record<string, ApiEntry>> = {
  Dense: layerClass('Dense', DENSE, dense),
  Activation: layerClass('Activation', 'activation', ({ c, x, settings }) => activated(c, x, settings.value('activation'))),
  Softmax: layerClass('Softmax', 'axis=-1', softmaxLayer, { activation: 'softmax' }),
  ReLU: layerClass('ReLU', 'max_value=None, negative_slope=0.0, threshold=0.0', reluLayer, { activation: 'relu' }),
  LeakyReLU: layerClass('LeakyReLU', 'negative_slope=0.3', leaky, { activation: 'leaky_relu' }),
  ELU: layerClass('ELU', 'alpha=1.0', (call) => elu(math(call), call.x, call.settings.number('alpha')), { activation: 'elu' }),
  PReLU: layerClass('PReLU', "alpha_initializer='zeros'", prelu, { activation: 'prelu' }),
  Flatten: layerClass('Flatten', 'data_format=None', flattenLayer, { passes: true }),
  Reshape: layerClass('Reshape', 'target_shape', reshapeLayer, { passes: true }),
  Permute: layerClass('Permute', 'dims', permute, { passes: true }),
  RepeatVector: layerClass('RepeatVector', 'n', repeatVector, { passes: true }),
  Lambda: layerClass('Lambda', 'function, output_shape=None, mask=None, arguments=None', lambda),
  Concatenate: layerClass('Concatenate', 'axis=-1', (call) => concatenate(call.c, inputsOf(call), call.settings.int('axis'))),
  Add: layerClass('Add', '', merging('add')),
  Subtract: layerClass('Subtract', '', merging('subtract')),
  Multiply: layerClass('Multiply', '', merging('multiply')),
  Maximum: layerClass('Maximum', '', merging('maximum')),
  Minimum: layerClass('Minimum', '', merging('minimum')),
  Average: layerClass('Average', '', average),
  Dot: layerClass('Dot', 'axes, normalize=False', dot),
  BatchNormalization: layerClass(
    'BatchNormalization',
    'axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True',
    batchNormalization,
  ),
  LayerNormalization: layerClass('LayerNormalization', 'axis=-1, epsilon=0.001, center=True, scale=True', layerNormalization),
  UnitNormalization: layerClass('UnitNormalization', 'axis=-1', (call) => l2Normalize(math(call), call.x, call.settings.axes('axis'))),
  Embedding: layerClass('Embedding', "input_dim, output_dim, embeddings_initializer='uniform'", (call) => embedding(uniformly(call))),
  Rescaling: layerClass('Rescaling', 'scale, offset=0.0', rescaling),
  Dropout: passing('Dropout', 'rate, noise_shape=None, seed=None'),
  SpatialDropout1D: passing('SpatialDropout1D', 'rate'),
  SpatialDropout2D: passing('SpatialDropout2D', 'rate'),
  SpatialDropout3D: passing('SpatialDropout3D', 'rate'),
  AlphaDropout: passing('AlphaDropout', 'rate'),
  GaussianDropout: passing('GaussianDropout', 'rate'),
  GaussianNoise: passing('GaussianNoise', 'stddev'),
  ActivityRegularization: passing('ActivityRegularization', 'l1=0.0, l2=0.0'),
  Masking: passing('Masking', 'mask_value=0.0'),
  Identity: passing('Identity', ''),
};

/** Embeddings start uniform in ±0.05 under either name. */
function uniformly(call: LayerCall): LayerCall {
  const weight: LayerCall['weight'] = (name, shape, initializer) =>
    call.weight(
      name,
      shape,
      typeof initializer !== 'string' && initializer.kind === 'string' && initializer.value === 'uniform' ? 'random_uniform' : initializer,
    );
  return { ...call, weight };
}

/** `keras.layers.concatenate([a, b], axis=-1)` and its like: the layer at once called. */
export const MERGE_FUNCTIONS: Readonly<Record<string, string>> = {
  add: 'Add',
  subtract: 'Subtract',
  multiply: 'Multiply',
  maximum: 'Maximum',
  minimum: 'Minimum',
  average: 'Average',
  concatenate: 'Concatenate',
  dot: 'Dot',
};
