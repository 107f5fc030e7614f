/** Owns tensors that a loss takes for arrays: reads by index, by length, through map and forEach. */
import { USED_AS_ARRAY } from '../../api/tfjs/missingMembers';
import { isTensorMethod } from '../../api/tfjs/tensorMethods';
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
    return [...innermost.flatMap((span) => usedAsArray(context, span)), ...promises(context)];
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

const OF_PROMISE = /^`\.(\w+)` of a js\.Promise$/;

/** `tf.booleanMaskAsync(…).mean()`: a promise has no methods of tensors. */
function promises({ outcome, source }: RuleContext): readonly Finding[] {
  return outcome.gaps.flatMap(({ reason, span }): readonly Finding[] => {
    const name = OF_PROMISE.exec(reason)?.[1];
    const expr = span === null ? undefined : source.at(span);
    if (name === undefined || span === null || expr?.kind !== 'attribute' || expr.name !== name || !isTensorMethod(name)) return [];
    const message = `${oneLine(source.text(expr.object.span))} is a Promise and has no .${name}: a loss cannot wait for it. Multiply by a mask of numbers instead.`;
    return [{ code: 'attribute', severity: 'error', message, span }];
  });
}
