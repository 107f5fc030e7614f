/** Owns the special functions as ops: error functions, the gamma and beta families, Bessel functions. */
import { type Interval, increasing, interval } from '../../shape/range';

import type { GraphBuilder } from '../build';
import type { NodeId } from '../graph';
import type { Primitive } from '../primitive';
import { numberAttr } from './attrs';
import { binaryElementwise } from './binaryElementwise';
import { typeAt } from './checks';
import { type UnaryGradient, unary } from './elementwise';
import { betainc, digamma, igamma, igammac, igammaGradA, lgamma, polygamma, zeta } from './gammaFunctions';
import { hostElementwise } from './host';
import { broadcastOrFail, checkDtype, checkSameDtype, FLOATS, isShape } from './inferring';
import { besselI0e, besselI1e, erf, erfc, erfinv, ndtri } from './specialFunctions';
import { sumToShape } from './sumToShape';

const UNIT = interval(0, 1);

function scaled({ b, dy }: UnaryGradient, by: number, factor: NodeId): NodeId {
  return b.multiply(b.multiply(dy, b.scalarLike(by, dy)), factor);
}

function squared(b: GraphBuilder, x: NodeId): NodeId {
  return b.emit('square', [x]);
}

/** dy × by × exp(-x²). */
function bell(context: UnaryGradient, by: number): NodeId {
  const { b, x } = context;
  return scaled(context, by, b.emit('exp', [b.negate(squared(b, x))]));
}

const UNARY: readonly Primitive[] = [
  unary({
    name: 'erf',
    allowed: FLOATS,
    raw: 'Erf',
    scalar: erf,
    range: (x) => increasing(x, erf),
    gradient: (context) => bell(context, 2 / Math.sqrt(Math.PI)),
  }),
  unary({
    name: 'erfc',
    allowed: FLOATS,
    raw: 'Erfc',
    scalar: erfc,
    range: (x): Interval => ({ low: erfc(x.high), high: erfc(x.low), integral: false, nan: x.nan }),
    gradient: (context) => bell(context, -2 / Math.sqrt(Math.PI)),
  }),
  unary({
    name: 'erfinv',
    allowed: FLOATS,
    raw: 'Erfinv',
    scalar: erfinv,
    gradient: (context) => scaled(context, Math.sqrt(Math.PI) / 2, context.b.emit('exp', [squared(context.b, context.y)])),
  }),
  unary({
    name: 'ndtri',
    allowed: FLOATS,
    raw: 'Ndtri',
    scalar: ndtri,
    gradient: (context) => {
      const { b, y } = context;
      return scaled(context, Math.sqrt(2 * Math.PI), b.emit('exp', [b.multiply(squared(b, y), b.scalarLike(0.5, y))]));
    },
  }),
  unary({
    name: 'lgamma',
    allowed: FLOATS,
    raw: 'Lgamma',
    scalar: lgamma,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('digamma', [x])),
  }),
  unary({
    name: 'digamma',
    allowed: FLOATS,
    raw: 'Digamma',
    scalar: digamma,
    gradient: ({ b, x, dy }) => b.multiply(dy, b.emit('polygamma', [x], { order: 1 })),
  }),
  unary({
    name: 'polygamma',
    allowed: FLOATS,
    scalar: (x, attrs) => polygamma(numberAttr(attrs, 'order'), x),
    gradient: ({ b, x, dy, attrs }) => b.multiply(dy, b.emit('polygamma', [x], { order: numberAttr(attrs, 'order') + 1 })),
  }),
  unary({
    name: 'besselI0e',
    allowed: FLOATS,
    raw: 'BesselI0e',
    scalar: besselI0e,
    range: () => UNIT,
    gradient: ({ b, x, y, dy }) => b.multiply(dy, b.subtract(b.emit('besselI1e', [x]), b.multiply(b.emit('sign', [x]), y))),
  }),
  unary({
    name: 'besselI1e',
    allowed: FLOATS,
    raw: 'BesselI1e',
    scalar: besselI1e,
    range: () => interval(-1, 1),
    gradient: besselI1eGradient,
  }),
];

/** 0.5 at zero, where the general formula divides by zero. */
function besselI1eGradient({ b, x, y, dy }: UnaryGradient): NodeId {
  const slope = b.subtract(b.emit('besselI0e', [x]), b.multiply(y, b.add(b.emit('sign', [x]), b.emit('reciprocal', [x]))));
  const atZero = b.emit('equal', [x, b.scalarLike(0, x)]);
  return b.multiply(dy, b.where(atZero, b.broadcastTo(b.scalarLike(0.5, x), b.shape(x)), slope));
}

/** ∂P(a, x)/∂a and ∂P(a, x)/∂x, times dy. */
function igammaGradient(b: GraphBuilder, a: NodeId, x: NodeId, dy: NodeId): readonly [NodeId, NodeId] {
  const logs = b.multiply(b.subtract(a, b.scalarLike(1, a)), b.emit('log', [x]));
  const density = b.emit('exp', [b.subtract(b.add(b.negate(x), logs), b.emit('lgamma', [a]))]);
  return [b.multiply(b.emit('igammaGradA', [a, x]), dy), b.multiply(density, dy)];
}

const BINARY: readonly Primitive[] = [
  binaryElementwise({
    name: 'igamma',
    allowed: FLOATS,
    raw: 'Igamma',
    scalar: igamma,
    range: () => UNIT,
    gradient: ({ b, x, y, dy }) => igammaGradient(b, x, y, dy),
  }),
  binaryElementwise({
    name: 'igammac',
    allowed: FLOATS,
    raw: 'Igammac',
    scalar: igammac,
    range: () => UNIT,
    gradient: ({ b, x, y, dy }) => igammaGradient(b, x, y, b.negate(dy)),
  }),
  binaryElementwise({ name: 'igammaGradA', allowed: FLOATS, raw: 'IgammaGradA', scalar: igammaGradA }),
  binaryElementwise({
    name: 'zeta',
    allowed: FLOATS,
    raw: 'Zeta',
    scalar: zeta,
    noGradient: [0],
    gradient: ({ b, x, y, dy }) => [null, b.multiply(b.negate(b.multiply(x, b.emit('zeta', [b.add(x, b.scalarLike(1, x)), y]))), dy)],
  }),
];

/** The regularized incomplete beta function; differentiable in x only, as in TensorFlow. */
const BETAINC: Primitive = {
  name: 'betainc',
  infer: (types) => {
    const [a, b, x] = [typeAt(types, 0), typeAt(types, 1), typeAt(types, 2)];
    const wrong = checkSameDtype(types) ?? checkDtype('betainc', x.dtype, FLOATS);
    if (wrong) return wrong;
    const pair = broadcastOrFail(a.shape, b.shape);
    const shape = isShape(pair) ? broadcastOrFail(pair, x.shape) : pair;
    return isShape(shape) ? { shape, dtype: x.dtype } : shape;
  },
  noGradient: [0, 1],
  gradient: ({ build, inputs: [a = 0, b = 0, x = 0], dy }) => {
    const log = (v: NodeId): NodeId => build.emit('lgamma', [v]);
    const logBeta = build.subtract(build.add(log(a), log(b)), log(build.add(a, b)));
    const lessOne = (v: NodeId): NodeId => build.subtract(v, build.scalarLike(1, v));
    const logs = build.add(build.emit('xlog1py', [lessOne(b), build.negate(x)]), build.emit('xlogy', [lessOne(a), x]));
    const density = build.emit('exp', [build.subtract(logs, logBeta)]);
    return [null, null, sumToShape(build, build.multiply(density, dy), build.shape(x))];
  },
  range: () => UNIT,
  kernel: hostElementwise(betainc),
};

export const SPECIAL: readonly Primitive[] = [...UNARY, ...BINARY, BETAINC];
