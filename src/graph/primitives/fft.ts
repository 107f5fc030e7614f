/** Owns the Fourier transforms: fft over the last axes, rfft and irfft over the last one; adjoints are ops too, so every order of derivative exists. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { addDims, type Dim, floorDivideDims } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape, TensorType } from '../../shape/shape';
import type { Attrs } from '../graph';
import { KernelError } from '../kernelError';
import type { Inferred, KernelContext, Primitive } from '../primitive';
import { booleanAttr, dimAttr, numberAttr, size, sizes } from './attrs';
import { checkRankAtLeast, typeAt } from './checks';
import { transform } from './fourierTransform';
import { type Elements, elementsOf, linesAlong, resultOf, tensorAt } from './host';
import { COMPLEX, checkDtype, FLOATS } from './inferring';

const COMPLEX_OF: Partial<Record<DType, DType>> = { float64: 'complex128' };
const REAL_OF: Partial<Record<DType, DType>> = { complex128: 'float64' };

/** wasm has no complex tensors. */
function needComplex({ backend }: KernelContext): void {
  if (backend === 'wasm') throw new KernelError('unsupported', 'complex numbers need the TensorFlow or the cpu backend');
}

/** The number of trailing axes, and the factor that the gradient carries. */
const fft: Primitive = {
  name: 'fft',
  infer: (types, attrs) => {
    const x = typeAt(types, 0);
    return checkDtype('fft', x.dtype, COMPLEX) ?? checkRankAtLeast(x, numberAttr(attrs, 'dims', 1), 'the input of fft') ?? x;
  },
  gradient: ({ build, dy, attrs }) => {
    const inverse = !booleanAttr(attrs, 'inverse');
    return [build.emit('fft', [dy], { inverse, dims: numberAttr(attrs, 'dims', 1), adjoint: !booleanAttr(attrs, 'adjoint') })];
  },
  kernel: (inputs, context) => {
    needComplex(context);
    const { shape } = tensorAt(inputs, 0);
    const { attrs } = context;
    const inverse = booleanAttr(attrs, 'inverse');
    let data = Float64Array.from(elementsOf(inputs, 0));
    const axes = Array.from({ length: numberAttr(attrs, 'dims', 1) }, (_, i) => shape.length - 1 - i);
    for (const axis of axes) data = alongAxis(data, shape, axis, inverse);
    const count = axes.reduce((n, axis) => n * (shape[axis] ?? 1), 1);
    // The inverse divides by the count; the adjoint of either has the other's factor.
    const scale = inverse !== booleanAttr(attrs, 'adjoint') ? 1 / count : 1;
    return resultOf(
      context,
      data.map((value) => value * scale),
    );
  },
};

function alongAxis(data: Float64Array, shape: readonly number[], axis: number, inverse: boolean): Float64Array<ArrayBuffer> {
  const lines = linesAlong(shape, axis);
  const out = new Float64Array(data.length);
  const line = new Float64Array(2 * lines.length);
  for (let l = 0; l < lines.count; l++) {
    const start = lines.start(l);
    for (let i = 0; i < lines.length; i++) line.set(data.subarray(2 * (start + i * lines.step), 2 * (start + i * lines.step) + 2), 2 * i);
    const result = transform(line, inverse);
    for (let i = 0; i < lines.length; i++) out.set(result.subarray(2 * i, 2 * i + 2), 2 * (start + i * lines.step));
  }
  return out;
}

/** Half of the spectrum and the middle. */
function bins(length: Dim): Dim {
  return addDims(floorDivideDims(length, 2), 1);
}

function withLast(shape: Shape, last: Dim): Shape {
  return [...shape.slice(0, -1), last];
}

/** Applies f to each row of the last axis; rows of `width` numbers in, of `outWidth` out. */
function eachRow(data: Elements, width: number, outWidth: number, f: (row: Float64Array) => Float64Array): Float64Array {
  const rows = width > 0 ? data.length / width : 0;
  const all = Float64Array.from(data);
  const out = new Float64Array(rows * outWidth);
  for (let r = 0; r < rows; r++) out.set(f(all.subarray(r * width, (r + 1) * width)).subarray(0, outWidth), r * outWidth);
  return out;
}

/** The half spectrum of a real row, cut or filled with zeros to `length`. */
function realForward(row: Float64Array, length: number): Float64Array {
  const line = new Float64Array(2 * length);
  for (let i = 0; i < Math.min(length, row.length); i++) line[2 * i] = row[i] ?? 0;
  return transform(line, false).subarray(0, 2 * (Math.floor(length / 2) + 1));
}

/** Real part of Σ g_k weight_k exp(2πikn / length) over the given bins. */
function realBackward(half: Float64Array, length: number, weight: (bin: number) => number): Float64Array {
  const line = new Float64Array(2 * length);
  const given = Math.min(half.length / 2, Math.floor(length / 2) + 1);
  for (let k = 0; k < given; k++) {
    line[2 * k] = (half[2 * k] ?? 0) * weight(k);
    line[2 * k + 1] = (half[2 * k + 1] ?? 0) * weight(k);
  }
  const full = transform(line, true);
  return Float64Array.from({ length }, (_, n) => full[2 * n] ?? 0);
}

/** Bins that stand for two: all but the first and, of an even length, the middle one. */
function multiplicity(length: number): (bin: number) => number {
  return (bin) => (bin === 0 || 2 * bin === length ? 1 : 2);
}

function padded(row: Float64Array, width: number): Float64Array {
  if (row.length >= width) return row;
  const out = new Float64Array(width);
  out.set(row);
  return out;
}

interface RealTransform {
  readonly name: string;
  readonly adjoint: string;
  readonly from: 'real' | 'complex';
  /** The last size of the output. */
  readonly last: (attrs: Attrs) => Dim;
  readonly row: (row: Float64Array, length: number) => Float64Array;
}

function realTransform({ name, adjoint, from, last, row }: RealTransform): Primitive {
  return {
    name,
    infer: (types, attrs): Inferred => {
      const x: TensorType = typeAt(types, 0);
      const dtype = from === 'real' ? (COMPLEX_OF[x.dtype] ?? 'complex64') : (REAL_OF[x.dtype] ?? 'float32');
      const wrong = checkDtype(name, x.dtype, from === 'real' ? FLOATS : COMPLEX) ?? checkRankAtLeast(x, 1, `the input of ${name}`);
      return wrong ?? { shape: withLast(x.shape, last(attrs)), dtype };
    },
    gradient: ({ build, inputs: [x = 0], dy, attrs }) => [
      build.emit(adjoint, [dy], { length: dimAttr(attrs, 'length'), size: build.shape(x).at(-1) ?? 1 }),
    ],
    kernel: (inputs, context): Tensor => {
      needComplex(context);
      const width = (tensorAt(inputs, 0).shape.at(-1) ?? 0) * (from === 'real' ? 1 : 2);
      const outWidth = (sizes(context.outputType.shape).at(-1) ?? 0) * (from === 'real' ? 2 : 1);
      const length = size(dimAttr(context.attrs, 'length'));
      return resultOf(
        context,
        eachRow(elementsOf(inputs, 0), width, outWidth, (line) => padded(row(line, length), outWidth)),
      );
    },
  };
}

const spectrum = (attrs: Attrs): Dim => bins(dimAttr(attrs, 'length'));
const signal = (attrs: Attrs): Dim => dimAttr(attrs, 'length');
const given = (attrs: Attrs): Dim => dimAttr(attrs, 'size');

function scaledBins(half: Float64Array, length: number): Float64Array {
  const weight = multiplicity(length);
  return half.map((value, i) => (value * weight(Math.floor(i / 2))) / length);
}

export const FOURIER: readonly Primitive[] = [
  fft,
  realTransform({ name: 'rfft', adjoint: 'rfftAdjoint', from: 'real', last: spectrum, row: realForward }),
  realTransform({
    name: 'rfftAdjoint',
    adjoint: 'rfft',
    from: 'complex',
    last: given,
    row: (half, length) => realBackward(half, length, () => 1),
  }),
  realTransform({
    name: 'irfft',
    adjoint: 'irfftAdjoint',
    from: 'complex',
    last: signal,
    row: (half, length) => realBackward(half, length, multiplicity(length)).map((value) => value / length),
  }),
  realTransform({
    name: 'irfftAdjoint',
    adjoint: 'irfft',
    from: 'real',
    last: given,
    row: (line, length) => scaledBins(realForward(line, length), length),
  }),
];
