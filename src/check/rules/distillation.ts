/** Owns where teacher and student meet in a distillation, and gradients into the teacher. */

import { sameSpan } from '../../base/span';
import { hasGradientPath } from '../../graph/gradient';
import type { GraphNode, NodeId } from '../../graph/graph';
import { collect } from '../../program/walk';
import { CLOSURE, PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { scaledInput } from './logits';
import { elementsOf, findAbove, unclipped } from './patterns';
import { type Finding, fix, insertAfter, insertBefore, type Rule, type RuleContext } from './rule';

const DATA = TRUTH | PREDICTION;

/** A softmax or log-softmax of a teacher or student, or probabilities softened by a power. */
export interface Side {
  readonly node: GraphNode;
  readonly base: NodeId;
  readonly sources: number;
  /** The divisor's expression, undefined where there is no temperature. */
  readonly temperature: { readonly value: number | undefined; readonly text: string; readonly divisor: NodeId } | undefined;
  /** Probabilities raised to 1 / T. */
  readonly power?: true;
}

function sideOf(context: RuleContext, node: GraphNode): Side {
  const { facts } = context;
  const power = softenedByPower(context, node);
  if (power !== undefined) return power;
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

/** p ** (1 / T), normalised: what a temperature does to probabilities. */
function softenedByPower({ facts }: RuleContext, node: GraphNode): Side | undefined {
  const [above, below] = node.inputs;
  const power = node.op === 'divide' ? facts.node(above ?? -1) : undefined;
  const [base, exponent] = power?.inputs ?? [];
  if (power?.op !== 'power' || base === undefined || exponent === undefined) return undefined;
  const sum = facts.node(below ?? -1);
  const value = facts.constant(exponent);
  const summed = facts.node(sum.inputs[0] ?? -1);
  const same =
    summed.id === power.id || (summed.op === 'power' && summed.inputs[0] === base && facts.constant(summed.inputs[1] ?? -1) === value);
  if (sum.op !== 'sum' || !same || value === undefined || value <= 0 || value >= 1) return undefined;
  return {
    node,
    base,
    sources: facts.sources(base) & (DATA | CLOSURE),
    temperature: { value: 1 / value, text: 'T', divisor: exponent },
    power: true,
  };
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
  const logNodes = logits ? [fakeSoftmax(context, log)] : logsIn(context, log, targetSide.power === true);
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

/** log-softmax, log(softmax + ε): also as the second part of log q - log p. `plain`: logarithms of probabilities as they come count too. */
function logsIn(context: RuleContext, id: NodeId, plain = false): readonly (Side | undefined)[] {
  const { facts } = context;
  const node = elementsOf(context, id);
  if (node.op === 'logSoftmax') return [sideOf(context, node)];
  if (node.op === 'subtract' || node.op === 'negate') return node.inputs.flatMap((input) => logsIn(context, input, plain));
  // log_softmax(z) / T: a factor.
  if (node.op === 'divide' || node.op === 'multiply') {
    const inner = scaledInput(context, node.id);
    return inner === node.id ? [] : logsIn(context, inner, plain);
  }
  if (node.op !== 'log') return [];
  const [of = -1] = node.inputs;
  const soft = softmaxesIn(context, of).filter((inner) => (facts.sources(inner.id) & DATA) !== 0);
  if (soft.length > 0 || !plain) return soft.map((inner) => sideOf(context, inner));
  const bare = unclipped(context, of);
  return bare.op === 'input' || bare.op === 'slice'
    ? [{ node, base: bare.id, sources: facts.sources(bare.id) & (DATA | CLOSURE), temperature: undefined }]
    : [];
}

const CLIPS = new Set(['add', 'maximum', 'minimum', 'cast', 'identity', 'slice', 'reshape', 'divide']);

/** Softmaxes behind clips, epsilons and quotients: log(q / p) holds two. */
function softmaxesIn(context: RuleContext, id: NodeId): readonly GraphNode[] {
  const node = context.facts.node(id);
  if (node.op === 'softmax' || softenedByPower(context, node) !== undefined) return [node];
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

/** The name that a value is assigned to in the loss, alone or in a tuple; its text where there is none. */
function variableOf({ candidate, facts }: RuleContext, { span, id }: GraphNode): string {
  for (const statement of collect(candidate.computes?.body ?? [], 'assign')) {
    if (!('targets' in statement) || statement.value === null || span === null) continue;
    const [target] = statement.targets;
    const values = statement.value.kind === 'tuple' ? statement.value.items : [statement.value];
    const at = values.findIndex((value) => sameSpan(value.span, span));
    const names = target?.kind === 'pattern' && target.form === 'sequence' ? target.items.map((item) => item.target) : [target];
    const name = at < 0 ? undefined : names[at];
    if (name?.kind === 'name') return name.name;
  }
  return oneLine(facts.nameOf(id));
}

/** tf.square(student - teacher) of two parts of the prediction, one of which is named a teacher's. */
export const teacherDistance: Rule = {
  codes: ['teacher-gradient'],
  check(context) {
    const { facts, outcome, source } = context;
    const prediction = outcome.inputs.y_pred;
    if (prediction === undefined) return [];
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [a, b] = node.inputs;
      if (!['subtract', 'squaredDifference'].includes(node.op) || a === undefined || b === undefined || !facts.isLive(node.id)) return [];
      const sides = [a, b].map((id) => facts.node(id));
      const teacher = sides.find((side) => /teacher/i.test(variableOf(context, side)));
      const student = sides.find((side) => side !== teacher);
      if (teacher?.op !== 'slice' || student?.op !== 'slice' || teacher.span === null || /teacher/i.test(variableOf(context, student)))
        return [];
      if (teacher.inputs[0] !== student.inputs[0] || facts.sources(teacher.id) !== PREDICTION) return [];
      if (partOf(context, teacher.id) === partOf(context, student.id)) return [];
      return [
        {
          code: 'teacher-gradient',
          severity: 'warning',
          message: `${variableOf(context, teacher)} is part of the prediction too, so the teacher is trained to agree with the student. Wrap it in tf.stop_gradient, or freeze the teacher.`,
          span: teacher.span,
          related: node.span === null ? [] : [{ message: 'teacher and student meet here', span: node.span }],
          fixes: source.isEntry(teacher.span)
            ? [fix('Stop the gradient into the teacher', insertBefore(teacher.span, 'tf.stop_gradient('), insertAfter(teacher.span, ')'))]
            : [],
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
  const slice = findAbove(
    context,
    id,
    (node) => node.op === 'slice' || node.op === 'gather',
    (node) => node.op === 'softmax',
  );
  if (slice === undefined) return undefined;
  return JSON.stringify([slice.attrs.start, slice.inputs[1] ?? null]);
}
