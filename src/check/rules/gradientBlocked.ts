/** Owns gradients that never arrive: no path from the result to the prediction, or only paths along which the slope is zero. */

import { carriesGradient, hasGradientPath, passingInputs } from '../../graph/gradient';
import type { GraphNode, NodeId } from '../../graph/graph';
import { isFloat } from '../../shape/dtype';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { runsInPython } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

/** Differentiable in TensorFlow, with slope zero everywhere. */
const FLAT = new Set(['sign']);

const WAYS_OUT: Readonly<Record<string, string>> = {
  argmax: 'Use a cross-entropy, or the expectation tf.reduce_sum(tf.nn.softmax(z) * tf.range(C)) in place of the index.',
  argmin: 'Use a soft minimum in place of the index.',
  round: 'Drop the rounding in the loss, or use a straight-through estimator: x + tf.stop_gradient(tf.round(x) - x).',
  floor: 'Use a straight-through estimator: x + tf.stop_gradient(tf.floor(x) - x).',
  ceil: 'Use a straight-through estimator: x + tf.stop_gradient(tf.math.ceil(x) - x).',
  sign: 'Use tf.tanh(k * x), which has a slope.',
  stopGradient: 'Leave one way without tf.stop_gradient.',
  oneHot: 'Use the probabilities themselves.',
  cast: 'Stay in floating point.',
  equal: 'A comparison has no slope: use a smooth stand-in, or a cross-entropy.',
};
const COMPARISON = /^(equal|notEqual|less|lessEqual|greater|greaterEqual|logical\w+)$/;

export const gradientBlocked: Rule = {
  codes: ['no-gradient', 'prediction-unused', 'zero-gradient'],
  check(context) {
    const { outcome, facts } = context;
    const { value, inputs } = outcome;
    const prediction = inputs.y_pred;
    if (
      context.use === 'maybe' ||
      value === null ||
      prediction === undefined ||
      !isFloat(facts.build.dtype(prediction)) ||
      !isTensorResult(context)
    )
      return [];
    if (outcome.gaps.length > 0 && facts.sources(value) === 0) return [];
    const wrt = wantedInputs(context, prediction);
    if ((facts.sources(value) & bitsOf(context, wrt)) === 0) return unused(context, value);
    if (facts.node(value).op === 'stopGradient' && facts.node(facts.node(value).inputs[0] ?? -1).op === 'input') return [];
    const arrives = hasGradientPath(facts.build, value, wrt);
    if (!arrives.some(Boolean)) return runsInPython(context.source.whole, context.candidate.name) ? [] : [blocked(context, value)];
    return slopes(context, value, wrt) ? [] : [flat(context, value)];
  },
};

/** A Python number is no tensor that was computed; its own findings tell. */
function isTensorResult({ outcome }: RuleContext): boolean {
  return outcome.returned?.kind === 'tensor';
}

/** Where only the position says which is the prediction, either may be. */
function wantedInputs(context: RuleContext, prediction: NodeId): readonly NodeId[] {
  const truth = context.outcome.inputs.y_true;
  const sure = context.fitted || /pred|hat|logit|prob|output|^p$/i.test(context.candidate.params[1]?.name ?? '');
  const closure = Object.entries(context.outcome.inputs).flatMap(([name, id]) => (name === 'y_true' || name === 'y_pred' ? [] : [id]));
  return [prediction, ...closure, ...(sure || truth === undefined ? [] : [truth])];
}

function bitsOf({ facts }: RuleContext, wrt: readonly NodeId[]): number {
  return wrt.reduce((bits, id) => bits | facts.sources(id), 0);
}

function unused(context: RuleContext, value: NodeId): readonly Finding[] {
  const { candidate, outcome, facts } = context;
  // Model weights, closures and what is not followed may carry the gradient.
  if (outcome.gaps.length > 0 || readsOtherState(context) || (!context.fitted && candidate.kind === 'method')) return [];
  if (isNothing(context, value)) return [];
  const name = candidate.params[1]?.name ?? 'y_pred';
  const { span } = facts.node(value);
  return [
    {
      code: 'prediction-unused',
      severity: 'error',
      message: `the result does not depend on ${name}, the predictions: no gradient reaches the model ("No gradients provided for any variable").`,
      span: span ?? candidate.nameSpan,
      related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
    },
  ];
}

/** `0 * y_true`, `K.zeros_like(y_pred)`: an output that is to have no loss. */
function isNothing({ facts, fitted }: RuleContext, value: NodeId): boolean {
  const node = facts.node(value);
  if (facts.constant(value) !== undefined) return !fitted || facts.constant(value) === 0;
  return node.op === 'multiply' && node.inputs.some((input) => facts.constant(input) === 0);
}

/** Random numbers, variables and the like: then the loss is a regularizer or a stub. */
function readsOtherState({ facts }: RuleContext): boolean {
  return facts.nodes.some((node) => node.op === 'random' || (node.op === 'input' && facts.sources(node.id) > 3));
}

function blocked(context: RuleContext, value: NodeId): Finding {
  const { facts, candidate } = context;
  const culprits = blockers(context, value);
  const [first] = culprits;
  const name = candidate.params[1]?.name ?? 'y_pred';
  const what = first === undefined ? 'its operations' : describe(context, first);
  const op = first === undefined ? '' : COMPARISON.test(first.op) ? 'equal' : first.op;
  const numpy = op === 'stopGradient' && first !== undefined && !/stop_gradient/.test(facts.spelled(first.id));
  const way = numpy ? 'NumPy has no gradient: use the tf function.' : (WAYS_OUT[op] ?? 'Use an operation that has a gradient.');
  return {
    code: 'no-gradient',
    severity: 'error',
    message: `no gradient reaches ${name}: every path from the result to it ends at ${what}, which has none ("No gradients provided for any variable"). ${way}`,
    span: first?.span ?? facts.node(value).span ?? candidate.nameSpan,
    related: [
      ...culprits
        .slice(1)
        .flatMap((node) => (node.span === null ? [] : [{ message: `${describe(context, node)} blocks another path`, span: node.span }])),
      { message: `${candidate.name} is defined here`, span: candidate.nameSpan },
    ],
    fixes: first === undefined ? [] : straightThrough(context, first),
  };
}

/** x + tf.stop_gradient(tf.round(x) - x) in place of tf.round(x). */
function straightThrough(context: RuleContext, node: GraphNode) {
  const expr = context.source.at(node.span);
  if (expr?.kind !== 'call' || !['round', 'floor', 'ceil', 'stopGradient', 'sign'].includes(node.op) || expr.args.length !== 1) return [];
  const [argument] = expr.args;
  if (argument === undefined || !context.source.isEntry(expr.span)) return [];
  const inner = context.source.text(argument.value.span);
  const call = context.source.text(expr.span);
  if (node.op === 'stopGradient' && !/stop_gradient/.test(spelling(expr))) return [];
  if (node.op === 'stopGradient') return [fix('Remove tf.stop_gradient', replace(expr.span, inner))];
  if (node.op === 'sign') return [fix('Use tf.tanh, which has a slope', replace(expr.span, `tf.tanh(5.0 * (${inner}))`))];
  const atom = argument.value.kind === 'name' || argument.value.kind === 'call' ? inner : `(${inner})`;
  return [fix('Use a straight-through estimator', replace(expr.span, `(${atom} + tf.stop_gradient(${call} - ${atom}))`))];
}

/** Nodes that depend on the prediction, are reached from the result by its values, and hand on no gradient to it. */
function blockers(context: RuleContext, value: NodeId): readonly GraphNode[] {
  const { facts } = context;
  const found: GraphNode[] = [];
  const seen = new Set<NodeId>();
  const queue = [value];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = facts.node(id);
    const dependent = node.inputs.filter((input) => (facts.sources(input) & PREDICTION) !== 0);
    const passing = new Set(passingInputs(facts.build, node));
    const blocks = dependent.filter((input) => !passing.has(input));
    // What follows a comparison or index is integers and bools; the operation that made them is the one to name.
    if (blocks.length > 0 && blocks.every((input) => carriesGradient(facts.build.dtype(input)))) found.push(node);
    else if (blocks.length > 0) queue.push(...blocks);
    queue.push(...dependent.filter((input) => passing.has(input)));
  }
  return found;
}

function describe(context: RuleContext, node: GraphNode): string {
  const expr = context.source.at(node.span);
  const spelled = spelling(expr);
  if (node.span === null || spelled === '') return node.op;
  return `\`${oneLine(context.source.text(node.span))}\``;
}

/** Whether a gradient arrives that is not zero everywhere. */
function slopes(context: RuleContext, value: NodeId, wrt: readonly NodeId[]): boolean {
  const { facts } = context;
  const wanted = new Set(wrt);
  const seen = new Set<NodeId>();
  const queue = [value];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (wanted.has(id)) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    const node = facts.node(id);
    if (FLAT.has(node.op) || isFlatHere(context, node)) continue;
    queue.push(...passingInputs(facts.build, node));
  }
  return false;
}

/** A softmax over one element is the constant 1; relu is 0 where its input is never positive. */
function isFlatHere({ facts }: RuleContext, node: GraphNode): boolean {
  if (node.op === 'softmax') return facts.shape(node.id)[Number(node.attrs.axis ?? -1)] === 1;
  const [a, b] = node.inputs;
  if (a === undefined) return false;
  if (node.op === 'relu') return facts.range(a).high <= 0;
  if ((node.op !== 'maximum' && node.op !== 'minimum') || b === undefined) return false;
  const [x, y] = [facts.constant(a), facts.constant(b)];
  const bound = x ?? y;
  if (bound === undefined || (x !== undefined && y !== undefined)) return false;
  const { low, high } = facts.range(x === undefined ? a : b);
  return node.op === 'maximum' ? high <= bound : low >= bound;
}

function flat(context: RuleContext, value: NodeId): Finding {
  const { facts, candidate } = context;
  const name = candidate.params[1]?.name ?? 'y_pred';
  const node = [...facts.ancestors(value)]
    .map((id) => facts.node(id))
    .find((each) => FLAT.has(each.op) && (facts.sources(each.id) & PREDICTION) !== 0);
  const softmax = [...facts.ancestors(value)].map((id) => facts.node(id)).find((each) => isFlatHere(context, each));
  const culprit = node ?? softmax;
  const what = culprit === undefined ? 'its operations' : describe(context, culprit);
  return {
    code: 'zero-gradient',
    severity: 'warning',
    message:
      `the gradient of the result by ${name} is zero everywhere: every path goes through ${what}, which is flat. Training runs and nothing moves. ${WAYS_OUT[culprit?.op ?? ''] ?? ''}`.trim(),
    span: culprit?.span ?? candidate.nameSpan,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
    fixes: node === undefined ? [] : straightThrough(context, node),
    ...(node === undefined ? { needsShapes: true } : {}),
  };
}

export const TRUTH_OR_PREDICTION = TRUTH | PREDICTION;
