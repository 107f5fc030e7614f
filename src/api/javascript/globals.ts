/** Owns JavaScript's global functions: Math, Number, Array, Object, console, errors. Paths begin with `js.`. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { boolean, dict, integer, list, NONE, type ObjectValue, string, type Value } from '../../value/value';
import { followedLength } from '../limits';
import { type ApiTable, entry } from '../table';
import { textOfValue } from './plainValues';

/** A number, shown as an integer where it is one. */
export function jsNumber(value: number | undefined): Value {
  return { kind: 'number', float: value === undefined || !Number.isInteger(value), value };
}

/** Undefined where the number is not known; tensors are a mistake there. */
function numberOf(c: CallContext, value: Value, what: string): number | undefined {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'boolean':
      return value.value === undefined ? undefined : Number(value.value);
    case 'none':
      return Number.NaN;
    case 'string':
      return value.value === undefined ? undefined : Number(value.value);
    case 'tensor':
      return c.fail(failure('operand-type', 'type', `${what} computes with numbers, not with tensors: it gives NaN`, { callee: what }), [
        value,
      ]);
    case 'unknown':
      return c.unknown(value.reason);
    default:
      return Number.NaN;
  }
}

function math(name: string, compute: (...numbers: number[]) => number): readonly [string, ApiEntry] {
  return [
    `js.Math.${name}`,
    entry('*args', (c, a) => {
      const given = a.rest.map((value) => numberOf(c, value, `Math.${name}`));
      const numbers = given.filter((value) => value !== undefined);
      return jsNumber(numbers.length === given.length ? compute(...numbers) : undefined);
    }),
  ];
}

const MATH_NAMES = [
  'abs',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atan2',
  'atanh',
  'cbrt',
  'ceil',
  'cos',
  'cosh',
  'exp',
  'expm1',
  'floor',
  'fround',
  'hypot',
  'log',
  'log10',
  'log1p',
  'log2',
  'max',
  'min',
  'pow',
  'round',
  'sign',
  'sin',
  'sinh',
  'sqrt',
  'tan',
  'tanh',
  'trunc',
] as const;

export const JS_MATH: ApiTable = {
  ...Object.fromEntries(MATH_NAMES.map((name) => math(name, Math[name] as (...numbers: number[]) => number))),
  'js.Math.random': entry('', () => jsNumber(undefined)),
};

const error = (name: string): ApiEntry =>
  entry(
    "message='', options=None",
    (_c, a): ObjectValue => ({
      kind: 'object',
      type: `js.${name}`,
      attributes: new Map<string, Value>([
        ['message', a.value('message')],
        ['name', string(name)],
      ]),
      methods: new Map(),
    }),
  );

const known = (test: (value: number) => boolean): ApiEntry =>
  entry('value', (c, a) => {
    const value = numberOf(c, a.value('value'), 'this');
    return boolean(value === undefined ? undefined : test(value));
  });

const toNumber: ApiEntry = entry('value=0', (c, a) => {
  const value = a.value('value');
  return value.kind === 'number' ? value : jsNumber(numberOf(c, value, 'Number'));
});

const parsed = (parse: (text: string) => number): ApiEntry =>
  entry('text, radix=None', (c, a) => {
    if (a.value('text').kind === 'tensor') return jsNumber(numberOf(c, a.value('text'), c.callee));
    const text = textOfValue(a.value('text'));
    return jsNumber(text === undefined ? undefined : parse(text));
  });

export const JS_GLOBALS: ApiTable = {
  'js.Number': toNumber,
  'js.parseFloat js.Number.parseFloat': parsed(Number.parseFloat),
  'js.parseInt js.Number.parseInt': parsed((text) => Number.parseInt(text, 10)),
  'js.isNaN js.Number.isNaN': known(Number.isNaN),
  'js.isFinite js.Number.isFinite': known(Number.isFinite),
  'js.Number.isInteger js.Number.isSafeInteger': known(Number.isInteger),
  'js.String': entry("value=''", (_c, a) => string(textOfValue(a.value('value')))),
  'js.Boolean': entry('value=None', (c, a) => boolean(c.truth(a.value('value')))),
  'js.Error': error('Error'),
  'js.TypeError': error('TypeError'),
  'js.RangeError': error('RangeError'),
  'js.console.log js.console.warn js.console.error js.console.info js.console.debug js.console.time js.console.timeEnd js.console.assert':
    entry('*args', () => NONE),
  'js.Promise.all': entry('values', (_c, a) => a.value('values')),
  'js.Promise.resolve': entry('value=None', (_c, a) => a.value('value')),
  'js.performance.now js.Date.now': entry('', () => jsNumber(undefined)),
};

/** `new Array(3)`, `Array(3)`, typed arrays: by length or content. */
const arrayOf = (filler: Value): ApiEntry =>
  entry('*values', (c, a) => {
    const [first] = a.rest;
    if (a.rest.length === 1 && first?.kind === 'number') return list(Array.from({ length: lengthOf(c, first) }, () => filler));
    return a.rest.length === 1 && filler.kind === 'number' && first !== undefined ? list(c.iterate(first)) : list(a.rest);
  });

function lengthOf(c: CallContext, value: Value): number {
  if (value.kind === 'number' && value.value !== undefined && value.value >= 0) return followedLength(c, value.value);
  return c.unknown('an array whose length is not known');
}

const zero = integer(0);

export const JS_ARRAYS: ApiTable = {
  'js.Array': arrayOf(NONE),
  'js.Float32Array js.Float64Array js.Int32Array js.Uint8Array js.Int8Array js.Uint32Array': arrayOf(zero),
  'js.Array.of': entry('*values', (_c, a) => list(a.rest)),
  'js.Array.isArray': entry('value', (_c, a) => boolean(a.value('value').kind === 'list')),
  'js.Array.from js.Float32Array.from js.Int32Array.from': entry('source, map=None', (c, a) => arrayFrom(c, a)),
};

/** Of an iterable, or of something with a length. */
function arrayFrom(c: CallContext, a: Args): Value {
  const source = a.value('source');
  const length = source.kind === 'dict' ? source.entries.get('s:length')?.value : undefined;
  const items = length === undefined ? c.iterate(source) : Array.from({ length: lengthOf(c, length) }, () => NONE);
  const map = a.value('map');
  return list(map.kind === 'none' ? items : items.map((item, i) => c.call(map, [item, integer(i)])));
}

function objectParts(part: (key: Value, value: Value) => Value): ApiEntry {
  return entry('object', (c, a) => {
    const object = a.value('object');
    if (object.kind === 'dict') return list([...object.entries.values()].map(({ key, value }) => part(key, value)));
    if (object.kind === 'list') return list(object.items.map((item, i) => part(string(String(i)), item)));
    return c.unknown('the properties of a value that is not known');
  });
}

export const JS_OBJECTS: ApiTable = {
  'js.Object.keys': objectParts((key) => key),
  'js.Object.values': objectParts((_key, value) => value),
  'js.Object.entries': objectParts((key, value) => list([key, value])),
  'js.Object.freeze js.Object.seal js.structuredClone': entry('object', (_c, a) => a.value('object')),
  'js.Object.assign': entry('target, *sources', (c, a) => {
    const target = a.value('target');
    if (target.kind !== 'dict') return c.unknown('Object.assign to a value that is not known');
    for (const source of a.rest) {
      if (source.kind !== 'dict') return c.unknown('Object.assign of a value that is not known');
      for (const [key, item] of source.entries) target.entries.set(key, { ...item });
    }
    return target;
  }),
  'js.Object.fromEntries': entry('entries', (c, a) =>
    dict(
      c.iterate(a.value('entries')).map((item): readonly [string, Value] => {
        const [key, value] = item.kind === 'list' ? item.items : [];
        const name = key === undefined ? undefined : textOfValue(key);
        return name === undefined ? c.unknown('keys that are not known') : [name, value ?? NONE];
      }),
    ),
  ),
};
