/** Owns what the file around a loss says: which compile() calls use it, and whether it is called directly. */
import type { CompileCall, LossCandidate } from '../program/candidate';
import type { Expr, Module } from '../program/program';
import { collect, statementsOf } from '../program/walk';
import { findCompiles } from '../python/compiles';
import { callSites } from '../trace/surveySites';

export interface Surroundings {
  readonly compiles: readonly CompileCall[];
  /** The compile() calls that are given this loss. */
  compilesOf(candidate: LossCandidate): readonly CompileCall[];
  /** The compile() calls that are given it as a metric. */
  measuresOf(candidate: LossCandidate): readonly CompileCall[];
  /** Names of losses that the file may call itself. */
  readonly calledNames: ReadonlySet<string>;
  isCalled(candidate: LossCandidate): boolean;
  /** A list or dict behind a name. */
  resolved(given: Expr): Expr;
  /** Whether what is given (to compile, in one place of a list) is this loss. */
  names(given: Expr, candidate: LossCandidate): boolean;
}

export function surroundingsOf(module: Module, candidates: readonly LossCandidate[] = []): Surroundings {
  const compiles = findCompiles(module);
  const bindings = new Map<string, string>();
  const collections = new Map<string, Expr | null>();
  for (const statement of statementsOf(module.body)) {
    if (statement.kind !== 'assign' || statement.value === null) continue;
    const { value } = statement;
    const from = calleeName(value);
    for (const target of statement.targets) {
      if (target.kind !== 'name') continue;
      if (from !== undefined) bindings.set(target.name, from);
      // Of a name that is bound several times it is not known what it means.
      collections.set(target.name, collections.has(target.name) ? null : value);
    }
  }
  const resolved = (given: Expr): Expr => {
    const bound = given.kind === 'name' ? collections.get(given.name) : undefined;
    return bound?.kind === 'list' || bound?.kind === 'tuple' || bound?.kind === 'dict' ? bound : given;
  };
  const known = (given: Expr | null): ReadonlySet<string> =>
    new Set(namesIn(given === null ? null : resolved(given)).flatMap((name) => [name, ...chain(bindings, name)]));
  const losses = compiles.map(({ loss }) => known(loss));
  const metrics = compiles.map(({ metrics: given }) => known(given));
  const isOf = (names: ReadonlySet<string> | undefined, candidate: LossCandidate): boolean =>
    names?.has(candidate.path[0] ?? candidate.name) === true || names?.has(candidate.name) === true;
  const calledNames = new Set(candidates.flatMap(({ path }) => path.filter((name) => name !== '').slice(-1)));
  const called = once(() => new Set(callSites(module, calledNames).map(({ name }) => name)));
  return {
    compiles,
    compilesOf: (candidate) => compiles.filter((_, i) => isOf(losses[i], candidate)),
    measuresOf: (candidate) => compiles.filter((_, i) => isOf(metrics[i], candidate)),
    calledNames,
    isCalled: ({ path }) => called().has(path.at(-1) ?? ''),
    resolved,
    names: (given, candidate) => isOf(known(given), candidate),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function chain(bindings: ReadonlyMap<string, string>, name: string): readonly string[] {
  const found: string[] = [];
  for (let next = bindings.get(name); next !== undefined && !found.includes(next) && next !== name; next = bindings.get(next))
    found.push(next);
  return found;
}

/** `make(…)` and `Dice()` stand for their functions and classes. */
function calleeName(value: Expr): string | undefined {
  if (value.kind === 'name') return value.name;
  if (value.kind !== 'call') return undefined;
  if (value.callee.kind !== 'name') return undefined;
  return value.callee.name === 'partial' && value.args[0]?.value.kind === 'name' ? value.args[0].value.name : value.callee.name;
}

function namesIn(given: Expr | null): readonly string[] {
  if (given === null) return [];
  if (given.kind === 'list' || given.kind === 'tuple') return given.items.flatMap(namesIn);
  if (given.kind === 'dict') return given.entries.flatMap((entry) => namesIn(entry.value));
  if (given.kind === 'function') return collect([given], 'call').flatMap((call) => (call.callee.kind === 'name' ? [call.callee.name] : []));
  const name = calleeName(given);
  return name === undefined ? [] : [name];
}
