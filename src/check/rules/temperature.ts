/** Owns temperatures in distillation: on one side only, and the missing factor T². */
import type { NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Meeting, meetings, type Side } from './distillation';
import { findBelow } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const temperatureOneSide: Rule = {
  codes: ['temperature-one-side', 'temperature-scale'],
  check(context) {
    const found: Finding[] = [];
    for (const meeting of meetings(context)) {
      const { target, logs } = meeting;
      if (hasTemperature(target) !== hasTemperature(logs)) found.push(oneSide(context, meeting));
      else if (isUnlike(target, logs)) found.push(unlike(context, meeting));
      else if (target.temperature !== undefined) found.push(...missingScale(context, meeting, target.temperature.text));
    }
    return found;
  },
};

function hasTemperature({ temperature }: Side): boolean {
  return temperature !== undefined;
}

/** Two softening temperatures that differ, or one divided by and the other multiplied with: sharper targets (below 1) are meant. */
function isUnlike(target: Side, logs: Side): boolean {
  const [a, b] = [target.temperature?.value, logs.temperature?.value];
  if (a === undefined || b === undefined || a === b) return false;
  return (a > 1 && b > 1) || (Math.abs(a * b - 1) < 1e-6 && a !== 1);
}

function unlike(context: RuleContext, { node, target, logs }: Meeting): Finding {
  const { source, facts } = context;
  const [a, b] = [target, logs].map(({ temperature }) => Number((temperature?.value ?? 1).toPrecision(4)));
  return {
    code: 'temperature-one-side',
    severity: 'warning',
    message: `${oneLine(facts.nameOf(target.base))} is softened by the temperature ${a}, ${oneLine(facts.nameOf(logs.base))} by ${b}: the minimum is not where the student equals the teacher. Divide both by the same one.`,
    span: node.span ?? context.candidate.nameSpan,
    related: [target, logs].flatMap((side) =>
      side.node.span === null ? [] : [{ message: oneLine(source.text(side.node.span)), span: side.node.span }],
    ),
  };
}

function oneSide(context: RuleContext, { node, target, logs }: Meeting): Finding {
  const [hot, cold] = target.temperature !== undefined ? [target, logs] : [logs, target];
  const T = hot.temperature?.text ?? 'T';
  const { source, facts } = context;
  return {
    code: 'temperature-one-side',
    severity: 'warning',
    message: `${oneLine(facts.nameOf(hot.base))} is ${hot.power ? 'raised to the power 1 / T' : `divided by the temperature ${T}`}, ${oneLine(facts.nameOf(cold.base))} is not: the minimum is not where the student equals the teacher. ${hot.power ? 'Soften both, or neither.' : `Divide both by ${T}.`}`,
    span: node.span ?? context.candidate.nameSpan,
    related: [hot, cold].flatMap((side) =>
      side.node.span === null ? [] : [{ message: oneLine(source.text(side.node.span)), span: side.node.span }],
    ),
    fixes: hot.power ? [] : divideFix(context, cold, T),
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
  return !inside.has(target.node.id);
}
