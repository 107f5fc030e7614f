/** Owns what a file says about where its losses run: the backend and the policy that it sets, and what names TensorFlow has in it. */
import type { CallExpr, Expr, Module } from '../../program/program';
import { collect } from '../../program/walk';
import { dottedName } from '../../python/framework';
import type { RuleContext } from '../rules/rule';
import { calledFunctions } from './calledFunctions';

export interface Place {
  /** The backend that the file sets, where it is not TensorFlow. */
  readonly backend: 'jax' | 'torch' | null;
  readonly mixedHalf: boolean;
  /** Local names of the tensorflow package itself. */
  readonly tensorflow: ReadonlySet<string>;
}

const PLACES = new WeakMap<Module, Place>();

export function placeOf(module: Module): Place {
  const known = PLACES.get(module) ?? { backend: backendOf(module), mixedHalf: setsMixedHalf(module), tensorflow: tensorflowNames(module) };
  PLACES.set(module, known);
  return known;
}

const SET_BACKEND = /(^|\.)(config|backend)\.set_backend$/;

/** Set once, at the module's top: a choice made in a function or a branch may be another one. */
function backendOf(module: Module): Place['backend'] {
  const set = [...environmentOf(module), ...callsAtTop(module, SET_BACKEND).map((call) => call.args[0]?.value)];
  const [only] = set;
  if (set.length !== 1 || only?.kind !== 'string') return null;
  return only.value === 'jax' || only.value === 'torch' ? only.value : null;
}

/** What `KERAS_BACKEND` is set to: by item, by `setdefault`, by `update`; undefined where it is set elsewhere too. */
function environmentOf(module: Module): readonly (Expr | undefined)[] {
  const items = collect(module.body, 'assign').flatMap((node) => {
    const target = 'targets' in node ? node.targets[0] : undefined;
    if (target?.kind !== 'index' || !isEnvironment(target.object) || !isName(target.items[0])) return [];
    return [module.body.some((statement) => statement === node) ? (node.value ?? undefined) : undefined];
  });
  const defaults = callsAtTop(module, /(^|\.)environ\.setdefault$/).flatMap((call) =>
    isName(call.args[0]?.value) ? [call.args[1]?.value] : [],
  );
  const updates = callsAtTop(module, /(^|\.)environ\.update$/).flatMap((call) => {
    const [given] = call.args;
    const named = call.args.find(({ name }) => name === 'KERAS_BACKEND');
    if (named !== undefined) return [named.value];
    return given?.value.kind === 'dict' ? given.value.entries.flatMap(({ key, value }) => (isName(key) ? [value] : [])) : [];
  });
  return [...items, ...defaults, ...updates];
}

function isEnvironment(expr: Expr): boolean {
  return /(^|\.)environ$/.test(dottedName(expr) ?? '');
}

function isName(expr: Expr | null | undefined): boolean {
  return expr?.kind === 'string' && expr.value === 'KERAS_BACKEND';
}

const SETTERS = /(^|\.)(set_global_policy|set_policy|set_dtype_policy|set_global_dtype_policy)$/;

/** One policy for the whole file, by its name or an object of it. */
function setsMixedHalf(module: Module): boolean {
  const policies = callsAtTop(module, SETTERS).map((call) => resolved(call.args[0]?.value, module));
  const [policy] = policies;
  const named = policy?.kind === 'call' ? resolved(policy.args[0]?.value, module) : policy;
  return policies.length === 1 && named?.kind === 'string' && named.value === 'mixed_float16';
}

/** What a name is bound to at the module's top, where it is once. */
function resolved(expr: Expr | undefined, module: Module): Expr | undefined {
  if (expr?.kind !== 'name') return expr;
  const bindings = module.body.flatMap((each) =>
    each.kind === 'assign' && each.targets.some((target) => target.kind === 'name' && target.name === expr.name) ? [each.value] : [],
  );
  return bindings.length === 1 ? (bindings[0] ?? undefined) : undefined;
}

/** Statements of the module that are such calls, alone. */
function callsAtTop(module: Module, callee: RegExp): readonly CallExpr[] {
  return module.body.flatMap((statement): readonly CallExpr[] => {
    const call = statement.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined;
    return call !== undefined && callee.test(dottedName(call.callee) ?? '') ? [call] : [];
  });
}

function tensorflowNames(module: Module): ReadonlySet<string> {
  const imports = collect(module.body, 'import').filter((statement) => statement.module === 'tensorflow');
  return new Set(imports.flatMap(({ bindings }) => bindings.flatMap(({ imported, local }) => (imported === null ? [local] : []))));
}

export interface NamedCall {
  readonly call: CallExpr;
  /** TensorFlow's behind the package's name (`math.log`), Keras' with it (`keras.ops.det`). */
  readonly name: string;
}

/** Calls of the tensorflow package's functions by the loss, in the functions of its file that it calls too. */
export function tensorflowCalls(context: Pick<RuleContext, 'candidate' | 'module'>): readonly NamedCall[] {
  const { tensorflow } = placeOf(context.module);
  return frameworkCalls(context).filter(({ call }) => tensorflow.has(rootOf(call)));
}

/** Those of Keras too, whatever it is imported as. */
export function frameworkCalls({ candidate, module }: Pick<RuleContext, 'candidate' | 'module'>): readonly NamedCall[] {
  const imported = importsOf(module);
  return calledFunctions(candidate, module).flatMap(({ body }) =>
    collect(body, 'call').flatMap((call) => {
      const [root = '', ...rest] = (dottedName(call.callee) ?? '').split('.');
      const path = imported.get(root);
      return path === undefined ? [] : [{ call, name: [path, ...rest].join('.').replace(/^tensorflow\./, '') }];
    }),
  );
}

function rootOf({ callee }: CallExpr): string {
  return (dottedName(callee) ?? '').split('.')[0] ?? '';
}

const IMPORTS = new WeakMap<Module, ReadonlyMap<string, string>>();

/** Local names of TensorFlow, Keras and what is in them, with their whole names. */
function importsOf(module: Module): ReadonlyMap<string, string> {
  const known = IMPORTS.get(module);
  if (known !== undefined) return known;
  const found = new Map(
    collect(module.body, 'import')
      .filter((statement) => /^(tensorflow|keras)(\.|$)/.test(statement.module))
      .flatMap(({ module: from, bindings }) =>
        bindings.map(
          ({ local, imported }) =>
            [local, imported === null ? (local === from.split('.')[0] ? local : from) : `${from}.${imported}`] as const,
        ),
      ),
  );
  IMPORTS.set(module, found);
  return found;
}

/** Compiled by XLA: by a decorator of its own, or by every compile() that is given it. */
export function isJitCompiled({ candidate, compiles }: Pick<RuleContext, 'candidate' | 'compiles'>): boolean {
  if (candidate.computes?.decorators.some(asksForJit) === true) return true;
  return compiles.length > 0 && compiles.every(({ call }) => asksForJit(call));
}

/** `experimental_compile` was its name until TensorFlow 2.5. */
function asksForJit(expr: Expr): boolean {
  const asks = (name: string | undefined) => name === 'jit_compile' || name === 'experimental_compile';
  return expr.kind === 'call' && expr.args.some(({ name, value }) => asks(name) && value.kind === 'boolean' && value.value);
}
