/** Owns epsilons below the resolution of a float. */
import type { GraphNode } from '../../graph/graph';
import { findBelow } from './patterns';
import type { Finding, Rule, RuleContext } from './rule';

/** Of float16: half the smallest subnormal rounds to 0. */
const SMALLEST_HALF = 2.98e-8;
const HALF_STEP_AT_ONE = 2.4e-4;

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
