/** Owns what a loss of TensorFlow.js returns: nothing, a promise, several values, a scalar. */
import { functionsGivenTo } from '../../javascript/compiles';
import { collect } from '../../program/walk';
import { hasRole } from '../../shape/dim';
import type { Shape } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { Value } from '../../value/value';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';
import { missingReturn } from './tfjsMissingReturn';
import { isTrained, NO_CONNECTION } from './tfjsUse';

export const tfjsReturn: Rule = {
  codes: ['missing-return', 'async-loss', 'returns-several', 'returns-no-tensor', 'scalar-return', 'batch-axis-reduced'],
  check(context) {
    const { candidate, outcome } = context;
    const { computes } = candidate;
    if (computes === null) return [];
    if (computes.isAsync) return [asyncLoss(context)];
    switch (outcome.returned?.kind) {
      case 'none':
        return missingReturn(context);
      case 'list':
      case 'dict':
        return several(context);
      case 'number':
      case 'string':
      case 'boolean':
      case 'function':
      case 'native':
      case 'object':
        return noTensor(context, outcome.returned);
      case 'tensor':
        return outcome.gaps.length > 0
          ? []
          : outcome.returned.type.shape.length === 0
            ? [scalar(context)]
            : withoutBatch(context, outcome.returned.type.shape);
      default:
        return [];
    }
  },
};

function asyncLoss({ candidate, source }: RuleContext): Finding {
  const span = collect(candidate.computes?.body ?? [], 'function').find(({ definition }) => definition.isAsync)?.span;
  return promised({ candidate, source }, candidate.computes?.isAsync === true ? candidate.computes.span : (span ?? candidate.span));
}

/** `span`: of the async function. */
function promised({ candidate, source }: Pick<RuleContext, 'candidate' | 'source'>, span: Finding['span']): Finding {
  const keyword = /^async\s+/.exec(source.text(span));
  return {
    code: 'async-loss',
    severity: 'error',
    message: `${candidate.name} is async: it returns a Promise, and TensorFlow.js needs the tensor itself.`,
    span: candidate.nameSpan,
    fixes: keyword === null ? [] : [fix('Remove async', { span: { ...span, end: span.start + keyword[0].length }, newText: '' })],
  };
}

/** Of what is surely a loss: functions of a custom training step may return several values. */
function several({ candidate, module, outcome, stated }: RuleContext): readonly Finding[] {
  if (!isUnderstood(outcome.gaps) || (!stated && !functionsGivenTo(module).has(candidate.path.at(-1) ?? ''))) return [];
  const what = outcome.returned?.kind === 'dict' ? 'an object' : 'an array';
  const message = `${candidate.name} returns ${what}, not a tensor: add the terms, a.add(b).`;
  return [{ code: 'returns-several', severity: 'error', message, span: candidate.nameSpan }];
}

/** What the engine says of the value itself, when it reduces it, is no gap of the loss. */
function isUnderstood(gaps: RuleContext['outcome']['gaps']): boolean {
  return gaps.every(({ reason }) => reason.endsWith('where a tensor is needed'));
}

const WHAT: Readonly<Record<string, string>> = {
  function: 'a function',
  native: 'a function',
  number: 'a number',
  string: 'a string',
  boolean: 'a boolean',
};

/** A number, a method that is not called, a promise. */
function noTensor(context: RuleContext, returned: Value): readonly Finding[] {
  const { candidate, outcome, source } = context;
  if (!isTrained(context) || !isUnderstood(outcome.gaps)) return [];
  if (returned.kind === 'object') return returned.type === 'js.Promise' ? [asyncLoss(context)] : [];
  const values = collect(candidate.computes?.body ?? [], 'return').flatMap(({ value }) => (value === null ? [] : [value]));
  const at = values.length === 1 ? values[0] : undefined;
  const uncalled = returned.kind === 'native' && at?.kind === 'attribute';
  return [
    {
      code: 'returns-no-tensor',
      severity: 'error',
      message: uncalled
        ? `${candidate.name} returns the method .${returned.name} itself: call it, ${returned.name}().`
        : `${candidate.name} returns ${WHAT[returned.kind] ?? 'no tensor'}, and TensorFlow.js needs a tensor: training throws ${NO_CONNECTION}.`,
      span: at?.span ?? candidate.nameSpan,
      fixes: uncalled && source.isEntry(at.span) ? [fix('Call it', insertAfter(at.span, '()'))] : [],
    },
  ];
}

function scalar({ candidate, source }: RuleContext): Finding {
  const weighted = /\bclassWeight\s*:/.test(source.whole);
  return {
    code: 'scalar-return',
    severity: weighted ? 'warning' : 'info',
    message:
      'returns a scalar: fine for training, but classWeight then multiplies the mean of the batch. ' +
      'Reduce over the last axis for one value per sample (tf.metrics.* do, tf.losses.* give scalars).',
    span: candidate.nameSpan,
  };
}

/** `mean(0)`: one value per column. */
function withoutBatch({ candidate, outcome, stated, fitted, keras, source }: RuleContext, shape: Shape): readonly Finding[] {
  const [batch] = outcome.received.y_pred?.shape ?? [];
  if (keras === 'none' || batch === undefined || !hasRole(batch, 'batch')) return [];
  if (shape.some((dim) => typeof dim !== 'number') || shape.every((dim) => dim === 1)) return [];
  const weighted = /\bclassWeight\s*:/.test(source.whole);
  const message = `returns ${shapeText(shape)}, one value for each column and none for the samples: the batch axis 0 has been reduced. The mean is the same, but classWeight fails. Reduce over the last axis, -1, for one value per sample.`;
  return [
    {
      code: 'batch-axis-reduced',
      severity: weighted || (stated && fitted) ? 'warning' : 'info',
      message,
      span: candidate.nameSpan,
      needsShapes: true,
    },
  ];
}
