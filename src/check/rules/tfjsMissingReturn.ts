/** Owns losses of TensorFlow.js that return nothing: no `return`, one with a line break behind it, one inside tf.tidy only, one branch without. */
import type { Block, Stmt } from '../../program/program';
import { hasSyntaxProblem } from '../../program/syntaxProblems';
import { statementsOf } from '../../program/walk';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { dotted } from './body';
import { type Finding, fix, insertBefore, type RuleContext, replace } from './rule';

type Expression = Extract<Stmt, { readonly kind: 'expression' }>;

export function missingReturn(context: RuleContext): readonly Finding[] {
  const { candidate, module, outcome } = context;
  const { computes } = candidate;
  if (computes === null || outcome.raised !== null || outcome.gaps.length > 0 || hasSyntaxProblem(module, computes.span)) return [];
  const body = innermost(computes.body);
  const broken = brokenReturn(body);
  if (broken !== undefined) return [afterLineBreak(context, broken)];
  const last = body.at(-1);
  const returns = statementsOf(body).some((statement) => statement.kind === 'return' && statement.value !== null);
  // Where another branch returns, only a tensor that is computed and dropped says that this one should.
  if (returns && !(last?.kind === 'expression' && isTensor(context, last))) return [];
  const fixes = last?.kind === 'expression' ? [fix('Return it', insertBefore(last.span, 'return '))] : [];
  const message = `${candidate.name} returns nothing${returns ? ' here' : ''}: a function body in braces needs return.`;
  return [{ code: 'missing-return', severity: 'error', message, span: last?.span ?? candidate.nameSpan, fixes }];
}

/** `return tf.tidy(() => { … })`: the function inside is the one that has to return. */
export function innermost(body: Block): Block {
  const last = body.at(-1);
  const value = last?.kind === 'return' ? last.value : null;
  if (value?.kind !== 'call' || !dotted(value.callee).endsWith('.tidy')) return body;
  const given = value.args.at(-1)?.value;
  return given?.kind === 'function' ? innermost(given.definition.body) : body;
}

/** `return` alone on its line, with an expression in the next one: JavaScript ends the statement there. */
function brokenReturn(body: Block): { readonly keyword: Stmt; readonly value: Expression } | undefined {
  const at = body.findIndex((statement) => statement.kind === 'return' && statement.value === null);
  const [keyword, value] = at < 0 ? [] : body.slice(at);
  return keyword !== undefined && value?.kind === 'expression' ? { keyword, value } : undefined;
}

function afterLineBreak({ candidate, source }: RuleContext, { keyword, value }: NonNullable<ReturnType<typeof brokenReturn>>): Finding {
  const span = { ...keyword.span, end: value.span.end };
  return {
    code: 'missing-return',
    severity: 'error',
    message: `${candidate.name} returns nothing: JavaScript ends the statement at the line break after return. Begin the value on the same line, or write return ( … ).`,
    span,
    fixes: source.isEntry(span) ? [fix('Return it', replace(span, `return ${source.text(value.span)};`))] : [],
  };
}

function isTensor({ facts }: RuleContext, { value }: Expression): boolean {
  const id = facts.valueAt(value.span);
  return id !== undefined && (facts.sources(id) & (TRUTH | PREDICTION)) !== 0;
}
