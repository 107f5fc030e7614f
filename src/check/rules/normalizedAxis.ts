/** Owns normalisations along one axis whose result is summed along another: the axis of the classes or features was meant. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { normalizeAxis } from '../../shape/axis';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { axisFix } from './axisRules';
import type { Finding, Rule, RuleContext } from './rule';

export const normalizedAxis: Rule = {
  codes: ['softmax-axis', 'normalize-over-batch'],
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.span === null) return [];
      if (node.op === 'softmax' || node.op === 'logSoftmax') return softmaxAxis(context, node);
      return node.op === 'multiply' ? cosineOverBatch(context, node) : [];
    }),
};

/** -sum(y * log_softmax(z, axis=1), axis=-1) of (B, T, C). */
function softmaxAxis(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const shape = node.type.shape;
  const axis = normalizeAxis(Number(node.attrs.axis ?? -1), shape.length);
  if (axis === undefined || axis < 1 || shape.length < 3 || (facts.sources(node.id) & PREDICTION) === 0 || node.span === null) return [];
  const sum = classSum(context, node.id);
  const axes = sum === undefined ? [] : axesOf(sum);
  if (sum?.span == null || axes.length !== 1 || axes.includes(axis)) return [];
  return [
    {
      code: 'softmax-axis',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))} of ${shapeText(shape)} normalises along axis ${axis}, but the cross-entropy is summed along axis ${axes[0]}: the probabilities that are summed do not add up to 1. Use axis=${axes[0] === shape.length - 1 ? -1 : axes[0]} in both.`,
      span: node.span,
      related: [{ message: 'the sum is here', span: sum.span }],
      needsShapes: true,
      fixes: axisFix(context, node, String(axes[0] === shape.length - 1 ? -1 : axes[0])),
    },
  ];
}

const SAFE = new Set(['log', 'maximum', 'minimum', 'add', 'negate', 'cast', 'identity']);

/** The sum over targets times (the logarithm of) the value. */
function classSum(context: RuleContext, id: NodeId): GraphNode | undefined {
  const { facts } = context;
  for (const next of facts.consumers(id)) {
    const node = facts.node(next);
    if ((SAFE.has(node.op) || isShare(context, node, id)) && facts.sources(next) === PREDICTION) {
      const found = classSum(context, next);
      if (found !== undefined) return found;
    }
    if (node.op !== 'multiply' || !node.inputs.some((input) => facts.sources(input) === TRUTH)) continue;
    const sum = [...facts.consumers(next)].map((each) => facts.node(each)).find((each) => each.op === 'sum');
    if (sum !== undefined) return sum;
  }
  return undefined;
}

/** Divided by its own sum, as crossentropies do. */
function isShare({ facts }: RuleContext, node: GraphNode, id: NodeId): boolean {
  const below = facts.node(node.inputs[1] ?? -1);
  return node.op === 'divide' && node.inputs[0] === id && below.op === 'sum' && below.inputs[0] === id;
}

function axesOf(sum: GraphNode): readonly number[] {
  const rank = (sum.attrs.axes as readonly number[]).length + sum.type.shape.length;
  return (sum.attrs.axes as readonly number[]).map(
    (axis) => normalizeAxis(axis, sum.attrs.keepdims === true ? sum.type.shape.length : rank) ?? axis,
  );
}

/** l2_normalize(…, axis=0) of both sides, multiplied and summed along the features: the cosine of columns was taken, of rows was meant. */
function cosineOverBatch(context: RuleContext, product: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const sides = product.inputs.map((input) => facts.node(input));
  if (sides.length !== 2 || sides[0]?.id === sides[1]?.id) return [];
  const sums = facts.consumers(product.id).map((id) => facts.node(id));
  if (!sums.some((sum) => sum.op === 'sum' && axesOf(sum).join() === String(product.type.shape.length - 1))) return [];
  return sides.flatMap((side): readonly Finding[] => {
    const call = source.at(side.span);
    const shape = side.type.shape;
    if (side.span === null || call?.kind !== 'call' || !/^(l2_normalize|normalize)$/.test(spelling(call))) return [];
    const axis = call.args.find((arg) => arg.name === 'axis' || arg.name === 'dim')?.value ?? call.args[1]?.value;
    if (axis?.kind !== 'number' || axis.value !== 0 || shape.length < 2 || !hasRole(shape[0] ?? 0, 'batch')) return [];
    return [
      {
        code: 'normalize-over-batch',
        severity: 'warning',
        message: `${oneLine(source.text(side.span))} divides by the norm over the batch, axis 0 of ${shapeText(shape)}, but the product is summed along the last axis: this is no cosine. Use axis=-1.`,
        span: side.span,
        needsShapes: true,
        fixes: axisFix(context, side, '-1'),
      },
    ];
  });
}
