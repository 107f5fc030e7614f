/** Owns the resizing of images. */
import { failure } from '../../graph/primitive';
import type { Dim } from '../../shape/dim';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { expandDims, rankOf } from '../tensors';

export type ResizeMethod = 'bilinear' | 'nearest' | 'bicubic' | 'area';

const OTHER_METHODS = new Set(['lanczos3', 'lanczos5', 'gaussian', 'mitchellcubic']);

export interface ResizeOptions {
  readonly method: string;
  readonly antialias: boolean;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** (B, h, w, c) or (h, w, c) to the size. */
export function resize(c: CallContext, images: TensorValue, size: readonly Dim[], options: ResizeOptions): TensorValue {
  if (size.length !== 2)
    return c.fail(failure('argument', 'value', `size must be [height, width], not ${size.length} element${size.length === 1 ? '' : 's'}`), [
      images,
    ]);
  const method = options.method.toLowerCase();
  if (method !== 'bilinear' && method !== 'nearest' && method !== 'bicubic' && method !== 'area')
    return OTHER_METHODS.has(method)
      ? c.unknown(`resizing by ${options.method} is not followed yet`)
      : c.fail(failure('argument', 'value', `'${options.method}' is not a method of resizing`));
  const single = rankOf(images) === 3;
  if (!single && rankOf(images) !== 4)
    return c.fail(failure('rank', 'value', `images must have rank 3 or 4, not ${rankOf(images)}`, { rank: rankOf(images) }), [images]);
  const { antialias, alignCorners, halfPixelCenters } = options;
  const out = c.emit('resize', [single ? expandDims(c, images, 0) : images], { size, method, alignCorners, halfPixelCenters, antialias });
  return single ? c.emit('squeeze', [out], { axes: [0] }) : out;
}
