/** Owns values that are exactly 0 for much of the data: relus, and clips that let 0 pass. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine, elementsOf, findBelow } from './patterns';
import type { Finding, RuleContext } from './rule';

/** Half of what a relu gives is exactly 0. Not where a tf.where leaves these out. */
export function logOfRelu(context: RuleContext, node: GraphNode, input: NodeId): readonly Finding[] {
  const { facts, source } = context;
  if (node.span === null || (facts.sources(input) & PREDICTION) === 0) return [];
  if (findBelow(context, node.id, (each) => each.op === 'select' || /^(multiplyNoNan|isFinite|isNan)$/.test(each.op)) !== undefined)
    return [];
  return [
    {
      code: 'log-of-zero',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))}: a relu is exactly 0 for every negative input, and the log of 0 is -inf. Use softplus, or add an epsilon inside.`,
      span: node.span,
      related: relatedRelu(context, input),
    },
  ];
}

/** clip(p, 0, 1), or 1 minus it: bounds that keep nothing away from 0. */
export function isIdleClip(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const { base, scale, offset } = affine(context, id);
  const node = elementsOf(context, base);
  if (node.op !== 'minimum' && node.op !== 'maximum' && node.op !== 'clip') return false;
  const inner = elementsOf(context, innermost(context, node.id));
  const { low, high } = facts.range(node.id);
  if (inner.op !== 'input' || facts.sources(inner.id) !== PREDICTION || !/^(clip|clip_by_value)$/.test(facts.spelled(node.id)))
    return false;
  return (low === 0 && scale === 1 && offset === 0) || (high === 1 && scale === -1 && offset === 1);
}

/** What a clip is applied to. */
function innermost(context: RuleContext, id: NodeId): NodeId {
  const { facts } = context;
  const node = facts.node(id);
  const next = /^(minimum|maximum|clip)$/.test(node.op) ? node.inputs.find((input) => facts.constant(input) === undefined) : undefined;
  return next === undefined ? id : innermost(context, next);
}

export function logOfIdleClip(context: RuleContext, node: GraphNode, input: NodeId): readonly Finding[] {
  const { source } = context;
  const { span } = elementsOf(context, affine(context, input).base);
  if (node.span === null) return [];
  return [
    {
      code: 'log-of-zero',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))}: the clip lets 0 and 1 pass, and the log of 0 is -inf. Clip to 1e-7 and 1 - 1e-7.`,
      span: node.span,
      related: span === null ? [] : [{ message: 'the clip is here', span }],
    },
  ];
}

function relatedRelu(context: RuleContext, input: NodeId) {
  const { span } = elementsOf(context, input);
  return span === null ? [] : [{ message: 'the relu is here', span }];
}

/** Half of what a relu gives is exactly 0. */
export function quotientByRelu(context: RuleContext, node: GraphNode, divisor: NodeId): readonly Finding[] {
  const { facts, source } = context;
  if (node.span === null || (facts.sources(divisor) & PREDICTION) === 0) return [];
  if (findBelow(context, node.id, (each) => each.op === 'select' || /^(multiplyNoNan|isFinite|isNan)$/.test(each.op)) !== undefined)
    return [];
  return [
    {
      code: 'division-by-zero',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))}: a relu is exactly 0 for every negative input, and the quotient inf or NaN. Use softplus plus an epsilon.`,
      span: node.span,
      related: relatedRelu(context, divisor),
    },
  ];
}
