/** Owns the methods of JavaScript's strings and numbers. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, list, NONE, type NumberValue, type StringValue, string, type Value } from '../../value/value';
import { entry } from '../table';
import { expressionIn, matched } from './texts';

export function stringMembers({ value }: StringValue): Readonly<Record<string, ApiEntry>> {
  const text = (compute: (known: string) => Value, unknown: Value): Value => (value === undefined ? unknown : compute(value));
  const known = (compute: (known: string, argument: string) => Value, unknown: Value): ApiEntry =>
    entry("other=''", (_c, a) => text((own) => compute(own, a.string('other')), unknown));
  const plain = (compute: (known: string) => string): ApiEntry => entry('', () => text((own) => string(compute(own)), string(undefined)));
  return {
    length: { ...entry('', () => text((own) => integer(own.length), { kind: 'number', float: false, value: undefined })), property: true },
    toLowerCase: plain((own) => own.toLowerCase()),
    toUpperCase: plain((own) => own.toUpperCase()),
    trim: plain((own) => own.trim()),
    toString: plain((own) => own),
    includes: known((own, other) => boolean(own.includes(other)), boolean(undefined)),
    startsWith: known((own, other) => boolean(own.startsWith(other)), boolean(undefined)),
    endsWith: known((own, other) => boolean(own.endsWith(other)), boolean(undefined)),
    indexOf: known((own, other) => integer(own.indexOf(other)), { kind: 'number', float: false, value: undefined }),
    concat: known((own, other) => string(own + other), string(undefined)),
    split: known((own, other) => list(own.split(other).map((part) => string(part))), {
      kind: 'unknown',
      reason: 'a string that is not known',
      span: null,
    }),
    charAt: entry('index=0', (_c, a) => text((own) => string(own.charAt(a.int('index'))), string(undefined))),
    slice: entry('start=0, end=None', (_c, a) =>
      text((own) => string(own.slice(a.int('start'), a.optionalInt('end') ?? undefined)), string(undefined)),
    ),
    repeat: entry('count', (_c, a) => text((own) => string(own.repeat(Math.max(0, a.int('count')))), string(undefined))),
    replace: entry('from, to', (c, a) => text((own) => string(replaced(c, own, a.value('from'), a.value('to'))), string(undefined))),
    match: entry('expression', (c, a) => {
      const expression = expressionIn(a.value('expression'));
      return text(
        (own) => (expression === undefined || own.length > 200 ? c.unknown('a match that is not followed') : matched(own, expression)),
        {
          kind: 'unknown',
          reason: 'a string that is not known',
          span: null,
        },
      );
    }),
  };
}

export function numberMembers({ value }: NumberValue): Readonly<Record<string, ApiEntry>> {
  const written = (signature: string, compute: (known: number, digits: number) => string): ApiEntry =>
    entry(signature, (_c, a) => string(value === undefined ? undefined : compute(value, a.int('digits'))));
  return {
    toFixed: written('digits=0', (known, digits) => known.toFixed(digits)),
    toPrecision: written('digits=6', (known, digits) => known.toPrecision(digits)),
    toString: written('digits=10', (known, radix) => known.toString(radix)),
    valueOf: entry('', () => (value === undefined ? NONE : { kind: 'number', float: !Number.isInteger(value), value })),
  };
}

function replaced(c: CallContext, own: string, from: Value, to: Value): string {
  const what = expressionIn(from) ?? (from.kind === 'string' ? from.value : undefined);
  if (what === undefined || to.kind !== 'string' || to.value === undefined || own.length > 200)
    return c.unknown('a replacement that is not followed');
  return own.replace(what, to.value);
}
