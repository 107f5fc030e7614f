/** Owns fixes for what rules found, beside those that a rule makes itself: one maker for each code, where a right edit exists. */
import type { Fix } from '../../base/problem';
import type { Finding, Rule, RuleContext } from '../rules/rule';
import { inOwnStyle } from './importStyle';

export type RuleFix = (finding: Finding, context: RuleContext) => readonly Fix[];

const MAKERS: Readonly<Record<string, RuleFix>> = {};

/** The rule, with a fix for each of its findings that has a right edit, in the names that the user writes. */
export function withFixes(rule: Rule): Rule {
  return { ...rule, check: (context) => rule.check(context).map((finding) => withFix(finding, context)) };
}

function withFix(finding: Finding, context: RuleContext): Finding {
  const { fixes = [], code, span } = finding;
  const { source } = context;
  const made = fixes.length > 0 || !source.isEntry(span) ? fixes : (MAKERS[code]?.(finding, context) ?? []);
  return made.length === 0 ? finding : { ...finding, fixes: inOwnStyle(made, span, source) };
}
