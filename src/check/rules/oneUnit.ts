/** Owns softmax and its cross-entropies over one unit: always 1, whatever the prediction. */
import type { GraphNode } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, type RuleContext, replace } from './rule';

/** A softmax along an axis of size 1. */
export function oneUnit(context: RuleContext, node: GraphNode): readonly Finding[] {
  const shape = node.type.shape;
  const axis = Number(node.attrs.axis ?? -1);
  const size = shape[axis < 0 ? axis + shape.length : axis];
  if (size !== 1 || node.span === null || (!context.facts.isWritten(node.id) && !/softmax/.test(context.facts.spelled(node.id)))) return [];
  return [
    {
      code: 'softmax-one-unit',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))} is over an axis of size 1: its value is always 1 and its gradient exactly 0. Use sigmoid for one unit.`,
      span: node.span,
      needsShapes: true,
      fixes: sigmoidFix(context, node),
    },
  ];
}

/** softmax_cross_entropy_with_logits of one logit: the softmax of one unit is 1. */
export function oneLogit(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [, logits] = node.inputs;
  // Not against shapes that are only tried: one column is the simplest of them.
  if (
    !context.stated ||
    node.op === 'sigmoidCrossEntropy' ||
    logits === undefined ||
    node.span === null ||
    context.facts.shape(logits).at(-1) !== 1
  )
    return [];
  if ((context.facts.sources(logits) & PREDICTION) === 0) return [];
  return [
    {
      code: 'softmax-one-unit',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))} over one class: the softmax of one logit is always 1, so the loss and its gradient are always 0. Use a sigmoid cross-entropy for one unit.`,
      span: node.span,
      needsShapes: true,
    },
  ];
}

/** categorical_crossentropy divides by the sum over the classes: with one class that is 1, whatever the prediction. */
export function oneClass(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts } = context;
  const [whole, sum] = node.inputs;
  const below = facts.node(sum ?? -1);
  if (
    node.span === null ||
    whole === undefined ||
    below.op !== 'sum' ||
    below.inputs[0] !== whole ||
    !/categorical_crossentropy|^loss$|^\w*$/i.test(facts.spelled(node.id))
  )
    return [];
  if (below.span?.start !== node.span.start || facts.isWritten(node.id) || facts.shape(whole).at(-1) !== 1) return [];
  if ((facts.sources(whole) & PREDICTION) === 0) return [];
  return [
    {
      code: 'softmax-one-unit',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))} over one class: the prediction is divided by itself, so the loss and its gradient are always 0. Use binary_crossentropy for one unit.`,
      span: node.span,
      needsShapes: true,
    },
  ];
}

function sigmoidFix(context: RuleContext, node: GraphNode) {
  const expr = context.source.at(node.span);
  const argument = expr?.kind === 'call' ? expr.args[0] : undefined;
  if (expr?.kind !== 'call' || argument === undefined || !context.source.isEntry(expr.span) || node.op !== 'softmax') return [];
  return [
    fix(
      'Use sigmoid',
      replace(
        expr.span,
        `${context.source.text(expr.callee.span).replace(/softmax$/, 'sigmoid')}(${context.source.text(argument.value.span)})`,
      ),
    ),
  ];
}
