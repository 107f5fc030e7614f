/** Owns values that are 0 for particular data: odds and shares of predictions, sums of squares, of targets. Without an epsilon anywhere. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { affine, elementsOf } from './patterns';
import type { RuleContext } from './rule';

/** p / sum(p), p / (1 - p), y * p + (1 - y) * (1 - p), tf.where(y == 1, p, 1 - p): 0 where a prediction is 0 or 1. */
export function reachesZero(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const node = elementsOf(context, id);
  const [a = -1, b = -1, c = -1] = node.inputs;
  if (facts.range(node.id).low > 0 || (facts.sources(node.id) & PREDICTION) === 0) return false;
  if (node.op === 'divide') return isPlain(context, a, PREDICTION);
  if (node.op === 'subtract') return isComplement(context, node.id);
  if (node.op === 'select') return isMixOf(context, [b, c]);
  const sides = [a, b].map((each) => facts.node(each));
  return (
    node.op === 'add' &&
    sides.every((side) => side.op === 'multiply') &&
    isMixOf(
      context,
      sides.map((side) => weighted(context, side)),
    )
  );
}

/** 1 - p of a prediction as it is. */
function isComplement(context: RuleContext, id: NodeId): boolean {
  const { base, scale, offset } = affine(context, id);
  return scale === -1 && offset === 1 && isPlain(context, base, PREDICTION);
}

/** Of a product with a weight made of targets: the other factor. */
function weighted({ facts }: RuleContext, { inputs }: GraphNode): NodeId {
  const own = inputs.filter((input) => facts.sources(input) === PREDICTION);
  return own.length === 1 && inputs.some((input) => facts.sources(input) === TRUTH) ? (own[0] ?? -1) : -1;
}

/** The predictions, and 1 minus them. */
function isMixOf(context: RuleContext, ids: readonly NodeId[]): boolean {
  const [p, q] = ids.map((id) => ({ ...affine(context, id), id }));
  if (p === undefined || q === undefined || p.base !== q.base || !isPlain(context, p.base, PREDICTION)) return false;
  return (
    [p, q].some(({ scale, offset }) => scale === 1 && offset === 0) && [p, q].some(({ scale, offset }) => scale === -1 && offset === 1)
  );
}

/** The input itself, where nothing keeps it away from 0. */
function isPlain(context: RuleContext, id: NodeId, role: number): boolean {
  const node = elementsOf(context, id);
  const { low, high } = context.facts.range(node.id);
  return node.op === 'input' && context.facts.sources(node.id) === role && low <= 0 && high >= 0;
}

/** A sum of squares of differences or outputs, or of targets, that nothing is added to; roots and products of such. */
export function isZeroSum(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const node = elementsOf(context, id);
  const [a = -1] = node.inputs;
  if (facts.range(node.id).low > 0 || (facts.sources(node.id) & (TRUTH | PREDICTION)) === 0) return false;
  if (node.op === 'sqrt') return isZeroSum(context, a);
  if (node.op === 'multiply' && node.inputs.length === 2) return node.inputs.every((input) => isZeroSum(context, input));
  if (node.op === 'add') return isOverlapSum(context, node);
  return node.op === 'sum' && (isSquare(context, a) || isPlain(context, a, TRUTH));
}

/** sum(y) + sum(p): what a Dice coefficient divides by, 0 for two empty masks. */
function isOverlapSum(context: RuleContext, { inputs }: GraphNode): boolean {
  const sums = inputs.map((input) => context.facts.node(context.facts.bare(input)));
  const isSumOf = (role: number) => sums.some(({ op, inputs: [of = -1] }) => op === 'sum' && isPlain(context, of, role));
  return isSumOf(TRUTH) && isSumOf(PREDICTION);
}

function isSquare({ facts }: RuleContext, id: NodeId): boolean {
  const { op, inputs } = facts.node(id);
  return op === 'square' || op === 'squaredDifference' || (op === 'power' && facts.constant(inputs[1] ?? -1) === 2);
}
