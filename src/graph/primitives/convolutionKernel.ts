/** Owns the kernel of convolutions and their gradients: one sum over windows and channels, accumulated into the output, the input or the filter. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelContext, RawAttr } from '../primitive';
import { sizes } from './attrs';
import { elementsOf, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { type AxisWindow, axisWindows, visitWindows, type WindowAttrs, windowAttrs } from './window';

/** Which of the three tensors is computed from the other two. */
export type Role = 'output' | 'input' | 'filter';

interface Kind {
  readonly depthwise: boolean;
}

/** The shapes of input, filter and output, whichever of them is the result. */
interface Shapes {
  readonly input: readonly number[];
  readonly filter: readonly number[];
  readonly output: readonly number[];
}

function shapesOf(role: Role, inputs: readonly Tensor[], context: KernelContext): Shapes {
  const [first, second, result] = [tensorAt(inputs, 0).shape, tensorAt(inputs, 1).shape, sizes(context.outputType.shape)];
  if (role === 'output') return { input: first, filter: second, output: result };
  return role === 'input' ? { input: result, filter: second, output: first } : { input: first, filter: result, output: second };
}

export function contract(kind: Kind, role: Role, inputs: readonly Tensor[], context: KernelContext): Tensor {
  const shapes = shapesOf(role, inputs, context);
  const attrs = windowAttrs(context.attrs, shapes.filter.length - 2);
  return native(kind, role, inputs, context, shapes, attrs) ?? onHost(kind, role, inputs, context, shapes, attrs);
}

function onHost(kind: Kind, role: Role, inputs: readonly Tensor[], context: KernelContext, shapes: Shapes, attrs: WindowAttrs): Tensor {
  const out = new Float64Array(product(sizes(context.outputType.shape)));
  const [a, b] = [elementsOf(inputs, 0) as Float32Array, elementsOf(inputs, 1) as Float32Array];
  const axes = axisWindows(shapes.input.slice(1, -1), shapes.output.slice(1, -1), shapes.filter.slice(0, -2), attrs);
  const run = { axes, batch: shapes.input[0] ?? 0, ...channels(kind, shapes) };
  const rows = run.cin === 1 && run.cout === 1 ? DIAGONAL_ROWS : DENSE_ROWS;
  const row = rows[role];
  sumWindows(run, (y, x, f, count) => row(out, a, b, y, x, f, count));
  return resultOf(context, out);
}

/** Adds one row of products: `count` neighbours in output and filter for one element of the input (dense), or in all three (diagonal). */
type AddRow = (out: Float64Array, a: Float32Array, b: Float32Array, y: number, x: number, f: number, count: number) => void;

const DENSE_ROWS: Readonly<Record<Role, AddRow>> = {
  output: (out, input, filter, y, x, f, count) => {
    const value = input[x] as number;
    for (let d = 0; d < count; d++) out[y + d] = (out[y + d] as number) + value * (filter[f + d] as number);
  },
  input: (out, dy, filter, y, x, f, count) => {
    let sum = 0;
    for (let d = 0; d < count; d++) sum += (dy[y + d] as number) * (filter[f + d] as number);
    out[x] = (out[x] as number) + sum;
  },
  filter: (out, input, dy, y, x, f, count) => {
    const value = input[x] as number;
    for (let d = 0; d < count; d++) out[f + d] = (out[f + d] as number) + value * (dy[y + d] as number);
  },
};

const DIAGONAL_ROWS: Readonly<Record<Role, AddRow>> = {
  output: (out, input, filter, y, x, f, count) => {
    for (let d = 0; d < count; d++) out[y + d] = (out[y + d] as number) + (input[x + d] as number) * (filter[f + d] as number);
  },
  input: (out, dy, filter, y, x, f, count) => {
    for (let d = 0; d < count; d++) out[x + d] = (out[x + d] as number) + (dy[y + d] as number) * (filter[f + d] as number);
  },
  filter: (out, input, dy, y, x, f, count) => {
    for (let d = 0; d < count; d++) out[f + d] = (out[f + d] as number) + (input[x + d] as number) * (dy[y + d] as number);
  },
};

/** Channel counts per group; a depthwise filter has the memory layout of a grouped one with a group for each channel. */
function channels(
  { depthwise }: Kind,
  { input, filter, output }: Shapes,
): { readonly groups: number; readonly cin: number; readonly cout: number } {
  const total = input.at(-1) ?? 1;
  const cin = depthwise ? 1 : (filter.at(-2) ?? 1);
  const groups = cin > 0 ? total / cin : 0;
  return { groups, cin, cout: groups > 0 ? (output.at(-1) ?? 0) / groups : 0 };
}

interface Run {
  readonly axes: readonly AxisWindow[];
  readonly batch: number;
  readonly groups: number;
  readonly cin: number;
  readonly cout: number;
}

/** Calls back with the offsets in output, input and filter of every row of products that the convolution sums, and the row's length. */
function sumWindows(run: Run, visit: (output: number, input: number, filter: number, count: number) => void): void {
  const { axes, batch, groups, cin, cout } = run;
  const inputSpace = product(axes.map((axis) => axis.input));
  const outputSpace = product(axes.map((axis) => axis.output));
  for (let n = 0; n < batch; n++) {
    visitWindows(axes, (o, i, w) => {
      const [y, x, f] = [(n * outputSpace + o) * groups * cout, (n * inputSpace + i) * groups * cin, w * cin * groups * cout];
      if (cin === 1 && cout === 1) return visit(y, x, f, groups);
      for (let g = 0; g < groups; g++) {
        for (let c = 0; c < cin; c++) visit(y + g * cout, x + g * cin + c, f + (c * groups + g) * cout, cout);
      }
    });
  }
}

const RAW: Readonly<Record<'conv' | 'depthwise', Readonly<Record<Role, string>>>> = {
  conv: { output: 'Conv2D', input: 'Conv2DBackpropInput', filter: 'Conv2DBackpropFilter' },
  depthwise: {
    output: 'DepthwiseConv2dNative',
    input: 'DepthwiseConv2dNativeBackpropInput',
    filter: 'DepthwiseConv2dNativeBackpropFilter',
  },
};

/** TensorFlow's own kernel for what its CPU implements: 2-D, undilated, equal strides, padding by name; on wasm tfjs's forward kernels. */
function native(
  kind: Kind,
  role: Role,
  inputs: readonly Tensor[],
  context: KernelContext,
  shapes: Shapes,
  attrs: WindowAttrs,
): Tensor | undefined {
  const { raw } = context;
  const [stride = 1, other = 1] = attrs.strides;
  const named = attrs.padding === 'same' || attrs.padding === 'valid';
  if (shapes.filter.length !== 4 || !named || stride !== other || attrs.dilations.some((d) => d !== 1)) return undefined;
  if (!kind.depthwise && shapes.input.at(-1) !== shapes.filter.at(-2)) return undefined;
  const [a, b] = [tensorAt(inputs, 0), tensorAt(inputs, 1)];
  if (a.size === 0 || b.size === 0) return undefined;
  if (!raw)
    return context.backend === 'wasm' && role === 'output'
      ? onWasm(kind, a, b, context, stride, attrs.padding as 'same' | 'valid')
      : undefined;
  const rawAttrs: Record<string, RawAttr> = {
    T: { type: 'dtype', value: 'float32' },
    strides: { type: 'ints', value: [1, stride, stride, 1] },
    padding: { type: 'string', value: String(attrs.padding).toUpperCase() },
    data_format: { type: 'string', value: 'NHWC' },
    dilations: { type: 'ints', value: [1, 1, 1, 1] },
  };
  const op = RAW[kind.depthwise ? 'depthwise' : 'conv'][role];
  if (role === 'output') return raw(op, [a, b], rawAttrs);
  const wanted = context.tf.tensor1d(sizes(context.outputType.shape), 'int32');
  return role === 'input' ? raw(op, [wanted, b, a], rawAttrs) : raw(op, [a, wanted, b], rawAttrs);
}

function onWasm(kind: Kind, x: Tensor, filter: Tensor, { tf }: KernelContext, stride: number, padding: 'same' | 'valid'): Tensor {
  const [input, window] = [x as Tensor4D, filter as Tensor4D];
  return kind.depthwise ? tf.depthwiseConv2d(input, window, stride, padding) : tf.conv2d(input, window, stride, padding);
}
