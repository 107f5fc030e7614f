/** Owns losses that are largest where they should be smallest: a similarity or likelihood that is returned as it is. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { overlapOf } from './axisRules';
import { affine, findAbove } from './patterns';
import { fix, insertBefore, type Rule, type RuleContext } from './rule';

export const wrongSign: Rule = {
  codes: ['wrong-sign'],
  check(context) {
    const { outcome, facts, candidate } = context;
    if (outcome.value === null || outcome.gaps.length > 0) return [];
    const own = candidate.path.at(-1) ?? candidate.name;
    const measures =
      /index|similarity|coef|score|dice|iou|jaccard|tversky|cosine|corr|ratio|psnr|ssim|accuracy|precision|recall/i.test(own) &&
      !/loss|cost|objective/i.test(own);
    if (measures || (!context.fitted && (!/loss|cost|objective|error/i.test(own) || /index|similarity|coef|score/i.test(own)))) return [];
    const terms = termsOf(context, outcome.value);
    const growing = terms.find((term) => term.sign > 0 && isSimilarity(context, term.node));
    // Another similarity with the right sign shows that the author minds it: a difference of two.
    if (
      growing === undefined ||
      terms.some((term) => term.sign < 0 && isSimilarity(context, term.node)) ||
      terms.some((term) => term.sign === 0)
    )
      return [];
    const span = growing.node.span ?? candidate.nameSpan;
    const dice =
      growing.node.op !== 'multiply' ||
      isImageSimilarity(context, growing.node) ||
      isCosine(context, growing.node.inputs[0] ?? -1, growing.node.inputs[1] ?? -1);
    return [
      {
        code: 'wrong-sign',
        severity: 'warning',
        message: dice
          ? `${oneLine(context.source.text(span))} is highest for a perfect prediction, but compile() minimises the loss. Return 1 - it, or its negative.`
          : `${oneLine(context.source.text(span))} is highest for a perfect prediction (0) and negative otherwise, but compile() minimises the loss: the minus sign of the cross-entropy is missing.`,
        span,
        related: [
          { message: `${candidate.name} is defined here`, span: candidate.nameSpan },
          ...returnPlace(context, facts.node(outcome.value)),
        ],
        fixes: negation(context, facts.node(outcome.value), dice),
      },
    ];
  },
};

export function returnPlace(context: RuleContext, node: GraphNode) {
  return node.span === null || !context.source.isEntry(node.span) ? [] : [{ message: 'this is returned', span: node.span }];
}

function negation(context: RuleContext, node: GraphNode, dice: boolean) {
  if (node.span === null || !context.source.isEntry(node.span)) return [];
  const expr = context.source.at(node.span);
  const atom = expr?.kind === 'call';
  const start = dice ? '1.0 - ' : '-';
  return [
    fix(
      dice ? 'Return 1 - it' : 'Negate it',
      insertBefore(node.span, atom || dice ? start : `${start}(`),
      ...(atom || dice ? [] : [{ span: { ...node.span, start: node.span.end }, newText: ')' }]),
    ),
  ];
}

export interface Term {
  readonly node: GraphNode;
  readonly sign: number;
}

/** The terms of which the result is a sum, each with its sign; sign 0: not known. */
export function termsOf(context: RuleContext, value: NodeId): readonly Term[] {
  const { facts } = context;
  const terms: Term[] = [];
  const queue: { readonly id: NodeId; readonly sign: number }[] = [{ id: value, sign: 1 }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { id, sign } = next;
    const node = facts.node(id);
    const [a, b] = node.inputs;
    if (a === undefined) continue;
    if (isImageSimilarity(context, node)) {
      terms.push({ node, sign });
      continue;
    }
    const [x, y] = [facts.constant(a), b === undefined ? undefined : facts.constant(b)];
    if (['sum', 'mean', 'identity', 'cast', 'reshape', 'squeeze', 'expandDims'].includes(node.op)) queue.push({ id: a, sign });
    else if (node.op === 'negate') queue.push({ id: a, sign: -sign });
    else if (b === undefined) terms.push({ node, sign });
    else if (node.op === 'add') queue.push({ id: a, sign }, { id: b, sign });
    else if (node.op === 'subtract') queue.push({ id: a, sign }, { id: b, sign: -sign });
    else if (node.op === 'multiply' && (x !== undefined || y !== undefined))
      queue.push({ id: x === undefined ? a : b, sign: sign * Math.sign(x ?? y ?? 1) });
    else if ((node.op === 'divide' || node.op === 'divideNoNan') && (y !== undefined || (facts.sources(b) & (TRUTH | PREDICTION)) === 0)) {
      queue.push({ id: a, sign: y === undefined ? sign : sign * Math.sign(y) });
    } else terms.push({ node, sign: sign * productSign(context, node) });
  }
  return terms.filter((term) => facts.constant(term.node.id) === undefined);
}

/** A product with a negated factor: `-y * log(p)`, `-w * y * log(p)`. */
export function productSign(context: RuleContext, node: GraphNode): number {
  return node.op === 'multiply' ? node.inputs.reduce((sign, input) => sign * plainSign(context, input), 1) : 1;
}

/** -1 where minus signs stand before a factor or before the factors that it is made of. */
function plainSign(context: RuleContext, id: NodeId): number {
  const { id: inner, negated } = factor(context, id);
  return (negated ? -1 : 1) * productSign(context, context.facts.node(inner));
}

/** The factor without its sign, where the sign is plain. */
export function factor(context: RuleContext, id: NodeId): { readonly id: NodeId; readonly negated: boolean } {
  const { base, scale, offset } = affine(context, id);
  return offset === 0 && base !== id ? { id: base, negated: scale < 0 } : { id, negated: false };
}

/** An overlap ratio, a cosine, or truth × log of the prediction. */
function isSimilarity(context: RuleContext, node: GraphNode): boolean {
  if (isImageSimilarity(context, node)) return true;
  if (node.op === 'divide' || node.op === 'divideNoNan') return overlapOf(context, node) !== undefined || isCosineByHand(context, node);
  if (node.op !== 'multiply') return false;
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined) return false;
  return isLikelihood(context, a, b) || isLikelihood(context, b, a) || isCosine(context, a, b);
}

/** tf.image.ssim and its like, of both. */
function isImageSimilarity({ facts }: RuleContext, { id }: GraphNode): boolean {
  return /^(ssim|ssim_multiscale|psnr)$/.test(facts.spelled(id)) && facts.sources(id) === (TRUTH | PREDICTION);
}

/** sum(y * p) / (norm(y) * norm(p)). */
function isCosineByHand(context: RuleContext, ratio: GraphNode): boolean {
  const { facts } = context;
  const [above, below] = ratio.inputs;
  const sum = facts.node(above ?? -1);
  const product = facts.node(sum.inputs[0] ?? -1);
  if (sum.op !== 'sum' || product.op !== 'multiply' || below === undefined || facts.sources(below) !== (TRUTH | PREDICTION)) return false;
  const sides = product.inputs.map((input) => centred(context, input));
  const bare = sides.every((side) => side.op === 'input') && sides[0]?.id !== sides[1]?.id;
  return bare && findAbove(context, below, (each) => each.op === 'sqrt') !== undefined;
}

/** The value itself, or that from which its own mean is subtracted, as in a correlation. */
function centred({ facts }: RuleContext, id: NodeId): GraphNode {
  const node = facts.node(facts.bare(id));
  const [a = -1, b = -1] = node.inputs;
  const mean = facts.node(facts.bare(b));
  return node.op === 'subtract' && mean.op === 'mean' && mean.inputs[0] === a ? facts.node(facts.bare(a)) : node;
}

/** Truth and prediction, each divided by its norm and multiplied: 1 where they point the same way. */
function isCosine({ facts }: RuleContext, a: NodeId, b: NodeId): boolean {
  const sides = [a, b].map((id) => facts.sources(id)).sort();
  return (
    sides[0] === TRUTH &&
    sides[1] === PREDICTION &&
    [a, b].every((id) => /^(l2_normalize|normalize|unit_normalize)$/.test(facts.spelled(id)))
  );
}

function isLikelihood(context: RuleContext, weights: NodeId, log: NodeId): boolean {
  const { facts } = context;
  const node = facts.node(factor(context, log).id);
  if ((facts.sources(weights) & PREDICTION) !== 0 || (facts.sources(weights) & TRUTH) === 0) return false;
  if (node.op === 'logSoftmax') return (facts.sources(log) & TRUTH) === 0;
  if (node.op !== 'log' || facts.sources(log) !== PREDICTION) return false;
  const [inside = -1] = node.inputs;
  // log of a quotient or of 1 / x turns the sign round, log(1 + x) is no probability's: it is 0 at 0.
  return !['divide', 'reciprocal', 'subtract', 'rsqrt'].includes(facts.node(inside).op) && affine(context, inside).offset < 0.5;
}
