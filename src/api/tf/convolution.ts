/** Owns TensorFlow's convolutions and pooling. NCHW is computed by turning the axes. */
import { failure } from '../../graph/primitive';
import { type Dim, floorDivideDims, multiplyDims } from '../../shape/dim';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { axesOf, knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { allAxes, rankOf, reshape, transpose } from '../tensors';

export type Padding = 'same' | 'valid' | readonly (readonly [number, number])[];

/** Sizes per spatial axis from an int, a list of one, of the spatial axes, or of all axes. */
export function spatialSizes(c: CallContext, value: Value, spatial: number, channelsFirst: boolean, name: string): number[] {
  if (value.kind === 'none') return new Array<number>(spatial).fill(1);
  const sizes = axesOf(c, value, name) ?? [1];
  if (sizes.length === 1) return new Array<number>(spatial).fill(sizes[0] ?? 1);
  if (sizes.length === spatial) return [...sizes];
  if (sizes.length === spatial + 2) return channelsFirst ? sizes.slice(2) : sizes.slice(1, -1);
  return c.fail(failure('argument', 'value', `${name} must have 1, ${spatial} or ${spatial + 2} elements, not ${sizes.length}`));
}

export function paddingOf(c: CallContext, value: Value, channelsFirst: boolean): Padding {
  if (value.kind === 'string') {
    const text = value.value?.toLowerCase();
    return text === 'same' || text === 'valid' ? text : c.fail(failure('argument', 'value', `'${value.value}' is not a padding`));
  }
  const pairs = c.iterate(value).map((item): readonly [number, number] => {
    const [before = 0, after = 0] = axesOf(c, item, 'padding') ?? [];
    return [before, after];
  });
  return channelsFirst ? pairs.slice(2) : pairs.slice(1, -1);
}

export const isChannelsFirst = (format: string | null): boolean => format !== null && /^NC|first/.test(format);

export function toChannelsLast(c: CallContext, x: TensorValue): TensorValue {
  return transpose(c, x, [0, ...allAxes(x).slice(2), 1]);
}

export function toChannelsFirst(c: CallContext, x: TensorValue): TensorValue {
  return transpose(c, x, [0, rankOf(x) - 1, ...allAxes(x).slice(1, -1)]);
}

export interface ConvOptions {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilations: readonly number[];
  readonly channelsFirst: boolean;
}

export function conv(c: CallContext, op: 'conv' | 'depthwiseConv', x: TensorValue, filter: TensorValue, options: ConvOptions): TensorValue {
  const { channelsFirst, ...attrs } = options;
  const out = c.emit(op, [channelsFirst ? toChannelsLast(c, x) : x, filter], attrs);
  return channelsFirst ? toChannelsFirst(c, out) : out;
}

function convEntry(spatial: number, signature: string): ApiEntry {
  return entry(signature, (c, a) => {
    const x = a.tensor('input');
    const filter = a.tensor('filters');
    const lead = rankOf(x) - spatial - 2;
    if (lead < 0)
      return c.fail(failure('rank', 'shape', `the input must have rank ${spatial + 2}, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    const flat = lead > 0 ? reshape(c, x, [leadSize(x, lead), ...x.type.shape.slice(lead + 1)]) : x;
    const out = conv(c, 'conv', flat, filter, optionsOf(c, a, spatial, 'strides'));
    return lead > 0 ? reshape(c, out, [...x.type.shape.slice(0, lead + 1), ...out.type.shape.slice(1)]) : out;
  });
}

function leadSize(x: TensorValue, lead: number): Dim {
  return x.type.shape.slice(0, lead + 1).reduce<Dim>(multiplyDims, 1);
}

function optionsOf(c: CallContext, a: Args, spatial: number, strides: string): ConvOptions {
  const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
  return {
    strides: spatialSizes(c, knownValue(c, a.value(strides)), spatial, channelsFirst, 'strides'),
    padding: paddingOf(c, knownValue(c, a.value('padding')), channelsFirst),
    dilations: spatialSizes(c, knownValue(c, a.value('dilations')), spatial, channelsFirst, 'dilations'),
    channelsFirst,
  };
}

export function pool(
  c: CallContext,
  op: 'maxPool' | 'avgPool',
  x: TensorValue,
  window: readonly number[],
  strides: readonly number[],
  padding: Padding,
  channelsFirst: boolean,
): TensorValue {
  const out = c.emit(op, [channelsFirst ? toChannelsLast(c, x) : x], { window, strides, padding });
  return channelsFirst ? toChannelsFirst(c, out) : out;
}

function poolEntry(op: 'maxPool' | 'avgPool', spatial: number, format: string): ApiEntry {
  return entry(`input, ksize, strides, padding, data_format='${format}', name=None`, (c, a) => {
    const x = a.tensor('input');
    const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
    const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), spatial, channelsFirst, name);
    if (rankOf(x) !== spatial + 2)
      return c.fail(failure('rank', 'shape', `the input must have rank ${spatial + 2}, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    return pool(c, op, x, sizes('ksize'), sizes('strides'), paddingOf(c, knownValue(c, a.value('padding')), channelsFirst), channelsFirst);
  });
}

export const CONVOLUTION: ApiTable = {
  'tf.nn.conv1d': entry("input, filters, stride, padding, data_format='NWC', dilations=None, name=None", (c, a) => {
    const x = a.tensor('input');
    return conv(c, 'conv', x, a.tensor('filters', x.type.dtype), optionsOf(c, a, 1, 'stride'));
  }),
  'tf.nn.conv2d': convEntry(2, "input, filters, strides, padding, data_format='NHWC', dilations=None, name=None"),
  'tf.nn.conv3d': convEntry(3, "input, filters, strides, padding, data_format='NDHWC', dilations=None, name=None"),
  'tf.nn.convolution tf.nn.atrous_conv2d': entry(
    "input, filters, strides=None, padding='VALID', data_format=None, dilations=None, name=None",
    (c, a) => {
      const x = a.tensor('input');
      return conv(c, 'conv', x, a.tensor('filters', x.type.dtype), optionsOf(c, a, rankOf(x) - 2, 'strides'));
    },
  ),
  'tf.nn.depthwise_conv2d': entry('input, filter, strides, padding, data_format=None, dilations=None, name=None', (c, a) => {
    const x = a.tensor('input');
    return conv(c, 'depthwiseConv', x, a.tensor('filter', x.type.dtype), optionsOf(c, a, 2, 'strides'));
  }),
  'tf.nn.separable_conv2d': entry(
    'input, depthwise_filter, pointwise_filter, strides, padding, data_format=None, dilations=None, name=None',
    (c, a) => {
      const options = optionsOf(c, a, 2, 'strides');
      const depthwise = conv(c, 'depthwiseConv', a.tensor('input'), a.tensor('depthwise_filter'), options);
      return conv(c, 'conv', depthwise, a.tensor('pointwise_filter'), { ...options, strides: [1, 1], dilations: [1, 1], padding: 'valid' });
    },
  ),
  'tf.nn.conv2d_transpose': entry(
    "input, filters, output_shape, strides, padding='SAME', data_format='NHWC', dilations=None, name=None",
    (c, a) => {
      const { channelsFirst, ...options } = optionsOf(c, a, 2, 'strides');
      if (channelsFirst) return c.unknown('transposed convolutions with channels first are not followed yet');
      return c.emit('convInputGradient', [a.tensor('input'), a.tensor('filters')], { ...options, inputShape: a.shape('output_shape') });
    },
  ),
  'tf.nn.max_pool2d': poolEntry('maxPool', 2, 'NHWC'),
  'tf.nn.avg_pool2d': poolEntry('avgPool', 2, 'NHWC'),
  'tf.nn.max_pool3d': poolEntry('maxPool', 3, 'NDHWC'),
  'tf.nn.avg_pool3d': poolEntry('avgPool', 3, 'NDHWC'),
  'tf.nn.max_pool1d': poolEntry('maxPool', 1, 'NWC'),
  'tf.nn.avg_pool1d': poolEntry('avgPool', 1, 'NWC'),
  'tf.nn.max_pool': anyPool('maxPool'),
  'tf.nn.avg_pool': anyPool('avgPool'),
  'tf.nn.pool': entry(
    "input, window_shape, pooling_type, strides=None, padding='VALID', data_format=None, dilations=None, name=None",
    (c, a) => {
      const x = a.tensor('input');
      const spatial = rankOf(x) - 2;
      const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), spatial, false, name);
      return pool(
        c,
        a.string('pooling_type') === 'MAX' ? 'maxPool' : 'avgPool',
        x,
        sizes('window_shape'),
        sizes('strides'),
        paddingOf(c, a.value('padding'), false),
        false,
      );
    },
  ),
  'tf.nn.space_to_depth': entry("input, block_size, data_format='NHWC', name=None", (c, a) => {
    const x = a.tensor('input');
    const n = a.int('block_size');
    const [b = 1, h = 1, w = 1, channels = 1] = x.type.shape;
    const split = reshape(c, x, [b, floorDivideDims(h, n), n, floorDivideDims(w, n), n, channels]);
    return reshape(c, transpose(c, split, [0, 1, 3, 2, 4, 5]), [
      b,
      floorDivideDims(h, n),
      floorDivideDims(w, n),
      multiplyDims(channels, n * n),
    ]);
  }),
  'tf.nn.depth_to_space': entry("input, block_size, data_format='NHWC', name=None", (c, a) => {
    const x = a.tensor('input');
    const n = a.int('block_size');
    const [b = 1, h = 1, w = 1, channels = 1] = x.type.shape;
    const split = reshape(c, x, [b, h, w, n, n, floorDivideDims(channels, n * n)]);
    return reshape(c, transpose(c, split, [0, 1, 3, 2, 4, 5]), [
      b,
      multiplyDims(h, n),
      multiplyDims(w, n),
      floorDivideDims(channels, n * n),
    ]);
  }),
};

function anyPool(op: 'maxPool' | 'avgPool'): ApiEntry {
  return entry('input, ksize, strides, padding, data_format=None, name=None', (c, a) => {
    const x = a.tensor('input');
    const spatial = rankOf(x) - 2;
    const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
    const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), spatial, channelsFirst, name);
    return pool(c, op, x, sizes('ksize'), sizes('strides'), paddingOf(c, knownValue(c, a.value('padding')), channelsFirst), channelsFirst);
  });
}
