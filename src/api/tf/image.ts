/** Owns tf.image: gradients, colours, patches, flips. Resizing stands in resize, similarity measures in imageSimilarity. */
import { failure } from '../../graph/primitive';
import { type Dim, multiplyDims, subtractDims } from '../../shape/dim';
import { integerLimits, isFloat, isInteger } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import { type TensorValue, tuple } from '../../value/value';
import { axesOf } from '../args';
import { type ApiTable, entry } from '../table';
import {
  add,
  cast,
  dimAt,
  divide,
  expandDims,
  filled,
  like,
  maximum,
  mean,
  multiply,
  rankOf,
  reduce,
  reshape,
  select,
  sliceAxis,
  stack,
  subtract,
  sum,
  transpose,
} from '../tensors';
import { toChannelsFirst, toChannelsLast } from './convolution';
import { resize } from './resize';
import { pad } from './shapes';

const difference = (c: CallContext, x: TensorValue, axis: number): TensorValue => {
  const rest = subtractDims(dimAt(x, axis), 1);
  return subtract(c, sliceAxis(c, x, axis, 1, rest), sliceAxis(c, x, axis, 0, rest));
};

export const IMAGE: ApiTable = {
  'tf.image.resize': entry("images, size, method='bilinear', preserve_aspect_ratio=False, antialias=False, name=None", (c, a) =>
    resize(c, a.tensor('images'), a.shape('size'), {
      method: a.string('method'),
      antialias: a.bool('antialias'),
      alignCorners: false,
      halfPixelCenters: true,
    }),
  ),
  'tf.image.image_gradients': entry('image', (c, a) => {
    const x = a.tensor('image');
    if (rankOf(x) !== 4)
      return c.fail(failure('rank', 'value', `image_gradients needs rank 4, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    return tuple(
      [1, 2].map((axis) =>
        pad(
          c,
          difference(c, x, axis),
          x.type.shape.map((_, i) => [0, i === axis ? 1 : 0] as const),
          'constant',
          0,
        ),
      ),
    );
  }),
  'tf.image.sobel_edges': entry('image', (c, a) => sobelEdges(c, a.tensor('image'))),
  'tf.image.total_variation': entry('images, name=None', (c, a) => {
    const x = a.tensor('images');
    const rank = rankOf(x);
    if (rank !== 3 && rank !== 4) return c.fail(failure('rank', 'value', `total_variation needs rank 3 or 4, not ${rank}`, { rank }), [x]);
    const [height, width] = [rank - 3, rank - 2];
    const axes = rank === 4 ? [1, 2, 3] : null;
    const variation = (axis: number) => sum(c, c.emit('abs', [difference(c, x, axis)]), axes);
    return add(c, variation(height), variation(width));
  }),
  'tf.image.rgb_to_grayscale': entry('images, name=None', (c, a) => {
    const given = a.tensor('images');
    const x = toFloatImage(c, given);
    const weights = c.wrap(c.build.constant([0.2989, 0.587, 0.114], [3, 1], 'float32'));
    requireChannels(c, x, 3);
    return fromFloatImage(c, matrixOverChannels(c, x, weights), given);
  }),
  'tf.image.grayscale_to_rgb': entry('images, name=None', (c, a) => {
    const x = a.tensor('images');
    return c.emit('tile', [x], { multiples: x.type.shape.map((_, i) => (i === rankOf(x) - 1 ? 3 : 1)) });
  }),
  'tf.image.rgb_to_yuv': colorMatrix([0.299, -0.14714119, 0.61497538, 0.587, -0.28886916, -0.51496512, 0.114, 0.43601035, -0.10001026]),
  'tf.image.yuv_to_rgb': colorMatrix([1, 1, 1, 0, -0.394642334, 2.03206185, 1.13988303, -0.58062185, 0]),
  'tf.image.rgb_to_yiq': colorMatrix([0.299, 0.59590059, 0.2115, 0.587, -0.27455667, -0.52273617, 0.114, -0.32134392, 0.31119955]),
  'tf.image.yiq_to_rgb': colorMatrix([1, 1, 1, 0.95598634, -0.27201283, -1.10674021, 0.6208248, -0.64720424, 1.70423049]),
  'tf.image.rgb_to_hsv': entry('images, name=None', (c, a) => rgbToHsv(c, a.tensor('images'))),
  'tf.image.convert_image_dtype': entry('image, dtype, saturate=False, name=None', (c, a) =>
    convertImage(c, a.tensor('image'), a.dtype('dtype')),
  ),
  'tf.image.extract_patches': entry('images, sizes, strides, rates, padding, name=None', (c, a) => {
    const [sizes, strides, rates] = ['sizes', 'strides', 'rates'].map((name) => axesOf(c, a.value(name), name) ?? []);
    return extractPatches(c, a.tensor('images'), sizes ?? [], strides ?? [], rates ?? [], a.string('padding').toLowerCase());
  }),
  'tf.image.flip_left_right': flip(-2),
  'tf.image.flip_up_down': flip(-3),
  'tf.image.transpose': entry('image, name=None', (c, a) => {
    const x = a.tensor('image');
    return transpose(c, x, rankOf(x) === 4 ? [0, 2, 1, 3] : [1, 0, 2]);
  }),
  'tf.image.rot90': entry('image, k=1, name=None', (c, a) => {
    const x = a.tensor('image');
    const turned = ((a.int('k') % 4) + 4) % 4;
    const swap = (y: TensorValue) => transpose(c, y, rankOf(y) === 4 ? [0, 2, 1, 3] : [1, 0, 2]);
    const reverse = (y: TensorValue, axis: number) => c.emit('reverse', [y], { axes: [rankOf(y) + axis] });
    if (turned === 0) return x;
    if (turned === 2) return reverse(reverse(x, -3), -2);
    return turned === 1 ? reverse(swap(x), -3) : swap(reverse(x, -3));
  }),
  'tf.image.per_image_standardization': entry('image', (c, a) => {
    const x = a.tensor('image');
    const images = isFloat(x.type.dtype) ? x : cast(c, x, 'float32');
    const axes = [-1, -2, -3];
    const center = subtract(c, images, mean(c, images, axes, true));
    const deviation = c.emit('sqrt', [mean(c, multiply(c, center, center), axes, true)]);
    const pixels = multiplyDims(dimAt(x, -1), multiplyDims(dimAt(x, -2), dimAt(x, -3)));
    const least = c.emit('rsqrt', [cast(c, c.wrap(c.build.dims([pixels], [])), images.type.dtype)]);
    return divide(c, center, maximum(c, deviation, least));
  }),
  'tf.image.central_crop': entry('image, central_fraction', (c, a) => {
    const x = a.tensor('image');
    const fraction = a.number('central_fraction');
    return [-3, -2].reduce((y, axis) => {
      const dim = dimAt(y, axis);
      if (typeof dim !== 'number') return c.unknown('cropping an image of symbolic size');
      const start = Math.trunc((dim - dim * fraction) / 2);
      return sliceAxis(c, y, axis, start, dim - start * 2);
    }, x);
  }),
  'tf.image.pad_to_bounding_box': entry('image, offset_height, offset_width, target_height, target_width', (c, a) => {
    const x = a.tensor('image');
    const side = (axis: number, offset: string, target: string) =>
      [a.dim(offset), subtractDims(subtractDims(a.dim(target), a.dim(offset)), dimAt(x, axis))] as const;
    const sides = [side(-3, 'offset_height', 'target_height'), side(-2, 'offset_width', 'target_width'), [0, 0] as const];
    return pad(c, x, rankOf(x) === 4 ? [[0, 0], ...sides] : sides, 'constant', 0);
  }),
  'tf.image.crop_to_bounding_box': entry('image, offset_height, offset_width, target_height, target_width', (c, a) => {
    const rows = sliceAxis(c, a.tensor('image'), -3, a.dim('offset_height'), a.dim('target_height'));
    return sliceAxis(c, rows, -2, a.dim('offset_width'), a.dim('target_width'));
  }),
  'tf.image.adjust_brightness': entry('image, delta', (c, a) => add(c, a.tensor('image'), a.number('delta'))),
  'tf.image.adjust_contrast': entry('images, contrast_factor', (c, a) => {
    const x = a.tensor('images');
    const center = mean(c, x, [-3, -2], true);
    return add(c, multiply(c, subtract(c, x, center), a.tensor('contrast_factor', x.type.dtype)), center);
  }),
};

function flip(axis: number): ApiEntry {
  return entry('image', (c, a) => {
    const x = a.tensor('image');
    if (rankOf(x) < 3)
      return c.fail(failure('rank', 'value', `an image must have rank 3 or 4, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
    return c.emit('reverse', [x], { axes: [rankOf(x) + axis] });
  });
}

function requireChannels(c: CallContext, x: TensorValue, channels: number): void {
  const last = dimAt(x, -1);
  if (typeof last === 'number' && last !== channels)
    c.fail(failure('shape-mismatch', 'value', `the last axis must have size ${channels}, not ${last}`), [x]);
}

function colorMatrix(values: readonly number[]): ApiEntry {
  return entry('images', (c, a) => {
    const x = a.tensor('images');
    requireChannels(c, x, 3);
    return matrixOverChannels(c, x, c.wrap(c.build.constant(values, [3, 3], x.type.dtype)));
  });
}

/** Contracts the channels with a matrix. */
function matrixOverChannels(c: CallContext, x: TensorValue, matrix: TensorValue): TensorValue {
  const rows = x.type.shape.slice(0, -1);
  const flat = reshape(c, x, [rows.reduce<Dim>(multiplyDims, 1), dimAt(x, -1)]);
  const out = c.emit('matmul', [flat, matrix], { transposeA: false, transposeB: false });
  return reshape(c, out, [...rows, dimAt(out, -1)]);
}

export function toFloatImage(c: CallContext, x: TensorValue): TensorValue {
  return convertImage(c, x, 'float32');
}

function fromFloatImage(c: CallContext, x: TensorValue, like: TensorValue): TensorValue {
  return convertImage(c, x, like.type.dtype);
}

/** Integers stand for 0…1 of floats. */
export function convertImage(c: CallContext, x: TensorValue, dtype: TensorValue['type']['dtype']): TensorValue {
  const from = x.type.dtype;
  if (from === dtype) return x;
  if (isFloat(from) && isFloat(dtype)) return cast(c, x, dtype);
  if (isInteger(from) && isFloat(dtype)) {
    const [, most] = integerLimits(from) ?? [0, 1];
    return multiply(c, cast(c, x, dtype), 1 / most);
  }
  if (isFloat(from) && isInteger(dtype)) {
    const [, most] = integerLimits(dtype) ?? [0, 1];
    return cast(c, multiply(c, x, most + 0.5), dtype);
  }
  return c.unknown('converting images between integer types');
}

/** TensorFlow's kernel, by parts: hue from the largest channel. */
function rgbToHsv(c: CallContext, x: TensorValue): TensorValue {
  requireChannels(c, x, 3);
  const [r, g, b] = [0, 1, 2].map((i) => c.emit('squeeze', [sliceAxis(c, x, -1, i, 1)], { axes: [rankOf(x) - 1] }));
  if (r === undefined || g === undefined || b === undefined) return c.unknown('an image without channels');
  const value = reduce(c, 'max', x, [-1]);
  const spread = subtract(c, value, reduce(c, 'min', x, [-1]));
  const zero = filled(c, 0, value.type.shape, value.type.dtype);
  const saturation = select(c, c.emit('greater', [value, like(c, 0, value)]), divide(c, spread, value), zero);
  const scale = c.emit('divideNoNan', [like(c, 1 / 6, spread), spread]);
  const green = add(c, multiply(c, scale, subtract(c, b, r)), 2 / 6);
  const blue = add(c, multiply(c, scale, subtract(c, r, g)), 4 / 6);
  const isValue = (channel: TensorValue) => c.emit('equal', [channel, value]);
  const hue = select(c, isValue(r), multiply(c, scale, subtract(c, g, b)), select(c, isValue(g), green, blue));
  const positive = select(c, c.emit('less', [hue, like(c, 0, hue)]), add(c, hue, 1), hue);
  const grey = c.emit('greater', [spread, like(c, 0, spread)]);
  return stack(c, [select(c, grey, positive, zero), saturation, value], rankOf(value));
}

/** Vertical and horizontal Sobel filters along a new last axis. */
function sobelEdges(c: CallContext, x: TensorValue): TensorValue {
  if (rankOf(x) !== 4) return c.fail(failure('rank', 'value', `sobel_edges needs rank 4, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
  const channels = dimAt(x, -1);
  const kernels = c.wrap(c.build.constant([-1, -1, -2, 0, -1, 1, 0, -2, 0, 0, 0, 2, 1, -1, 2, 0, 1, 1], [3, 3, 1, 2], x.type.dtype));
  const filters = c.emit('tile', [kernels], { multiples: [1, 1, channels, 1] });
  const padded = pad(
    c,
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
    0,
  );
  const edges = c.emit('depthwiseConv', [padded, filters], { strides: [1, 1], padding: 'valid', dilations: [1, 1] });
  return reshape(c, edges, [...x.type.shape, 2]);
}

/** Patches in depth: (B, rows, columns, size × size × channels). */
function extractPatches(
  c: CallContext,
  images: TensorValue,
  sizes: readonly number[],
  strides: readonly number[],
  rates: readonly number[],
  padding: string,
): TensorValue {
  const [height = 1, width = 1] = sizes.slice(1, 3);
  const channels = dimAt(images, -1);
  if (typeof channels !== 'number') return c.unknown('patches of an image with symbolic channels');
  const depth = height * width * channels;
  // A convolution with one filter per element of a patch.
  const filters = c.wrap(
    c.build.reshape(c.emit('equal', [expandDims(c, line(c, depth), 1), line(c, depth)]).node, [height, width, channels, depth]),
  );
  const attrs = { strides: strides.slice(1, 3), dilations: rates.slice(1, 3), padding };
  return c.emit('conv', [images, cast(c, filters, images.type.dtype)], attrs);
}

function line(c: CallContext, size: number): TensorValue {
  return c.wrap(c.build.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' }));
}

export const BACKEND_IMAGE: ApiTable = {
  'K.resize_images': entry("x, height_factor, width_factor, data_format, interpolation='nearest'", (c, a) => {
    const first = a.string('data_format') === 'channels_first';
    const x = first ? toChannelsLast(c, a.tensor('x')) : a.tensor('x');
    const size = [multiplyDims(dimAt(x, 1), a.int('height_factor')), multiplyDims(dimAt(x, 2), a.int('width_factor'))];
    const out = resize(c, x, size, { method: a.string('interpolation'), antialias: false, alignCorners: false, halfPixelCenters: true });
    return first ? toChannelsFirst(c, out) : out;
  }),
};
