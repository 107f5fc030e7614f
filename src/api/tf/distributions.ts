/** Owns the probability distributions of tensorflow_probability (and of TensorFlow 1) that losses use: log densities, moments, entropies. */
import { failure } from '../../graph/primitive';
import { broadcastShapes } from '../../shape/broadcast';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { ObjectValue, TensorValue, Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { add, cast, dimAt, divide, isTensor, like, multiply, rankOf, rsubtract, square, subtract, sum } from '../tensors';
import { diagPart, matmul } from './linalg';
import { random } from './random';

type Unary = (c: CallContext, x: TensorValue) => TensorValue;
type Moment = (c: CallContext) => TensorValue;

/** What a distribution knows about itself; what is absent is a gap. */
interface Distribution {
  readonly type: string;
  readonly parameters: Readonly<Record<string, TensorValue>>;
  readonly logProb: Unary;
  readonly cdf?: Unary;
  readonly quantile?: Unary;
  readonly mean?: Moment;
  readonly variance?: Moment;
  readonly entropy?: Moment;
  readonly mode?: Moment;
  /** Kullback-Leibler divergence to another of the same type. */
  readonly divergence?: (c: CallContext, other: Distribution) => TensorValue;
  readonly sample?: (c: CallContext, shape: readonly number[]) => TensorValue;
}

const f = (c: CallContext, op: string, ...inputs: readonly TensorValue[]): TensorValue => c.emit(op, inputs);
const log: Unary = (c, x) => f(c, 'log', x);
const exp: Unary = (c, x) => f(c, 'exp', x);
const lgamma: Unary = (c, x) => f(c, 'lgamma', x);
const negate: Unary = (c, x) => f(c, 'negate', x);
const LOG_2PI = Math.log(2 * Math.PI);

function wrap(d: Distribution): ObjectValue {
  const valueEntry = (call: Unary): ApiEntry =>
    entry('value, name=None', (c, a) => {
      const value = knownValue(c, a.value('value'));
      return call(c, isTensor(value) ? c.tensor(value) : c.tensor(value, dtypeOf(d)));
    });
  const moment = (call: Moment | undefined, what: string): ApiEntry =>
    entry('name=None', (c) => (call ? call(c) : c.unknown(`the ${what} of ${d.type}`)));
  const methods = new Map<string, ApiEntry>([
    ['log_prob', valueEntry(d.logProb)],
    ['prob', valueEntry((c, x) => exp(c, d.logProb(c, x)))],
    ['mean', moment(d.mean, 'mean')],
    ['mode', moment(d.mode ?? d.mean, 'mode')],
    ['variance', moment(d.variance, 'variance')],
    ['stddev', moment(d.variance && ((c) => f(c, 'sqrt', d.variance?.(c) ?? c.unknown('a variance'))), 'standard deviation')],
    ['entropy', moment(d.entropy, 'entropy')],
    ['cdf', valueEntry((c, x) => d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`))],
    ['log_cdf', valueEntry((c, x) => log(c, d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`)))],
    ['survival_function', valueEntry((c, x) => rsubtract(c, 1, d.cdf?.(c, x) ?? c.unknown(`the cdf of ${d.type}`)))],
    ['quantile', valueEntry((c, x) => d.quantile?.(c, x) ?? c.unknown(`quantiles of ${d.type}`))],
    ['kl_divergence', entry('other, name=None', (c, a) => divergence(c, d, distributionOf(c, a.value('other'))))],
    [
      'sample',
      entry(
        'sample_shape=(), seed=None, name=None',
        (c, a) => d.sample?.(c, a.axes('sample_shape') ?? []) ?? c.unknown(`samples of ${d.type}`),
      ),
    ],
  ]);
  return { kind: 'object', type: d.type, attributes: new Map<string, Value>(Object.entries(d.parameters)), methods, state: d };
}

function dtypeOf(d: Distribution): TensorValue['type']['dtype'] | undefined {
  return Object.values(d.parameters).find((x) => x.type.dtype.startsWith('float'))?.type.dtype;
}

function distributionOf(c: CallContext, value: Value): Distribution {
  if (value.kind === 'object' && typeof value.state === 'object' && value.state !== null && 'logProb' in value.state)
    return value.state as Distribution;
  return c.unknown('a distribution that is not known');
}

function divergence(c: CallContext, p: Distribution, q: Distribution): TensorValue {
  if (p.type !== q.type || p.divergence === undefined) return c.unknown(`the divergence between ${p.type} and ${q.type}`);
  return p.divergence(c, q);
}

const at = (d: Distribution, name: string, c: CallContext): TensorValue => d.parameters[name] ?? c.unknown(`the ${name} of ${d.type}`);

/** Two parameters of one dtype. */
function both(c: CallContext, a: Args, first: string, second: string): [TensorValue, TensorValue] {
  const leader = [first, second].map((name) => knownValue(c, a.value(name))).find(isTensor);
  const dtype = leader?.type.dtype ?? 'float32';
  const read = (name: string) => {
    const value = knownValue(c, a.value(name));
    return isTensor(value) ? c.tensor(value) : c.tensor(value, dtype);
  };
  return [read(first), read(second)];
}

function normal(loc: TensorValue, scale: TensorValue, type = 'tfp.distributions.Normal'): Distribution {
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
function logitsOf(c: CallContext, a: Args): { readonly logits: TensorValue; readonly given: 'logits' | 'probs' } {
  if (a.value('logits').kind !== 'none') return { logits: a.tensor('logits'), given: 'logits' };
  const probs = a.tensor('probs');
  return { logits: subtract(c, log(c, probs), f(c, 'log1p', negate(c, probs))), given: 'probs' };
}

function bernoulli(logits: TensorValue): Distribution {
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

function categorical(logits: TensorValue): Distribution {
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

/** log B(a, b). */
function lbeta(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  return subtract(c, add(c, lgamma(c, a), lgamma(c, b)), lgamma(c, add(c, a, b)));
}

function multivariateNormal(loc: TensorValue | null, scaleTril: TensorValue, type: string): Distribution {
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

function diagonalNormal(loc: TensorValue, scale: TensorValue): Distribution {
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

const REST = 'validate_args=False, allow_nan_stats=True, name=None';

/** Spellings of a class in tensorflow_probability and in TensorFlow 1. */
const names = (name: string): string => `tfp.distributions.${name} tf1.distributions.${name} tf1.contrib.distributions.${name}`;

const made = (signature: string, make: (c: CallContext, a: Args) => Distribution): ApiEntry =>
  entry(`${signature}, ${REST}`, (c, a) => wrap(make(c, a)));

export const DISTRIBUTIONS: ApiTable = {
  [names('Normal')]: made('loc, scale', (c, a) => normal(...both(c, a, 'loc', 'scale'))),
  [names('Laplace')]: made('loc, scale', (c, a) => {
    const [loc, scale] = both(c, a, 'loc', 'scale');
    return {
      type: 'tfp.distributions.Laplace',
      parameters: { loc, scale },
      logProb: (k, x) => subtract(k, negate(k, f(k, 'abs', divide(k, subtract(k, x, loc), scale))), add(k, log(k, scale), Math.LN2)),
      mean: () => loc,
      entropy: (k) => add(k, log(k, scale), 1 + Math.LN2),
    };
  }),
  [names('Bernoulli')]: made('logits=None, probs=None, dtype=tf.int32', (c, a) => bernoulli(logitsOf(c, a).logits)),
  [names('Categorical')]: made('logits=None, probs=None, dtype=tf.int32', (c, a) =>
    categorical(a.value('logits').kind === 'none' ? log(c, a.tensor('probs')) : a.tensor('logits')),
  ),
  [names('Poisson')]: made('rate=None, log_rate=None', (c, a) => {
    const logRate = a.value('log_rate').kind === 'none' ? log(c, a.tensor('rate')) : a.tensor('log_rate');
    return {
      type: 'tfp.distributions.Poisson',
      parameters: { log_rate: logRate },
      logProb: (k, x) => subtract(k, subtract(k, multiply(k, x, logRate), exp(k, logRate)), lgamma(k, add(k, x, 1))),
      mean: (k) => exp(k, logRate),
      variance: (k) => exp(k, logRate),
    };
  }),
  [names('Gamma')]: made('concentration, rate=1.0', (c, a) => {
    const [shape, rate] = both(c, a, 'concentration', 'rate');
    return {
      type: 'tfp.distributions.Gamma',
      parameters: { concentration: shape, rate },
      logProb: (k, x) =>
        subtract(
          k,
          subtract(k, f(k, 'xlogy', subtract(k, shape, 1), x), multiply(k, rate, x)),
          subtract(k, lgamma(k, shape), multiply(k, shape, log(k, rate))),
        ),
      mean: (k) => divide(k, shape, rate),
      variance: (k) => divide(k, shape, square(k, rate)),
    };
  }),
  [names('Beta')]: made('concentration1, concentration0', (c, a) => {
    const [one, zero] = both(c, a, 'concentration1', 'concentration0');
    return {
      type: 'tfp.distributions.Beta',
      parameters: { concentration1: one, concentration0: zero },
      logProb: (k, x) =>
        subtract(
          k,
          add(k, f(k, 'xlogy', subtract(k, one, 1), x), f(k, 'xlog1py', subtract(k, zero, 1), negate(k, x))),
          lbeta(k, one, zero),
        ),
      mean: (k) => divide(k, one, add(k, one, zero)),
    };
  }),
  [names('NegativeBinomial')]: made('total_count, logits=None, probs=None', (c, a) => {
    const { logits } = logitsOf(c, a);
    const total = a.tensor('total_count', logits.type.dtype);
    return {
      type: 'tfp.distributions.NegativeBinomial',
      parameters: { total_count: total, logits },
      logProb: (k, x) => {
        const unnormalized = add(k, multiply(k, total, f(k, 'logSigmoid', negate(k, logits))), multiply(k, x, f(k, 'logSigmoid', logits)));
        const coefficient = add(k, lbeta(k, add(k, x, 1), total), log(k, add(k, total, x)));
        return subtract(k, unnormalized, coefficient);
      },
      mean: (k) => multiply(k, total, exp(k, logits)),
    };
  }),
  [names('Exponential')]: made('rate, force_probs_to_zero_outside_support=False', (_c, a) => {
    const rate = a.tensor('rate');
    return {
      type: 'tfp.distributions.Exponential',
      parameters: { rate },
      logProb: (k, x) => subtract(k, log(k, rate), multiply(k, rate, x)),
      mean: (k) => f(k, 'reciprocal', rate),
    };
  }),
  [names('LogNormal')]: made('loc, scale', (c, a) => {
    const [loc, scale] = both(c, a, 'loc', 'scale');
    const base = normal(loc, scale);
    return {
      type: 'tfp.distributions.LogNormal',
      parameters: { loc, scale },
      logProb: (k, x) => subtract(k, base.logProb(k, log(k, x)), log(k, x)),
    };
  }),
  [names('StudentT')]: made('df, loc, scale', (c, a) => {
    const [loc, scale] = both(c, a, 'loc', 'scale');
    const df = a.tensor('df', loc.type.dtype);
    return {
      type: 'tfp.distributions.StudentT',
      parameters: { df, loc, scale },
      logProb: (k, x) => {
        const y = divide(k, subtract(k, x, loc), multiply(k, scale, f(k, 'sqrt', df)));
        const halfUp = multiply(k, add(k, df, 1), 0.5);
        const kernel = multiply(k, negate(k, halfUp), f(k, 'log1p', square(k, y)));
        const constant = add(
          k,
          add(k, log(k, f(k, 'abs', scale)), multiply(k, log(k, df), 0.5)),
          subtract(k, add(k, lgamma(k, multiply(k, df, 0.5)), like(k, 0.5 * Math.log(Math.PI), df)), lgamma(k, halfUp)),
        );
        return subtract(k, kernel, constant);
      },
    };
  }),
  [names('Multinomial')]: made('total_count, logits=None, probs=None', (c, a) => {
    const logs = a.value('logits').kind === 'none' ? log(c, a.tensor('probs')) : c.emit('logSoftmax', [a.tensor('logits')], { axis: -1 });
    const total = a.tensor('total_count', logs.type.dtype);
    return {
      type: 'tfp.distributions.Multinomial',
      parameters: { total_count: total },
      logProb: (k, x) =>
        add(k, sum(k, multiply(k, x, logs), [-1]), subtract(k, lgamma(k, add(k, total, 1)), sum(k, lgamma(k, add(k, x, 1)), [-1]))),
    };
  }),
  [names('Dirichlet')]: made('concentration', (_c, a) => {
    const alpha = a.tensor('concentration');
    return {
      type: 'tfp.distributions.Dirichlet',
      parameters: { concentration: alpha },
      logProb: (k, x) =>
        subtract(
          k,
          sum(k, f(k, 'xlogy', subtract(k, alpha, 1), x), [-1]),
          subtract(k, sum(k, lgamma(k, alpha), [-1]), lgamma(k, sum(k, alpha, [-1]))),
        ),
      mean: (k) => divide(k, alpha, sum(k, alpha, [-1], true)),
    };
  }),
  [names('Uniform')]: made('low=0.0, high=1.0', (c, a) => {
    const [low, high] = both(c, a, 'low', 'high');
    return {
      type: 'tfp.distributions.Uniform',
      parameters: { low, high },
      logProb: (k, x) => {
        const inside = f(k, 'logicalAnd', f(k, 'greaterEqual', x, low), f(k, 'lessEqual', x, high));
        const density = f(k, 'reciprocal', subtract(k, high, low));
        return log(k, f(k, 'select', inside, add(k, density, multiply(k, x, 0)), multiply(k, x, 0)));
      },
    };
  }),
  [names('Cauchy')]: made('loc, scale', (c, a) => {
    const [loc, scale] = both(c, a, 'loc', 'scale');
    return {
      type: 'tfp.distributions.Cauchy',
      parameters: { loc, scale },
      logProb: (k, x) =>
        subtract(k, negate(k, add(k, log(k, scale), Math.log(Math.PI))), f(k, 'log1p', square(k, divide(k, subtract(k, x, loc), scale)))),
    };
  }),
  [names('Logistic')]: made('loc, scale', (c, a) => {
    const [loc, scale] = both(c, a, 'loc', 'scale');
    const standard: Unary = (k, x) => divide(k, subtract(k, x, loc), scale);
    return {
      type: 'tfp.distributions.Logistic',
      parameters: { loc, scale },
      logProb: (k, x) =>
        subtract(k, subtract(k, negate(k, standard(k, x)), multiply(k, f(k, 'softplus', negate(k, standard(k, x))), 2)), log(k, scale)),
      cdf: (k, x) => f(k, 'sigmoid', standard(k, x)),
      mean: () => loc,
    };
  }),
  [names('Weibull')]: made('concentration, scale', (c, a) => {
    const [shape, scale] = both(c, a, 'concentration', 'scale');
    return {
      type: 'tfp.distributions.Weibull',
      parameters: { concentration: shape, scale },
      logProb: (k, x) => {
        const z = divide(k, x, scale);
        return add(
          k,
          subtract(k, f(k, 'xlogy', subtract(k, shape, 1), z), f(k, 'power', z, shape)),
          subtract(k, log(k, shape), log(k, scale)),
        );
      },
    };
  }),
  [names('MultivariateNormalDiag')]: made('loc=None, scale_diag=None, scale_identity_multiplier=None', (_c, a) =>
    diagonalNormal(a.tensor('loc'), a.tensor('scale_diag')),
  ),
  [names('MultivariateNormalTriL')]: made('loc=None, scale_tril=None', (_c, a) =>
    multivariateNormal(
      a.value('loc').kind === 'none' ? null : a.tensor('loc'),
      a.tensor('scale_tril'),
      'tfp.distributions.MultivariateNormalTriL',
    ),
  ),
  [names('MultivariateNormalFullCovariance')]: made('loc=None, covariance_matrix=None', (c, a) =>
    multivariateNormal(
      a.value('loc').kind === 'none' ? null : a.tensor('loc'),
      f(c, 'cholesky', a.tensor('covariance_matrix')),
      'tfp.distributions.MultivariateNormalFullCovariance',
    ),
  ),
  [names('Independent')]: made('distribution, reinterpreted_batch_ndims=1', (c, a) => {
    const base = distributionOf(c, a.value('distribution'));
    const axes = Array.from({ length: a.int('reinterpreted_batch_ndims') }, (_, i) => -1 - i);
    return { ...base, type: 'tfp.distributions.Independent', logProb: (k, x) => sum(k, base.logProb(k, x), axes) };
  }),
  [names('MixtureSameFamily')]: made('mixture_distribution, components_distribution, reparameterize=False', (c, a) => {
    const mixture = distributionOf(c, a.value('mixture_distribution'));
    const parts = distributionOf(c, a.value('components_distribution'));
    return {
      type: 'tfp.distributions.MixtureSameFamily',
      parameters: { logits: at(mixture, 'logits', c) },
      logProb: (k, x) => {
        const event = parts.type.includes('Multivariate') || parts.type.includes('Independent') ? -2 : -1;
        const wide = k.emit('expandDims', [x], { axis: rankOf(x) + event + 1 });
        const logs = parts.logProb(k, wide);
        const weights = k.emit('logSoftmax', [at(mixture, 'logits', k)], { axis: -1 });
        return k.emit('logsumexp', [add(k, logs, weights)], { axes: [-1], keepdims: false });
      },
    };
  }),
  'tfp.distributions.kl_divergence tf1.distributions.kl_divergence tf1.contrib.distributions.kl_divergence': entry(
    'distribution_a, distribution_b, allow_nan_stats=True, name=None',
    (c, a) => divergence(c, distributionOf(c, a.value('distribution_a')), distributionOf(c, a.value('distribution_b'))),
  ),
  'tfp.math.lbeta': entry('x, y, name=None', (c, a) => lbeta(c, a.tensor('x'), a.tensor('y'))),
  'tfp.stats.covariance': entry('x, y=None, sample_axis=0, event_axis=-1, keepdims=False, name=None', (c, a) => covariance(c, a)),
  'tfp.stats.correlation': entry('x, y=None, sample_axis=0, event_axis=-1, keepdims=False, name=None', (c, a) => {
    if (a.value('event_axis').kind !== 'none') return c.unknown('a correlation matrix is not followed yet');
    const axes = a.axes('sample_axis');
    const scaled = (x: TensorValue) => {
      const centered = subtract(c, x, c.emit('mean', [x], { axes: axes ?? [...x.type.shape.keys()], keepdims: true }));
      const spread = f(c, 'sqrt', c.emit('mean', [square(c, centered)], { axes: axes ?? [...x.type.shape.keys()], keepdims: true }));
      return divide(c, centered, spread);
    };
    const x = a.tensor('x');
    const y = a.value('y').kind === 'none' ? x : a.tensor('y');
    return c.emit('mean', [multiply(c, scaled(x), scaled(y))], { axes: axes ?? [...x.type.shape.keys()], keepdims: false });
  }),
};

function covariance(c: CallContext, a: Args): TensorValue {
  const x = a.tensor('x');
  const y = a.value('y').kind === 'none' ? x : a.tensor('y');
  const axes = a.axes('sample_axis') ?? [...x.type.shape.keys()];
  const centered = (z: TensorValue) => subtract(c, z, c.emit('mean', [z], { axes, keepdims: true }));
  if (a.value('event_axis').kind === 'none') return c.emit('mean', [multiply(c, centered(x), centered(y))], { axes, keepdims: false });
  if (rankOf(x) !== 2 || axes.length !== 1 || axes[0] !== 0) return c.unknown('a covariance over these axes is not followed yet');
  if (rankOf(y) !== 2) return c.fail(failure('rank', 'shape', 'x and y must have the same rank', { rank: rankOf(y) }), [x, y]);
  const product = matmul(c, centered(x), centered(y), true, false);
  return divide(c, product, cast(c, c.wrap(c.build.dims([dimAt(x, 0)], [])), x.type.dtype));
}
