/** Owns the execution of statements. Loops and branches on values that are not known are in branches.ts and loops.ts. */
import type { Block, Expr, ImportStmt, Stmt } from '../program/program';
import { api, type ClassValue, NONE, type Value } from '../value/value';
import { assign, deleteTarget } from './assignment';
import { executeIf } from './branches';
import { makeClass } from './classes';
import { Context } from './context';
import { condition, evaluate } from './expressions';
import { makeFunction } from './functions';
import type { Interpreter } from './interpreter';
import { executeFor, executeWhile } from './loops';
import { boundNames } from './moduleScope';
import { Scope } from './scope';
import { BREAK, CONTINUE, type Completion, GapSignal, NORMAL, ProblemSignal, RaisedSignal, StopSignal } from './signals';

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
    if (condition(context, test, s.test, 'assert') === false) {
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
        if (completion.kind === 'break') return NORMAL;
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
  break: () => BREAK,
  continue: () => CONTINUE,
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
  unknown: (interpreter, s) => {
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

function raisedBy(interpreter: Interpreter, s: Extract<Stmt, { kind: 'raise' }>, scope: Scope): Error {
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

function executeTry(interpreter: Interpreter, s: Extract<Stmt, { kind: 'try' }>, scope: Scope): Completion {
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

function executeWith(interpreter: Interpreter, s: Extract<Stmt, { kind: 'with' }>, scope: Scope): Completion {
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

function importedValue(
  interpreter: Interpreter,
  statement: Pick<ImportStmt, 'module' | 'span'>,
  binding: ImportStmt['bindings'][number],
  scope: Scope,
): Value {
  const { module } = statement;
  if (binding.imported !== null && binding.imported !== '*') {
    const submodule = interpreter.importedDocument(
      scope.document,
      module.endsWith('.') ? module + binding.imported : `${module}.${binding.imported}`,
    );
    const document = interpreter.importedDocument(scope.document, module);
    const source = document === undefined ? undefined : interpreter.module(document);
    const value = source?.lookUp(binding.imported);
    if (value !== undefined && value.kind !== 'unknown') return value;
    if (submodule !== undefined) return { kind: 'module', document: submodule };
    if (value !== undefined) return value;
    if (source !== undefined) return interpreter.gap(`\`${binding.imported}\` is not found in \`${module}\``, binding.span);
    const path = interpreter.library.modulePath(module);
    if (path === undefined)
      return interpreter.gap(`\`${binding.imported}\` comes from \`${module}\`, which is not part of the workspace`, binding.span);
    return libraryName(interpreter, path, binding.imported, binding.span);
  }
  const document = interpreter.importedDocument(scope.document, module);
  if (document !== undefined) return { kind: 'module', document };
  const first = module.split('.')[0] ?? module;
  const name = binding.imported === null && binding.local === first && module !== first ? first : module;
  const path = interpreter.library.modulePath(name);
  return path === undefined ? interpreter.gap(`\`${name}\` is not part of the workspace`, binding.span) : api(path);
}

/** A name taken from a library's module: a constant's value, else its path. Whether it exists is found out where it is used. */
function libraryName(interpreter: Interpreter, path: string, name: string, _span: ImportStmt['span']): Value {
  const full = interpreter.library.modulePath(`${path}.${name}`) ?? `${path}.${name}`;
  const found = interpreter.library.resolve(full, interpreter.request.keras);
  return found.kind === 'value' ? found.value : api(full);
}
