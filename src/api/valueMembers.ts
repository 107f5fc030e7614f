/** Owns methods and properties of plain values: strings, lists, dicts, sets, shapes, dtypes. */
import type { ApiEntry } from '../value/api';
import type { Value } from '../value/value';
import { dictMembers, listMembers, setMembers, tupleMembers } from './python/containers';
import { dtypeMembers } from './python/dtypeMembers';
import { shapeMembers } from './python/shapeMembers';
import { stringMembers } from './python/strings';
import { entry } from './table';

type Members = Readonly<Record<string, ApiEntry>>;

/** By value: a loop asks a list for `append` again and again. */
const MEMBERS = new WeakMap<Value, Members>();

export const valueMember = (value: Value, name: string): ApiEntry | undefined => {
  const members = MEMBERS.get(value) ?? remembered(value);
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
};

function remembered(value: Value): Members | undefined {
  const members = membersOf(value);
  if (members !== undefined) MEMBERS.set(value, members);
  return members;
}

function membersOf(value: Value): Members | undefined {
  switch (value.kind) {
    case 'string':
      return stringMembers(value);
    case 'list':
      return listMembers(value);
    case 'tuple':
      return tupleMembers(value);
    case 'dict':
      return dictMembers(value);
    case 'set':
      return setMembers(value);
    case 'shape':
      return shapeMembers(value);
    case 'dtype':
      return dtypeMembers(value);
    case 'number':
      return {
        is_integer: entry('', () => ({ kind: 'boolean', value: value.value === undefined ? undefined : Number.isInteger(value.value) })),
        item: entry('', () => value),
        value: { ...entry('', () => value), property: true },
        real: { ...entry('', () => value), property: true },
      };
    default:
      return undefined;
  }
}
