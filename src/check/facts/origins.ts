/** Owns where each axis of a value comes from: what tells a broadcast that was meant from one that happened. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { normalizeAxes, normalizeAxis } from '../../shape/axis';
import { compareDims, type Dim } from '../../shape/dim';
import type { GraphFacts } from './graphFacts';

export type AxisOrigin =
  /** An axis of the data as the loss received it; `sliced`: part of it. */
  | { readonly kind: 'data'; readonly input: NodeId; readonly axis: number; readonly sliced: boolean }
  /** Left by a reduction with keepdims. */
  | { readonly kind: 'keepdims' }
  /** Put there by the user: expand_dims, None, reshape, a column slice. */
  | { readonly kind: 'explicit' }
  /** One column of several, kept as an axis: x[:, 0:1]. */
  | { readonly kind: 'column' }
  /** Moved by a transpose. */
  | { readonly kind: 'moved'; readonly from: AxisOrigin }
  | { readonly kind: 'other' };

const OTHER: AxisOrigin = { kind: 'other' };
const EXPLICIT: AxisOrigin = { kind: 'explicit' };
const COLUMN: AxisOrigin = { kind: 'column' };
const KEEPDIMS: AxisOrigin = { kind: 'keepdims' };

export class Origins {
  private readonly known = new Map<NodeId, readonly AxisOrigin[]>();

  constructor(private readonly facts: GraphFacts) {}

  /** One origin for each axis. */
  of(id: NodeId): readonly AxisOrigin[] {
    for (const next of this.missing(id)) this.known.set(next, this.compute(this.facts.node(next)));
    return this.known.get(id) ?? [];
  }

  /** Nodes to be looked at first, inputs before users. */
  private missing(id: NodeId): readonly NodeId[] {
    if (this.known.has(id)) return [];
    return [...this.facts.ancestors(id)].filter((each) => !this.known.has(each)).sort((a, b) => a - b);
  }

  private input(node: GraphNode, index: number): readonly AxisOrigin[] {
    return this.known.get(node.inputs[index] ?? -1) ?? [];
  }

  private compute(node: GraphNode): readonly AxisOrigin[] {
    const rank = node.type.shape.length;
    const rule = RULES[node.op];
    const found = rule?.(node, (index) => this.input(node, index), this.facts) ?? this.elementwise(node);
    return found.length === rank ? found : node.type.shape.map(() => OTHER);
  }

  /** Inputs broadcast to the output: each axis comes from the input that has it. */
  private elementwise(node: GraphNode): readonly AxisOrigin[] {
    const { shape } = node.type;
    return shape.map((dim, axis) => {
      let best: AxisOrigin = OTHER;
      node.inputs.forEach((id, index) => {
        const own = this.facts.shape(id);
        const at = axis - (shape.length - own.length);
        const origin = at < 0 ? undefined : this.input(node, index)[at];
        if (origin === undefined || own[at] === undefined || compareDims(own[at], dim) === 'different') return;
        if (own[at] !== dim && own[at] === 1) return;
        if (weight(origin) > weight(best)) best = origin;
      });
      return best;
    });
  }
}

function weight(origin: AxisOrigin): number {
  return origin.kind === 'data'
    ? 4
    : origin.kind === 'moved'
      ? 3
      : origin.kind === 'explicit' || origin.kind === 'column'
        ? 2
        : origin.kind === 'keepdims'
          ? 1
          : 0;
}

type Rule = (node: GraphNode, input: (index: number) => readonly AxisOrigin[], facts: GraphFacts) => readonly AxisOrigin[];

const reduction: Rule = (node, input, facts) => {
  const inner = node.inputs[0];
  const rank = inner === undefined ? 0 : facts.shape(inner).length;
  const found = normalizeAxes(node.attrs.axes as readonly number[], rank);
  const axes = 'axes' in found ? found.axes : [];
  const keep = node.attrs.keepdims === true;
  return input(0).flatMap((origin, axis) => (axes.includes(axis) ? (keep ? [KEEPDIMS] : []) : [origin]));
};

const dropAxis: Rule = (node, input) => {
  const axis = normalizeAxis((node.attrs.axis as number | undefined) ?? -1, input(0).length);
  return input(0).filter((_, i) => i !== axis);
};

const same: Rule = (_node, input) => input(0);

const slice: Rule = (node, input, facts) => {
  const before = facts.shape(node.inputs[0] ?? 0);
  return node.type.shape.map((dim, axis) => {
    const origin = input(0)[axis] ?? OTHER;
    const was = before[axis];
    if (was === undefined || sameSize(was, dim)) return origin;
    if (dim === 1) return COLUMN;
    return origin.kind === 'data' ? { ...origin, sliced: true } : origin;
  });
};

const reshape: Rule = (node, input, facts) => {
  const before = facts.shape(node.inputs[0] ?? 0);
  if (node.span === null) return input(0);
  let at = 0;
  return node.type.shape.map((dim) => {
    if (dim === 1) return EXPLICIT;
    const found = before.findIndex((each, i) => i >= at && sameSize(each, dim));
    if (found < 0) return OTHER;
    at = found + 1;
    return input(0)[found] ?? OTHER;
  });
};

const RULES: Readonly<Record<string, Rule>> = {
  input: (node) => node.type.shape.map((_, axis) => ({ kind: 'data', input: node.id, axis, sliced: false })),
  sum: reduction,
  mean: reduction,
  prod: reduction,
  max: reduction,
  min: reduction,
  any: reduction,
  all: reduction,
  logsumexp: reduction,
  argmax: dropAxis,
  argmin: dropAxis,
  softmax: same,
  logSoftmax: same,
  cumsum: same,
  cumprod: same,
  reverse: same,
  pad: same,
  softmaxCrossEntropy: (_node, input) => input(1).slice(0, -1),
  sparseSoftmaxCrossEntropy: (_node, input) => input(1).slice(0, -1),
  takeAlongAxis: same,
  slice,
  reshape,
  // Keras' own alignment adds an axis of the data.
  expandDims: (node, input, facts) => {
    const rank = node.type.shape.length;
    const axis = normalizeAxis(node.attrs.axis as number, rank) ?? 0;
    const added: AxisOrigin =
      node.span === null && facts.node(node.inputs[0] ?? 0).span === null
        ? { kind: 'data', input: node.inputs[0] ?? 0, axis, sliced: false }
        : EXPLICIT;
    return [...input(0).slice(0, axis), added, ...input(0).slice(axis)];
  },
  squeeze: (node, input, facts) => {
    const before = facts.shape(node.inputs[0] ?? 0);
    const axes = node.attrs.axes as readonly number[] | null;
    const dropped =
      axes === null || axes.length === 0
        ? before.flatMap((dim, i) => (dim === 1 ? [i] : []))
        : axes.map((a) => normalizeAxis(a, before.length));
    return input(0).filter((_, i) => !dropped.includes(i));
  },
  transpose: (node, input) => {
    const permutation = node.attrs.permutation as readonly number[];
    return permutation.map((from, to) => {
      const origin = input(0)[from] ?? OTHER;
      return from === to || origin.kind !== 'data' ? origin : { kind: 'moved', from: origin };
    });
  },
  oneHot: (node, input) => {
    const rank = node.type.shape.length;
    const axis = normalizeAxis((node.attrs.axis as number | undefined) ?? -1, rank) ?? rank - 1;
    return [...input(0).slice(0, axis), OTHER, ...input(0).slice(axis)];
  },
  stack: (node, input) => {
    const rank = node.type.shape.length;
    const axis = normalizeAxis((node.attrs.axis as number | undefined) ?? 0, rank) ?? 0;
    return [...input(0).slice(0, axis), EXPLICIT, ...input(0).slice(axis)];
  },
  concat: (node, input) => {
    const axis = normalizeAxis(node.attrs.axis as number, node.type.shape.length);
    return input(0).map((origin, i) => (i === axis ? OTHER : origin));
  },
  matmul: (node, input) => {
    const flip = (origins: readonly AxisOrigin[], transposed: boolean) =>
      transposed ? [...origins.slice(0, -2), origins.at(-1) ?? OTHER, origins.at(-2) ?? OTHER] : origins;
    const left = flip(input(0), node.attrs.transposeA === true);
    const right = flip(input(1), node.attrs.transposeB === true);
    return [...left.slice(0, -1), right.at(-1) ?? OTHER];
  },
  broadcastTo: (node) => node.type.shape.map(() => EXPLICIT),
  tile: (node) => node.type.shape.map(() => EXPLICIT),
};

function sameSize(a: Dim, b: Dim): boolean {
  return compareDims(a, b) === 'equal';
}
