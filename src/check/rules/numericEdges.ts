/** Owns functions at the edge of where they are defined: roots at 0, powers of negatives, arc functions at 1, epsilons below a float's resolution. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { compareDims } from '../../shape/dim';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine, elementsOf, findAbove, findBelow } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext, replace } from './rule';

/** Of float16: half the smallest subnormal rounds to 0. */
const SMALLEST_HALF = 2.98e-8;
const HALF_STEP_AT_ONE = 2.4e-4;

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

export const vanishingEpsilon: Rule = {
  codes: ['epsilon-vanishes'],
  check(context) {
    const { facts } = context;
    const findings: Finding[] = [];
    const seen = new Set<string>();
    for (const node of facts.nodes) {
      if (node.op !== 'constant' && node.op !== 'fill') continue;
      const value = facts.constant(node.id);
      if (value === undefined || value === 0) continue;
      const found =
        node.type.dtype === 'float16'
          ? vanishesInHalf(context, node, value)
          : node.type.dtype === 'float32'
            ? vanishesInSingle(context, node, value)
            : undefined;
      const key = found === undefined ? '' : `${found.span.start}:${found.span.end}`;
      if (found === undefined || seen.has(key)) continue;
      seen.add(key);
      findings.push(found);
    }
    return findings;
  },
};

function vanishesInSingle(context: RuleContext, node: GraphNode, value: number): Finding | undefined {
  const { facts } = context;
  if (node.span === null || !facts.isLive(node.id)) return undefined;
  if (value !== 1 && Math.fround(value) === 1 && Math.abs(value - 1) > 1e-15) {
    // What the bound is for is log(1 - p) and the like: a clip from above alone hurts nobody.
    const bounded = findBelow(
      context,
      node.id,
      (each) => each.op === 'minimum' || each.op === 'subtract',
      (each) => !['minimum', 'maximum', 'identity', 'cast'].includes(each.op),
    );
    if (bounded === undefined) return undefined;
    const risky =
      bounded.op === 'subtract' ||
      findBelow(context, bounded.id, (each) => each.op === 'subtract' && facts.constant(each.inputs[0] ?? -1) === 1) !== undefined;
    const by = Math.abs(1 - value);
    return {
      code: 'epsilon-vanishes',
      severity: risky ? 'warning' : 'info',
      message: `1 ${value < 1 ? '-' : '+'} ${Number(by.toPrecision(2))} is exactly 1 in float32 (the spacing below 1 is 6e-8): the bound does nothing, and 1 - x can still be 0. Use 1e-7.`,
      span: node.span,
    };
  }
  if (Math.fround(value) !== 0 || Math.abs(value) > 1e-30) return undefined;
  return {
    code: 'epsilon-vanishes',
    severity: 'warning',
    message: `${value} is 0 in float32. Use at least 1e-38, better 1e-7.`,
    span: node.span,
  };
}

function vanishesInHalf(context: RuleContext, node: GraphNode, value: number): Finding | undefined {
  if (node.span === null || !context.facts.isLive(node.id)) return undefined;
  const tiny = Math.abs(value) < SMALLEST_HALF;
  const nearOne = value !== 1 && Math.abs(value - 1) < HALF_STEP_AT_ONE;
  if (!tiny && !nearOne) return undefined;
  return {
    code: 'epsilon-vanishes',
    severity: 'warning',
    message: tiny
      ? `${value} is 0 in float16, whose smallest number is 6e-8. Compute the loss in float32: tf.cast(…, tf.float32).`
      : `${value} is 1 in float16, whose spacing below 1 is 5e-4. Compute the loss in float32: tf.cast(…, tf.float32).`,
    span: node.span,
  };
}

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
      const tested = test.inputs.filter((input) => facts.constant(input) === undefined).map((input) => facts.bare(input));
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

export const sameDim = compareDims;
