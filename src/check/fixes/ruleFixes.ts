/** Owns fixes for what rules found, beside those that a rule makes itself: one maker for each code, where a right edit exists. */
import type { Fix } from '../../base/problem';
import type { Finding, Rule, RuleContext } from '../rules/rule';
import {
  defined,
  drawnInGraph,
  heightAndWidth,
  keepBatch,
  meanOfElements,
  meetingColumns,
  perSample,
  plainCall,
  sumOfParts,
  wholeBatch,
} from './contractFixes';
import { inOwnStyle } from './importStyle';
import { boundedExponent, largerEpsilon, leaveHalf, logOfName, rootWithSlope, squaredTemperature } from './numericFixes';
import { kerasForTensorflow, withoutXla } from './placeFixes';

export type RuleFix = (finding: Finding, context: RuleContext) => readonly Fix[];

const MAKERS: Readonly<Record<string, RuleFix>> = {
  'exp-overflow': boundedExponent,
  'log-of-softmax': logOfName,
  'epsilon-vanishes': largerEpsilon,
  'half-precision-epsilon': leaveHalf,
  'half-precision-overflow': leaveHalf,
  'sqrt-gradient-at-zero': rootWithSlope,
  'temperature-scale': squaredTemperature,
  'scalar-return': perSample,
  'batch-sum': perSample,
  'batch-axis-reduced': keepBatch,
  'unreduced-return': meanOfElements,
  'returns-several': sumOfParts,
  'call-overridden': plainCall,
  'python-random': drawnInGraph,
  'first-sample-only': wholeBatch,
  'spatial-axes': heightAndWidth,
  'column-gap': meetingColumns,
  'column-overlap': meetingColumns,
  'undefined-name': defined,
  'backend-mismatch': kerasForTensorflow,
  'xla-unsupported': withoutXla,
};

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
