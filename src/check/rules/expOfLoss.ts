/** Owns focal factors made of exp(loss): the probability is exp(-loss). */
import type { GraphNode } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, insertBefore, type Rule, type RuleContext } from './rule';

const CROSS_ENTROPY = /cross_?entropy|CategoricalCrossentropy|BinaryCrossentropy/i;

export const expOfLoss: Rule = {
  codes: ['wrong-sign'],
  check: (context) => context.facts.nodes.flatMap((node) => ofLoss(context, node)),
};

/** 1 - exp(bce) */
function ofLoss(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const [one = -1, exp = -1] = node.inputs;
  const power = facts.node(exp);
  const [loss = -1] = power.inputs;
  if (node.op !== 'subtract' || facts.constant(one) !== 1 || power.op !== 'exp' || power.span === null || !facts.isLive(node.id)) return [];
  // Not through signs: a cross-entropy is itself minus a sum.
  const base = facts.bare(loss);
  if (facts.sources(base) !== (TRUTH | PREDICTION) || !CROSS_ENTROPY.test(facts.spelled(base))) return [];
  const call = source.at(power.span);
  const argument = call?.kind === 'call' ? call.args[0]?.value : undefined;
  const name = oneLine(argument === undefined ? facts.nameOf(base) : source.text(argument.span));
  return [
    {
      code: 'wrong-sign',
      severity: 'warning',
      message: `${oneLine(source.text(power.span))} is 1 or more, as a cross-entropy is never negative, and 1 minus it is not positive. The probability of the true class is exp(-${name}).`,
      span: power.span,
      related: node.span === null ? [] : [{ message: 'it is subtracted here', span: node.span }],
      fixes:
        argument?.kind === 'name' && source.isEntry(argument.span) ? [fix('Negate the exponent', insertBefore(argument.span, '-'))] : [],
    },
  ];
}
