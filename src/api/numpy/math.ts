/** Owns NumPy's arithmetic, elementwise functions and reductions. Arrays are graph nodes; a tensor handed to NumPy loses its gradient. */
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, float, type TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { expandDims, flatten, rankOf, squeeze, swapAxes } from '../tensors';
import { contractionAxes, tensordot } from '../tf/linalg';
import { array, operand, wanted } from './array';
import { asArray, commonArrays, emitArray, numpyBinary, numpyCompare, toArray } from './numpyOperators';
import { floats, npArgExtreme, npClip, npMean, npReduce, npVariance } from './reductions';

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
  'np.average': entry('a, axis=None, weights=None, returned=False, *, keepdims=False', (c) => c.unknown('a weighted average of NumPy')),
  'np.mean': entry('a, axis=None, dtype=None, out=None, keepdims=False', (c, a) =>
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
