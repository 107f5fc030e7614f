/** Owns tf.signal: Fourier transforms, windows, framing, short-time transforms. */
import { failure } from '../../graph/primitive';
import { addDims, type Dim, floorDivideDims, multiplyDims, subtractDims } from '../../shape/dim';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { cast, dimAt, expandDims, isTensor, multiply, rankOf, sliceAxis, sum, swapAxes } from '../tensors';
import { pad, roll } from './shapes';

const complexEntry = (dims: number, inverse: boolean): ApiEntry =>
  entry('input, name=None', (c, a) => c.emit('fft', [a.tensor('input')], { inverse, dims, adjoint: false }));

export const SIGNAL: ApiTable = {
  'tf.signal.fft': complexEntry(1, false),
  'tf.signal.fft2d': complexEntry(2, false),
  'tf.signal.fft3d': complexEntry(3, false),
  'tf.signal.ifft': complexEntry(1, true),
  'tf.signal.ifft2d': complexEntry(2, true),
  'tf.signal.ifft3d': complexEntry(3, true),
  'tf.signal.rfft': entry('input_tensor, fft_length=None, name=None', (c, a) => {
    const x = a.tensor('input_tensor');
    return rfft(c, x, lengthOf(a) ?? dimAt(x, -1));
  }),
  'tf.signal.irfft': entry('input_tensor, fft_length=None, name=None', (c, a) => {
    const x = a.tensor('input_tensor');
    const length = lengthOf(a) ?? multiplyDims(subtractDims(dimAt(x, -1), 1), 2);
    return c.emit('irfft', [x], { length });
  }),
  'tf.signal.rfft2d': entry('input_tensor, fft_length=None, name=None', (c, a) => {
    const x = a.tensor('input_tensor');
    const [rows, columns] = a.value('fft_length').kind === 'none' ? [dimAt(x, -2), dimAt(x, -1)] : a.shape('fft_length');
    const half = rfft(c, x, columns ?? dimAt(x, -1));
    const turned = swapAxes(c, half, -1, -2);
    return rows === undefined
      ? c.unknown('the length of the transform')
      : swapAxes(c, c.emit('fft', [turned], { inverse: false, dims: 1, adjoint: false }), -1, -2);
  }),
  'tf.signal.hann_window': windowEntry(0.5, 0.5),
  'tf.signal.hamming_window': windowEntry(0.54, 0.46),
  'tf.signal.frame': entry('signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name=None', (c, a) => {
    const x = a.tensor('signal');
    const axis = a.int('axis');
    if (axis !== -1 && axis !== rankOf(x) - 1) return c.unknown('framing along another axis than the last is not followed yet');
    return frame(c, x, a.int('frame_length'), a.int('frame_step'), a.bool('pad_end'), a.number('pad_value'));
  }),
  'tf.signal.stft': entry(
    'signals, frame_length, frame_step, fft_length=None, window_fn=tf.signal.hann_window, pad_end=False, name=None',
    (c, a) => stft(c, a),
  ),
  'tf.signal.fftshift': shiftEntry(1),
  'tf.signal.ifftshift': shiftEntry(-1),
  'tf.signal.overlap_and_add': entry('signal, frame_step, name=None', (c, a) => {
    const x = a.tensor('signal');
    return c.unknown(`adding overlapping frames of rank ${rankOf(x)} is not followed yet`);
  }),
  'tf.signal.linear_to_mel_weight_matrix': entry(
    'num_mel_bins=20, num_spectrogram_bins=129, sample_rate=8000, lower_edge_hertz=125.0, upper_edge_hertz=3800.0, dtype=tf.float32, name=None',
    (c, a) => melWeights(c, a),
  ),
  'tf.signal.dct': cosineTransform(false),
  'tf.signal.idct': cosineTransform(true),
};

/** Moves the middle of each axis to its front, or back. */
function shiftEntry(direction: 1 | -1): ApiEntry {
  return entry('x, axes=None, name=None', (c, a) => {
    const x = a.tensor('x');
    const axes = a.axes('axes') ?? [...x.type.shape.keys()];
    const shifts = axes.map((axis) => {
      const dim = dimAt(x, axis);
      if (typeof dim !== 'number') return c.unknown('shifting an axis of symbolic size');
      return direction * Math.floor(dim / 2);
    });
    return roll(c, x, shifts, axes);
  });
}

function lengthOf(a: Args): Dim | undefined {
  return a.value('fft_length').kind === 'none' ? undefined : a.shape('fft_length').at(-1);
}

function rfft(c: CallContext, x: TensorValue, length: Dim): TensorValue {
  const given = dimAt(x, -1);
  const longer = typeof given === 'number' && typeof length === 'number' && given > length;
  return c.emit('rfft', [longer ? sliceAxis(c, x, -1, 0, length) : x], { length });
}

/** a - b cos(2πn / N). */
function windowEntry(a0: number, b0: number): ApiEntry {
  return entry('window_length, periodic=True, dtype=tf.float32, name=None', (c, a) => {
    const length = a.int('window_length');
    if (length === 1) return c.wrap(c.build.constant([1], [1], a.dtype('dtype')));
    const even = length % 2 === 0;
    const steps = length + (a.bool('periodic') && even ? 1 : 0) - 1;
    const values = Array.from({ length }, (_, n) => a0 - b0 * Math.cos((2 * Math.PI * n) / steps));
    return c.wrap(c.build.constant(values, [length], a.dtype('dtype')));
  });
}

/** (…, frames, length): windows that start every `step` samples. */
function frame(c: CallContext, given: TensorValue, length: number, step: number, padEnd: boolean, value: number): TensorValue {
  if (rankOf(given) === 0) return c.fail(failure('rank', 'shape', 'a scalar cannot be framed', { rank: 0 }), [given]);
  const samples = dimAt(given, -1);
  const count = padEnd ? floorDivideDims(addDims(samples, step - 1), step) : framesOf(samples, length, step);
  const needed = addDims(multiplyDims(subtractDims(count, 1), step), length);
  const missing = subtractDims(needed, samples);
  const grow = padEnd && (typeof missing !== 'number' || missing > 0);
  const x = grow
    ? pad(
        c,
        given,
        given.type.shape.map((_, i) => [0, i === rankOf(given) - 1 ? missing : 0] as const),
        'constant',
        value,
      )
    : given;
  const line = (size: Dim, by: number) => c.wrap(c.build.emit('range', [], { start: 0, step: by, size, dtype: 'int32' }));
  const indices = c.emit('add', [expandDims(c, line(count, step), 1), line(length, 1)]);
  return c.emit('gather', [x, indices], { axis: rankOf(x) - 1, batchDims: 0 });
}

function framesOf(samples: Dim, length: number, step: number): Dim {
  const count = addDims(floorDivideDims(subtractDims(samples, length), step), 1);
  return typeof count === 'number' ? Math.max(0, count) : count;
}

function stft(c: CallContext, a: Args): TensorValue {
  const [length, step] = [a.int('frame_length'), a.int('frame_step')];
  const frames = frame(c, a.tensor('signals'), length, step, a.bool('pad_end'), 0);
  const size = a.optionalInt('fft_length') ?? 2 ** Math.ceil(Math.log2(length));
  const shape = a.value('window_fn');
  if (shape.kind === 'none') return rfft(c, frames, size);
  const window = c.call(
    shape,
    [{ kind: 'number', float: false, value: length }],
    shape.kind === 'api' ? {} : { dtype: { kind: 'dtype', dtype: frames.type.dtype } },
  );
  return isTensor(window)
    ? rfft(c, multiply(c, frames, cast(c, window, frames.type.dtype)), size)
    : c.unknown('a window that is not known');
}

function melWeights(c: CallContext, a: Args): TensorValue {
  const [bins, spectrum, rate] = [a.int('num_mel_bins'), a.int('num_spectrogram_bins'), a.number('sample_rate')];
  const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
  const frequencies = Array.from({ length: spectrum }, (_, i) => mel((i * rate) / 2 / (spectrum - 1))).slice(1);
  const [low, high] = [mel(a.number('lower_edge_hertz')), mel(a.number('upper_edge_hertz'))];
  const edge = (i: number) => low + ((high - low) * i) / (bins + 1);
  const rows = frequencies.map((f) =>
    Array.from({ length: bins }, (_, m) =>
      Math.max(0, Math.min((f - edge(m)) / (edge(m + 1) - edge(m)), (edge(m + 2) - f) / (edge(m + 2) - edge(m + 1)))),
    ),
  );
  const data = [...new Array<number>(bins).fill(0), ...rows.flat()];
  return c.wrap(c.build.constant(data, [spectrum, bins], a.dtype('dtype')));
}

/** cos(π (2n + 1) k / 2N): rows n, columns k. */
const cosines = (size: number): number[][] =>
  Array.from({ length: size }, (_, n) => Array.from({ length: size }, (__, k) => Math.cos((Math.PI * (2 * n + 1) * k) / (2 * size))));

/** The matrix of a transform: type 2, its transpose type 3, and their inverses, which are the other type scaled. */
function cosineMatrix(size: number, type: number, ortho: boolean): number[] {
  const scale = (k: number) => (ortho ? Math.sqrt((k === 0 ? 1 : 2) / size) : type === 2 ? 2 : k === 0 ? 1 : 2);
  const basis = cosines(size);
  const at = (n: number, k: number) => scale(k) * (basis[n]?.[k] ?? 0);
  return Array.from({ length: size * size }, (_, i) =>
    type === 2 ? at(Math.floor(i / size), i % size) : at(i % size, Math.floor(i / size)),
  );
}

function cosineTransform(inverse: boolean): ApiEntry {
  return entry('input, type=2, n=None, axis=-1, norm=None, name=None', (c, a) => {
    const x = a.tensor('input');
    const size = dimAt(x, -1);
    const given = a.int('type');
    if ((given !== 2 && given !== 3) || typeof size !== 'number') return c.unknown('this cosine transform is not followed yet');
    const ortho = a.optionalString('norm') === 'ortho';
    const matrix = cosineMatrix(size, inverse ? 5 - given : given, ortho);
    const weights = c.wrap(c.build.constant(matrix, [size, size], x.type.dtype));
    const product = multiply(c, expandDims(c, x, rankOf(x)), weights);
    return sum(c, product, [-2]);
  });
}
