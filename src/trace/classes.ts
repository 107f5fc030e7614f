/** Owns user classes: making them, looking members up along the bases, instantiation, super(). */
import { SUBCLASS_CALL } from '../api/kerasLosses/lossObject';
import { failure } from '../graph/primitive';
import type { CallExpr, ClassDefinition } from '../program/program';
import type { ApiEntry } from '../value/api';
import { type ClassValue, type FunctionValue, type InstanceValue, keyOf, NONE, type ObjectValue, type Value } from '../value/value';
import { call, callEntry } from './calls';
import type { Context } from './context';
import { isEnumeration, isMember, makeMembers, membersOf } from './enums';
import { evaluate, evaluateArguments } from './expressions';
import type { Interpreter } from './interpreter';
import { Scope } from './scope';
import { executeBlock } from './statements';

/** Attribute under which an instance keeps the object that its library base class made (`super().__init__()`). */
export const BASE_OBJECT = '(base)';

export function makeClass(interpreter: Interpreter, definition: ClassDefinition, scope: Scope): ClassValue {
  const { positional } = evaluateArguments(
    interpreter,
    definition.bases.filter((base) => base.name === undefined),
    scope,
  );
  const inner = new Scope(scope, 'class');
  executeBlock(interpreter, definition.body, inner);
  const members = new Map(inner.entries());
  const made: ClassValue = { kind: 'class', definition, bases: positional, members, scope: inner };
  for (const [name, member] of members) members.set(name, owned(member, made));
  makeMembers(made);
  for (const decorator of definition.decorators) evaluate(interpreter, decorator, scope);
  return made;
}

function owned(member: Value, owner: ClassValue): Value {
  return member.kind === 'function' && member.owner === undefined && member.scope === owner.scope ? { ...member, owner } : member;
}

/** The classes in which a member is looked up, in order; library bases and unknowns stand as they are. */
export function* resolutionOrder(type: ClassValue): Generator<Value> {
  yield type;
  for (const base of type.bases) {
    if (base.kind === 'class') yield* resolutionOrder(base);
    else yield base;
  }
}

/** A member that user classes define, after `after` in the resolution order if given. */
export function findMember(
  type: ClassValue,
  name: string,
  after?: ClassValue,
): { readonly value: Value; readonly owner: ClassValue } | undefined {
  let seen = after === undefined;
  for (const base of resolutionOrder(type)) {
    if (base.kind !== 'class') continue;
    const value = seen ? base.members.get(name) : undefined;
    if (value !== undefined) return { value, owner: base };
    if (base === after) seen = true;
  }
  return undefined;
}

/** The library class that a class derives from, if any; unknown bases are returned as such. */
export function libraryBase(type: ClassValue): Value | undefined {
  for (const base of resolutionOrder(type))
    if (base.kind === 'api' || base.kind === 'unknown' || base.kind === 'object' || base.kind === 'native') return base;
  return undefined;
}

export function instantiate(
  context: Context,
  type: ClassValue,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): Value {
  const [given] = positional;
  if (isEnumeration(type) && given !== undefined) return memberOf(context, type, given);
  const instance: InstanceValue = { kind: 'instance', class: type, attributes: new Map() };
  const initializer = findMember(type, context.language === 'python' ? '__init__' : 'constructor');
  if (initializer) {
    call(context, initializer.value, [instance, ...positional], keywords);
  } else if (isDataclass(type)) {
    initializeFields(context, instance, type, positional, keywords);
  } else {
    if (isMadeByDecorator(type, positional, keywords)) context.unknown(`the constructor of ${type.definition.name} is its decorator's`);
    makeBaseObject(context, instance, positional, keywords);
  }
  return instance;
}

/** `Mode('value')`. */
function memberOf(context: Context, type: ClassValue, value: Value): Value {
  if (isMember(value)) return value;
  const key = keyOf(value);
  const found = key === undefined ? undefined : membersOf(type).find((one) => keyOf(one.attributes.get('value') ?? NONE) === key);
  return found ?? context.unknown(`a member of ${type.definition.name} by a value that is not known`);
}

/** Runs the library base's constructor: `super().__init__(…)` or a class without one. */
export function makeBaseObject(
  context: Context,
  instance: InstanceValue,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): void {
  const base = libraryBase(instance.class);
  if (base?.kind !== 'api') {
    if (base === undefined && (positional.length > 0 || Object.keys(keywords).length > 0) && context.language === 'python') {
      context.fail(failure('argument', 'type', `${instance.class.definition.name}() takes no arguments`));
    }
    instance.attributes.set(BASE_OBJECT, NONE);
    return;
  }
  const found = context.library.resolve(base.path, context.keras);
  const entry = found.kind === 'entry' || found.kind === 'missing' ? found.entry : null;
  instance.attributes.set(BASE_OBJECT, NONE);
  if (entry === null) return;
  const object = callEntry(context, entry, positional, keywords);
  instance.attributes.set(BASE_OBJECT, object);
  if (object.kind === 'object' && object.state !== undefined) instancesIn(context.memory).set(object.state, instance);
}

/** The instances of user classes by the state of their library object: whose model a state is. */
export function instancesIn(memory: Map<string, unknown>): Map<unknown, InstanceValue> {
  const known = memory.get('instances');
  if (known instanceof Map) return known;
  const made = new Map<unknown, InstanceValue>();
  memory.set('instances', made);
  return made;
}

export function baseObject(instance: InstanceValue): ObjectValue | undefined {
  const object = instance.attributes.get(BASE_OBJECT);
  return object?.kind === 'object' ? object : undefined;
}

/** `@attr.s` and its like give a class the constructor that it does not write. */
function isMadeByDecorator(type: ClassValue, positional: readonly Value[], keywords: Readonly<Record<string, Value>>): boolean {
  if (type.definition.decorators.length === 0 || (positional.length === 0 && Object.keys(keywords).length === 0)) return false;
  const base = libraryBase(type);
  return base === undefined || (base.kind === 'api' && /(^|\.)object$/.test(base.path));
}

function isDataclass(type: ClassValue): boolean {
  return type.definition.decorators.some((d) => {
    const inner = d.kind === 'call' ? d.callee : d;
    return (inner.kind === 'name' && inner.name === 'dataclass') || (inner.kind === 'attribute' && inner.name === 'dataclass');
  });
}

function initializeFields(
  context: Context,
  instance: InstanceValue,
  type: ClassValue,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): void {
  const fields = type.definition.body.flatMap((s) =>
    s.kind === 'assign' && s.annotation && s.targets[0]?.kind === 'name' ? [s.targets[0].name] : [],
  );
  fields.forEach((name, i) => {
    const value = positional[i] ?? keywords[name] ?? type.members.get(name);
    if (value === undefined) context.fail(failure('argument', 'type', `${type.definition.name}() is missing the argument '${name}'`));
    instance.attributes.set(name, value);
  });
  const after = findMember(type, '__post_init__');
  if (after) call(context, after.value, [instance], {});
}

/** Calls a method of an instance; undefined if no class of the user's or the library's has it. */
export function callMethodOf(
  context: Context,
  instance: InstanceValue,
  name: string,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): Value | undefined {
  const member = findMember(instance.class, name);
  if (member) return call(context, member.value, [instance, ...positional], keywords);
  const call_ = name === '__call__' ? findMember(instance.class, 'call') : undefined;
  const around = call_ ? baseObject(instance)?.methods.get(SUBCLASS_CALL) : undefined;
  if (call_ && around) {
    const callee: Value = { kind: 'method', self: instance, callee: call_.value };
    return callEntry(context, around, [callee, instance, ...positional], keywords);
  }
  if (call_) return call(context, call_.value, [instance, ...positional], keywords);
  const base = baseObject(instance);
  const entry: ApiEntry | undefined = name === '__call__' ? (base?.call ?? base?.methods.get('call')) : base?.methods.get(name);
  return entry ? callEntry(context, entry, positional, keywords) : undefined;
}

/** `super()` and `super(Class, self)`: an object whose members are those after the class in the resolution order. */
export function superObject(interpreter: Interpreter, scope: Scope, e: CallExpr): Value | undefined {
  const frame = methodFrame(scope);
  const [classArgument, selfArgument] = e.args;
  const type = classArgument ? evaluate(interpreter, classArgument.value, scope) : frame?.owner;
  const self = selfArgument ? evaluate(interpreter, selfArgument.value, scope) : frame?.self;
  if (type?.kind !== 'class' || self?.kind !== 'instance') return undefined;
  return { kind: 'object', type: 'builtins.super', attributes: new Map(), methods: new Map(), state: { type, self } satisfies SuperState };
}

export interface SuperState {
  readonly type: ClassValue;
  readonly self: InstanceValue;
}

function methodFrame(scope: Scope): Scope | undefined {
  for (let inner: unknown = scope; inner instanceof Scope; inner = inner.parent) if (inner.owner && inner.self) return inner;
  return undefined;
}

/** A member reached through super(). */
export function superMember(context: Context, state: SuperState, name: string): Value {
  const member = findMember(state.self.class, name, state.type);
  if (member) return bindMember(context, member.value, state.self);
  const entry: ApiEntry = {
    signature: '*args, **kwargs',
    call: (_context, args) => callSuper(context, state, name, args.rest, args.keywords),
  };
  return { kind: 'native', name, entry };
}

function callSuper(
  context: Context,
  state: SuperState,
  name: string,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>>,
): Value {
  if (name === '__init__' || name === 'constructor') {
    const member = findMember(state.self.class, name, state.type);
    if (member) call(context, member.value, [state.self, ...positional], keywords);
    else makeBaseObject(context, state.self, positional, keywords);
    return NONE;
  }
  const base = baseObject(state.self);
  const entry = name === '__call__' ? base?.call : base?.methods.get(name);
  if (entry) return callEntry(context, entry, positional, keywords);
  if (name === 'get_config') return { kind: 'dict', entries: new Map() };
  return context.unknown(`\`super().${name}\` of a base class that is not known`);
}

/** A class member as seen through an instance: functions become bound methods, properties their values. */
export function bindMember(context: Context, member: Value, self: InstanceValue): Value {
  if (member.kind !== 'function') return member;
  const fn: FunctionValue = member;
  if (fn.traits.has('static')) return fn;
  if (fn.traits.has('classMethod')) return { kind: 'method', self: self.class, callee: fn };
  if (fn.traits.has('property')) return call(context, fn, [self], {});
  return { kind: 'method', self, callee: fn };
}
