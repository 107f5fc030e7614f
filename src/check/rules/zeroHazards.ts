/** Owns what a zero in the data does: a logarithm or a quotient of labels or predictions as they are, without an epsilon. */
import type { Content } from '../../batch/content';
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { isIdleClip, logOfIdleClip, logOfRelu, quotientByRelu } from './exactZeros';
import { elementsOf, writtenOps } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext, replace } from './rule';
import { isZeroSum, reachesZero } from './vanishing';

export const logOfZero: Rule = {
  codes: ['log-of-zero'],
  check: (context) => writtenOps(context, 'log').flatMap((node) => logOf(context, node)),
};

function logOf(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [input] = node.inputs;
  if (input === undefined || node.span === null) return [];
  if (elementsOf(context, input).op === 'relu') return logOfRelu(context, node, input);
  if (isIdleClip(context, input)) return logOfIdleClip(context, node, input);
  const numerator = numeratorOf(context, input);
  const role = numerator === undefined ? inputOf(context, input) : 'y_true';
  if (role === undefined && reachesZero(context, input)) return logOfVanishing(context, node);
  if (role === undefined || !canBeZero(context, numerator ?? input)) return [];
  const name = numerator === undefined ? context.facts.operandName(node, input) : context.facts.nameOf(numerator);
  const place = context.facts.operandPlace(node, input);
  const text = oneLine(context.source.text(node.span));
  const fixes = place === undefined ? [] : [fix('Add an epsilon inside the logarithm', insertAfter(place, ' + 1e-7'))];
  const consequence = 'the log of 0 is -inf, and 0 times -inf is NaN';
  const message =
    role === 'y_true'
      ? `${text}: zeros in ${name} give -inf (${consequence}). Add an epsilon inside: ${text.replace(/\)$/, ' + 1e-7)')}.`
      : `${text}: ${consequence} as soon as one prediction reaches 0. Add an epsilon inside, or use a cross-entropy from logits.`;
  return [{ code: 'log-of-zero', severity: severityOf(context, role), message, span: node.span, fixes }];
}

function logOfVanishing(context: RuleContext, node: GraphNode): readonly Finding[] {
  if (node.span === null) return [];
  const text = oneLine(context.source.text(node.span));
  const message = `${text}: what the logarithm is taken of is 0 where a prediction is exactly 0 or 1, and the log of 0 is -inf. Clip the predictions to 1e-7 and 1 - 1e-7 first.`;
  return [{ code: 'log-of-zero', severity: 'info', message, span: node.span }];
}

/** The labels over which a quotient stands, as in a divergence: only where they are known to hold zeros. */
function numeratorOf(context: RuleContext, input: NodeId): NodeId | undefined {
  const quotient = elementsOf(context, input);
  const [numerator] = quotient.op === 'divide' ? quotient.inputs : [];
  if (numerator === undefined || inputOf(context, numerator) !== 'y_true') return undefined;
  return severityOf(context, 'y_true') === 'warning' ? numerator : undefined;
}

/** log1p of an output as it is: NaN below -1. */
export const logOfShifted: Rule = {
  codes: ['log-of-zero'],
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      const { facts, source } = context;
      if (node.op !== 'log1p' || input === undefined || node.span === null || !facts.isLive(node.id) || facts.spelled(node.id) !== 'log1p')
        return [];
      if (inputOf(context, input) !== 'y_pred' || context.contents.has('y_pred') || facts.range(input).low > -1) return [];
      const message = `${oneLine(source.text(node.span))}: an output that is not bounded can be -1 or less, where the value is -inf or NaN. Map it with relu or softplus first.`;
      return [{ code: 'log-of-zero', severity: 'info', message, span: node.span }];
    }),
};

export const divisionByZero: Rule = {
  codes: ['division-by-zero'],
  check: (context) => writtenOps(context, 'divide').flatMap((node) => quotientOf(context, node)),
};

function quotientOf(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [, divisor] = node.inputs;
  if (divisor === undefined || node.span === null) return [];
  if (elementsOf(context, divisor).op === 'relu') return quotientByRelu(context, node, divisor);
  const role = inputOf(context, divisor) ?? (isCount(context, divisor) ? 'y_true' : undefined);
  if (role === undefined && isZeroSum(context, divisor)) return quotientBySum(context, node, divisor);
  if (role === undefined || !canBeZero(context, divisor)) return [];
  const expr = context.source.at(node.span);
  const name = context.facts.operandName(node, divisor);
  const fixes =
    expr?.kind === 'binary' && expr.op === '/' && context.module.language === 'python'
      ? [
          fix(
            'Divide with tf.math.divide_no_nan',
            replace(expr.span, `tf.math.divide_no_nan(${context.source.text(expr.left.span)}, ${context.source.text(expr.right.span)})`),
          ),
        ]
      : [];
  const counted = isCount(context, divisor);
  const message = counted
    ? `${oneLine(context.source.text(node.span))}: where the mask selects nothing ${name} is 0, and 0 / 0 is NaN. Divide by tf.maximum(${name}, 1.0), or with tf.math.divide_no_nan, which gives 0 there.`
    : `${oneLine(context.source.text(node.span))}: zeros in ${name} give inf or NaN. Add an epsilon to ${name}, or use tf.math.divide_no_nan, which gives 0 there.`;
  return [{ code: 'division-by-zero', severity: counted ? 'info' : severityOf(context, role), message, span: node.span, fixes }];
}

function quotientBySum(context: RuleContext, node: GraphNode, divisor: NodeId): readonly Finding[] {
  if (node.span === null) return [];
  const name = oneLine(context.facts.operandName(node, divisor));
  const message = `${oneLine(context.source.text(node.span))}: ${name} is 0 where all that it adds up is 0 (constant rows, no positives), and the quotient is NaN or inf. Add an epsilon to it, or use tf.math.divide_no_nan.`;
  return [{ code: 'division-by-zero', severity: 'info', message, span: node.span }];
}

/** How many elements a mask selects: a sum or mean of a comparison. */
function isCount(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const sum = elementsOf(context, id);
  if ((sum.op !== 'sum' && sum.op !== 'mean') || facts.sources(sum.id) === 0) return false;
  const mask = elementsOf(context, sum.inputs[0] ?? -1);
  return mask.type.dtype === 'bool' && COMPARISONS.has(mask.op);
}

const COMPARISONS = new Set([
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'logicalNot',
  'logicalAnd',
  'isNan',
  'isFinite',
]);

/** Which input the elements of a value are taken from unchanged. */
function inputOf(context: RuleContext, id: NodeId): 'y_true' | 'y_pred' | undefined {
  const node = elementsOf(context, id);
  if (node.op === 'stopGradient' && node.inputs[0] !== undefined) return inputOf(context, node.inputs[0]);
  if (node.op !== 'input') return undefined;
  const bits = context.facts.sources(node.id);
  return bits === TRUTH ? 'y_true' : bits === PREDICTION ? 'y_pred' : undefined;
}

function canBeZero(context: RuleContext, id: NodeId): boolean {
  const { low, high } = context.facts.range(id);
  return low <= 0 && high >= 0;
}

/** A warning where zeros are certain: the labels are stated to be such. What is only assumed, or merely possible, is worth knowing. */
function severityOf(context: RuleContext, role: 'y_true' | 'y_pred'): 'warning' | 'info' {
  const content = context.contents.get(role);
  return role === 'y_true' && context.stated && content !== undefined && holdsZeros(content) ? 'warning' : 'info';
}

function holdsZeros(content: Content): boolean {
  switch (content.kind) {
    case 'onehot':
    case 'binary':
    case 'zeros':
    case 'labels':
      return true;
    case 'concat':
      return content.parts.some((part) => holdsZeros(part.content));
    case 'rows':
      return content.values.includes(0);
    default:
      return false;
  }
}
