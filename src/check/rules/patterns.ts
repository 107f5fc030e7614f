/** Owns small patterns in graphs that several rules look for. */
import type { GraphNode, NodeId } from '../../graph/graph';
import type { RuleContext } from './rule';

/** The value behind additions of constants, multiplications and divisions by constants, negations: what an affine map is made of. */
export interface Affine {
  readonly base: NodeId;
  readonly scale: number;
  readonly offset: number;
}

export function affine({ facts }: RuleContext, id: NodeId): Affine {
  let base = id;
  let scale = 1;
  let offset = 0;
  for (let steps = 0; steps < 64; steps++) {
    const node = facts.node(base);
    const [a, b] = node.inputs;
    if (a === undefined) break;
    if (node.op === 'negate') {
      scale = -scale;
      base = a;
      continue;
    }
    if (b === undefined) break;
    const [x, y] = [facts.constant(a), facts.constant(b)];
    if (node.op === 'add' && (x !== undefined || y !== undefined)) {
      offset += scale * (x ?? y ?? 0);
      base = x === undefined ? a : b;
    } else if (node.op === 'subtract' && y !== undefined) {
      offset -= scale * y;
      base = a;
    } else if (node.op === 'subtract' && x !== undefined) {
      offset += scale * x;
      scale = -scale;
      base = b;
    } else if (node.op === 'multiply' && (x !== undefined || y !== undefined)) {
      scale *= x ?? y ?? 1;
      base = x === undefined ? a : b;
    } else if (node.op === 'divide' && y !== undefined) {
      scale /= y;
      base = a;
    } else break;
  }
  return { base, scale, offset };
}

/** Through ops that change no element (casts, reshapes, slices of parts, gathers). */
const PARTS = new Set([
  'cast',
  'identity',
  'reshape',
  'expandDims',
  'squeeze',
  'transpose',
  'slice',
  'gather',
  'gatherNd',
  'takeAlongAxis',
  'concat',
  'reverse',
  'broadcastTo',
]);

export function elementsOf({ facts }: RuleContext, id: NodeId): GraphNode {
  let node = facts.node(id);
  while (
    PARTS.has(node.op) &&
    node.inputs.length >= 1 &&
    node.inputs[0] !== undefined &&
    (node.op !== 'concat' || node.inputs.length === 1)
  )
    node = facts.node(node.inputs[0]);
  return node;
}

/** The live nodes of an op that the user wrote: not those that a library's function is made of. */
export function writtenOps({ facts }: RuleContext, op: string): readonly GraphNode[] {
  return facts.nodes.filter((node) => node.op === op && facts.isLive(node.id) && facts.isWritten(node.id));
}

type Test = (node: GraphNode) => boolean;

const NEVER: Test = () => false;

/** Whether any value that goes into this one, near or far, satisfies a test; `stop` keeps the search out of a node's inputs. */
export function findAbove({ facts }: RuleContext, id: NodeId, test: Test, stop: Test = NEVER): GraphNode | undefined {
  return nearest(facts, [id], (next) => facts.node(next).inputs, test, stop);
}

/** The opposite direction: what uses a value. */
export function findBelow({ facts }: RuleContext, id: NodeId, test: Test, stop: Test = NEVER): GraphNode | undefined {
  return nearest(facts, facts.consumers(id), (next) => facts.consumers(next), test, stop);
}

function nearest(
  facts: RuleContext['facts'],
  from: readonly NodeId[],
  onwards: (id: NodeId) => readonly NodeId[],
  test: Test,
  stop: Test,
): GraphNode | undefined {
  const seen = new Set<NodeId>();
  const queue = [...from];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const node = facts.node(next);
    if (test(node)) return node;
    if (!stop(node)) queue.push(...onwards(next));
  }
  return undefined;
}

const CLIPPING: ReadonlySet<string> = new Set(['add', 'maximum', 'minimum', 'cast', 'identity']);

/** The value that one was made safe of, by an epsilon, a clip or a cast; itself where nothing was. */
export function unclipped(context: RuleContext, id: NodeId): GraphNode {
  const node = context.facts.node(id);
  const rest = node.inputs.filter((input) => context.facts.constant(input) === undefined);
  return CLIPPING.has(node.op) && rest.length === 1 ? unclipped(context, rest[0] ?? -1) : node;
}
