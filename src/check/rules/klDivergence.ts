/** Owns the forms of the KL divergence: what goes in as logarithms, and in which direction. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { elementsOf, unclipped } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const klForms: Rule = {
  codes: ['kl-not-log'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'multiply' || node.span === null || !facts.isLive(node.id)) return [];
      const [a, b] = node.inputs;
      if (a === undefined || b === undefined) return [];
      for (const [weight, difference] of [
        [a, b],
        [b, a],
      ] as const) {
        const sub = facts.node(difference);
        const [log, plain] = sub.inputs;
        if (sub.op !== 'subtract' || log === undefined || plain === undefined) continue;
        const logNode = facts.node(log);
        if (logNode.op !== 'log' || !sameValue(context, logNode.inputs[0] ?? -1, weight)) continue;
        if (!isPlainProbability(context, plain)) continue;
        const name = oneLine(facts.nameOf(plain));
        const expr = source.at(sub.span);
        return [
          {
            code: 'kl-not-log',
            severity: 'warning',
            message: `${name} is subtracted from a logarithm but is no logarithm itself: this is not a KL divergence (it can be negative, and is not 0 where both are equal). Use log(${name}).`,
            span: sub.span ?? node.span,
            fixes:
              expr?.kind === 'binary' && source.isEntry(expr.span)
                ? [fix(`Take the log of ${name}`, replace(expr.right.span, `tf.math.log(${source.text(expr.right.span)} + 1e-7)`))]
                : [],
          },
        ];
      }
      return [];
    });
  },
};

/** The same value, or one made safe by an epsilon or a clip. */
function sameValue(context: RuleContext, a: NodeId, b: NodeId): boolean {
  return unclipped(context, a).id === unclipped(context, b).id;
}

function isPlainProbability(context: RuleContext, id: NodeId): boolean {
  const node = elementsOf(context, id);
  if (node.op === 'softmax' || node.op === 'sigmoid') return true;
  if (node.op === 'maximum' || node.op === 'minimum')
    return (
      node.inputs[0] !== undefined && context.facts.constant(node.inputs[0]) === undefined && isPlainProbability(context, node.inputs[0])
    );
  const name = String(node.attrs.name ?? '');
  return (
    node.op === 'input' &&
    !/log|ll$|_lp$/i.test(`${name} ${context.candidate.params.map((param) => param.name).join(' ')}`) &&
    context.contents.get('y_pred')?.kind !== 'logits'
  );
}

export const klDirection: Rule = {
  codes: ['kl-reversed'],
  check(context) {
    const { facts, source, candidate } = context;
    if (!context.fitted && context.use === 'maybe') return [];
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [weight, difference] = node.inputs;
      if (node.op !== 'multiply' || node.span === null || weight === undefined || difference === undefined || !facts.isWritten(node.id))
        return [];
      const sub = facts.node(difference);
      const [own, other] = sub.inputs;
      if (sub.op !== 'subtract' || own === undefined || other === undefined || !isLog(facts.node(own)) || !isLog(facts.node(other)))
        return [];
      if (facts.sources(weight) !== PREDICTION || facts.sources(own) !== PREDICTION || facts.sources(other) !== TRUTH) return [];
      return [
        {
          code: 'kl-reversed',
          severity: 'info',
          message: `${oneLine(source.text(node.span))} weights by the prediction: this is the reverse divergence KL(prediction || target), which picks one mode of the target. KL(target || prediction) weights by the target, and is what kl_divergence(y_true, y_pred) computes.`,
          span: node.span,
          related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
        },
      ];
    });
  },
};

function isLog(node: GraphNode): boolean {
  return node.op === 'log' || node.op === 'logSoftmax';
}
