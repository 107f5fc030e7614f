/** Owns NumPy's creation of arrays, random numbers and facts about types. */
import { productOfDims } from '../../shape/dim';
import { isFloat } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { float, list, type TensorValue, type Value } from '../../value/value';
import { knownValue, shapeOf } from '../args';
import { dtypeOf } from '../dtypes';
import { type ApiTable, entry } from '../table';
import { cast, isTensor, rankOf } from '../tensors';
import { eye, spaced } from '../tf/create';
import { bandPart, diag, diagPart } from '../tf/linalg';
import { grids } from '../tf/shapes';
import { array, wanted } from './array';
import { asArray, emitArray, numpyBinary } from './numpyOperators';

const shapeLike = (a: Args, name: string) => a.shape(name);

const filled = (value: number): ApiEntry =>
  entry('shape, dtype=None, order=None', (c, a) => c.wrap(c.build.fill(value, shapeLike(a, 'shape'), wanted(a) ?? 'float64'), 'numpy'));

const likeEntry = (value: number): ApiEntry =>
  entry('a, dtype=None, order=None, subok=True, shape=None', (c, a) => {
    const x = array(c, a.value('a'));
    return c.wrap(c.build.fill(value, x.type.shape, wanted(a) ?? x.type.dtype), 'numpy');
  });

export const NUMPY_CREATION: ApiTable = {
  'np.array np.asarray np.ascontiguousarray np.asanyarray np.copy': entry('object, dtype=None, **kwargs', (c, a) =>
    array(c, a.value('object'), wanted(a)),
  ),
  'np.zeros np.empty': filled(0),
  'np.ones': filled(1),
  'np.zeros_like np.empty_like': likeEntry(0),
  'np.ones_like': likeEntry(1),
  'np.full': entry('shape, fill_value, dtype=None', (c, a) =>
    emitArray(c, 'broadcastTo', [array(c, a.value('fill_value'), wanted(a))], { shape: a.shape('shape') }),
  ),
  'np.full_like': entry('a, fill_value, dtype=None', (c, a) => {
    const x = array(c, a.value('a'));
    return emitArray(c, 'broadcastTo', [array(c, a.value('fill_value'), wanted(a) ?? x.type.dtype)], { shape: x.type.shape });
  }),
  'np.eye': entry('N, M=None, k=0, dtype=None', (c, a) =>
    asArray(c, eye(c, a.dim('N'), a.value('M').kind === 'none' ? a.dim('N') : a.dim('M'), a.int('k'), wanted(a) ?? 'float64')),
  ),
  'np.identity': entry('n, dtype=None', (c, a) => asArray(c, eye(c, a.dim('n'), a.dim('n'), 0, wanted(a) ?? 'float64'))),
  'np.arange': entry('start, stop=None, step=1, dtype=None', (c, a) => arange(c, a)),
  'np.linspace': entry('start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0', (c, a) =>
    asArray(
      c,
      cast(
        c,
        spaced(c, array(c, a.value('start'), 'float64'), array(c, a.value('stop'), 'float64'), a.dim('num'), a.bool('endpoint')),
        wanted(a) ?? 'float64',
      ),
    ),
  ),
  'np.logspace': entry('start, stop, num=50, endpoint=True, base=10.0, dtype=None', (c, a) => {
    const exponents = asArray(
      c,
      spaced(c, array(c, a.value('start'), 'float64'), array(c, a.value('stop'), 'float64'), a.dim('num'), a.bool('endpoint')),
    );
    return numpyBinary(c, '**', float(a.number('base')), exponents);
  }),
  'np.meshgrid': entry("*xi, indexing='xy', **kwargs", (c, a) =>
    list(
      grids(
        c,
        a.rest.map((item) => array(c, item)),
        a.string('indexing') === 'ij',
      ).map((grid) => asArray(c, grid)),
    ),
  ),
  'np.tri': entry('N, M=None, k=0, dtype=None', (c, a) => {
    const ones = c.wrap(
      c.build.fill(1, [a.dim('N'), a.value('M').kind === 'none' ? a.dim('N') : a.dim('M')], wanted(a) ?? 'float64'),
      'numpy',
    );
    return asArray(c, bandPart(c, ones, -1, a.int('k')));
  }),
  'np.tril': entry('m, k=0', (c, a) => asArray(c, bandPart(c, array(c, a.value('m')), -1, a.int('k')))),
  'np.triu': entry('m, k=0', (c, a) => asArray(c, bandPart(c, array(c, a.value('m')), -a.int('k'), -1))),
  'np.diag': entry('v, k=0', (c, a) => {
    const x = array(c, a.value('v'));
    return asArray(c, rankOf(x) === 1 ? diag(c, x, a.int('k')) : diagPart(c, x, a.int('k')));
  }),
  'np.finfo': entry('dtype', (c, a) => finfo(c, a)),
  'np.dtype': entry('dtype', (c, a) => ({
    kind: 'dtype',
    dtype: dtypeOf(a.value('dtype'), true) ?? c.unknown('a dtype that is not known'),
  })),
  'np.ndim': entry('a', (c, a) => ({ kind: 'number', float: false, value: rankOf(array(c, a.value('a'))) })),
  'np.shape': entry('a', (_c, a) =>
    isTensor(a.value('a')) ? { kind: 'shape', dims: a.tensor('a').type.shape } : { kind: 'shape', dims: a.tensor('a').type.shape },
  ),
  'np.size': entry('a, axis=None', (c, a) => dimNumber(productOfDims(array(c, a.value('a')).type.shape))),
  'np.random.seed np.seterr np.set_printoptions np.testing.assert_allclose np.testing.assert_equal': entry('*args, **kwargs', () => ({
    kind: 'none',
  })),
  'np.random.rand': entry('*shape', (c, a) => randomArray(c, 'uniform', a.rest, 0, 1)),
  'np.random.randn': entry('*shape', (c, a) => randomArray(c, 'normal', a.rest, 0, 1)),
  'np.random.uniform': entry('low=0.0, high=1.0, size=None', (c, a) =>
    randomArray(c, 'uniform', sizeItems(c, a.value('size')), a.number('low'), a.number('high')),
  ),
  'np.random.normal': entry('loc=0.0, scale=1.0, size=None', (c, a) =>
    randomArray(c, 'normal', sizeItems(c, a.value('size')), a.number('loc'), a.number('scale')),
  ),
  'np.random.random np.random.random_sample': entry('size=None', (c, a) => randomArray(c, 'uniform', sizeItems(c, a.value('size')), 0, 1)),
};

function dimNumber(dim: ReturnType<typeof productOfDims>): Value {
  return typeof dim === 'number'
    ? { kind: 'number', float: false, value: dim }
    : { kind: 'number', float: false, value: undefined, size: dim };
}

function sizeItems(c: CallContext, size: Value): readonly Value[] {
  if (size.kind === 'none') return [];
  return size.kind === 'number' ? [size] : c.iterate(size);
}

function randomArray(c: CallContext, distribution: string, shape: readonly Value[], a: number, b: number): TensorValue {
  const dims = shape.flatMap((item) => shapeOf(c, item, 'shape'));
  return c.wrap(c.build.emit('random', [], { distribution, shape: dims, dtype: 'float64', seed: c.nextSeed(), a, b }), 'numpy');
}

function arange(c: CallContext, a: Args): TensorValue {
  const stop = knownValue(c, a.value('stop'));
  const bounds = [knownValue(c, a.value('start')), stop, knownValue(c, a.value('step'))];
  const isFloatRange = bounds.some((value) => (value.kind === 'number' && value.float) || (isTensor(value) && isFloat(value.type.dtype)));
  const dtype = wanted(a) ?? (isFloatRange ? 'float64' : 'int64');
  const [first, limit] = stop.kind === 'none' ? [0, a.dim('start')] : [a.number('start'), isFloatRange ? a.number('stop') : a.dim('stop')];
  const step = a.number('step');
  if (typeof limit !== 'number') return c.wrap(c.build.emit('range', [], { start: first, step, size: limit, dtype }), 'numpy');
  const size = Math.max(0, Math.ceil((limit - first) / step));
  return c.wrap(c.build.emit('range', [], { start: first, step, size, dtype }), 'numpy');
}

const FINFO: Readonly<Record<string, readonly [eps: number, max: number, tiny: number]>> = {
  float16: [2 ** -10, 65504, 2 ** -14],
  float32: [2 ** -23, 3.4028234663852886e38, 2 ** -126],
  float64: [Number.EPSILON, Number.MAX_VALUE, 2 ** -1022],
};

function finfo(c: CallContext, a: Args): Value {
  const dtype = dtypeOf(a.value('dtype'), true) ?? (isTensor(a.value('dtype')) ? a.tensor('dtype').type.dtype : undefined);
  const facts = dtype === undefined ? undefined : FINFO[dtype];
  if (facts === undefined) return c.unknown('limits of a dtype that is not known');
  const [eps, max, tiny] = facts;
  const attributes = new Map<string, Value>(
    Object.entries({
      eps: float(eps),
      max: float(max),
      min: float(-max),
      tiny: float(tiny),
      smallest_normal: float(tiny),
      resolution: float(10 ** -Math.floor(-Math.log10(eps))),
    }),
  );
  return { kind: 'object', type: 'np.finfo', attributes, methods: new Map() };
}
