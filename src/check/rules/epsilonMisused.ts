/** Owns epsilons that are used the wrong way: multiplied instead of added, a minimum in the place of a maximum. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { elementsOf } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

/** Larger factors are weights or units. */
const LARGEST = 1.1e-4;

export const epsilonMisused: Rule = {
  codes: ['log-of-zero', 'zero-gradient'],
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      if (!context.facts.isLive(node.id) || node.span === null) return [];
      if (node.op === 'log' && context.facts.isWritten(node.id)) return multiplied(context, node);
      return node.op === 'minimum' && /^minimum$/.test(context.facts.spelled(node.id)) ? boundedAbove(context, node) : [];
    }),
};

/** log(p * 1e-7) */
function multiplied(context: RuleContext, log: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const product = facts.node(log.inputs[0] ?? -1);
  const value = withEpsilon(context, product);
  if (product.op !== 'multiply' || value === undefined || log.span === null || !isPlain(context, value) || facts.range(value).low > 0)
    return [];
  const name = oneLine(facts.nameOf(value));
  return [
    {
      code: 'log-of-zero',
      severity: 'warning',
      message: `${oneLine(source.text(log.span))}: ${name} times an epsilon is still 0 where ${name} is 0, and the log of 0 is -inf. Add the epsilon, do not multiply by it.`,
      span: log.span,
    },
  ];
}

/** minimum(p, 1e-7) of predictions: all above are flat. */
function boundedAbove(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { source } = context;
  const value = withEpsilon(context, node);
  if (value === undefined || node.span === null || !isPlain(context, value)) return [];
  const { span } = node;
  const call = source.at(span);
  const name = oneLine(context.facts.nameOf(value));
  return [
    {
      code: 'zero-gradient',
      severity: 'warning',
      message: `${oneLine(source.text(span))} is the epsilon wherever ${name} is larger, so nearly everywhere, and its gradient is 0 there. To keep ${name} above the epsilon use the maximum of both.`,
      span,
      fixes:
        call?.kind === 'call' && source.isEntry(span)
          ? [fix('Use maximum', replace(call.callee.span, source.text(call.callee.span).replace(/minimum$/, 'maximum')))]
          : [],
    },
  ];
}

/** The other operand, where one is an epsilon. */
function withEpsilon({ facts }: RuleContext, { inputs }: GraphNode): NodeId | undefined {
  const isSmall = (id: NodeId) => (facts.constant(id) ?? 0) > 0 && (facts.constant(id) ?? 1) <= LARGEST;
  return inputs.some(isSmall) ? inputs.find((input) => facts.constant(input) === undefined) : undefined;
}

/** The prediction as it is, or as a softmax or sigmoid gives it. */
function isPlain(context: RuleContext, id: NodeId): boolean {
  const { op } = elementsOf(context, id);
  return (op === 'input' || op === 'softmax' || op === 'sigmoid') && context.facts.sources(id) === PREDICTION;
}
