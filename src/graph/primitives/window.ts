/** Owns sliding windows: sizes of outputs under 'same', 'valid' and explicit padding, and the visiting of windows by kernels (1 to 3 spatial dims). */
import { invariant } from '../../base/assert';
import { addDims, type Dim, floorDivideDims, subtractDims } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import type { Attrs } from '../graph';
import { type Failure, failure } from '../primitive';
import { stringAttr } from './attrs';

export type Padding = 'same' | 'valid' | readonly (readonly [number, number])[];

export interface WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

export function windowAttrs(attrs: Attrs, spatial: number): WindowAttrs {
  const padding = typeof attrs.padding === 'string' ? stringAttr(attrs, 'padding').toLowerCase() : (attrs.padding ?? 'valid');
  invariant(padding === 'same' || padding === 'valid' || Array.isArray(padding), 'padding must be same, valid or a list of pairs');
  return { strides: perAxis(attrs.strides, spatial), dilations: perAxis(attrs.dilations, spatial), padding: padding as Padding };
}

/** One number per spatial axis; a single number serves all, absent means 1. */
export function perAxis(value: unknown, spatial: number): readonly number[] {
  const list = Array.isArray(value) ? (value as readonly number[]) : [typeof value === 'number' ? value : 1];
  return list.length === spatial ? list : new Array<number>(spatial).fill(list[0] ?? 1);
}

/** How much of an axis a window of `size` covers. */
function extent(size: Dim, dilation: number): Dim {
  return typeof size === 'number' ? (size - 1) * dilation + 1 : addDims(multiplied(subtractDims(size, 1), dilation), 1);
}

function multiplied(dim: Dim, by: number): Dim {
  return Array.from({ length: by }).reduce<Dim>((sum) => addDims(sum, dim), 0);
}

/** Output size along each spatial axis, or why there is none. */
export function outputSizes(input: Shape, window: Shape, attrs: WindowAttrs, what: string): Shape | Failure {
  const out: Dim[] = [];
  for (const [i, dim] of input.entries()) {
    const stride = attrs.strides[i] ?? 1;
    const covered = extent(window[i] ?? 1, attrs.dilations[i] ?? 1);
    const pads = Array.isArray(attrs.padding) ? (attrs.padding[i] as readonly [number, number]) : [0, 0];
    const padded = addDims(dim, (pads[0] ?? 0) + (pads[1] ?? 0));
    const last = attrs.padding === 'same' ? subtractDims(dim, 1) : subtractDims(padded, covered);
    if (typeof last === 'number' && last < 0 && attrs.padding !== 'same') return tooSmall(what, padded, covered);
    out.push(addDims(floorDivideDims(last, stride), 1));
  }
  return out;
}

function tooSmall(what: string, size: Dim, window: Dim): Failure {
  const data = { size: Number(size), window: Number(window) };
  return failure('window-too-large', 'shape', `${what}: a window of ${window} does not fit into size ${size}`, data);
}

/** Concrete geometry of one axis. */
export interface AxisWindow {
  readonly input: number;
  readonly output: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first element. */
  readonly before: number;
}

/** The geometry along each spatial axis, three of them always: missing ones have size 1 and come first. */
export function axisWindows(
  input: readonly number[],
  output: readonly number[],
  window: readonly number[],
  attrs: WindowAttrs,
): readonly AxisWindow[] {
  const axes = input.map((size, i): AxisWindow => {
    const [stride, dilation, k, out] = [attrs.strides[i] ?? 1, attrs.dilations[i] ?? 1, window[i] ?? 1, output[i] ?? 1];
    const needed = Math.max((out - 1) * stride + (k - 1) * dilation + 1 - size, 0);
    const explicit = Array.isArray(attrs.padding) ? (attrs.padding[i] as readonly [number, number])[0] : 0;
    return { input: size, output: out, window: k, stride, dilation, before: attrs.padding === 'same' ? Math.floor(needed / 2) : explicit };
  });
  const unit: AxisWindow = { input: 1, output: 1, window: 1, stride: 1, dilation: 1, before: 0 };
  return [...new Array<AxisWindow>(3 - axes.length).fill(unit), ...axes];
}

/** Calls back for every pair of output position and input position under a window, with the position inside the window; all flat and spatial. */
export function visitWindows(axes: readonly AxisWindow[], visit: (output: number, input: number, window: number) => void): void {
  const [a, b, c] = axes;
  invariant(a && b && c, 'three axes');
  const [pairsA, pairsB, pairsC] = [axisPairs(a), axisPairs(b), axisPairs(c)];
  for (let i = 0; i < pairsA.length; i += 3) {
    for (let j = 0; j < pairsB.length; j += 3) {
      const output = ((pairsA[i] ?? 0) * b.output + (pairsB[j] ?? 0)) * c.output;
      const input = ((pairsA[i + 1] ?? 0) * b.input + (pairsB[j + 1] ?? 0)) * c.input;
      const window = ((pairsA[i + 2] ?? 0) * b.window + (pairsB[j + 2] ?? 0)) * c.window;
      for (let k = 0; k < pairsC.length; k += 3)
        visit(output + (pairsC[k] ?? 0), input + (pairsC[k + 1] ?? 0), window + (pairsC[k + 2] ?? 0));
    }
  }
}

/** Triples (output, input, window) along one axis, padding left out, in the order of outputs, then of window positions. */
function axisPairs(axis: AxisWindow): Int32Array {
  const list: number[] = [];
  for (let out = 0; out < axis.output; out++) {
    for (let k = 0; k < axis.window; k++) {
      const position = out * axis.stride - axis.before + k * axis.dilation;
      if (position >= 0 && position < axis.input) list.push(out, position, k);
    }
  }
  return Int32Array.from(list);
}
