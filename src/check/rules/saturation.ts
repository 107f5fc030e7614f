/** Owns which values are a sigmoid or softmax whose floats reach 0: as called, written out, its complement, or the probability of the label. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { elementsOf } from './patterns';
import type { RuleContext } from './rule';

export interface Saturating {
  readonly node: GraphNode;
  readonly of: 'softmax' | 'sigmoid';
  /** `mixed`: y * s + (1 - y) * (1 - s), a tf.where of the two, or the softmax of the label's class. */
  readonly form: 'plain' | 'complement' | 'mixed';
}

export function saturatingIn(context: RuleContext, id: NodeId): Saturating | undefined {
  const node = elementsOf(context, id);
  const plain = plainIn(context, node);
  if (plain !== undefined) return plain;
  const complement = complementOf(context, node);
  if (complement !== undefined) {
    const sigmoid = plainIn(context, elementsOf(context, complement));
    return sigmoid?.of === 'sigmoid' ? { ...sigmoid, form: 'complement' } : undefined;
  }
  return mixedIn(context, node);
}

function plainIn(context: RuleContext, node: GraphNode): Saturating | undefined {
  if (node.op === 'softmax' || node.op === 'sigmoid') return { node, of: node.op, form: 'plain' };
  return isWrittenOut(context, node) ? { node, of: 'sigmoid', form: 'plain' } : undefined;
}

/** 1 / (1 + exp(-z)). */
export function isWrittenOut({ facts }: RuleContext, node: GraphNode): boolean {
  const [above, below] = node.inputs;
  const divisor = node.op === 'reciprocal' ? above : node.op === 'divide' && facts.constant(above ?? -1) === 1 ? below : undefined;
  const sum = divisor === undefined ? undefined : facts.node(divisor);
  if (sum?.op !== 'add' || !sum.inputs.some((input) => facts.constant(input) === 1)) return false;
  return sum.inputs.some((input) => facts.node(input).op === 'exp');
}

function complementOf({ facts }: RuleContext, node: GraphNode): NodeId | undefined {
  return node.op === 'subtract' && facts.constant(node.inputs[0] ?? -1) === 1 ? node.inputs[1] : undefined;
}

function mixedIn(context: RuleContext, node: GraphNode): Saturating | undefined {
  const { facts } = context;
  if (node.op === 'sum') {
    const product = facts.node(node.inputs[0] ?? -1);
    const found = product.op === 'multiply' ? weighted(context, product.id) : undefined;
    return found?.of === 'softmax' ? { ...found, form: 'mixed' } : undefined;
  }
  const parts = node.op === 'select' ? node.inputs.slice(1).map((input) => plainOrComplement(context, input)) : addends(context, node);
  const [first, second] = parts;
  if (first === undefined || second === undefined || first.node !== second.node || first.form === second.form) return undefined;
  return { ...first, form: 'mixed' };
}

function addends(context: RuleContext, node: GraphNode): readonly (Saturating | undefined)[] {
  return node.op === 'add' ? node.inputs.map((input) => weighted(context, input)) : [];
}

/** The saturating factor of a product with what comes from the targets only. */
function weighted(context: RuleContext, id: NodeId): Saturating | undefined {
  const { facts } = context;
  const node = facts.node(id);
  const [a, b] = node.inputs;
  if (node.op !== 'multiply' || a === undefined || b === undefined) return undefined;
  for (const [weight, value] of [
    [a, b],
    [b, a],
  ] as const) {
    if (facts.sources(weight) === TRUTH && (facts.sources(value) & PREDICTION) !== 0) return plainOrComplement(context, value);
  }
  return undefined;
}

function plainOrComplement(context: RuleContext, id: NodeId): Saturating | undefined {
  const found = saturatingIn(context, id);
  return found?.form === 'mixed' ? undefined : found;
}
