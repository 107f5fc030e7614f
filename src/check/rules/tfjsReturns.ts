/** Owns what a loss of TensorFlow.js returns: nothing, a promise, several values, a scalar. */
import { functionsGivenTo } from '../../javascript/compiles';
import { statementsOf } from '../../program/walk';
import { type Finding, fix, insertBefore, type Rule, type RuleContext } from './rule';

export const tfjsReturn: Rule = {
  codes: ['missing-return', 'async-loss', 'returns-several', 'scalar-return'],
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
      case 'tensor':
        return outcome.returned.type.shape.length === 0 && outcome.gaps.length === 0 ? [scalar(context)] : [];
      default:
        return [];
    }
  },
};

function asyncLoss({ candidate, source }: RuleContext): Finding {
  const { span } = candidate.computes ?? candidate;
  const keyword = /^async\s+/.exec(source.text(span));
  return {
    code: 'async-loss',
    severity: 'error',
    message: `${candidate.name} is async: it returns a Promise, and TensorFlow.js needs the tensor itself.`,
    span: candidate.nameSpan,
    fixes: keyword === null ? [] : [fix('Remove async', { span: { ...span, end: span.start + keyword[0].length }, newText: '' })],
  };
}

function missingReturn({ candidate, module, outcome }: RuleContext): readonly Finding[] {
  const { computes } = candidate;
  if (computes === null || outcome.raised !== null || outcome.gaps.length > 0 || module.syntaxProblems.length > 0) return [];
  const statements = statementsOf(computes.body);
  if (statements.some((statement) => statement.kind === 'return' && statement.value !== null)) return [];
  const last = computes.body.at(-1);
  const fixes = last?.kind === 'expression' ? [fix('Return it', insertBefore(last.span, 'return '))] : [];
  const message = `${candidate.name} returns nothing: a function body in braces needs return.`;
  return [{ code: 'missing-return', severity: 'error', message, span: last?.span ?? candidate.nameSpan, fixes }];
}

/** Of what is surely a loss: functions of a custom training step may return several values. */
function several({ candidate, module, outcome, stated }: RuleContext): readonly Finding[] {
  if (outcome.gaps.length > 0 || (!stated && !functionsGivenTo(module).has(candidate.path.at(-1) ?? ''))) return [];
  const what = outcome.returned?.kind === 'dict' ? 'an object' : 'an array';
  const message = `${candidate.name} returns ${what}, not a tensor: add the terms, a.add(b).`;
  return [{ code: 'returns-several', severity: 'error', message, span: candidate.nameSpan }];
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
