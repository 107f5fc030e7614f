/** Owns which members JavaScript's plain values have. */
import type { ApiEntry } from '../../value/api';
import { boolean, keyOf, string, type Value } from '../../value/value';
import { entry } from '../table';
import { arrayMembers } from './arrays';
import { textOfValue } from './plainValues';
import { numberMembers, stringMembers } from './strings';

export function javascriptMember(value: Value, name: string): ApiEntry | undefined {
  const members = membersOf(value);
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}

function membersOf(value: Value): Readonly<Record<string, ApiEntry>> | undefined {
  switch (value.kind) {
    case 'list':
      return arrayMembers(value);
    case 'string':
      return stringMembers(value);
    case 'number':
      return numberMembers(value);
    case 'dict':
      return {
        hasOwnProperty: entry('key', (_c, a) => boolean(value.entries.has(keyOf(a.value('key')) ?? ''))),
        toString: entry('', () => string('[object Object]')),
      };
    case 'boolean':
      return { toString: entry('', () => string(textOfValue(value))) };
    case 'function':
    case 'method':
    case 'native':
      return {
        call: entry('self, *args', (c, a) => c.call(value, a.rest)),
        apply: entry('self, args=None', (c, a) => c.call(value, a.value('args').kind === 'none' ? [] : a.items('args'))),
        bind: entry('self=None, *args', (_c, a) => {
          const first = a.rest;
          return { kind: 'native', name: 'bound', entry: entry('*rest', (c, b) => c.call(value, [...first, ...b.rest])) };
        }),
      };
    default:
      return undefined;
  }
}
