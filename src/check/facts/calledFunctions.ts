/** Owns which functions of its file a loss is made of: what computes it, and the functions and methods that this calls, near and far. */
import type { LossCandidate } from '../../program/candidate';
import type { Block, CallExpr, FunctionDefinition, Module } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';

/** The loss itself first. Functions that are only handed on are left out. */
export function calledFunctions({ computes, owners }: LossCandidate, module: Module): readonly FunctionDefinition[] {
  if (computes === null) return [];
  const scopes: readonly Block[] = [...owners.map((owner) => owner.body).reverse(), module.body];
  const found = new Set([computes]);
  // A set is gone through in the order of its additions, those made meanwhile included.
  for (const definition of found) {
    for (const call of collect(definition.body, 'call')) {
      const called = calledBy(call, scopes);
      if (called !== undefined) found.add(called);
    }
  }
  return [...found];
}

/** By its bare name, or as a method: `self.mask(x)`. The last definition of a name counts. */
function calledBy({ callee }: CallExpr, scopes: readonly Block[]): FunctionDefinition | undefined {
  const method = callee.kind === 'attribute' && callee.object.kind === 'name' && callee.object.name === 'self';
  if (callee.kind !== 'name' && !method) return undefined;
  for (const body of scopes) {
    const own = functionsIn(body).findLast(({ name }) => name === callee.name);
    if (own !== undefined) return own;
  }
  return undefined;
}

const FUNCTIONS = new WeakMap<Block, readonly FunctionDefinition[]>();

/** Those that stand in the block itself, in its branches too. */
function functionsIn(body: Block): readonly FunctionDefinition[] {
  const known = FUNCTIONS.get(body) ?? statementsOf(body).flatMap((each) => (each.kind === 'function' ? [each.definition] : []));
  FUNCTIONS.set(body, known);
  return known;
}
