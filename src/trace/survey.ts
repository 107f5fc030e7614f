/**
 * Owns the survey of a file: how its losses are used. The statements that compile, train or call a loss are followed on data of known type, loops
 * once; what reaches a loss is noted. Never throws.
 */
import { compiledModels } from '../api/models/model';
import { type KnownTensor, knownTensor } from '../api/models/modelFacts';
import { contains, type Span } from '../base/span';
import type { CompileCall } from '../program/candidate';
import type { ModuleClosure } from '../program/modules';
import type { FunctionDefinition, Param, Stmt } from '../program/program';
import { type ProgramNode, walk } from '../program/walk';
import type { KerasVersion } from '../value/api';
import { NONE, unknown, type Value } from '../value/value';
import { call } from './calls';
import { Context } from './context';
import { Interpreter, type TraceEnvironment } from './interpreter';
import type { ModuleScope } from './moduleScope';
import type { TraceBudget } from './outcome';
import { StopSignal } from './signals';
import { type CallSiteOf, callSites, surveyed } from './surveySites';
import { type TracedModel, tracedModel, trainingSteps } from './tracedModels';

/** A call of a user's function with what may be truth and prediction: its first two arguments. */
export interface TracedCall {
  readonly definition: FunctionDefinition;
  readonly span: Span;
  /** Null where it is not known. */
  readonly first: KnownTensor | null;
  readonly second: KnownTensor | null;
  /** One of them is a list, tuple or dict: of all outputs, of parts. */
  readonly collections: boolean;
}

export interface Survey {
  readonly models: readonly TracedModel[];
  readonly calls: readonly TracedCall[];
}

export interface SurveyRequest {
  readonly closure: ModuleClosure;
  readonly keras: KerasVersion;
  readonly compiles: readonly CompileCall[];
  /** Names under which the file has losses: calls of these are looked for. */
  readonly names: ReadonlySet<string>;
}

const BUDGET: TraceBudget = { steps: 100_000, milliseconds: 400 };
const NOTHING: Survey = { models: [], calls: [] };

export function survey({ closure, keras, compiles, names }: SurveyRequest, environment: TraceEnvironment): Survey {
  const interpreter = new Interpreter({ closure, loss: '', inputs: [], keras, mode: 'check', settings: {}, budget: BUDGET }, environment);
  const scope = interpreter.module(closure.entry);
  if (scope === undefined) return NOTHING;
  const context = new Context(interpreter, { document: closure.entry, start: 0, end: 0 }, '', closure.entry);
  context.memory.set('survey', true);
  const calls: TracedCall[] = [];
  observe(interpreter, context, calls);
  const sites = callSites(scope.module, names);
  attempt(() => followTop(scope, compiles, sites));
  attempt(() => trainingSteps(context, false));
  for (const compile of compiles) if (!isCompiled(context, compile.span)) attempt(() => follow(context, scope, compile));
  for (const site of sites) if (!calls.some(({ span }) => contains(span, site.span))) attempt(() => follow(context, scope, site));
  attempt(() => trainingSteps(context, true));
  return { models: attempt(() => compiledModels(context).map((made) => tracedModel(context, made))) ?? [], calls };
}

/** Whatever goes wrong, what was found before is known. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function observe(interpreter: Interpreter, context: Context, calls: TracedCall[]): void {
  interpreter.observer = (definition, parameters, span) => {
    const own = definition.params.filter(({ kind, name }) => isPositional(kind) && name !== 'self').slice(0, 2);
    const [a, b] = own.map(({ name }) => parameters.lookUp(name));
    if (a === undefined || b === undefined) return;
    const [first, second] = [known(context, a), known(context, b)];
    const collections = [a, b].some(({ kind }) => kind === 'list' || kind === 'tuple' || kind === 'dict');
    if (first !== null || second !== null || collections) calls.push({ definition, span, first, second, collections });
  };
}

function isPositional(kind: Param['kind']): boolean {
  return kind === 'positional' || kind === 'positionalOnly';
}

function known(context: Context, value: Value | undefined): KnownTensor | null {
  return value?.kind === 'tensor' ? knownTensor(context, value) : null;
}

function isCompiled(context: Context, span: Span): boolean {
  return compiledModels(context).some(({ compiled }) => compiled.span.start === span.start && compiled.span.document === span.document);
}

/** The statements that compile, train or call a loss, by themselves or through functions of the file, in their order. */
function followTop(scope: ModuleScope, compiles: readonly CompileCall[], sites: readonly CallSiteOf[]): void {
  const { module } = scope;
  const wanted = surveyed(module, compiles, sites);
  module.body.forEach((statement, index) => {
    if (isDefinition(statement) || !mentions(statement, wanted)) return;
    try {
      scope.run(index);
    } catch (signal) {
      if (signal instanceof StopSignal) throw signal;
    }
  });
}

function isDefinition({ kind }: Stmt): boolean {
  return kind === 'function' || kind === 'class' || kind === 'import';
}

function mentions(statement: Stmt, wanted: ReadonlySet<string>): boolean {
  let found = false;
  walk([statement], (node: ProgramNode) => {
    if (found || node.kind === 'function' || node.kind === 'class') return false;
    if (node.kind === 'call') {
      const { callee } = node;
      found = (callee.kind === 'name' || callee.kind === 'attribute') && wanted.has(callee.name);
    }
    return undefined;
  });
  return found;
}

/** A place in a function that nothing calls: with arguments that are not known. */
function follow(context: Context, scope: ModuleScope, { owners }: Pick<CompileCall, 'owners'>): void {
  const [outer, inner] = owners;
  if (outer === undefined) return;
  if ('bases' in outer) callMethod(context, scope, outer.name, inner?.name);
  else callWithUnknowns(context, scope.lookUp(outer.name), outer.params);
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
  const needed = params.filter((param) => param.default === null && (isPositional(param.kind) || param.kind === 'keywordOnly'));
  const keywords: Record<string, Value> = {};
  for (const param of needed) keywords[param.name] = unknown(`\`${param.name}\` is an argument`, param.span);
  return context.guarded(() => call(context, callee, [], keywords) ?? NONE, []);
}
