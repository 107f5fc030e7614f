/** Owns tensors that a loss takes for arrays: reads by index, by length, through map and forEach. */
import { USED_AS_ARRAY } from '../../api/tfjs/missingMembers';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';
import { isTrained } from './tfjsUse';

export const tfjsArrays: Rule = {
  codes: ['operand-type', 'attribute'],
  check(context) {
    const { outcome, source } = context;
    if (!isTrained(context)) return [];
    const spans = outcome.gaps.flatMap(({ reason, span }) =>
      reason === USED_AS_ARRAY && span !== null && source.isEntry(span) ? [span] : [],
    );
    // What flows through the gap carries its reason: the innermost place is meant.
    const innermost = spans.filter((span) => !spans.some((other) => other !== span && span.start <= other.start && other.end <= span.end));
    return innermost.flatMap((span) => usedAsArray(context, span));
  },
};

function usedAsArray({ source }: RuleContext, span: NonNullable<Finding['span']>): readonly Finding[] {
  const expr = source.at(span);
  const text = oneLine(source.text(span));
  if (expr?.kind === 'index') {
    const message = `${text}: a tensor has no elements by index in JavaScript, this is undefined. Use slice, gather or tf.unstack.`;
    return [{ code: 'operand-type', severity: 'error', message, span }];
  }
  const name = expr?.kind === 'attribute' ? expr.name : expr?.kind === 'call' && expr.callee.kind === 'attribute' ? expr.callee.name : '';
  if (name === '') return [];
  const message =
    name === 'length'
      ? `${text}: a tensor has no length, this is undefined. Use .size or .shape[0].`
      : `${text}: a tensor is no array and has no .${name}. Compute with the methods of tensors, or take it apart with tf.unstack.`;
  return [{ code: 'attribute', severity: 'error', message, span }];
}
