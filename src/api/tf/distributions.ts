/** Owns the probability distributions of tensorflow_probability (and of TensorFlow 1) that losses use: log densities, moments, entropies. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, dimAt, divide, like, multiply, rankOf, square, subtract, sum } from '../tensors';
import {
  at,
  both,
  type Distribution,
  distributionOf,
  divergence,
  exp,
  f,
  lbeta,
  lgamma,
  log,
  negate,
  type Unary,
  wrap,
} from './distribution';
import { bernoulli, categorical, diagonalNormal, logitsOf, multivariateNormal, normal } from './distributionFamilies';
import { matmul } from './linalg';

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
