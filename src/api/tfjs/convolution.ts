/** Owns TensorFlow.js's convolutions and pooling: channels last, strides and windows as a number or a pair. */
import { floorDivideDims, multiplyDims } from '../../shape/dim';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { expandDims, rankOf, reshape, squeeze, transpose } from '../tensors';
import { conv, type Padding, pool, spatialSizes } from '../tf/convolution';
import { argument, asFloat } from './tensorLike';

/** Without the batch axis one is added, and taken away from the result. */
function batched(c: CallContext, x: TensorValue, spatial: number, compute: (whole: TensorValue) => TensorValue): TensorValue {
  return rankOf(x) === spatial + 1 ? squeeze(c, compute(expandDims(c, x, 0)), [0]) : compute(x);
}

/** `'same'`, `'valid'`, a number for all sides, or pairs. */
function paddingOf(c: CallContext, a: Args, spatial: number): Padding {
  const value = knownValue(c, a.value('pad'));
  if (value.kind === 'string' && (value.value === 'same' || value.value === 'valid')) return value.value;
  if (value.kind === 'number' && value.value !== undefined) {
    const { value: size } = value;
    return Array.from({ length: spatial }, () => [size, size] as const);
  }
  return c.unknown('a padding that is not followed');
}

function sizes(c: CallContext, a: Args, name: string, spatial: number): number[] {
  return spatialSizes(c, knownValue(c, a.value(name)), spatial, false, name);
}

function requireNhwc(c: CallContext, a: Args): void {
  const format = a.value('dataFormat');
  if (format.kind === 'string' && /^NC/.test(format.value ?? '')) c.unknown('channels first is not followed');
}

function convEntry(op: 'conv' | 'depthwiseConv', spatial: number, signature: string, strides = 'strides'): ApiEntry {
  return entry(signature, (c, a) => {
    requireNhwc(c, a);
    const options = {
      strides: sizes(c, a, strides, spatial),
      padding: paddingOf(c, a, spatial),
      dilations: sizes(c, a, strides === 'stride' ? 'dilation' : 'dilations', spatial),
      channelsFirst: false,
    };
    const filter = asFloat(c, argument(c, a, 'filter'));
    return batched(c, asFloat(c, argument(c, a, 'x')), spatial, (x) => conv(c, op, x, filter, options));
  });
}

function poolEntry(op: 'maxPool' | 'avgPool', spatial: number): ApiEntry {
  return entry("x, filterSize, strides, pad, dimRoundingMode=None, dataFormat='NHWC'", (c, a) => {
    requireNhwc(c, a);
    const [window, strides, padding] = [sizes(c, a, 'filterSize', spatial), sizes(c, a, 'strides', spatial), paddingOf(c, a, spatial)];
    return batched(c, asFloat(c, argument(c, a, 'x')), spatial, (x) => pool(c, op, x, window, strides, padding, false));
  });
}

export const TFJS_CONVOLUTION: ApiTable = {
  'tfjs.conv1d': convEntry('conv', 1, "x, filter, stride, pad, dataFormat='NWC', dilation=1, dimRoundingMode=None", 'stride'),
  'tfjs.conv2d': convEntry('conv', 2, "x, filter, strides, pad, dataFormat='NHWC', dilations=None, dimRoundingMode=None"),
  'tfjs.conv3d': convEntry('conv', 3, "x, filter, strides, pad, dataFormat='NDHWC', dilations=None"),
  'tfjs.depthwiseConv2d': convEntry('depthwiseConv', 2, "x, filter, strides, pad, dataFormat='NHWC', dilations=None, dimRoundingMode=None"),
  'tfjs.separableConv2d': entry("x, depthwiseFilter, pointwiseFilter, strides, pad, dilation=None, dataFormat='NHWC'", (c, a) => {
    requireNhwc(c, a);
    const padding = paddingOf(c, a, 2);
    const first = { strides: sizes(c, a, 'strides', 2), padding, dilations: sizes(c, a, 'dilation', 2), channelsFirst: false };
    const second = { strides: [1, 1], padding: 'valid' as const, dilations: [1, 1], channelsFirst: false };
    const [depthwise, pointwise] = [argument(c, a, 'depthwiseFilter'), argument(c, a, 'pointwiseFilter')];
    return batched(c, asFloat(c, argument(c, a, 'x')), 2, (x) =>
      conv(c, 'conv', conv(c, 'depthwiseConv', x, depthwise, first), pointwise, second),
    );
  }),
  'tfjs.conv2dTranspose': entry('x, filter, outputShape, strides, pad, dimRoundingMode=None', (c, a) => {
    const attrs = { strides: sizes(c, a, 'strides', 2), padding: paddingOf(c, a, 2), dilations: [1, 1] };
    const [x, filter] = [argument(c, a, 'x'), argument(c, a, 'filter')];
    return c.emit('convInputGradient', [x, filter], { ...attrs, inputShape: a.shape('outputShape') });
  }),
  'tfjs.maxPool': poolEntry('maxPool', 2),
  'tfjs.avgPool': poolEntry('avgPool', 2),
  'tfjs.maxPool3d': poolEntry('maxPool', 3),
  'tfjs.avgPool3d': poolEntry('avgPool', 3),
  'tfjs.depthToSpace': entry("x, blockSize, dataFormat='NHWC'", (c, a) => {
    requireNhwc(c, a);
    const [x, n] = [argument(c, a, 'x'), a.int('blockSize')];
    const [b = 1, h = 1, w = 1, channels = 1] = x.type.shape;
    const depth = floorDivideDims(channels, n * n);
    const split = reshape(c, x, [b, h, w, n, n, depth]);
    return reshape(c, transpose(c, split, [0, 1, 3, 2, 4, 5]), [b, multiplyDims(h, n), multiplyDims(w, n), depth]);
  }),
};
