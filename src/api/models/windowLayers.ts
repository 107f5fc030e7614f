/** Owns layers that slide windows over images, sequences and volumes: convolutions, pooling, padding, upsampling; and recurrent layers, by their shapes. */
import { type Dim, multiplyDims, subtractDims } from '../../shape/dim';
import type { ApiEntry, CallContext } from '../../value/api';
import { integer, list, string, type TensorValue, tuple, type Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { transposedConvolution } from '../kerasOps/nn';
import { delegate, delegateTensor } from '../kerasOps/promote';
import { dimAt, rankOf, reduce, reshape, sliceAxis } from '../tensors';
import { activated, type Forward, type LayerCall, layerClass, layerStateOf } from './layer';

/** A setting that is one number for all axes or one per axis. */
function perAxis(c: CallContext, value: Value, axes: number): readonly number[] {
  if (value.kind === 'number') return Array.from({ length: axes }, () => value.value ?? c.unknown('a window size'));
  const items = value.kind === 'tuple' || value.kind === 'list' ? value.items : c.iterate(value);
  return items.map((item) => (item.kind === 'number' ? (item.value ?? c.unknown('a window size')) : c.unknown('a window size')));
}

const numbers = (values: readonly number[]): Value => list(values.map((value) => integer(value)));

function channelsLast(call: LayerCall): void {
  const format = call.settings.keywords.data_format;
  if (format?.kind === 'string' && format.value === 'channels_first') call.c.unknown('a layer with channels first');
}

const conv =
  (axes: 1 | 2 | 3): Forward =>
  (call) => {
    const { c, x, settings, weight } = call;
    channelsLast(call);
    const filters = settings.dim('filters');
    const kernel = perAxis(c, settings.value('kernel_size'), axes);
    const groups = settings.int('groups');
    const channels = groups === 1 ? dimAt(x, -1) : (Number(dimAt(x, -1)) || c.unknown('the channels of a grouped convolution')) / groups;
    const filter = weight('kernel', [...kernel, channels, filters], settings.value('kernel_initializer'));
    const padding = settings.string('padding');
    const padded = padding === 'causal' ? causal(c, x, kernel[0] ?? 1, perAxis(c, settings.value('dilation_rate'), axes)[0] ?? 1) : x;
    const y = delegateTensor(c, 'tf.nn.convolution', [padded, filter], {
      strides: numbers(perAxis(c, settings.value('strides'), axes)),
      padding: string(padding === 'causal' ? 'VALID' : padding.toUpperCase()),
      dilations: numbers(perAxis(c, settings.value('dilation_rate'), axes)),
    });
    return withBias(call, y, filters);
  };

function causal(c: CallContext, x: TensorValue, kernel: number, dilation: number): TensorValue {
  return c.emit('pad', [x], {
    paddings: [
      [0, 0],
      [(kernel - 1) * dilation, 0],
      [0, 0],
    ],
    mode: 'constant',
    value: 0,
  });
}

function withBias(call: LayerCall, y: TensorValue, filters: Dim): Value {
  const { c, settings, weight } = call;
  const biased = settings.bool('use_bias') ? c.emit('add', [y, weight('bias', [filters], settings.value('bias_initializer'))]) : y;
  return activated(c, biased, settings.value('activation'));
}

/** Each input pixel is spread over a window: the gradient of a convolution. */
const convTranspose =
  (axes: 1 | 2 | 3): Forward =>
  (call) => {
    const { c, x, settings, weight } = call;
    channelsLast(call);
    const filters = settings.dim('filters');
    const [kernel, strides] = [perAxis(c, settings.value('kernel_size'), axes), perAxis(c, settings.value('strides'), axes)];
    const padding = settings.string('padding');
    const filter = weight('kernel', [...kernel, filters, dimAt(x, -1)], settings.value('kernel_initializer'));
    return withBias(call, transposedConvolution(c, x, filter, strides, padding), filters);
  };

const depthwise: Forward = (call) => {
  const { c, x, settings, weight } = call;
  channelsLast(call);
  const kernel = perAxis(c, settings.value('kernel_size'), 2);
  const multiplier = settings.int('depth_multiplier');
  const filter = weight('kernel', [...kernel, dimAt(x, -1), multiplier], 'glorot_uniform');
  const strides = perAxis(c, settings.value('strides'), 2);
  const y = c.emit('depthwiseConv', [x, filter], { strides, padding: settings.string('padding'), dilations: [1, 1] });
  return withBias(call, y, multiplyDims(dimAt(x, -1), multiplier));
};

const separable: Forward = (call) => {
  const { c, x, settings, weight } = call;
  channelsLast(call);
  const kernel = perAxis(c, settings.value('kernel_size'), 2);
  const filter = weight('depthwise', [...kernel, dimAt(x, -1), 1], 'glorot_uniform');
  const spread = c.emit('depthwiseConv', [x, filter], {
    strides: perAxis(c, settings.value('strides'), 2),
    padding: settings.string('padding'),
    dilations: [1, 1],
  });
  const filters = settings.dim('filters');
  const points = weight('pointwise', [1, 1, dimAt(x, -1), filters], 'glorot_uniform');
  return withBias(call, c.emit('conv', [spread, points], { strides: [1, 1], padding: 'valid', dilations: [1, 1] }), filters);
};

const pooling =
  (kind: 'maxPool' | 'avgPool', axes: 1 | 2 | 3): Forward =>
  (call) => {
    const { c, x, settings } = call;
    channelsLast(call);
    const window = perAxis(c, settings.value('pool_size'), axes);
    const strides = settings.value('strides').kind === 'none' ? window : perAxis(c, settings.value('strides'), axes);
    return c.emit(kind, [x], { window, strides, padding: settings.string('padding') });
  };

const globalPooling =
  (op: 'mean' | 'max'): Forward =>
  (call) => {
    channelsLast(call);
    const { c, x, settings } = call;
    const axes = x.type.shape.map((_, i) => i).slice(1, -1);
    return reduce(c, op, x, axes, settings.bool('keepdims'));
  };

/** Repeats rows and columns. */
const upSampling =
  (axes: 1 | 2): Forward =>
  (call) => {
    const { c, x, settings } = call;
    const factors = perAxis(c, settings.value('size'), axes);
    const interpolation = settings.keywords.interpolation;
    if (interpolation?.kind === 'string' && interpolation.value !== 'nearest') {
      const size = list(factors.map((factor, i) => integer(multiplyDims(dimAt(x, i + 1), factor))));
      return delegate(c, 'tf.image.resize', [x, size], { method: interpolation });
    }
    return factors.reduce((y, factor, i) => repeated(c, y, i + 1, factor), x);
  };

function repeated(c: CallContext, x: TensorValue, axis: number, factor: number): TensorValue {
  const { shape } = x.type;
  const wide = c.emit('expandDims', [x], { axis: axis + 1 });
  const stretched = c.emit('broadcastTo', [wide], { shape: [...shape.slice(0, axis + 1), factor, ...shape.slice(axis + 1)] });
  return reshape(
    c,
    stretched,
    shape.map((dim, i) => (i === axis ? multiplyDims(dim, factor) : dim)),
  );
}

/** `1`, `(1, 2)` or `((1, 1), (2, 2))`: what is added before and after each axis. */
function sides(c: CallContext, value: Value, axes: number): readonly (readonly [number, number])[] {
  if (axes === 1) {
    const [before = 0, after = before] = perAxis(c, value, 2);
    return [[before, after]];
  }
  if (value.kind === 'number') return Array.from({ length: axes }, () => [value.value ?? 0, value.value ?? 0] as const);
  return (value.kind === 'tuple' || value.kind === 'list' ? value.items : c.iterate(value)).map((item) => {
    const [before = 0, after = before] = perAxis(c, item, 2);
    return [before, after];
  });
}

const zeroPadding =
  (axes: 1 | 2 | 3): Forward =>
  ({ c, x, settings }) =>
    c.emit('pad', [x], { paddings: [[0, 0], ...sides(c, settings.value('padding'), axes), [0, 0]], mode: 'constant', value: 0 });

const cropping =
  (axes: 1 | 2 | 3): Forward =>
  ({ c, x, settings }) =>
    sides(c, settings.value('cropping'), axes).reduce(
      (y, [before, after], i) => sliceAxis(c, y, i + 1, before, subtractDims(dimAt(y, i + 1), before + after)),
      x,
    );

/** What a recurrent layer gives has a known shape; its numbers are not followed. */
const recurrent =
  (states: number): Forward =>
  ({ c, x, settings, weight }) => {
    if (c.mode === 'run') return c.unknown('the values of a recurrent layer');
    const units = settings.dim('units');
    const kernel = weight('kernel', [dimAt(x, -1), units], 'glorot_uniform');
    const every = c.emit('tanh', [c.emit('matmul', [x, kernel], { transposeA: false, transposeB: false })]);
    const last = reduce(c, 'mean', every, [rankOf(every) - 2]);
    const output = settings.bool('return_sequences') ? every : last;
    return settings.bool('return_state') ? tuple([output, ...Array.from({ length: states }, () => last)]) : output;
  };

/** Runs a layer on each step of a sequence: steps count as samples. */
const timeDistributed: Forward = ({ c, x, settings }) => {
  const layer = settings.value('layer');
  const [batch, steps] = [dimAt(x, 0), dimAt(x, 1)];
  const merged = reshape(c, x, [multiplyDims(batch, steps), ...x.type.shape.slice(2)]);
  const y = c.tensor(c.call(layer, [merged]));
  return reshape(c, y, [batch, steps, ...y.type.shape.slice(1)]);
};

const bidirectional: Forward = ({ c, inputs, settings }) => {
  const layer = settings.value('layer');
  const state = layerStateOf(layer);
  const output = state ? state.forward(c, inputs) : c.call(layer, [inputs]);
  const mode = settings.optionalString('merge_mode');
  const both = (y: Value): Value =>
    mode === 'concat' ? c.emit('concat', [c.tensor(y), c.tensor(y)], { axis: rankOf(c.tensor(y)) - 1 }) : y;
  return output.kind === 'tuple' ? tuple(output.items.map(both)) : both(output);
};

/** Attention gives the queries' shape with the values' last axis. */
const attention: Forward = ({ c, x, inputs, settings, rest }) => {
  if (c.mode === 'run') return c.unknown('the values of an attention layer');
  const items = inputs.kind === 'list' || inputs.kind === 'tuple' ? inputs.items : [inputs, ...rest];
  const value = items[1] ? c.tensor(items[1]) : x;
  const size = settings.keywords.output_shape ? dimAt(x, -1) : dimAt(settings.has('num_heads') ? x : value, -1);
  return c.emit('broadcastTo', [new TensorMath(c).mean(x, [-1], true)], { shape: [...x.type.shape.slice(0, -1), size] });
};

const resizing: Forward = ({ c, x, settings }) =>
  delegate(c, 'tf.image.resize', [x, list([settings.value('height'), settings.value('width')])], {
    method: settings.value('interpolation'),
  });

const CONV =
  "filters, kernel_size, strides=1, padding='valid', dilation_rate=1, groups=1, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'";
const TRANSPOSED =
  "filters, kernel_size, strides=1, padding='valid', activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'";
const DEPTHWISE = "kernel_size, strides=1, padding='valid', depth_multiplier=1, activation=None, use_bias=True, bias_initializer='zeros'";
const SEPARABLE = "filters, kernel_size, strides=1, padding='valid', activation=None, use_bias=True, bias_initializer='zeros'";
const POOL = "pool_size=2, strides=None, padding='valid'";
const RECURRENT =
  "units, activation='tanh', return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, dropout=0.0, recurrent_dropout=0.0";

const tanh = { activation: 'tanh' } as const;

export const WINDOW_LAYERS: Readonly<Record<string, ApiEntry>> = {
  Conv1D: layerClass('Conv1D', CONV, conv(1)),
  Conv2D: layerClass('Conv2D', CONV, conv(2)),
  Conv3D: layerClass('Conv3D', CONV, conv(3)),
  Convolution1D: layerClass('Conv1D', CONV, conv(1)),
  Convolution2D: layerClass('Conv2D', CONV, conv(2)),
  Convolution3D: layerClass('Conv3D', CONV, conv(3)),
  Conv1DTranspose: layerClass('Conv1DTranspose', TRANSPOSED, convTranspose(1)),
  Conv2DTranspose: layerClass('Conv2DTranspose', TRANSPOSED, convTranspose(2)),
  Conv3DTranspose: layerClass('Conv3DTranspose', TRANSPOSED, convTranspose(3)),
  DepthwiseConv2D: layerClass('DepthwiseConv2D', DEPTHWISE, depthwise),
  SeparableConv2D: layerClass('SeparableConv2D', SEPARABLE, separable),
  MaxPooling1D: layerClass('MaxPooling1D', POOL, pooling('maxPool', 1)),
  MaxPooling2D: layerClass('MaxPooling2D', POOL, pooling('maxPool', 2)),
  MaxPooling3D: layerClass('MaxPooling3D', POOL, pooling('maxPool', 3)),
  MaxPool1D: layerClass('MaxPooling1D', POOL, pooling('maxPool', 1)),
  MaxPool2D: layerClass('MaxPooling2D', POOL, pooling('maxPool', 2)),
  MaxPool3D: layerClass('MaxPooling3D', POOL, pooling('maxPool', 3)),
  AveragePooling1D: layerClass('AveragePooling1D', POOL, pooling('avgPool', 1)),
  AveragePooling2D: layerClass('AveragePooling2D', POOL, pooling('avgPool', 2)),
  AveragePooling3D: layerClass('AveragePooling3D', POOL, pooling('avgPool', 3)),
  AvgPool2D: layerClass('AveragePooling2D', POOL, pooling('avgPool', 2)),
  ...named(
    ['GlobalAveragePooling1D', 'GlobalAveragePooling2D', 'GlobalAveragePooling3D', 'GlobalAvgPool1D', 'GlobalAvgPool2D', 'GlobalAvgPool3D'],
    (name) => layerClass(name, 'data_format=None, keepdims=False', globalPooling('mean')),
  ),
  ...named(
    ['GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'GlobalMaxPooling3D', 'GlobalMaxPool1D', 'GlobalMaxPool2D', 'GlobalMaxPool3D'],
    (name) => layerClass(name, 'data_format=None, keepdims=False', globalPooling('max')),
  ),
  UpSampling1D: layerClass('UpSampling1D', 'size=2', upSampling(1)),
  UpSampling2D: layerClass('UpSampling2D', 'size=2', upSampling(2)),
  ZeroPadding1D: layerClass('ZeroPadding1D', 'padding=1', zeroPadding(1)),
  ZeroPadding2D: layerClass('ZeroPadding2D', 'padding=1', zeroPadding(2)),
  ZeroPadding3D: layerClass('ZeroPadding3D', 'padding=1', zeroPadding(3)),
  Cropping1D: layerClass('Cropping1D', 'cropping=1', cropping(1)),
  Cropping2D: layerClass('Cropping2D', 'cropping=0', cropping(2)),
  Cropping3D: layerClass('Cropping3D', 'cropping=1', cropping(3)),
  Resizing: layerClass('Resizing', "height, width, interpolation='bilinear'", resizing),
  LSTM: layerClass('LSTM', RECURRENT, recurrent(2), tanh),
  CuDNNLSTM: layerClass('LSTM', RECURRENT, recurrent(2), tanh),
  GRU: layerClass('GRU', RECURRENT, recurrent(1), tanh),
  SimpleRNN: layerClass('SimpleRNN', RECURRENT, recurrent(1), tanh),
  TimeDistributed: layerClass('TimeDistributed', 'layer', timeDistributed),
  Bidirectional: layerClass('Bidirectional', "layer, merge_mode='concat'", bidirectional),
  Attention: layerClass('Attention', 'use_scale=False', attention),
  MultiHeadAttention: layerClass('MultiHeadAttention', 'num_heads, key_dim, value_dim=None, dropout=0.0', attention),
};

function named(names: readonly string[], make: (name: string) => ApiEntry): Readonly<Record<string, ApiEntry>> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}
