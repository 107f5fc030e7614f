/** Owns tf.image's similarity measures: SSIM, multi-scale SSIM, PSNR. */
import { failure } from '../../graph/primitive';
import { compareDims, type Dim, dimText, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import { integerLimits } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, dimAt, divide, mean, multiply, rankOf, reduce, reshape, scalar, square, stack, subtract } from '../tensors';
import { toFloatImage } from './image';
import { pad } from './shapes';

interface Filter {
  readonly size: number;
  readonly sigma: number;
  readonly k1: number;
  readonly k2: number;
}

const filterOf = (a: Args): Filter => ({
  size: a.int('filter_size'),
  sigma: a.number('filter_sigma'),
  k1: a.number('k1'),
  k2: a.number('k2'),
});

const WEIGHTS = '(0.0448, 0.2856, 0.3001, 0.2363, 0.1333)';

export const IMAGE_SIMILARITY: ApiTable = {
  'tf.image.ssim': entry('img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, return_index_map=False', (c, a) => {
    const { x, y, most } = imagesOf(c, a, 'img1', 'img2');
    const { ssim } = perChannel(c, x, y, most, filterOf(a), a.bool('return_index_map'));
    return mean(c, ssim, [-1]);
  }),
  'tf.image.ssim_multiscale': entry(
    `img1, img2, max_val, power_factors=${WEIGHTS}, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03`,
    (c, a) => {
      const { x, y, most } = imagesOf(c, a, 'img1', 'img2');
      const factors = a.items('power_factors').map((item) => (item.kind === 'number' ? (item.value ?? 1) : 1));
      return multiscale(c, x, y, most, factors, filterOf(a));
    },
  ),
  'tf.image.psnr': entry('a, b, max_val, name=None', (c, a) => {
    const { x, y, most } = imagesOf(c, a, 'a', 'b');
    const error = mean(c, c.emit('squaredDifference', [x, y]), [-3, -2, -1]);
    const log = c.emit('log', [most]);
    return subtract(c, multiply(c, log, 20 / Math.LN10), multiply(c, c.emit('log', [error]), 10 / Math.LN10));
  }),
};

/** Both images as float32 with the range scaled alike. */
function imagesOf(
  c: CallContext,
  a: Args,
  first: string,
  second: string,
): { readonly x: TensorValue; readonly y: TensorValue; readonly most: TensorValue } {
  const given = a.tensor(first);
  const [x, y] = [toFloatImage(c, given), toFloatImage(c, a.tensor(second))];
  requireImages(c, x, y);
  const [, limit] = integerLimits(given.type.dtype) ?? [0, 1];
  const most = a.value('max_val');
  const value =
    most.kind === 'number' && most.value !== undefined
      ? scalar(c, most.value / limit, 'float32')
      : divide(c, c.emit('cast', [a.tensor('max_val')], { dtype: 'float32' }), limit);
  return { x, y, most: value };
}

function requireImages(c: CallContext, x: TensorValue, y: TensorValue): void {
  if (rankOf(x) < 3 || rankOf(y) < 3)
    c.fail(failure('rank', 'value', 'images must have at least rank 3', { rank: Math.min(rankOf(x), rankOf(y)) }), [x, y]);
  for (const axis of [-3, -2, -1]) {
    if (compareDims(dimAt(x, axis), dimAt(y, axis)) === 'different')
      c.fail(failure('shape-mismatch', 'value', `the images differ in axis ${axis}`), [x, y]);
  }
}

/** Gaussian weights of a square window, as the softmax that TensorFlow computes. */
function gaussian({ size, sigma }: Filter): number[] {
  const coordinates = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
  const exponent = (i: number, j: number) => ((coordinates[i] ?? 0) ** 2 + (coordinates[j] ?? 0) ** 2) * (-0.5 / sigma ** 2);
  const raw = coordinates.flatMap((_, i) => coordinates.map((__, j) => Math.exp(exponent(i, j))));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}

interface Scores {
  readonly ssim: TensorValue;
  readonly contrast: TensorValue;
}

/** Per image and channel; `map`: per pixel. */
function perChannel(c: CallContext, x: TensorValue, y: TensorValue, most: TensorValue, filter: Filter, map = false): Scores {
  for (const axis of [-3, -2]) {
    const dim = dimAt(x, axis);
    if (typeof dim === 'number' && dim < filter.size) {
      c.fail(
        failure('window-too-large', 'value', `the filter of ${filter.size} is larger than the image (${dimText(dim)})`, { size: dim }),
        [x, y],
      );
    }
  }
  const channels = dimAt(x, -1);
  const weights = c.wrap(c.build.constant(gaussian(filter), [filter.size, filter.size, 1, 1], 'float32'));
  const kernel = c.emit('tile', [weights], { multiples: [1, 1, channels, 1] });
  const smooth = (image: TensorValue): TensorValue => {
    const lead = image.type.shape.slice(0, -3);
    const flat = reshape(c, image, [lead.reduce<Dim>(multiplyDims, 1), ...image.type.shape.slice(-3)]);
    const out = c.emit('depthwiseConv', [flat, kernel], { strides: [1, 1], padding: 'valid', dilations: [1, 1] });
    return reshape(c, out, [...lead, ...out.type.shape.slice(1)]);
  };
  const { luminance, contrast } = structure(c, x, y, most, filter, smooth);
  const product = multiply(c, luminance, contrast);
  return map ? { ssim: product, contrast } : { ssim: mean(c, product, [-3, -2]), contrast: mean(c, contrast, [-3, -2]) };
}

function structure(
  c: CallContext,
  x: TensorValue,
  y: TensorValue,
  most: TensorValue,
  { k1, k2 }: Filter,
  smooth: (image: TensorValue) => TensorValue,
): { readonly luminance: TensorValue; readonly contrast: TensorValue } {
  const c1 = square(c, multiply(c, most, k1));
  const c2 = square(c, multiply(c, most, k2));
  const [mean0, mean1] = [smooth(x), smooth(y)];
  const num0 = multiply(c, multiply(c, mean0, mean1), 2);
  const den0 = add(c, square(c, mean0), square(c, mean1));
  const num1 = multiply(c, smooth(multiply(c, x, y)), 2);
  const den1 = smooth(add(c, square(c, x), square(c, y)));
  const luminance = divide(c, add(c, num0, c1), add(c, den0, c1));
  const contrast = divide(c, add(c, subtract(c, num1, num0), c2), add(c, subtract(c, den1, den0), c2));
  return { luminance, contrast };
}

function multiscale(
  c: CallContext,
  x: TensorValue,
  y: TensorValue,
  most: TensorValue,
  factors: readonly number[],
  filter: Filter,
): TensorValue {
  let images = [x, y] as const;
  const scores: TensorValue[] = [];
  factors.forEach((_, scale) => {
    if (scale > 0) images = [halved(c, images[0]), halved(c, images[1])];
    const { ssim, contrast } = perChannel(c, images[0], images[1], most, filter);
    scores.push(c.emit('relu', [scale === factors.length - 1 ? ssim : contrast]));
  });
  const all = stack(c, scores, rankOf(scores[0] ?? x));
  const powers = c.wrap(c.build.constant(factors, [factors.length], 'float32'));
  return mean(c, reduce(c, 'prod', c.emit('power', [all, powers]), [-1]), [-1]);
}

/** Half the size by averages; odd sizes are padded by their mirror. */
function halved(c: CallContext, x: TensorValue): TensorValue {
  const lead = x.type.shape.slice(0, -3);
  const flat = reshape(c, x, [lead.reduce<Dim>(multiplyDims, 1), ...x.type.shape.slice(-3)]);
  const odd = [1, 2].map((axis) => rest(dimAt(flat, axis)));
  const padded = odd.every((n) => n === 0)
    ? flat
    : pad(
        c,
        flat,
        [
          [0, 0],
          [0, odd[0] ?? 0],
          [0, odd[1] ?? 0],
          [0, 0],
        ],
        'symmetric',
        0,
      );
  const out = c.emit('avgPool', [padded], { window: [2, 2], strides: [2, 2], padding: 'valid' });
  return reshape(c, out, [...lead, ...out.type.shape.slice(1)]);
}

/** dim mod 2; symbolic sizes count as even. */
function rest(dim: Dim): number {
  const left = subtractDims(dim, multiplyDims(floorDivideDims(dim, 2), 2));
  return typeof left === 'number' ? left : 0;
}
