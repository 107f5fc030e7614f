/** Owns where teacher and student meet in a distillation, and gradients into the teacher. */

import { hasGradientPath } from '../../graph/gradient';
import type { GraphNode, NodeId } from '../../graph/graph';
import { CLOSURE, PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { scaledInput } from './logits';
import { elementsOf, findAbove } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

const DATA = TRUTH | PREDICTION;

/** A softmax or log-softmax of a teacher or student. */
export interface Side {
  readonly node: GraphNode;
  readonly base: NodeId;
  readonly sources: number;
  /** The divisor's expression, undefined where there is no temperature. */
  readonly temperature: { readonly value: number | undefined; readonly text: string; readonly divisor: NodeId } | undefined;
}

function sideOf(context: RuleContext, node: GraphNode): Side {
  const { facts } = context;
  const [input] = node.inputs;
  const scaled = input === undefined ? node.id : scaledInput(context, input);
  const scale = input === undefined || scaled === input ? undefined : facts.node(input);
  const divisor = scale?.inputs.find((id) => id !== scaled);
  const value = divisor === undefined ? undefined : facts.constant(divisor);
  const temperature =
    scale === undefined || divisor === undefined || scale.type.shape.length === 0
      ? undefined
      : { value: scale.op === 'multiply' && value !== undefined ? 1 / value : value, text: divisorText(context, scale), divisor };
  return { node, base: scaled, sources: facts.sources(scaled) & (DATA | CLOSURE), temperature };
}

function divisorText(context: RuleContext, scale: GraphNode): string {
  const expr = context.source.at(scale.span);
  return expr?.kind === 'binary' ? oneLine(context.source.text(expr.right.span)) : 'T';
}

/** Where a target distribution meets the logarithm of another. */
export interface Meeting {
  readonly node: GraphNode;
  readonly target: Side;
  readonly logs: Side;
}

export function meetings(context: RuleContext): readonly Meeting[] {
  const { facts } = context;
  return facts.nodes.flatMap((node): readonly Meeting[] => {
    if (node.span === null || !facts.isLive(node.id)) return [];
    const [a, b] = node.inputs;
    if (a === undefined || b === undefined) return [];
    if (node.op === 'softmaxCrossEntropy') return pairUp(context, node, a, b, true);
    if (node.op !== 'multiply') return [];
    return [...pairUp(context, node, a, b, false), ...pairUp(context, node, b, a, false)];
  });
}

function pairUp(context: RuleContext, node: GraphNode, target: NodeId, log: NodeId, logits: boolean): readonly Meeting[] {
  const [soft] = softmaxesIn(context, target);
  if (soft === undefined) return [];
  const targetSide = sideOf(context, soft);
  const logNodes = logits ? [fakeSoftmax(context, log)] : logsIn(context, log);
  return logNodes
    .flatMap((each) => (each === undefined ? [] : [{ node, target: targetSide, logs: each }]))
    .filter(({ logs }) => logs.base !== targetSide.base);
}

/** softmax_cross_entropy_with_logits(labels, logits) takes the softmax itself. */
function fakeSoftmax(context: RuleContext, logits: NodeId): Side {
  const { facts } = context;
  const base = scaledInput(context, logits);
  const scale = base === logits ? undefined : facts.node(logits);
  const divisor = scale?.inputs.find((id) => id !== base);
  return {
    node: facts.node(logits),
    base,
    sources: facts.sources(base) & (DATA | CLOSURE),
    temperature:
      scale === undefined || divisor === undefined
        ? undefined
        : { value: facts.constant(divisor), text: divisorText(context, scale), divisor },
  };
}

/** log-softmax, log(softmax + ε): also as the second part of log q - log p. */
function logsIn(context: RuleContext, id: NodeId): readonly (Side | undefined)[] {
  const { facts } = context;
  const node = elementsOf(context, id);
  if (node.op === 'logSoftmax') return [sideOf(context, node)];
  if (node.op === 'subtract' || node.op === 'negate') return node.inputs.flatMap((input) => logsIn(context, input));
  if (node.op !== 'log') return [];
  return softmaxesIn(context, node.inputs[0] ?? -1)
    .filter((inner) => (facts.sources(inner.id) & DATA) !== 0)
    .map((inner) => sideOf(context, inner));
}

const CLIPS = new Set(['add', 'maximum', 'minimum', 'cast', 'identity', 'slice', 'reshape', 'divide']);

/** Softmaxes behind clips, epsilons and quotients: log(q / p) holds two. */
function softmaxesIn(context: RuleContext, id: NodeId): readonly GraphNode[] {
  const node = context.facts.node(id);
  if (node.op === 'softmax') return [node];
  return CLIPS.has(node.op) ? node.inputs.flatMap((input) => softmaxesIn(context, input)) : [];
}

export const teacherGradient: Rule = {
  codes: ['teacher-gradient'],
  check(context) {
    const { facts, outcome } = context;
    const prediction = outcome.inputs.y_pred;
    if (prediction === undefined) return [];
    const all = meetings(context);
    return all.flatMap((meeting): readonly Finding[] => {
      const { target, logs, node } = meeting;
      if (target.sources !== PREDICTION || logs.sources !== PREDICTION) return [];
      const [teacher, student] = [partOf(context, target.base), partOf(context, logs.base)];
      if (teacher === undefined || student === undefined || teacher === student) return [];
      if (hasGradientPath(facts.build, target.node.id, [prediction])[0] !== true) return [];
      // Each teaching the other is meant.
      if (
        all.some(
          (other) => other !== meeting && partOf(context, other.target.base) === student && partOf(context, other.logs.base) === teacher,
        )
      )
        return [];
      const name = oneLine(facts.nameOf(target.base));
      return [
        {
          code: 'teacher-gradient',
          severity: 'warning',
          message: `the targets ${name} are part of the prediction too, so they are trained to agree with the student. Wrap them in tf.stop_gradient, or freeze the teacher.`,
          span: target.node.span ?? node.span ?? context.candidate.nameSpan,
          related: node.span === null ? [] : [{ message: 'target and prediction meet here', span: node.span }],
          fixes: stopFix(context, target),
        },
      ];
    });
  },
};

function stopFix(context: RuleContext, target: Side) {
  const { span } = target.node;
  if (span === null || !context.source.isEntry(span) || context.source.at(span)?.kind !== 'call') return [];
  return [
    fix('Stop the gradient into the targets', { span: { ...span, end: span.start }, newText: 'tf.stop_gradient(' }, insertAfter(span, ')')),
  ];
}

/** Which part of the prediction: start and size of the slice. */
function partOf(context: RuleContext, id: NodeId): string | undefined {
  const { facts } = context;
  const slice = findAbove(
    context,
    id,
    (node) => node.op === 'slice' || node.op === 'gather',
    (node) => node.op === 'softmax',
  );
  if (slice === undefined) return undefined;
  void facts;
  return JSON.stringify([slice.attrs.start, slice.inputs[1] ?? null]);
}
