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
  const [a, b] = [elementsOf(inputs, 0), elementsOf(inputs, 1)];
  const axes = axisWindows(shapes.input.slice(1, -1), shapes.output.slice(1, -1), shapes.filter.slice(0, -2), attrs);
  const run = { axes, batch: shapes.input[0] ?? 0, ...channels(kind, shapes) };
  if (role === 'output') sumWindows(run, (y, x, f) => addTo(out, y, a[x] ?? 0, b[f] ?? 0));
  else if (role === 'input') sumWindows(run, (y, x, f) => addTo(out, x, a[y] ?? 0, b[f] ?? 0));
  else sumWindows(run, (y, x, f) => addTo(out, f, a[x] ?? 0, b[y] ?? 0));
  return resultOf(context, out);
}

function addTo(out: Float64Array, where: number, x: number, y: number): void {
  out[where] = (out[where] ?? 0) + x * y;
}

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

/** Calls back with the offsets in output, input and filter of every product that the convolution sums. */
function sumWindows({ axes, batch, groups, cin, cout }: Run, visit: (output: number, input: number, filter: number) => void): void {
  const inputSpace = product(axes.map((axis) => axis.input));
  const outputSpace = product(axes.map((axis) => axis.output));
  for (let n = 0; n < batch; n++) {
    visitWindows(axes, (o, i, w) => {
      for (let g = 0; g < groups; g++) {
        const y = ((n * outputSpace + o) * groups + g) * cout;
        for (let c = 0; c < cin; c++) {
          const x = ((n * inputSpace + i) * groups + g) * cin + c;
          const f = ((w * cin + c) * groups + g) * cout;
          for (let d = 0; d < cout; d++) visit(y + d, x, f + d);
        }
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
