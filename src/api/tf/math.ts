/** Owns TensorFlow's elementwise math: unary functions, arithmetic, comparisons, logic, clipping. */
import { failure } from '../../graph/primitive';
import { type DType, integerLimits, isInteger } from '../../shape/dtype';
import { compareShapes } from '../../shape/shape';
import type { ApiEntry, CallContext } from '../../value/api';
import { list, type TensorValue, type Value } from '../../value/value';
import { knownValue } from '../args';
import { binaryOperator, quotientType, trueDivide } from '../operators';
import { type ApiTable, entry } from '../table';
import {
  add,
  cast,
  divide,
  isGraphTensor,
  like,
  maximum,
  minimum,
  multiply,
  pair,
  pairInOrder,
  reduce,
  requireFloat,
  scalar,
  select,
  subtract,
} from '../tensors';

/** One op of one argument. */
export function unary(op: string, parameter = 'x', attrs: Readonly<Record<string, unknown>> = {}): ApiEntry {
  return entry(`${parameter}, name=None`, (c, a) => c.emit(op, [a.tensor(parameter)], attrs));
}

/** One op of two arguments that share a dtype. */
export function binaryEntry(op: string, signature = 'x, y, name=None'): ApiEntry {
  const [first = 'x', second = 'y'] = signature.split(',').map((part) => part.trim());
  return entry(signature, (c, a) => c.emit(op, pair(c, knownValue(c, a.value(first)), knownValue(c, a.value(second)))));
}

/** The same where TensorFlow converts the first argument by itself. */
function ordered(op: string): ApiEntry {
  return entry('x, y, name=None', (c, a) => c.emit(op, pairInOrder(c, knownValue(c, a.value('x')), knownValue(c, a.value('y')))));
}

export const MATH_UNARY: ApiTable = {
  'tf.math.exp tf.exp': unary('exp'),
  'tf.math.expm1': unary('expm1'),
  'tf.math.log': unary('log'),
  'tf.math.log1p': unary('log1p'),
  'tf.math.sqrt tf.sqrt': unary('sqrt'),
  'tf.math.rsqrt': unary('rsqrt'),
  'tf.math.square tf.square': unary('square'),
  'tf.math.abs tf.abs': unary('abs'),
  'tf.math.negative tf.negative': unary('negate'),
  'tf.math.sign tf.sign': unary('sign'),
  'tf.math.sin tf.sin': unary('sin'),
  'tf.math.cos tf.cos': unary('cos'),
  'tf.math.tan tf.tan': unary('tan'),
  'tf.math.asin tf.asin': unary('asin'),
  'tf.math.acos tf.acos': unary('acos'),
  'tf.math.atan tf.atan': unary('atan'),
  'tf.math.sinh tf.sinh': unary('sinh'),
  'tf.math.cosh tf.cosh': unary('cosh'),
  'tf.math.tanh tf.tanh tf.nn.tanh': unary('tanh'),
  'tf.math.asinh tf.asinh': unary('asinh'),
  'tf.math.acosh tf.acosh': unary('acosh'),
  'tf.math.atanh tf.atanh': unary('atanh'),
  'tf.math.sigmoid tf.sigmoid tf.nn.sigmoid': unary('sigmoid'),
  'tf.math.log_sigmoid': unary('logSigmoid'),
  'tf.math.softplus tf.nn.softplus': unary('softplus', 'features'),
  'tf.math.erf': unary('erf'),
  'tf.math.erfc': unary('erfc'),
  'tf.math.erfinv': unary('erfinv'),
  'tf.math.ndtri': unary('ndtri'),
  'tf.math.erfcinv': entry('x, name=None', (c, a) => {
    const x = a.tensor('x');
    return multiply(c, c.emit('ndtri', [multiply(c, x, 0.5)]), -Math.SQRT1_2);
  }),
  'tf.math.lgamma': unary('lgamma'),
  'tf.math.digamma': unary('digamma'),
  'tf.math.bessel_i0e': unary('besselI0e'),
  'tf.math.bessel_i1e': unary('besselI1e'),
  'tf.math.polygamma': entry('a, x, name=None', (c, a) => c.emit('polygamma', [a.tensor('x')], { order: a.number('a') })),
  'tf.math.floor tf.floor': unary('floor'),
  'tf.math.ceil': unary('ceil'),
  'tf.math.round tf.round': unary('round'),
  'tf.math.rint': unary('round'),
  'tf.math.is_nan': unary('isNan'),
  'tf.math.is_inf': unary('isInf'),
  'tf.math.is_finite': unary('isFinite'),
  'tf.math.logical_not tf.logical_not': unary('logicalNot'),
  'tf.math.reciprocal': unary('reciprocal'),
  'tf.math.reciprocal_no_nan': entry('x, name=None', (c, a) => {
    const x = a.tensor('x');
    return c.emit('divideNoNan', [like(c, 1, x), x]);
  }),
  'tf.math.real': entry('input, name=None', (c, a) => realPart(c, a.tensor('input'))),
  'tf.math.imag': entry('input, name=None', (c, a) => c.emit('imag', [a.tensor('input')])),
  'tf.math.conj': unary('conj'),
  'tf.math.angle': entry('input, name=None', (c, a) => {
    const x = a.tensor('input');
    return c.emit('atan2', [c.emit('imag', [x]), c.emit('real', [x])]);
  }),
  'tf.complex tf.dtypes.complex': binaryEntry('complex', 'real, imag, name=None'),
  'tf.identity': unary('identity', 'input'),
  'tf.stop_gradient': unary('stopGradient', 'input'),
  'tf.cast tf.dtypes.cast': entry('x, dtype, name=None', (c, a) => cast(c, a.tensor('x'), a.dtype('dtype'))),
  'tf.saturate_cast tf.dtypes.saturate_cast': entry('value, dtype, name=None', (c, a) => saturated(c, a.tensor('value'), a.dtype('dtype'))),
  'tf.grad_pass_through': entry('f', (_c, a) => {
    const f = a.value('f');
    return {
      kind: 'native',
      name: 'grad_pass_through',
      entry: entry('x, *args, **kwargs', (c, b) => {
        const x = b.tensor('x');
        const y = c.tensor(c.call(f, [x, ...b.rest], b.keywords));
        return add(c, x, c.emit('stopGradient', [subtract(c, y, x)]));
      }),
    };
  }),
  'tf.bitwise.invert': unary('bitwiseNot'),
};

/** A cast that keeps values inside the range of the wanted type. */
function saturated(c: CallContext, x: TensorValue, dtype: DType): TensorValue {
  const limits = integerLimits(dtype);
  if (limits === undefined) return cast(c, x, dtype);
  const own = integerLimits(x.type.dtype);
  const low = own === undefined ? limits[0] : Math.max(limits[0], own[0]);
  const high = own === undefined ? limits[1] : Math.min(limits[1], own[1]);
  return cast(c, minimum(c, maximum(c, x, low), high), dtype);
}

function realPart(c: CallContext, x: TensorValue): TensorValue {
  return x.type.dtype.startsWith('complex') ? c.emit('real', [x]) : x;
}

export const MATH_BINARY: ApiTable = {
  'tf.math.add tf.add': ordered('add'),
  'tf.math.subtract tf.subtract': binaryEntry('subtract'),
  'tf.math.multiply tf.multiply': binaryEntry('multiply'),
  'tf.math.divide tf.divide': entry('x, y, name=None', (c, a) => {
    const x = knownValue(c, a.value('x'));
    const y = knownValue(c, a.value('y'));
    return isGraphTensor(x) || isGraphTensor(y) ? binaryOperator(c, '/', x, y) : trueDivide(c, ...pair(c, x, y));
  }),
  'tf.math.truediv tf.truediv': entry('x, y, name=None', (c, a) => {
    const x = a.tensor('x');
    const y = knownValue(c, a.value('y'));
    return trueDivide(c, x, isGraphTensor(y) ? y : c.tensor(y, x.type.dtype));
  }),
  'tf.realdiv': binaryEntry('divide'),
  'tf.math.divide_no_nan': entry('x, y, name=None', (c, a) => divideNoNan(c, knownValue(c, a.value('x')), knownValue(c, a.value('y')))),
  'tf.math.multiply_no_nan': ordered('multiplyNoNan'),
  'tf.math.floordiv': binaryEntry('floorDivide'),
  'tf.math.floormod tf.math.mod': binaryEntry('mod'),
  'tf.truncatemod': binaryEntry('truncateMod'),
  'tf.math.pow tf.pow': binaryEntry('power'),
  'tf.math.maximum tf.maximum': binaryEntry('maximum'),
  'tf.math.minimum tf.minimum': binaryEntry('minimum'),
  'tf.math.squared_difference': binaryEntry('squaredDifference'),
  'tf.math.atan2 tf.atan2': binaryEntry('atan2', 'y, x, name=None'),
  'tf.math.xlogy': binaryEntry('xlogy'),
  'tf.math.xlog1py': binaryEntry('xlog1py'),
  'tf.math.xdivy': binaryEntry('xdivy'),
  'tf.math.igamma': binaryEntry('igamma', 'a, x, name=None'),
  'tf.math.igammac': binaryEntry('igammac', 'a, x, name=None'),
  'tf.math.zeta': binaryEntry('zeta', 'x, q, name=None'),
  'tf.math.nextafter': binaryEntry('nextAfter', 'x1, x2, name=None'),
  'tf.math.equal tf.equal': binaryEntry('equal'),
  'tf.math.not_equal tf.not_equal': binaryEntry('notEqual'),
  'tf.math.greater tf.greater': binaryEntry('greater'),
  'tf.math.greater_equal tf.greater_equal': binaryEntry('greaterEqual'),
  'tf.math.less tf.less': binaryEntry('less'),
  'tf.math.less_equal tf.less_equal': binaryEntry('lessEqual'),
  'tf.math.logical_and tf.logical_and': binaryEntry('logicalAnd'),
  'tf.math.logical_or tf.logical_or': binaryEntry('logicalOr'),
  'tf.math.logical_xor': binaryEntry('logicalXor', "x, y, name='LogicalXor'"),
  'tf.bitwise.bitwise_and': binaryEntry('bitwiseAnd'),
  'tf.bitwise.bitwise_or': binaryEntry('bitwiseOr'),
  'tf.bitwise.bitwise_xor': binaryEntry('bitwiseXor'),
  'tf.bitwise.left_shift': binaryEntry('leftShift'),
  'tf.bitwise.right_shift': binaryEntry('rightShift'),
  'tf.math.scalar_mul tf.scalar_mul': entry('scalar, x, name=None', (c, a) => {
    const x = a.tensor('x');
    const factor = a.tensor('scalar', x.type.dtype);
    if (factor.type.shape.length > 0)
      return c.fail(failure('rank', 'value', 'the scalar must have rank 0', { rank: factor.type.shape.length }), [factor]);
    return multiply(c, factor, x);
  }),
  'tf.math.add_n tf.add_n': entry('inputs, name=None', (c, a) => addN(c, a.value('inputs'))),
  'tf.math.accumulate_n': entry('inputs, shape=None, tensor_dtype=None, name=None', (c, a) => addN(c, a.value('inputs'))),
  'tf.math.lbeta': entry('x, name=None', (c, a) => {
    const x = a.tensor('x');
    return subtract(c, reduce(c, 'sum', c.emit('lgamma', [x]), [-1]), c.emit('lgamma', [reduce(c, 'sum', x, [-1])]));
  }),
  'tf.math.polyval': entry('coeffs, x, name=None', (c, a) => {
    const x = a.tensor('x');
    const coefficients = a.items('coeffs').map((item) => c.tensor(item, x.type.dtype));
    return coefficients.reduce((p, q) => add(c, q, multiply(c, p, x)), like(c, 0, x));
  }),
};

/** Integers are divided as floats, as by `/`. */
export function divideNoNan(c: CallContext, left: Value, right: Value): TensorValue {
  const leader = isGraphTensor(left) ? left : isGraphTensor(right) ? right : c.tensor(left);
  const x = isGraphTensor(left) ? left : c.tensor(left, leader.type.dtype);
  const y = isGraphTensor(right) ? right : c.tensor(right, leader.type.dtype);
  const dtype = isInteger(x.type.dtype) && x.type.dtype === y.type.dtype ? quotientType(x.type.dtype) : x.type.dtype;
  return c.emit('divideNoNan', [cast(c, x, dtype), isInteger(y.type.dtype) && isInteger(x.type.dtype) ? cast(c, y, dtype) : y]);
}

function addN(c: CallContext, inputs: Value): TensorValue {
  const value = knownValue(c, inputs);
  const items = value.kind === 'tensor' ? [value] : c.iterate(value);
  const [first, ...rest] = items.map((item) => c.tensor(item));
  if (first === undefined) return c.fail(failure('argument', 'value', 'inputs must hold at least one tensor'));
  let total = first;
  for (const next of rest) {
    if (compareShapes(first.type.shape, next.type.shape) === 'different') {
      return c.fail(failure('shape-mismatch', 'shape', 'the inputs must all have the same shape'), [first, next]);
    }
    total = add(c, total, next);
  }
  return rest.length === 0 ? c.emit('identity', [total]) : total;
}

export const CLIPPING: ApiTable = {
  'tf.clip_by_value': entry('t, clip_value_min, clip_value_max, name=None', (c, a) => {
    const t = a.tensor('t');
    return clip(c, t, a.tensor('clip_value_min', t.type.dtype), a.tensor('clip_value_max', t.type.dtype));
  }),
  'tf.clip_by_norm': entry('t, clip_norm, axes=None, name=None', (c, a) => {
    const t = a.tensor('t');
    const most = a.tensor('clip_norm', t.type.dtype);
    const squares = reduce(c, 'sum', multiply(c, t, t), a.axes('axes'), true);
    const positive = c.emit('greater', [squares, like(c, 0, squares)]);
    const root = c.emit('sqrt', [select(c, positive, squares, like(c, 1, squares))]);
    return divide(c, multiply(c, t, most), maximum(c, select(c, positive, root, squares), most));
  }),
  'tf.clip_by_global_norm': entry('t_list, clip_norm, use_norm=None, name=None', (c, a) => {
    const parts = a.tensors('t_list');
    const norm = a.value('use_norm').kind === 'none' ? globalNorm(c, parts) : a.tensor('use_norm');
    const most = a.tensor('clip_norm', norm.type.dtype);
    const scale = multiply(c, minimum(c, divide(c, like(c, 1, norm), norm), divide(c, like(c, 1, norm), most)), most);
    const parted: Value = list(parts.map((part) => multiply(c, part, scale)));
    return { kind: 'tuple', items: [parted, norm] };
  }),
  'tf.linalg.global_norm': entry('t_list, name=None', (c, a) => globalNorm(c, a.tensors('t_list'))),
};

export function clip(c: CallContext, x: TensorValue, low: TensorValue, high: TensorValue): TensorValue {
  const clipped = maximum(c, minimum(c, x, high), low);
  if (compareShapes(clipped.type.shape, x.type.shape) === 'different') {
    return c.fail(failure('shape-mismatch', 'shape', 'the bounds would enlarge the value'), [x, low, high]);
  }
  return clipped;
}

/** sqrt of the sum of all squares. */
export function globalNorm(c: CallContext, parts: readonly TensorValue[]): TensorValue {
  const halves = parts.map((part) => halfSquares(c, part));
  const total = halves.reduce((sum, half) => add(c, sum, half), scalar(c, 0, halves[0]?.type.dtype ?? 'float32'));
  return c.emit('sqrt', [multiply(c, total, 2)]);
}

/** tf.nn.l2_loss. */
export function halfSquares(c: CallContext, x: TensorValue): TensorValue {
  return multiply(c, reduce(c, 'sum', c.emit('square', [requireFloat(c, x, 'L2Loss')]), null), 0.5);
}
