/** Owns distillation and class-incremental losses: temperatures, T², forms of the KL divergence, column ranges, gradients into the teacher. */

import { hasGradientPath } from '../../graph/gradient';
import type { GraphNode, NodeId } from '../../graph/graph';
import { compareDims, type Dim, dimText } from '../../shape/dim';
import { CLOSURE, PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { scaledInput } from './logits';
import { elementsOf, findAbove, findBelow } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext, replace } from './rule';

const DATA = TRUTH | PREDICTION;

/** A softmax or log-softmax of a teacher or student. */
interface Side {
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
interface Meeting {
  readonly node: GraphNode;
  readonly target: Side;
  readonly logs: Side;
}

function meetings(context: RuleContext): readonly Meeting[] {
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

export const temperatureOneSide: Rule = {
  codes: ['temperature-one-side', 'temperature-scale'],
  check(context) {
    const found: Finding[] = [];
    for (const meeting of meetings(context)) {
      const { target, logs } = meeting;
      if (hasTemperature(target) !== hasTemperature(logs)) found.push(oneSide(context, meeting));
      else if (hasTemperature(target) && target.temperature !== undefined)
        found.push(...missingScale(context, meeting, target.temperature.text));
    }
    return found;
  },
};

function hasTemperature({ temperature }: Side): boolean {
  return temperature !== undefined;
}

function oneSide(context: RuleContext, { node, target, logs }: Meeting): Finding {
  const [hot, cold] = target.temperature !== undefined ? [target, logs] : [logs, target];
  const T = hot.temperature?.text ?? 'T';
  const { source, facts } = context;
  return {
    code: 'temperature-one-side',
    severity: 'warning',
    message: `${oneLine(facts.nameOf(hot.base))} is divided by the temperature ${T}, ${oneLine(facts.nameOf(cold.base))} is not: the minimum is not where the student equals the teacher. Divide both by ${T}.`,
    span: node.span ?? context.candidate.nameSpan,
    related: [hot, cold].flatMap((side) =>
      side.node.span === null ? [] : [{ message: oneLine(source.text(side.node.span)), span: side.node.span }],
    ),
    fixes: divideFix(context, cold, T),
  };
}

function divideFix(context: RuleContext, cold: Side, temperature: string) {
  const expr = context.source.at(cold.node.span);
  const argument = expr?.kind === 'call' ? (expr.args.find((arg) => arg.name === 'logits') ?? expr.args[0])?.value : undefined;
  if (argument === undefined || !context.source.isEntry(argument.span)) return [];
  const text = context.source.text(argument.span);
  const atom = argument.kind === 'name' || argument.kind === 'attribute' || argument.kind === 'call' || argument.kind === 'index';
  return [fix(`Divide by ${temperature} too`, replace(argument.span, `${atom ? text : `(${text})`} / ${temperature}`))];
}

/** Only in a sum with a hard term does the factor 1/T² matter. */
function missingScale(context: RuleContext, { node, target }: Meeting, temperature: string): readonly Finding[] {
  const { source, candidate } = context;
  const value = target.temperature?.value;
  const whole = candidate.computes === null ? '' : source.text(candidate.computes.span);
  if (value === 1 || isSquaredIn(whole, temperature)) return [];
  const sum = findBelow(
    context,
    node.id,
    (each) => (each.op === 'add' || each.op === 'subtract') && each.inputs.some((input) => isHardTerm(context, input, node.id, target)),
    (each) => each.type.shape.length > 3,
  );
  if (sum === undefined || sum.span === null) return [];
  return [
    {
      code: 'temperature-scale',
      severity: 'info',
      message: `gradients of targets softened by ${temperature} shrink like 1/${temperature}²${value === undefined ? '' : ` (here ${Number((value * value).toPrecision(4))}×)`}: multiply the soft term by ${temperature} * ${temperature} when it is added to a hard term.`,
      span: node.span ?? candidate.nameSpan,
      related: [{ message: 'the terms are added here', span: sum.span }],
    },
  ];
}

function isSquaredIn(text: string, temperature: string): boolean {
  const T = temperature.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`${T}\\s*\\*\\s*${T}|${T}\\s*\\*\\*\\s*2|(square|pow)\\(\\s*${T}|${T}_?(squared|2|sq)`, 'i').test(text);
}

/** A term with the prediction that does not come from the softened one. */
function isHardTerm({ facts }: RuleContext, id: NodeId, soft: NodeId, target: Side): boolean {
  const inside = facts.ancestors(id);
  if (inside.has(soft) || (facts.sources(id) & PREDICTION) === 0) return false;
  return ![...inside].some((each) => each === target.node.id);
}

export const klForms: Rule = {
  codes: ['kl-not-log'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'multiply' || node.span === null || !facts.isLive(node.id)) return [];
      const [a, b] = node.inputs;
      if (a === undefined || b === undefined) return [];
      for (const [weight, difference] of [
        [a, b],
        [b, a],
      ] as const) {
        const sub = facts.node(difference);
        const [log, plain] = sub.inputs;
        if (sub.op !== 'subtract' || log === undefined || plain === undefined) continue;
        const logNode = facts.node(log);
        if (logNode.op !== 'log' || !sameValue(context, logNode.inputs[0] ?? -1, weight)) continue;
        if (!isPlainProbability(context, plain)) continue;
        const name = oneLine(facts.nameOf(plain));
        const expr = source.at(sub.span);
        return [
          {
            code: 'kl-not-log',
            severity: 'warning',
            message: `${name} is subtracted from a logarithm but is no logarithm itself: this is not a KL divergence (it can be negative, and is not 0 where both are equal). Use log(${name}).`,
            span: sub.span ?? node.span,
            fixes:
              expr?.kind === 'binary' && source.isEntry(expr.span)
                ? [fix(`Take the log of ${name}`, replace(expr.right.span, `tf.math.log(${source.text(expr.right.span)} + 1e-7)`))]
                : [],
          },
        ];
      }
      return [];
    });
  },
};

/** The same value, or one made safe by an epsilon or a clip. */
function sameValue(context: RuleContext, a: NodeId, b: NodeId): boolean {
  const strip = (id: NodeId): NodeId => {
    const node = context.facts.node(id);
    const rest = node.inputs.filter((input) => context.facts.constant(input) === undefined);
    return ['add', 'maximum', 'minimum', 'cast', 'identity'].includes(node.op) && rest.length === 1 && rest[0] !== undefined
      ? strip(rest[0])
      : id;
  };
  return strip(a) === strip(b);
}

function isPlainProbability(context: RuleContext, id: NodeId): boolean {
  const node = elementsOf(context, id);
  if (node.op === 'softmax' || node.op === 'sigmoid') return true;
  if (node.op === 'maximum' || node.op === 'minimum')
    return (
      node.inputs[0] !== undefined && context.facts.constant(node.inputs[0]) === undefined && isPlainProbability(context, node.inputs[0])
    );
  const name = String(node.attrs.name ?? '');
  return (
    node.op === 'input' &&
    !/log|ll$|_lp$/i.test(`${name} ${context.candidate.params.map((param) => param.name).join(' ')}`) &&
    context.contents.get('y_pred')?.kind !== 'logits'
  );
}

export const klDirection: Rule = {
  codes: ['kl-reversed'],
  check(context) {
    const { facts, source, candidate } = context;
    if (!context.fitted && context.use === 'maybe') return [];
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [weight, difference] = node.inputs;
      if (node.op !== 'multiply' || node.span === null || weight === undefined || difference === undefined || !facts.isWritten(node.id))
        return [];
      const sub = facts.node(difference);
      const [own, other] = sub.inputs;
      if (sub.op !== 'subtract' || own === undefined || other === undefined || !isLog(facts.node(own)) || !isLog(facts.node(other)))
        return [];
      if (facts.sources(weight) !== PREDICTION || facts.sources(own) !== PREDICTION || facts.sources(other) !== TRUTH) return [];
      return [
        {
          code: 'kl-reversed',
          severity: 'info',
          message: `${oneLine(source.text(node.span))} weights by the prediction: this is the reverse divergence KL(prediction || target), which picks one mode of the target. KL(target || prediction) weights by the target, and is what kl_divergence(y_true, y_pred) computes.`,
          span: node.span,
          related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
        },
      ];
    });
  },
};

function isLog(node: GraphNode): boolean {
  return node.op === 'log' || node.op === 'logSoftmax';
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

/** Columns [start, stop) of the last axis of an input that the loss reads. */
interface Columns {
  readonly start: Dim;
  readonly stop: Dim;
  readonly node: GraphNode;
}

export const columnRanges: Rule = {
  codes: ['column-gap', 'column-overlap'],
  check(context) {
    const { facts } = context;
    const byInput = new Map<NodeId, Columns[]>();
    for (const node of facts.nodes) {
      const [input] = node.inputs;
      if (node.op !== 'slice' || input === undefined || node.span === null) continue;
      const root = facts.bare(input);
      if (facts.node(root).op !== 'input') continue;
      const columns = columnsOf(context, node);
      if (columns !== undefined) byInput.set(root, [...(byInput.get(root) ?? []), columns]);
    }
    return [...byInput.values()].flatMap((columns) => judgeColumns(context, columns));
  },
};

function columnsOf(context: RuleContext, node: GraphNode): Columns | undefined {
  const [input] = node.inputs;
  const shape = input === undefined ? [] : context.facts.shape(input);
  const last = shape.length - 1;
  const start = (node.attrs.start as readonly Dim[])[last];
  const size = (node.attrs.size as readonly Dim[])[last];
  const step = (node.attrs.step as readonly number[])[last];
  const whole = shape[last];
  if (last < 1 || start === undefined || size === undefined || whole === undefined || step !== 1) return undefined;
  const others = (node.attrs.size as readonly Dim[]).every((dim, axis) => axis === last || compareDims(dim, shape[axis] ?? 0) === 'equal');
  if (!others || typeof start !== 'number' || start < 0) return undefined;
  if (typeof size === 'number') return { start, stop: start + size, node };
  // [:, 3:] of a symbolic size reaches to the end.
  return { start, stop: whole, node };
}

function judgeColumns(context: RuleContext, all: readonly Columns[]): readonly Finding[] {
  const distinct = all.filter(
    (each, i) => all.findIndex((other) => other.start === each.start && dimText(other.stop) === dimText(each.stop)) === i,
  );
  if (distinct.length !== 2) return [];
  const [a, b] = [...distinct].sort((x, y) => Number(x.start) - Number(y.start));
  if (a === undefined || b === undefined || a.start !== 0 || typeof a.stop !== 'number' || typeof b.start !== 'number') return [];
  const [input] = a.node.inputs;
  const width = input === undefined ? undefined : context.facts.shape(input).at(-1);
  const toEnd = width !== undefined && dimText(b.stop) === dimText(width);
  // One column each, or a part of the other: labels and weights, the whole and a part.
  if (!toEnd || a.stop < 2 || (typeof b.stop === 'number' && b.stop - b.start < 2) || b.start === 0) return [];
  const { source } = context;
  const [first, second] = [
    oneLine(source.text(a.node.span ?? context.candidate.nameSpan)),
    oneLine(source.text(b.node.span ?? context.candidate.nameSpan)),
  ];
  const span = b.node.span ?? context.candidate.nameSpan;
  const related = a.node.span === null ? [] : [{ message: first, span: a.node.span }];
  if (b.start > a.stop) {
    return [
      {
        code: 'column-gap',
        severity: 'warning',
        message: `${first} ends before column ${a.stop} and ${second} begins at ${b.start}: ${b.start - a.stop === 1 ? `column ${a.stop} is` : `columns ${a.stop} to ${b.start - 1} are`} in neither and get no gradient.`,
        span,
        related,
      },
    ];
  }
  // x[:, 1:] beside x[:, :-1]: neighbours, where the shift is by one and most columns are in both.
  const shifted = typeof b.stop === 'number' && b.stop - b.start === a.stop && a.stop - b.start > 1;
  if (b.start >= a.stop || shifted || isDifferenceOf(context, a.node, b.node)) return [];
  return [
    {
      code: 'column-overlap',
      severity: 'warning',
      message: `${first} and ${second} overlap: ${a.stop - b.start === 1 ? `column ${b.start} counts` : `columns ${b.start} to ${a.stop - 1} count`} twice. Old and new classes should meet at one index.`,
      span,
      related,
    },
  ];
}

/** x[:, 1:] - x[:, :-1] is a difference of neighbours. */
function isDifferenceOf(context: RuleContext, a: GraphNode, b: GraphNode): boolean {
  return context.facts.consumers(a.id).some((id) => context.facts.consumers(b.id).includes(id));
}
