/** Owns Python's with: context managers of the user and of libraries. */
import type { Stmt } from '../program/program';
import { NONE, type Value } from '../value/value';
import { assign } from './assignment';
import { Context } from './context';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import type { Completion } from './signals';
import { executeBlock } from './statements';

export function executeWith(interpreter: Interpreter, s: Extract<Stmt, { kind: 'with' }>, scope: Scope): Completion {
  const exits: Value[] = [];
  const context = new Context(interpreter, s.span, 'with', scope.document);
  for (const item of s.items) {
    const manager = evaluate(interpreter, item.context, scope);
    const enter = contextMethod(interpreter, context, manager, '__enter__');
    const entered = enter ? context.call(enter, []) : manager;
    if (item.target) assign(interpreter, item.target, entered, scope, 'assign');
    const exit = contextMethod(interpreter, context, manager, '__exit__');
    if (exit) exits.unshift(exit);
  }
  try {
    return executeBlock(interpreter, s.body, scope);
  } finally {
    for (const exit of exits) context.call(exit, [NONE, NONE, NONE]);
  }
}

function contextMethod(interpreter: Interpreter, context: Context, manager: Value, name: string): Value | undefined {
  if (manager.kind === 'object') {
    const entry = manager.methods.get(name);
    return entry ? { kind: 'native', name, entry } : undefined;
  }
  if (manager.kind !== 'instance') return undefined;
  const gaps = interpreter.gaps.length;
  const found = context.getAttribute(manager, name);
  interpreter.gaps.length = gaps;
  return found.kind === 'unknown' ? undefined : found;
}
