/** Owns errors that are returned with a minus: -mse, 1 - ss / variance, a PSNR written out. Training makes them as large as it can. */
import type { NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine } from './patterns';
import type { Rule, RuleContext } from './rule';
import { returnPlace, termsOf } from './signRules';

/** Names of measures, and of losses that are meant to grow. */
const MEANT = /neg|minus|adv|disc|critic|max|score|metric|coef|r2|r_?squared|psnr|snr|quality|reward|fitness|attack|ascent|accuracy/i;

export const negatedError: Rule = {
  codes: ['wrong-sign'],
  check(context) {
    const { outcome, facts, candidate, source } = context;
    const own = candidate.path.at(-1) ?? candidate.name;
    if (outcome.value === null || outcome.gaps.length > 0 || !context.fitted || (MEANT.test(own) && !/loss|cost|objective/i.test(own)))
      return [];
    if (/neg|minus|adv|disc|critic|max|attack|ascent/i.test(own)) return [];
    const terms = termsOf(context, outcome.value);
    const [first] = terms;
    if (first === undefined || !terms.every(({ node, sign }) => sign < 0 && isError(context, node.id))) return [];
    const span = first.node.span ?? candidate.nameSpan;
    return [
      {
        code: 'wrong-sign',
        severity: 'warning',
        message: `${oneLine(source.text(span))} is smallest for a perfect prediction, and is subtracted: compile() minimises the loss, so training makes the error as large as it can. Leave out the minus.`,
        span,
        related: [
          { message: `${candidate.name} is defined here`, span: candidate.nameSpan },
          ...returnPlace(context, facts.node(outcome.value)),
        ],
      },
    ];
  },
};

const SAME = new Set(['sum', 'mean', 'identity', 'cast', 'reshape', 'squeeze', 'expandDims', 'sqrt', 'maximum']);

/** A square or absolute value of truth minus prediction; means, roots, logarithms of it, its ratio to something of the targets alone. */
function isError(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const { base, scale, offset } = affine(context, id);
  const node = facts.node(base);
  const [a = -1, b = -1] = node.inputs;
  if (scale <= 0 || offset < 0 || facts.sources(base) !== (TRUTH | PREDICTION)) return false;
  if (node.op === 'squaredDifference') return areSides(context, a, b);
  if (node.op === 'square' || node.op === 'abs') return isDifference(context, a);
  if (node.op === 'power') return facts.constant(b) === 2 && isDifference(context, a);
  if (node.op === 'multiply') return a === b && isDifference(context, a);
  if (node.op === 'divide' || node.op === 'divideNoNan')
    return facts.sources(b) === TRUTH && facts.range(b).low >= 0 && isError(context, a);
  if (node.op === 'log') return isError(context, a);
  return SAME.has(node.op) && isError(context, node.inputs.find((input) => facts.constant(input) === undefined) ?? -1);
}

function isDifference(context: RuleContext, id: NodeId): boolean {
  const node = context.facts.node(context.facts.bare(id));
  const [a = -1, b = -1] = node.inputs;
  return node.op === 'subtract' && areSides(context, a, b);
}

/** The targets and the prediction themselves. */
function areSides({ facts }: RuleContext, a: NodeId, b: NodeId): boolean {
  const sides = [a, b].map((side) => facts.node(facts.bare(side)));
  return (
    sides.every(({ op }) => op === 'input') &&
    sides
      .map(({ id }) => facts.sources(id))
      .sort()
      .join() === `${TRUTH},${PREDICTION}`
  );
}
