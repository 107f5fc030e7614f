/** Owns keras.backend's convolutions and pooling. */
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { conv, isChannelsFirst, paddingOf, pool, spatialSizes } from './convolution';
import { pad } from './shapes';

/** Pads the past only, so that no step sees what follows it. */
function causal(
  c: CallContext,
  x: TensorValue,
  kernel: TensorValue,
  strides: readonly number[],
  dilations: readonly number[],
): TensorValue {
  const width = kernel.type.shape[0];
  if (typeof width !== 'number') return c.unknown('a causal convolution with a symbolic kernel');
  const padded = pad(
    c,
    x,
    [
      [0, 0],
      [(dilations[0] ?? 1) * (width - 1), 0],
      [0, 0],
    ],
    'constant',
    0,
  );
  return conv(c, 'conv', padded, kernel, { strides, padding: 'valid', dilations, channelsFirst: false });
}

const backendConv = (spatial: number): ApiEntry =>
  entry("x, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1", (c, a) => {
    const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
    const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), spatial, channelsFirst, name);
    if (a.string('padding') === 'causal') return causal(c, a.tensor('x'), a.tensor('kernel'), sizes('strides'), sizes('dilation_rate'));
    return conv(c, 'conv', a.tensor('x'), a.tensor('kernel'), {
      strides: sizes('strides'),
      padding: paddingOf(c, a.value('padding'), channelsFirst),
      dilations: sizes('dilation_rate'),
      channelsFirst,
    });
  });

const backendPool = (spatial: number): ApiEntry =>
  entry("x, pool_size, strides=1, padding='valid', data_format=None, pool_mode='max'", (c, a) => {
    const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
    const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), spatial, channelsFirst, name);
    return pool(
      c,
      a.string('pool_mode') === 'avg' ? 'avgPool' : 'maxPool',
      a.tensor('x'),
      sizes('pool_size'),
      sizes('strides'),
      paddingOf(c, a.value('padding'), channelsFirst),
      channelsFirst,
    );
  });

export const BACKEND_CONVOLUTION: ApiTable = {
  'K.conv1d': backendConv(1),
  'K.conv2d': backendConv(2),
  'K.conv3d': backendConv(3),
  'K.pool2d': backendPool(2),
  'K.pool3d': backendPool(3),
  'K.depthwise_conv2d': entry("x, depthwise_kernel, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1)", (c, a) => {
    const channelsFirst = isChannelsFirst(a.optionalString('data_format'));
    const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), 2, channelsFirst, name);
    return conv(c, 'depthwiseConv', a.tensor('x'), a.tensor('depthwise_kernel'), {
      strides: sizes('strides'),
      padding: paddingOf(c, a.value('padding'), channelsFirst),
      dilations: sizes('dilation_rate'),
      channelsFirst,
    });
  }),
  'K.conv2d_transpose': entry(
    "x, kernel, output_shape, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1)",
    (c, a) => {
      const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), 2, false, name);
      if (isChannelsFirst(a.optionalString('data_format')))
        return c.unknown('transposed convolutions with channels first are not followed yet');
      const attrs = { strides: sizes('strides'), padding: paddingOf(c, a.value('padding'), false), dilations: sizes('dilation_rate') };
      return c.emit('convInputGradient', [a.tensor('x'), a.tensor('kernel')], { ...attrs, inputShape: a.shape('output_shape') });
    },
  ),
  'K.separable_conv2d': entry(
    "x, depthwise_kernel, pointwise_kernel, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1)",
    (c, a) => {
      const sizes = (name: string) => spatialSizes(c, knownValue(c, a.value(name)), 2, false, name);
      const padding = paddingOf(c, a.value('padding'), false);
      const depthwise = conv(c, 'depthwiseConv', a.tensor('x'), a.tensor('depthwise_kernel'), {
        strides: sizes('strides'),
        padding,
        dilations: sizes('dilation_rate'),
        channelsFirst: false,
      });
      return conv(c, 'conv', depthwise, a.tensor('pointwise_kernel'), {
        strides: [1, 1],
        padding: 'valid',
        dilations: [1, 1],
        channelsFirst: false,
      });
    },
  ),
};
