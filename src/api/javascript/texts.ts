/** Owns JavaScript's regular expressions and JSON, of texts that are known. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, dict, integer, list, NONE, type ObjectValue, string, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { jsNumber } from './globals';

/** Longer texts, and patterns that may go back over them again and again, are not matched: they are the user's, and could take for ever. */
const LONGEST = 200;
const MAY_EXPLODE = /[+*}]\)[+*{]|\\[1-9]|\(\?<?[=!]|[+*][^|)]*[+*][^|)]*[+*]/;

function expressionOf(c: CallContext, pattern: Value, flags: Value): RegExp {
  if (pattern.kind !== 'string' || pattern.value === undefined || pattern.value.length > LONGEST || MAY_EXPLODE.test(pattern.value))
    return c.unknown('a regular expression that is not followed');
  try {
    return new RegExp(pattern.value, flags.kind === 'string' ? (flags.value ?? '') : '');
  } catch {
    return c.unknown('a regular expression that is not valid');
  }
}

function textOf(c: CallContext, value: Value): string {
  if (value.kind !== 'string' || value.value === undefined) return c.unknown('a string that is not known');
  return value.value.length > LONGEST ? c.unknown('a long string') : value.value;
}

function matchOf(found: RegExpExecArray | null): Value {
  if (found === null) return NONE;
  return list(found.map((part: string | undefined) => (part === undefined ? NONE : string(part))));
}

function regExp(expression: RegExp): ObjectValue {
  const on = (compute: (text: string) => Value): ApiEntry => entry("text=''", (c, a) => compute(textOf(c, a.value('text'))));
  return {
    kind: 'object',
    type: 'js.RegExp',
    attributes: new Map<string, Value>([
      ['source', string(expression.source)],
      ['flags', string(expression.flags)],
    ]),
    methods: new Map([
      ['test', on((text) => boolean(expression.test(text)))],
      ['exec', on((text) => matchOf(expression.exec(text)))],
      ['toString', entry('', () => string(String(expression)))],
    ]),
    state: expression,
  };
}

/** The expression behind a value that String's methods are given. */
export function expressionIn(value: Value): RegExp | undefined {
  return value.kind === 'object' && value.state instanceof RegExp ? value.state : undefined;
}

/** `text.match(/…/)`: all matches with the flag g, else the first with its groups. */
export function matched(text: string, expression: RegExp): Value {
  if (!expression.global) return matchOf(expression.exec(text));
  const found = text.match(expression);
  return found === null ? NONE : list(found.map((part) => string(part)));
}

/** Undefined for what JSON leaves out or we do not know. */
function plain(value: Value): unknown {
  switch (value.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return value.value;
    case 'none':
      return null;
    case 'list': {
      const items = value.items.map(plain);
      return items.includes(undefined) ? undefined : items;
    }
    case 'dict': {
      const entries = [...value.entries.values()].map(({ key, value: item }) => [
        key.kind === 'string' ? key.value : undefined,
        plain(item),
      ]);
      return entries.some(([key, item]) => key === undefined || item === undefined) ? undefined : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

function fromJson(parsed: unknown): Value {
  if (typeof parsed === 'number') return Number.isInteger(parsed) ? integer(parsed) : jsNumber(parsed);
  if (typeof parsed === 'string') return string(parsed);
  if (typeof parsed === 'boolean') return boolean(parsed);
  if (Array.isArray(parsed)) return list(parsed.map(fromJson));
  if (typeof parsed === 'object' && parsed !== null) return dict(Object.entries(parsed).map(([key, value]) => [key, fromJson(value)]));
  return NONE;
}

export const JS_TEXTS: ApiTable = {
  'js.RegExp': entry("pattern, flags=''", (c, a) =>
    regExp(expressionIn(a.value('pattern')) ?? expressionOf(c, a.value('pattern'), a.value('flags'))),
  ),
  'js.JSON.stringify': entry('value, *rest', (_c, a) => {
    const value = plain(a.value('value'));
    return string(value === undefined || a.rest.length > 0 ? undefined : JSON.stringify(value));
  }),
  'js.JSON.parse': entry('text, reviver=None', (c, a) => {
    const text = a.value('text');
    if (text.kind !== 'string' || text.value === undefined) return c.unknown('a text that is not known');
    try {
      return fromJson(JSON.parse(text.value));
    } catch {
      return c.unknown('a text that is no JSON');
    }
  }),
};
