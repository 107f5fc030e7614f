/** Owns TensorFlow.js's images, windows and normalization. */
import type { ApiEntry, CallContext } from '../../value/api';
import { list, type TensorValue, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, dimAt, expandDims, like, multiply, rankOf, reshape, sliceAxis, stack } from '../tensors';
import { bandPart, diag } from '../tf/linalg';
import { dropout } from '../tf/nn';
import { resize } from '../tf/resize';
import { grids } from '../tf/shapes';
import { argument, asFloat, matched, optionalArgument, tensorLike } from './tensorLike';

function resized(method: 'bilinear' | 'nearest'): ApiEntry {
  return entry('images, size, alignCorners=False, halfPixelCenters=False', (c, a) =>
    resize(c, asFloat(c, argument(c, a, 'images')), a.shape('size'), {
      method,
      antialias: false,
      alignCorners: a.bool('alignCorners'),
      halfPixelCenters: a.bool('halfPixelCenters'),
    }),
  );
}

/** (x - mean) / sqrt(variance + epsilon) * scale + offset. */
const batchNorm: ApiEntry = entry('x, mean, variance, offset=None, scale=None, varianceEpsilon=None', (c, a) => {
  const x = asFloat(c, argument(c, a, 'x'));
  const epsilon = a.value('varianceEpsilon').kind === 'none' ? 1e-3 : a.number('varianceEpsilon');
  const inverse = c.emit('rsqrt', [add(c, argument(c, a, 'variance'), epsilon)]);
  const normal = c.emit('multiply', [c.emit('subtract', [x, argument(c, a, 'mean')]), inverse]);
  const [offset, scale] = [optionalArgument(c, a, 'offset'), optionalArgument(c, a, 'scale')];
  const scaled = scale === undefined ? normal : c.emit('multiply', [normal, scale]);
  return offset === undefined ? scaled : c.emit('add', [scaled, offset]);
});

/** Windows of a length, a step apart; what does not fill one is left out. */
function frames(c: CallContext, x: TensorValue, length: number, step: number): TensorValue {
  const size = dimAt(x, 0);
  if (typeof size !== 'number' || rankOf(x) !== 1) return c.unknown('frames of a signal whose length is not known');
  const count = Math.max(0, Math.floor((size - length) / step) + 1);
  if (count === 0) return c.unknown('a signal shorter than its frames');
  return stack(
    c,
    Array.from({ length: count }, (_, i) => sliceAxis(c, x, 0, i * step, length)),
    0,
  );
}

/** a - b cos(2 pi i / n), of even length. */
function cosineWindow(a: number, b: number): ApiEntry {
  return entry('windowLength', (c, args) => {
    const length = args.int('windowLength');
    const even = 1 - (length % 2);
    const values = Array.from({ length }, (_, i) => a - b * Math.cos((2 * Math.PI * i) / (length + even - 1)));
    return c.wrap(c.build.constant(values, [length], 'float32'));
  });
}

const ACTIVATIONS: Readonly<Record<string, string>> = { relu: 'relu', sigmoid: 'sigmoid', relu6: 'relu6' };

/** matMul with bias and activation. */
function fusedMatMul(c: CallContext, options: Value): Value {
  if (options.kind !== 'dict') return c.unknown('options that are not known');
  const option = (name: string): Value => options.entries.get(`s:${name}`)?.value ?? { kind: 'none' };
  const flag = (name: string): boolean => c.truth(option(name)) ?? false;
  const [x, y] = matched(c, tensorLike(c, option('a'), 'a'), tensorLike(c, option('b'), 'b'));
  const product = c.emit('matmul', [x, y], { transposeA: flag('transposeA'), transposeB: flag('transposeB') });
  const bias = option('bias');
  const sum = bias.kind === 'none' ? product : c.emit('add', matched(c, product, tensorLike(c, bias, 'bias')));
  const activation = option('activation');
  if (activation.kind === 'none' || (activation.kind === 'string' && activation.value === 'linear')) return sum;
  const op = activation.kind === 'string' ? ACTIVATIONS[activation.value ?? ''] : undefined;
  return op === undefined ? c.unknown('an activation that is not followed') : c.emit(op, [sum]);
}

function reversed(axes: number): ApiEntry {
  return entry('x, axis=None', (c, a) => {
    const x = argument(c, a, 'x');
    const given = axes === 1 ? null : a.axes('axis');
    return c.emit('reverse', [x], { axes: given ?? x.type.shape.map((_, i) => i) });
  });
}

export const TFJS_IMAGES: ApiTable = {
  'tfjs.image.resizeBilinear': resized('bilinear'),
  'tfjs.image.resizeNearestNeighbor': resized('nearest'),
  'tfjs.image.flipLeftRight': entry('image', (c, a) => c.emit('reverse', [argument(c, a, 'image')], { axes: [2] })),
  'tfjs.image.grayscaleToRGB': entry('image', (c, a) => {
    const x = argument(c, a, 'image');
    return c.emit('tile', [x], { multiples: [...x.type.shape.slice(0, -1).map(() => 1), 3] });
  }),
  'tfjs.batchNorm tfjs.batchNorm2d tfjs.batchNorm3d tfjs.batchNorm4d': batchNorm,
  'tfjs.dropout': entry('x, rate, noiseShape=None, seed=None', (c, a) => dropout(c, argument(c, a, 'x', 'float32'), a.number('rate'))),
  'tfjs.linalg.bandPart': entry('a, numLower, numUpper', (c, a) => bandPart(c, argument(c, a, 'a'), a.int('numLower'), a.int('numUpper'))),
  'tfjs.diag': entry('x', (c, a) => {
    const x = argument(c, a, 'x');
    return rankOf(x) === 1 ? diag(c, x, 0) : c.unknown('tf.diag of more than one axis');
  }),
  'tfjs.meshgrid': entry('x=None, y=None, options=None', (c, a) => {
    const given = [a.value('x'), a.value('y')].filter((value) => value.kind !== 'none').map((value) => tensorLike(c, value, 'x'));
    const options = a.value('options');
    const indexing = options.kind === 'dict' ? options.entries.get('s:indexing')?.value : undefined;
    return list(grids(c, given, indexing?.kind === 'string' && indexing.value === 'ij'));
  }),
  'tfjs.math.confusionMatrix': entry('labels, predictions, numClasses', (c, a) => {
    const depth = a.dim('numClasses');
    const hot = (name: string): TensorValue => {
      const ids = cast(c, argument(c, a, name), 'int32');
      return c.emit('oneHot', [ids], { depth, onValue: 1, offValue: 0, axis: -1, dtype: 'float32' });
    };
    return cast(c, c.emit('matmul', [hot('labels'), hot('predictions')], { transposeA: true, transposeB: false }), 'int32');
  }),
  'tfjs.signal.frame': entry('signal, frameLength, frameStep, padEnd=False, padValue=0', (c, a) =>
    a.bool('padEnd') ? c.unknown('frames with padding') : frames(c, argument(c, a, 'signal'), a.int('frameLength'), a.int('frameStep')),
  ),
  'tfjs.signal.hannWindow': cosineWindow(0.5, 0.5),
  'tfjs.signal.hammingWindow': cosineWindow(0.54, 0.46),
  'tfjs.fused.matMul': entry('options', (c, a) => fusedMatMul(c, a.value('options'))),
  'tfjs.reverse1d': reversed(1),
  'tfjs.reverse2d tfjs.reverse3d tfjs.reverse4d': reversed(2),
  'tfjs.localResponseNormalization': entry('x, depthRadius=5, bias=1, alpha=1, beta=0.5', (c, a) => {
    const [x, radius] = [argument(c, a, 'x'), a.int('depthRadius')];
    const channels = dimAt(x, -1);
    if (typeof channels !== 'number') return c.unknown('local response normalization over channels of unknown number');
    const band = bandPart(c, like1(c, channels), radius, radius);
    const flat = reshape(c, c.emit('square', [x]), [-1, channels]);
    const sums = reshape(c, c.emit('matmul', [flat, band], { transposeA: false, transposeB: false }), x.type.shape);
    const scale = c.emit('power', [add(c, multiply(c, sums, a.number('alpha')), a.number('bias')), like(c, a.number('beta'), sums)]);
    return c.emit('divide', [x, scale]);
  }),
};

function like1(c: CallContext, size: number): TensorValue {
  return c.emit('broadcastTo', [expandDims(c, c.wrap(c.build.constant([1], [1], 'float32')), 0)], { shape: [size, size] });
}
