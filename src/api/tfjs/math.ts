/** Owns TensorFlow.js's elementwise ops. */
import { failure } from '../../graph/primitive';
import { isFloat } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, filled, like, scalar, select } from '../tensors';
import { clip } from '../tf/math';
import { argument, asFloat, binaryEntry, matched, tensorLike, unaryEntry, type Wanted, withoutBool } from './tensorLike';

/** A kernel whose result is float32 whatever it is given. */
function float(op: string, wanted: Wanted = 'numeric', attrs: Readonly<Record<string, unknown>> = {}): ApiEntry {
  return unaryEntry('x', wanted, (c, x) => c.emit(op, [asFloat(c, x)], attrs));
}

/** A kernel whose result has the type of what it is given. */
function same(op: string): ApiEntry {
  return unaryEntry('x', 'numeric', (c, x) => c.emit(op, [withoutBool(c, x)]));
}

/** The same, where our primitive computes floats only. */
function throughFloat(op: string, attrs: Readonly<Record<string, unknown>> = {}): ApiEntry {
  return unaryEntry('x', 'numeric', (c, x) => cast(c, c.emit(op, [asFloat(c, x)], attrs), withoutBool(c, x).type.dtype));
}

function arithmetic(op: string): ApiEntry {
  return binaryEntry((c, a, b) => {
    const [x, y] = matched(c, a, b);
    if (x.type.dtype !== 'bool') return c.emit(op, [x, y]);
    return cast(c, c.emit(op, [cast(c, x, 'int32'), cast(c, y, 'int32')]), 'bool');
  });
}

/** Bools become integers first. */
function integral(op: string): ApiEntry {
  return binaryEntry((c, a, b) =>
    c.emit(
      op,
      matched(c, a, b).map((x) => withoutBool(c, x)),
    ),
  );
}

function comparison(op: string): ApiEntry {
  return binaryEntry((c, a, b) => c.emit(op, matched(c, a, b)));
}

function logical(op: string): ApiEntry {
  return binaryEntry((c, a, b) => c.emit(op, [a, b]), 'a, b', 'bool');
}

/** Integers are divided as integers, rounded down. */
export function divide(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  const [x, y] = matched(c, a, b);
  if (isFloat(x.type.dtype) || x.type.dtype === 'complex64') return c.emit('divide', [x, y]);
  return c.emit('floorDivide', [withoutBool(c, x), withoutBool(c, y)]);
}

export const TFJS_UNARY: ApiTable = {
  'tfjs.abs': same('abs'),
  'tfjs.neg': same('negate'),
  'tfjs.square': same('square'),
  'tfjs.sign': throughFloat('sign'),
  'tfjs.round': throughFloat('round'),
  'tfjs.relu': throughFloat('relu'),
  'tfjs.relu6': throughFloat('relu6'),
  'tfjs.floor': float('floor', 'float32'),
  'tfjs.ceil': float('ceil', 'float32'),
  'tfjs.exp': float('exp'),
  'tfjs.expm1': float('expm1'),
  'tfjs.log': float('log', 'float32'),
  'tfjs.log1p': float('log1p'),
  'tfjs.sqrt': float('sqrt', 'float32'),
  'tfjs.rsqrt': float('rsqrt', 'float32'),
  'tfjs.reciprocal': float('reciprocal'),
  'tfjs.sin': float('sin', 'float32'),
  'tfjs.cos': float('cos', 'float32'),
  'tfjs.tan': float('tan', 'float32'),
  'tfjs.asin': float('asin'),
  'tfjs.acos': float('acos'),
  'tfjs.atan': float('atan'),
  'tfjs.sinh': float('sinh'),
  'tfjs.cosh': float('cosh', 'float32'),
  'tfjs.tanh': float('tanh', 'float32'),
  'tfjs.asinh': float('asinh'),
  'tfjs.acosh': float('acosh'),
  'tfjs.atanh': float('atanh'),
  'tfjs.erf': float('erf'),
  'tfjs.sigmoid': float('sigmoid', 'float32'),
  'tfjs.logSigmoid': float('logSigmoid'),
  'tfjs.softplus': float('softplus'),
  'tfjs.elu': float('elu', 'float32', { alpha: 1 }),
  'tfjs.selu': float('selu'),
  'tfjs.isNaN': float('isNan'),
  'tfjs.isInf': float('isInf'),
  'tfjs.isFinite': float('isFinite'),
  'tfjs.logicalNot': unaryEntry('x', 'bool', (c, x) => c.emit('logicalNot', [x])),
  'tfjs.clone': unaryEntry('x', 'numeric', (c, x) => c.emit('identity', [x])),
  'tfjs.real': unaryEntry('input', 'numeric', (c, x) => c.emit('real', [x])),
  'tfjs.imag': unaryEntry('input', 'numeric', (c, x) => c.emit('imag', [x])),
  'tfjs.leakyRelu': entry('x, alpha=0.2', (c, a) => c.emit('leakyRelu', [asFloat(c, argument(c, a, 'x'))], { alpha: a.number('alpha') })),
  'tfjs.prelu': entry('x, alpha', (c, a) => {
    const [x, alpha] = [asFloat(c, argument(c, a, 'x')), asFloat(c, argument(c, a, 'alpha'))];
    return select(c, c.emit('greaterEqual', [x, like(c, 0, x)]), x, c.emit('multiply', [x, alpha]));
  }),
  /** 1 for positive numbers, alpha for others; the gradient is zero. */
  'tfjs.step': entry('x, alpha=0.0', (c, a) => {
    const x = asFloat(c, argument(c, a, 'x'));
    const negative = c.emit('greaterEqual', [like(c, 0, x), x]);
    const stepped = select(c, negative, scalar(c, a.number('alpha'), 'float32'), like(c, 1, x));
    return c.emit('stopGradient', [c.emit('select', [c.emit('isNan', [x]), x, stepped])]);
  }),
  'tfjs.cast': entry('x, dtype', (c, a) => cast(c, argument(c, a, 'x'), a.dtype('dtype'))),
  'tfjs.clipByValue': entry('x, clipValueMin, clipValueMax', (c, a) => {
    const x = argument(c, a, 'x');
    const bound = (name: string) => boundOf(c, x, a.value(name), name);
    const [low, high] = [a.value('clipValueMin'), a.value('clipValueMax')];
    if (
      low.kind === 'number' &&
      high.kind === 'number' &&
      (low.value ?? 0) > (high.value ?? Number.POSITIVE_INFINITY) &&
      low.value !== undefined
    )
      return c.fail(
        failure('argument', 'value', `the lower bound ${low.value} is above the upper bound ${high.value}: clipByValue(min, max) throws`),
      );
    return clip(c, x, bound('clipValueMin'), bound('clipValueMax'));
  }),
};

/** Bounds are numbers: tensors are compared as objects there. */
function boundOf(c: CallContext, x: TensorValue, value: ReturnType<Parameters<ApiEntry['call']>[1]['value']>, name: string): TensorValue {
  if (value.kind === 'tensor')
    return c.fail(failure('argument', 'type', `${name} must be a number, not a tensor`, { argument: name }), [value]);
  return cast(c, tensorLike(c, value, name), x.type.dtype);
}

export const TFJS_BINARY: ApiTable = {
  'tfjs.add': arithmetic('add'),
  'tfjs.sub': arithmetic('subtract'),
  'tfjs.mul': arithmetic('multiply'),
  'tfjs.div': binaryEntry(divide),
  'tfjs.floorDiv': integral('floorDivide'),
  'tfjs.mod': integral('mod'),
  'tfjs.pow': binaryEntry((c, a, b) => c.emit('power', matched(c, withoutBool(c, a), withoutBool(c, b))), 'base, exp'),
  'tfjs.maximum': integral('maximum'),
  'tfjs.minimum': integral('minimum'),
  'tfjs.squaredDifference': integral('squaredDifference'),
  'tfjs.atan2': binaryEntry((c, a, b) =>
    c.emit(
      'atan2',
      matched(c, a, b).map((x) => asFloat(c, x)),
    ),
  ),
  'tfjs.divNoNan': binaryEntry((c, a, b) =>
    c.emit(
      'divideNoNan',
      matched(c, a, b).map((x) => asFloat(c, x)),
    ),
  ),
  'tfjs.equal': comparison('equal'),
  'tfjs.notEqual': comparison('notEqual'),
  'tfjs.less': comparison('less'),
  'tfjs.lessEqual': comparison('lessEqual'),
  'tfjs.greater': comparison('greater'),
  'tfjs.greaterEqual': comparison('greaterEqual'),
  'tfjs.logicalAnd': logical('logicalAnd'),
  'tfjs.logicalOr': logical('logicalOr'),
  'tfjs.logicalXor': logical('logicalXor'),
  'tfjs.bitwiseAnd': binaryEntry((c, a, b) => c.emit('bitwiseAnd', [a, b]), 'x, y', 'int32'),
  'tfjs.complex': binaryEntry((c, a, b) => c.emit('complex', [a, b]), 'real, imag'),
  'tfjs.where': entry('condition, a, b', (c, a) => {
    const [x, y] = matched(c, argument(c, a, 'a'), argument(c, a, 'b'));
    return select(c, argument(c, a, 'condition', 'bool'), x, y);
  }),
  'tfjs.addN': entry('tensors', (c, a) => {
    const [first, ...rest] = a.items('tensors').map((item) => tensorLike(c, item, 'tensors'));
    if (first === undefined) return c.fail(failure('argument', 'value', 'tf.addN needs at least one tensor'));
    return rest.reduce((total, next) => add(c, total, next), first);
  }),
};

/** A tensor of one value with a tensor's shape. */
export function likeOf(c: CallContext, value: number, x: TensorValue): TensorValue {
  return filled(c, value, x.type.shape, x.type.dtype);
}
