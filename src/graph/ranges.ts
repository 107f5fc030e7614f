/** Owns the ranges of a graph's nodes: interval arithmetic along the graph, computed on demand. */

import { isFloat } from '../shape/dtype';
import { ANYTHING, type Interval, interval } from '../shape/range';
import type { GraphNode, NodeId } from './graph';
import type { Primitive } from './primitive';

interface Nodes {
  node(id: NodeId): GraphNode;
  primitive(op: string): Primitive;
}

/** The interval of each node, given those of the inputs by name. Nodes may be added to the graph meanwhile. */
export class Ranges {
  private readonly known = new Map<NodeId, Interval>();

  constructor(
    private readonly graph: Nodes,
    private readonly inputs: ReadonlyMap<string, Interval>,
  ) {}

  of(id: NodeId): Interval {
    // Depth first with a stack of its own: graphs of unrolled loops are deep.
    const stack = [id];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const node = this.graph.node(top);
      const missing = this.known.has(top) ? [] : node.inputs.filter((input) => !this.known.has(input));
      if (missing.length > 0) stack.push(...missing);
      else {
        if (!this.known.has(top)) this.known.set(top, this.compute(node));
        stack.pop();
      }
    }
    return this.known.get(id) ?? ANYTHING;
  }

  private compute(node: GraphNode): Interval {
    if (node.op === 'input') return this.inputs.get(String(node.attrs.name)) ?? everything(node);
    // x × x is a square, which intervals alone cannot see.
    const [a, b] = node.inputs;
    const square = node.op === 'multiply' && a === b;
    const { range } = this.graph.primitive(square ? 'square' : node.op);
    if (range === undefined) return everything(node);
    return range(
      node.inputs.map((input) => this.known.get(input) ?? ANYTHING),
      node.attrs,
      node.inputs.map((input) => this.graph.node(input).type),
    );
  }
}

function everything(node: GraphNode): Interval {
  if (node.type.dtype === 'bool') return interval(0, 1, true);
  return isFloat(node.type.dtype) ? ANYTHING : { ...ANYTHING, integral: true };
}
