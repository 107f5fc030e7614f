/** Owns misspelt names in a loss of TensorFlow.js: read, nowhere defined, and close to a parameter or variable that nothing reads. */
import { declaredNames } from '../../javascript/declared';
import { collect } from '../../program/walk';
import { editDistance } from './editDistance';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

const UNDEFINED = /^`([A-Za-z_$][\w$]*)` is not defined in this file$/;

export const tfjsNames: Rule = {
  codes: ['undefined-name'],
  check(context) {
    const { outcome, candidate, source, module } = context;
    const { computes } = candidate;
    if (computes === null) return [];
    const seen = new Set<string>();
    return outcome.gaps.flatMap(({ reason, span }): readonly Finding[] => {
      const name = UNDEFINED.exec(reason)?.[1];
      if (name === undefined || span === null || seen.has(name) || source.text(span) !== name || declaredNames(module).has(name)) return [];
      seen.add(name);
      const meant = unreadNames(context).find((other) => isNear(name, other));
      if (meant === undefined) return [];
      return [
        {
          code: 'undefined-name',
          severity: 'error',
          message: `${name} is not defined: the call throws a ReferenceError. Is ${meant} meant?`,
          span,
          fixes: source.isEntry(span) ? [fix(`Write ${meant}`, replace(span, meant))] : [],
        },
      ];
    });
  },
};

/** Parameters and variables of the loss that it never reads. */
function unreadNames({ candidate }: RuleContext): readonly string[] {
  const { computes } = candidate;
  if (computes === null) return [];
  const targets = collect(computes.body, 'assign').flatMap((node) => ('targets' in node ? node.targets : []));
  const assigned = targets.flatMap((target) => (target.kind === 'name' ? [target] : []));
  const written = new Set(assigned.map(({ span }) => span.start));
  const read = new Set(collect(computes.body, 'name').flatMap(({ name, span }) => (written.has(span.start) ? [] : [name])));
  return [...computes.params.map(({ name }) => name), ...assigned.map(({ name }) => name)].filter((name) => name !== '' && !read.has(name));
}

/** The same letters but for case and underscores, one letter more or less, or two letters astray in a longer name. */
function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.replaceAll('_', '').toLowerCase());
  if (x === undefined || y === undefined) return false;
  const longer = Math.max(x.length, y.length);
  return x === y || editDistance(x, y) <= (longer >= 8 ? 2 : longer >= 4 ? 1 : 0);
}
