/** Owns user functions: making them, binding arguments as the language does, running their bodies. */
import { failure } from '../graph/primitive';
import type { FunctionDefinition, Param, Stmt } from '../program/program';
import { dict, type FunctionValue, list, NONE, tuple, unknown, type Value } from '../value/value';
import { assign } from './assignment';
import { joinReturns } from './branches';
import { Context } from './context';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import { promiseOf } from './promises';
import { type NameSource, Scope } from './scope';
import { executeBlock } from './statements';

export function makeFunction(interpreter: Interpreter, definition: FunctionDefinition, scope: Scope): Value {
  const defaults = new Map<string, Value>();
  // JavaScript evaluates defaults at each call, Python once, where the function is defined.
  if (interpreter.dialect(scope.document).language === 'python') {
    for (const param of definition.params) if (param.default) defaults.set(param.name, evaluate(interpreter, param.default, scope));
  }
  const traits: FunctionValue['traits'] = new Set(definition.isGenerator ? (['generator'] as const) : []);
  const made: FunctionValue = { kind: 'function', definition, scope, defaults, attributes: new Map(), traits };
  const value = decorate(interpreter, made, definition, scope);
  if (interpreter.watchedFunction?.definition === definition) interpreter.watchedFunction.made = value;
  return value;
}

/** Applies decorators from the inside out. One that is not understood is ignored: the function stays itself, but for what it must be given. */
function decorate(interpreter: Interpreter, made: FunctionValue, definition: FunctionDefinition, scope: Scope): Value {
  let value: Value = made;
  for (const decorator of [...definition.decorators].reverse()) {
    const name = decorator.kind === 'name' ? decorator.name : '';
    if (name === 'staticmethod' || name === 'classmethod' || name === 'property') {
      made.traits.add(name === 'staticmethod' ? 'static' : name === 'classmethod' ? 'classMethod' : 'property');
      continue;
    }
    if (decorator.kind === 'attribute' && (decorator.name === 'setter' || decorator.name === 'getter')) continue;
    const gaps = interpreter.gaps.length;
    const problems = interpreter.problems.length;
    const context = new Context(interpreter, decorator.span, 'decorator', scope.document);
    const applied = evaluate(interpreter, decorator, scope);
    const inner: Value = value;
    const decorated: Value = applied.kind === 'unknown' ? applied : context.guarded(() => context.call(applied, [inner]), []);
    if (decorated.kind !== 'unknown' && decorated.kind !== 'none') value = decorated;
    else {
      interpreter.gaps.length = gaps;
      interpreter.problems.length = problems;
      made.traits.add('wrapped');
    }
  }
  return value;
}

/** Calls a user function. `self` and `owner` are set for methods, so that super() finds its way. */
export function callFunction(
  context: Context,
  fn: FunctionValue,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): Value {
  const { interpreter } = context;
  return interpreter.enterCall(context.span, () => {
    const scope = new Scope(fn.scope as NameSource, 'function');
    scope.owner = fn.owner;
    scope.self = positional[0];
    if (fn.traits.has('autograph') || fn.traits.has('noAutograph')) interpreter.autograph.push(fn.traits.has('autograph'));
    const pythonSpan = interpreter.build.span;
    try {
      bindParameters(context, fn, positional, keywords, scope);
      interpreter.observer?.(fn.definition, scope, context.span);
      if (interpreter.awaitedFunction === fn.definition) {
        interpreter.awaitedFunction = null;
        interpreter.termScope = scope;
      }
      const completion = executeBlock(interpreter, fn.definition.body, scope);
      if (fn.traits.has('generator')) return list(scope.yields);
      const returned = completion.kind === 'return' ? completion.value : NONE;
      const joined = joinReturns(context, scope.pendingReturns, returned, completion.kind === 'return');
      return fn.definition.isAsync && context.language === 'javascript' ? promiseOf(joined) : joined;
    } finally {
      interpreter.build.span = pythonSpan;
      if (fn.traits.has('autograph') || fn.traits.has('noAutograph')) interpreter.autograph.pop();
    }
  });
}

function bindParameters(
  context: Context,
  fn: FunctionValue,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
  scope: Scope,
): void {
  const { params } = fn.definition;
  const unused = new Map(Object.entries(keywords));
  let next = 0;
  for (const param of params) {
    if (param.kind === 'varPositional') {
      const rest = positional.slice(next);
      next = positional.length;
      scope.bind(param.name, context.language === 'python' ? tuple(rest) : list(rest));
    } else if (param.kind === 'varKeyword') {
      scope.bind(param.name, dict(unused));
      unused.clear();
    } else {
      const byPosition = param.kind !== 'keywordOnly' && next < positional.length;
      const given = byPosition ? positional[next++] : unused.get(param.name);
      unused.delete(param.name);
      bindParameter(context, fn, param, given, scope);
    }
  }
  if (context.language === 'javascript' || fn.traits.has('wrapped')) return;
  const takes = params.filter((p) => p.kind === 'positional' || p.kind === 'positionalOnly').length;
  if (next < positional.length) {
    context.fail(
      failure(
        'argument',
        'type',
        `${nameOf(fn)} takes ${takes} positional argument${takes === 1 ? '' : 's'} but ${positional.length} were given`,
      ),
    );
  }
  const [extra] = unused.keys();
  if (extra !== undefined)
    context.fail(failure('argument', 'type', `${nameOf(fn)} got an unexpected keyword argument '${extra}'`, { keyword: extra }));
}

function bindParameter(context: Context, fn: FunctionValue, param: Param, given: Value | undefined, scope: Scope): void {
  let value = given ?? fn.defaults.get(param.name) ?? context.interpreter.given.get(param.name);
  if (value === undefined || (context.language === 'javascript' && value.kind === 'none')) {
    if (context.language === 'javascript') value = param.default ? evaluate(context.interpreter, param.default, scope) : NONE;
    else if (fn.traits.has('wrapped')) value = unknown(`\`${param.name}\` may come from the decorator of ${nameOf(fn)}`, param.span);
    else
      context.fail(failure('argument', 'type', `${nameOf(fn)} is missing the required argument '${param.name}'`, { argument: param.name }));
  }
  if (param.pattern) assign(context.interpreter, param.pattern, value, scope, 'declare');
  else scope.bind(param.name, value);
}

function nameOf(fn: FunctionValue): string {
  return fn.definition.name === '' ? 'the lambda' : `${fn.definition.name}()`;
}

/** Whether calling the function makes another function: it returns a nested def, a lambda or a partial. */
export function isFactory(definition: FunctionDefinition): boolean {
  const nested = new Set<string>();
  let makes = false;
  // What takes a pair and returns a function that takes none forgot to call it.
  const makesLoss = (inner: FunctionDefinition) => !takesExactlyTwo(definition) || takesTwo(inner);
  const visit = (block: readonly Stmt[]): void => {
    for (const s of block) {
      if (s.kind === 'class' || (s.kind === 'function' && makesLoss(s.definition))) nested.add(s.definition.name);
      else if (s.kind === 'assign' && s.value?.kind === 'function' && makesLoss(s.value.definition)) {
        for (const target of s.targets) if (target.kind === 'name') nested.add(target.name);
      } else if (s.kind === 'return' && s.value) {
        const { value } = s;
        if (value.kind === 'function' ? makesLoss(value.definition) : value.kind === 'name' && nested.has(value.name)) makes = true;
        if (value.kind === 'call' && /(^|\.)partial$/.test(calleeName(value))) makes = true;
        if (value.kind === 'call' && value.callee.kind === 'name' && nested.has(value.callee.name) && value.callee.name.match(/^[A-Z]/))
          makes = true;
      } else if (s.kind === 'if') {
        visit(s.then);
        visit(s.otherwise);
      } else if (s.kind === 'with' || s.kind === 'block') visit(s.body);
    }
  };
  visit(definition.body);
  return makes;
}

const isPositional = ({ kind }: Param) => kind === 'positional' || kind === 'positionalOnly';

function takesTwo({ params }: FunctionDefinition): boolean {
  return params.filter(isPositional).length >= 2 || params.some(({ kind }) => kind === 'varPositional');
}

function takesExactlyTwo({ params }: FunctionDefinition): boolean {
  return params.length === 2 && params.every((param) => isPositional(param) && param.default === null);
}

function calleeName(call: { readonly callee: { readonly kind: string; readonly name?: unknown } }): string {
  return typeof call.callee.name === 'string' ? call.callee.name : '';
}
