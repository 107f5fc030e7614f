/** Owns labels and predictions handed over in the wrong order. */
import type { NodeId } from '../../graph/graph';
import type { Argument, CallExpr } from '../../program/program';
import { statementsOf } from '../../program/walk';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { affine, elementsOf, findBelow, writtenOps } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

/** Functions whose two arguments must not change places, with the names of the first and second. */
const ORDERED: Readonly<Record<string, readonly (readonly [string, string])[]>> = Object.fromEntries(
  'categorical_crossentropy binary_crossentropy sparse_categorical_crossentropy categorical_focal_crossentropy binary_focal_crossentropy kl_divergence kld KLD kullback_leibler_divergence poisson mean_absolute_percentage_error mape hinge squared_hinge categorical_hinge sigmoid_focal_crossentropy tversky'
    .split(' ')
    .map((name) => [
      name,
      [
        ['y_true', 'y_pred'],
        ['target', 'output'],
      ],
    ]),
);
/** TensorFlow.js: tf.losses.* take (labels, predictions), tf.metrics.* (yTrue, yPred). */
const OF_TFJS =
  /^(sigmoidCrossEntropy|softmaxCrossEntropy|logLoss|hingeLoss|binaryCrossentropy|categoricalCrossentropy|sparseCategoricalCrossentropy|meanAbsolutePercentageError|MAPE|mape)$/;
const WITH_LOGITS = /^(softmax|sparse_softmax|sigmoid|weighted)_cross_entropy_with_logits(_v2)?$/;
const LOSS_OBJECT =
  /(^|\.)(CategoricalCrossentropy|BinaryCrossentropy|SparseCategoricalCrossentropy|KLDivergence|Poisson|MeanAbsolutePercentageError|Hinge|SquaredHinge|CategoricalHinge|BinaryFocalCrossentropy|CategoricalFocalCrossentropy)$/;

export const swappedArguments: Rule = {
  codes: ['arguments-swapped'],
  check(context) {
    if (!isSurePair(context)) return [];
    const { outcome, source } = context;
    const seen = new Set<number>();
    const found: Finding[] = [];
    for (const typed of outcome.shapes) {
      const expr = source.at(typed.span);
      if (expr?.kind !== 'call' || seen.has(expr.span.start)) continue;
      seen.add(expr.span.start);
      const pair = orderedPair(context, expr);
      if (pair === undefined) continue;
      const [first, second] = pair.map((arg) => sourcesAt(context, arg));
      if (first !== PREDICTION || second !== TRUTH) continue;
      if (callsBothWays(context, expr, pair)) continue;
      found.push({
        code: 'arguments-swapped',
        severity: 'warning',
        message: `${calledAs(expr)} takes the targets first and the predictions second; here ${oneLine(source.text(pair[0].value.span))} is the prediction. Target and prediction are swapped: the logarithm is taken of the targets, and the gradient is not that of the loss.`,
        span: expr.span,
        fixes: source.isEntry(expr.span)
          ? [
              fix(
                'Swap the arguments',
                replace(pair[0].value.span, source.text(pair[1].value.span)),
                replace(pair[1].value.span, source.text(pair[0].value.span)),
              ),
            ]
          : [],
      });
    }
    return found;
  },
};

/** -sum(p * log(y)): the cross-entropy written out, the logarithm taken of the targets. */
export const swappedByHand: Rule = {
  codes: ['arguments-swapped'],
  check(context) {
    const { facts, source } = context;
    if (!isSurePair(context)) return [];
    const logs = writtenOps(context, 'log');
    // p * (log p - log y) is a divergence the other way round.
    if (logs.some(({ id }) => (facts.sources(id) & PREDICTION) !== 0) || facts.nodes.some(({ op }) => op === 'logSoftmax')) return [];
    return logs.flatMap((log): readonly Finding[] => {
      const inside = elementsOf(context, affine(context, log.inputs[0] ?? -1).base);
      const products = facts.consumers(log.id).map((id) => facts.node(id));
      const product = products.find((each) => each.op === 'multiply' && each.inputs.some((id) => isPrediction(context, id)));
      if (facts.sources(log.id) !== TRUTH || inside.op !== 'input' || product?.span == null || log.span === null) return [];
      if (findBelow(context, product.id, ({ op }) => op === 'negate') === undefined) return [];
      return [
        {
          code: 'arguments-swapped',
          severity: 'warning',
          message: `${oneLine(source.text(product.span))}: the logarithm is taken of the targets and weighted by the predictions; a cross-entropy is the other way round, so its gradient does not depend on the prediction.`,
          span: product.span,
        },
      ];
    });
  },
};

function isPrediction(context: RuleContext, id: NodeId): boolean {
  const node = elementsOf(context, id);
  return node.op === 'input' && context.facts.sources(node.id) === PREDICTION;
}

/** Which argument is the prediction is known by Keras' convention only where the names do not say the opposite. */
function isSurePair({ candidate, fitted }: RuleContext): boolean {
  const [first, second] = candidate.params.map((param) => param.name);
  if (/pred|output|logit|hat|prob/i.test(first ?? '') && !/pred|output|logit|hat|prob/i.test(second ?? '')) return false;
  return fitted || (/true|label|target|gt|truth/i.test(first ?? '') && /pred|output|logit|hat|prob/i.test(second ?? ''));
}

function orderedPair(context: RuleContext, call: CallExpr): readonly [Argument, Argument] | undefined {
  const name = spelling(call);
  if (context.module.language === 'javascript') return OF_TFJS.test(name) ? pairOf(call) : undefined;
  const isLogits = WITH_LOGITS.test(name);
  const isObject = !isLogits && ORDERED[name] === undefined && isLossObjectCall(context, call);
  if (!isLogits && ORDERED[name] === undefined && !isObject) return undefined;
  const positional = call.args.filter((arg) => arg.name === undefined && arg.spread === undefined);
  const named = (names: readonly string[], at: number) =>
    call.args.find((arg) => arg.name !== undefined && names.includes(arg.name)) ?? positional[at];
  const first = named(isLogits ? ['labels'] : ['y_true', 'target', 'labels'], 0);
  const second = named(isLogits ? ['logits'] : ['y_pred', 'output'], 1);
  return first === undefined || second === undefined || first === second ? undefined : [first, second];
}

function pairOf({ args: [first, second] }: CallExpr): readonly [Argument, Argument] | undefined {
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** `tf.keras.losses.BinaryCrossentropy()(y, p)`, `bce(y, p)` with `bce = …BinaryCrossentropy()` in the module or the loss. */
function isLossObjectCall(context: RuleContext, call: CallExpr): boolean {
  const { source, candidate, module } = context;
  if (call.callee.kind === 'call') return LOSS_OBJECT.test(source.text(call.callee.callee.span));
  const wanted = source.text(call.callee.span);
  const bodies = [...candidate.owners.map((owner) => owner.body), candidate.computes?.body ?? [], module.body].flatMap(statementsOf);
  return bodies.some(
    (s) =>
      s.kind === 'assign' &&
      s.value?.kind === 'call' &&
      LOSS_OBJECT.test(source.text(s.value.callee.span)) &&
      s.targets.some((target) => source.text(target.span) === wanted),
  );
}

function sourcesAt({ facts }: RuleContext, arg: Argument): number | undefined {
  const id = facts.valueAt(arg.value.span);
  return id === undefined ? undefined : facts.sources(id);
}

/** kl(p, q) + kl(q, p): a symmetric divergence, of the same two values. */
function callsBothWays(context: RuleContext, call: CallExpr, [first, second]: readonly [Argument, Argument]): boolean {
  return context.outcome.shapes.some((typed) => {
    const other = context.source.at(typed.span);
    if (other?.kind !== 'call' || other === call || calledAs(other) !== calledAs(call)) return false;
    const [a, b] = orderedPair(context, other) ?? [];
    return a !== undefined && b !== undefined && isSame(context, a, second) && isSame(context, b, first);
  });
}

function isSame({ facts, source }: RuleContext, a: Argument, b: Argument): boolean {
  const id = facts.valueAt(a.value.span);
  return (id !== undefined && id === facts.valueAt(b.value.span)) || source.text(a.value.span) === source.text(b.value.span);
}

/** `BinaryCrossentropy` of `keras.losses.BinaryCrossentropy()(y, p)`. */
function calledAs(call: CallExpr): string {
  return spelling(call) || spelling(call.callee);
}
