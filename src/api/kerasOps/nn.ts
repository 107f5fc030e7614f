/** Owns keras.ops' neural-network functions: convolution, pooling, normalisation, attention, cross-entropies, image comparison. */
import { failure } from '../../graph/primitive';
import { addDims, multiplyDims } from '../../shape/dim';
import type { Args, CallContext } from '../../value/api';
import { integer, list, string, type TensorValue, tuple, type Value } from '../../value/value';
import { ctcLoss } from '../kerasLosses/ctc';
import { binaryCrossentropy3, categoricalCrossentropy, sparseCategoricalCrossentropy3 } from '../kerasLosses/probabilityLosses';
import { EPSILON, TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, dimAt, expandDims, rankOf, reshape, swapAxes, transpose } from '../tensors';
import { asFloat, delegate, delegateTensor, opsTable } from './promote';

const CONV = "inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1";
const POOL = "inputs, pool_size, strides=None, padding='valid', data_format=None";

const lastToSecond = (c: CallContext, x: TensorValue) => transpose(c, x, [0, rankOf(x) - 1, ...x.type.shape.map((_, i) => i).slice(1, -1)]);
const secondToLast = (c: CallContext, x: TensorValue) => transpose(c, x, [0, ...x.type.shape.map((_, i) => i).slice(2), 1]);

/** Runs a function on channels-last images, turning channels-first ones around it. */
function channelsLast(c: CallContext, args: Args, name: string, f: (x: TensorValue) => Value): Value {
  const x = args.tensor(name);
  if (args.value('data_format').kind === 'none' || args.string('data_format') === 'channels_last') return f(x);
  return lastToSecond(c, c.tensor(f(secondToLast(c, x))));
}

const upper = (args: Args) => string(args.string('padding').toUpperCase());

/** A size for every spatial axis. */
function perAxis(x: TensorValue, value: Value): Value {
  return value.kind === 'number' ? list(Array.from({ length: rankOf(x) - 2 }, () => value)) : value;
}

const pool = (kind: 'MAX' | 'AVG') =>
  entry(POOL, (c, args) =>
    channelsLast(c, args, 'inputs', (x) => {
      const size = perAxis(x, args.value('pool_size'));
      const strides = args.value('strides').kind === 'none' ? size : perAxis(x, args.value('strides'));
      return delegate(c, 'tf.nn.pool', [x, size, string(kind)], { strides, padding: upper(args) });
    }),
  );

const LAYERS: ApiTable = {
  conv: entry(CONV, (c, args) =>
    channelsLast(c, args, 'inputs', (x) =>
      delegate(c, 'tf.nn.convolution', [x, args.value('kernel')], {
        strides: perAxis(x, args.value('strides')),
        padding: upper(args),
        dilations: perAxis(x, args.value('dilation_rate')),
      }),
    ),
  ),
  depthwise_conv: entry(CONV, (c, args) =>
    channelsLast(c, args, 'inputs', (x) => {
      if (rankOf(x) !== 4) return c.unknown('a depthwise convolution of other than images');
      const four = (value: Value) => tuple([integer(1), ...items(c, perAxis(x, value)), integer(1)]);
      return delegate(c, 'tf.nn.depthwise_conv2d', [x, args.value('kernel'), four(args.value('strides')), upper(args)]);
    }),
  ),
  separable_conv: entry(
    "inputs, depthwise_kernel, pointwise_kernel, strides=1, padding='valid', data_format=None, dilation_rate=1",
    (c, args) =>
      channelsLast(c, args, 'inputs', (x) => {
        const four = tuple([integer(1), ...items(c, perAxis(x, args.value('strides'))), integer(1)]);
        const depthwise = delegate(c, 'tf.nn.depthwise_conv2d', [x, args.value('depthwise_kernel'), four, upper(args)]);
        return delegate(c, 'tf.nn.convolution', [depthwise, args.value('pointwise_kernel')]);
      }),
  ),
  conv_transpose: entry("inputs, kernel, strides=1, padding='valid', output_padding=None, data_format=None, dilation_rate=1", (c, args) =>
    channelsLast(c, args, 'inputs', (x) => {
      if (args.value('output_padding').kind !== 'none') return c.unknown('conv_transpose with output_padding');
      const strides = items(c, perAxis(x, args.value('strides'))).map((value) => (value.kind === 'number' ? (value.value ?? 1) : 1));
      return transposedConvolution(c, x, args.tensor('kernel'), strides, args.string('padding'));
    }),
  ),
  max_pool: pool('MAX'),
  average_pool: pool('AVG'),
  normalize: entry('x, axis=-1, order=2, epsilon=None', (c, args) => {
    const given = asFloat(c, args.tensor('x'));
    return normalized(c, rankOf(given) === 0 ? expandDims(c, given, 0) : given, args);
  }),
  batch_normalization: entry('x, mean, variance, axis, offset=None, scale=None, epsilon=0.001', batchNormalization),
  layer_normalization: entry('x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs', (c, args) => {
    const m = new TensorMath(c);
    const x = asFloat(c, args.tensor('x'));
    const axes = args.axes('axis') ?? [-1];
    const centered = m.sub(x, m.mean(x, axes, true));
    const scaled = m.mul(
      centered,
      m.unary('rsqrt', m.add(m.mean(m.square(centered), axes, true), args.optionalNumber('epsilon') ?? EPSILON)),
    );
    return affine(m, scaled, args, 'gamma', 'beta');
  }),
  rms_normalization: entry('x, scale=None, axis=-1, epsilon=None', (c, args) => {
    const m = new TensorMath(c);
    const x = asFloat(c, args.tensor('x'));
    const scaled = m.mul(
      x,
      m.unary('rsqrt', m.add(m.mean(m.square(x), args.axes('axis'), true), args.optionalNumber('epsilon') ?? EPSILON)),
    );
    return affine(m, scaled, args, 'scale', null);
  }),
  dot_product_attention: entry(
    'query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, attn_logits_soft_cap=None',
    attention,
  ),
};

/** A convolution's gradient by its input: each element is spread over a window. The kernel is (…, out, in). */
export function transposedConvolution(
  c: CallContext,
  x: TensorValue,
  kernel: TensorValue,
  strides: readonly number[],
  padding: string,
): TensorValue {
  const windows = kernel.type.shape.slice(0, -2);
  const sizes = windows.map((size, i) => {
    const stride = strides[i] ?? 1;
    const stretched = multiplyDims(dimAt(x, i + 1), stride);
    return padding === 'same' ? stretched : addDims(stretched, Math.max(Number(size) - stride, 0));
  });
  const inputShape = [dimAt(x, 0), ...sizes, dimAt(kernel, -2)];
  return c.emit('convInputGradient', [x, kernel], { inputShape, strides, padding, dilations: strides.map(() => 1) });
}

function items(c: CallContext, value: Value): readonly Value[] {
  return value.kind === 'list' || value.kind === 'tuple' ? value.items : c.iterate(value);
}

function normalized(c: CallContext, x: TensorValue, args: Args): TensorValue {
  const m = new TensorMath(c);
  const axes = args.axes('axis');
  const order = args.int('order');
  const epsilon = args.optionalNumber('epsilon') ?? EPSILON;
  if (order < 1) c.fail(failure('argument', 'value', `the order of normalize must be an int of at least 1, not ${order}`));
  if (order === 2) return m.mul(x, m.minimum(m.unary('rsqrt', m.sum(m.square(x), axes, true)), 1 / epsilon));
  const norm = m.pow(m.sum(m.pow(m.abs(x), order), axes, true), 1 / order);
  return m.div(x, m.maximum(norm, epsilon));
}

function affine(m: TensorMath, x: TensorValue, args: Args, scale: string, offset: string | null): TensorValue {
  const scaled = args.value(scale).kind === 'none' ? x : m.mul(x, m.cast(args.tensor(scale), x.type.dtype));
  return offset === null || args.value(offset).kind === 'none' ? scaled : m.add(scaled, m.cast(args.tensor(offset), x.type.dtype));
}

function batchNormalization(c: CallContext, args: Args): TensorValue {
  const m = new TensorMath(c);
  const x = args.tensor('x');
  const axis = axisOf(c, x, args.int('axis'));
  const shaped = (name: string) => {
    const value = args.tensor(name);
    return reshape(
      c,
      value,
      x.type.shape.map((_, i) => (i === axis ? dimAt(value, 0) : 1)),
    );
  };
  const factor = m.unary('rsqrt', m.add(shaped('variance'), args.number('epsilon')));
  const scaled = m.mul(m.sub(x, shaped('mean')), args.value('scale').kind === 'none' ? factor : m.mul(factor, shaped('scale')));
  return args.value('offset').kind === 'none' ? scaled : m.add(scaled, shaped('offset'));
}

/** (batch, time, heads, size) queries, keys and values. */
function attention(c: CallContext, args: Args): TensorValue {
  const m = new TensorMath(c);
  const [query, key, value] = ['query', 'key', 'value'].map((name) => swapAxes(c, args.tensor(name), 1, 2));
  if (!query || !key || !value || args.value('attn_logits_soft_cap').kind !== 'none') return c.unknown('this form of attention');
  const scale = args.optionalNumber('scale');
  const products = c.emit('matmul', [query, key], { transposeA: false, transposeB: true });
  let logits = scale === null ? m.div(products, m.unary('sqrt', m.axisSize(query, -1, query.type.dtype))) : m.mul(products, scale);
  if (args.value('bias').kind !== 'none') logits = m.add(logits, args.tensor('bias'));
  if (args.bool('is_causal')) {
    const causal = delegateTensor(c, 'keras.ops.tri', [integer(dimAt(query, -2)), integer(dimAt(key, -2))]);
    logits = m.where(m.cast(causal, 'bool'), logits, -0.7 * 3.4028234663852886e38);
  }
  if (args.value('mask').kind !== 'none') logits = m.where(cast(c, args.tensor('mask'), 'bool'), logits, -0.7 * 3.4028234663852886e38);
  const weights = c.emit('softmax', [logits], { axis: rankOf(logits) - 1 });
  return swapAxes(c, c.emit('matmul', [weights, value], { transposeA: false, transposeB: false }), 1, 2);
}

const LOSSES: ApiTable = {
  binary_crossentropy: entry('target, output, from_logits=False', (c, args) => {
    return binaryCrossentropy3(c, args.tensor('target'), args.tensor('output'), args.bool('from_logits'));
  }),
  categorical_crossentropy: entry('target, output, from_logits=False, axis=-1', (c, args) =>
    categoricalCrossentropy(c, args.tensor('target'), args.tensor('output'), {
      fromLogits: args.bool('from_logits'),
      axis: args.int('axis'),
    }),
  ),
  sparse_categorical_crossentropy: entry('target, output, from_logits=False, axis=-1', (c, args) =>
    sparseCategoricalCrossentropy3(c, args.tensor('target'), args.tensor('output'), {
      fromLogits: args.bool('from_logits'),
      axis: args.int('axis'),
    }),
  ),
  ctc_loss: entry('target, output, target_length, output_length, mask_index=0', (c, args) =>
    ctcLoss(c, {
      labels: args.tensor('target'),
      logits: asFloat(c, args.tensor('output')),
      labelLength: args.tensor('target_length'),
      logitLength: args.tensor('output_length'),
      blank: args.int('mask_index'),
    }),
  ),
  psnr: entry('x1, x2, max_val', (c, args) => {
    const m = new TensorMath(c);
    const [a, b] = [args.tensor('x1'), args.tensor('x2')];
    m.requireSameShape(a, b, 'the images of psnr');
    const error = m.mean(m.square(m.sub(a, b)), null);
    const limit = args.number('max_val');
    return m.sub((20 * Math.log(limit)) / Math.LN10, m.mul(m.log(error), 10 / Math.LN10));
  }),
};

export const NN_OPS: ApiTable = opsTable({ ...LAYERS, ...LOSSES });
