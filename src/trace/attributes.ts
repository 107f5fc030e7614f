/** Owns attribute look-up: `object.name` for every kind of value. */
import { type Failure, failure } from '../graph/primitive';
import type { Resolution } from '../value/library';
import { api, NONE, string, type Value } from '../value/value';
import { callEntry } from './calls';
import { baseObject, bindMember, findMember, libraryBase, type SuperState, superMember } from './classes';
import type { Context } from './context';

export function getAttribute(context: Context, object: Value, name: string): Value {
  switch (object.kind) {
    case 'unknown':
      return context.unknown(object.reason);
    case 'tensor': {
      const member = context.library.tensorMember(object, name, context.language);
      if (member === undefined) {
        if (context.language === 'javascript') return context.unknown(`\`.${name}\` of a tensor`);
        return context.unknown(`the tensor attribute \`.${name}\``);
      }
      return member.kind === 'property' ? callEntry(context, member.entry, [], {}) : { kind: 'native', name, entry: member.entry };
    }
    case 'api':
      return apiAttribute(context, object.path, name);
    case 'module':
      return moduleAttribute(context, object.document, name);
    case 'instance':
      return instanceAttribute(context, object, name);
    case 'class': {
      if (name === '__name__') return string(object.definition.name);
      const member = findMember(object, name);
      if (member)
        return member.value.kind === 'function' && member.value.traits.has('classMethod')
          ? { kind: 'method', self: object, callee: member.value }
          : member.value;
      const base = libraryBase(object);
      if (base?.kind === 'api') return apiAttribute(context, base.path, name);
      return context.unknown(`the class attribute \`${object.definition.name}.${name}\``);
    }
    case 'object': {
      if (object.type === 'builtins.super') return superMember(context, object.state as SuperState, name);
      const given = object.attributes.get(name);
      if (given !== undefined) return given;
      const method = object.methods.get(name);
      if (method) return { kind: 'native', name, entry: method };
      if (name === '__call__' && object.call) return { kind: 'native', name, entry: object.call };
      if (name === '__class__') return api(object.type);
      return context.unknown(`\`.${name}\` of a ${object.type}`);
    }
    case 'function': {
      const given = object.attributes.get(name);
      if (given !== undefined) return given;
      if (name === '__name__') return string(object.definition.name || '<lambda>');
      if (name === '__doc__') return object.definition.docstring === null ? NONE : string(object.definition.docstring);
      return memberOf(context, object, name);
    }
    default:
      return memberOf(context, object, name);
  }
}

function memberOf(context: Context, object: Value, name: string): Value {
  const own = context.interpreter.dialect(context.document).member(context, object, name);
  if (own !== undefined) return own;
  const entry = context.library.valueMember(object, name, context.language);
  if (entry) return entry.property ? callEntry(context, entry, [], {}) : { kind: 'native', name, entry };
  if (object.kind === 'none' && context.language === 'python') {
    return context.fail(failure('attribute', 'name', `None has no attribute '${name}'`));
  }
  return context.unknown(`\`.${name}\` of a ${object.kind}`);
}

/** What the chosen Keras lacks and another has. */
export function missingName(found: Extract<Resolution, { kind: 'missing' }>, path: string): Failure {
  return {
    code: found.code,
    kind: 'name',
    certainty: 'certain',
    detail: found.detail,
    data: { path, severity: found.severity, ...(found.suggestion === null ? {} : { suggestion: found.suggestion }) },
  };
}

function apiAttribute(context: Context, path: string, name: string): Value {
  if (name === '__name__') return string(path.split('.').at(-1) ?? path);
  const patched = context.interpreter.patches.get(`${path}.${name}`);
  if (patched !== undefined) return patched;
  const full = context.library.modulePath(`${path}.${name}`) ?? `${path}.${name}`;
  const found = context.library.resolve(full, context.keras);
  switch (found.kind) {
    case 'value':
      return found.value;
    case 'missing': {
      const missing = missingName(found, full);
      // A run mirrors the framework, which raises; a check goes on as where the name existed.
      if (found.severity === 'error' && context.mode === 'run') return context.fail(missing);
      context.note(missing);
      return found.entry === null ? context.unknown(found.detail) : api(full);
    }
    default:
      return api(full);
  }
}

function moduleAttribute(context: Context, document: string, name: string): Value {
  const value = context.interpreter.module(document)?.exported(name);
  if (value !== undefined && value.kind !== 'unknown') return value;
  const submodule = context.interpreter.importedDocument(document, `.${name}`);
  if (submodule !== undefined) return { kind: 'module', document: submodule };
  return context.unknown(value?.kind === 'unknown' ? value.reason : `\`${name}\` is not found in that module`);
}

function instanceAttribute(context: Context, object: Extract<Value, { kind: 'instance' }>, name: string): Value {
  const given = context.interpreter.given.get(`self.${name}`);
  if (given !== undefined) return given;
  const own = object.attributes.get(name);
  if (own !== undefined) return own;
  if (name === '__class__' || name === 'constructor') return object.class;
  const member = findMember(object.class, name);
  if (member) return bindMember(context, member.value, object);
  const base = baseObject(object);
  if (base) {
    const attribute = base.attributes.get(name);
    if (attribute !== undefined) return attribute;
    const method = base.methods.get(name);
    if (method) return { kind: 'native', name, entry: method };
    if (name === '__call__' && base.call) return { kind: 'native', name, entry: base.call };
  }
  const closure = context.interpreter.given.get(name);
  if (closure !== undefined) return closure;
  if (name === '__call__')
    return {
      kind: 'native',
      name,
      entry: { signature: '*args, **kwargs', call: (_c, args) => context.call(object, args.rest, args.keywords) },
    };
  if (name === '__dict__')
    return { kind: 'dict', entries: new Map([...object.attributes].map(([key, value]) => [`s:${key}`, { key: string(key), value }])) };
  const overloaded = findMember(object.class, '__getattr__');
  if (overloaded) return context.call({ kind: 'method', self: object, callee: overloaded.value }, [string(name)]);
  return context.unknown(`\`self.${name}\` of \`${object.class.definition.name}\` is set outside of what is followed`);
}
