/** Owns what JavaScript reads from values: by index, by name, and what iterating gives. */
import { textOfValue } from '../../api/javascript/plainValues';
import { USED_AS_ARRAY } from '../../api/tfjs/missingMembers';
import { isTensorMethod } from '../../api/tfjs/tensorMethods';
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import { keyOf, NONE, string, type Value } from '../../value/value';
import { uncalledMethod } from './javascriptTensors';

export function index(context: CallContext, object: Value, items: readonly Value[]): Value {
  const [item = NONE] = items;
  if (object.kind === 'tensor') {
    // The program knows better than we do what it is called with.
    if (context.build.node(object.node).op === 'input') return context.unknown(USED_AS_ARRAY);
    const detail = 'a tensor has no elements by index in JavaScript (it gives undefined): use slice, gather or unstack';
    return context.fail(failure('operand-type', 'type', detail, { operator: '[]' }), [object]);
  }
  if (object.kind === 'list') {
    if (item.kind === 'number' && item.value === undefined) return context.unknown('an index that is not known');
    const place = item.kind === 'number' ? item.value : undefined;
    if (place !== undefined) return object.items[place] ?? NONE;
  }
  if (object.kind === 'string' && item.kind === 'number' && item.value !== undefined)
    return object.value === undefined ? string(undefined) : string(object.value[item.value]);
  const name = textOfValue(item);
  if (name === undefined) return context.unknown('a property whose name is not known');
  return context.getAttribute(object, name);
}

/** Properties of objects; a method found on one is bound to it. */
export function member(context: CallContext, object: Value, name: string): Value | undefined {
  if (object.kind === 'native' && isTensorMethod(object.name) && isTensorMethod(name)) return uncalledMethod(context, object.name, name);
  if (object.kind !== 'dict') return undefined;
  const found = object.entries.get(keyOf(string(name)) ?? name)?.value;
  if (found === undefined) {
    const open = [...object.entries.keys()].some((key) => key.startsWith('?'));
    return open
      ? context.unknown('an object whose keys are not known')
      : name === 'hasOwnProperty' || name === 'toString'
        ? undefined
        : NONE;
  }
  const method = found.kind === 'function' && found.definition.params[0]?.name === 'this';
  return method ? { kind: 'method', self: object, callee: found } : found;
}

export function elements(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list' || value.kind === 'set') return value.items;
  return value.kind === 'string' && value.value !== undefined ? [...value.value].map((character) => string(character)) : undefined;
}
