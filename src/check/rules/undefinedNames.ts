/** Owns names that a loss reads and nothing in its file defines: misspelt, or of another file. */
import type { ClassDefinition } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

const UNDEFINED = /^`([A-Za-z_]\w*)` is not defined in this file$/;

export const undefinedNames: Rule = {
  codes: ['undefined-name'],
  check(context) {
    const { outcome, module, source, candidate } = context;
    const { computes } = candidate;
    if (computes === null || context.use === 'maybe' || module.syntaxProblems.length > 0) return [];
    if (!outcome.gaps.some(({ reason }) => UNDEFINED.test(reason)) || takesNamesOver(context)) return [];
    const seen = new Set<string>();
    return outcome.gaps.flatMap(({ reason, span }): readonly Finding[] => {
      const name = UNDEFINED.exec(reason)?.[1];
      if (name === undefined || span === null || seen.has(name) || !source.isEntry(span) || source.text(span) !== name) return [];
      if (span.start < computes.span.start || span.end > computes.span.end) return [];
      if (isKnownElsewhere(context, name)) return [];
      seen.add(name);
      const own = isAttributeOfSelf(context, name) ? `self.${name}` : undefined;
      const near = own ?? namesNearby(context).find((other) => isNear(name, other));
      return [
        {
          code: 'undefined-name',
          severity: context.fitted || near !== undefined ? 'error' : 'warning',
          message: `${oneLine(name)} is not defined ${own === undefined ? 'in this file' : 'here'}: the call fails with a NameError.${near === undefined ? '' : ` Is ${near} meant?`}`,
          span,
          fixes: own === undefined ? [] : [fix(`Write ${own}`, replace(span, own))],
        },
      ];
    });
  },
};

/** `from x import *`, `globals()`, `exec`: names may come from anywhere. */
function takesNamesOver({ module }: RuleContext): boolean {
  return (
    statementsOf(module.body).some((s) => s.kind === 'import' && s.bindings.some(({ local }) => local === '*')) ||
    collect(module.body, 'call').some(({ callee }) => callee.kind === 'name' && /^(globals|exec|execfile|locals|vars)$/.test(callee.name))
  );
}

/** Functions around the loss, imports inside functions and the like are not all followed: a name that stands elsewhere may be one of theirs. */
function isKnownElsewhere({ source, candidate }: RuleContext, name: string): boolean {
  const { whole } = source;
  const declared = new RegExp(`\\bglobal\\b[^\\n]*\\b${name}\\b`).test(whole);
  const { start, end } = (declared ? undefined : ownerOf(candidate)?.span) ?? candidate.computes?.span ?? candidate.span;
  const around = `${whole.slice(0, start)} ${whole.slice(end)}`;
  return name === 'self' || new RegExp(`(?<![.\\w])${name}(?!\\w)`).test(around);
}

/** The class around a method: what its body and its other methods bind is not in scope. */
function ownerOf({ owners }: RuleContext['candidate']): ClassDefinition | undefined {
  return owners.find((owner): owner is ClassDefinition => 'bases' in owner);
}

/** `delta` where the class keeps it as `self.delta`. */
function isAttributeOfSelf({ candidate }: RuleContext, name: string): boolean {
  const owner = ownerOf(candidate);
  if (owner === undefined || candidate.computes?.params[0]?.name !== 'self') return false;
  return collect(owner.body, 'assign').some(
    (s) =>
      'targets' in s &&
      s.targets.some(
        (target) =>
          (target.kind === 'attribute' && target.name === name && target.object.kind === 'name' && target.object.name === 'self') ||
          (target.kind === 'name' && target.name === name && owner.body.some((own) => own === s)),
      ),
  );
}

function namesNearby({ candidate }: RuleContext): readonly string[] {
  const assigned = statementsOf(candidate.computes?.body ?? []).flatMap((s) =>
    s.kind === 'assign' ? s.targets.flatMap((target) => (target.kind === 'name' ? [target.name] : [])) : [],
  );
  return [...candidate.params.map(({ name }) => name), ...assigned];
}

/** The same letters but for underscores and case, or one the beginning or end of the other. */
function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.replaceAll('_', '').toLowerCase());
  if (x === undefined || y === undefined || a === b) return false;
  return x === y || (Math.min(x.length, y.length) > 3 && (x.startsWith(y) || y.startsWith(x) || x.endsWith(y) || y.endsWith(x)));
}
