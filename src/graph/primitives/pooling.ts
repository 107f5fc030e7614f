/** Owns max and average pooling, channels last, 1 to 3 spatial dims, and their gradients; each is linear in what flows, so every order exists. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { ANYTHING } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import type { Attrs } from '../graph';
import type { Failure, Inferred, KernelContext, Primitive } from '../primitive';
import { shapeAttr, sizes } from './attrs';
import { checkShapes, typeAt } from './checks';
import { type Elements, elementsOf, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { checkDtype, FLOATS, REALS, rankFailure } from './inferring';
import { axisWindows, outputSizes, perAxis, visitWindows, windowAttrs } from './window';

function pooledShape(name: string, shape: Shape, attrs: Attrs): Shape | Failure {
  const spatial = shape.length - 2;
  if (spatial < 1 || spatial > 3) return rankFailure(`${name} needs an input of rank 3 to 5, not ${shape.length}`, shape.length);
  const out = outputSizes(shape.slice(1, -1), perAxis(attrs.window, spatial), windowAttrs(attrs, spatial), name);
  return 'code' in out ? out : [shape[0] ?? 1, ...out, shape.at(-1) ?? 1];
}

/** Calls back with flat offsets (output, input), channels included, for every element under every window. */
function visitPools(attrs: Attrs, input: readonly number[], output: readonly number[], visit: (to: number, from: number) => void): void {
  const spatial = input.length - 2;
  const axes = axisWindows(input.slice(1, -1), output.slice(1, -1), perAxis(attrs.window, spatial), windowAttrs(attrs, spatial));
  const depth = input.at(-1) ?? 1;
  const [from, to] = [product(input.slice(1, -1)), product(output.slice(1, -1))];
  for (let n = 0; n < (input[0] ?? 0); n++) {
    visitWindows(axes, (o, i) => {
      for (let c = 0; c < depth; c++) visit((n * to + o) * depth + c, (n * from + i) * depth + c);
    });
  }
}

/** For each window the offset of its maximum: the first of equals; a NaN once met stays. */
function maxima(x: Elements, attrs: Attrs, input: readonly number[], output: readonly number[]): Int32Array {
  const best = new Int32Array(product(output)).fill(-1);
  visitPools(attrs, input, output, (to, from) => {
    const old = best[to] ?? -1;
    if (old < 0 || (x[from] ?? 0) > (x[old] ?? 0)) best[to] = from;
  });
  return best;
}

/** TensorFlow's own kernel: 2-D, padding by name. */
function native(op: string, inputs: readonly Tensor[], context: KernelContext): Tensor | undefined {
  const { raw, attrs } = context;
  const image = inputs[inputs.length - 1];
  if (!raw || image?.rank !== 4 || image.dtype !== 'float32' || image.size === 0) return undefined;
  const { strides, padding } = windowAttrs(attrs, 2);
  if (padding !== 'same' && padding !== 'valid') return undefined;
  return raw(op, inputs, {
    T: { type: 'dtype', value: 'float32' },
    ksize: { type: 'ints', value: [1, ...perAxis(attrs.window, 2), 1] },
    strides: { type: 'ints', value: [1, ...strides, 1] },
    padding: { type: 'string', value: padding.toUpperCase() },
    data_format: { type: 'string', value: 'NHWC' },
  });
}

function inferPool(name: string, types: readonly TensorType[], attrs: Attrs): Inferred {
  const x = typeAt(types, 0);
  const shape = checkDtype(name, x.dtype, name === 'avgPool' ? FLOATS : REALS) ?? pooledShape(name, x.shape, attrs);
  return 'code' in shape ? shape : { shape, dtype: x.dtype };
}

const maxPool: Primitive = {
  name: 'maxPool',
  infer: (types, attrs) => inferPool('maxPool', types, attrs),
  gradient: ({ build, inputs: [x = 0], dy, attrs }) => [build.emit('maxPoolGradient', [x, dy], attrs)],
  range: ([x]) => x ?? ANYTHING,
  kernel: (inputs, context) => {
    const done = native('MaxPool', inputs, context);
    if (done) return done;
    const x = elementsOf(inputs, 0);
    return resultOf(
      context,
      Float64Array.from(maxima(x, context.attrs, tensorAt(inputs, 0).shape, sizes(context.outputType.shape)), (i) => x[i] ?? Number.NaN),
    );
  },
};

/** maxPoolGradient(x, dy): sends dy to the maximum of each window. */
const maxPoolGradient: Primitive = {
  name: 'maxPoolGradient',
  infer: (types, attrs) => inferBackward('maxPool', typeAt(types, 0).shape, typeAt(types, 1), attrs),
  gradient: ({ build, inputs: [x = 0], dy, attrs }) => [build.zerosLike(x), build.emit('maxPoolPick', [x, dy], attrs)],
  kernel: (inputs, context) => {
    const pooled = native('MaxPool', inputs.slice(0, 1), context);
    const done = pooled && native('MaxPoolGrad', [tensorAt(inputs, 0), pooled, tensorAt(inputs, 1)], context);
    if (done) return done;
    const [x, dy] = [elementsOf(inputs, 0), elementsOf(inputs, 1)];
    const out = new Float64Array(x.length);
    maxima(x, context.attrs, tensorAt(inputs, 0).shape, tensorAt(inputs, 1).shape).forEach((from, to) => {
      if (from >= 0) out[from] = (out[from] ?? 0) + (dy[to] ?? 0);
    });
    return resultOf(context, out);
  },
};

/** maxPoolPick(x, v): the elements of v where x has the maximum of each window. */
const maxPoolPick: Primitive = {
  name: 'maxPoolPick',
  infer: (types, attrs) => {
    const wrong = checkShapes(typeAt(types, 0).shape, typeAt(types, 1).shape, 'maxPoolPick');
    return wrong ?? inferPool('maxPool', types, attrs);
  },
  gradient: ({ build, inputs: [x = 0], dy, attrs }) => [build.zerosLike(x), build.emit('maxPoolGradient', [x, dy], attrs)],
  kernel: (inputs, context) => {
    const [x, v] = [elementsOf(inputs, 0), elementsOf(inputs, 1)];
    return resultOf(
      context,
      Float64Array.from(maxima(x, context.attrs, tensorAt(inputs, 0).shape, sizes(context.outputType.shape)), (i) => v[i] ?? 0),
    );
  },
};

function inferBackward(name: string, x: Shape, dy: TensorType, attrs: Attrs): Inferred {
  const shape = pooledShape(name, x, attrs);
  if ('code' in shape) return shape;
  return checkShapes(dy.shape, shape, `the gradient of ${name} needs the output's shape`) ?? { shape: x, dtype: dy.dtype };
}

/** How many elements each window covers, padding left out. */
function counts(attrs: Attrs, input: readonly number[], output: readonly number[]): Int32Array {
  const list = new Int32Array(product(output));
  visitPools(attrs, input, output, (to) => {
    list[to] = (list[to] ?? 0) + 1;
  });
  return list;
}

function average(inputs: readonly Tensor[], context: KernelContext): Tensor {
  const done = native('AvgPool', inputs, context);
  if (done) return done;
  const x = elementsOf(inputs, 0);
  const [input, output] = [tensorAt(inputs, 0).shape, sizes(context.outputType.shape)];
  const out = new Float64Array(product(output));
  visitPools(context.attrs, input, output, (to, from) => {
    out[to] = (out[to] ?? 0) + (x[from] ?? 0);
  });
  counts(context.attrs, input, output).forEach((count, i) => {
    out[i] = (out[i] ?? 0) / count;
  });
  return resultOf(context, out);
}

const avgPool: Primitive = {
  name: 'avgPool',
  infer: (types, attrs) => inferPool('avgPool', types, attrs),
  gradient: ({ build, inputs: [x = 0], dy, attrs }) => [build.emit('avgPoolGradient', [dy], { ...attrs, inputShape: build.shape(x) })],
  range: ([x]) => (x ? { ...x, integral: false } : ANYTHING),
  kernel: average,
};

/** avgPoolGradient(dy): spreads dy evenly over each window. */
const avgPoolGradient: Primitive = {
  name: 'avgPoolGradient',
  infer: (types, attrs) => inferBackward('avgPool', shapeAttr(attrs, 'inputShape'), typeAt(types, 0), attrs),
  gradient: ({ build, dy, attrs }) => [
    build.emit('avgPool', [dy], { window: attrs.window, strides: attrs.strides, padding: attrs.padding }),
  ],
  kernel: (inputs, context) => {
    const shape = context.tf.tensor1d(sizes(context.outputType.shape), 'int32');
    const done = native('AvgPoolGrad', [shape, tensorAt(inputs, 0)], context);
    if (done) return done;
    const dy = elementsOf(inputs, 0);
    const [input, output] = [sizes(context.outputType.shape), tensorAt(inputs, 0).shape];
    const size = counts(context.attrs, input, output);
    const out = new Float64Array(product(input));
    visitPools(context.attrs, input, output, (to, from) => {
      out[from] = (out[from] ?? 0) + (dy[to] ?? 0) / (size[to] ?? 1);
    });
    return resultOf(context, out);
  },
};

export const POOLING: readonly Primitive[] = [maxPool, maxPoolGradient, maxPoolPick, avgPool, avgPoolGradient];
