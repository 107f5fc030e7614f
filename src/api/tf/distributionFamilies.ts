/** Owns the distributions that several classes stand on: normal, Bernoulli, categorical, multivariate normal. */
import { broadcastShapes } from '../../shape/broadcast';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { add, cast, dimAt, divide, multiply, rankOf, rsubtract, square, subtract, sum } from '../tensors';
import { at, type Distribution, f, LOG_2PI, log, type Moment, negate, type Unary } from './distribution';
import { diagPart } from './linalg';
import { random } from './random';

export function normal(loc: TensorValue, scale: TensorValue, type = 'tfp.distributions.Normal'): Distribution {
  const standard: Unary = (c, x) => divide(c, subtract(c, x, loc), scale);
  // In the shape of both, without a gradient path to the other.
  const spread = (c: CallContext, x: TensorValue, y: TensorValue) =>
    c.emit('broadcastTo', [x], { shape: broadcastShapes(x.type.shape, y.type.shape).shape });
  return {
    type,
    parameters: { loc, scale },
    logProb: (c, x) => subtract(c, multiply(c, square(c, standard(c, x)), -0.5), add(c, log(c, scale), 0.5 * LOG_2PI)),
    cdf: (c, x) => multiply(c, f(c, 'erfc', multiply(c, standard(c, x), -Math.SQRT1_2)), 0.5),
    quantile: (c, p) => add(c, multiply(c, f(c, 'ndtri', p), scale), loc),
    mean: (c) => spread(c, loc, scale),
    variance: (c) => square(c, spread(c, scale, loc)),
    entropy: (c) => add(c, log(c, spread(c, scale, loc)), 0.5 + 0.5 * LOG_2PI),
    sample: (c, shape) => {
      const base = add(c, loc, scale);
      const draws = random(c, 'normal', [...shape, ...base.type.shape], base.type.dtype, 0, 1);
      return add(c, multiply(c, draws, scale), loc);
    },
    divergence: (c, q) => {
      const [l2, s2] = [at(q, 'loc', c), at(q, 'scale', c)];
      const logs = subtract(c, log(c, scale), log(c, s2));
      const means = multiply(c, f(c, 'squaredDifference', divide(c, loc, s2), divide(c, l2, s2)), 0.5);
      return subtract(c, add(c, means, multiply(c, f(c, 'expm1', multiply(c, logs, 2)), 0.5)), logs);
    },
  };
}

/** Given as logits or probabilities. */
export function logitsOf(c: CallContext, a: Args): { readonly logits: TensorValue; readonly given: 'logits' | 'probs' } {
  if (a.value('logits').kind !== 'none') return { logits: a.tensor('logits'), given: 'logits' };
  const probs = a.tensor('probs');
  return { logits: subtract(c, log(c, probs), f(c, 'log1p', negate(c, probs))), given: 'probs' };
}

export function bernoulli(logits: TensorValue): Distribution {
  const crossEntropy = (c: CallContext, given: TensorValue) => {
    const x = cast(c, given, logits.type.dtype);
    const wide = add(c, x, multiply(c, logits, 0));
    return f(c, 'sigmoidCrossEntropy', wide, add(c, logits, multiply(c, wide, 0)));
  };
  const mean: Moment = (c) => f(c, 'sigmoid', logits);
  return {
    type: 'tfp.distributions.Bernoulli',
    parameters: { logits },
    logProb: (c, x) => negate(c, crossEntropy(c, x)),
    mean,
    variance: (c) => multiply(c, mean(c), rsubtract(c, 1, mean(c))),
    entropy: (c) => crossEntropy(c, mean(c)),
  };
}

export function categorical(logits: TensorValue): Distribution {
  const logs: Moment = (c) => c.emit('logSoftmax', [logits], { axis: rankOf(logits) - 1 });
  const probabilities: Moment = (c) => c.emit('softmax', [logits], { axis: rankOf(logits) - 1 });
  return {
    type: 'tfp.distributions.Categorical',
    parameters: { logits },
    logProb: (c, x) => {
      const ids = cast(c, x, 'int32');
      const rows = logits.type.shape.slice(0, -1);
      const lead = rankOf(ids) > rows.length ? ids.type.shape.slice(0, rankOf(ids) - rows.length) : [];
      const wide = c.emit('broadcastTo', [logits], { shape: [...lead, ...logits.type.shape] });
      const labels = rankOf(ids) < rankOf(wide) - 1 ? c.emit('broadcastTo', [ids], { shape: wide.type.shape.slice(0, -1) }) : ids;
      return negate(c, f(c, 'sparseSoftmaxCrossEntropy', labels, wide));
    },
    entropy: (c) => negate(c, sum(c, f(c, 'multiplyNoNan', logs(c), probabilities(c)), [-1])),
    mode: (c) => c.emit('argmax', [logits], { axis: rankOf(logits) - 1, dtype: 'int32' }),
    divergence: (c, q) => {
      const other = c.emit('logSoftmax', [at(q, 'logits', c)], { axis: rankOf(logits) - 1 });
      return sum(c, multiply(c, probabilities(c), subtract(c, logs(c), other)), [-1]);
    },
  };
}

export function multivariateNormal(loc: TensorValue | null, scaleTril: TensorValue, type: string): Distribution {
  const size = dimAt(scaleTril, -1);
  return {
    type,
    parameters: loc === null ? { scale_tril: scaleTril } : { loc, scale_tril: scaleTril },
    logProb: (c, x) => {
      const centered = loc === null ? x : subtract(c, x, loc);
      const lead = centered.type.shape.slice(0, -1);
      const factor = c.emit('broadcastTo', [scaleTril], { shape: [...lead, ...scaleTril.type.shape.slice(-2)] });
      const column = c.emit('expandDims', [centered], { axis: rankOf(centered) });
      const solved = c.emit('squeeze', [c.emit('triangularSolve', [factor, column], { lower: true, adjoint: false })], { axes: [-1] });
      const logDet = sum(c, log(c, f(c, 'abs', diagPart(c, scaleTril, 0))), [-1]);
      const constant = multiply(c, cast(c, c.wrap(c.build.dims([size], [])), x.type.dtype), 0.5 * LOG_2PI);
      return subtract(c, multiply(c, sum(c, square(c, solved), [-1]), -0.5), add(c, logDet, constant));
    },
    mean: (c) => loc ?? c.unknown('the mean'),
  };
}

export function diagonalNormal(loc: TensorValue, scale: TensorValue): Distribution {
  const base = normal(loc, scale);
  const total = (c: CallContext, x: TensorValue) => sum(c, x, [-1]);
  const sampled = base.sample;
  return {
    ...base,
    type: 'tfp.distributions.MultivariateNormalDiag',
    parameters: { loc, scale_diag: scale },
    logProb: (c, x) => total(c, base.logProb(c, x)),
    entropy: (c) => total(c, base.entropy?.(c) ?? c.unknown('an entropy')),
    divergence: (c, q) => total(c, base.divergence?.(c, normal(at(q, 'loc', c), at(q, 'scale_diag', c))) ?? c.unknown('a divergence')),
    ...(sampled && { sample: sampled }),
  };
}
