/** Owns values that leave TensorFlow: tensors handed to libraries of NumPy arrays, objects returned for tensors, names that nothing defines. */
import type { CallExpr, Expr, FunctionDefinition, Module } from '../../program/program';
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
    if (libraries.size === 0 || (!context.fitted && isOfAnotherBackend(context, computes))) return [];
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

/** Written for arrays or PyTorch tensors, or for whichever it is given: it calls no function of TensorFlow's or Keras', or it asks what it has. */
function isOfAnotherBackend({ source, module }: RuleContext, computes: FunctionDefinition): boolean {
  const names = namesOf(module, /^(tensorflow|keras|tf_keras)(\.(?!.*\b(torch|jax|numpy)\b)|$)/);
  const calls = collect(computes.body, 'call');
  return (
    !calls.some(({ callee, args }) => args.length > 0 && names.has(rootName(callee))) ||
    calls.some(({ callee }) => /(^|\.)(isinstance|is_tensor|is_keras_tensor)$/.test(source.text(callee.span)))
  );
}

/** Local names and the libraries that they come from. */
function arrayLibraries(module: Module): ReadonlyMap<string, string> {
  return namesOf(module, ARRAY_LIBRARIES);
}

function namesOf(module: Module, libraries: RegExp): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of statementsOf(module.body)) {
    if (statement.kind !== 'import' || !libraries.test(statement.module)) continue;
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
