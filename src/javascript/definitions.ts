/** Owns the list of a module's functions and classes with where they stand: declarations, arrows bound to names, properties, methods. */
import type { Span } from '../base/span';
import type { Block, ClassDefinition, Expr, FunctionDefinition, Module, Stmt } from '../program/program';
import { childrenOf, type ProgramNode, statementsOf, walk } from '../program/walk';

export type Definition = FunctionDefinition | ClassDefinition;

export interface Site {
  readonly definition: Definition;
  /** Outermost first, the definition itself not included. */
  readonly owners: readonly Definition[];
  /** As `--loss` takes it, in parts: `['Model', 'loss']`. */
  readonly path: readonly string[];
  /** The statement: its first line is what comments stand above. */
  readonly span: Span;
}

export function isClass(definition: Definition): definition is ClassDefinition {
  return 'bases' in definition;
}

const SITES = new WeakMap<Module, readonly Site[]>();

/** In the order of the source; of functions inside functions, those that have a name. */
export function sitesOf(module: Module): readonly Site[] {
  const known = SITES.get(module) ?? sitesIn(module.body, [], []);
  SITES.set(module, known);
  return known;
}

function sitesIn(block: Block, owners: readonly Definition[], path: readonly string[]): readonly Site[] {
  return statementsOf(block).flatMap((statement) => sitesAt(statement, owners, path));
}

function sitesAt(statement: Stmt, owners: readonly Definition[], path: readonly string[]): readonly Site[] {
  if (statement.kind === 'function' || statement.kind === 'class')
    return siteWithInside(statement.definition, statement.span, owners, path);
  if (statement.kind === 'export' && statement.value !== null)
    return statement.value.kind === 'name' ? [] : valueSites(statement.value, 'default', statement.span, owners, path);
  if (statement.kind === 'assign' && statement.value !== null) {
    const [target] = statement.targets;
    const own = target?.kind === 'name' || (target?.kind === 'attribute' && isThis(target.object));
    if (own) return valueSites(statement.value, target.name, statement.span, owners, path);
  }
  return anonymousSites(childrenOf(statement), owners, path);
}

function isThis(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === 'this';
}

/** What a name is bound to: a function, or an object that holds functions. */
function valueSites(value: Expr, name: string, span: Span, owners: readonly Definition[], path: readonly string[]): readonly Site[] {
  if (value.kind === 'function') return siteWithInside(value.definition, span, owners, path, name);
  if (value.kind !== 'dict') return anonymousSites([value], owners, path);
  return value.entries.flatMap((entry) => {
    const { key, value: inside } = entry;
    if (key?.kind !== 'string') return anonymousSites([inside], owners, path);
    return valueSites(inside, key.value, { ...key.span, end: inside.span.end }, owners, [...path, name]);
  });
}

function siteWithInside(
  definition: Definition,
  span: Span,
  owners: readonly Definition[],
  path: readonly string[],
  name = definition.name,
): readonly Site[] {
  // Fields set in a constructor belong to the class.
  const constructs = name === 'constructor' && owners.some(isClass);
  const own = constructs ? path : [...path, name];
  const inside = sitesIn(definition.body, [...owners, definition], own);
  return constructs ? inside : [{ definition, owners, path: own, span }, ...inside];
}

/** Functions inside callbacks and calls: only what is declared inside them has a name. */
function anonymousSites(nodes: readonly ProgramNode[], owners: readonly Definition[], path: readonly string[]): readonly Site[] {
  const found: Site[] = [];
  walk(nodes, (node) => {
    if (node.kind !== 'function') return node.kind !== 'class' && !STATEMENTS.has(node.kind);
    found.push(...sitesIn(node.definition.body, [...owners, node.definition], [...path, node.definition.name]));
    return false;
  });
  return found;
}

/** Statements inside statements are gone through by themselves. */
const STATEMENTS: ReadonlySet<ProgramNode['kind']> = new Set<Stmt['kind']>([
  'expression',
  'return',
  'if',
  'for',
  'while',
  'raise',
  'try',
  'block',
  'switch',
  'export',
  'import',
  'augment',
]);

/** The function that a function returns: a nested one by its name, or the one that it writes. */
export function returnedFunction(factory: FunctionDefinition): FunctionDefinition | undefined {
  for (const statement of statementsOf(factory.body)) {
    if (statement.kind !== 'return' || statement.value === null) continue;
    const { value } = statement;
    if (value.kind === 'function') return value.definition;
    const named = value.kind === 'name' ? functionNamed(factory.body, value.name) : undefined;
    if (named !== undefined && named !== factory) return named;
  }
  return undefined;
}

/** The module's one function of a name, wherever it stands; undefined where there are several. */
export function onlyFunction(module: Module, name: string): FunctionDefinition | undefined {
  const found = sitesOf(module).flatMap(({ definition, path }) => (!isClass(definition) && path.at(-1) === name ? [definition] : []));
  return found.length === 1 ? found[0] : undefined;
}

export function functionNamed(block: Block, name: string): FunctionDefinition | undefined {
  for (const statement of statementsOf(block)) {
    if (statement.kind === 'function' && statement.definition.name === name) return statement.definition;
    const bound = statement.kind === 'assign' && statement.targets.some((target) => target.kind === 'name' && target.name === name);
    if (bound && statement.value?.kind === 'function') return statement.value.definition;
  }
  return undefined;
}
