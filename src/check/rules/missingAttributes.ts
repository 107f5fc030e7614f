/** Owns attributes of self that a loss class reads and nothing sets: a hyperparameter that was stored under another name, or not at all. */
import type { ClassDefinition } from '../../program/program';
import { collect } from '../../program/walk';
import { dotted, isKerasLossBase } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

const MISSING = /^`self\.([A-Za-z_]\w*)` of `([A-Za-z_]\w*)` is set outside/;
/** What keras.losses.Loss sets and defines, in either Keras. */
const OF_LOSS = /^(name|reduction|dtype|dtype_policy|call|get_config|from_config|_\w*)$/;

export const missingAttributes: Rule = {
  codes: ['attribute'],
  check(context) {
    const { candidate, outcome, source } = context;
    const owner = candidate.owners.find((each): each is ClassDefinition => 'bases' in each);
    if (candidate.kind !== 'class' || owner === undefined || !outcome.gaps.some(({ reason }) => MISSING.test(reason))) return [];
    if (!isClosed(context, owner)) return [];
    const seen = new Set<string>();
    return outcome.gaps.flatMap(({ reason, span }): readonly Finding[] => {
      const [, name, type] = MISSING.exec(reason) ?? [];
      if (name === undefined || type !== owner.name || span === null || seen.has(name) || !source.isEntry(span)) return [];
      if (OF_LOSS.test(name) || source.text(span) !== `self.${name}` || isSetSomewhere(context, name)) return [];
      seen.add(name);
      const near = nearest(owner, name);
      return [
        {
          code: 'attribute',
          severity: 'error',
          message: `self.${name} is never set: the call fails with "'${owner.name}' object has no attribute '${name}'".${near === undefined ? '' : ` Is self.${near} meant?`}`,
          span,
          related: [{ message: `${owner.name} is defined here`, span: owner.nameSpan }],
          fixes: near === undefined ? [] : [fix(`Write self.${near}`, replace(span, `self.${near}`))],
        },
      ];
    });
  },
};

/** Only keras.losses.Loss above it, and nothing that sets attributes by other ways. */
function isClosed({ module }: RuleContext, owner: ClassDefinition): boolean {
  const [base] = owner.bases;
  if (
    owner.bases.length !== 1 ||
    base === undefined ||
    !/(^|\.)Loss$/.test(dotted(base.value)) ||
    !isKerasLossBase(module, dotted(base.value)) ||
    owner.decorators.length > 0
  )
    return false;
  const methods = owner.body.flatMap((s) => (s.kind === 'function' ? [s.definition.name] : []));
  if (methods.some((name) => /^__(getattr|getattribute|setattr|new|init_subclass)__$/.test(name))) return false;
  return !collect(owner.body, 'call').some(({ callee }) => /(^|\.)(setattr|update|vars|__dict__)$/.test(dotted(callee)));
}

/** Assigned on some object, alone or in a tuple; named in a string; or a member of the class. */
function isSetSomewhere({ source }: RuleContext, name: string): boolean {
  const ways = [
    `\\.${name}\\s*([-+*/]?=(?!=)|:)`,
    `^[\\w., \\t]*\\.${name}\\s*,[\\w., ]*=(?!=)`,
    `['"]${name}['"]`,
    `\\bdef ${name}\\b`,
    `^\\s+${name}\\s*[:=]`,
  ];
  return new RegExp(ways.join('|'), 'm').test(source.whole);
}

/** An attribute that __init__ sets from a parameter of that name, or whose name is like it. */
function nearest(owner: ClassDefinition, name: string): string | undefined {
  const init = owner.body.find((s) => s.kind === 'function' && s.definition.name === '__init__');
  if (init?.kind !== 'function') return undefined;
  const set = collect(init.definition.body, 'assign').flatMap((s) =>
    'targets' in s ? s.targets.flatMap((target) => (target.kind === 'attribute' ? [{ name: target.name, value: s.value }] : [])) : [],
  );
  const fromParam = set.find(({ value }) => value?.kind === 'name' && value.name === name);
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  return (
    fromParam ??
    set.find(
      (each) => plain(each.name) === plain(name) || plain(each.name).startsWith(plain(name)) || plain(name).startsWith(plain(each.name)),
    )
  )?.name;
}
