/** Owns keras.ops' elementwise functions of one tensor: powers and logarithms, rounding, tests for NaN; and choices. */
import { failure } from '../../graph/primitive';
import { FLOAT_LIMITS, integerLimits, isComplex, isFloat, isInteger, isUnsigned } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { cast, filled, scalar } from '../tensors';
import { BINARY } from './binaryOps';
import { asFloat, delegate, opsTable, promoted } from './promote';

/** An op on the tensor as it is: types that TensorFlow's kernel lacks are refused by the primitive. */
const plain = (op: string): ApiEntry => entry('x', (c, args) => c.emit(op, [args.tensor('x')]));
/** Integers are computed as float32. */
const float = (op: string): ApiEntry => entry('x', (c, args) => c.emit(op, [asFloat(c, args.tensor('x'))]));
const composed = (signature: string, f: (m: TensorMath, x: TensorValue) => TensorValue): ApiEntry =>
  entry(signature, (c, args) => f(new TensorMath(c), args.tensor('x')));

const UNARY: ApiTable = {
  negative: plain('negate'),
  'abs absolute': composed('x', (m, x) => (isUnsigned(x.type.dtype) || x.type.dtype === 'bool' ? x : m.abs(x))),
  fabs: float('abs'),
  sign: composed('x', (m, x) =>
    isUnsigned(x.type.dtype) ? m.cast(m.unary('sign', m.cast(x, 'int32')), x.type.dtype) : m.unary('sign', x),
  ),
  square: composed('x', (m, x) => m.square(x.type.dtype === 'bool' ? m.cast(x, 'int32') : x)),
  exp: float('exp'),
  expm1: float('expm1'),
  log: float('log'),
  log1p: float('log1p'),
  sqrt: float('sqrt'),
  rsqrt: plain('rsqrt'),
  reciprocal: plain('reciprocal'),
  sin: float('sin'),
  cos: float('cos'),
  tan: float('tan'),
  arcsin: float('asin'),
  arccos: float('acos'),
  arctan: float('atan'),
  sinh: float('sinh'),
  cosh: float('cosh'),
  tanh: float('tanh'),
  arcsinh: float('asinh'),
  arccosh: float('acosh'),
  arctanh: float('atanh'),
  floor: float('floor'),
  ceil: float('ceil'),
  erf: plain('erf'),
  erfc: plain('erfc'),
  erfinv: plain('erfinv'),
  'conj conjugate': entry('x', (c, args) =>
    isComplex(args.tensor('x').type.dtype) ? c.emit('conj', [args.tensor('x')]) : args.tensor('x'),
  ),
  real: entry('x', (c, args) => (isComplex(args.tensor('x').type.dtype) ? c.emit('real', [args.tensor('x')]) : args.tensor('x'))),
  imag: entry('x', (c, args) => {
    const x = args.tensor('x');
    return isComplex(x.type.dtype) ? c.emit('imag', [x]) : filled(c, 0, x.type.shape, x.type.dtype);
  }),
  angle: composed('x', (m, given) => {
    const x = asFloat(m.context, given);
    if (isComplex(x.type.dtype)) return m.binary('atan2', m.unary('imag', x), m.unary('real', x));
    return m.where(m.binary('less', x, 0), Math.PI, filled(m.context, 0, x.type.shape, x.type.dtype));
  }),
  copy: plain('identity'),
  stop_gradient: entry('variable', (c, args) => c.emit('stopGradient', [args.tensor('variable')])),
  logical_not: entry('x', (c, args) => c.emit('logicalNot', [cast(c, args.tensor('x'), 'bool')])),
  'bitwise_not bitwise_invert': plain('bitwiseNot'),
  log10: composed('x', (m, x) => logarithm(m, x, 10)),
  log2: composed('x', (m, x) => logarithm(m, x, 2)),
  exp2: composed('x', (m, x) => m.pow(2, asFloat(m.context, x))),
  cbrt: composed('x', (m, given) => {
    const x = wideFloat(m.context, given);
    return m.mul(m.unary('sign', x), m.pow(m.abs(x), 1 / 3));
  }),
  deg2rad: composed('x', (m, x) => m.mul(wideFloat(m.context, x), Math.PI / 180)),
  rad2deg: composed('x', (m, x) => m.mul(wideFloat(m.context, x), 180 / Math.PI)),
  sinc: composed('x', (m, given) => {
    const x = asFloat(m.context, given);
    const scaled = m.mul(x, Math.PI);
    return m.where(m.equal(x, 0), filled(m.context, 1, x.type.shape, x.type.dtype), m.div(m.unary('sin', scaled), scaled));
  }),
  trunc: composed('x', (m, x) => (isFloat(x.type.dtype) ? m.where(m.binary('less', x, 0), m.unary('ceil', x), m.unary('floor', x)) : x)),
  round: entry('x, decimals=0', (c, args) => round(new TensorMath(c), args.tensor('x'), args.int('decimals'))),
  i0: composed('x', (m, given) => {
    const x = wideFloat(m.context, given);
    return m.mul(m.unary('besselI0e', x), m.unary('exp', m.abs(x)));
  }),
  signbit: composed('x', (m, x) => (x.type.dtype === 'bool' ? filled(m.context, 0, x.type.shape, 'bool') : m.binary('less', x, 0))),
  isnan: test('isNan', false),
  isinf: test('isInf', false),
  isfinite: test('isFinite', true),
  isneginf: composed('x', (m, x) => infinite(m, x, Number.NEGATIVE_INFINITY)),
  isposinf: composed('x', (m, x) => infinite(m, x, Number.POSITIVE_INFINITY)),
  isreal: composed('x', (m, x) => (isComplex(x.type.dtype) ? m.equal(m.unary('imag', x), 0) : filled(m.context, 1, x.type.shape, 'bool'))),
  nan_to_num: entry('x, nan=0.0, posinf=None, neginf=None', (c, args) =>
    nanToNumber(new TensorMath(c), args.tensor('x'), args.number('nan'), args.optionalNumber('posinf'), args.optionalNumber('neginf')),
  ),
};

function logarithm(m: TensorMath, x: TensorValue, base: number): TensorValue {
  const float = asFloat(m.context, x);
  return m.div(m.log(float), m.log(m.scalar(base, float.type.dtype)));
}

/** int64 becomes float64 here, other integers float32. */
function wideFloat(c: CallContext, x: TensorValue): TensorValue {
  return x.type.dtype === 'int64' ? cast(c, x, 'float64') : asFloat(c, x);
}

function round(m: TensorMath, x: TensorValue, decimals: number): TensorValue {
  if (decimals === 0) return m.unary('round', x);
  if (isInteger(x.type.dtype) && decimals > 0) return x;
  const float = asFloat(m.context, x);
  const factor = 10 ** decimals;
  return m.cast(m.div(m.unary('round', m.mul(float, factor)), factor), x.type.dtype);
}

/** Tests that integers pass or fail as a whole. */
function test(op: string, integers: boolean): ApiEntry {
  return entry('x', (c, args) => {
    const x = args.tensor('x');
    return isFloat(x.type.dtype) || isComplex(x.type.dtype) ? c.emit(op, [x]) : filled(c, Number(integers), x.type.shape, 'bool');
  });
}

function infinite(m: TensorMath, x: TensorValue, infinity: number): TensorValue {
  return isFloat(x.type.dtype) ? m.equal(x, infinity) : filled(m.context, 0, x.type.shape, 'bool');
}

export function nanToNumber(m: TensorMath, x: TensorValue, nan: number, high: number | null, low: number | null): TensorValue {
  const limit = FLOAT_LIMITS[x.type.dtype];
  if (!limit) return x;
  const finite = m.where(m.unary('isNan', x), nan, x);
  const beyond = (value: TensorValue, op: 'greater' | 'less') => m.binary('logicalAnd', m.unary('isInf', value), m.binary(op, value, 0));
  const capped = m.where(beyond(finite, 'greater'), high ?? limit.max, finite);
  return m.where(beyond(capped, 'less'), low ?? -limit.max, capped);
}

const CHOICE: ApiTable = {
  where: entry('condition, x1=None, x2=None', (c, args) => {
    const condition = cast(c, args.tensor('condition'), 'bool');
    const [given, other] = [args.value('x1'), args.value('x2')];
    if (given.kind === 'none' && other.kind === 'none') return delegate(c, 'keras.ops.nonzero', [condition]);
    if (given.kind === 'none' || other.kind === 'none')
      return c.fail(failure('argument', 'value', 'x1 and x2 must both be given, or neither'));
    const [a, b] = promoted(c, [given, other]);
    return a && b ? c.emit('select', [condition, a, b]) : c.unknown('operands of where');
  }),
  clip: entry('x, x_min, x_max', (c, args) => {
    const x = args.tensor('x');
    return delegate(c, 'tf.clip_by_value', [x.type.dtype === 'bool' ? cast(c, x, 'int32') : x, args.value('x_min'), args.value('x_max')]);
  }),
  select: entry('condlist, choicelist, default=0', (c, args) => {
    const choices = promoted(c, [...args.items('choicelist'), args.value('default')]);
    const conditions = args.tensors('condlist');
    let result = choices.at(-1) ?? scalar(c, 0, 'int32');
    for (let i = conditions.length - 1; i >= 0; i--) {
      const [condition, choice] = [conditions[i], choices[i]];
      if (condition && choice) result = c.emit('select', [cast(c, condition, 'bool'), choice, result]);
    }
    return result;
  }),
  cast: entry('x, dtype', (c, args) => cast(c, args.tensor('x'), args.dtype('dtype'))),
  saturate_cast: entry('x, dtype', (c, args) => {
    const [x, dtype] = [args.tensor('x'), args.dtype('dtype')];
    const limits = integerLimits(dtype);
    return cast(c, limits === undefined ? x : new TensorMath(c).clip(x, ...limits), dtype);
  }),
  view: entry('x, dtype=None', (c, args) => delegate(c, 'tf.bitcast', [args.value('x'), args.value('dtype')])),
  polar: entry('abs_, angle', (c, args) => {
    const [size, angle] = [asFloat(c, args.tensor('abs_')), asFloat(c, args.tensor('angle'))];
    const part = (op: string) => c.emit('multiply', [size, c.emit(op, [angle])]);
    return c.emit('complex', [part('cos'), part('sin')]);
  }),
};

export const ELEMENTWISE_OPS: ApiTable = opsTable({ ...UNARY, ...BINARY, ...CHOICE });
