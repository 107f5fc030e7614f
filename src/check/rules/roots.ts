/** Owns roots at 0, where their slope is infinite, and of what can be negative. */
import type { Span } from '../../base/span';
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { overlapOf } from './axisRules';
import { affine, elementsOf, findAbove, writtenOps } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

export const rootAtZero: Rule = {
  codes: ['sqrt-gradient-at-zero'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const root = isRoot(context, node);
      const [input] = node.inputs;
      if (!root || input === undefined || node.span === null || !facts.isLive(node.id)) return [];
      if ((facts.sources(node.id) & PREDICTION) === 0 || isGuardedRoot(context, node)) return [];
      if (!/^(sqrt|rsqrt|pow|power|\*\*|norm|euclidean_norm|reduce_std|std|reduce_euclidean_norm)$/.test(facts.spelled(node.id))) return [];
      const { low } = facts.range(input);
      const gram = isGramDistance(context, input);
      if (low > 0 || (!isSquare(context, input) && !gram && !isFlawOf(context, input))) return [];
      if (isSpreadOfOne(context, node)) return [spreadOfOne(context, node.span)];
      const diagonal = gram || isPairwiseSelf(context, input);
      return [
        {
          code: 'sqrt-gradient-at-zero',
          severity: diagonal ? 'warning' : 'info',
          message: diagonal
            ? `${oneLine(source.text(node.span))}: the distance of a sample to itself is 0, where the slope of the square root is infinite: the gradient is NaN (inf * 0). Add an epsilon inside the root, at least 1e-12 for float32.`
            : `${oneLine(source.text(node.span))}: the value is fine, but the slope of ${node.op === 'power' ? 'a power below 1' : 'the square root'} is infinite at 0, and inf * 0 = NaN as soon as one sample fits exactly. Add an epsilon inside the root, at least 1e-12 for float32.`,
          span: node.span,
          fixes: epsilonFix(context, node),
        },
      ];
    });
  },
};

/** The standard deviation along an axis of size 1: 0 for every sample. */
function isSpreadOfOne({ facts }: RuleContext, node: GraphNode): boolean {
  if (!/^(reduce_std|std)$/.test(facts.spelled(node.id))) return false;
  const mean = facts.node(facts.bare(node.inputs[0] ?? -1));
  const shape = facts.shape(mean.inputs[0] ?? -1);
  const axes = mean.op === 'mean' ? (mean.attrs.axes as readonly number[]) : [];
  return axes.length > 0 && axes.every((axis) => shape.at(axis) === 1);
}

function spreadOfOne({ source }: RuleContext, span: Span): Finding {
  return {
    code: 'sqrt-gradient-at-zero',
    severity: 'warning',
    message: `${oneLine(source.text(span))} is taken along an axis of size 1: it is always 0, and the gradient of the root at 0 is NaN (inf * 0). Take it over the batch, of the variance plus an epsilon.`,
    span,
    needsShapes: true,
  };
}

/** 1 - overlap / size: 0 for a perfect prediction. */
function isFlawOf(context: RuleContext, id: NodeId): boolean {
  const { base, scale, offset } = affine(context, id);
  const ratio = context.facts.node(base);
  return scale === -1 && offset === 1 && ratio.op === 'divide' && overlapOf(context, ratio) !== undefined;
}

/** A root, its reciprocal, or a power below 1: steep without bound at 0. */
function isRoot({ facts }: RuleContext, node: GraphNode): boolean {
  if (node.op === 'sqrt' || node.op === 'rsqrt') return true;
  const exponent = node.op === 'power' ? facts.constant(node.inputs[1] ?? -1) : undefined;
  return exponent !== undefined && exponent < 1 && exponent !== 0;
}

function epsilonFix(context: RuleContext, node: GraphNode) {
  const expr = context.source.at(node.span);
  const argument = expr?.kind === 'call' && facts0(expr.callee) === 'sqrt' ? expr.args[0]?.value : undefined;
  return argument === undefined || !context.source.isEntry(argument.span)
    ? []
    : [fix('Add an epsilon inside the root', insertAfter(argument.span, ' + 1e-12'))];
}

function facts0(callee: { readonly kind: string; readonly name?: unknown }): string {
  return typeof callee.name === 'string' ? callee.name : '';
}

/** A sum or mean of squares, or a square: can be exactly 0. */
function isSquare(context: RuleContext, id: NodeId): boolean {
  const node = elementsOf(context, id);
  if (node.op === 'square' || node.op === 'squaredDifference' || node.op === 'abs') return true;
  if (node.op === 'multiply' && node.inputs[0] === node.inputs[1]) return true;
  if (node.op === 'power' && context.facts.constant(node.inputs[1] ?? -1) === 2) return true;
  const [input] = node.inputs;
  return (node.op === 'sum' || node.op === 'mean' || node.op === 'maximum') && input !== undefined && isSquare(context, input);
}

function isGuardedRoot(context: RuleContext, node: GraphNode): boolean {
  const [input] = node.inputs;
  if (input === undefined) return true;
  const from = context.facts.node(input);
  if (from.op === 'select') return true;
  return from.op === 'maximum' && (context.facts.constant(from.inputs[1] ?? -1) ?? context.facts.constant(from.inputs[0] ?? -1) ?? 0) > 0;
}

/** Differences of a value with itself over all pairs: the diagonal is exactly 0. */
function isPairwiseSelf(context: RuleContext, id: NodeId): boolean {
  const difference = findAbove(
    context,
    id,
    (node) => node.op === 'subtract' || node.op === 'squaredDifference',
    (node) => node.op === 'matmul',
  );
  const [a, b] = difference?.inputs ?? [];
  if (a === undefined || b === undefined) return false;
  if (elementsOf(context, a).id !== elementsOf(context, b).id) return false;
  const [x, y] = [context.facts.shape(a), context.facts.shape(b)];
  return x.length === y.length && x.some((dim, axis) => dim === 1 && y[axis] !== 1) && x.some((dim, axis) => dim !== 1 && y[axis] === 1);
}

/** |a|² - 2 a·b + |b|² over all pairs of one value, cut off at 0: its diagonal is 0 too. */
function isGramDistance(context: RuleContext, id: NodeId): boolean {
  const node = context.facts.node(id);
  if (node.op !== 'maximum' && node.op !== 'relu') return false;
  const product = findAbove(
    context,
    id,
    (each) => each.op === 'matmul',
    (each) => !['add', 'subtract', 'multiply', 'maximum', 'relu', 'negate'].includes(each.op),
  );
  const [a, b] = product?.inputs ?? [];
  return a !== undefined && b !== undefined && elementsOf(context, a).id === elementsOf(context, b).id;
}

/** sqrt(E[x²] - E[x]²), which rounding makes negative, and the root of an output as it is. */
export const rootOfNegative: Rule = {
  codes: ['power-of-negative'],
  check(context) {
    const { facts, source } = context;
    return writtenOps(context, 'sqrt').flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      if (input === undefined || node.span === null || (facts.sources(input) & PREDICTION) === 0 || facts.range(input).low >= 0) return [];
      const place = facts.operandPlace(node, input);
      const text = place === undefined ? oneLine(source.text(node.span)) : oneLine(source.text(place));
      const raw = elementsOf(context, input);
      const why = isMomentDifference(context, input)
        ? `${text} is a difference of squares, which rounding makes negative where the spread is small. Use tf.math.reduce_variance, plus an epsilon.`
        : raw.op === 'input' && !context.contents.has(raw.id === context.outcome.inputs.y_pred ? 'y_pred' : 'y_true')
          ? `an output that is not bounded, such as ${text}, can be negative. Map it with softplus, exp or sigmoid first.`
          : undefined;
      return why === undefined
        ? []
        : [{ code: 'power-of-negative', severity: 'info', message: `the root of a negative number is NaN: ${why}`, span: node.span }];
    });
  },
};

/** mean(x²) - mean(x)². */
function isMomentDifference({ facts }: RuleContext, id: NodeId): boolean {
  const difference = facts.node(facts.bare(id));
  const [a, b] = difference.inputs.map((input) => facts.node(facts.bare(input)));
  if (difference.op !== 'subtract' || a?.op !== 'mean' || b === undefined || !isSquaredNode(b)) return false;
  const [whole, mean] = [facts.node(a.inputs[0] ?? -1), facts.node(facts.bare(b.inputs[0] ?? -1))];
  return isSquaredNode(whole) && mean.op === 'mean' && facts.bare(whole.inputs[0] ?? -1) === facts.bare(mean.inputs[0] ?? -2);
}

function isSquaredNode({ op, inputs }: GraphNode): boolean {
  return op === 'square' || (op === 'multiply' && inputs[0] === inputs[1]);
}
