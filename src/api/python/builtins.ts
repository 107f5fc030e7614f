/** Owns Python's built-in functions, as far as losses use them. */
import { failure } from '../../graph/primitive';
import { typeText } from '../../shape/shapeText';
import type { CallContext } from '../../value/api';
import { api, boolean, list, NONE, string, type TensorValue, tuple, type Value } from '../../value/value';
import { knownValue } from '../args';
import { binaryOperator } from '../operators';
import { noteStaticBatch } from '../staticBatch';
import { type ApiTable, entry } from '../table';
import { isTensor } from '../tensors';
import { getAttribute, hasAttribute, setAttribute } from './attributeAccess';
import { int, round, toBool, toFloat, toInt } from './conversions';
import { isCallable, isInstance } from './instances';
import { dictOf, distinct, extreme, len, next, pythonRange, quantified, sortValues } from './iterables';
import { plainBinary, textOf } from './plainValues';

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
  'builtins.int builtins.long': entry('x=0, /, base=10', (c, a) => {
    noteStaticBatch(c, a.value('x'));
    return toInt(c, knownValue(c, a.value('x')));
  }),
  'builtins.float': entry('x=0.0, /', (c, a) => {
    noteStaticBatch(c, a.value('x'));
    return toFloat(c, knownValue(c, a.value('x')));
  }),
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
