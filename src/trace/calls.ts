/** Owns calls: of library entries, user functions, classes, instances and everything else that can be called. */

import { bindArguments } from '../api/signature';
import type { Span } from '../base/span';
import { failure } from '../graph/primitive';
import type { CallExpr, Expr } from '../program/program';
import type { ApiEntry } from '../value/api';
import { NONE, string, type Value } from '../value/value';
import { callMethodOf, instantiate, superObject } from './classes';
import { Context } from './context';
import { evaluate, evaluateArguments } from './expressions';
import { callFunction } from './functions';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';

export interface CallSite {
  readonly span: Span;
  readonly callee: string;
  readonly document: string;
}

export function callExpression(interpreter: Interpreter, e: CallExpr, scope: Scope): Value {
  if (e.callee.kind === 'name' && e.callee.name === 'super' && scope.lookUp('super')?.kind !== 'function') {
    const made = superObject(interpreter, scope, e);
    if (made) return made;
  }
  const callee = evaluate(interpreter, e.callee, scope);
  if (e.optional && callee.kind === 'none') return NONE;
  const { positional, keywords } = evaluateArguments(interpreter, e.args, scope);
  if (callee.kind === 'unknown') return callee;
  const builtin = scopeBuiltin(callee, scope);
  if (builtin) return builtin;
  const context = new Context(interpreter, e.span, spellingOf(e.callee), scope.document);
  return context.guarded(() => call(context, callee, positional, keywords), []);
}

/** Calls a value from inside a composition. */
export function callValue(
  interpreter: Interpreter,
  callee: Value,
  args: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
  site: CallSite,
): Value {
  return call(new Context(interpreter, site.span, site.callee, site.document), callee, args, keywords);
}

export function call(context: Context, callee: Value, positional: readonly Value[], keywords: Readonly<Record<string, Value>>): Value {
  switch (callee.kind) {
    case 'function':
      return callFunction(context, callee, positional, keywords);
    case 'method':
      return call(context, callee.callee, [callee.self, ...positional], keywords);
    case 'native':
      return callEntry(context, callee.entry, positional, keywords);
    case 'api':
      return callApi(context, callee.path, positional, keywords);
    case 'class':
      return instantiate(context, callee, positional, keywords);
    case 'instance': {
      const result = callMethodOf(context, callee, '__call__', positional, keywords);
      return result ?? context.unknown(`calling an instance of \`${callee.class.definition.name}\``);
    }
    case 'object':
      if (callee.call) return callEntry(context, callee.call, positional, keywords);
      return context.unknown(`calling a ${callee.type}`);
    case 'dtype':
      return callApi(context, `np.${callee.dtype}`, positional, keywords);
    case 'unknown':
      return context.unknown(callee.reason);
    case 'tensor':
    case 'number':
    case 'none':
    case 'tuple':
    case 'list':
    case 'string':
      return context.fail(
        failure('not-callable', 'type', `a ${typeName(callee)} cannot be called`),
        callee.kind === 'tensor' ? [callee] : [],
      );
    default:
      return context.unknown(`calling a ${callee.kind}`);
  }
}

function typeName(value: Value): string {
  if (value.kind === 'number') return value.float ? 'float' : 'int';
  return value.kind === 'none' ? 'None' : value.kind;
}

export function callEntry(
  context: Context,
  entry: ApiEntry,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): Value {
  return context.interpreter.enterCall(context.span, () => {
    const { build } = context;
    const before = build.span;
    build.span = context.span;
    try {
      return entry.call(context, bindArguments(entry, positional, keywords, context));
    } finally {
      build.span = before;
    }
  });
}

function callApi(context: Context, path: string, positional: readonly Value[], keywords: Readonly<Record<string, Value>>): Value {
  const found = context.library.resolve(path, context.keras);
  if (found.kind === 'entry') return callEntry(context, found.entry, positional, keywords);
  if (found.kind === 'missing' && found.entry) return callEntry(context, found.entry, positional, keywords);
  if (found.kind === 'value') return call(context, found.value, positional, keywords);
  return context.unknown(`\`${context.callee || path}\` is not known to Loss Lab`);
}

/** Built-ins that look at the scope they are called in. */
function scopeBuiltin(callee: Value, scope: Scope): Value | undefined {
  if (callee.kind !== 'api') return undefined;
  if (callee.path === 'builtins.locals' || callee.path === 'builtins.vars') {
    return {
      kind: 'dict',
      entries: new Map([...scope.frame().entries()].map(([name, value]) => [`s:${name}`, { key: string(name), value }])),
    };
  }
  return undefined;
}

/** An expression as the user spelt it, for messages: `tf.reduce_sum`, `loss.call`. */
export function spellingOf(e: Expr): string {
  if (e.kind === 'name') return e.name;
  if (e.kind === 'attribute') {
    const object = spellingOf(e.object);
    return object === '' ? e.name : `${object}.${e.name}`;
  }
  return '';
}
