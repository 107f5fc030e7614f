/** Owns probabilities taken for logits and logits for probabilities, softmax twice. */

import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { oneClass, oneLogit, oneUnit } from './oneUnit';
import { affine, elementsOf } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext, replace } from './rule';

const CROSS_ENTROPY = new Set(['softmaxCrossEntropy', 'sparseSoftmaxCrossEntropy', 'sigmoidCrossEntropy']);

export const softmaxTwice: Rule = {
  codes: ['softmax-twice', 'softmax-one-unit'],
  metrics: true,
  check: (context) =>
    context.facts.nodes.flatMap((node) => {
      if (node.span === null) return [];
      if (CROSS_ENTROPY.has(node.op)) return [...probabilitiesAsLogits(context, node), ...oneLogit(context, node)];
      if (node.op === 'sigmoid') return sigmoidTwice(context, node);
      if (node.op === 'log1p') return weightedFromProbabilities(context, node);
      if (node.op === 'divide') return oneClass(context, node);
      return node.op === 'softmax' || node.op === 'logSoftmax' ? [...oneUnit(context, node), ...twice(context, node)] : [];
    }),
};

/** What the model or the comment says the prediction is. */
function isProbability(context: RuleContext, node: GraphNode): boolean {
  if (node.op === 'softmax') return true;
  if (node.op === 'sigmoid') return true;
  return isStatedProbability(context, node);
}

function isStatedProbability(context: RuleContext, node: GraphNode): boolean {
  return (
    node.op === 'input' && node.id === context.outcome.inputs.y_pred && /^(softmax|unit)$/.test(context.contents.get('y_pred')?.kind ?? '')
  );
}

/** tf.nn.weighted_cross_entropy_with_logits is made of a log1p and other ops. */
function weightedFromProbabilities(context: RuleContext, node: GraphNode): readonly Finding[] {
  const expr = context.source.at(node.span);
  if (expr?.kind !== 'call' || spelling(expr) !== 'weighted_cross_entropy_with_logits') return [];
  const argument = expr.args.find((arg) => arg.name === 'logits') ?? expr.args.filter((arg) => arg.name === undefined)[1];
  return probabilitiesAsLogits(context, node, argument === undefined ? undefined : context.facts.valueAt(argument.value.span));
}

function probabilitiesAsLogits(context: RuleContext, node: GraphNode, logits: NodeId | undefined = node.inputs[1]): readonly Finding[] {
  if (logits === undefined || node.span === null) return [];
  const of = elementsOf(context, logits);
  const bounded = isClippedToUnit(context, of);
  if ((!isProbability(context, of) && !bounded) || (context.facts.sources(of.id) & PREDICTION) === 0) return [];
  const what = bounded
    ? 'the logits are clipped to 0…1, as probabilities are'
    : of.op === 'input'
      ? `${String(of.attrs.name)} holds probabilities (the model ends in ${context.contents.get('y_pred')?.kind === 'softmax' ? 'softmax' : 'sigmoid'})`
      : `the logits have gone through ${of.op} already`;
  return [
    {
      code: 'softmax-twice',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))}: ${what}, and this applies it a second time: the loss cannot get near 0 and learns slowly. Hand over the logits themselves, or use from_logits=False.`,
      span: node.span,
      related: of.span === null ? [] : [{ message: `${of.op} is applied here`, span: of.span }],
      fixes: fromLogitsFix(context, node, 'False'),
    },
  ];
}

/** clip_by_value(p, eps, 1 - eps): what is done to probabilities before a logarithm. */
function isClippedToUnit({ facts }: RuleContext, node: GraphNode): boolean {
  if (node.op !== 'minimum' && node.op !== 'maximum' && node.op !== 'clip') return false;
  const { low, high } = facts.range(node.id);
  return low >= 0 && low < 0.1 && high <= 1 && high > 0.9;
}

function fromLogitsFix(context: RuleContext, node: GraphNode, value: string) {
  const expr = context.source.at(node.span);
  const argument = expr?.kind === 'call' ? expr.args.find((arg) => arg.name === 'from_logits') : undefined;
  return argument === undefined || !context.source.isEntry(argument.span)
    ? []
    : [fix(`Use from_logits=${value}`, replace(argument.value.span, value))];
}

/** sigmoid(sigmoid(z)): also where the model ends in the first. */
function sigmoidTwice(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const of = elementsOf(context, node.inputs[0] ?? -1);
  if (node.span === null || !facts.isWritten(node.id) || (facts.sources(of.id) & PREDICTION) === 0 || !isProbability(context, of))
    return [];
  return [
    {
      code: 'softmax-twice',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))} is a sigmoid of probabilities: ${of.op === 'input' ? `${String(of.attrs.name)} holds probabilities already (the model ends in ${context.contents.get('y_pred')?.kind === 'softmax' ? 'softmax' : 'sigmoid'})` : `its input has gone through ${of.op} already`}. It lies between 0.5 and 0.73. Leave one of them out.`,
      span: node.span,
      related: of.span === null ? [] : [{ message: `the first ${of.op} is here`, span: of.span }],
    },
  ];
}

function twice(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts } = context;
  const [input] = node.inputs;
  if (input === undefined || node.span === null || (facts.sources(input) & (TRUTH | PREDICTION)) === 0) return [];
  const scaled = scaledInput(context, input);
  const of = elementsOf(context, scaled);
  const squashed = of.op === 'sigmoid' && scaled === input;
  const known = squashed || (of.op === 'softmax' && Number(of.attrs.axis) === Number(node.attrs.axis));
  if (!known && !(isStatedProbability(context, of) && context.contents.get('y_pred')?.kind === 'softmax')) return [];
  const softened = scaled !== input;
  return [
    {
      code: 'softmax-twice',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))} is a softmax of probabilities${softened ? ', softened again' : ''}: ${known ? `its input has gone through ${of.op} already` : `${facts.nameOf(of.id)} comes from a softmax layer`}. ${softened ? 'A temperature belongs on logits; for probabilities use p ** (1 / T), normalised.' : 'Leave one of them out.'}`,
      span: node.span,
      related: of.span === null ? [] : [{ message: `the first ${of.op === 'sigmoid' ? 'sigmoid' : 'softmax'} is here`, span: of.span }],
    },
  ];
}

/** The value behind a division by a temperature. */
export function scaledInput({ facts }: RuleContext, id: NodeId): NodeId {
  const node = facts.node(id);
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined) return id;
  if (node.op === 'divide' && (facts.sources(b) & (TRUTH | PREDICTION)) === 0) return a;
  if (node.op === 'multiply' && (facts.sources(b) & (TRUTH | PREDICTION)) === 0) return a;
  return node.op === 'multiply' && (facts.sources(a) & (TRUTH | PREDICTION)) === 0 ? b : id;
}

const FROM_LOGITS = /^(categorical_crossentropy|binary_crossentropy|sparse_categorical_crossentropy)$/;
const CROSS_ENTROPY_OBJECT = /(^|\.)(CategoricalCrossentropy|BinaryCrossentropy|SparseCategoricalCrossentropy)$/;

export const logitsAsProbabilities: Rule = {
  codes: ['logits-as-probabilities'],
  check(context) {
    const { outcome, source, facts } = context;
    const seen = new Set<number>();
    return outcome.shapes.flatMap((typed): readonly Finding[] => {
      const call = source.at(typed.span);
      if (call?.kind !== 'call' || seen.has(call.span.start)) return [];
      seen.add(call.span.start);
      const settings = FROM_LOGITS.test(spelling(call))
        ? call
        : call.callee.kind === 'call' && CROSS_ENTROPY_OBJECT.test(source.text(call.callee.callee.span))
          ? call.callee
          : undefined;
      if (settings === undefined || settings.args.some((arg) => arg.name === 'from_logits' || arg.spread !== undefined)) return [];
      if (settings === call && call.args.filter((arg) => arg.name === undefined).length > 2) return [];
      const argument = call.args.find((arg) => arg.name === 'y_pred' || arg.name === 'output') ?? call.args[1];
      const id = argument === undefined ? undefined : facts.valueAt(argument.value.span);
      if (argument === undefined || id === undefined) return [];
      const why = logitsBecause(context, id, source.text(argument.value.span));
      if (why === undefined) return [];
      const last = settings.args.at(-1);
      return [
        {
          code: 'logits-as-probabilities',
          severity: 'warning',
          message: `${oneLine(source.text(call.span))}: ${why}, but without from_logits=True it is taken for probabilities and clipped to 0…1, where most gradients are 0.`,
          span: call.span,
          fixes: source.isEntry(settings.span)
            ? [
                fix(
                  'Use from_logits=True',
                  last === undefined
                    ? replace({ ...settings.span, start: settings.span.end - 1, end: settings.span.end - 1 }, 'from_logits=True')
                    : insertAfter(last.span, ', from_logits=True'),
                ),
              ]
            : [],
        },
      ];
    });
  },
};

/** log(logits + 1e-7), log(1 - logits): of the prediction itself, that its name or the model says are logits. */
export const logOfLogits: Rule = {
  codes: ['logits-as-probabilities'],
  check(context) {
    const { facts, source, outcome } = context;
    const found = facts.nodes.flatMap((node): readonly Finding[] => {
      const { base, scale, offset } = affine(context, node.inputs[0] ?? -1);
      if (node.op !== 'log' || node.span === null || !facts.isLive(node.id) || !facts.isWritten(node.id)) return [];
      const plain = (scale === 1 && Math.abs(offset) < 0.011) || (scale === -1 && Math.abs(offset - 1) < 0.011);
      const of = elementsOf(context, base);
      const name = String(of.attrs.name);
      if (!plain || of.op !== 'input' || of.id !== outcome.inputs.y_pred || !/logits?$/i.test(name) || facts.range(of.id).low >= 0)
        return [];
      return [
        {
          code: 'logits-as-probabilities',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))}: ${name} holds logits, as its name says, and the logarithm of a negative number is NaN. Take tf.sigmoid or tf.nn.softmax first, or use a cross-entropy from logits.`,
          span: node.span,
        },
      ];
    });
    return found.slice(0, 1);
  },
};

/** The model's last layer is linear, or the user's own name says so. */
function logitsBecause(context: RuleContext, id: NodeId, name: string): string | undefined {
  const node = elementsOf(context, id);
  if (node.op !== 'input' || node.id !== context.outcome.inputs.y_pred) return undefined;
  if (context.contents.get('y_pred')?.kind === 'logits') return `${oneLine(name)} holds logits (no softmax or sigmoid comes before)`;
  return context.contents.has('y_pred') || !/logit|(^|_)z$/i.test(name) ? undefined : `${oneLine(name)} holds logits, as its name says`;
}
