/** Owns keras.ops' Fourier transforms (complex numbers as pairs of real tensors) and keras.ops.image. */
import { failure } from '../../graph/primitive';
import type { Args, CallContext } from '../../value/api';
import { integer, list, type TensorValue, tuple, type Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { rankOf } from '../tensors';
import { asFloat, delegate, delegateTensor, opsTable } from './promote';

function complex(c: CallContext, value: Value): TensorValue {
  const parts = value.kind === 'tuple' || value.kind === 'list' ? value.items.map((item) => c.tensor(item)) : [];
  const [real, imaginary] = parts;
  if (!real || !imaginary || parts.length !== 2)
    return c.fail(failure('argument', 'value', 'x must be a pair of tensors, the real and the imaginary part'));
  new TensorMath(c).requireSameShape(real, imaginary, 'the real and the imaginary part');
  return c.emit('complex', [real, imaginary]);
}

const parts = (c: CallContext, x: Value): Value => tuple(['real', 'imag'].map((op) => c.emit(op, [c.tensor(x)])));
const lengthOf = (args: Args) => (args.value('fft_length').kind === 'none' ? args.value('fft_length') : list([args.value('fft_length')]));

const FOURIER: ApiTable = opsTable({
  fft: entry('x', (c, args) => parts(c, delegate(c, 'tf.signal.fft', [complex(c, args.value('x'))]))),
  fft2: entry('x', (c, args) => parts(c, delegate(c, 'tf.signal.fft2d', [complex(c, args.value('x'))]))),
  ifft2: entry('x', (c, args) => parts(c, delegate(c, 'tf.signal.ifft2d', [complex(c, args.value('x'))]))),
  rfft: entry('x, fft_length=None', (c, args) => parts(c, delegate(c, 'tf.signal.rfft', [asFloat(c, args.tensor('x')), lengthOf(args)]))),
  irfft: entry('x, fft_length=None', (c, args) => delegate(c, 'tf.signal.irfft', [complex(c, args.value('x')), lengthOf(args)])),
  stft: entry("x, sequence_length, sequence_stride, fft_length, window='hann', center=True", (c, args) => {
    if (args.value('window').kind !== 'string' || args.string('window') !== 'hann') return c.unknown('an stft with its own window');
    const x = args.tensor('x');
    const [length, fft] = [args.int('sequence_length'), args.int('fft_length')];
    if (length !== fft) return c.unknown('an stft whose window is shorter than its transform');
    const half = integer(Math.floor(fft / 2));
    const none = tuple([integer(0), integer(0)]);
    const widths = list(x.type.shape.map((_, axis) => (axis === rankOf(x) - 1 ? tuple([half, half]) : none)));
    const padded = args.bool('center') ? delegate(c, 'tf.pad', [x, widths, { kind: 'string', value: 'REFLECT' }]) : x;
    return parts(c, delegate(c, 'tf.signal.stft', [padded, integer(length), args.value('sequence_stride'), integer(fft)]));
  }),
  extract_sequences: entry('x, sequence_length, sequence_stride', (c, args) =>
    delegate(c, 'tf.signal.frame', [args.value('x'), args.value('sequence_length'), args.value('sequence_stride')]),
  ),
  view_as_complex: entry('x', (c, args) => {
    const x = args.tensor('x');
    const [real, imaginary] = [0, 1].map((index) => delegateTensor(c, 'tf.gather', [x, integer(index)], { axis: integer(-1) }));
    return real && imaginary ? c.emit('complex', [real, imaginary]) : c.unknown('view_as_complex');
  }),
  view_as_real: entry('x', (c, args) => {
    const x = args.tensor('x');
    return c.emit('stack', [c.emit('real', [x]), c.emit('imag', [x])], { axis: rankOf(x) });
  }),
});

/** Images stand channels last unless data_format says otherwise, which is a gap. */
function images(c: CallContext, args: Args, name = 'images'): TensorValue {
  if (args.value('data_format').kind !== 'none' && args.string('data_format') !== 'channels_last') c.unknown('images with channels first');
  return args.tensor(name);
}

const IMAGE: ApiTable = {
  'keras.ops.image.resize': entry(
    "images, size, interpolation='bilinear', antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, fill_mode='constant', fill_value=0.0, data_format=None",
    (c, args) => {
      const x = images(c, args);
      if (args.bool('crop_to_aspect_ratio') || args.bool('pad_to_aspect_ratio')) c.unknown('resizing that keeps the aspect ratio');
      const resized = delegateTensor(c, 'tf.image.resize', [x, args.value('size')], {
        method: args.value('interpolation'),
        antialias: args.value('antialias'),
      });
      return new TensorMath(c).cast(resized, x.type.dtype);
    },
  ),
  'keras.ops.image.rgb_to_grayscale': entry('images, data_format=None', (c, args) => {
    const m = new TensorMath(c);
    const x = images(c, args);
    const weights = c.tensor(list([0.2989, 0.587, 0.114].map((value) => ({ kind: 'number', float: true, value }))), 'float32');
    return m.cast(m.sum(m.mul(asFloat(c, x), m.cast(weights, asFloat(c, x).type.dtype)), [-1], true), x.type.dtype);
  }),
  'keras.ops.image.rgb_to_hsv': entry('images, data_format=None', (c, args) => delegate(c, 'tf.image.rgb_to_hsv', [images(c, args)])),
  'keras.ops.image.hsv_to_rgb': entry('images, data_format=None', (c, args) => delegate(c, 'tf.image.hsv_to_rgb', [images(c, args)])),
  'keras.ops.image.sobel_edges': entry('images, data_format=None', (c, args) => delegate(c, 'tf.image.sobel_edges', [images(c, args)])),
  'keras.ops.image.ssim': entry(
    'image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None',
    (c, args) =>
      delegate(
        c,
        'tf.image.ssim',
        ['image1', 'image2', 'max_val', 'filter_size', 'filter_sigma', 'k1', 'k2'].map((name) =>
          name === 'image1' ? images(c, args, name) : args.value(name),
        ),
      ),
  ),
  'keras.ops.image.extract_patches': entry("images, size, strides=None, dilation_rate=1, padding='valid', data_format=None", (c, args) => {
    const x = images(c, args);
    const square = (value: Value) => (value.kind === 'number' ? [value, value] : [...c.iterate(value)]);
    const four = (value: Value) => list([integer(1), ...square(value), integer(1)]);
    const size = args.value('size');
    const strides = args.value('strides').kind === 'none' ? size : args.value('strides');
    const padding: Value = { kind: 'string', value: args.string('padding').toUpperCase() };
    return delegate(c, 'tf.image.extract_patches', [x, four(size), four(strides), four(args.value('dilation_rate')), padding]);
  }),
};

export const SIGNAL_OPS: ApiTable = { ...FOURIER, ...IMAGE };
