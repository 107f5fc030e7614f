/** Owns keras.ops that losses hardly use: number theory, spacing, integration, blocks of pixels, NaN-ignoring quantiles, einops patterns. */
import { failure } from '../../graph/primitive';
import { type Dim, divideExactly, multiplyDims, productOfDims } from '../../shape/dim';
import { isInteger } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, dimAt, expandDims, indexAxis, rankOf, reshape, sliceAxis, transpose } from '../tensors';
import { asFloat, delegateTensor, opsTable, promotedTensors } from './promote';

/** Euclid's steps until every pair is done; they are few, for 32-bit numbers at most 47. */
const EUCLID_STEPS = 47;

function integersOf(c: CallContext, args: Args): readonly [TensorValue, TensorValue] {
  const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
  if (!a || !b || !isInteger(a.type.dtype)) return c.fail(failure('dtype-not-allowed', 'dtype', 'both arguments must be integers'));
  return [a, b];
}

function gcd(m: TensorMath, x: TensorValue, y: TensorValue): TensorValue {
  let [a, b] = [m.add(m.abs(x), m.mul(m.abs(y), 0)), m.add(m.abs(y), m.mul(m.abs(x), 0))];
  for (let i = 0; i < EUCLID_STEPS; i++) {
    const done = m.equal(b, 0);
    const rest = m.binary('mod', a, m.where(done, 1, b));
    [a, b] = [m.where(done, a, b), m.where(done, 0, rest)];
  }
  return a;
}

const NUMBERS: ApiTable = {
  gcd: entry('x1, x2', (c, args) => gcd(new TensorMath(c), ...integersOf(c, args))),
  lcm: entry('x1, x2', (c, args) => {
    const m = new TensorMath(c);
    const [a, b] = integersOf(c, args).map((x) => m.abs(x));
    if (!a || !b) return c.unknown('operands of lcm');
    const divisor = gcd(m, a, b);
    const none = m.equal(divisor, 0);
    return m.where(none, 0, m.mul(a, m.binary('floorDivide', b, m.where(none, 1, divisor))));
  }),
  geomspace: entry('start, stop, num=50, endpoint=True, dtype=None, axis=0', (c, args) => {
    const m = new TensorMath(c);
    const [start, stop] = [asFloat(c, args.tensor('start')), asFloat(c, args.tensor('stop'))];
    const exponents = delegateTensor(
      c,
      'keras.ops.linspace',
      [m.log(m.abs(start)), m.log(m.abs(stop)), args.value('num'), args.value('endpoint')],
      { axis: args.value('axis') },
    );
    return m.mul(m.unary('exp', exponents), m.unary('sign', start));
  }),
  trapezoid: entry('y, x=None, dx=1.0, axis=-1', (c, args) => {
    const m = new TensorMath(c);
    const y = asFloat(c, args.tensor('y'));
    const axis = axisOf(c, y, args.int('axis'));
    const size = multiplyDims(dimAt(y, axis), 1);
    const [first, second] = pairsAlong(c, y, axis, size);
    const middle = m.mul(m.add(first, second), 0.5);
    if (args.value('x').kind === 'none') return m.sum(m.mul(middle, args.number('dx')), [axis]);
    const x = m.cast(args.tensor('x'), y.type.dtype);
    const [left, right] = pairsAlong(c, x, rankOf(x) === 1 ? 0 : axis, size);
    return m.sum(m.mul(middle, m.sub(right, left)), [axis]);
  }),
  vander: entry('x, N=None, increasing=False', (c, args) => {
    const m = new TensorMath(c);
    const x = args.tensor('x');
    const count = args.value('N').kind === 'none' ? dimAt(x, 0) : args.dim('N');
    const powers = m.cast(c.emit('range', [], { start: 0, step: 1, size: count, dtype: 'int32' }), x.type.dtype);
    const table = m.pow(expandDims(c, x, 1), expandDims(c, powers, 0));
    return args.bool('increasing') ? table : c.emit('reverse', [table], { axes: [1] });
  }),
};

/** Neighbours along an axis. */
function pairsAlong(c: CallContext, x: TensorValue, axis: number, size: Dim): readonly [TensorValue, TensorValue] {
  const length = typeof size === 'number' ? size - 1 : c.unknown('an integral over an axis whose size is not known');
  return [sliceAxis(c, x, axis, 0, length), sliceAxis(c, x, axis, 1, length)];
}

/** Quantiles of what is no number left out: sorted last and not counted. */
function nanQuantile(c: CallContext, given: TensorValue, q: number, axes: readonly number[] | null, keepdims: boolean): TensorValue {
  const m = new TensorMath(c);
  const x = asFloat(c, given);
  const reduced = axes?.map((axis) => axisOf(c, x, axis)) ?? x.type.shape.map((_, i) => i);
  const kept = x.type.shape.map((_, i) => i).filter((i) => !reduced.includes(i));
  const moved = transpose(c, x, [...kept, ...reduced]);
  const flat = reshape(c, moved, [...kept.map((axis) => dimAt(x, axis)), productOfDims(reduced.map((axis) => dimAt(x, axis)))]);
  const missing = m.unary('isNan', flat);
  const order = c.emit('sortIndices', [m.where(missing, Number.POSITIVE_INFINITY, flat)], {
    axis: -1,
    direction: 'ascending',
    stable: true,
  });
  const last = rankOf(flat) - 1;
  const sorted = c.emit('takeAlongAxis', [m.where(missing, Number.POSITIVE_INFINITY, flat), order], { axis: last });
  const count = m.sum(m.cast(m.unary('logicalNot', missing), 'float32'), [last], true);
  const position = m.mul(m.maximum(m.sub(count, 1), 0), q);
  const at = (place: TensorValue) =>
    c.emit('squeeze', [c.emit('takeAlongAxis', [sorted, m.cast(place, 'int32')], { axis: last })], { axes: [last] });
  const [low, high] = [m.unary('floor', position), m.unary('ceil', position)];
  const fraction = c.emit('squeeze', [m.cast(m.sub(position, low), x.type.dtype)], { axes: [last] });
  const between = m.add(m.mul(at(low), m.sub(1, fraction)), m.mul(at(high), fraction));
  const found = m.where(m.equal(c.emit('squeeze', [count], { axes: [last] }), 0), Number.NaN, between);
  return keepdims
    ? reshape(
        c,
        found,
        x.type.shape.map((dim, i) => (reduced.includes(i) ? 1 : dim)),
      )
    : found;
}

function oneQuantile(c: CallContext, args: Args, scale: number): TensorValue {
  if (args.has('method') && args.string('method') !== 'linear') c.unknown('a NaN-ignoring quantile by another method than linear');
  return nanQuantile(c, args.tensor('x'), args.number('q') / scale, args.axes('axis'), args.bool('keepdims'));
}

const QUANTILES: ApiTable = {
  nanmedian: entry('x, axis=None, keepdims=False', (c, args) =>
    nanQuantile(c, args.tensor('x'), 0.5, args.axes('axis'), args.bool('keepdims')),
  ),
  nanquantile: entry("x, q, axis=None, method='linear', keepdims=False", (c, args) => oneQuantile(c, args, 1)),
  nanpercentile: entry("x, q, axis=None, method='linear', keepdims=False", (c, args) => oneQuantile(c, args, 100)),
};

const BLOCKS: ApiTable = {
  space_to_depth: entry("x, block_size, data_format='channels_last'", (c, args) => {
    const [x, block] = [args.tensor('x'), args.int('block_size')];
    const [batch = 1, height = 1, width = 1, channels = 1] = x.type.shape;
    const [rows, columns] = [whole(c, height, block, x), whole(c, width, block, x)];
    const split = reshape(c, x, [batch, rows, block, columns, block, channels]);
    return reshape(c, transpose(c, split, [0, 1, 3, 2, 4, 5]), [batch, rows, columns, multiplyDims(channels, block * block)]);
  }),
  depth_to_space: entry("x, block_size, data_format='channels_last'", (c, args) => {
    const [x, block] = [args.tensor('x'), args.int('block_size')];
    const [batch = 1, height = 1, width = 1, channels = 1] = x.type.shape;
    const depth = whole(c, channels, block * block, x);
    const split = reshape(c, x, [batch, height, width, block, block, depth]);
    return reshape(c, transpose(c, split, [0, 1, 3, 2, 4, 5]), [batch, multiplyDims(height, block), multiplyDims(width, block), depth]);
  }),
  correlate: entry("x1, x2, mode='valid'", (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')], 'python float');
    return a && b ? correlate(c, a, b, args.string('mode')) : c.unknown('operands of correlate');
  }),
  rearrange: entry('tensor, pattern, **axes_lengths', (c, args) =>
    rearrange(c, args.tensor('tensor'), args.string('pattern'), args.keywords),
  ),
};

function whole(c: CallContext, dim: Dim, block: number, x: TensorValue): Dim {
  const size = divideExactly(dim, block);
  return size ?? c.fail(failure('split', 'shape', `an axis is not divisible by ${block}`, { parts: block }), [x]);
}

/** Sliding products of two sequences. */
function correlate(c: CallContext, a: TensorValue, b: TensorValue, mode: string): TensorValue {
  const m = new TensorMath(c);
  const [length, width] = [dimAt(a, 0), dimAt(b, 0)];
  if (typeof length !== 'number' || typeof width !== 'number') return c.unknown('correlate of sequences whose lengths are not known');
  if (width > length) return c.unknown('correlate whose second sequence is the longer');
  const before = mode === 'full' ? width - 1 : mode === 'same' ? Math.floor(width / 2) : 0;
  const after = mode === 'full' ? width - 1 : mode === 'same' ? width - 1 - Math.floor(width / 2) : 0;
  const padded = c.emit('pad', [a], { paddings: [[before, after]], mode: 'constant', value: 0 });
  const steps = length + before + after - width + 1;
  const sums = Array.from({ length: width }, (_, i) => m.mul(sliceAxis(c, padded, 0, i, steps), indexAxis(c, b, 0, i)));
  return sums.reduce((total, part) => m.add(total, part));
}

/** einops: `b (h w) c -> b h w c`; every axis has a name, groups stand in parentheses. */
function rearrange(c: CallContext, x: TensorValue, pattern: string, lengths: Readonly<Record<string, Value>>): TensorValue {
  const [left, right] = pattern.split('->').map(groupsOf);
  if (!left || !right || pattern.includes('...') || left.length !== rankOf(x)) return c.unknown('this pattern of rearrange');
  const sizes = new Map<string, Dim>();
  for (const [name, value] of Object.entries(lengths)) if (value.kind === 'number') sizes.set(name, value.size ?? value.value ?? 1);
  left.forEach((group, axis) => {
    const open = group.filter((name) => !sizes.has(name));
    const known = productOfDims(group.flatMap((name) => sizes.get(name) ?? []));
    const [name] = open;
    const size = divideExactly(dimAt(x, axis), known);
    if (open.length > 1 || (name !== undefined && size === undefined)) c.unknown('the sizes of this pattern of rearrange');
    if (name !== undefined && size !== undefined) sizes.set(name, size);
  });
  const names = left.flat();
  const dims = (group: readonly string[]) => productOfDims(group.map((name) => sizes.get(name) ?? 1));
  const apart = reshape(
    c,
    x,
    names.map((name) => dims([name])),
  );
  const order = right.flat().map((name) => names.indexOf(name));
  if (order.includes(-1)) return c.unknown('this pattern of rearrange');
  return reshape(c, transpose(c, apart, order), right.map(dims));
}

function groupsOf(side: string): readonly (readonly string[])[] {
  return [...side.matchAll(/\(([^)]*)\)|(\w+)/g)].map((match) => (match[1] ?? match[2] ?? '').trim().split(/\s+/).filter(Boolean));
}

export const RARE_OPS: ApiTable = opsTable({ ...NUMBERS, ...QUANTILES, ...BLOCKS });
