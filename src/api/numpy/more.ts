/** Owns NumPy's rarer functions: order statistics, sets, grids of indices, interpolation, random choices. */
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { integer, list, NONE, type ObjectValue, type TensorValue, tuple, type Value } from '../../value/value';
import { axesOf, knownValue } from '../args';
import { nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import {
  add,
  cast,
  dimAt,
  expandDims,
  flatten,
  like,
  multiply,
  rankOf,
  reduce,
  reshape,
  select,
  sliceAxis,
  squeeze,
  subtract,
  sum,
} from '../tensors';
import { shuffled } from '../tf/random';
import { array } from './array';
import { nanAware, nanMean, nanVariance, zeroed } from './nanAware';
import { asArray, commonArrays, emitArray } from './numpyOperators';
import { percentile } from './percentile';
import { floats } from './reductions';

const constant = (c: CallContext, values: readonly number[], shape: readonly number[], dtype: 'float64' | 'int64' | 'bool'): TensorValue =>
  c.wrap(c.build.constant(values, shape, dtype), 'numpy');

/** Elements that are known now. */
const numbersOf = (c: CallContext, value: Value): number[] =>
  Array.from(c.numbers(array(c, value)) ?? c.unknown('values that are not known'));

export const NUMPY_STATISTICS: ApiTable = {
  'np.median': entry('a, axis=None', (c, a) =>
    asArray(c, percentile(c, floats(c, array(c, a.value('a'))), 50, a.optionalInt('axis'), 'linear')),
  ),
  'np.percentile': entry("a, q, axis=None, out=None, overwrite_input=False, method='linear'", (c, a) =>
    asArray(c, percentile(c, floats(c, array(c, a.value('a'))), a.number('q'), a.optionalInt('axis'), a.string('method'))),
  ),
  'np.quantile': entry("a, q, axis=None, out=None, overwrite_input=False, method='linear'", (c, a) =>
    asArray(c, percentile(c, floats(c, array(c, a.value('a'))), a.number('q') * 100, a.optionalInt('axis'), a.string('method'))),
  ),
  'tfp.stats.percentile': entry("x, q, axis=None, interpolation='nearest', keepdims=False, name=None", (c, a) =>
    percentile(c, a.tensor('x'), a.number('q'), a.optionalInt('axis'), a.string('interpolation')),
  ),
  'np.nansum': nanAware((c, x, _valid, axes, keepdims) => sum(c, zeroed(c, x), axes, keepdims)),
  'np.nanmean': nanAware(nanMean),
  'np.nanvar': nanAware(nanVariance),
  'np.nanstd': nanAware((c, x, valid, axes, keepdims) => c.emit('sqrt', [nanVariance(c, x, valid, axes, keepdims)])),
  'np.nanmax': nanAware((c, x, _valid, axes, keepdims) =>
    reduce(c, 'max', select(c, c.emit('isNan', [x]), like(c, Number.NEGATIVE_INFINITY, x), x), axes, keepdims),
  ),
  'np.nanmin': nanAware((c, x, _valid, axes, keepdims) =>
    reduce(c, 'min', select(c, c.emit('isNan', [x]), like(c, Number.POSITIVE_INFINITY, x), x), axes, keepdims),
  ),
  'np.nan_to_num': entry('x, copy=True, nan=0.0', (c, a) => {
    const x = floats(c, array(c, a.value('x')));
    return asArray(c, select(c, c.emit('isNan', [x]), like(c, a.number('nan'), x), x));
  }),
  'np.count_nonzero': entry('a, axis=None', (c, a) => {
    const x = array(c, a.value('a'));
    return asArray(c, sum(c, cast(c, c.emit('notEqual', [x, like(c, 0, x)]), 'int64'), a.axes('axis')));
  }),
  'np.trapezoid np.trapz': entry('y, x=None, dx=1.0, axis=-1', (c, a) => {
    const y = floats(c, array(c, a.value('y')));
    const size = dimAt(y, -1);
    if (typeof size !== 'number' || a.value('x').kind !== 'none') return c.unknown('this integral is not followed yet');
    const halves = multiply(c, add(c, sliceAxis(c, y, -1, 1, size - 1), sliceAxis(c, y, -1, 0, size - 1)), a.number('dx') / 2);
    return asArray(c, sum(c, halves, [-1]));
  }),
  'np.cov np.corrcoef np.gradient np.histogram2d np.polyfit np.load np.save np.genfromtxt np.loadtxt': entry('*args, **kwargs', (c) =>
    c.unknown('this function of NumPy is not followed'),
  ),
  'np.histogram': entry('a, bins=10, range=None, density=None, weights=None', (c, a) => {
    const [values, count] = [numbersOf(c, a.value('a')), a.int('bins')];
    const bounds =
      a.value('range').kind === 'none' ? [Math.min(...values), Math.max(...values)] : (axesOf(c, a.value('range'), 'range') ?? []);
    const [low = 0, high = 1] = bounds;
    const counts = new Array<number>(count).fill(0);
    for (const value of values) {
      const bin = Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count));
      if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const edges = Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
    return tuple([constant(c, counts, [count], 'int64'), constant(c, edges, [count + 1], 'float64')]);
  }),
  'np.bincount': entry('x, weights=None, minlength=0', (c, a) => {
    const values = numbersOf(c, a.value('x'));
    const counts = new Array<number>(Math.max(a.int('minlength'), ...values.map((value) => value + 1))).fill(0);
    for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
    return constant(c, counts, [counts.length], 'int64');
  }),
  'np.digitize': entry('x, bins, right=False', (c, a) => {
    const bins = numbersOf(c, a.value('bins'));
    const values = numbersOf(c, a.value('x'));
    return constant(
      c,
      values.map((value) => bins.filter((bin) => (a.bool('right') ? bin < value : bin <= value)).length),
      [values.length],
      'int64',
    );
  }),
  'np.interp': entry('x, xp, fp', (c, a) => {
    const [xs, ys] = [numbersOf(c, a.value('xp')), numbersOf(c, a.value('fp'))];
    const values = numbersOf(c, a.value('x')).map((x) => interpolated(x, xs, ys));
    const x = array(c, a.value('x'));
    return asArray(c, reshape(c, constant(c, values, [values.length], 'float64'), x.type.shape));
  }),
  'np.convolve': entry("a, v, mode='full'", (c, a) => {
    const [x, y] = [numbersOf(c, a.value('a')), numbersOf(c, a.value('v'))];
    const out = new Array<number>(x.length + y.length - 1).fill(0);
    x.forEach((p, i) => {
      y.forEach((q, j) => {
        out[i + j] = (out[i + j] ?? 0) + p * q;
      });
    });
    if (a.string('mode') !== 'full') return c.unknown('this convolution is not followed yet');
    return constant(c, out, [out.length], 'float64');
  }),
  'np.kron': entry('a, b', (c, a) => {
    const [x, y] = commonArrays(c, array(c, a.value('a')), array(c, a.value('b')));
    if (rankOf(x) !== 1 || rankOf(y) !== 1) return c.unknown('the Kronecker product of matrices is not followed yet');
    return asArray(c, flatten(c, multiply(c, expandDims(c, x, 1), y)));
  }),
  'np.isclose': entry('a, b, rtol=1e-05, atol=1e-08, equal_nan=False', (c, a) => {
    const [x, y] = commonArrays(c, array(c, a.value('a')), array(c, a.value('b')));
    const gap = c.emit('abs', [subtract(c, x, y)]);
    return emitArray(c, 'lessEqual', [
      asArray(c, gap),
      asArray(c, add(c, multiply(c, c.emit('abs', [y]), a.number('rtol')), a.number('atol'))),
    ]);
  }),
  'np.isin np.in1d': entry('element, test_elements', (c, a) => {
    const wanted = new Set(numbersOf(c, a.value('test_elements')));
    const values = numbersOf(c, a.value('element'));
    return asArray(
      c,
      reshape(
        c,
        constant(
          c,
          values.map((value) => Number(wanted.has(value))),
          [values.length],
          'bool',
        ),
        array(c, a.value('element')).type.shape,
      ),
    );
  }),
  'np.nonzero np.flatnonzero': entry('a', (c, a) => {
    const places = nonzero(c, array(c, a.value('a'), 'bool'));
    return tuple(
      Array.from({ length: rankOf(array(c, a.value('a'))) }, (_, axis) => asArray(c, squeeze(c, sliceAxis(c, places, 1, axis, 1), [1]))),
    );
  }),
  'np.triu_indices': triangle((row, column, k) => column - row >= k),
  'np.tril_indices': triangle((row, column, k) => column - row <= k),
  'np.diag_indices': entry('n, ndim=2', (c, a) => {
    const places = Array.from({ length: a.int('n') }, (_, i) => i);
    return tuple(Array.from({ length: a.int('ndim') }, () => constant(c, places, [places.length], 'int64')));
  }),
  'np.ndindex': entry('*shape', (c, a) => {
    const shape = a.rest.flatMap((item) => axesOf(c, item, 'shape') ?? []);
    const rows = shape.reduce<number[][]>(
      (found, size) => found.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i])),
      [[]],
    );
    return list(rows.map((row) => tuple(row.map((i) => integer(i)))));
  }),
  'np.linalg.eigvalsh': entry('a', (c, a) => emitArray(c, 'eighValues', [floats(c, array(c, a.value('a')))])),
  'np.random.randint': entry('low, high=None, size=None, dtype=None', (c, a) => {
    const [low, high] = a.value('high').kind === 'none' ? [0, a.int('low')] : [a.int('low'), a.int('high')];
    const shape = a.value('size').kind === 'none' ? [] : a.shape('size');
    return c.wrap(
      c.build.emit('random', [], { distribution: 'uniformInt', shape, dtype: 'int64', seed: c.nextSeed(), a: low, b: high }),
      'numpy',
    );
  }),
  'np.random.permutation': entry('x', (c, a) => {
    return asArray(c, shuffled(c, rangeOrArray(c, a, 'x')));
  }),
  'np.random.choice': entry('a, size=None, replace=True, p=None', (c, a) => {
    const x = rangeOrArray(c, a, 'a');
    const shape = a.value('size').kind === 'none' ? [] : a.shape('size');
    const places = c.wrap(
      c.build.emit('random', [], {
        distribution: 'uniformInt',
        shape,
        dtype: 'int32',
        seed: c.nextSeed(),
        a: 0,
        b: Number(sizeOf(x.type.shape)),
      }),
    );
    return asArray(c, c.emit('gather', [x, places], { axis: 0, batchDims: 0 }));
  }),
  'np.random.shuffle': entry('x', (c) => c.unknown('shuffling in place is not followed')),
  'np.random.RandomState np.random.default_rng': entry('seed=None', () => generator()),
};

function interpolated(x: number, xs: readonly number[], ys: readonly number[]): number {
  const next = xs.findIndex((value) => value >= x);
  if (next < 0) return ys.at(-1) ?? Number.NaN;
  if (next === 0) return ys[0] ?? Number.NaN;
  const [x0 = 0, x1 = 1, y0 = 0, y1 = 0] = [xs[next - 1], xs[next], ys[next - 1], ys[next]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function triangle(inside: (row: number, column: number, k: number) => boolean): ApiEntry {
  return entry('n, k=0, m=None', (c, a) => {
    const [rows, k] = [a.int('n'), a.int('k')];
    const columns = a.optionalInt('m') ?? rows;
    const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const).filter(
      ([row, column]) => inside(row, column, k),
    );
    return tuple(
      [0, 1].map((axis) =>
        constant(
          c,
          places.map((place) => place[axis] ?? 0),
          [places.length],
          'int64',
        ),
      ),
    );
  });
}

/** A generator object: its methods are the functions of np.random. */
function generator(): ObjectValue {
  const through = (name: string): ApiEntry =>
    entry('*args, **kwargs', (c, a) => c.call({ kind: 'api', path: `np.random.${name}` }, a.rest, a.keywords));
  const names = ['rand', 'randn', 'normal', 'uniform', 'randint', 'permutation', 'choice', 'random', 'random_sample', 'shuffle'];
  const methods = new Map<string, ApiEntry>([
    ...names.map((name) => [name, through(name)] as const),
    ['integers', through('randint')],
    ['standard_normal', through('randn')],
    ['seed', entry('*args', () => NONE)],
  ]);
  return { kind: 'object', type: 'np.random.RandomState', attributes: new Map(), methods };
}

/** A number stands for that many from 0 on. */
function rangeOrArray(c: CallContext, a: Args, name: string): TensorValue {
  const given = knownValue(c, a.value(name));
  if (given.kind !== 'number') return array(c, given);
  return c.wrap(c.build.emit('range', [], { start: 0, step: 1, size: a.dim(name), dtype: 'int64' }), 'numpy');
}
