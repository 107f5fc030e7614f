/** Owns hazards behind a where: their value is not taken, their gradient is NaN. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { findAbove } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

const HAZARDS = new Set(['log', 'sqrt', 'rsqrt', 'reciprocal', 'acos', 'asin', 'log1p', 'divide', 'power']);

/** Their gradient kernels give 0 where nothing arrives; compiled by XLA they do not. */
const HELD = new Set(['sqrt', 'rsqrt', 'reciprocal']);

export const whereGradientTrap: Rule = {
  codes: ['where-gradient-trap'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [condition, a, b] = node.inputs;
      if (node.op !== 'select' || condition === undefined || a === undefined || b === undefined || node.span === null) return [];
      if (!facts.isLive(node.id) || facts.spelled(node.id) !== 'where') return [];
      const test = facts.node(condition);
      const tested = test.inputs.filter((input) => facts.constant(input) === undefined).map((input) => withoutSign(context, input));
      if (!/^(less|greater|equal|notEqual)/.test(test.op) || tested.length !== 1) return [];
      for (const branch of [a, b]) {
        const found = hazardIn(context, branch, tested[0] ?? -1);
        if (found?.span == null) continue;
        return [
          {
            code: 'where-gradient-trap',
            severity: HELD.has(found.op) ? 'info' : 'warning',
            message: `tf.where computes both branches and their gradients: where the condition excludes ${oneLine(source.text(found.span))}, its gradient is infinite or NaN, and 0 * inf = NaN reaches the weights${HELD.has(found.op) ? ' (under XLA, which Keras 3 uses on a GPU; the CPU kernel of this op happens to give 0)' : ''}. Make the input safe first: an inner tf.where replaces what is excluded by 1.`,
            span: node.span,
            related: [{ message: 'its gradient is not finite everywhere', span: found.span }],
            fixes: doubleWhere(context, node, found),
          },
        ];
      }
      return [];
    });
  },
};

/** An op in the branch whose slope is infinite at values of what the condition tests. */
function hazardIn(context: RuleContext, branch: NodeId, tested: NodeId): GraphNode | undefined {
  const { facts } = context;
  if ((facts.sources(tested) & PREDICTION) === 0) return undefined;
  return findAbove(
    context,
    branch,
    (node) => {
      if (!HAZARDS.has(node.op) || !facts.isWritten(node.id)) return false;
      const at = node.op === 'divide' ? node.inputs[1] : node.inputs[0];
      if (at === undefined || withoutSign(context, at) !== tested) return false;
      const exponent = facts.constant(node.inputs[1] ?? -1);
      return (node.op !== 'power' || (exponent !== undefined && exponent < 1)) && facts.range(at).low <= 0;
    },
    (node) => node.op === 'select' || node.op === 'stopGradient',
  );
}

/** |x| is 0 where x is. */
function withoutSign({ facts }: RuleContext, id: NodeId): NodeId {
  const node = facts.node(facts.bare(id));
  return node.op === 'abs' && node.inputs[0] !== undefined ? facts.bare(node.inputs[0]) : node.id;
}

/** The inner tf.where around the input of the hazardous op. */
function doubleWhere(context: RuleContext, node: GraphNode, hazard: GraphNode) {
  const [outer, inner] = [context.source.at(node.span), context.source.at(hazard.span)];
  const test = outer?.kind === 'call' ? outer.args[0]?.value : undefined;
  const input =
    inner?.kind === 'call'
      ? (hazard.op === 'divide' ? inner.args[1] : inner.args[0])?.value
      : inner?.kind === 'binary' && hazard.op === 'divide'
        ? inner.right
        : undefined;
  if (test === undefined || input === undefined || !context.source.isEntry(input.span)) return [];
  const hazardInFirst =
    outer?.kind === 'call' &&
    outer.args[1] !== undefined &&
    outer.args[1].span.start <= input.span.start &&
    input.span.end <= outer.args[1].span.end;
  if (!hazardInFirst) return [];
  const x = context.source.text(input.span);
  return [
    fix(
      'Make the input safe with an inner tf.where',
      replace(input.span, `tf.where(${context.source.text(test.span)}, ${x}, tf.ones_like(${x}))`),
    ),
  ];
}
