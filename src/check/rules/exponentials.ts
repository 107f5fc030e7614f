/** Owns exponentials that overflow although the result is small: softmax, sigmoid, tanh, log-sum-exp and softplus by hand. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine, findAbove } from './patterns';
import type { Finding, Rule, RuleContext } from './rule';
import { isWrittenOut } from './saturation';

/** exp of more is infinite in float32. */
const LARGEST_EXP = 88.7;

export const exponentialOverflow: Rule = {
  codes: ['exp-overflow'],
  check(context) {
    const { facts } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (!facts.isLive(node.id) || node.span === null) return [];
      if (node.op === 'exp') return ofSquare(context, node);
      if (node.op === 'reciprocal') return sigmoidByHand(context, node);
      if (node.op === 'divide' || node.op === 'divideNoNan') return [...softmaxByHand(context, node), ...sigmoidByHand(context, node)];
      return node.op === 'log' && facts.isWritten(node.id) ? logOfExponentials(context, node) : [];
    });
  },
};

/** exp((y - p) ** 2), as it is returned or averaged: an error of 9.5 is enough. */
function ofSquare(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const [input] = node.inputs;
  if (input === undefined || node.span === null || !facts.isWritten(node.id) || !mayOverflow(context, node)) return [];
  const { base, scale } = affine(context, input);
  const square = facts.node(base);
  const of = square.inputs[0] === undefined ? undefined : facts.node(facts.bare(square.inputs[0]));
  const isSquare =
    square.op === 'square' || square.op === 'squaredDifference' || (square.op === 'power' && facts.constant(square.inputs[1] ?? -1) === 2);
  if (
    !isSquare ||
    scale < 0.1 ||
    (square.op !== 'squaredDifference' && of?.op !== 'subtract') ||
    facts.sources(base) !== (TRUTH | PREDICTION)
  )
    return [];
  return [
    {
      code: 'exp-overflow',
      severity: 'info',
      message: `${oneLine(source.text(node.span))} is inf in float32 as soon as one error is larger than ${Number(Math.sqrt(LARGEST_EXP / scale).toPrecision(2))}, as at the start of a training. Bound the exponent with tf.minimum, or take another loss.`,
      span: node.span,
    },
  ];
}

/** exp(z) / sum(exp(z)), (exp(z) - exp(-z)) / (exp(z) + exp(-z)). */
function softmaxByHand(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [above, below] = node.inputs;
  if (above === undefined || below === undefined) return [];
  const carried = (each: GraphNode) => !CARRIES.has(each.op);
  const exp = findAbove(context, above, (each) => each.op === 'exp', carried);
  if (exp === undefined || !context.facts.isWritten(exp.id) || !mayOverflow(context, exp)) return [];
  const sameExp = (each: GraphNode) => each.op === 'exp' && each.inputs[0] === exp.inputs[0];
  const sum = findAbove(
    context,
    below,
    (each) => each.op === 'sum' && findAbove(context, each.inputs[0] ?? -1, sameExp, carried) !== undefined,
    carried,
  );
  if (sum !== undefined)
    return [overflow(context, exp, node, 'inf / inf is NaN. Use tf.nn.softmax or tf.nn.log_softmax, or subtract the maximum first')];
  const isSquashed = findAbove(context, below, sameExp, (each) => !SUMS.has(each.op) && each.op !== 'subtract') !== undefined;
  return isSquashed ? [overflow(context, exp, node, 'inf / inf is NaN. Use tf.sigmoid or tf.tanh')] : [];
}

/** 1 / (1 + exp(-z)): the value is right, the gradient is 0 * inf. */
function sigmoidByHand(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts } = context;
  if (!isWrittenOut(context, node) || (facts.sources(node.id) & PREDICTION) === 0) return [];
  const exp = findAbove(context, node.id, (each) => each.op === 'exp');
  if (exp === undefined || !facts.isWritten(exp.id) || !mayOverflow(context, exp)) return [];
  return [overflow(context, exp, node, 'the gradient of the quotient is 0 * inf = NaN. Use tf.sigmoid')];
}

/** log(sum(exp(z))), log(1 + exp(z)), log(cosh(z)). */
function logOfExponentials(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [input] = node.inputs;
  if (input === undefined) return [];
  const exp = findAbove(
    context,
    input,
    (each) => each.op === 'exp' || each.op === 'cosh',
    (each) => !isSum(context, each),
  );
  if (exp === undefined || !mayOverflow(context, exp) || isParameter(context, exp, input)) return [];
  const summed =
    findAbove(
      context,
      input,
      (each) => each.op === 'sum',
      (each) => !SUMS.has(each.op),
    ) !== undefined;
  const stable =
    exp.op === 'cosh'
      ? 'tf.keras.losses.logcosh, or x + softplus(-2 * x) - log(2)'
      : summed
        ? 'tf.reduce_logsumexp(z, axis=…)'
        : isPairSum(context, input)
          ? 'tf.keras.losses.logcosh, or tf.reduce_logsumexp'
          : 'tf.nn.softplus(z)';
  return [overflow(context, exp, node, `the log of it is inf although the true value is small. Use ${stable}`)];
}

/** exp(a) + exp(b). */
function isPairSum(context: RuleContext, input: NodeId): boolean {
  const isExp = (id: NodeId) => context.facts.node(id).op === 'exp';
  return (
    findAbove(
      context,
      input,
      ({ op, inputs }) => op === 'add' && inputs.every(isExp),
      (each) => !isSum(context, each),
    ) !== undefined
  );
}

/** exp of an output that is used for itself too: a scale or rate, not a sum of exponentials. */
function isParameter(context: RuleContext, exp: GraphNode, input: NodeId): boolean {
  const { facts } = context;
  if (exp.op !== 'exp') return false;
  const isExp = (id: NodeId) => facts.node(id).op === 'exp' && facts.isWritten(id);
  const around = findAbove(
    context,
    input,
    (each) =>
      each.op === 'sum' || (each.op === 'add' && (each.inputs.some((one) => facts.constant(one) === 1) || each.inputs.every(isExp))),
    (each) => !isSum(context, each),
  );
  return around === undefined;
}

function isSum({ facts }: RuleContext, { op, inputs }: GraphNode): boolean {
  return SUMS.has(op) || (op === 'divide' && facts.constant(inputs[1] ?? -1) !== undefined);
}

function overflow(context: RuleContext, exp: GraphNode, whole: GraphNode, consequence: string): Finding {
  const text = oneLine(context.source.text(exp.span ?? whole.span ?? context.candidate.nameSpan));
  return {
    code: 'exp-overflow',
    severity: 'warning',
    message: `${text} overflows to inf in float32 above 88, and ${consequence}.`,
    span: exp.span ?? whole.span ?? context.candidate.nameSpan,
    related: whole.span === null ? [] : [{ message: oneLine(context.source.text(whole.span)), span: whole.span }],
  };
}

const SUMS = new Set(['add', 'sum', 'mean', 'multiply', 'cast', 'identity', 'maximum', 'squeeze', 'reshape']);

const CARRIES = new Set([
  'multiply',
  'add',
  'subtract',
  'identity',
  'cast',
  'reshape',
  'expandDims',
  'squeeze',
  'slice',
  'transpose',
  'sum',
  'maximum',
  'broadcastTo',
  'select',
  'divide',
]);

/** Not where the exponent is bounded: shifted by its maximum, negative, a cosine, clipped. */
function mayOverflow(context: RuleContext, exp: GraphNode): boolean {
  const [input] = exp.inputs;
  if (input === undefined || context.facts.range(input).high <= LARGEST_EXP) return false;
  return (
    findAbove(context, input, (node) => BOUNDS.has(node.op) || isNormalized(context, node) || isRatioOfSums(context, node)) === undefined
  );
}

const BOUNDS = new Set(['max', 'softmax', 'logSoftmax', 'sigmoid', 'tanh', 'rsqrt', 'minimum', 'select', 'logsumexp', 'stopGradient']);

/** A Dice, IoU or Tversky ratio: between 0 and 1. */
function isRatioOfSums(context: RuleContext, node: GraphNode): boolean {
  const isSumOf = (id: NodeId | undefined) =>
    id !== undefined &&
    findAbove(
      context,
      id,
      ({ op }) => op === 'sum',
      ({ op }) => !/^(add|subtract|multiply|cast|identity|maximum)$/.test(op),
    ) !== undefined;
  return (node.op === 'divide' || node.op === 'divideNoNan') && node.inputs.every(isSumOf);
}

/** A division by a norm. */
function isNormalized(context: RuleContext, node: GraphNode): boolean {
  if (node.op !== 'divide' && node.op !== 'divideNoNan') return false;
  const [, below] = node.inputs;
  return below !== undefined && findAbove(context, below, (each) => each.op === 'sqrt' || each.op === 'rsqrt') !== undefined;
}
