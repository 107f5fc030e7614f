/** Owns the weights of image resizing along one axis, as TensorFlow's kernels compute them: which input elements make each output element. */

export type ResizeMethod = 'bilinear' | 'nearest' | 'bicubic' | 'area' | 'lanczos3' | 'lanczos5' | 'gaussian' | 'mitchellcubic';

export interface ResizeOptions {
  readonly method: ResizeMethod;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly antialias: boolean;
}

/** For each output position the input positions and their weights. */
export type AxisWeights = readonly (readonly (readonly [position: number, weight: number])[])[];

export function axisWeights(input: number, output: number, options: ResizeOptions): AxisWeights {
  const { method, antialias } = options;
  const sampled = (antialias && method !== 'nearest' && method !== 'area') || !(method in DIRECT);
  if (sampled) return Array.from({ length: output }, (_, i) => sampledWeights(i, input, output, method, antialias));
  const direct = DIRECT[method as keyof typeof DIRECT];
  const scale = options.alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  return Array.from({ length: output }, (_, i) => direct(i, input, Math.fround(scale), options));
}

type Weights = AxisWeights[number];

/** The methods that have kernels of their own; the others sample a filter. */
const DIRECT = { bilinear, nearest, bicubic, area } as const;

/** Where an output position lies in the input, in float32 as TensorFlow computes it. */
function located(i: number, scale: number, { halfPixelCenters }: ResizeOptions): number {
  return halfPixelCenters ? Math.fround(Math.fround((i + 0.5) * scale) - 0.5) : Math.fround(i * scale);
}

function bilinear(i: number, size: number, scale: number, options: ResizeOptions): Weights {
  const at = located(i, scale, options);
  const floor = Math.floor(at);
  const weight = at - floor;
  return [
    [Math.max(floor, 0), 1 - weight],
    [Math.min(Math.ceil(at), size - 1), weight],
  ];
}

function nearest(i: number, size: number, scale: number, { alignCorners, halfPixelCenters }: ResizeOptions): Weights {
  const at = halfPixelCenters ? Math.fround((i + 0.5) * scale) : Math.fround(i * scale);
  const position = alignCorners ? Math.round(at) : Math.floor(at);
  return [[Math.max(Math.min(position, size - 1), 0), 1]];
}

const TABLE = 1024;

/** The cubic through offsets quantised to 1/1024. Half-pixel centers: Keys' a = -0.5, positions outside dropped; else a = -0.75, clamped. */
function bicubic(i: number, size: number, scale: number, options: ResizeOptions): Weights {
  const at = located(i, scale, options);
  const floor = Math.floor(at);
  const offset = roundHalfEven((at - floor) * TABLE);
  const keys = options.halfPixelCenters;
  const a = keys ? -0.5 : -0.75;
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
  const [t, u] = [offset / TABLE, (TABLE - offset) / TABLE];
  const taps = [far(t), near(t), near(u), far(u)].map((weight, k): readonly [number, number] => [floor - 1 + k, weight]);
  if (!keys) return taps.map(([position, weight]) => [Math.min(Math.max(position, 0), size - 1), weight]);
  return normalized(taps.filter(([position]) => position >= 0 && position < size));
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}

function area(i: number, size: number, scale: number): Weights {
  const [from, to] = [i * scale, (i + 1) * scale];
  const list: (readonly [number, number])[] = [];
  for (let k = Math.floor(from); k < Math.ceil(to); k++) {
    const covered = Math.min(k + 1, to) - Math.max(k, from);
    list.push([Math.min(Math.max(k, 0), size - 1), covered / scale]);
  }
  return list;
}

interface Filter {
  readonly radius: number;
  readonly at: (x: number) => number;
}

function lanczos(radius: number): Filter {
  return {
    radius,
    at: (x) => {
      if (x > radius) return 0;
      if (x <= 1e-3) return 1;
      return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
    },
  };
}

const FILTERS: Partial<Record<ResizeMethod, Filter>> = {
  bilinear: { radius: 1, at: (x) => Math.max(1 - x, 0) },
  bicubic: { radius: 2, at: (x) => (x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1) },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
  gaussian: { radius: 1.5, at: (x) => (x >= 1.5 ? 0 : Math.exp((-x * x) / (2 * 0.5 * 0.5))) },
  mitchellcubic: {
    radius: 2,
    at: (x) => (x >= 2 ? 0 : x >= 1 ? (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9 : ((7 / 6) * x - 2) * x * x + 8 / 9),
  },
};

/** TensorFlow's ScaleAndTranslate: a filter around the sample's place, widened when it shrinks and antialias is asked for. */
function sampledWeights(i: number, input: number, output: number, method: ResizeMethod, antialias: boolean): Weights {
  const filter = FILTERS[method] ?? { radius: 1, at: (x: number) => Math.max(1 - x, 0) };
  const inverse = input / output;
  const width = antialias ? Math.max(inverse, 1) : 1;
  const sample = (i + 0.5) * inverse;
  const first = Math.max(Math.ceil(sample - filter.radius * width - 0.5), 0);
  const last = Math.min(Math.floor(sample + filter.radius * width - 0.5), input - 1);
  const list: (readonly [number, number])[] = [];
  for (let k = first; k <= last; k++) list.push([k, filter.at(Math.abs((k + 0.5 - sample) / width))]);
  return normalized(list);
}

function normalized(weights: Weights): Weights {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return Math.abs(sum) < 1e-35 ? weights : weights.map(([position, weight]) => [position, weight / sum]);
}
