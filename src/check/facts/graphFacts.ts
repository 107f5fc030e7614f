/** Owns what rules ask of a traced graph: what a value comes from, what uses it, whether it matters to the result, its range. Lazily. */
import { type Span, spanKey } from '../../base/span';
import type { GraphBuilder } from '../../graph/build';
import type { GraphNode, NodeId } from '../../graph/graph';
import { Ranges } from '../../graph/ranges';
import { ANYTHING, type Interval } from '../../shape/range';
import type { Shape } from '../../shape/shape';
import type { TraceOutcome } from '../../trace/outcome';
import { type SourceIndex, spelling } from './sourceIndex';

/** Bits of `sources`. */
export const TRUTH = 1;
export const PREDICTION = 2;
export const CLOSURE = 4;

/** What users write for a primitive: a node is the user's own op if the expression of its place spells one of these. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  add: ['+', 'add', 'add_n'],
  subtract: ['-', 'subtract', 'sub'],
  multiply: ['*', 'multiply', 'mul', 'scalar_mul'],
  divide: ['/', 'divide', 'div', 'truediv', 'true_divide', 'realdiv'],
  power: ['**', 'pow', 'power'],
  log: ['log', 'ln'],
  sqrt: ['sqrt'],
  rsqrt: ['rsqrt'],
  exp: ['exp'],
  acos: ['acos', 'arccos'],
  asin: ['asin', 'arcsin'],
  softmax: ['softmax'],
  sigmoid: ['sigmoid'],
  mean: ['reduce_mean', 'mean'],
  sum: ['reduce_sum', 'sum'],
};

/** Ops that hand on only the shape of their input. */
const SHAPE_ONLY = new Set(['shapeOf']);

export class GraphFacts {
  readonly build: GraphBuilder;
  private readonly sourceBits: number[] = [];
  private consumerLists: NodeId[][] | null = null;
  private values: ReadonlyMap<string, NodeId> | undefined;
  private liveSet: ReadonlySet<NodeId> | null = null;
  private readonly ranges: Ranges;

  constructor(
    readonly outcome: TraceOutcome,
    readonly source: SourceIndex,
    /** By input name. */
    intervals: ReadonlyMap<string, Interval>,
    /** Nodes up to which the user's program counts: later ones are Keras' reduction. */
    readonly size: number = outcome.build.nodes.length,
  ) {
    this.build = outcome.build;
    this.ranges = new Ranges(outcome.build, intervals);
  }

  /** Ids that stand for no node (an input that an op lacks) give a node that nothing is known of. */
  node(id: NodeId): GraphNode {
    return id < 0 ? NO_NODE : this.build.node(id);
  }

  shape(id: NodeId): Shape {
    return this.node(id).type.shape;
  }

  get nodes(): readonly GraphNode[] {
    return this.build.nodes;
  }

  /** Which inputs a value depends on, shapes left out: bits of TRUTH, PREDICTION, CLOSURE. */
  sources(id: NodeId): number {
    for (let next = this.sourceBits.length; next <= id; next++) {
      const node = this.build.node(next);
      this.sourceBits.push(node.op === 'input' ? this.inputBit(next) : SHAPE_ONLY.has(node.op) ? 0 : this.union(node.inputs));
    }
    return this.sourceBits[id] ?? 0;
  }

  private union(inputs: readonly NodeId[]): number {
    let bits = 0;
    for (const input of inputs) bits |= this.sourceBits[input] ?? 0;
    return bits;
  }

  private inputBit(id: NodeId): number {
    const { inputs } = this.outcome;
    return id === inputs.y_true ? TRUTH : id === inputs.y_pred ? PREDICTION : CLOSURE;
  }

  consumers(id: NodeId): readonly NodeId[] {
    if (this.consumerLists === null) {
      const lists: NodeId[][] = this.build.nodes.map(() => []);
      for (const node of this.build.nodes) for (const input of new Set(node.inputs)) lists[input]?.push(node.id);
      this.consumerLists = lists;
    }
    return this.consumerLists[id] ?? [];
  }

  /** Whether the value reaches what the loss returns. True for all while the result is not known. */
  isLive(id: NodeId): boolean {
    const { value } = this.outcome;
    if (value === null) return true;
    this.liveSet ??= this.ancestors(value);
    return this.liveSet.has(id);
  }

  /** The node and all that it is computed from. */
  ancestors(id: NodeId): ReadonlySet<NodeId> {
    const reached = new Set<NodeId>();
    const queue = [id];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      queue.push(...this.node(next).inputs);
    }
    return reached;
  }

  range(id: NodeId): Interval {
    return id < 0 ? ANYTHING : this.ranges.of(id);
  }

  /** The number that a constant holds in all its elements. */
  constant(id: NodeId): number | undefined {
    const node = this.node(id);
    if (node.op === 'fill') return node.attrs.value as number;
    if (node.op !== 'constant') {
      return node.op === 'cast' || node.op === 'identity' || node.op === 'broadcastTo' ? this.constant(node.inputs[0] ?? id) : undefined;
    }
    const data = node.attrs.data as ArrayLike<number>;
    const [first] = Array.from({ length: Math.min(data.length, 1) }, () => data[0]);
    for (let i = 1; i < data.length; i++) if (data[i] !== first) return undefined;
    return first;
  }

  /** Whether the user wrote this op here, and not a function that is made of it. */
  isWritten(id: NodeId): boolean {
    const node = this.node(id);
    const spelled = spelling(this.source.at(node.span)).toLowerCase();
    return SPELLINGS[node.op]?.includes(spelled) ?? false;
  }

  spelled(id: NodeId): string {
    return spelling(this.source.at(this.node(id).span));
  }

  /** The value behind casts, identities and reshapes that change no element. */
  bare(id: NodeId): NodeId {
    let at = id;
    for (let node = this.node(at); SAME_ELEMENTS.has(node.op) && node.inputs[0] !== undefined; node = this.node(at)) at = node.inputs[0];
    return at;
  }

  /** The value that an expression had, by its place. */
  valueAt(span: Span): NodeId | undefined {
    this.values ??= firstValues(this.outcome);
    return this.values.get(spanKey(span));
  }

  /** Where an operand of a node stands in the expression that made the node. */
  operandPlace(node: GraphNode, operand: NodeId): Span | undefined {
    const expr = this.source.at(node.span);
    if (expr?.kind === 'binary' && node.inputs.length === 2) return (node.inputs[0] === operand ? expr.left : expr.right).span;
    if (expr?.kind !== 'call') return undefined;
    return expr.args.find((arg) => {
      const value = this.valueAt(arg.value.span);
      return value !== undefined && this.bare(value) === this.bare(operand);
    })?.value.span;
  }

  /** How users call an operand where it is used. */
  operandName(node: GraphNode, operand: NodeId): string {
    const place = this.operandPlace(node, operand);
    return place === undefined ? this.nameOf(operand) : this.source.text(place);
  }

  /** How users call what a node computed: its expression, or the input's name. */
  nameOf(id: NodeId): string {
    const node = this.node(id);
    if (node.op === 'input') return String(node.attrs.name);
    if (node.span === null && node.inputs[0] !== undefined) return this.nameOf(node.inputs[0]);
    return node.span === null ? 'the value' : this.source.text(node.span);
  }
}

const NO_NODE: GraphNode = { id: -1, op: 'nothing', inputs: [], attrs: {}, type: { shape: [], dtype: 'float32' }, span: null };

const SAME_ELEMENTS = new Set(['cast', 'identity', 'reshape', 'expandDims', 'squeeze', 'transpose', 'broadcastTo', 'stopGradient', 'tile']);

/** By place, what each expression was first. */
function firstValues({ shapes }: TraceOutcome): ReadonlyMap<string, NodeId> {
  const found = new Map<string, NodeId>();
  for (const { span, node } of shapes) {
    const key = spanKey(span);
    if (node !== null && !found.has(key)) found.set(key, node);
  }
  return found;
}
