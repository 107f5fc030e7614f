/** Owns methods of strings. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, list, type StringValue, string, type Value } from '../../value/value';
import { entry } from '../table';
import { textOf } from './plainValues';
import { noteFormatted } from './valueOfTensor';

/** A method without arguments that maps the text. */
const mapped = (text: StringValue, f: (text: string) => string): ApiEntry =>
  entry('*args', () => string(text.value === undefined ? undefined : f(text.value)));

const tested = (text: StringValue, f: (text: string, part: string) => boolean): ApiEntry =>
  entry('part, *rest', (c, a) => {
    const part = a.value('part');
    const parts = part.kind === 'tuple' ? part.items : [part];
    if (text.value === undefined || parts.some((one) => one.kind !== 'string' || one.value === undefined)) return boolean(undefined);
    return boolean(parts.some((one) => one.kind === 'string' && f(text.value ?? '', one.value ?? c.unknown('a text that is not known'))));
  });

export function stringMembers(text: StringValue): Readonly<Record<string, ApiEntry>> {
  const { value } = text;
  return {
    lower: mapped(text, (t) => t.toLowerCase()),
    casefold: mapped(text, (t) => t.toLowerCase()),
    upper: mapped(text, (t) => t.toUpperCase()),
    title: mapped(text, (t) => t.replace(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())),
    capitalize: mapped(text, (t) => t.charAt(0).toUpperCase() + t.slice(1).toLowerCase()),
    strip: mapped(text, (t) => t.trim()),
    lstrip: mapped(text, (t) => t.trimStart()),
    rstrip: mapped(text, (t) => t.trimEnd()),
    encode: mapped(text, (t) => t),
    decode: mapped(text, (t) => t),
    startswith: tested(text, (t, part) => t.startsWith(part)),
    endswith: tested(text, (t, part) => t.endsWith(part)),
    isdigit: entry('', () => boolean(value === undefined ? undefined : /^\d+$/.test(value))),
    replace: entry('old, new, count=-1', (_c, a) => string(value?.replaceAll(a.string('old'), a.string('new')))),
    split: entry('sep=None, maxsplit=-1', (c, a) => {
      if (value === undefined) return c.unknown('a text that is not known');
      const separator = a.optionalString('sep');
      return list((separator === null ? value.trim().split(/\s+/) : value.split(separator)).map(string));
    }),
    join: entry('iterable', (c, a) => {
      const parts = c.iterate(a.value('iterable')).map(textOf);
      return string(value === undefined || parts.includes(undefined) ? undefined : parts.join(value));
    }),
    find: entry('sub', (_c, a) =>
      value === undefined ? { kind: 'number', float: false, value: undefined } : integer(value.indexOf(a.string('sub'))),
    ),
    count: entry('sub', (_c, a) =>
      value === undefined ? { kind: 'number', float: false, value: undefined } : integer(value.split(a.string('sub')).length - 1),
    ),
    format: entry('*args, **kwargs', (c, a) => {
      const specified = value?.match(/\{[^{}]*\}/g) ?? [];
      if (specified.length > 0 && specified.every((field) => field.includes(':'))) noteFormatted(c, a.rest, specified[0] ?? '');
      return string(formatted(value, a.rest.map(textOf)));
    }),
    zfill: mapped(text, (t) => t),
    ljust: mapped(text, (t) => t),
    rjust: mapped(text, (t) => t),
  };
}

/** `{}` and `{0}` without format codes; anything else is a text that is not known. */
function formatted(template: string | undefined, args: readonly (string | undefined)[]): string | undefined {
  if (template === undefined || args.includes(undefined) || /\{[^}\d]/.test(template)) return undefined;
  let position = 0;
  return template.replace(/\{(\d*)\}/g, (_, index: string) => args[index === '' ? position++ : Number(index)] ?? '');
}

/** `'conv%dd' % 2`: codes without keys; anything else is a text that is not known. */
/** Only `%s` and `%r` take what has no number. */
export function notePercent(c: CallContext, template: string | undefined, given: Value): void {
  const [numeric] = template?.match(/%[^%a-zA-Z]*[diufFeEgGxX]/) ?? [];
  if (numeric === undefined || /%[^%a-zA-Z]*[sra]/.test(template ?? '')) return;
  noteFormatted(c, given.kind === 'tuple' ? given.items : [given], numeric);
}

export function percentFormatted(template: string | undefined, given: Value): string | undefined {
  if (template === undefined || /%[^%diurs.fgeEG0-9]/.test(template)) return undefined;
  const values = given.kind === 'tuple' ? [...given.items] : [given];
  let known = true;
  const text = template.replace(/%(\d*)(?:\.(\d+))?([%diursfgeEG])/g, (_, width: string, digits: string | undefined, code: string) => {
    if (code === '%') return '%';
    const one = percentValue(values.shift(), code, digits);
    known &&= one !== undefined;
    return (one ?? '').padStart(Number(width), width.startsWith('0') ? '0' : ' ');
  });
  return known && values.length === 0 ? text : undefined;
}

function percentValue(value: Value | undefined, code: string, digits: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (code === 's') return textOf(value);
  if (value.kind !== 'number' || value.value === undefined) return undefined;
  if ('diu'.includes(code)) return String(Math.trunc(value.value));
  return code === 'f' ? value.value.toFixed(Number(digits ?? 6)) : undefined;
}
