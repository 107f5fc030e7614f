/** Owns functions at the edge of where they are defined: roots at 0, powers of negatives, arc functions at 1. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { compareDims } from '../../shape/dim';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine, elementsOf, findAbove } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext, replace } from './rule';

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
      if (low > 0 || (!isSquare(context, input) && !gram)) return [];
      const diagonal = gram || isPairwiseSelf(context, input);
      return [
        {
          code: 'sqrt-gradient-at-zero',
          severity: diagonal ? 'warning' : 'info',
          message: diagonal
            ? `${oneLine(source.text(node.span))}: the distance of a sample to itself is 0, where the slope of the square root is infinite: the gradient is NaN (inf * 0). Add an epsilon inside the root, at least 1e-12 for float32.`
            : `${oneLine(source.text(node.span))}: the value is fine, but the slope of the square root is infinite at 0, and inf * 0 = NaN as soon as one sample fits exactly. Add an epsilon inside the root, at least 1e-12 for float32.`,
          span: node.span,
          fixes: epsilonFix(context, node),
        },
      ];
    });
  },
};

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

export const powerOfNegative: Rule = {
  codes: ['power-of-negative'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [base, by] = node.inputs;
      if (node.op !== 'power' || base === undefined || by === undefined || node.span === null || !facts.isLive(node.id)) return [];
      const exponent = facts.constant(by);
      if (exponent === undefined || Number.isInteger(exponent) || !facts.isWritten(node.id)) return [];
      if (facts.range(base).low >= 0 || !isDifference(context, base)) return [];
      const expr = source.at(node.span);
      const place = expr?.kind === 'call' ? expr.args[0]?.value : expr?.kind === 'binary' ? expr.left : undefined;
      const text = place === undefined ? 'the base' : oneLine(source.text(place.span));
      return [
        {
          code: 'power-of-negative',
          severity: 'warning',
          message: `${text} can be negative, and a negative number to the power of ${exponent} is NaN. Take tf.abs(${text}) first.`,
          span: node.span,
          fixes:
            place === undefined || !source.isEntry(place.span)
              ? []
              : [fix('Take the absolute value first', replace(place.span, `tf.abs(${source.text(place.span)})`))],
        },
      ];
    });
  },
};

/** A difference of truth and prediction: its sign is not known, whatever the data is. */
function isDifference(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const { base } = affine(context, id);
  const node = elementsOf(context, base);
  if (node.op === 'mean' || node.op === 'sum') return node.inputs[0] !== undefined && isDifference(context, node.inputs[0]);
  const [a, b] = node.inputs;
  if (node.op !== 'subtract' || a === undefined || b === undefined) return false;
  const [x, y] = [facts.sources(a), facts.sources(b)];
  return ((x & TRUTH) !== 0) !== ((y & TRUTH) !== 0) && ((x & PREDICTION) !== 0) !== ((y & PREDICTION) !== 0) && x !== 0 && y !== 0;
}

export const arcAtOne: Rule = {
  codes: ['acos-domain'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      if ((node.op !== 'acos' && node.op !== 'asin') || input === undefined || node.span === null || !facts.isLive(node.id)) return [];
      if ((facts.sources(input) & PREDICTION) === 0) return [];
      const { low, high } = facts.range(input);
      const inside = Math.fround(high) < 1 && Math.fround(low) > -1;
      if (inside) return [];
      const clipped = high <= 1 && low >= -1;
      const expr = source.at(node.span);
      const place = expr?.kind === 'call' ? expr.args[0]?.value : undefined;
      return [
        {
          code: 'acos-domain',
          severity: clipped && Math.fround(high) === high ? 'info' : 'warning',
          message: clipped
            ? `the slope of ${node.op} is infinite at 1 and -1, which the clip lets pass. Clip to 1 - 1e-6, not to 1.`
            : `the slope of ${node.op} is infinite at 1 and -1, and rounding can push a cosine above 1, where the value is NaN. Clip to ±(1 - 1e-6) first.`,
          span: node.span,
          fixes:
            place === undefined || !source.isEntry(place.span)
              ? []
              : [
                  fix(
                    'Clip to just inside ±1',
                    replace(place.span, `tf.clip_by_value(${source.text(place.span)}, -1.0 + 1e-6, 1.0 - 1e-6)`),
                  ),
                ],
        },
      ];
    });
  },
};

export const sameDim = compareDims;
