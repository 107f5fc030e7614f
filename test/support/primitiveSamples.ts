/** Owns sample calls of the core primitives: for each op a random, valid call; what the table-driven tests of primitives run. */
import type { Attrs } from '../../src/graph/graph';
import type { TestInput } from './graphs';

export interface Sample {
  readonly inputs: readonly TestInput[];
  readonly attrs?: Attrs;
}

/** Reproducible random numbers and shapes. */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < 4; i++) this.unit();
  }

  /** In [0, 1), by a multiply-with-carry step. */
  unit(): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((this.state ^ (this.state >>> 13)) >>> 0) / 2 ** 32;
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  flag(): boolean {
    return this.unit() < 0.5;
  }

  shape(least = 0, most = 3): number[] {
    return Array.from({ length: this.int(least, most) }, () => this.int(1, 3));
  }

  floats(shape: readonly number[], low = -2, high = 2): TestInput {
    return { shape, data: Float32Array.from({ length: count(shape) }, () => low + this.unit() * (high - low)) };
  }

  /** Floats at least 0.1 apart, so that no tie or kink is near a finite difference. */
  distinct(shape: readonly number[], from = -1): TestInput {
    const n = count(shape);
    const order = Array.from({ length: n }, (_, i) => ({ i, key: this.unit() })).sort((a, b) => a.key - b.key);
    return { shape, data: Float32Array.from(order, ({ i }) => from + 0.13 + i * 0.21) };
  }

  ints(shape: readonly number[], low: number, high: number): TestInput {
    return { shape, dtype: 'int32', data: Int32Array.from({ length: count(shape) }, () => this.int(low, high)) };
  }

  flags(shape: readonly number[]): TestInput {
    return { shape, dtype: 'bool', data: Array.from({ length: count(shape) }, () => Number(this.flag())) };
  }

  /** A shape that broadcasts with the given one: axes dropped from the left or set to 1. */
  narrowed(shape: readonly number[]): number[] {
    return shape.slice(this.int(0, shape.length)).map((dim) => (this.unit() < 0.4 ? 1 : dim));
  }

  /** Two shapes that broadcast, sometimes on both sides. */
  broadcastPair(): readonly [number[], number[]] {
    const shape = this.shape();
    const [wide, narrow] = [shape.map((dim) => (this.unit() < 0.25 ? 1 : dim)), this.narrowed(shape)];
    return this.flag() ? [wide, narrow] : [narrow, wide];
  }

  axes(rank: number): number[] {
    return Array.from({ length: rank }, (_, axis) => axis).filter(() => this.flag());
  }

  axis(rank: number): number {
    return this.int(-rank, rank - 1);
  }
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

type Sampler = (d: Draw) => Sample;

const unaryOn =
  (low: number, high: number, attrs?: Attrs): Sampler =>
  (d) => ({ inputs: [d.floats(d.shape(), low, high)], ...(attrs && { attrs }) });

const binaryOn =
  (first: readonly [number, number], second: readonly [number, number]): Sampler =>
  (d) => {
    const [a, b] = d.broadcastPair();
    return { inputs: [d.floats(a, ...first), d.floats(b, ...second)] };
  };

/** Two inputs of which no two elements are close. */
const binaryApart: Sampler = (d) => {
  const [a, b] = d.broadcastPair();
  return { inputs: [d.distinct(a), d.distinct(b, -0.93)] };
};

const integers: Sampler = (d) => {
  const [a, b] = d.broadcastPair();
  return { inputs: [d.ints(a, 0, 20), d.ints(b, 1, 5)] };
};

const logical: Sampler = (d) => {
  const [a, b] = d.broadcastPair();
  return { inputs: [d.flags(a), d.flags(b)] };
};

const reduced =
  (input: (d: Draw, shape: number[]) => TestInput): Sampler =>
  (d) => {
    const shape = d.shape();
    return { inputs: [input(d, shape)], attrs: { axes: d.axes(shape.length), keepdims: d.flag() } };
  };

const alongAxis =
  (input: (d: Draw, shape: number[]) => TestInput, attrs: Attrs = {}): Sampler =>
  (d) => {
    const shape = d.shape(1);
    return { inputs: [input(d, shape)], attrs: { axis: d.axis(shape.length), ...attrs } };
  };

const distinct = (d: Draw, shape: number[]) => d.distinct(shape);
const floats = (d: Draw, shape: number[]) => d.floats(shape);

const movement =
  (attrs: (d: Draw, shape: number[]) => Attrs, least = 0): Sampler =>
  (d) => {
    const shape = d.shape(least);
    return { inputs: [d.floats(shape)], attrs: attrs(d, shape) };
  };

function shuffled(d: Draw, rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => ({ i, key: d.unit() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i);
}

function slice(d: Draw, shape: readonly number[]): Attrs {
  const parts = shape.map((dim) => {
    const [start, step] = [d.int(0, dim - 1), d.int(1, 2) * (d.flag() ? 1 : -1)];
    const most = step > 0 ? Math.floor((dim - 1 - start) / step) + 1 : Math.floor(start / -step) + 1;
    return { start, step, size: d.int(0, most) };
  });
  return { start: parts.map((p) => p.start), size: parts.map((p) => p.size), step: parts.map((p) => p.step) };
}

function pad(d: Draw, shape: readonly number[]): Attrs {
  const mode = ['constant', 'reflect', 'symmetric'][d.int(0, 2)];
  const most = (dim: number) => (mode === 'constant' ? 2 : mode === 'reflect' ? dim - 1 : dim);
  return { paddings: shape.map((dim) => [d.int(0, most(dim)), d.int(0, most(dim))]), mode, value: 0.5 };
}

const EQUATIONS: readonly (readonly [string, ...string[]])[] = [
  ['ij,jk->ik', 'ij', 'jk'],
  ['bij,bjk->bik', 'bij', 'bjk'],
  ['ij->ji', 'ij'],
  ['ij->j', 'ij'],
  ['ii->i', 'ii'],
  ['ii', 'ii'],
  ['ij,ij->', 'ij', 'ij'],
  ['i,j->ij', 'i', 'j'],
  ['ij,kj', 'ij', 'kj'],
  ['ij,jk,kl->il', 'ij', 'jk', 'kl'],
  ['...ij,...jk->...ik', 'bij', 'jk'],
  ['...i,...i->...', 'bi', 'bi'],
];

function einsum(d: Draw): Sample {
  const [equation, ...operands] = EQUATIONS[d.int(0, EQUATIONS.length - 1)] ?? ['i->i', 'i'];
  const sizes = new Map<string, number>();
  const size = (label: string) => {
    const known = sizes.get(label) ?? d.int(1, 3);
    sizes.set(label, known);
    return known;
  };
  return { inputs: operands.map((labels) => d.floats([...labels].map(size))), attrs: { equation } };
}

function matmul(d: Draw): Sample {
  const [batchA, batchB] = d.broadcastPair().map((shape) => shape.slice(-2)) as [number[], number[]];
  const [rows, inner, columns] = [d.int(1, 3), d.int(1, 3), d.int(1, 3)];
  const [transposeA, transposeB] = [d.flag(), d.flag()];
  return {
    inputs: [
      d.floats([...batchA, ...(transposeA ? [inner, rows] : [rows, inner])]),
      d.floats([...batchB, ...(transposeB ? [columns, inner] : [inner, columns])]),
    ],
    attrs: { transposeA, transposeB },
  };
}

function gather(d: Draw): Sample {
  const params = d.shape(1);
  const axis = d.int(0, params.length - 1);
  const batchDims = d.int(0, axis);
  const indices = [...params.slice(0, batchDims), ...d.shape(0, 2)];
  return {
    inputs: [d.floats(params), d.ints(indices, 0, (params[axis] ?? 1) - 1)],
    attrs: { axis, batchDims },
  };
}

function joined(d: Draw, stack: boolean): Sample {
  const shape = d.shape(stack ? 0 : 1);
  const axis = d.axis(shape.length + Number(stack));
  const at = axis < 0 ? axis + shape.length : axis;
  const pieces = Array.from({ length: d.int(1, 3) }, () => shape.map((dim, i) => (!stack && i === at ? d.int(1, 3) : dim)));
  return { inputs: pieces.map((piece) => d.floats(piece)), attrs: { axis } };
}

/** Labels sum to 1: TensorFlow's gradient takes that for granted. */
function crossEntropy(d: Draw): Sample {
  const shape = d.shape(1);
  const labels = d.floats(shape, 0.1, 1);
  const classes = shape.at(-1) ?? 1;
  const total = (i: number) =>
    Array.from(labels.data)
      .slice(i - (i % classes), i - (i % classes) + classes)
      .reduce((a, b) => a + b, 0);
  return { inputs: [{ shape, data: Array.from(labels.data, (value, i) => value / total(i)) }, d.floats(shape)] };
}

const POSITIVE = [0.3, 2] as const;
const AROUND = [-2, 2] as const;

/** Ops on floats, most of them differentiable. */
export const SAMPLES: Readonly<Record<string, Sampler>> = {
  negate: unaryOn(-2, 2),
  square: unaryOn(-2, 2),
  reciprocal: unaryOn(0.4, 2),
  sqrt: unaryOn(0.3, 2),
  rsqrt: unaryOn(0.4, 2),
  exp: unaryOn(-2, 2),
  expm1: unaryOn(-2, 2),
  log: unaryOn(0.3, 2),
  log1p: unaryOn(-0.6, 2),
  sin: unaryOn(-2, 2),
  cos: unaryOn(-2, 2),
  tan: unaryOn(-1, 1),
  asin: unaryOn(-0.7, 0.7),
  acos: unaryOn(-0.7, 0.7),
  atan: unaryOn(-2, 2),
  sinh: unaryOn(-2, 2),
  cosh: unaryOn(-2, 2),
  tanh: unaryOn(-2, 2),
  asinh: unaryOn(-2, 2),
  acosh: unaryOn(1.5, 3),
  atanh: unaryOn(-0.7, 0.7),
  sign: unaryOn(0.2, 2),
  abs: unaryOn(-2, -0.2),
  sigmoid: unaryOn(-3, 3),
  logSigmoid: unaryOn(-3, 3),
  softplus: unaryOn(-3, 3),
  relu: unaryOn(0.2, 2),
  relu6: unaryOn(0.2, 5),
  elu: unaryOn(-2, -0.2, { alpha: 1.3 }),
  selu: unaryOn(-2, -0.2),
  leakyRelu: unaryOn(-2, -0.2, { alpha: 0.3 }),
  floor: unaryOn(-2, 2),
  ceil: unaryOn(-2, 2),
  round: unaryOn(-2, 2),
  isNan: unaryOn(-2, 2),
  isInf: unaryOn(-2, 2),
  isFinite: unaryOn(-2, 2),
  identity: unaryOn(-2, 2),
  stopGradient: unaryOn(-2, 2),
  customGradient: unaryOn(-2, 2),
  cast: (d) => ({ inputs: [d.floats(d.shape())], attrs: { dtype: ['float64', 'int32', 'bool', 'uint8', 'float32'][d.int(0, 4)] } }),
  logicalNot: (d) => ({ inputs: [d.flags(d.shape())] }),
  bitwiseNot: (d) => ({ inputs: [d.ints(d.shape(), -9, 9)] }),
  add: binaryOn(AROUND, AROUND),
  subtract: binaryOn(AROUND, AROUND),
  multiply: binaryOn(AROUND, AROUND),
  divide: binaryOn(AROUND, POSITIVE),
  floorDivide: binaryOn(AROUND, POSITIVE),
  mod: binaryOn([2.1, 2.3], [0.9, 1]),
  truncateMod: binaryOn(AROUND, POSITIVE),
  power: binaryOn(POSITIVE, AROUND),
  maximum: binaryApart,
  minimum: binaryApart,
  atan2: binaryOn(POSITIVE, POSITIVE),
  squaredDifference: binaryOn(AROUND, AROUND),
  divideNoNan: binaryOn(AROUND, POSITIVE),
  multiplyNoNan: binaryOn(AROUND, POSITIVE),
  xlogy: binaryOn(POSITIVE, POSITIVE),
  xlog1py: binaryOn(POSITIVE, POSITIVE),
  xdivy: binaryOn(POSITIVE, POSITIVE),
  nextAfter: binaryOn(AROUND, AROUND),
  bitwiseAnd: integers,
  bitwiseOr: integers,
  bitwiseXor: integers,
  leftShift: integers,
  rightShift: integers,
  equal: binaryApart,
  notEqual: binaryApart,
  less: binaryApart,
  lessEqual: binaryApart,
  greater: binaryApart,
  greaterEqual: binaryApart,
  logicalAnd: logical,
  logicalOr: logical,
  logicalXor: logical,
  select: (d) => {
    const [a, b] = d.broadcastPair();
    return { inputs: [d.flags(d.narrowed(a)), d.floats(a), d.floats(b)] };
  },
  sum: reduced(floats),
  mean: reduced(floats),
  prod: reduced(floats),
  max: reduced(distinct),
  min: reduced(distinct),
  logsumexp: reduced(floats),
  all: reduced((d, shape) => d.flags(shape)),
  any: reduced((d, shape) => d.flags(shape)),
  argmax: alongAxis(distinct, { dtype: 'int64' }),
  argmin: alongAxis(distinct, { dtype: 'int32' }),
  softmax: alongAxis(floats),
  logSoftmax: alongAxis(floats),
  softmaxCrossEntropy: crossEntropy,
  sigmoidCrossEntropy: binaryOn([0, 1], AROUND),
  sparseSoftmaxCrossEntropy: (d) => {
    const shape = d.shape(1);
    return { inputs: [d.ints(shape.slice(0, -1), 0, (shape.at(-1) ?? 1) - 1), d.floats(shape)] };
  },
  reshape: movement((_, shape) => ({ shape: [-1, ...shape.slice(1).reverse(), 1] })),
  transpose: movement((d, shape) => ({ permutation: shuffled(d, shape.length) })),
  broadcastTo: (d) => {
    const shape = d.shape();
    return { inputs: [d.floats(d.narrowed(shape))], attrs: { shape } };
  },
  expandDims: movement((d, shape) => ({ axis: d.axis(shape.length + 1) })),
  squeeze: movement((_, shape) => ({ axes: shape.flatMap((dim, axis) => (dim === 1 ? [axis] : [])) })),
  reverse: movement((d, shape) => ({ axes: d.axes(shape.length) })),
  tile: movement((d, shape) => ({ multiples: shape.map(() => d.int(1, 3)) })),
  slice: movement(slice),
  pad: movement(pad),
  concat: (d) => joined(d, false),
  stack: (d) => joined(d, true),
  gather,
  oneHot: (d) => {
    const shape = d.shape(0, 2);
    return {
      inputs: [d.ints(shape, -1, 4)],
      attrs: { depth: 4, onValue: 1, offValue: 0, axis: d.axis(shape.length + 1), dtype: 'float32' },
    };
  },
  matmul,
  einsum,
  fill: (d) => ({ inputs: [], attrs: { shape: d.shape(), value: 1.5, dtype: 'float32' } }),
  range: (d) => ({ inputs: [], attrs: { start: 1, step: 2, size: d.int(0, 5), dtype: 'int32' } }),
  shapeOf: (d) => ({ inputs: [d.floats(d.shape())] }),
};
