/** Owns variables that a loss makes each time it is traced, and results of metrics, which are held in variables. */
import type { CallExpr } from '../../program/program';
import { type ProgramNode, walk } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { dotted } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

/** What makes a variable itself: Keras' backend makes its zeros and ones as variables too. */
const VARIABLES =
  /^((tf|tensorflow)\.(compat\.v1\.)?(Variable|get_variable)|(tf\.)?keras\.Variable|((tf\.)?keras\.)?(K|KB|backend)\.(variable|zeros|ones|eye))$/;
const LAYERS =
  /^(((tf\.)?keras\.)?layers|L|KL)\.(Dense|Conv[123]D|Conv[23]DTranspose|SeparableConv[12]D|DepthwiseConv2D|BatchNormalization|LayerNormalization|LSTM|GRU|Embedding|MultiHeadAttention)$/;
const METRICS = /^(((tf\.)?keras\.)?metrics)\.[A-Z]\w+$/;
const MODELS =
  /^(((tf\.)?keras\.)?applications\.(\w+\.)?)?(VGG1[69]|ResNet\w*|InceptionV3|Xception|MobileNet\w*|EfficientNet\w*|DenseNet\d+)$/;

export const createdVariables: Rule = {
  codes: ['variable-in-loss'],
  check(context) {
    const { candidate, keras, source } = context;
    const { computes } = candidate;
    if (computes === null || keras === 'none' || context.use === 'maybe' || context.lenient) return [];
    const made: { readonly call: CallExpr; readonly what: string }[] = [];
    walk(computes.body, (node) => {
      // Made once, under a condition, they may stay; what nested functions do is not known.
      if (node.kind === 'if' || node.kind === 'try' || (node.kind === 'function' && node.definition.name !== '')) return false;
      const what = node.kind === 'call' ? madeBy(node) : undefined;
      if (what !== undefined && node.kind === 'call') made.push({ call: node, what });
      return undefined;
    });
    if (made.length === 0 || /run_eagerly\s*=\s*True|run_functions_eagerly\(\s*True/.test(source.whole)) return [];
    return made.map(({ call, what }): Finding => {
      const name = dotted(call.callee);
      const constant = /(^|\.)(K|backend)\.variable$/.test(name);
      return {
        code: 'variable-in-loss',
        severity: context.fitted ? 'error' : 'warning',
        message: `${oneLine(source.text(call.span))} makes ${what} whenever the loss is traced, and fit refuses it ("tf.function only supports singleton tf.Variables created on the first call"). ${constant ? 'Use K.constant for numbers that do not change.' : 'Make it once, outside of the loss.'}`,
        span: call.span,
        fixes:
          constant && source.isEntry(call.span) && call.args.length === 1
            ? [fix('Use K.constant', replace(call.callee.span, name.replace(/variable$/, 'constant')))]
            : [],
      };
    });
  },
};

function madeBy(call: CallExpr): string | undefined {
  const name = dotted(call.callee);
  if (VARIABLES.test(name)) return 'a variable';
  if (LAYERS.test(name)) return 'a layer with its weights';
  if (METRICS.test(name)) return 'a metric with its variables';
  return MODELS.test(name) ? 'a model with its weights' : undefined;
}

const RESULT = /^the result of a keras\.metrics\.(\w+)$/;

/** auc.update_state(y, p); return 1 - auc.result(). */
export const metricResult: Rule = {
  codes: ['no-gradient'],
  check(context) {
    const { candidate, outcome, source } = context;
    const { computes } = candidate;
    if (computes === null || context.use === 'maybe' || outcome.value !== null) return [];
    return outcome.gaps.flatMap(({ reason, span }): readonly Finding[] => {
      const name = RESULT.exec(reason)?.[1];
      if (name === undefined || span === null || !source.isEntry(span) || span.start < computes.span.start || span.end > computes.span.end)
        return [];
      if (!isInResult(context, span)) return [];
      return [
        {
          code: 'no-gradient',
          severity: context.fitted ? 'error' : 'warning',
          message: `${oneLine(source.text(span))} is held in variables of the metric ${name}: no gradient passes through it, and it runs on over the batches. Use a differentiable loss, and give the metric to compile(metrics=…).`,
          span,
          related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
        },
      ];
    });
  },
};

/** Stands in a returned expression, or in what is assigned: not in a call whose value is dropped. */
function isInResult({ source }: RuleContext, span: NonNullable<ProgramNode['span']>): boolean {
  const around = source.nodesAround(span);
  return around.some((node) => node.kind === 'return' || node.kind === 'assign' || node.kind === 'augment');
}
