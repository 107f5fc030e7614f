/** Owns binary cross-entropies written out with a mistake in one half: its sign, its logarithm. */
import type { NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Affine, affine } from './patterns';
import type { Finding, Rule, RuleContext } from './rule';
import { factor, productSign, returnPlace, type Term, termsOf } from './signRules';

/** -y * log(p) + (1 - y) * log(1 - p); y * log(1 - p) + (1 - y) * log(p); y * log(p) + (1 - y) * log(p). */
export const crossEntropyHalves: Rule = {
  codes: ['wrong-sign', 'same-term-twice'],
  check(context) {
    const { outcome } = context;
    if (outcome.value === null || outcome.gaps.length > 0) return [];
    const halves = termsOf(context, outcome.value).flatMap((term) => halfOf(context, term));
    return halves.flatMap((half): readonly Finding[] => {
      const other = halves.find((each) => areComplementary(half, each));
      // Told once, of the half that targets of 1 select or of the one that is added.
      if (other === undefined) return [];
      const { inside } = half;
      const opposite = inside.scale * other.inside.scale < 0 && Math.abs(inside.offset + other.inside.offset - 1) < 0.02;
      const same = inside.scale === other.inside.scale && Math.abs(inside.offset - other.inside.offset) < 0.02;
      if (opposite && half.sign > 0 && other.sign < 0) return [minusBeforeOne(context, half)];
      const first = half.weight.offset === 0 && half.sign < 0 && other.sign < 0;
      if (opposite && first && inside.scale < 0) return [exchanged(context, half, other)];
      return same && first ? [sameHalves(context, half, other)] : [];
    });
  },
};

function minusBeforeOne(context: RuleContext, { node }: Half): Finding {
  const { outcome, source, candidate } = context;
  const span = node.span ?? candidate.nameSpan;
  return {
    code: 'wrong-sign',
    severity: 'warning',
    message: `${oneLine(source.text(span))} is added, and the other half of the cross-entropy subtracted: the minus sign stands before one half only, so this one is made as small as possible instead of as large. Put the sum of both in parentheses.`,
    span,
    related: [
      { message: `${candidate.name} is defined here`, span: candidate.nameSpan },
      ...(outcome.value === null ? [] : returnPlace(context, context.facts.node(outcome.value))),
    ],
  };
}

function exchanged(context: RuleContext, half: Half, other: Half): Finding {
  const { source, candidate } = context;
  const span = half.node.span ?? candidate.nameSpan;
  return {
    code: 'wrong-sign',
    severity: 'warning',
    message: `${oneLine(source.text(span))}: targets of 1 select log(1 - p), and targets of 0 log(p). The halves are exchanged: the loss is smallest where the prediction is 1 - ${candidate.params[0]?.name || 'y_true'}.`,
    span,
    related: other.node.span === null ? [] : [{ message: 'the other half is here', span: other.node.span }],
  };
}

function sameHalves(context: RuleContext, half: Half, other: Half): Finding {
  const { source, candidate } = context;
  const span = other.node.span ?? candidate.nameSpan;
  return {
    code: 'same-term-twice',
    severity: 'warning',
    message: `${oneLine(source.text(span))} weights the same logarithm as the other half: both together are that logarithm, whatever the targets are. Targets of 0 belong to log(1 - p).`,
    span,
    related: half.node.span === null ? [] : [{ message: 'the other half is here', span: half.node.span }],
  };
}

interface Half extends Term {
  readonly weight: Affine;
  readonly inside: Affine;
}

/** Targets (or 1 minus them) times the log of predictions, with the sign of the whole; further factors only where they are not negative. */
function halfOf(context: RuleContext, { node, sign }: Term): readonly Half[] {
  const { facts } = context;
  const factors = factorsOf(context, node.id);
  const weights = factors.filter((id) => facts.sources(id) === TRUTH);
  const logs = factors.filter((id) => facts.sources(id) === PREDICTION && facts.node(factor(context, id).id).op === 'log');
  const rest = factors.filter((id) => !weights.includes(id) && !logs.includes(id));
  const [weight, log] = [weights[0], logs[0]];
  if (weight === undefined || log === undefined || weights.length + logs.length > 2) return [];
  if (rest.some((id) => facts.range(id).low < 0)) return [];
  const { id: inner, negated } = factor(context, log);
  const [map, inside] = [affine(context, weight), facts.node(inner).inputs[0]];
  const [atZero, atOne] = [map.offset, map.scale + map.offset];
  if (inside === undefined || facts.node(facts.bare(map.base)).op !== 'input' || atZero * atOne !== 0) return [];
  // The traversal's sign without those of the factors, which are counted here.
  const whole = sign * productSign(context, node) * Math.sign(atZero + atOne) * (negated ? -1 : 1);
  return [{ node, sign: whole, weight: map, inside: affine(context, inside) }];
}

function factorsOf(context: RuleContext, id: NodeId): readonly NodeId[] {
  const { op, inputs } = context.facts.node(id);
  return op === 'multiply' ? inputs.flatMap((input) => factorsOf(context, input)) : [id];
}

/** y and 1 - y, with the logarithms of one prediction. */
function areComplementary(one: Half, other: Half): boolean {
  const weights = one.weight.base === other.weight.base && (one.weight.offset === 0) !== (other.weight.offset === 0);
  return weights && one.inside.base === other.inside.base;
}
