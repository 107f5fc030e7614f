/** Owns what float16 cannot hold: epsilons that are 0 in it, numbers beyond 65504, sums that reach it. */
import type { GraphNode } from '../../graph/graph';
import type { Dim } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import { placeOf } from '../facts/place';
import { oneLine } from '../facts/sourceIndex';
import { withoutComments } from '../fixes/edits';
import { findBelow } from './patterns';
import type { Finding, Rule, RuleContext } from './rule';

/** Half the smallest subnormal of float16: what is below rounds to 0. */
const SMALLEST_HALF = 2.98e-8;
/** What is nearer to 1 is 1. */
const STEP_AT_ONE = 2.4e-4;
const LARGEST_HALF = 65504;
const LARGEST_EXP = 11.09;

/** Why a loss computes in float16 although its trace says float32. */
const BY_POLICY =
  'this file sets mixed_float16, and Keras 2 hands y_pred over as float16 unless the last layer has dtype="float32". Begin with y_pred = tf.cast(y_pred, tf.float32).';

export const halfPrecisionEpsilon: Rule = {
  codes: ['half-precision-epsilon'],
  check(context) {
    const { facts } = context;
    if (!halfByPolicy(context)) return [];
    const seen = new Set<number>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const value = constantOf(context, node);
      if (value === undefined || node.span === null || seen.has(node.span.start)) return [];
      const what = vanishes(context, node, value);
      if (what === undefined) return [];
      seen.add(node.span.start);
      return [{ code: 'half-precision-epsilon', severity: 'warning', message: `${what}: ${BY_POLICY}`, span: node.span }];
    });
  },
};

function vanishes(context: RuleContext, node: GraphNode, value: number): string | undefined {
  if (value !== 0 && Math.abs(value) < SMALLEST_HALF && Math.fround(value) !== 0)
    return `${value} is 0 in float16, whose smallest number is 6e-8`;
  if (value === 1 || Math.abs(value - 1) >= STEP_AT_ONE || !isSubtractedFromOne(context, node)) return undefined;
  return `${Number(value.toPrecision(9))} is 1 in float16, so that 1 - x can be 0`;
}

/** A bound just below 1 is there for what is computed of 1 - x. */
function isSubtractedFromOne(context: RuleContext, node: GraphNode): boolean {
  const { facts } = context;
  const from = (each: GraphNode) => each.op === 'subtract' && facts.constant(each.inputs[0] ?? -1) === 1;
  return findBelow(context, node.id, from, (each) => !CARRIES.has(each.op)) !== undefined;
}

const CARRIES = new Set(['minimum', 'maximum', 'identity', 'cast', 'broadcastTo', 'subtract']);

export const halfPrecisionOverflow: Rule = {
  codes: ['half-precision-overflow'],
  check(context) {
    if (context.module.language !== 'python' || context.candidate.computes === null) return [];
    const byPolicy = halfByPolicy(context);
    const { facts } = context;
    const seen = new Set<string>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.span === null || !facts.isLive(node.id) || !(node.type.dtype === 'float16' || (byPolicy && node.type.dtype === 'float32')))
        return [];
      const found = tooLarge(context, node);
      const key = `${node.span.start}:${node.span.end}`;
      if (found === undefined || seen.has(key)) return [];
      seen.add(key);
      const why = node.type.dtype === 'float16' ? 'Compute the loss in float32: tf.cast(…, tf.float32).' : `Here ${BY_POLICY}`;
      return [{ code: 'half-precision-overflow', severity: 'warning', message: `${found} ${why}`, span: node.span }];
    });
  },
};

/** One sentence about a node whose value float16 cannot hold. */
function tooLarge(context: RuleContext, node: GraphNode): string | undefined {
  const { facts, source } = context;
  const text = oneLine(source.text(node.span ?? context.candidate.nameSpan));
  const value = constantOf(context, node);
  if (value !== undefined) {
    if (Math.abs(value) <= LARGEST_HALF) return undefined;
    const use = facts.consumers(node.id).map((id) => facts.node(id));
    if (use.some(({ op }) => op === 'multiply'))
      return `${text} is infinite in float16, whose largest number is 65504, and 0 times it is NaN.`;
    return use.some(({ op, inputs }) => op === 'divide' && inputs[1] === node.id)
      ? `${text} is infinite in float16, whose largest number is 65504, and what is divided by it is 0.`
      : undefined;
  }
  if (!facts.isWritten(node.id) && node.op !== 'square') return undefined;
  const [input] = node.inputs;
  if (input === undefined) return undefined;
  if (node.op === 'sum') return sumTooLarge(context, node, text);
  const before = facts.range(input);
  if (node.op === 'exp')
    return before.high > LARGEST_EXP && Number.isFinite(before.high) ? `${text} overflows float16 above 11.` : undefined;
  return /^(square|power|multiply)$/.test(node.op) ? beyond(context, node, text) : undefined;
}

function beyond({ facts }: RuleContext, node: GraphNode, text: string): string | undefined {
  const { low, high } = facts.range(node.id);
  const most = Math.max(-low, high);
  const grows = node.inputs.every((id) => Math.max(-facts.range(id).low, facts.range(id).high) <= LARGEST_HALF);
  return grows && Number.isFinite(most) && most > LARGEST_HALF
    ? `${text} reaches ${Number(most.toPrecision(3))}, and float16 ends at 65504.`
    : undefined;
}

/** A sum of more elements than float16 can hold; a mean is divided before it is rounded on a GPU, where float16 is for. */
function sumTooLarge({ facts }: RuleContext, node: GraphNode, text: string): string | undefined {
  const [input] = node.inputs;
  if (input === undefined || node.op !== 'sum') return undefined;
  const count = addends(facts.shape(input), node.attrs.axes);
  const { low, high } = facts.range(input);
  const most = Math.max(-low, high);
  // Half of what is possible must be too much: overlaps and masks are seldom full.
  if (count * (Number.isFinite(most) ? most / 2 : 1) <= LARGEST_HALF) return undefined;
  return `${text} adds up ${count} values and more, and float16 ends at 65504.`;
}

/** How many elements are added up at least. */
function addends(shape: Shape, axes: unknown): number {
  const sizes = Array.isArray(axes) ? axes.map((axis: unknown) => (typeof axis === 'number' ? least(shape.at(axis) ?? 1) : 1)) : [];
  return sizes.reduce((product, size) => product * size, 1);
}

/** Symbols are at least 1: a flattened batch of images has as many elements as one image. */
function least(dim: Dim): number {
  if (typeof dim === 'number') return dim;
  const [term] = dim.terms;
  return dim.terms.length === 1 && term !== undefined ? Math.max(1, term.coefficient) : 1;
}

/** A number of the user's own, not of what a function of the library is made. */
function constantOf({ facts, source }: RuleContext, node: GraphNode): number | undefined {
  if ((node.op !== 'constant' && node.op !== 'fill') || node.span === null || !facts.isLive(node.id)) return undefined;
  return /^(number|binary|unary|name|call)$/.test(source.at(node.span)?.kind ?? '') ? facts.constant(node.id) : undefined;
}

/** Keras 2 under mixed_float16: the trace's float32 is float16, unless the loss casts or a layer is told its dtype. */
function halfByPolicy(context: RuleContext): boolean {
  const { keras, module, candidate } = context;
  if (module.language !== 'python' || keras !== 2 || !context.fitted || candidate.computes === null) return false;
  return placeOf(module).mixedHalf && !leavesHalf(context);
}

/** A cast to another dtype in the loss, or a layer that is told its dtype: what is computed may be float32. */
function leavesHalf({ candidate, source }: RuleContext): boolean {
  const body = candidate.computes === null ? '' : withoutComments(source.text(candidate.computes.span));
  return /\b(float32|float64|floatx)\b|"float"|'float'/.test(body) || /dtype\s*=\s*["'(\w.]*float32/.test(source.whole);
}
