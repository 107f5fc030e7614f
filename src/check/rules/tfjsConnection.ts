/** Owns losses of TensorFlow.js from which no slope reaches the prediction: it is not used, or only behind ops that are flat. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';
import { findUndifferentiable } from './tfjsGradient';
import { isTrained, NO_CONNECTION, predictionBit } from './tfjsUse';

/** Ops whose gradient TensorFlow.js registers as zeros. (A cast to integers passes the gradient on there.) */
const FLAT: ReadonlySet<string> = new Set([
  'round',
  'floor',
  'ceil',
  'sign',
  'argmax',
  'argmin',
  'oneHot',
  'greaterEqual',
  'isNan',
  'isInf',
  'isFinite',
  'stopGradient',
  'bincount',
]);
/** Inputs that are conditions or places, not values. */
const PLACES: Readonly<Record<string, readonly number[]>> = { select: [0], gather: [1], gatherNd: [1], takeAlongAxis: [1] };

export const tfjsConnection: Rule = {
  codes: ['prediction-unused', 'zero-gradient'],
  check(context) {
    const { outcome, facts, candidate } = context;
    const { value, inputs } = outcome;
    const prediction = inputs.y_pred;
    if (value === null || prediction === undefined || outcome.gaps.length > 0 || outcome.problems.length > 0) return [];
    // A variable that the loss reads is trained too.
    if (/\bvariable\(/.test(context.source.whole)) return [];
    if (candidate.kind === 'method' || !isTrained(context) || facts.nodes.some(({ op, id }) => op === 'input' && facts.sources(id) > 3))
      return [];
    const bit = predictionBit(context);
    const wanted = inputs.y_true !== undefined && (bit !== PREDICTION || !isSure(context)) ? [prediction, inputs.y_true] : [prediction];
    if (!wanted.some((id) => (facts.sources(value) & facts.sources(id)) !== 0))
      return isZero(context, value) ? [] : [unused(context, value)];
    if (findUndifferentiable(context, value) !== undefined) return [];
    const { reached, blockers } = search(context, value, wanted);
    return reached ? [] : blockers.slice(0, 1).map((node) => flat(context, node));
  },
};

/** By `compile`'s order, or by name. */
function isSure({ candidate, fitted, keras }: RuleContext): boolean {
  return (fitted && keras !== 'none') || /pred|hat|logit|prob|output|^p$/i.test(candidate.params[1]?.name ?? '');
}

/** An output that is to have no loss. */
function isZero({ facts }: RuleContext, value: NodeId): boolean {
  return facts.constant(value) !== undefined;
}

function search({ facts }: RuleContext, value: NodeId, wanted: readonly NodeId[]) {
  const blockers: GraphNode[] = [];
  const seen = new Set<NodeId>();
  const queue = [value];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (wanted.includes(id)) return { reached: true, blockers };
    const node = facts.node(id);
    if (FLAT.has(node.op)) {
      if ((facts.sources(id) & PREDICTION) !== 0) blockers.push(node);
      continue;
    }
    queue.push(...node.inputs.filter((_, i) => PLACES[node.op]?.includes(i) !== true));
  }
  return { reached: false, blockers };
}

function unused({ facts, candidate }: RuleContext, value: NodeId): Finding {
  const name = candidate.params[1]?.name ?? 'yPred';
  return {
    code: 'prediction-unused',
    severity: 'error',
    message: `the result does not depend on ${name}, the predictions: fit throws ${NO_CONNECTION}.`,
    span: facts.node(value).span ?? candidate.nameSpan,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}

function flat({ source, candidate }: RuleContext, node: GraphNode): Finding {
  const name = candidate.params[1]?.name ?? 'yPred';
  const what = node.span === null ? node.op : oneLine(source.text(node.span));
  return {
    code: 'zero-gradient',
    severity: 'warning',
    message: `every path from the result to ${name} goes through ${what}, whose gradient is zero in TensorFlow.js: training runs and nothing moves. Use a smooth stand-in, or a cross-entropy.`,
    span: node.span ?? candidate.nameSpan,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}
