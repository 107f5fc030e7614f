/** Owns the search for the op that first makes a NaN or infinity out of finite inputs. */
import type { NodeId } from '../graph/graph';
import type { Evaluation } from './execute';
import type { RunResult } from './protocol';
import { isAllFinite } from './statistics';

/** Ops that hold what they were given. */
const SOURCES: ReadonlySet<string> = new Set(['constant', 'fill', 'dims']);

/**
 * Walks what the wanted nodes are computed from, in evaluation order: the loss's own ops come before those of its gradient. A batch that
 * holds NaN is named itself (op `input`).
 */
export function firstNonFinite({ outcome, read }: Evaluation, wanted: readonly NodeId[]): RunResult['firstNonFinite'] {
  const { build } = outcome;
  const bad = new Set<NodeId>();
  for (const id of ancestorsOf(build, wanted)) {
    const node = build.node(id);
    if (isAllFinite(read(id))) continue;
    if (!node.inputs.some((input) => bad.has(input)) && !SOURCES.has(node.op)) return { span: node.span, op: node.op };
    bad.add(id);
  }
  return null;
}

/** The nodes that `wanted` depend on, themselves included, in evaluation order. */
export function ancestorsOf(build: Evaluation['outcome']['build'], wanted: readonly NodeId[]): readonly NodeId[] {
  const needed = new Set<NodeId>(wanted);
  for (let id = Math.max(-1, ...wanted); id >= 0; id--) {
    if (needed.has(id)) for (const input of build.node(id).inputs) needed.add(input);
  }
  return [...needed].sort((a, b) => a - b);
}
