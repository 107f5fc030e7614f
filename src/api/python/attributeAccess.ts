/** Owns Python's getattr, setattr and hasattr. */
import type { CallContext } from '../../value/api';
import { NONE, type TensorValue, type Value } from '../../value/value';

/** Attributes that tensors have inside models only. */
const PRIVATE_TENSOR_ATTRIBUTES = /^_keras|^_op$|^_metadata$|^_uses_learning_phase$|^_name$/;

export function hasAttribute(c: CallContext, object: Value, name: string): boolean | undefined {
  switch (object.kind) {
    case 'unknown':
      return undefined;
    case 'tensor':
      if (PRIVATE_TENSOR_ATTRIBUTES.test(name)) return false;
      return ['shape', 'dtype', 'ndim', 'get_shape', 'name', 'op', 'device', 'graph'].includes(name) && object.flavor !== 'numpy'
        ? true
        : name === 'numpy'
          ? c.mode === 'run' && object.flavor !== 'numpy'
          : numpyHas(object, name);
    case 'function':
      if (name === '__name__' || name === '__call__' || name === '__doc__') return true;
      return object.attributes.has(name);
    case 'dict':
    case 'list':
    case 'tuple':
    case 'string':
    case 'number':
    case 'none':
      return undefined;
    case 'object':
      return object.attributes.has(name) || object.methods.has(name) || (name === '__call__' && object.call !== undefined)
        ? true
        : undefined;
    case 'instance':
      return object.attributes.has(name) || classHas(object.class, name);
    case 'class':
      return classHas(object, name);
    case 'api':
      return c.hasName(`${object.path}.${name}`);
    default:
      return undefined;
  }
}

function numpyHas(x: TensorValue, name: string): boolean | undefined {
  return x.flavor === 'numpy' ? undefined : ['astype', 'T', 'reshape', 'tolist', 'ravel'].includes(name) ? false : undefined;
}

function classHas(type: Value, name: string): boolean | undefined {
  if (type.kind !== 'class') return type.kind === 'api' && type.path === 'builtins.object' ? false : undefined;
  if (type.members.has(name)) return true;
  const answers = type.bases.map((base) => classHas(base, name));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

export function getAttribute(c: CallContext, object: Value, name: string, fallback: Value | undefined): Value {
  if (object.kind === 'unknown') return c.unknown(object.reason);
  if (fallback !== undefined && hasAttribute(c, object, name) === false) return fallback;
  return c.getAttribute(object, name);
}

export function setAttribute(c: CallContext, object: Value, name: string, value: Value): Value {
  if (object.kind === 'instance' || object.kind === 'object' || object.kind === 'function') object.attributes.set(name, value);
  else if (object.kind !== 'tensor') return c.unknown(`setting an attribute of a ${object.kind}`);
  return NONE;
}
