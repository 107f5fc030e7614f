/**
 * Owns a module's names, evaluated on demand: scripts are not run. A look-up executes the last statement that binds the name
 * (before the point from which it is looked up) and the statements that change the bound object in place.
 */
import type { Block, ImportStmt, Module, Stmt, Target } from '../program/program';
import type { Value } from '../value/value';
import type { NameSource } from './scope';

/** What a module scope asks of the interpreter. */
export interface ModuleRunner {
  /** Executes a top-level statement with names bound through `bind`; never throws. */
  executeTopLevel(statement: Stmt, scope: ModuleScope): void;
  /** A name that no statement binds: star imports and built-ins. */
  fallback(name: string, scope: ModuleScope): Value | undefined;
  starImported(name: string, scope: ModuleScope): Value | undefined;
  inProgress(name: string, scope: ModuleScope): Value;
}

interface Binding {
  readonly statement: Stmt;
  readonly index: number;
}

export class ModuleScope implements NameSource {
  private readonly bindings: ModuleIndex['bindings'];
  private readonly mutations: ModuleIndex['mutations'];
  private readonly starImports: ModuleIndex['starImports'];
  private readonly executedStars = new Set<ImportStmt>();
  private readonly asked = new Set<string>();
  /** Names bound by each executed statement. */
  private readonly results = new Map<number, Map<string, Value>>();
  private readonly running = new Set<number>();
  private readonly mutated = new Set<number>();
  private readonly globals = new Map<string, Value>();
  /** Index of the top-level statement being executed: names look back from there. */
  private horizon = Number.POSITIVE_INFINITY;
  private current: Map<string, Value> | undefined;

  constructor(
    readonly module: Module,
    private readonly runner: ModuleRunner,
  ) {
    ({ bindings: this.bindings, mutations: this.mutations, starImports: this.starImports } = indexOf(module));
  }

  get document(): string {
    return this.module.document;
  }

  names(): Iterable<string> {
    return this.bindings.keys();
  }

  lookUp(name: string): Value | undefined {
    const rebound = this.globals.get(name) ?? this.current?.get(name);
    if (rebound !== undefined) return rebound;
    const bindings = this.bindings.get(name);
    if (bindings === undefined) return this.runner.fallback(name, this);
    const before = bindings.filter((binding) => binding.index < this.horizon);
    const binding = before.at(-1) ?? bindings.at(-1);
    if (binding === undefined) return this.runner.fallback(name, this);
    if (this.running.has(binding.index)) return this.runner.inProgress(name, this);
    const value = this.resultsOf(binding).get(name) ?? this.lookUpEarlier(name, binding.index);
    this.mutate(name, binding.index);
    return value;
  }

  /** A name of the module as others see it: built-ins are not among them. */
  exported(name: string): Value | undefined {
    if (this.globals.has(name) || this.bindings.has(name)) return this.lookUp(name);
    // Modules may import each other's stars.
    if (this.asked.has(name)) return undefined;
    this.asked.add(name);
    const value = this.runner.starImported(name, this);
    this.asked.delete(name);
    return value;
  }

  /** The module's star imports, the last first; of those inside an `if` or `try` the ones that are executed. */
  *reachedStarImports(): Iterable<ImportStmt> {
    for (const { star, ...around } of this.starImports) {
      if (star !== around.statement && !this.running.has(around.index)) this.resultsOf(around);
      if (star === around.statement || this.executedStars.has(star)) yield star;
    }
  }

  noteStarImport(star: ImportStmt): void {
    this.executedStars.add(star);
  }

  /** Executes a top-level statement where it stands, unless that was done: names mean there what the statements before it made them. */
  run(index: number): void {
    const statement = this.module.body[index];
    if (statement === undefined || this.results.has(index) || this.mutated.has(index)) return;
    this.resultsOf({ statement, index });
  }

  bind(name: string, value: Value): void {
    if (this.current) this.current.set(name, value);
    else this.globals.set(name, value);
  }

  bindGlobal(name: string, value: Value): void {
    this.globals.set(name, value);
  }

  /** The statement bound the name on no path that was taken: the binding before it counts. */
  private lookUpEarlier(name: string, index: number): Value | undefined {
    const saved = this.horizon;
    this.horizon = index;
    const earlier = this.bindings.get(name)?.some((binding) => binding.index < index);
    const value = earlier ? this.lookUp(name) : this.runner.fallback(name, this);
    this.horizon = saved;
    return value;
  }

  private resultsOf(binding: Binding): Map<string, Value> {
    const done = this.results.get(binding.index);
    if (done) return done;
    const results = new Map<string, Value>();
    this.execute(binding, results);
    this.results.set(binding.index, results);
    return results;
  }

  private mutate(name: string, after: number): void {
    for (const mutation of this.mutations.get(name) ?? []) {
      if (mutation.index <= after || mutation.index >= this.horizon || this.mutated.has(mutation.index)) continue;
      this.mutated.add(mutation.index);
      this.execute(mutation, new Map());
    }
  }

  private execute(binding: Binding, results: Map<string, Value>): void {
    const saved = [this.horizon, this.current] as const;
    this.horizon = binding.index;
    this.current = results;
    this.running.add(binding.index);
    this.runner.executeTopLevel(binding.statement, this);
    this.running.delete(binding.index);
    [this.horizon, this.current] = saved;
  }
}

/** Which statements bind and change which names. */
interface ModuleIndex {
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  readonly mutations: ReadonlyMap<string, readonly Binding[]>;
  /** The last first, with the top-level statements that they stand in. */
  readonly starImports: readonly (Binding & { readonly star: ImportStmt })[];
}

/** All losses of a module are traced with the same one. */
const indexes = new WeakMap<Module, ModuleIndex>();

function indexOf(module: Module): ModuleIndex {
  const known = indexes.get(module);
  if (known !== undefined) return known;
  const bindings = new Map<string, Binding[]>();
  const mutations = new Map<string, Binding[]>();
  const starImports: (Binding & { star: ImportStmt })[] = [];
  for (const [index, statement] of module.body.entries()) {
    const stars: ImportStmt[] = [];
    for (const name of boundNames([statement], stars)) push(bindings, name, { statement, index });
    starImports.unshift(...stars.reverse().map((star) => ({ star, statement, index })));
    const mutated = mutatedName(statement);
    if (mutated !== undefined) push(mutations, mutated, { statement, index });
  }
  const made = { bindings, mutations, starImports };
  indexes.set(module, made);
  return made;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Names that statements bind in their scope; star imports are collected apart. */
export function boundNames(block: Block, starImports: ImportStmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  const target = (t: Target | null): void => {
    if (t === null) return;
    if (t.kind === 'name') names.add(t.name);
    else if (t.kind === 'pattern' && t.form === 'sequence') for (const item of t.items) target(item.target);
    else if (t.kind === 'pattern') {
      for (const entry of t.entries) target(entry.target);
      target(t.rest);
    }
  };
  const visit = (statements: Block): void => {
    for (const s of statements) {
      switch (s.kind) {
        case 'assign':
          if (s.value !== null || s.declare) s.targets.forEach(target);
          break;
        case 'augment':
          target(s.target);
          break;
        case 'expression':
          if (s.value.kind === 'assign') target(s.value.target);
          break;
        case 'function':
        case 'class':
          names.add(s.definition.name);
          break;
        case 'import':
          for (const binding of s.bindings) {
            if (binding.imported === '*' && binding.local === '*') starImports.push(s);
            else names.add(binding.local);
          }
          break;
        case 'export':
          if (s.value) names.add('default');
          if (s.from !== null) for (const name of s.names) names.add(name.exported);
          break;
        case 'for':
          target(s.target);
          visit(s.body);
          visit(s.otherwise);
          break;
        case 'while':
          visit(s.body);
          break;
        case 'if':
          visit(s.then);
          visit(s.otherwise);
          break;
        case 'with':
          for (const item of s.items) target(item.target);
          visit(s.body);
          break;
        case 'try':
          visit(s.body);
          for (const handler of s.handlers) visit(handler.body);
          visit(s.otherwise);
          visit(s.final);
          break;
        case 'block':
          visit(s.body);
          break;
        case 'switch':
          for (const c of s.cases) visit(c.body);
          break;
        default:
          break;
      }
    }
  };
  visit(block);
  return names;
}

const MUTATING_METHODS = new Set([
  'append',
  'extend',
  'insert',
  'update',
  'add',
  'pop',
  'remove',
  'push',
  'set',
  'delete',
  'splice',
  'unshift',
  'fill',
  'setdefault',
  'add_loss',
  'build',
  'set_weights',
  'clear',
  'reverse',
  'sort',
]);

/** The module name whose object a statement changes in place: `x[i] = …`, `x.a = …`, `x.append(…)`. */
function mutatedName(statement: Stmt): string | undefined {
  if (statement.kind === 'assign' || statement.kind === 'augment') {
    const target = statement.kind === 'assign' ? statement.targets[0] : statement.target;
    if (target?.kind !== 'attribute' && target?.kind !== 'index') return undefined;
    return target.object.kind === 'name' ? target.object.name : undefined;
  }
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return undefined;
  const { callee } = statement.value;
  return callee.kind === 'attribute' && callee.object.kind === 'name' && MUTATING_METHODS.has(callee.name) ? callee.object.name : undefined;
}
