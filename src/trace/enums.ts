/** Owns enumerations: the members of a class that derives from Python's Enum are objects with a name and a value, the same each time. */
import { type ClassValue, type InstanceValue, integer, NONE, string, type Value } from '../value/value';
import { BASE_OBJECT } from './classes';

const ENUMERATION = /^enum\.(?:Enum|IntEnum|StrEnum|Flag|IntFlag)$/;

/** Attribute of a member: what it is equal to besides itself (`class Mode(str, Enum)`). */
export const ENUM_MIXIN = '(mixin)';

export function isEnumeration(type: ClassValue): boolean {
  return type.bases.some((base) => (base.kind === 'api' ? ENUMERATION.test(base.path) : base.kind === 'class' && isEnumeration(base)));
}

/** Makes the members of a new enumeration. */
export function makeMembers(type: ClassValue): void {
  if (!isEnumeration(type)) return;
  const mixin = type.bases.some((base) => base.kind === 'api' && (/^builtins\./.test(base.path) || /\.(?:Int|Str)/.test(base.path)));
  let position = 0;
  for (const [name, value] of type.members) {
    if (name.startsWith('_') || value.kind === 'function' || value.kind === 'class') continue;
    position++;
    type.members.set(name, member(type, name, value.kind === 'object' && value.type === 'enum.auto' ? integer(position) : value, mixin));
  }
}

function member(type: ClassValue, name: string, value: Value, mixin: boolean): InstanceValue {
  const attributes = new Map<string, Value>([
    ['name', string(name)],
    ['value', value],
    [BASE_OBJECT, NONE],
    [ENUM_MIXIN, mixin ? value : NONE],
  ]);
  return { kind: 'instance', class: type, attributes };
}

export function membersOf(type: ClassValue): readonly InstanceValue[] {
  return [...type.members.values()].flatMap((value) => (value.kind === 'instance' && value.class === type ? [value] : []));
}

export function isMember(value: Value): value is InstanceValue {
  return value.kind === 'instance' && value.attributes.has(ENUM_MIXIN);
}
