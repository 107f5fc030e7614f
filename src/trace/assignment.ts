/** Owns binding values to targets: names, attributes, items, patterns. */

import { assignItem } from '../api/assignItem';
import type { Span } from '../base/span';
import { setterName } from '../program/accessors';
import type { Target } from '../program/program';
import { keyOf, list, NONE, type SequenceValue, string, unknown, type Value } from '../value/value';
import { callValue } from './calls';
import { findMember } from './classes';
import { Context } from './context';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';

/** `declare`: a new name of the innermost block; `assign`: as the language's assignment binds. */
export type Binding = 'declare' | 'assign';

export function assign(interpreter: Interpreter, target: Target, value: Value, scope: Scope, how: Binding): void {
  switch (target.kind) {
    case 'name':
      bindName(interpreter, target.name, value, scope, how);
      return;
    case 'attribute':
      setAttribute(interpreter, target.span, evaluate(interpreter, target.object, scope), target.name, value);
      return;
    case 'index': {
      const object = evaluate(interpreter, target.object, scope);
      const items = target.items.map((item) => evaluate(interpreter, item, scope));
      setItem(interpreter, target, object, items, value, scope);
      return;
    }
    case 'pattern':
      if (target.form === 'sequence') assignSequence(interpreter, target, value, scope, how);
      else assignObject(interpreter, target, value, scope, how);
      return;
    case 'unknown':
      interpreter.gap(target.reason, target.span);
  }
}

export function bindName(interpreter: Interpreter, name: string, value: Value, scope: Scope, how: Binding): void {
  if (how === 'declare' || interpreter.dialect(scope.document).assignment === 'function') scope.bind(name, value);
  else scope.rebind(name, value);
}

function setAttribute(interpreter: Interpreter, span: Span, object: Value, name: string, value: Value): void {
  switch (object.kind) {
    case 'instance': {
      const setter = findMember(object.class, setterName(name))?.value;
      if (setter === undefined) object.attributes.set(name, value);
      else callValue(interpreter, setter, [object, value], {}, { span, callee: name, document: span.document });
      return;
    }
    case 'object':
    case 'function':
      object.attributes.set(name, value);
      return;
    case 'class':
      object.members.set(name, value);
      return;
    case 'api':
      interpreter.patches.set(`${object.path}.${name}`, value);
      return;
    case 'dict': {
      const key = string(name);
      object.entries.set(keyOf(key) ?? name, { key, value });
      return;
    }
    default:
  }
}

function setItem(
  interpreter: Interpreter,
  target: Extract<Target, { kind: 'index' }>,
  object: Value,
  items: readonly Value[],
  value: Value,
  scope: Scope,
): void {
  const [item] = items;
  if (object.kind === 'dict' && item) {
    const key = keyOf(items.length > 1 ? { kind: 'tuple', items: [...items] } : item);
    if (key !== undefined) object.entries.set(key, { key: item, value });
    return;
  }
  if (object.kind === 'list' && item?.kind === 'number' && item.value !== undefined) {
    const index = item.value < 0 ? item.value + object.items.length : item.value;
    if (index >= 0 && index <= object.items.length) object.items[index] = value;
    return;
  }
  if (object.kind === 'tensor' && object.flavor === 'numpy') {
    const context = new Context(interpreter, target.span, 'item assignment', scope.document);
    const updated = context.guarded(() => assignItem(context, object, items, value), [object, value]);
    if (target.object.kind === 'name') scope.rebind(target.object.name, updated);
    return;
  }
  if (object.kind === 'tensor') {
    const context = new Context(interpreter, target.span, 'item assignment', scope.document);
    context.guarded(
      () =>
        context.fail(
          {
            code: 'item-assignment',
            kind: 'type',
            certainty: 'certain',
            detail: 'a tensor does not support item assignment: use tf.tensor_scatter_nd_update or tf.where',
          },
          [object],
        ),
      [],
    );
  }
}

function assignSequence(
  interpreter: Interpreter,
  target: Extract<Target, { form: 'sequence' }>,
  value: Value,
  scope: Scope,
  how: Binding,
): void {
  const context = new Context(interpreter, target.span, 'unpacking', scope.document);
  const unpacked = context.guarded(() => list(value.kind === 'unknown' ? [] : context.iterate(value)), [value]);
  const items = unpacked.kind === 'list' ? unpacked.items : undefined;
  const rest = target.items.findIndex((item) => item.rest);
  const after = rest < 0 ? 0 : target.items.length - rest - 1;
  if (items && context.language === 'python') checkCount(context, target, items.length, rest, value);
  target.items.forEach((item, i) => {
    if (item.target === null) return;
    if (items === undefined) {
      assign(
        interpreter,
        item.target,
        value.kind === 'unknown' ? value : unknown('unpacked from a value that is not known', target.span),
        scope,
        how,
      );
    } else if (item.rest) {
      assign(interpreter, item.target, list(items.slice(rest, items.length - after)), scope, how);
    } else {
      const found = items[rest >= 0 && i > rest ? items.length - (target.items.length - i) : i];
      assign(interpreter, item.target, found ?? (item.default ? evaluate(interpreter, item.default, scope) : NONE), scope, how);
    }
  });
}

function checkCount(context: Context, target: Extract<Target, { form: 'sequence' }>, count: number, rest: number, value: Value): void {
  const wanted = target.items.length;
  if (rest >= 0 ? count >= wanted - 1 : count === wanted) return;
  const detail =
    count < wanted ? `not enough values to unpack (expected ${wanted}, got ${count})` : `too many values to unpack (expected ${wanted})`;
  context.guarded(
    () => context.fail({ code: 'unpack', kind: 'value', certainty: 'certain', detail }, value.kind === 'tensor' ? [value] : []),
    [],
  );
}

function assignObject(
  interpreter: Interpreter,
  target: Extract<Target, { form: 'object' }>,
  value: Value,
  scope: Scope,
  how: Binding,
): void {
  const context = new Context(interpreter, target.span, 'destructuring', scope.document);
  for (const entry of target.entries) {
    const found = value.kind === 'unknown' ? value : context.getAttribute(value, entry.key);
    assign(
      interpreter,
      entry.target,
      found.kind === 'none' && entry.default ? evaluate(interpreter, entry.default, scope) : found,
      scope,
      how,
    );
  }
  if (target.rest) assign(interpreter, target.rest, withoutKeys(value, target.entries), scope, how);
}

/** What `...rest` of an object takes: a new object without the properties that were named. */
function withoutKeys(value: Value, named: readonly { readonly key: string }[]): Value {
  if (value.kind !== 'dict') return value;
  const taken = new Set(named.map(({ key }) => keyOf(string(key)) ?? key));
  return {
    kind: 'dict',
    entries: new Map([...value.entries].filter(([key]) => !taken.has(key)).map(([key, entry]) => [key, { ...entry }])),
  };
}

export function deleteTarget(interpreter: Interpreter, target: Target, scope: Scope): void {
  if (target.kind === 'name') scope.remove(target.name);
  else if (target.kind === 'index') {
    const object = evaluate(interpreter, target.object, scope);
    const [item] = target.items.map((expr) => evaluate(interpreter, expr, scope));
    const key = item ? keyOf(item) : undefined;
    if (object.kind === 'dict' && key !== undefined) object.entries.delete(key);
    else if (isList(object) && item?.kind === 'number' && item.value !== undefined) object.items.splice(item.value, 1);
  } else if (target.kind === 'pattern' && target.form === 'sequence') {
    for (const item of target.items) if (item.target) deleteTarget(interpreter, item.target, scope);
  }
}

function isList(value: Value): value is SequenceValue {
  return value.kind === 'list';
}
