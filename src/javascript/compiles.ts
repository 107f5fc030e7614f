/** Owns finding `model.compile({ optimizer, loss })` calls and the functions that are given as losses. */
import type { CompileCall } from '../program/candidate';
import { compilesIn } from '../program/compiles';
import type { CallExpr, Expr, Module } from '../program/program';
import type { Definition } from './definitions';

export function findCompiles(module: Module): readonly CompileCall[] {
  const known = COMPILES.get(module) ?? compilesIn(module, { compileCall, ownedByArrows: true });
  COMPILES.set(module, known);
  return known;
}

const COMPILES = new WeakMap<Module, readonly CompileCall[]>();

function compileCall(call: CallExpr, owners: readonly Definition[]): CompileCall | undefined {
  const { callee, args, span } = call;
  const options = args[0]?.value;
  if (callee.kind !== 'attribute' || callee.name !== 'compile' || options?.kind !== 'dict') return undefined;
  const option = (name: string): Expr | null =>
    options.entries.find(({ key }) => key?.kind === 'string' && key.value === name)?.value ?? null;
  const [loss, metrics, optimizer] = [option('loss'), option('metrics'), option('optimizer')];
  if (loss === null && optimizer === null) return undefined;
  return { call, span, model: callee.object, loss, metrics, lossWeights: null, optimizer, owners };
}

/** What compile() calls get as losses: by itself, in an array or by output. */
export function lossesGivenTo(module: Module): readonly Expr[] {
  return findCompiles(module).flatMap(({ loss }) => given(loss));
}

export function functionsGivenTo(module: Module): ReadonlySet<string> {
  return new Set(
    lossesGivenTo(module).flatMap((value) => {
      if (value.kind === 'name') return [value.name];
      return value.kind === 'attribute' && value.object.kind === 'name' ? [value.name] : [];
    }),
  );
}

function given(loss: Expr | null): readonly Expr[] {
  if (loss === null) return [];
  if (loss.kind === 'list') return loss.items.flatMap(given);
  return loss.kind === 'dict' ? loss.entries.flatMap((entry) => given(entry.value)) : [loss];
}
