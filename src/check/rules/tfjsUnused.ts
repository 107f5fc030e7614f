/** Owns results of tensor ops that nothing takes: tensors do not change, so that the statement does nothing. */
import { isTensorMethod } from '../../api/tfjs/tensorMethods';
import { frameworkNames } from '../../javascript/framework';
import type { CallExpr, Expr, FunctionDefinition } from '../../program/program';
import { statementsOf, walk } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, insertBefore, type Rule, type RuleContext } from './rule';
import { innermost } from './tfjsMissingReturn';

export const tfjsUnused: Rule = {
  codes: ['result-unused'],
  metrics: true,
  check(context) {
    const { computes } = context.candidate;
    if (computes === null) return [];
    // What stands last, and nothing is returned, was to be returned: that is another finding.
    const last = innermost(computes.body).at(-1);
    return droppedIn(computes)
      .filter((value) => last?.kind !== 'expression' || last.value !== value)
      .flatMap((value) => (value.kind === 'call' && isPureOp(context, value) ? [unused(context, value)] : []));
  },
};

/** Expression statements, and what the callbacks of forEach give back. */
function droppedIn(definition: FunctionDefinition): readonly Expr[] {
  const found: Expr[] = [];
  walk(definition.body, (node) => {
    if (node.kind === 'expression') found.push(node.value);
    if (node.kind === 'call' && node.callee.kind === 'attribute' && node.callee.name === 'forEach') {
      const [given] = node.args;
      if (given?.value.kind === 'function')
        for (const s of statementsOf(given.value.definition.body)) if (s.kind === 'return' && s.value !== null) found.push(s.value);
    }
    return undefined;
  });
  return found;
}

function isPureOp({ facts, module }: RuleContext, { callee }: CallExpr): boolean {
  if (callee.kind !== 'attribute' || !isTensorMethod(callee.name)) return false;
  if (callee.object.kind === 'name' && frameworkNames(module).has(callee.object.name)) return true;
  return facts.valueAt(callee.object.span) !== undefined;
}

function unused({ source }: RuleContext, call: CallExpr): Finding {
  const target = call.callee.kind === 'attribute' && call.callee.object.kind === 'name' ? call.callee.object : undefined;
  const name = target === undefined || target.name === 'tf' ? undefined : target.name;
  const written = name !== undefined && isVariable(source.whole, name);
  return {
    code: 'result-unused',
    severity: 'warning',
    message: `the result of ${oneLine(source.text(call.span))} is not used: tensors do not change, an op gives a new one. ${name === undefined ? 'Assign it to a name.' : `Write ${name} = ${name}.….`}`,
    span: call.span,
    fixes: written && source.isEntry(call.span) ? [fix(`Assign it to ${name}`, insertBefore(call.span, `${name} = `))] : [],
  };
}

function isVariable(text: string, name: string): boolean {
  return new RegExp(`\\b(let|var)\\s+${name}\\b`).test(text);
}
