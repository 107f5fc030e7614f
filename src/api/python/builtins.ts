/** Owns Python's built-in functions, as far as losses use them. */
import { failure } from '../../graph/primitive';
import { dimText } from '../../shape/dim';
import { sizeOf } from '../../shape/shape';
import { typeText } from '../../shape/shapeText';
import type { ApiEntry, CallContext } from '../../value/api';
import {
  api,
  boolean,
  float,
  integer,
  keyOf,
  list,
  NONE,
  type NumberValue,
  string,
  type TensorValue,
  tuple,
  type Value,
} from '../../value/value';
import { knownValue, numberOf } from '../args';
import { followedLength } from '../limits';
import { binaryOperator, compareOperator } from '../operators';
import { type ApiTable, entry } from '../table';
import { isTensor, rankOf } from '../tensors';
import { isCallable, isInstance } from './instances';
import { compareValues, plainBinary, textOf } from './plainValues';

const int = (value: number): NumberValue => integer(value);

export const BUILTINS: ApiTable = {
  'builtins.len': entry('obj, /', (c, a) => len(c, knownValue(c, a.value('obj')))),
  'builtins.range builtins.xrange': entry('start, stop=None, step=1, /', (c, a) =>
    pythonRange(c, a.value('start'), a.value('stop'), a.value('step')),
  ),
  'builtins.isinstance': entry('obj, class_or_tuple, /', (c, a) => boolean(isInstance(c, a.value('obj'), a.value('class_or_tuple')))),
  'builtins.issubclass': entry('cls, class_or_tuple, /', () => boolean(undefined)),
  'builtins.callable': entry('obj, /', (_c, a) => boolean(isCallable(a.value('obj')))),
  'builtins.list': entry('iterable=(), /', (c, a) => list(c.iterate(a.value('iterable')))),
  'builtins.tuple': entry('iterable=(), /', (c, a) => tuple(c.iterate(a.value('iterable')))),
  'builtins.set builtins.frozenset': entry('iterable=(), /', (c, a) => ({ kind: 'set', items: distinct(c.iterate(a.value('iterable'))) })),
  'builtins.dict': entry('iterable=(), /, **kwargs', (c, a) => dictOf(c, a.value('iterable'), a.keywords)),
  'builtins.zip': entry('*iterables, strict=False', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = Math.min(...columns.map((column) => column.length));
    return list(Array.from({ length: columns.length === 0 ? 0 : length }, (_, i) => tuple(columns.map((column) => column[i] ?? NONE))));
  }),
  'builtins.enumerate': entry('iterable, start=0', (c, a) => {
    const start = a.int('start');
    return list(c.iterate(a.value('iterable')).map((item, i) => tuple([int(start + i), item])));
  }),
  'builtins.reversed': entry('sequence, /', (c, a) => list([...c.iterate(a.value('sequence'))].reverse())),
  'builtins.map': entry('func, *iterables', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
    const rows = Array.from({ length }, (_, i) => columns.map((column) => column[i] ?? NONE));
    return list(rows.map((row) => c.call(a.value('func'), row)));
  }),
  'builtins.filter': entry('function, iterable, /', (c, a) => {
    const test = a.value('function');
    const kept = c.iterate(a.value('iterable')).filter((item) => {
      const truth = c.truth(test.kind === 'none' ? item : c.call(test, [item]));
      return truth ?? c.unknown('a filter whose answers are not known');
    });
    return list(kept);
  }),
  'builtins.sum': entry('iterable, /, start=0', (c, a) =>
    c.iterate(a.value('iterable')).reduce((total, item) => plus(c, total, knownValue(c, item)), a.value('start')),
  ),
  'builtins.min': extreme('<'),
  'builtins.max': extreme('>'),
  'builtins.any': entry('iterable, /', (c, a) => quantified(c, a.value('iterable'), true)),
  'builtins.all': entry('iterable, /', (c, a) => quantified(c, a.value('iterable'), false)),
  'builtins.sorted': entry('iterable, /, *, key=None, reverse=False', (c, a) =>
    list(sortValues(c, c.iterate(a.value('iterable')), a.value('key'), a.bool('reverse'))),
  ),
  'builtins.abs': entry('x, /', (c, a) => {
    const x = knownValue(c, a.value('x'));
    if (isTensor(x)) return c.emit('abs', [x]);
    if (x.kind !== 'number' || x.value === undefined) return c.unknown('the absolute value of something that is not known');
    return { kind: 'number', float: x.float, value: Math.abs(x.value) };
  }),
  'builtins.round': entry('number, ndigits=None', (c, a) => round(c, knownValue(c, a.value('number')), a.optionalInt('ndigits'))),
  'builtins.pow': entry('base, exp, mod=None', (c, a) => arithmetic(c, '**', a.value('base'), a.value('exp'))),
  'builtins.divmod': entry('x, y, /', (c, a) =>
    tuple([arithmetic(c, '//', a.value('x'), a.value('y')), arithmetic(c, '%', a.value('x'), a.value('y'))]),
  ),
  'builtins.int builtins.long': entry('x=0, /, base=10', (c, a) => toInt(c, knownValue(c, a.value('x')))),
  'builtins.float': entry('x=0.0, /', (c, a) => toFloat(c, knownValue(c, a.value('x')))),
  'builtins.bool': entry('x=False, /', (c, a) => toBool(c, knownValue(c, a.value('x')))),
  'builtins.str builtins.repr builtins.format builtins.ascii builtins.unicode builtins.basestring': entry(
    "object='', *rest, **kwargs",
    (_c, a) => string(textOf(a.value('object'))),
  ),
  'builtins.print': entry('*args, **kwargs', (c, a) => printValues(c, a.rest)),
  'builtins.type': entry('object, *rest', (c, a) => typeOf(c, a.value('object'))),
  'builtins.id builtins.hash': entry('obj, /', (c) => c.unknown('the identity of an object')),
  'builtins.getattr': entry('object, name, default=<none>', (c, a) =>
    getAttribute(c, a.value('object'), a.string('name'), a.has('default') ? a.value('default') : undefined),
  ),
  'builtins.hasattr': entry('object, name', (c, a) => boolean(hasAttribute(c, a.value('object'), a.string('name')))),
  'builtins.setattr': entry('object, name, value', (c, a) => setAttribute(c, a.value('object'), a.string('name'), a.value('value'))),
  'builtins.iter': entry('iterable, sentinel=None', (c, a) => list(c.iterate(a.value('iterable')))),
  'builtins.next': entry('iterator, default=<none>', (c, a) =>
    next(c, a.value('iterator'), a.has('default') ? a.value('default') : undefined),
  ),
  'builtins.slice': entry('start, stop=<none>, step=None, /', (_c, a) =>
    a.has('stop')
      ? { kind: 'slice', start: a.value('start'), stop: a.value('stop'), step: a.value('step') }
      : { kind: 'slice', start: NONE, stop: a.value('start'), step: NONE },
  ),
  'builtins.input builtins.open builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.globals builtins.dir': entry(
    '*args, **kwargs',
    (c) => c.unknown('what this call gives is not known before it runs'),
  ),
  'builtins.object': entry('', () => ({ kind: 'object', type: 'builtins.object', attributes: new Map(), methods: new Map() })),
  'builtins.complex': entry('real=0, imag=0', (c) => c.unknown('complex Python numbers are not followed')),
  'builtins.property builtins.staticmethod builtins.classmethod': entry('func', (_c, a) => a.value('func')),
  'builtins.locals builtins.vars': entry('*args', (c) => c.unknown('the names of the scope')),
};

/** Python asks a tensor for its value: refused in a graph without AutoGraph. */
export function valueOfTensor(c: CallContext, x: TensorValue, what: string): void {
  if (c.mode !== 'check' || c.keras === 'none' || c.autograph || x.flavor === 'numpy' || c.numbers(x) !== undefined) return;
  c.note(failure('python-value-of-tensor', 'type', `${what} needs the value of a tensor, which a graph does not have`), [x]);
}

function len(c: CallContext, value: Value): Value {
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return int(value.items.length);
    case 'dict':
      return int(value.entries.size);
    case 'shape':
      return int(value.dims.length);
    case 'string':
      return value.value === undefined ? c.unknown('the length of a text that is not known') : int(value.value.length);
    case 'tensor':
      return tensorLength(c, value);
    case 'object': {
      const method = value.methods.get('__len__');
      return method ? c.call({ kind: 'native', name: '__len__', entry: method }, []) : c.unknown(`the length of a ${value.type}`);
    }
    case 'instance':
      return c.call(c.getAttribute(value, '__len__'), []);
    case 'number':
    case 'none':
    case 'boolean':
      return c.fail(failure('argument', 'type', `an object of type ${value.kind === 'number' ? 'number' : value.kind} has no len()`));
    default:
      return c.unknown('the length of a value that is not known');
  }
}

function tensorLength(c: CallContext, x: TensorValue): Value {
  const [first] = x.type.shape;
  if (first === undefined) return c.fail(failure('argument', 'type', 'a scalar tensor has no len()'), [x]);
  if (typeof first !== 'number') valueOfTensor(c, x, `len() of a size that is only known with the data (${dimText(first)})`);
  return integer(first);
}

function pythonRange(c: CallContext, first: Value, second: Value, third: Value): Value {
  const bound = (value: Value, name: string): number => {
    if (isTensor(value)) valueOfTensor(c, value, 'range()');
    if (value.kind === 'number' && value.float)
      return c.fail(failure('argument', 'type', "'float' object cannot be interpreted as an integer"));
    return numberOf(c, knownValue(c, value), name);
  };
  const [from, to] = second.kind === 'none' ? [0, bound(first, 'stop')] : [bound(first, 'start'), bound(second, 'stop')];
  const step = bound(third, 'step');
  if (step === 0) return c.fail(failure('argument', 'value', 'range() arg 3 must not be zero'));
  const length = Math.max(0, Math.ceil((to - from) / step));
  followedLength(c, length);
  return list(Array.from({ length }, (_, i) => int(from + i * step)));
}

function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function dictOf(c: CallContext, from: Value, keywords: Readonly<Record<string, Value>>): Value {
  const entries = new Map<string, { readonly key: Value; value: Value }>();
  const put = (key: Value, value: Value) => entries.set(keyOf(key) ?? c.unknown('a dict with keys that are not known'), { key, value });
  if (from.kind === 'dict') for (const { key, value } of from.entries.values()) put(key, value);
  else {
    for (const item of c.iterate(from)) {
      const [key, value] = c.iterate(item);
      if (key !== undefined && value !== undefined) put(key, value);
    }
  }
  for (const [name, value] of Object.entries(keywords)) put(string(name), value);
  return { kind: 'dict', entries };
}

/** `left op right` for tensors and plain numbers alike. */
export function arithmetic(c: CallContext, op: '+' | '-' | '*' | '/' | '//' | '%' | '**', left: Value, right: Value): Value {
  const [a, b] = [knownValue(c, left), knownValue(c, right)];
  if (isTensor(a) || isTensor(b)) return binaryOperator(c, op, a, b);
  return plainBinary(c, op, a, b);
}

function plus(c: CallContext, left: Value, right: Value): Value {
  const concatenates = left.kind === 'list' && right.kind === 'list';
  return concatenates ? list([...left.items, ...right.items]) : arithmetic(c, '+', left, right);
}

function extreme(op: '<' | '>'): ApiEntry {
  return entry('*args, key=None, default=<none>', (c, a) => {
    const [only] = a.rest;
    const items = a.rest.length === 1 && only !== undefined ? c.iterate(only) : a.rest;
    const key = a.value('key');
    const measured = items.map((item) => [key.kind === 'none' ? knownValue(c, item) : c.call(key, [item]), item] as const);
    const [first, ...rest] = measured;
    if (first === undefined) return a.has('default') ? a.value('default') : c.fail(failure('argument', 'value', 'the iterable is empty'));
    return rest.reduce((best, candidate) => (better(c, op, candidate[0], best[0]) ? candidate : best), first)[1];
  });
}

function better(c: CallContext, op: '<' | '>', a: Value, b: Value): boolean {
  if (isTensor(a) || isTensor(b)) {
    const comparison = compareOperator(c, op, a, b);
    if (isTensor(comparison)) {
      valueOfTensor(c, comparison, op === '<' ? 'min()' : 'max()');
      requireSingle(c, comparison);
    }
    return c.truth(comparison) ?? c.unknown('comparing tensors with Python needs their values');
  }
  return compareValues(op, a, b) ?? c.unknown('comparing values that are not known');
}

function quantified(c: CallContext, iterable: Value, wanted: boolean): Value {
  const truths = c.iterate(iterable).map((item) => c.truth(item));
  if (truths.includes(wanted)) return boolean(wanted);
  return boolean(truths.includes(undefined) ? undefined : !wanted);
}

export function sortValues(c: CallContext, items: readonly Value[], key: Value, reverse: boolean): Value[] {
  const keyed = items.map((item) => [key.kind === 'none' ? item : c.call(key, [item]), item] as const);
  const order = keyed.sort(([a], [b]) => {
    const less = compareValues('<', a, b) ?? c.unknown('sorting values that are not known');
    return less ? -1 : compareValues('>', a, b) ? 1 : 0;
  });
  const sorted = order.map(([, item]) => item);
  return reverse ? sorted.reverse() : sorted;
}

function round(c: CallContext, x: Value, digits: number | null): Value {
  if (isTensor(x)) return x.flavor === 'numpy' ? c.emit('round', [x]) : c.unknown('round() of a tensor');
  const value = numberOf(c, x, 'number');
  const scale = 10 ** (digits ?? 0);
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const half = scaled - floor === 0.5;
  const rounded = (half ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(scaled)) / scale;
  return digits === null ? int(rounded) : float(rounded);
}

function toInt(c: CallContext, x: Value): Value {
  if (x.kind === 'number') return x.value === undefined ? { ...x, float: false } : { ...int(Math.trunc(x.value)), size: x.size };
  if (x.kind === 'boolean') return x.value === undefined ? { kind: 'number', float: false, value: undefined } : int(Number(x.value));
  if (x.kind === 'string') return intOfText(c, x.value);
  if (!isTensor(x)) return c.fail(failure('argument', 'type', 'int() argument must be a string or a number'));
  valueOfTensor(c, x, 'int()');
  requireSingle(c, x);
  const [dim] = rankOf(x) === 0 ? (c.dims(x) ?? []) : [];
  if (dim !== undefined) return typeof dim === 'number' ? int(Math.trunc(dim)) : integer(dim);
  return { kind: 'number', float: false, value: undefined };
}

function intOfText(c: CallContext, text: string | undefined): Value {
  if (text === undefined) return c.unknown('a text that is not known');
  if (/^\s*[+-]?\d[\d_]*\s*$/.test(text)) return int(Number.parseInt(text.replaceAll('_', ''), 10));
  return c.fail(failure('argument', 'value', `invalid literal for int(): '${text}'`));
}

function toFloat(c: CallContext, x: Value): Value {
  if (x.kind === 'number') return { kind: 'number', float: true, value: x.value, size: x.size };
  if (x.kind === 'boolean') return float(x.value === undefined ? undefined : Number(x.value));
  if (x.kind === 'string') return float(parseFloatText(x.value));
  if (!isTensor(x)) return c.fail(failure('argument', 'type', 'float() argument must be a string or a number'));
  valueOfTensor(c, x, 'float()');
  const numbers = c.numbers(x);
  if (numbers !== undefined && numbers.length !== 1)
    return c.fail(failure('argument', 'type', 'only arrays of one element can be converted to Python scalars'), [x]);
  return float(numbers?.[0]);
}

function parseFloatText(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const infinite = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.parseFloat(text);
}

/** Python takes the value of one element only. */
function requireSingle(c: CallContext, x: TensorValue): void {
  const size = sizeOf(x.type.shape);
  if (typeof size === 'number' && size !== 1)
    c.fail(failure('python-value-of-tensor', 'value', `the value of a tensor with ${size} elements is ambiguous`), [x]);
}

function toBool(c: CallContext, x: Value): Value {
  if (isTensor(x)) {
    valueOfTensor(c, x, 'bool()');
    requireSingle(c, x);
  }
  return boolean(c.truth(x));
}

function printValues(c: CallContext, values: readonly Value[]): Value {
  const tensor = values.find((value): value is TensorValue => isTensor(value) && value.flavor !== 'numpy');
  if (tensor !== undefined && c.mode === 'check' && c.keras !== 'none' && !c.autograph) {
    c.note(
      failure('print-of-tensor', 'value', `print runs once, when the graph is built, and shows no values (${typeText(tensor.type)})`),
      [tensor],
    );
  }
  return NONE;
}

function typeOf(c: CallContext, value: Value): Value {
  switch (value.kind) {
    case 'instance':
      return value.class;
    case 'object':
      return api(value.type);
    case 'number':
      return api(value.float ? 'builtins.float' : 'builtins.int');
    case 'boolean':
      return api('builtins.bool');
    case 'string':
      return api('builtins.str');
    case 'list':
    case 'tuple':
    case 'dict':
    case 'set':
      return api(`builtins.${value.kind}`);
    case 'none':
      return api('builtins.type(None)');
    case 'tensor':
      return api(value.flavor === 'numpy' ? 'np.ndarray' : value.flavor === 'variable' ? 'tf.Variable' : 'tf.Tensor');
    default:
      return c.unknown(`the type of a ${value.kind}`);
  }
}

/** Attributes that tensors have inside models only. */
const PRIVATE_TENSOR_ATTRIBUTES = /^_keras|^_op$|^_metadata$|^_uses_learning_phase$|^_name$/;

function hasAttribute(c: CallContext, object: Value, name: string): boolean | undefined {
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

function getAttribute(c: CallContext, object: Value, name: string, fallback: Value | undefined): Value {
  if (object.kind === 'unknown') return c.unknown(object.reason);
  if (fallback !== undefined && hasAttribute(c, object, name) === false) return fallback;
  return c.getAttribute(object, name);
}

function setAttribute(c: CallContext, object: Value, name: string, value: Value): Value {
  if (object.kind === 'instance' || object.kind === 'object' || object.kind === 'function') object.attributes.set(name, value);
  else if (object.kind !== 'tensor') return c.unknown(`setting an attribute of a ${object.kind}`);
  return NONE;
}

/** Iterators are lists here: the first element is taken off. */
function next(c: CallContext, iterator: Value, fallback: Value | undefined): Value {
  if (iterator.kind !== 'list') return c.unknown('the next element of an iterator that is not known');
  const first = iterator.items.shift();
  if (first !== undefined) return first;
  return fallback ?? c.unknown('an iterator that is exhausted');
}
