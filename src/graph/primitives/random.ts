/** Owns the random source node: seeded, the same on every backend, without gradient. */
import { ANYTHING, type Interval, interval } from '../../shape/range';
import type { Attrs } from '../graph';
import type { Primitive } from '../primitive';
import { dtypeAttr, numberAttr, shapeAttr, sizes, stringAttr } from './attrs';
import { resultOf } from './host';
import { product } from './hostKernels';
import { gamma, normal, poisson, truncatedNormal, type Uniform, uniformSource } from './randomSource';

interface Distribution {
  readonly draw: (uniform: Uniform, a: number, b: number) => number;
  readonly range: (a: number, b: number) => Interval;
}

/** What a and b mean stands in each line: mean and deviation, low and high, probability, shape and rate, rate. */
const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  normal: { draw: (uniform, mean, deviation) => mean + deviation * normal(uniform), range: () => ANYTHING },
  truncatedNormal: {
    draw: (uniform, mean, deviation) => mean + deviation * truncatedNormal(uniform),
    range: (mean, deviation) => interval(mean - 2 * deviation, mean + 2 * deviation),
  },
  uniform: { draw: (uniform, low, high) => low + (high - low) * uniform(), range: interval },
  uniformInt: {
    draw: (uniform, low, high) => low + Math.floor((high - low) * uniform()),
    range: (low, high) => interval(low, high - 1, true),
  },
  bernoulli: { draw: (uniform, probability) => (uniform() < probability ? 1 : 0), range: () => interval(0, 1, true) },
  gamma: { draw: (uniform, shape, rate) => gamma(uniform, shape) / rate, range: () => interval(0, Number.POSITIVE_INFINITY) },
  poisson: { draw: poisson, range: () => interval(0, Number.POSITIVE_INFINITY, true) },
};

function distributionOf(attrs: Attrs): Distribution | undefined {
  return DISTRIBUTIONS[stringAttr(attrs, 'distribution')];
}

const random: Primitive = {
  name: 'random',
  infer: (_, attrs) => ({ shape: shapeAttr(attrs), dtype: dtypeAttr(attrs, 'dtype', 'float32') }),
  range: (_, attrs) => distributionOf(attrs)?.range(numberAttr(attrs, 'a', 0), numberAttr(attrs, 'b', 1)) ?? ANYTHING,
  kernel: (_, context) => {
    const { attrs, outputType } = context;
    const uniform = uniformSource(numberAttr(attrs, 'seed', 0));
    const [a, b] = [numberAttr(attrs, 'a', 0), numberAttr(attrs, 'b', 1)];
    const distribution = distributionOf(attrs);
    const out = new Float64Array(product(sizes(outputType.shape)));
    for (let i = 0; i < out.length; i++) out[i] = distribution?.draw(uniform, a, b) ?? 0;
    return resultOf(context, out);
  },
};

export const RANDOM: readonly Primitive[] = [random];
