/** Owns losses of which the targets are a separate term: their gradient is the same whatever the targets are. */
import type { NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';

const LINEAR = new Set(['sum', 'mean', 'identity', 'cast', 'reshape', 'squeeze', 'expandDims', 'negate', 'add', 'subtract']);

export const targetsWithoutEffect: Rule = {
  codes: ['targets-without-effect'],
  check(context): readonly Finding[] {
    const { outcome, facts, candidate } = context;
    if (outcome.value === null || outcome.gaps.length > 0 || context.use === 'maybe') return [];
    if (facts.sources(outcome.value) !== (TRUTH | PREDICTION)) return [];
    const place = separation(context, outcome.value);
    if (place === undefined) return [];
    const span = facts.node(place).span ?? candidate.nameSpan;
    const logs = facts.node(place).inputs.every((input) => isLog(context, input));
    const name = candidate.params[0]?.name || 'y_true';
    return [
      {
        code: 'targets-without-effect',
        severity: logs ? 'warning' : 'info',
        message: `${oneLine(context.source.text(span))}: ${name} and the prediction stand in separate terms of a sum, so the gradient is the same whatever ${name} is, and nothing is learned from it.${logs ? ` A divergence weights the difference: ${name} * (log(${name}) - log(prediction)).` : ''}`,
        span,
        related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
      },
    ];
  },
};

/** A logarithm, or a sum of them. */
function isLog({ facts }: RuleContext, id: NodeId): boolean {
  let node = facts.node(id);
  while (LINEAR.has(node.op) && node.inputs.length === 1) node = facts.node(node.inputs[0] ?? -1);
  return node.op === 'log' || node.op === 'logSoftmax';
}

/** The sum or difference at which truth and prediction first meet, if all the way from the result is linear and they meet nowhere else. */
function separation({ facts }: RuleContext, value: NodeId): NodeId | undefined {
  let meeting: NodeId | undefined;
  const queue = [value];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = facts.node(id);
    if (facts.sources(id) !== (TRUTH | PREDICTION)) continue;
    const [a, b] = node.inputs;
    const scaled = (node.op === 'multiply' || node.op === 'divide') && b !== undefined && a !== undefined;
    if (scaled && facts.constant(b) !== undefined && facts.constant(b) !== 0) queue.push(a);
    else if (scaled && node.op === 'multiply' && facts.constant(a) !== undefined && facts.constant(a) !== 0) queue.push(b);
    else if (!LINEAR.has(node.op)) return undefined;
    else {
      const both = node.inputs.filter((input) => facts.sources(input) === (TRUTH | PREDICTION));
      if (both.length === 0) {
        if (meeting !== undefined || isNothing(facts, node.inputs)) return undefined;
        meeting = id;
      }
      queue.push(...both);
    }
  }
  return meeting;
}

/** `0.0 * sum(y_true)`: written to use an argument. */
function isNothing(facts: RuleContext['facts'], inputs: readonly NodeId[]): boolean {
  return inputs.some((input) => {
    const { low, high } = facts.range(input);
    const node = facts.node(input);
    return (low === 0 && high === 0) || (node.op === 'multiply' && node.inputs.some((each) => facts.constant(each) === 0));
  });
}
