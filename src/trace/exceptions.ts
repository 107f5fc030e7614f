/** Owns try, except, finally and raise, and what an exception's text is. */
import type { Stmt } from '../program/program';
import { type ClassValue, NONE, type Value } from '../value/value';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import { type Completion, ProblemSignal, RaisedSignal } from './signals';
import { executeBlock } from './statements';

export function raisedBy(interpreter: Interpreter, s: Extract<Stmt, { kind: 'raise' }>, scope: Scope): RaisedSignal {
  const value = s.value === null ? NONE : evaluate(interpreter, s.value, scope);
  if (value.kind === 'object')
    return new RaisedSignal(value.type.split('.').at(-1) ?? value.type, textOf(value.attributes.get('message') ?? NONE), value, s.span);
  if (value.kind === 'instance')
    return new RaisedSignal(value.class.definition.name, textOf(value.attributes.get('args') ?? NONE), value, s.span);
  if (value.kind === 'class') return new RaisedSignal(value.definition.name, '', value, s.span);
  if (value.kind === 'api') return new RaisedSignal(value.path.split('.').at(-1) ?? value.path, '', value, s.span);
  return spelledException(s) ?? new RaisedSignal('Error', textOf(value), value, s.span);
}

/** Of an exception type that is not known, what its call says: `raise LibraryError("text")`. */
function spelledException(s: Extract<Stmt, { kind: 'raise' }>): RaisedSignal | undefined {
  const callee = s.value?.kind === 'call' ? s.value.callee : s.value;
  const name = callee?.kind === 'name' || callee?.kind === 'attribute' ? callee.name : undefined;
  if (name === undefined) return undefined;
  const first = s.value?.kind === 'call' ? s.value.args[0]?.value : undefined;
  return new RaisedSignal(name, first?.kind === 'string' ? first.value : '', NONE, s.span);
}

export function textOf(value: Value): string {
  switch (value.kind) {
    case 'string':
      return value.value ?? '…';
    case 'number':
      return value.value === undefined ? '…' : String(value.value);
    case 'boolean':
      return value.value === undefined ? '…' : value.value ? 'True' : 'False';
    case 'none':
      return '';
    case 'tuple':
    case 'list':
      return value.items.map(textOf).join(', ');
    default:
      return '…';
  }
}

export function executeTry(interpreter: Interpreter, s: Extract<Stmt, { kind: 'try' }>, scope: Scope): Completion {
  let completion: Completion;
  const guarded = s.handlers.length > 0;
  const depth = interpreter.callDepth;
  if (guarded) interpreter.tryDepth++;
  try {
    completion = executeBlock(interpreter, s.body, scope);
    if (guarded) interpreter.tryDepth--;
    if (completion.kind === 'normal') completion = executeBlock(interpreter, s.otherwise, scope);
  } catch (signal) {
    if (guarded) interpreter.tryDepth--;
    interpreter.callDepth = depth;
    const raised =
      signal instanceof RaisedSignal || signal instanceof ProblemSignal || interpreter.problemOf(signal, s.span, '') !== undefined;
    const handler = raised ? s.handlers.find((h) => catches(interpreter, h.types, signal, scope)) : undefined;
    if (!handler) {
      executeBlock(interpreter, s.final, scope);
      throw signal;
    }
    if (handler.name)
      scope.bind(
        handler.name,
        signal instanceof RaisedSignal
          ? signal.value
          : { kind: 'object', type: 'builtins.Exception', attributes: new Map(), methods: new Map() },
      );
    completion = executeBlock(interpreter, handler.body, scope);
  }
  const final = executeBlock(interpreter, s.final, scope);
  return final.kind === 'normal' ? completion : final;
}

const ANY_EXCEPTION = new Set(['Exception', 'BaseException', 'Error']);

/** By name: class hierarchies of exceptions are not modelled beyond the catch-alls. */
function catches(
  interpreter: Interpreter,
  types: Extract<Stmt, { kind: 'try' }>['handlers'][number]['types'],
  signal: unknown,
  scope: Scope,
): boolean {
  if (types === null || !(signal instanceof RaisedSignal)) return true;
  const value = evaluate(interpreter, types, scope);
  const names = (value.kind === 'tuple' ? value.items : [value]).map((type) =>
    type.kind === 'api' ? type.path.split('.').at(-1) : type.kind === 'class' ? type.definition.name : undefined,
  );
  return names.some((name) => name === undefined || ANY_EXCEPTION.has(name) || name === signal.type || inherits(signal.value, name));
}

function inherits(value: Value, name: string): boolean {
  const bases = (type: ClassValue): boolean =>
    type.definition.name === name ||
    type.bases.some((base) => (base.kind === 'class' ? bases(base) : base.kind === 'api' && base.path.endsWith(`.${name}`)));
  return value.kind === 'instance' && bases(value.class);
}
