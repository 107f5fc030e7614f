/** Owns reverse-mode differentiation: from a graph to more of the same graph, by the primitives' gradient rules. */
import { invariant } from '../base/assert';
import { type DType, isComplex, isFloat } from '../shape/dtype';
import type { GraphBuilder } from './build';
import type { GraphNode, NodeId } from './graph';

/** Gradients flow through floats and complex numbers only. */
export function carriesGradient(dtype: DType): boolean {
  return isFloat(dtype) || isComplex(dtype);
}

/**
 * Adds the gradients of `output` with respect to `wrt` to the graph; null where TensorFlow gives None. `seed`: the gradient of the
 * final value with respect to the output (ones if absent: a tensor counts as the sum of its elements).
 */
export function gradient(build: GraphBuilder, output: NodeId, wrt: readonly NodeId[], seed?: NodeId): (NodeId | null)[] {
  const span = build.span;
  build.span = null;
  try {
    return backpropagate(build, output, wrt, seed);
  } finally {
    build.span = span;
  }
}

function backpropagate(build: GraphBuilder, output: NodeId, wrt: readonly NodeId[], seed: NodeId | undefined): (NodeId | null)[] {
  const active = dependents(build, output, wrt);
  if (!active.has(output)) return wrt.map(() => null);
  const wanted = new Set(wrt);
  const found = new Map<NodeId, NodeId>();
  const parts = new Map<NodeId, NodeId[]>([[output, [seed ?? build.onesLike(output)]]]);
  // Inputs come before the nodes that use them, so by descending ids every node's gradient is complete when its turn comes.
  for (const id of [...active].sort((a, b) => b - a)) {
    const dy = parts.get(id)?.reduce(build.add);
    parts.delete(id);
    if (dy === undefined) continue;
    if (wanted.has(id)) found.set(id, dy);
    inputGradients(build, build.node(id), dy).forEach((part, i) => {
      const input = build.node(id).inputs[i];
      if (part === null || input === undefined || !active.has(input)) return;
      const list = parts.get(input);
      if (list) list.push(part);
      else parts.set(input, [part]);
    });
  }
  return wrt.map((id) => found.get(id) ?? null);
}

function inputGradients(build: GraphBuilder, node: GraphNode, dy: NodeId): readonly (NodeId | null)[] {
  const custom = build.customBackward.get(node.id);
  const rule = build.primitive(node.op).gradient;
  const gradients = custom ? custom(dy) : rule ? rule({ build, inputs: node.inputs, output: node.id, dy, attrs: node.attrs }) : [];
  invariant(
    gradients.length === 0 || gradients.length === node.inputs.length,
    `${node.op} has ${node.inputs.length} inputs and ${gradients.length} gradients`,
  );
  return gradients;
}

/**
 * For each of `wrt` whether a gradient flows from the output to it (false: TensorFlow gives None), without building it.
 * A path through any branch counts.
 */
export function hasGradientPath(build: GraphBuilder, output: NodeId, wrt: readonly NodeId[]): readonly boolean[] {
  const reached = new Set<NodeId>();
  const queue = carriesGradient(build.dtype(output)) ? [output] : [];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    queue.push(...passingInputs(build, build.node(id)));
  }
  return wrt.map((id) => reached.has(id));
}

/** Nodes between `wrt` and the output along which gradients flow, both ends included. */
function dependents(build: GraphBuilder, output: NodeId, wrt: readonly NodeId[]): ReadonlySet<NodeId> {
  const active = new Set(wrt.filter((id) => id <= output && carriesGradient(build.dtype(id))));
  const first = Math.min(...active, output);
  for (let id = first; id <= output; id++) {
    if (!active.has(id) && passingInputs(build, build.node(id)).some((input) => active.has(input))) active.add(id);
  }
  return active;
}

/** The inputs to which a node hands on a gradient. */
export function passingInputs(build: GraphBuilder, node: GraphNode): readonly NodeId[] {
  if (!carriesGradient(node.type.dtype)) return [];
  const primitive = build.primitive(node.op);
  // A function with its own gradient hands on what that function computes; its plain value is no way.
  if (build.customBackward.has(node.id)) return node.inputs.slice(1).filter((input) => carriesGradient(build.dtype(input)));
  if (primitive.gradient === undefined) return [];
  return node.inputs.filter((input, i) => carriesGradient(build.dtype(input)) && !primitive.noGradient?.includes(i));
}
