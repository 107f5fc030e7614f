/** Owns values that leave TensorFlow: tensors handed to libraries of NumPy arrays, objects returned for tensors, names that nothing defines. */
import type { CallExpr, Expr, Module } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';

const ARRAY_LIBRARIES = /^(sklearn|scipy|skimage|cv2|pandas|statsmodels|torch|numba|lifelines)(\.|$)/;

export const foreignCalls: Rule = {
  codes: ['numpy-in-graph'],
  check(context) {
    const { computes } = context.candidate;
    if (computes === null || context.use === 'maybe') return [];
    const libraries = arrayLibraries(context.module);
    if (libraries.size === 0) return [];
    return collect(computes.body, 'call').flatMap((call): readonly Finding[] => {
      const library = libraries.get(rootName(call.callee));
      if (library === undefined || !takesTensor(context, call)) return [];
      return [
        {
          code: 'numpy-in-graph',
          severity: 'error',
          message: `${oneLine(context.source.text(call.callee.span))} of ${library} works on arrays: inside fit the tensors have no values, and in eager mode the result is a constant without gradient. Write it with tf functions, or use it as a metric after training.`,
          span: call.span,
        },
      ];
    });
  },
};

/** Local names and the libraries that they come from. */
function arrayLibraries(module: Module): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of statementsOf(module.body)) {
    if (statement.kind !== 'import' || !ARRAY_LIBRARIES.test(statement.module)) continue;
    for (const { local } of statement.bindings) found.set(local.split('.')[0] ?? local, statement.module.split('.')[0] ?? statement.module);
  }
  return found;
}

function rootName(callee: Expr): string {
  let at = callee;
  while (at.kind === 'attribute') at = at.object;
  return at.kind === 'name' ? at.name : '';
}

function takesTensor({ facts, candidate }: RuleContext, call: CallExpr): boolean {
  const params = candidate.params.slice(0, 2).map(({ name }) => name);
  return call.args.some(({ value }) => {
    if (value.kind === 'name' && params.includes(value.name)) return true;
    const id = facts.valueAt(value.span);
    return id !== undefined && (facts.sources(id) & (TRUTH | PREDICTION)) !== 0;
  });
}
