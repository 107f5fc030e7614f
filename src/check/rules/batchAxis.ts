/** Owns the batch's axis taken for another: softmax, argmax, cumulative sums and maxima over it. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { normalizeAxis } from '../../shape/axis';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { axisFix } from './axisRules';
import { affine } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const batchAxis: Rule = {
  codes: ['softmax-over-batch', 'argmax-over-batch', 'cumsum-over-batch', 'normalize-over-batch', 'max-not-maximum'],
  metrics: true,
  check: (context) => context.facts.nodes.flatMap((node) => overBatch(context, node) ?? []),
};

function overBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  if (node.span === null) return undefined;
  if (node.op === 'softmax' || node.op === 'logSoftmax') return softmaxOverBatch(context, node);
  if (node.op === 'argmax' || node.op === 'argmin') return argmaxOverBatch(context, node);
  if (node.op === 'cumsum' || node.op === 'cumprod') return cumulativeOverBatch(context, node);
  if (node.op === 'max' || node.op === 'min') return maxForMaximum(context, node);
  if (node.op === 'divide') return shareOfBatch(context, node);
  if (node.op === 'logsumexp') return logsumexpOverBatch(context, node);
  return node.op === 'sum' ? normalizedOverBatch(context, node) : undefined;
}

/** Whether the node works along the batch of data with more axes. */
function isBatchAxis(context: RuleContext, id: NodeId, axis: number): boolean {
  const { facts } = context;
  const shape = facts.shape(id);
  const size = shape[normalizeAxis(axis, shape.length) ?? -1];
  return (
    shape.length >= 2 &&
    normalizeAxis(axis, shape.length) === 0 &&
    size !== undefined &&
    hasRole(size, 'batch') &&
    (facts.sources(id) & (TRUTH | PREDICTION)) !== 0 &&
    !shape.slice(1).some((dim) => hasRole(dim, 'batch'))
  );
}

function softmaxOverBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const [input] = node.inputs;
  if (input === undefined || node.span === null || !isBatchAxis(context, input, Number(node.attrs.axis ?? -1))) return undefined;
  // Of errors, not of outputs: weights of the samples.
  if (context.facts.sources(input) === (TRUTH | PREDICTION)) return undefined;
  return {
    code: 'softmax-over-batch',
    severity: 'warning',
    message: `${oneLine(context.source.text(node.span))} of ${shapeText(context.facts.shape(input))} normalises across the samples of the batch; class probabilities need axis=-1.`,
    span: node.span,
    fixes: axisFix(context, node, '-1'),
  };
}

/** exp(z) / sum(exp(z), axis=0): the softmax written out. */
function shareOfBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const { facts, source } = context;
  const [above, below] = node.inputs;
  const sum = facts.node(below ?? -1);
  const axes = sum.op === 'sum' ? (sum.attrs.axes as readonly number[]) : [];
  const [axis] = axes;
  if (above === undefined || sum.inputs[0] !== above || axes.length !== 1 || axis === undefined) return undefined;
  if (facts.node(above).op !== 'exp' && !isSharedAgain(context, node)) return undefined;
  if (sum.span === null || !isBatchAxis(context, above, axis) || facts.sources(above) === (TRUTH | PREDICTION)) return undefined;
  return {
    code: 'softmax-over-batch',
    severity: 'warning',
    message: `${oneLine(source.text(sum.span))} adds up the samples of the batch, axis 0 of ${shapeText(facts.shape(above))}: dividing by it normalises across the batch; class probabilities need axis=-1.`,
    span: sum.span,
    related: node.span === null ? [] : [{ message: 'the division is here', span: node.span }],
    fixes: sum.attrs.keepdims === true ? axisFix(context, sum, '-1') : [],
  };
}

/** Predictions whose shares go into a crossentropy of Keras, which divides by the sum along the last axis itself: class probabilities. */
function isSharedAgain({ facts }: RuleContext, node: GraphNode): boolean {
  if (facts.sources(node.id) !== PREDICTION) return false;
  const isLast = ({ op, inputs, attrs }: GraphNode) =>
    op === 'sum' &&
    inputs[0] === node.id &&
    normalizeAxis(Number((attrs.axes as readonly number[])[0]), node.type.shape.length) === node.type.shape.length - 1;
  return facts
    .consumers(node.id)
    .some(
      (id) => facts.node(id).op === 'divide' && facts.node(id).inputs[0] === node.id && isLast(facts.node(facts.node(id).inputs[1] ?? -1)),
    );
}

/** logsumexp(z, axis=0) - z: minus log_softmax, over the batch. */
function logsumexpOverBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const { facts, source } = context;
  const [input] = node.inputs;
  const axes = node.attrs.axes as readonly number[];
  if (input === undefined || node.span === null || axes.length !== 1 || !isBatchAxis(context, input, axes[0] ?? -1)) return undefined;
  const combined = facts.consumers(node.id).some((id) => facts.node(id).op === 'subtract' && facts.node(id).inputs.includes(input));
  if (!combined || facts.sources(input) !== PREDICTION) return undefined;
  return {
    code: 'softmax-over-batch',
    severity: 'warning',
    message: `${oneLine(source.text(node.span))} of ${shapeText(facts.shape(input))} runs over the samples of the batch; the logarithm of class probabilities needs axis=-1, keepdims=True.`,
    span: node.span,
  };
}

/** tf.argmax without an axis takes 0: nobody means the batch. */
function argmaxOverBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const [input] = node.inputs;
  const expr = context.source.at(node.span);
  if (input === undefined || node.span === null || expr?.kind !== 'call' || !/^arg(max|min)$/.test(spelling(expr))) return undefined;
  if (expr.args.length > 1) return undefined;
  if (flattenedBatch(context, input)) {
    return {
      code: 'argmax-over-batch',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))} without axis flattens the whole batch first: one index for all samples. Use axis=-1 for the class of each sample.`,
      span: node.span,
      needsShapes: true,
      fixes: axisFix(context, node, '-1'),
    };
  }
  if (!isBatchAxis(context, input, Number(node.attrs.axis ?? 0))) return undefined;
  return {
    code: 'argmax-over-batch',
    severity: 'warning',
    message: `${oneLine(context.source.text(node.span))} without axis takes axis 0, the batch: it names the sample with the largest value of each class. Use axis=-1 for the class of each sample.`,
    span: node.span,
    needsShapes: true,
    fixes: axisFix(context, node, '-1'),
  };
}

/** What keras.ops.argmax makes of its argument where it gets no axis. */
function flattenedBatch({ facts }: RuleContext, id: NodeId): boolean {
  const node = facts.node(id);
  const from = facts.shape(node.inputs[0] ?? -1);
  return node.op === 'reshape' && node.type.shape.length === 1 && from.length >= 2 && hasRole(from[0] ?? 0, 'batch');
}

/** tf.cumsum without an axis adds up the samples. */
function cumulativeOverBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const [input] = node.inputs;
  const expr = context.source.at(node.span);
  if (input === undefined || node.span === null || expr?.kind !== 'call' || !/^cum(sum|prod)$/.test(spelling(expr))) return undefined;
  const named = expr.args.length > 1;
  if (!isBatchAxis(context, input, Number(node.attrs.axis ?? 0)) || (named && !isCumulativePair(context, node))) return undefined;
  return {
    code: 'cumsum-over-batch',
    severity: 'warning',
    message: `${oneLine(context.source.text(node.span))}${named ? '' : ' without axis'} runs along axis 0, the batch: each sample is added to those before it. Use axis=-1.`,
    span: node.span,
    needsShapes: true,
    fixes: axisFix(context, node, '-1'),
  };
}

/** Targets and predictions both added up along the batch and subtracted, of several columns: distributions, not risk sets. */
function isCumulativePair({ facts }: RuleContext, node: GraphNode): boolean {
  if (node.type.shape.at(-1) === 1) return false;
  return facts.consumers(node.id).some((id) => {
    const { op, inputs } = facts.node(id);
    const sides = inputs.map((input) => facts.node(facts.bare(input)));
    const roles = sides.map((side) => facts.sources(side.id)).sort();
    const alike = sides.every((side) => side.op === node.op && Number(side.attrs.axis) === Number(node.attrs.axis));
    return op === 'subtract' && alike && roles[0] === TRUTH && roles[1] === PREDICTION;
  });
}

/** K.max(x, 0) where K.maximum(x, 0) was meant: a hinge. */
function maxForMaximum(context: RuleContext, node: GraphNode): Finding | undefined {
  const expr = context.source.at(node.span);
  const [input] = node.inputs;
  if (expr?.kind !== 'call' || input === undefined || node.span === null || expr.args.length !== 2) return undefined;
  const [first, second] = expr.args;
  if (first === undefined || second?.name !== undefined || second?.value.kind !== 'number' || second.value.value !== 0) return undefined;
  const { offset, base } = affine(context, input);
  const hinge = offset !== 0 || context.facts.node(base).op === 'subtract' || context.facts.node(base).op === 'add';
  if (!hinge) return undefined;
  const name = spelling(expr);
  const wanted = name.startsWith('reduce_') ? `${name.slice(7)}imum` : `${name}imum`;
  return {
    code: 'max-not-maximum',
    severity: 'warning',
    message: `${oneLine(context.source.text(node.span))}: the 0 is the axis (the batch), not the number to compare with. For a hinge use tf.${wanted}(${oneLine(context.source.text(first.value.span))}, 0.0).`,
    span: node.span,
    fixes: context.source.isEntry(expr.span)
      ? [
          fix(
            `Use ${wanted}`,
            replace(
              expr.span,
              `${context.source.text(expr.callee.span).replace(/\w+$/, wanted)}(${context.source.text(first.value.span)}, 0.0)`,
            ),
          ),
        ]
      : [],
  };
}

/** l2_normalize without an axis divides by the norm of the whole batch. */
function normalizedOverBatch(context: RuleContext, node: GraphNode): Finding | undefined {
  const expr = context.source.at(node.span);
  const [input] = node.inputs;
  if (expr?.kind !== 'call' || spelling(expr) !== 'l2_normalize' || expr.args.length !== 1 || input === undefined || node.span === null)
    return undefined;
  const shape = context.facts.shape(input);
  if (shape.length < 2 || !hasRole(shape[0] ?? 0, 'batch') || (context.facts.sources(input) & (TRUTH | PREDICTION)) === 0) return undefined;
  return {
    code: 'normalize-over-batch',
    severity: 'warning',
    message: `${oneLine(context.source.text(node.span))} without axis divides by the norm of the whole batch ${shapeText(shape)}, not of each sample. Use axis=-1.`,
    span: node.span,
    needsShapes: true,
    fixes: axisFix(context, node, '-1'),
  };
}
