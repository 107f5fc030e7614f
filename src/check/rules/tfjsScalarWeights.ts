/** Owns weights for each sample that meet a loss which is reduced already: tf.losses.* give one number for the whole batch. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { dotted } from './body';
import type { Finding, Rule, RuleContext } from './rule';

export const tfjsScalarWeights: Rule = {
  codes: ['scalar-before-weights'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'multiply' || node.span === null || node.inputs.length !== 2 || !facts.isLive(node.id)) return [];
      const [a, b] = node.inputs;
      if (a === undefined || b === undefined) return [];
      const [loss, weights] = isReducedLoss(context, a) ? [a, b] : isReducedLoss(context, b) ? [b, a] : [];
      if (loss === undefined || weights === undefined || !isPerSample(context, weights)) return [];
      const text = oneLine(source.text(facts.node(loss).span ?? node.span));
      return [
        {
          code: 'scalar-before-weights',
          severity: 'warning',
          message: `${text} is one number for the whole batch, so that the weights of the samples multiply their common mean. Compute the loss of each sample (tf.metrics.*, or sum over the last axis), or pass the weights as third argument.`,
          span: node.span,
          related: [{ message: 'it is reduced to a scalar here', span: facts.node(loss).span ?? node.span }],
        },
      ];
    });
  },
};

/** A scalar that a call of tf.losses.* gave. */
function isReducedLoss({ facts, source }: RuleContext, id: NodeId): boolean {
  const node: GraphNode = facts.node(id);
  if (facts.shape(id).length !== 0 || (facts.sources(id) & PREDICTION) === 0) return false;
  const call = source.at(node.span);
  return call?.kind === 'call' && /(^|\.)losses\.\w+$/.test(dotted(call.callee));
}

/** It has an axis, and comes from the labels and predictions. */
function isPerSample({ facts }: RuleContext, id: NodeId): boolean {
  return facts.shape(id).length > 0 && (facts.sources(id) & (TRUTH | PREDICTION)) !== 0;
}
