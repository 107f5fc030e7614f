/** Owns what a loss returns: nothing, several values, a scalar, one value per sample, per element, per class; and what Keras makes of it. */
import type { Stmt } from '../../program/program';
import { hasSyntaxProblem } from '../../program/syntaxProblems';
import { statementsOf } from '../../program/walk';
import { BATCH, compareDims, type Dim, dimText, hasRole, isBatch, multiplyDims } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { isLossObject } from '../../trace/convert';
import type { Value } from '../../value/value';
import { type Finding, fix, insertAfter, insertBefore, type Rule, type RuleContext } from './rule';

export const returnForm: Rule = {
  codes: [
    'missing-return',
    'loss-not-called',
    'returns-function',
    'returns-several',
    'scalar-return',
    'unreduced-return',
    'batch-axis-reduced',
    'data-dependent-shape',
    'batch-sum',
    'batch-joined',
  ],
  check(context) {
    const { outcome } = context;
    if (outcome.returned?.kind === 'none') return missingReturn(context);
    if (outcome.returned?.kind === 'list' || outcome.returned?.kind === 'tuple' || outcome.returned?.kind === 'dict')
      return several(context);
    if (outcome.returned !== null && outcome.value === null) return notATensor(context, outcome.returned);
    if (outcome.value === null || outcome.returned?.kind !== 'tensor' || isHandedOn(context)) return [];
    const finding = judge(context, outcome.build.shape(outcome.value));
    return finding === undefined || !isTold(context, finding) ? [] : [finding];
  },
};

/** Who calls the loss himself gets what it returns: no weights, no masks, no mean. */
function isTold({ keras, module }: RuleContext, { code }: Finding): boolean {
  return keras !== 'none' || module.language !== 'python' || !/^(scalar-return|unreduced-return)$/.test(code);
}

/** `lambda y_true, y_pred: y_pred`: the model has computed the loss, in the form that it wants. */
function isHandedOn({ outcome, fitted, asked }: RuleContext): boolean {
  const { y_true, y_pred } = outcome.inputs;
  return !(fitted && asked) && (outcome.value === y_pred || outcome.value === y_true);
}

type Return = Extract<Stmt, { readonly kind: 'return' }>;

function returnsOf({ candidate }: RuleContext): readonly Return[] {
  return candidate.computes === null
    ? []
    : statementsOf(candidate.computes.body).filter((statement): statement is Return => statement.kind === 'return');
}

/** The place of the returned expression; the name where there are several or none. */
function place(context: RuleContext) {
  const returns = returnsOf(context);
  return returns.length === 1 ? (returns[0]?.value?.span ?? context.candidate.nameSpan) : context.candidate.nameSpan;
}

function missingReturn(context: RuleContext): readonly Finding[] {
  const { candidate, outcome } = context;
  if (candidate.computes === null || outcome.raised !== null || context.use === 'maybe' || (context.lenient && !context.fitted)) return [];
  if (hasSyntaxProblem(context.module, candidate.computes.span)) return [];
  const returns = returnsOf(context).filter((each) => each.value !== null);
  if (returns.length > 0) return outcome.gaps.length > 0 || !context.fitted ? [] : [pathWithoutReturn(context)];
  const last = candidate.computes.body.at(-1);
  return [
    {
      code: 'missing-return',
      severity: 'error',
      message: `${candidate.name} ends without return: Keras receives None instead of a loss.`,
      span: last?.span ?? candidate.nameSpan,
      related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
      fixes: returnFix(last),
    },
  ];
}

/** Some paths return and the one that Keras takes, with the defaults, does not. */
function pathWithoutReturn({ candidate }: RuleContext): Finding {
  return {
    code: 'missing-return',
    severity: 'error',
    message: `with its defaults ${candidate.name} ends without return: Keras receives None instead of a loss.`,
    span: candidate.computes?.body.at(-1)?.span ?? candidate.nameSpan,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}

/** The last statement computes something: return it. */
function returnFix(last: Stmt | undefined) {
  if (last?.kind === 'expression' && last.value.kind !== 'string') return [fix('Return it', insertBefore(last.span, 'return '))];
  if (last?.kind !== 'assign') return [];
  const [target] = last.targets;
  if (target?.kind !== 'name' || last.targets.length !== 1 || last.value === null) return [];
  return [fix('Return it', { span: { ...last.span, end: last.value.span.start }, newText: 'return ' })];
}

/** What subclasses finish: its own return is for them. */
function isBase(name: string): boolean {
  return /^_?(Base|Abstract)[A-Z]|(Base|Mixin)$/.test(name);
}

function several(context: RuleContext): readonly Finding[] {
  const { candidate, outcome } = context;
  if (!context.fitted && (candidate.kind !== 'class' || isBase(candidate.name))) return [];
  const kind = outcome.returned?.kind;
  return [
    {
      code: 'returns-several',
      severity: 'warning',
      message:
        kind === 'dict'
          ? `${candidate.name} returns a dict: Keras needs one tensor and fails. Return the sum of its values.`
          : `${candidate.name} returns a ${kind ?? 'list'}: Keras 3 stacks its values and averages them (two terms count half each), Keras 2 fails. Return their sum.`,
      span: place(context),
      related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
    },
  ];
}

/** A function or a loss object in place of what calling it gives. */
function notATensor(context: RuleContext, returned: Value): readonly Finding[] {
  const { candidate } = context;
  if (context.use === 'maybe' || (returned.kind !== 'function' && !isLossObject(returned))) return [];
  const span = place(context);
  const related = [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }];
  if (returned.kind !== 'function') {
    const [first, second] = candidate.params.map(({ name }) => name);
    return [
      {
        code: 'loss-not-called',
        severity: 'error',
        message: `${candidate.name} returns a loss object, not a loss: Keras needs a tensor and fails. Call the object with ${first ?? 'y_true'} and ${second ?? 'y_pred'}.`,
        span,
        related,
        fixes: span === candidate.nameSpan ? [] : [fix(`Call it with ${first} and ${second}`, insertAfter(span, `(${first}, ${second})`))],
      },
    ];
  }
  const { name, params } = returned.definition;
  return [
    {
      code: 'returns-function',
      severity: 'error',
      message: `${candidate.name} returns the function ${name || '(a lambda)'}, not what it computes: Keras needs a tensor and fails. Call it.`,
      span,
      related,
      fixes: span === candidate.nameSpan || params.length > 0 || name === '' ? [] : [fix(`Call ${name}()`, insertAfter(span, '()'))],
    },
  ];
}

function judge(context: RuleContext, shape: Shape): Finding | undefined {
  const { candidate } = context;
  const common = { span: place(context), related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }] };
  const weighted = usesWeights(context);
  if (shape.length === 0 && isBatchSum(context))
    return {
      code: 'batch-sum',
      severity: weighted ? 'warning' : 'info',
      message:
        'returns the sum over the whole batch: loss and gradient grow with the batch size, the last partial batch counts less, and sample_weight only scales the total. Sum over axis=-1, and let Keras average the samples.',
      ...common,
    };
  if (shape.length === 0)
    return { code: 'scalar-return', severity: weighted ? 'warning' : 'info', message: scalarText(context, weighted), ...common };
  const [first] = shape;
  const batches = shape.filter((dim) => hasRole(dim, 'batch')).length;
  if (first !== undefined && hasRole(first, 'fresh')) {
    return {
      code: 'data-dependent-shape',
      severity: 'info',
      message: `returns ${shapeText(shape)}, as many values as the data selects: sample_weight of length B cannot be applied, and an empty selection gives NaN. Multiply by the mask and divide by its sum instead.`,
      ...common,
      related: [...common.related, ...selections(context)],
    };
  }
  const joined = first === undefined ? 1 : copiesOfBatch(first);
  if (joined > 1)
    return {
      code: 'batch-joined',
      severity: 'info',
      message: `returns ${shapeText(shape)}: ${joined} values for each sample one after the other, joined along the batch. Their mean counts each 1 / ${joined}, and sample_weight of shape (B,) does not fit. If these are terms of one loss, add them.`,
      ...common,
      related: [...common.related, ...joins(context)],
    };
  const yPred = context.outcome.received.y_pred?.shape ?? [];
  if (first !== undefined && batches === 0 && hasRole(yPred[0] ?? 0, 'batch')) {
    if (shape.every((dim) => dim === 1)) return undefined;
    return {
      code: 'batch-axis-reduced',
      severity: context.stated && context.fitted ? 'warning' : 'info',
      message: `returns ${shapeText(shape)}, one value for each ${shape.length === 1 ? 'column' : 'element'} and none for the samples: the batch axis 0 has been reduced. The mean is the same, but sample_weight and class_weight fail. Reduce over axis=-1 for one value per sample.`,
      needsShapes: true,
      ...common,
    };
  }
  if (shape.length === 1 || shape.slice(1).every((dim) => dim === 1) || first === undefined || !isBatch(first)) return undefined;
  if (batches > 1) return undefined;
  return {
    code: 'unreduced-return',
    severity: 'info',
    message: `returns ${shapeText(shape)}, one value for each element: fine with the default mean. With reduction="sum" it is ${shape.slice(1).map(dimText).join(' × ')} times larger than the built-in losses, and ${
      context.keras === 3
        ? `a sample_weight of shape (B,) fails, or silently weights the columns where ${dimText(shape.at(-1) ?? 0)} equals B`
        : 'a sample_weight of shape (B,) is stretched over the other axes'
    }. A mean over axis=-1 gives one value per sample.`,
    needsShapes: true,
    ...common,
  };
}

/** 2 for 2 * B. */
function copiesOfBatch(dim: Dim): number {
  for (let copies = 2; copies <= 8; copies++) if (compareDims(dim, multiplyDims(copies, BATCH)) === 'equal') return copies;
  return 1;
}

function joins({ facts, outcome }: RuleContext) {
  const node = facts.node(outcome.value ?? -1);
  return node.op === 'concat' && node.span !== null ? [{ message: 'they are joined here', span: node.span }] : [];
}

/** The last step adds up all samples. */
function isBatchSum({ facts, outcome }: RuleContext): boolean {
  const node = facts.node(outcome.value ?? -1);
  const summed =
    node.op === 'negate' || node.op === 'multiply'
      ? (node.inputs.map((id) => facts.node(id)).find((each) => each.op === 'sum') ?? node)
      : node;
  return summed.op === 'sum' && summed.type.shape.length === 0 && hasRole(facts.shape(summed.inputs[0] ?? -1)[0] ?? 0, 'batch');
}

function scalarText({ keras, outcome }: RuleContext, weighted: boolean): string {
  const rank = outcome.received.y_pred?.shape.length ?? 2;
  const weights = weighted ? 'which this file uses' : 'if they are used';
  if (keras === 2 && rank !== 2) {
    return `returns a scalar: fine for training, but Keras 2 then fails on sample_weight and class_weight (${weights}): "Can not squeeze dim[0], expected a dimension of 1". Return one value per sample.`;
  }
  return `returns a scalar: fine for training, but sample_weight, class_weight and masks (${weights}) then multiply the batch's mean, and samples of weight 0 still train. Reduce over axis=-1 for one value per sample.`;
}

/** Calls in this file that hand over weights. */
export function usesWeights({ source }: Pick<RuleContext, 'source'>): boolean {
  const entry = source.entryModule;
  if (entry === undefined) return false;
  return WEIGHTS.get(entry) ?? remember(entry, source.whole);
}

const WEIGHTS = new WeakMap<object, boolean>();

function remember(module: object, text: string): boolean {
  const found = /\b(fit|train_on_batch|fit_generator)\s*\([^#]*\b(sample_weight|class_weight)\s*=\s*(?!None)/.test(text);
  WEIGHTS.set(module, found);
  return found;
}

function selections({ facts }: RuleContext) {
  const seen = new Set<number>();
  return facts.nodes.flatMap((node) => {
    if (node.span === null || seen.has(node.span.start) || !node.type.shape.some((dim) => hasRole(dim, 'fresh'))) return [];
    seen.add(node.span.start);
    return seen.size === 1 ? [{ message: 'the selection is made here', span: node.span }] : [];
  });
}
