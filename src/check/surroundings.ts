/** Owns what the file around a loss says: which compile() calls use it, and whether it is called directly. */
import type { CompileCall, LossCandidate } from '../program/candidate';
import type { Expr, Module } from '../program/program';
import { collect } from '../program/walk';
import { findCompiles } from '../python/compiles';

export interface Surroundings {
  readonly compiles: readonly CompileCall[];
  /** The compile() calls that are given this loss. */
  compilesOf(candidate: LossCandidate): readonly CompileCall[];
}

export function surroundingsOf(module: Module): Surroundings {
  const compiles = findCompiles(module);
  const bindings = new Map<string, string>();
  for (const statement of module.body) {
    if (statement.kind !== 'assign' || statement.value === null) continue;
    const from = calleeName(statement.value);
    for (const target of statement.targets) if (target.kind === 'name' && from !== undefined) bindings.set(target.name, from);
  }
  const uses = compiles.map((compile) => new Set(namesIn(compile.loss).flatMap((name) => [name, ...chain(bindings, name)])));
  return {
    compiles,
    compilesOf: (candidate) => {
      const name = candidate.path[0] ?? candidate.name;
      return compiles.filter((_, i) => uses[i]?.has(name) === true || uses[i]?.has(candidate.name) === true);
    },
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
