/** Owns following the models that a module compiles: what their outputs are, for the losses that they are compiled with. Never throws. */
import { compiledModels } from '../api/models/model';
import { factsOf, type ModelFacts } from '../api/models/modelFacts';
import { contains, type Span } from '../base/span';
import type { CompileCall } from '../program/candidate';
import type { ModuleClosure } from '../program/modules';
import type { Block, Param, Stmt } from '../program/program';
import { statementsOf } from '../program/walk';
import type { KerasVersion } from '../value/api';
import { NONE, unknown, type Value } from '../value/value';
import { call } from './calls';
import { Context } from './context';
import { Interpreter, type TraceEnvironment } from './interpreter';
import type { ModuleScope } from './moduleScope';
import type { TraceBudget } from './outcome';

export interface TracedModel extends ModelFacts {
  /** The compile() call. */
  readonly span: Span;
  readonly loss: Value;
}

const BUDGET: TraceBudget = { steps: 100_000, milliseconds: 500 };

export function traceModels(
  closure: ModuleClosure,
  keras: KerasVersion,
  compiles: readonly CompileCall[],
  environment: TraceEnvironment,
): readonly TracedModel[] {
  const request = { closure, loss: '', inputs: [], keras, mode: 'check', settings: {}, budget: BUDGET } as const;
  const interpreter = new Interpreter(request, environment);
  const scope = interpreter.module(closure.entry);
  if (scope === undefined) return [];
  for (const compile of compiles) follow(interpreter, scope, compile);
  const context = new Context(interpreter, { document: closure.entry, start: 0, end: 0 }, '', closure.entry);
  return compiledModels(context).map(({ state, compiled }) => ({ ...factsOf(context, state), span: compiled.span, loss: compiled.loss }));
}

/** Whatever goes wrong, the models that were compiled before are known. */
function follow(interpreter: Interpreter, scope: ModuleScope, compile: CompileCall): void {
  const context = new Context(interpreter, compile.span, 'compile', scope.document);
  try {
    const [outer, inner] = compile.owners;
    if (outer === undefined) atTop(interpreter, scope, compile);
    else if ('bases' in outer) callMethod(context, scope, outer.name, inner?.name);
    else callWithUnknowns(context, scope.lookUp(outer.name), outer.params);
  } catch {
    // The model stays unknown.
  }
}

/** The statement of the compile() call, and those by which the model is trained afterwards. */
function atTop(interpreter: Interpreter, scope: ModuleScope, compile: CompileCall): void {
  const { body } = scope.module;
  const at = body.findIndex((statement) => contains(statement.span, compile.span));
  const model = compile.model.kind === 'name' ? compile.model.name : undefined;
  // Names mean what they mean at the module's end; of a model that is made several times it is not known which one this is.
  if (model !== undefined && bindingsOf(body, model) > 1) return;
  body.slice(at).forEach((statement, i) => {
    if (i === 0 || (model !== undefined && trains(statement, model))) interpreter.executeTopLevel(statement, scope);
  });
}

function bindingsOf(body: Block, name: string): number {
  return statementsOf(body).filter((s) => s.kind === 'assign' && s.targets.some((target) => target.kind === 'name' && target.name === name))
    .length;
}

function trains(statement: Stmt, model: string): boolean {
  const value = statement.kind === 'expression' || statement.kind === 'assign' ? statement.value : null;
  const callee = value?.kind === 'call' ? value.callee : undefined;
  return (
    callee?.kind === 'attribute' &&
    /^(fit|train_on_batch|evaluate)$/.test(callee.name) &&
    callee.object.kind === 'name' &&
    callee.object.name === model
  );
}

function callMethod(context: Context, scope: ModuleScope, className: string, method: string | undefined): void {
  const owner = scope.lookUp(className);
  if (owner?.kind !== 'class' || method === undefined) return;
  const init = owner.members.get('__init__');
  const made = callWithUnknowns(context, owner, init?.kind === 'function' ? init.definition.params.slice(1) : []);
  if (made?.kind !== 'instance' || method === '__init__') return;
  const member = owner.members.get(method);
  if (member?.kind !== 'function') return;
  callWithUnknowns(context, { kind: 'method', self: made, callee: member }, member.definition.params.slice(1));
}

function callWithUnknowns(context: Context, callee: Value | undefined, params: readonly Param[]): Value | undefined {
  if (callee === undefined) return undefined;
  const needed = params.filter(
    (param) => param.default === null && (param.kind === 'positional' || param.kind === 'positionalOnly' || param.kind === 'keywordOnly'),
  );
  const keywords: Record<string, Value> = {};
  for (const param of needed) keywords[param.name] = unknown(`\`${param.name}\` is an argument`, param.span);
  return context.guarded(() => call(context, callee, [], keywords) ?? NONE, []);
}
