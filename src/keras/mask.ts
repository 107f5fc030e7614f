/** Owns what Keras hangs on tensors beside their values: `_keras_mask` and `_keras_logits`, kept for one trace. */
import type { NodeId } from '../graph/graph';

type Memory = Map<string, unknown>;

function tagged(memory: Memory, name: string): Map<NodeId, NodeId> {
  const known = memory.get(name);
  if (known instanceof Map) return known;
  const made = new Map<NodeId, NodeId>();
  memory.set(name, made);
  return made;
}

/** Marks the valid entries of a loss: Keras averages over these only (`ignore_class`, circle). */
export function setKerasMask(memory: Memory, node: NodeId, mask: NodeId): void {
  tagged(memory, 'keras mask').set(node, mask);
}

export function kerasMaskOf(memory: Memory, node: NodeId): NodeId | undefined {
  return tagged(memory, 'keras mask').get(node);
}

/** Keras' own softmax and sigmoid remember their logits; its cross-entropies then use those instead of the probabilities. */
export function setKerasLogits(memory: Memory, node: NodeId, logits: NodeId): void {
  tagged(memory, 'keras logits').set(node, logits);
}

export function kerasLogitsOf(memory: Memory, node: NodeId): NodeId | undefined {
  return tagged(memory, 'keras logits').get(node);
}
