/** Owns methods and properties of NumPy arrays. */
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { Library } from '../../value/library';
import { float, integer, list, type TensorValue, type Value } from '../../value/value';
import { shapeOf } from '../args';
import { entry } from '../table';
import { cast, flatten, rankOf, reshape, squeeze, transpose } from '../tensors';
import { asArray } from './numpyOperators';
import { npArgExtreme, npClip, npMean, npReduce, npVariance } from './reductions';

type Member = NonNullable<ReturnType<Library['tensorMember']>>;

const property = (get: (c: CallContext) => Value): Member => ({ kind: 'property', entry: entry('', get) });
const method = (signature: string, call: ApiEntry['call']): Member => ({ kind: 'method', entry: entry(signature, call) });

const reducing = (f: (c: CallContext, a: Args) => TensorValue): Member =>
  method('axis=None, dtype=None, out=None, keepdims=False, ddof=0', f);

export function arrayMembers(x: TensorValue): Readonly<Record<string, Member | undefined>> {
  const same = (c: CallContext, y: TensorValue) => (x.flavor === 'numpy' ? asArray(c, y) : y);
  const reduced = (op: string) => reducing((c, a) => npReduce(c, op, x, a.axes('axis'), a.bool('keepdims')));
  return {
    size: property(() => integer(sizeOf(x.type.shape))),
    T: property((c) => same(c, transpose(c, x, [...x.type.shape.keys()].reverse()))),
    astype: method('dtype, *args, **kwargs', (c, a) => same(c, cast(c, x, a.dtype('dtype')))),
    reshape: method('*shape, order=None', (c, a) => {
      const [first] = a.rest;
      const shape =
        a.rest.length === 1 && first !== undefined ? shapeOf(c, first, 'shape') : a.rest.map((item) => shapeOf(c, item, 'shape')[0] ?? 1);
      return same(c, reshape(c, x, shape));
    }),
    transpose: method('*axes', (c, a) => {
      const [first] = a.rest;
      const order = a.rest.length === 1 && first?.kind !== 'number' && first !== undefined ? c.iterate(first) : a.rest;
      const axes = order.map((item) => (item.kind === 'number' ? (item.value ?? 0) : 0));
      return same(c, transpose(c, x, axes.length === 0 ? [...x.type.shape.keys()].reverse() : axes));
    }),
    flatten: method('order=None', (c) => same(c, flatten(c, x))),
    ravel: method('order=None', (c) => same(c, flatten(c, x))),
    squeeze: method('axis=None', (c, a) => same(c, squeeze(c, x, a.axes('axis')))),
    copy: method('order=None', () => x),
    tolist: method('', (c) => nested(c, x)),
    item: method('*args', (c) => float(c.numbers(x)?.[0])),
    sum: reduced('sum'),
    prod: reduced('prod'),
    max: reduced('max'),
    min: reduced('min'),
    any: reduced('any'),
    all: reduced('all'),
    mean: reducing((c, a) => npMean(c, x, a.axes('axis'), a.bool('keepdims'))),
    var: reducing((c, a) => npVariance(c, x, a.axes('axis'), a.bool('keepdims'), a.number('ddof'))),
    std: reducing((c, a) => same(c, c.emit('sqrt', [npVariance(c, x, a.axes('axis'), a.bool('keepdims'), a.number('ddof'))]))),
    argmax: method('axis=None, out=None', (c, a) => npArgExtreme(c, 'argmax', x, a.optionalInt('axis'))),
    argmin: method('axis=None, out=None', (c, a) => npArgExtreme(c, 'argmin', x, a.optionalInt('axis'))),
    clip: method('min=None, max=None', (c, a) => npClip(c, x, a.value('min'), a.value('max'))),
    cumsum: method('axis=None', (c, a) => {
      const axis = a.optionalInt('axis');
      return same(c, c.emit('cumsum', [axis === null ? flatten(c, x) : x], { axis: axis ?? 0, exclusive: false, reverse: false }));
    }),
    dot: method('b', (c, a) => same(c, c.emit('matmul', [x, a.tensor('b')], { transposeA: false, transposeB: false }))),
    round: method('decimals=0', (c) => same(c, c.emit('round', [x]))),
    itemsize: property((c) => c.unknown('the size of an element in memory')),
  };
}

/** Nested lists of Python numbers. */
function nested(c: CallContext, x: TensorValue): Value {
  const numbers = c.numbers(x);
  const { shape, dtype } = x.type;
  if (numbers === undefined || shape.some((dim) => typeof dim !== 'number')) return c.unknown('the values of an array that are not known');
  const isFloat = dtype.startsWith('float');
  const build = (axis: number, offset: number, count: number): Value => {
    if (axis === rankOf(x)) return { kind: 'number', float: isFloat, value: numbers[offset] };
    const length = Number(shape[axis]);
    const inner = count / Math.max(length, 1);
    return list(Array.from({ length }, (_, i) => build(axis + 1, offset + i * inner, inner)));
  };
  return build(0, 0, numbers.length);
}
