/** Owns factories that call the loss they define where they should return it. */

import { statementsOf } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, type Rule, replace } from './rule';

/** `return inner(alpha)` of `def inner(y_true, y_pred)`. */
export const factoryCalls: Rule = {
  codes: ['loss-called'],
  check({ candidate, source }) {
    const { computes } = candidate;
    const outer = candidate.owners.at(candidate.owners.at(-1) === computes ? -2 : -1);
    if (computes === null || outer === undefined || 'bases' in outer) return [];
    const needed = computes.params.filter(
      (param) => param.default === null && (param.kind === 'positional' || param.kind === 'positionalOnly'),
    ).length;
    return statementsOf(outer.body).flatMap((s): readonly Finding[] => {
      if (s.kind !== 'return' || s.value?.kind !== 'call' || s.value.callee.kind !== 'name' || s.value.callee.name !== computes.name)
        return [];
      const { args, span } = s.value;
      if (args.length >= needed || args.some((arg) => arg.spread !== undefined) || !source.isEntry(span)) return [];
      return [
        {
          code: 'loss-called',
          severity: 'error',
          message: `${oneLine(source.text(span))} calls ${computes.name} with ${args.length === 0 ? 'no argument' : args.length === 1 ? 'one argument' : `${args.length} arguments`} of its ${needed}, which fails: ${outer.name} is to return the function itself, for Keras to call.`,
          span,
          related: [{ message: `${computes.name} is defined here`, span: computes.nameSpan }],
          fixes: [fix(`Return ${computes.name} itself`, replace(span, computes.name))],
        },
      ];
    });
  },
};
