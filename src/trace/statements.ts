/** Owns the execution of statements. Loops and branches on values that are not known are in branches.ts and loops.ts. */
import type { Block, Expr, Stmt } from '../program/program';
import { NONE, type Value } from '../value/value';
import { assign, deleteTarget } from './assignment';
import { executeIf } from './branches';
import { makeClass } from './classes';
import { condition } from './condition';
import { Context } from './context';
import { executeTry, raisedBy, textOf } from './exceptions';
import { evaluate } from './expressions';
import { makeFunction } from './functions';
import { importedValue } from './importedNames';
import type { Interpreter } from './interpreter';
import { executeFor, executeWhile } from './loops';
import { boundNames } from './moduleScope';
import { Scope } from './scope';
import { BREAK, CONTINUE, type Completion, GapSignal, NORMAL, RaisedSignal, StopSignal } from './signals';
import { executeWith } from './withStatement';

export function executeBlock(interpreter: Interpreter, block: Block, scope: Scope): Completion {
  for (const statement of block) {
    const completion = execute(interpreter, statement, scope);
    if (completion.kind !== 'normal') return completion;
  }
  return NORMAL;
}

type Handler<K extends Stmt['kind']> = (interpreter: Interpreter, statement: Extract<Stmt, { kind: K }>, scope: Scope) => Completion;

const HANDLERS: { readonly [K in Stmt['kind']]: Handler<K> } = {
  expression: (interpreter, s, scope) => {
    const value = evaluate(interpreter, s.value, scope);
    if (value.kind === 'unknown' && interpreter.isRun && mayChangeInPlace(s.value, scope)) throw new GapSignal(value.reason, s.span);
    return NORMAL;
  },
  assign: (interpreter, s, scope) => {
    if (s.value === null) {
      if (s.declare)
        for (const target of s.targets) assign(interpreter, target, NONE, s.declare === 'var' ? scope.frame() : scope, 'declare');
      return NORMAL;
    }
    const value = evaluate(interpreter, s.value, scope);
    for (const target of s.targets) {
      assign(interpreter, target, value, s.declare === 'var' ? scope.frame() : scope, s.declare ? 'declare' : 'assign');
      noteTerm(interpreter, target.kind === 'name' ? target.name : undefined, s, value, scope);
    }
    return NORMAL;
  },
  augment: (interpreter, s, scope) => {
    if (s.target.kind === 'pattern' || s.target.kind === 'unknown') return NORMAL;
    const before = evaluate(interpreter, s.target, scope);
    const operand = evaluate(interpreter, s.value, scope);
    const context = new Context(interpreter, s.span, `${s.op}=`, scope.document);
    const value = context.guarded(() => inPlace(interpreter, context, s.op, before, operand, scope), [before, operand]);
    assign(interpreter, s.target, value, scope, 'assign');
    noteTerm(interpreter, s.target.kind === 'name' ? s.target.name : undefined, s, value, scope);
    return NORMAL;
  },
  return: (interpreter, s, scope) => ({ kind: 'return', value: s.value === null ? NONE : evaluate(interpreter, s.value, scope) }),
  if: executeIf,
  for: executeFor,
  while: executeWhile,
  function: (interpreter, s, scope) => {
    scope.bind(s.definition.name, makeFunction(interpreter, s.definition, scope));
    return NORMAL;
  },
  class: (interpreter, s, scope) => {
    scope.bind(s.definition.name, makeClass(interpreter, s.definition, scope));
    return NORMAL;
  },
  raise: (interpreter, s, scope) => {
    throw raisedBy(interpreter, s, scope);
  },
  try: executeTry,
  with: executeWith,
  assert: (interpreter, s, scope) => {
    const test = evaluate(interpreter, s.test, scope);
    const context = new Context(interpreter, s.span, 'assert', scope.document);
    if (condition(context, test, 'assert') === false) {
      const message = s.message === null ? '' : textOf(evaluate(interpreter, s.message, scope));
      throw new RaisedSignal('AssertionError', message, NONE, s.span);
    }
    return NORMAL;
  },
  block: (interpreter, s, scope) => executeBlock(interpreter, s.body, blockScope(interpreter, scope)),
  switch: (interpreter, s, scope) => {
    const subject = evaluate(interpreter, s.subject, scope);
    const context = new Context(interpreter, s.span, 'switch', scope.document);
    const dialect = interpreter.dialect(scope.document);
    let matched = false;
    const inner = blockScope(interpreter, scope);
    const runFrom = (index: number): Completion => {
      for (const c of s.cases.slice(index)) {
        const completion = executeBlock(interpreter, c.body, inner);
        if (completion.kind === 'break' && completion.label === undefined) return NORMAL;
        if (completion.kind !== 'normal') return completion;
      }
      return NORMAL;
    };
    for (const [index, c] of s.cases.entries()) {
      if (c.test === null) continue;
      const equal = dialect.truth(dialect.compare(context, '===', subject, evaluate(interpreter, c.test, scope)));
      if (equal === undefined) throw new GapSignal('a switch on a value that is not known', s.span);
      matched = equal;
      if (matched) return runFrom(index);
    }
    const fallback = s.cases.findIndex((c) => c.test === null);
    return fallback < 0 ? NORMAL : runFrom(fallback);
  },
  pass: () => NORMAL,
  break: (_interpreter, s) => (s.label === undefined ? BREAK : { kind: 'break', label: s.label }),
  continue: (_interpreter, s) => (s.label === undefined ? CONTINUE : { kind: 'continue', label: s.label }),
  delete: (interpreter, s, scope) => {
    for (const target of s.targets) deleteTarget(interpreter, target, scope);
    return NORMAL;
  },
  scope: (_interpreter, s, scope) => {
    for (const name of s.names) scope.frame().declareOutside(name, s.which);
    return NORMAL;
  },
  import: (interpreter, s, scope) => {
    for (const binding of s.bindings) {
      if (binding.local !== '*' || binding.imported !== '*') scope.bind(binding.local, importedValue(interpreter, s, binding, scope));
      else interpreter.module(scope.document)?.noteStarImport(s);
    }
    return NORMAL;
  },
  export: (interpreter, s, scope) => {
    if (s.value) scope.bind('default', evaluate(interpreter, s.value, scope));
    if (s.from !== null) {
      for (const name of s.names) {
        scope.bind(
          name.exported,
          importedValue(interpreter, { module: s.from, span: s.span }, { imported: name.local, local: name.exported, span: s.span }, scope),
        );
      }
    }
    return NORMAL;
  },
  unknown: (interpreter, s, scope) => {
    // What it would have done is not known: going on would give a wrong number.
    if (interpreter.isRun && interpreter.dialect(scope.document).language === 'javascript') throw new GapSignal(s.reason, s.span);
    interpreter.gap(s.reason, s.span);
    return NORMAL;
  },
};

export function execute(interpreter: Interpreter, statement: Stmt, scope: Scope): Completion {
  interpreter.step();
  const handler = HANDLERS[statement.kind] as Handler<Stmt['kind']>;
  try {
    return handler(interpreter, statement as never, scope);
  } catch (signal) {
    if (interpreter.isRun && !(signal instanceof GapSignal)) throw signal;
    if (interpreter.tryDepth > 0 && !(signal instanceof GapSignal)) throw signal;
    if (signal instanceof StopSignal || signal instanceof RaisedSignal) throw signal;
    // Its effects are not known: in a run nothing after it is (a wrong number costs everything); in a check the names it binds are not.
    if (interpreter.isRun && interpreter.callDepth > 0) throw signal;
    poison(statement, interpreter.absorb(signal, statement.span), scope);
    return NORMAL;
  }
}

function poison(statement: Stmt, value: Value, scope: Scope): void {
  for (const name of boundNames([statement], [])) scope.bind(name, value);
}

/** Whether a call that was not followed is given something that it could change: an array, a list, a dict. */
function mayChangeInPlace(e: Expr, scope: Scope): boolean {
  if (e.kind !== 'call') return false;
  const given = e.args.map((argument) => argument.value);
  const names = (e.callee.kind === 'attribute' ? [e.callee.object, ...given] : given).filter((part) => part.kind === 'name');
  return names.some(({ name }) => {
    const value = scope.lookUp(name);
    return value?.kind === 'list' || value?.kind === 'dict' || (value?.kind === 'tensor' && value.flavor === 'numpy');
  });
}

/** JavaScript's blocks have scopes of their own; Python's do not. */
export function blockScope(interpreter: Interpreter, scope: Scope): Scope {
  return interpreter.dialect(scope.document).assignment === 'declaration' ? new Scope(scope, 'block') : scope;
}

/** Python's `list += x` extends the list itself. */
function inPlace(
  interpreter: Interpreter,
  context: Context,
  op: Extract<Stmt, { kind: 'augment' }>['op'],
  before: Value,
  operand: Value,
  scope: Scope,
): Value {
  if (before.kind === 'list' && op === '+' && scope.document !== '' && interpreter.dialect(scope.document).language === 'python') {
    before.items.push(...context.iterate(operand));
    return before;
  }
  return interpreter.dialect(scope.document).binary(context, op, before, operand);
}

function noteTerm(interpreter: Interpreter, name: string | undefined, statement: Stmt, value: Value, scope: Scope): void {
  if (name === undefined || value.kind !== 'tensor' || interpreter.termScope === null || scope.frame() !== interpreter.termScope) return;
  interpreter.terms.push({ name, span: statement.span, node: value.node });
}
