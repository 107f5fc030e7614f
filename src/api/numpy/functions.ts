/** Owns the functions of NumPy that losses use for constants. Arrays are graph nodes; a tensor handed to NumPy loses its gradient. */
import { failure } from '../../graph/primitive';
import { productOfDims } from '../../shape/dim';
import { DTYPES, type DType, isFloat } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { boolean, float, list, type TensorValue, tuple, type Value } from '../../value/value';
import { axesOf, knownValue, shapeOf } from '../args';
import { dtypeOf } from '../dtypes';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import {
  axisOf,
  cast,
  dimAt,
  expandDims,
  flatten,
  isGraphTensor,
  isTensor,
  moveAxis,
  rankOf,
  reshape,
  select,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from '../tensors';
import { eye, spaced } from '../tf/create';
import { bandPart, contractionAxes, diag, diagPart, tensordot } from '../tf/linalg';
import { sorted, sortIndices } from '../tf/ordering';
import { norm } from '../tf/reductions';
import { gather, unique } from '../tf/selection';
import { equalParts, grids, pad, paddingsOf, repeat, roll, sizedParts } from '../tf/shapes';
import { asArray, commonArrays, emitArray, numpyBinary, numpyCompare, toArray } from './numpyOperators';
import { floats, npArgExtreme, npClip, npMean, npReduce, npVariance } from './reductions';

/** An argument as an array. A tensor in Keras' graph has no values: a finding; the trace goes on with its values. */
export function array(c: CallContext, value: Value, dtype?: DType): TensorValue {
  const known = knownValue(c, value);
  if (!isGraphTensor(known)) return toArray(c, known, dtype);
  if (c.mode === 'check' && c.keras !== 'none' && c.numbers(known) === undefined) {
    c.note(failure('numpy-in-graph', 'type', 'NumPy needs values, which tensors do not have inside fit; use the tf function'), [known]);
  }
  const values = c.wrap(c.emit('stopGradient', [known]).node, 'numpy');
  return dtype === undefined ? values : asArray(c, cast(c, values, dtype));
}

const wanted = (a: Args): DType | undefined => (a.value('dtype').kind === 'none' ? undefined : dtypeOf(a.value('dtype'), true));
const shapeLike = (a: Args, name: string) => a.shape(name);

/** Float functions: integers become float64. */
const unary = (op: string): ApiEntry =>
  entry('x, /, out=None, *, where=True, dtype=None', (c, a) => emitArray(c, op, [floats(c, array(c, a.value('x')))]));
const plain = (op: string): ApiEntry => entry('x, /, out=None, **kwargs', (c, a) => emitArray(c, op, [array(c, a.value('x'))]));
const operator = (op: '+' | '-' | '*' | '/' | '//' | '%' | '**' | '&' | '|' | '^' | '@'): ApiEntry =>
  entry('x1, x2, /, out=None, **kwargs', (c, a) => numpyBinary(c, op, operand(c, a.value('x1')), operand(c, a.value('x2'))));
const comparison = (op: string): ApiEntry =>
  entry('x1, x2, /, out=None, **kwargs', (c, a) => numpyCompare(c, op, operand(c, a.value('x1')), operand(c, a.value('x2'))));
const binary = (op: string): ApiEntry =>
  entry('x1, x2, /, out=None, **kwargs', (c, a) => emitArray(c, op, commonArrays(c, operand(c, a.value('x1')), operand(c, a.value('x2')))));

function operand(c: CallContext, value: Value): Value {
  return isGraphTensor(value) ? array(c, value) : knownValue(c, value);
}

const REDUCE = 'a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True';
const reduction = (op: string): ApiEntry =>
  entry(REDUCE, (c, a) => npReduce(c, op, array(c, a.value('a'), wanted(a)), a.axes('axis'), a.bool('keepdims')));
const VARIANCE = 'a, axis=None, dtype=None, out=None, ddof=0, keepdims=False';

export const NUMPY_MATH: ApiTable = {
  'np.exp': unary('exp'),
  'np.expm1': unary('expm1'),
  'np.log': unary('log'),
  'np.log1p': unary('log1p'),
  'np.sqrt': unary('sqrt'),
  'np.sin': unary('sin'),
  'np.cos': unary('cos'),
  'np.tan': unary('tan'),
  'np.arcsin': unary('asin'),
  'np.arccos': unary('acos'),
  'np.arctan': unary('atan'),
  'np.sinh': unary('sinh'),
  'np.cosh': unary('cosh'),
  'np.tanh': unary('tanh'),
  'np.floor': plain('floor'),
  'np.ceil': plain('ceil'),
  'np.rint np.round np.around np.round_': entry('a, decimals=0, out=None', (c, a) => rounded(c, array(c, a.value('a')), a.int('decimals'))),
  'np.abs np.absolute np.fabs': plain('abs'),
  'np.sign': plain('sign'),
  'np.square': plain('square'),
  'np.negative': plain('negate'),
  'np.reciprocal': plain('reciprocal'),
  'np.isnan': unary('isNan'),
  'np.isinf': unary('isInf'),
  'np.isfinite': unary('isFinite'),
  'np.logical_not': entry('x', (c, a) => emitArray(c, 'logicalNot', [array(c, a.value('x'), 'bool')])),
  'np.log2': logarithm(2),
  'np.log10': logarithm(10),
  'np.deg2rad np.radians': entry('x', (c, a) => numpyBinary(c, '*', operand(c, a.value('x')), float(Math.PI / 180))),
  'np.rad2deg np.degrees': entry('x', (c, a) => numpyBinary(c, '*', operand(c, a.value('x')), float(180 / Math.PI))),
  'np.add': operator('+'),
  'np.subtract': operator('-'),
  'np.multiply': operator('*'),
  'np.divide np.true_divide': operator('/'),
  'np.floor_divide': operator('//'),
  'np.mod np.remainder': operator('%'),
  'np.power': operator('**'),
  'np.matmul np.dot': entry('a, b, out=None', (c, a) => dot(c, array(c, a.value('a')), array(c, a.value('b')))),
  'np.maximum': binary('maximum'),
  'np.minimum': binary('minimum'),
  'np.arctan2': binary('atan2'),
  'np.logical_and': binary('logicalAnd'),
  'np.logical_or': binary('logicalOr'),
  'np.equal': comparison('equal'),
  'np.not_equal': comparison('notEqual'),
  'np.greater': comparison('greater'),
  'np.greater_equal': comparison('greaterEqual'),
  'np.less': comparison('less'),
  'np.less_equal': comparison('lessEqual'),
  'np.sum': reduction('sum'),
  'np.prod np.product': reduction('prod'),
  'np.max np.amax': reduction('max'),
  'np.min np.amin': reduction('min'),
  'np.any': reduction('any'),
  'np.all': reduction('all'),
  'np.mean np.average': entry('a, axis=None, dtype=None, out=None, keepdims=False', (c, a) =>
    npMean(c, array(c, a.value('a'), wanted(a)), a.axes('axis'), a.bool('keepdims')),
  ),
  'np.var': entry(VARIANCE, (c, a) => npVariance(c, array(c, a.value('a')), a.axes('axis'), a.bool('keepdims'), a.number('ddof'))),
  'np.std': entry(VARIANCE, (c, a) =>
    emitArray(c, 'sqrt', [npVariance(c, array(c, a.value('a')), a.axes('axis'), a.bool('keepdims'), a.number('ddof'))]),
  ),
  'np.argmax': entry('a, axis=None, out=None', (c, a) => npArgExtreme(c, 'argmax', array(c, a.value('a')), a.optionalInt('axis'))),
  'np.argmin': entry('a, axis=None, out=None', (c, a) => npArgExtreme(c, 'argmin', array(c, a.value('a')), a.optionalInt('axis'))),
  'np.clip': entry('a, a_min=None, a_max=None, out=None, *, min=None, max=None', (c, a) =>
    npClip(c, array(c, a.value('a')), a.has('min') ? a.value('min') : a.value('a_min'), a.has('max') ? a.value('max') : a.value('a_max')),
  ),
  'np.cumsum': cumulative('cumsum'),
  'np.cumprod': cumulative('cumprod'),
  'np.outer': entry('a, b', (c, a) =>
    numpyBinary(c, '*', asArray(c, expandDims(c, flatten(c, array(c, a.value('a'))), 1)), asArray(c, flatten(c, array(c, a.value('b'))))),
  ),
  'np.inner': entry('a, b', (c, a) => dot(c, array(c, a.value('a')), asArray(c, swapIfMatrix(c, array(c, a.value('b')))))),
  'np.tensordot': entry('a, b, axes=2', (c, a) => {
    const [x, y] = commonArrays(c, array(c, a.value('a')), array(c, a.value('b')));
    return asArray(c, tensordot(c, x, y, ...contractionAxes(c, a.value('axes'), rankOf(x))));
  }),
  'np.einsum': entry('equation, *operands', (c, a) =>
    emitArray(
      c,
      'einsum',
      a.rest.map((item) => floats(c, array(c, item))),
      { equation: a.string('equation').replaceAll(' ', '') },
    ),
  ),
  'np.allclose': entry('a, b, rtol=1e-05, atol=1e-08, equal_nan=False', (c, a) => {
    const [x, y] = [a.value('a'), a.value('b')].map((value) => c.numbers(array(c, value)));
    if (x === undefined || y === undefined || x.length !== y.length) return boolean(undefined);
    const other = Array.from(y);
    return boolean(
      Array.from(x).every((value, i) => Math.abs(value - (other[i] ?? 0)) <= a.number('atol') + a.number('rtol') * Math.abs(other[i] ?? 0)),
    );
  }),
  'np.array_equal np.isscalar': entry('*args, **kwargs', () => boolean(undefined)),
};

function logarithm(base: number): ApiEntry {
  return entry('x, /, out=None', (c, a) =>
    numpyBinary(c, '/', emitArray(c, 'log', [floats(c, array(c, a.value('x')))]), float(Math.log(base))),
  );
}

function cumulative(op: string): ApiEntry {
  return entry('a, axis=None, dtype=None, out=None', (c, a) => {
    const x = array(c, a.value('a'), wanted(a));
    const axis = a.optionalInt('axis');
    return emitArray(c, op, [axis === null ? flatten(c, x) : x], { axis: axis ?? 0, exclusive: false, reverse: false });
  });
}

function rounded(c: CallContext, x: TensorValue, decimals: number): TensorValue {
  if (decimals === 0) return emitArray(c, 'round', [x]);
  const scale = float(10 ** decimals);
  const scaled = numpyBinary(c, '*', x, scale);
  return asArray(c, toArray(c, numpyBinary(c, '/', emitArray(c, 'round', [toArray(c, scaled)]), scale)));
}

function swapIfMatrix(c: CallContext, x: TensorValue): TensorValue {
  return rankOf(x) > 1 ? swapAxes(c, x, -1, -2) : x;
}

/** Vectors count as rows on the left and columns on the right. */
function dot(c: CallContext, left: TensorValue, right: TensorValue): TensorValue {
  const [a, b] = commonArrays(c, left, right);
  if (rankOf(a) === 0 || rankOf(b) === 0) return emitArray(c, 'multiply', [a, b]);
  const x = rankOf(a) === 1 ? expandDims(c, a, 0) : a;
  const y = rankOf(b) === 1 ? expandDims(c, b, 1) : b;
  const product = emitArray(c, 'matmul', [x, y], { transposeA: false, transposeB: false });
  const axes = [...(rankOf(a) === 1 ? [-2] : []), ...(rankOf(b) === 1 ? [-1] : [])];
  return axes.length === 0 ? product : asArray(c, squeeze(c, product, axes));
}

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

const joined = (c: CallContext, values: Value): TensorValue[] => {
  const parts = c.iterate(knownValue(c, values)).map((item) => array(c, item));
  return parts.map((part) => parts.reduce((x, other) => commonArrays(c, x, other)[0], part));
};

export const NUMPY_SHAPES: ApiTable = {
  'np.reshape': entry('a, newshape=None, order=None, *, shape=None', (c, a) =>
    asArray(c, reshape(c, array(c, a.value('a')), a.has('shape') ? a.shape('shape') : a.shape('newshape'))),
  ),
  'np.expand_dims': entry('a, axis', (c, a) => {
    const x = array(c, a.value('a'));
    return asArray(
      c,
      (a.axes('axis') ?? []).reduce((y, axis) => expandDims(c, y, axisOf(c, y, axis, rankOf(y) + 1)), x),
    );
  }),
  'np.squeeze': entry('a, axis=None', (c, a) => asArray(c, squeeze(c, array(c, a.value('a')), a.axes('axis')))),
  'np.transpose np.permute_dims': entry('a, axes=None', (c, a) => {
    const x = array(c, a.value('a'));
    return asArray(c, transpose(c, x, a.axes('axes') ?? [...x.type.shape.keys()].reverse()));
  }),
  'np.swapaxes': entry('a, axis1, axis2', (c, a) => asArray(c, swapAxes(c, array(c, a.value('a')), a.int('axis1'), a.int('axis2')))),
  'np.moveaxis': entry('a, source, destination', (c, a) =>
    asArray(c, moveAxis(c, array(c, a.value('a')), a.int('source'), a.int('destination'))),
  ),
  'np.ravel': entry('a, order=None', (c, a) => asArray(c, flatten(c, array(c, a.value('a'))))),
  'np.concatenate': entry('arrays, axis=0, **kwargs', (c, a) => {
    const parts = joined(c, a.value('arrays'));
    const axis = a.optionalInt('axis');
    return emitArray(c, 'concat', axis === null ? parts.map((part) => flatten(c, part)) : parts, { axis: axis ?? 0 });
  }),
  'np.stack': entry('arrays, axis=0, **kwargs', (c, a) => {
    const parts = joined(c, a.value('arrays'));
    const [first] = parts;
    return first === undefined
      ? c.unknown('nothing to stack')
      : asArray(c, stack(c, parts, axisOf(c, first, a.int('axis'), rankOf(first) + 1)));
  }),
  'np.vstack': entry('tup', (c, a) =>
    emitArray(
      c,
      'concat',
      joined(c, a.value('tup')).map((x) => (rankOf(x) === 1 ? expandDims(c, x, 0) : x)),
      { axis: 0 },
    ),
  ),
  'np.hstack': entry('tup', (c, a) => {
    const parts = joined(c, a.value('tup'));
    return emitArray(c, 'concat', parts, { axis: parts.every((x) => rankOf(x) === 1) ? 0 : 1 });
  }),
  'np.tile': entry('A, reps', (c, a) => {
    const x = array(c, a.value('A'));
    const reps = a.value('reps').kind === 'number' ? [a.dim('reps')] : a.shape('reps');
    const rank = Math.max(rankOf(x), reps.length);
    const wide = reshape(c, x, [...Array.from({ length: rank - rankOf(x) }, () => 1), ...x.type.shape]);
    return emitArray(c, 'tile', [wide], { multiples: [...Array.from({ length: rank - reps.length }, () => 1), ...reps] });
  }),
  'np.repeat': entry('a, repeats, axis=None', (c, a) =>
    asArray(c, repeat(c, array(c, a.value('a')), a.value('repeats'), a.optionalInt('axis'))),
  ),
  'np.broadcast_to': entry('array, shape', (c, a) =>
    emitArray(c, 'broadcastTo', [array(c, a.value('array'))], { shape: a.shape('shape') }),
  ),
  'np.flip': entry('m, axis=None', (c, a) => {
    const x = array(c, a.value('m'));
    return emitArray(c, 'reverse', [x], { axes: a.axes('axis') ?? [...x.type.shape.keys()] });
  }),
  'np.roll': entry('a, shift, axis=None', (c, a) => {
    const x = array(c, a.value('a'));
    const axes = a.axes('axis');
    const shifts = a.axes('shift') ?? [];
    return asArray(c, axes === null ? reshape(c, roll(c, flatten(c, x), shifts, [0]), x.type.shape) : roll(c, x, shifts, axes));
  }),
  'np.pad': entry("array, pad_width, mode='constant', constant_values=0", (c, a) => {
    const x = array(c, a.value('array'));
    const width = knownValue(c, a.value('pad_width'));
    const flat =
      (width.kind === 'tuple' || width.kind === 'list') && width.items.every((item) => item.kind === 'number')
        ? (axesOf(c, width, 'pad_width') ?? [])
        : null;
    const all =
      flat !== null
        ? x.type.shape.map(() => [flat[0] ?? 0, flat[1] ?? flat[0] ?? 0] as const)
        : width.kind === 'number'
          ? x.type.shape.map(() => [a.dim('pad_width'), a.dim('pad_width')] as const)
          : paddingsOf(c, width);
    return asArray(c, pad(c, x, all, a.string('mode'), a.number('constant_values')));
  }),
  'np.split': entry('ary, indices_or_sections, axis=0', (c, a) => {
    const x = array(c, a.value('ary'));
    const axis = axisOf(c, x, a.int('axis'));
    const sections = knownValue(c, a.value('indices_or_sections'));
    if (sections.kind === 'number') return list(equalParts(c, x, a.int('indices_or_sections'), axis).map((part) => asArray(c, part)));
    const bounds = [0, ...(axesOf(c, sections, 'indices_or_sections') ?? [])];
    const total = dimAt(x, axis);
    const sizes = bounds.map((from, i) =>
      i + 1 < bounds.length ? (bounds[i + 1] ?? 0) - from : typeof total === 'number' ? total - from : -1,
    );
    return list(sizedParts(c, x, sizes, axis).map((part) => asArray(c, part)));
  }),
  'np.where': entry('condition, x=<none>, y=<none>', (c, a) => {
    const condition = array(c, a.value('condition'), 'bool');
    if (!a.has('x')) {
      const places = nonzero(c, condition);
      return tuple(
        condition.type.shape.map((_, axis) =>
          asArray(
            c,
            c.emit('squeeze', [c.emit('slice', [places], { start: [0, axis], size: [dimAt(places, 0), 1], step: [1, 1] })], { axes: [1] }),
          ),
        ),
      );
    }
    const [x, y] = commonArrays(c, operand(c, a.value('x')), operand(c, a.value('y')));
    return asArray(c, select(c, condition, x, y));
  }),
  'np.take': entry('a, indices, axis=None', (c, a) => {
    const x = array(c, a.value('a'));
    const axis = a.optionalInt('axis');
    return asArray(c, gather(c, axis === null ? flatten(c, x) : x, array(c, a.value('indices')), axis ?? 0, 0));
  }),
  'np.compress np.extract': entry('condition, a', (c, a) =>
    asArray(c, booleanMask(c, array(c, a.value('a')), array(c, a.value('condition'), 'bool'), 0)),
  ),
  'np.sort': entry('a, axis=-1', (c, a) => asArray(c, sorted(c, array(c, a.value('a')), a.int('axis'), 'ascending'))),
  'np.argsort': entry('a, axis=-1, kind=None', (c, a) =>
    asArray(c, cast(c, sortIndices(c, array(c, a.value('a')), a.int('axis'), 'ascending'), 'int64')),
  ),
  'np.unique': entry('ar, **kwargs', (c, a) =>
    Object.keys(a.keywords).length > 0
      ? c.unknown('np.unique with options')
      : asArray(c, unique(c, flatten(c, array(c, a.value('ar'))), true).values),
  ),
  'np.linalg.inv': matrixOp('inverse', { adjoint: false }),
  'np.linalg.det': matrixOp('det', {}),
  'np.linalg.cholesky': matrixOp('cholesky', {}),
  'np.linalg.norm': entry('x, ord=None, axis=None, keepdims=False', (c, a) => {
    const x = floats(c, array(c, a.value('x')));
    const order = a.value('ord');
    const kind = order.kind === 'none' ? 'euclidean' : order.kind === 'string' ? (order.value ?? 'fro') : a.number('ord');
    return asArray(c, norm(c, x, kind, a.axes('axis'), a.bool('keepdims')));
  }),
  'np.linalg.solve': entry('a, b', (c, a) => {
    const [x, y] = commonArrays(c, floats(c, array(c, a.value('a'))), floats(c, array(c, a.value('b'))));
    const vectorRight = rankOf(y) === 1;
    const solved = emitArray(c, 'solve', [x, vectorRight ? expandDims(c, y, 1) : y]);
    return vectorRight ? asArray(c, squeeze(c, solved, [1])) : solved;
  }),
  'np.trace': entry('a', (c, a) => npReduce(c, 'sum', asArray(c, diagPart(c, array(c, a.value('a')), 0)), [-1], false)),
};

function matrixOp(op: string, attrs: Readonly<Record<string, unknown>>): ApiEntry {
  return entry('a', (c, a) => emitArray(c, op, [floats(c, array(c, a.value('a')))], attrs));
}

/** np.float32(x) and its like: scalars, or arrays of that type. */
export const NUMPY_SCALARS: ApiTable = Object.fromEntries(
  [
    ...DTYPES.filter((dtype) => dtype !== 'bfloat16' && dtype !== 'string').map((dtype) => [`np.${dtype}`, dtype] as const),
    ...([
      ['np.float', 'float64'],
      ['np.float_', 'float64'],
      ['np.double', 'float64'],
      ['np.single', 'float32'],
      ['np.half', 'float16'],
      ['np.int', 'int64'],
      ['np.int_', 'int64'],
      ['np.intp', 'int64'],
      ['np.long', 'int64'],
      ['np.uint', 'uint64'],
      ['np.bool_', 'bool'],
      ['np.complex', 'complex128'],
    ] as const),
  ].map(([name, dtype]) => [name, entry('x=0, /', (c, a) => array(c, a.value('x'), dtype))]),
);
