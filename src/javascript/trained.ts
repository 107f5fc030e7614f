/** Owns finding what is trained without `fit`: callbacks given to minimize, variableGrads, grad, and the functions that they call. */
import type { CallExpr, Expr, FunctionDefinition, Module } from '../program/program';
import { collect } from '../program/walk';

/** A callback whose result is differentiated. */
export interface TrainedCall {
  readonly call: CallExpr;
  /** `minimize`, `variableGrads` … */
  readonly name: string;
  readonly given: Expr;
  readonly definition: FunctionDefinition | null;
}

/** Whether the callback must return a scalar, and reads its variables from around it. */
const OF_VARIABLES = /^(minimize|computeGradients|variableGrads)$/;
const OF_ARGUMENTS = /^(grad|grads|valueAndGrad|valueAndGrads)$/;

const TRAINED = new WeakMap<Module, readonly TrainedCall[]>();

export function trainedCalls(module: Module): readonly TrainedCall[] {
  const known = TRAINED.get(module) ?? collect(module.body, 'call').flatMap(trainedCall);
  TRAINED.set(module, known);
  return known;
}

function trainedCall(call: CallExpr): readonly TrainedCall[] {
  const { callee, args } = call;
  const name = callee.kind === 'attribute' || callee.kind === 'name' ? callee.name : '';
  const given = args[0]?.value;
  if (given === undefined || args[0]?.spread !== undefined || !(OF_VARIABLES.test(name) || OF_ARGUMENTS.test(name))) return [];
  return [{ call, name, given, definition: given.kind === 'function' ? given.definition : null }];
}

export function readsVariables({ name }: TrainedCall): boolean {
  return OF_VARIABLES.test(name);
}

/** Names of functions whose result is differentiated: given, or called in a callback that is. */
export function trainedNames(module: Module): ReadonlySet<string> {
  const known = NAMES.get(module) ?? namesIn(module);
  NAMES.set(module, known);
  return known;
}

const NAMES = new WeakMap<Module, ReadonlySet<string>>();

function namesIn(module: Module): ReadonlySet<string> {
  return new Set(
    trainedCalls(module).flatMap(({ given, definition }) => {
      if (definition === null) return nameOf(given);
      return collect(definition.body, 'call').flatMap((call) => nameOf(call.callee));
    }),
  );
}

function nameOf(expr: Expr): readonly string[] {
  return expr.kind === 'name' || expr.kind === 'attribute' ? [expr.name] : [];
}
