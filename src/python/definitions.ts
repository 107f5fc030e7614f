/** Owns the list of a module's functions and classes with where they stand, and what a function returns. */
import type { Block, CallExpr, ClassDefinition, Expr, FunctionDefinition, Module, Stmt } from '../program/program';
import { statementsOf } from '../program/walk';
import { dottedName } from './framework';

export type Definition = FunctionDefinition | ClassDefinition;

export interface Site {
  readonly definition: Definition;
  /** Outermost first, the definition itself not included. */
  readonly owners: readonly Definition[];
  /** Names of the owners and the definition. */
  readonly path: readonly string[];
}

export function isClass(definition: Definition): definition is ClassDefinition {
  return 'bases' in definition;
}

export function isMethod(site: Site): boolean {
  const owner = site.owners.at(-1);
  return !isClass(site.definition) && owner !== undefined && isClass(owner);
}

/** Every function and class of a module, nested ones included, in the order of the source. */
export function sitesOf(module: Module): readonly Site[] {
  const known = SITES.get(module) ?? sitesIn(module.body, [], []);
  SITES.set(module, known);
  return known;
}

const SITES = new WeakMap<Module, readonly Site[]>();

function sitesIn(block: Block, owners: readonly Definition[], path: readonly string[]): readonly Site[] {
  return statementsOf(block).flatMap((statement) => {
    if (statement.kind !== 'function' && statement.kind !== 'class') return [];
    const site: Site = { definition: statement.definition, owners, path: [...path, statement.definition.name] };
    return [site, ...sitesIn(statement.definition.body, [...owners, statement.definition], site.path)];
  });
}

export function functionNamed(block: Block, name: string): FunctionDefinition | undefined {
  let found: FunctionDefinition | undefined;
  for (const statement of statementsOf(block)) {
    if (statement.kind === 'function' && statement.definition.name === name) found = statement.definition;
    else if (statement.kind === 'assign' && bindsName(statement, name)) found = lambdaOf(statement.value) ?? found;
  }
  return found;
}

export function classNamed(block: Block, name: string): ClassDefinition | undefined {
  for (const statement of statementsOf(block))
    if (statement.kind === 'class' && statement.definition.name === name) return statement.definition;
  return undefined;
}

export function bindsName(statement: Extract<Stmt, { readonly kind: 'assign' }>, name: string): boolean {
  return statement.targets.some((target) => target.kind === 'name' && target.name === name);
}

export function lambdaOf(value: Expr | null): FunctionDefinition | undefined {
  return value?.kind === 'function' ? value.definition : undefined;
}

/** The function that a factory returns: a nested one, a lambda, or a partial of one of the module's; of several branches, the first. */
export function returnedFunction(factory: FunctionDefinition, module: Module): FunctionDefinition | undefined {
  for (const statement of statementsOf(factory.body)) {
    if (statement.kind !== 'return' || statement.value === null) continue;
    const returned = functionMeant(statement.value, factory.body, module);
    if (returned !== undefined && returned !== factory) return returned;
  }
  return undefined;
}

/** Whether a nested function of this name is what the owner returns (each branch may define its own). */
export function returnsName(owner: FunctionDefinition, name: string): boolean {
  return statementsOf(owner.body).some((each) => each.kind === 'return' && each.value?.kind === 'name' && each.value.name === name);
}

function functionMeant(value: Expr, scope: Block, module: Module): FunctionDefinition | undefined {
  if (value.kind === 'function') return value.definition;
  if (value.kind === 'name') return functionNamed(scope, value.name);
  if (value.kind !== 'call') return undefined;
  const [first] = value.args;
  if (first?.value.kind !== 'name') return undefined;
  if (isPartial(value)) return functionNamed(scope, first.value.name) ?? functionNamed(module.body, first.value.name);
  // `return tf.function(loss)`, `return wraps(fn)(loss)`
  return value.args.length === 1 ? functionNamed(scope, first.value.name) : undefined;
}

export function isPartial(call: CallExpr): boolean {
  const name = dottedName(call.callee);
  return name === 'partial' || name === 'functools.partial';
}
