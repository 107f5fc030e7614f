/** Owns what happens at a condition that is not known: both ways are followed and their values joined. */

import { eitherModel } from '../api/models/either';
import type { Stmt } from '../program/program';
import { broadcastShapes } from '../shape/broadcast';
import { compareShapes } from '../shape/shape';
import { boolean, NONE, type TensorValue, unknown, type Value } from '../value/value';
import { condition } from './condition';
import { Context } from './context';
import { toTensor } from './convert';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import type { Scope, Snapshot } from './scope';
import { type Completion, NORMAL, RaisedSignal } from './signals';
import { blockScope, executeBlock } from './statements';

export function executeIf(interpreter: Interpreter, s: Extract<Stmt, { kind: 'if' }>, scope: Scope): Completion {
  const test = evaluate(interpreter, s.test, scope);
  const context = new Context(interpreter, s.test.span, 'if', scope.document);
  const truth = condition(context, test, 'if');
  if (truth !== undefined) return executeBlock(interpreter, truth ? s.then : s.otherwise, blockScope(interpreter, scope));
  return executeBoth(
    context,
    test,
    scope,
    () => executeBlock(interpreter, s.then, blockScope(interpreter, scope)),
    () => executeBlock(interpreter, s.otherwise, blockScope(interpreter, scope)),
  );
}

/** Counts as inside a branch that may not happen: what only happens there is no certain mistake. */
export function withBranches<T>(interpreter: Interpreter, body: () => T): T {
  interpreter.branchDepth++;
  try {
    return body();
  } finally {
    interpreter.branchDepth--;
  }
}

type Outcome = Completion | { readonly kind: 'raised' };

/** Runs two alternatives from the same variables and merges variables and completions. */
export function executeBoth(context: Context, test: Value, scope: Scope, then: () => Completion, otherwise: () => Completion): Completion {
  const before = scope.snapshot();
  const first = attempt(context, then);
  const afterFirst = scope.snapshot();
  scope.restore(before);
  const second = attempt(context, otherwise);
  if (first.kind === 'raised' && second.kind === 'raised') throw new RaisedSignal('Error', 'both branches raise', NONE, context.span);
  if (first.kind === 'raised') return second as Completion;
  const afterSecond = scope.snapshot();
  if (second.kind === 'raised') {
    scope.restore(afterFirst);
    return first;
  }
  if (first.kind === 'return' && second.kind === 'return')
    return { kind: 'return', value: joinValues(context, first.value, second.value, test) };
  if (first.kind === 'return') {
    scope.frame().pendingReturns.push(first.value);
    return second;
  }
  if (second.kind === 'return') {
    scope.frame().pendingReturns.push(second.value);
    scope.restore(afterFirst);
    return first;
  }
  scope.restore(mergeVariables(context, test, afterFirst, afterSecond));
  return first.kind === second.kind ? first : NORMAL;
}

function attempt(context: Context, body: () => Completion): Outcome {
  try {
    return withBranches(context.interpreter, body);
  } catch (signal) {
    if (signal instanceof RaisedSignal) return { kind: 'raised' };
    throw signal;
  }
}

function mergeVariables(context: Context, test: Value, first: Snapshot, second: Snapshot): Snapshot {
  return second.map((variables, level) => mergeLevel(context, test, first[level] ?? variables, variables));
}

function mergeLevel(context: Context, test: Value, a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): Map<string, Value> {
  const merged = new Map(b);
  for (const [name, value] of a) {
    const other = b.get(name);
    merged.set(name, other === undefined || other === value ? value : joinValues(context, value, other, test));
  }
  return merged;
}

/** One value for two that a condition chooses between. */
export function joinValues(context: Context, a: Value, b: Value, test: Value): Value {
  if (a === b) return a;
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if (a.kind === 'tensor' || b.kind === 'tensor') return joinTensors(context, a, b, test);
  if (a.kind === 'number' && b.kind === 'number') {
    return a.value !== undefined && a.value === b.value ? a : { kind: 'number', float: a.float || b.float, value: undefined };
  }
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value ? a : boolean(undefined);
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value ? a : { kind: 'string', value: undefined };
  if ((a.kind === 'tuple' || a.kind === 'list') && a.kind === b.kind && a.items.length === b.items.length) {
    const other = b.items;
    return { kind: a.kind, items: a.items.map((item, i) => joinValues(context, item, other[i] ?? NONE, test)) };
  }
  if (a.kind === b.kind && (a.kind === 'none' || a.kind === 'ellipsis')) return a;
  if (context.interpreter.observer !== null && a.kind === 'object' && b.kind === 'object') {
    const either = eitherModel(a, b);
    if (either !== undefined) return either;
  }
  return unknown('a value that depends on a condition', context.span);
}

function joinTensors(context: Context, a: Value, b: Value, test: Value): Value {
  const wanted = a.kind === 'tensor' ? a.type.dtype : b.kind === 'tensor' ? b.type.dtype : undefined;
  if (!convertible(a) || !convertible(b)) return unknown('a value that depends on a condition', context.span);
  return context.guarded(() => {
    const left = toTensor(context, a, a.kind === 'tensor' ? undefined : wanted);
    const right = toTensor(context, b, b.kind === 'tensor' ? undefined : wanted);
    if (left.type.dtype !== right.type.dtype) return context.unknown('the branches give different dtypes');
    return merge(context, left, right, test);
  }, []);
}

function convertible(value: Value): boolean {
  return value.kind === 'tensor' || value.kind === 'boolean' || (value.kind === 'number' && (value.value ?? value.size) !== undefined);
}

function merge(context: Context, left: TensorValue, right: TensorValue, test: Value): Value {
  const sameRank = left.type.shape.length === right.type.shape.length;
  if (!sameRank || compareShapes(left.type.shape, right.type.shape) === 'different') {
    // A scalar alternative (`0.0`) of a tensor: what follows broadcasts, so the larger shape tells more.
    if (left.type.shape.length > 0 && right.type.shape.length > 0) return context.unknown('the branches give different shapes');
    const { shape } = broadcastShapes(left.type.shape, right.type.shape);
    if (shape.length > 0) return context.unknown('the branches give different shapes');
  }
  if (test.kind === 'tensor' && test.type.dtype === 'bool' && test.type.shape.length === 0)
    return context.emit('branch', [test, left, right]);
  return context.emit('join', [left, right]);
}

/** The value of a function some of whose returns stand in branches that may not happen. */
export function joinReturns(context: Context, pending: readonly Value[], last: Value, returned: boolean): Value {
  const values = returned || pending.length === 0 ? [...pending, last] : pending;
  const [first = NONE, ...others] = values;
  return others.reduce((joined, value) => joinValues(context, joined, value, NONE), first);
}
