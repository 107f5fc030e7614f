/** Owns image resizing: a linear map along height and width, and its transpose as gradient. Further derivatives don't exist in TensorFlow. */
import { ANYTHING } from '../../shape/range';
import type { Attrs } from '../graph';
import type { Primitive } from '../primitive';
import { booleanAttr, dtypeAttr, shapeAttr, sizes, stringAttr } from './attrs';
import { checkRank, typeAt } from './checks';
import { type Elements, elementsOf, resultOf, tensorAt } from './host';
import { checkDtype, FLOATS, REALS } from './inferring';
import { type AxisWeights, axisWeights, type ResizeMethod, type ResizeOptions } from './resizeWeights';

function optionsOf(attrs: Attrs): ResizeOptions {
  return {
    method: stringAttr(attrs, 'method') as ResizeMethod,
    alignCorners: booleanAttr(attrs, 'alignCorners'),
    halfPixelCenters: booleanAttr(attrs, 'halfPixelCenters'),
    antialias: booleanAttr(attrs, 'antialias'),
  };
}

type Direction = 'forward' | 'backward';

/** Applies the weights of one axis; backward sends each output element to the inputs it came from. */
function alongAxis(data: Elements, outer: number, inner: number, input: number, weights: AxisWeights, direction: Direction): Float64Array {
  const [from, to] = direction === 'forward' ? [input, weights.length] : [weights.length, input];
  const out = new Float64Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    weights.forEach((taps, position) => {
      for (const [tap, weight] of taps) {
        const [source, target] = direction === 'forward' ? [tap, position] : [position, tap];
        const [a, b] = [(o * from + source) * inner, (o * to + target) * inner];
        for (let c = 0; c < inner; c++) out[b + c] = (out[b + c] ?? 0) + weight * (data[a + c] ?? 0);
      }
    });
  }
  return out;
}

/** Both axes; `image` and `resized` are the shapes before and after resizing, whichever way it goes. */
function apply(data: Elements, image: readonly number[], resized: readonly number[], attrs: Attrs, direction: Direction): Float64Array {
  const [batch = 0, height = 0, width = 0, channels = 0] = image;
  const [, high = 0, wide = 0] = resized;
  const options = optionsOf(attrs);
  const rows = axisWeights(height, high, options);
  const columns = axisWeights(width, wide, options);
  const given = direction === 'forward' ? height : high;
  const across = alongAxis(data, batch * given, channels, width, columns, direction);
  return alongAxis(across, batch, (direction === 'forward' ? wide : width) * channels, height, rows, direction);
}

const resize: Primitive = {
  name: 'resize',
  infer: (types, attrs) => {
    const x = typeAt(types, 0);
    const wrong = checkRank(x, 4, 'the images to resize') ?? checkDtype('resize', x.dtype, REALS);
    const dtype = stringAttr(attrs, 'method') === 'nearest' ? x.dtype : 'float32';
    return wrong ?? { shape: [x.shape[0] ?? 1, ...shapeAttr(attrs, 'size'), x.shape[3] ?? 1], dtype };
  },
  gradient: ({ build, inputs: [x = 0], dy, attrs }) => {
    const back = (): number => build.emit('resizeGradient', [dy], { ...attrs, inputShape: build.shape(x), dtype: build.dtype(x) });
    return [stringAttr(attrs, 'method') === 'area' || !FLOATS.has(build.dtype(x)) ? null : back()];
  },
  range: ([x], attrs) => {
    const { method, antialias } = optionsOf(attrs);
    const within = method === 'nearest' || method === 'area' || (method === 'bilinear' && !antialias);
    return within && x ? { ...x, integral: x.integral && method === 'nearest' } : ANYTHING;
  },
  kernel: (inputs, context) =>
    resultOf(context, apply(elementsOf(inputs, 0), tensorAt(inputs, 0).shape, sizes(context.outputType.shape), context.attrs, 'forward')),
};

const resizeGradient: Primitive = {
  name: 'resizeGradient',
  infer: (_, attrs) => ({ shape: shapeAttr(attrs, 'inputShape'), dtype: dtypeAttr(attrs) }),
  kernel: (inputs, context) =>
    resultOf(context, apply(elementsOf(inputs, 0), sizes(context.outputType.shape), tensorAt(inputs, 0).shape, context.attrs, 'backward')),
};

export const RESIZE: readonly Primitive[] = [resize, resizeGradient];
