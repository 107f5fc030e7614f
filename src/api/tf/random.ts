/** Owns TensorFlow's random ops: seeded by the trace, so that a run can be repeated. Their numbers are never compared. */

import type { Dim } from '../../shape/dim';
import { type DType, isFloat } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { add, cast, dimAt, multiply, rankOf, subtract } from '../tensors';

export type Distribution = 'normal' | 'uniform' | 'truncatedNormal' | 'uniformInt' | 'bernoulli' | 'gamma' | 'poisson';

/** A seeded random tensor; a and b are the distribution's parameters. */
export function random(c: CallContext, distribution: Distribution, shape: Shape, dtype: DType, a: number, b: number): TensorValue {
  return c.wrap(c.build.emit('random', [], { distribution, shape, dtype, seed: c.nextSeed(), a, b }));
}

/** Standard numbers, scaled and shifted by what may be tensors. */
function normal(c: CallContext, a: Args, distribution: Distribution): TensorValue {
  const dtype = a.dtype('dtype');
  const draws = random(c, distribution, a.shape('shape'), dtype, 0, 1);
  return add(c, multiply(c, draws, a.tensor('stddev', dtype)), a.tensor('mean', dtype));
}

function uniform(c: CallContext, a: Args): TensorValue {
  const dtype = a.dtype('dtype');
  if (!isFloat(dtype)) {
    const [low, high] = [a.number('minval'), a.number('maxval')];
    return random(c, 'uniformInt', a.shape('shape'), dtype, low, high);
  }
  const draws = random(c, 'uniform', a.shape('shape'), dtype, 0, 1);
  const low = a.tensor('minval', dtype);
  const high = a.value('maxval').kind === 'none' ? c.wrap(c.build.scalar(1, dtype)) : a.tensor('maxval', dtype);
  return add(c, multiply(c, draws, subtract(c, high, low)), low);
}

export const RANDOM: ApiTable = {
  'tf.random.normal tf1.random_normal tf1.random.normal': entry(
    'shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None',
    (c, a) => normal(c, a, 'normal'),
  ),
  'tf.random.truncated_normal tf1.truncated_normal': entry('shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None', (c, a) =>
    normal(c, a, 'truncatedNormal'),
  ),
  'tf.random.uniform tf1.random_uniform tf1.random.uniform': entry(
    'shape, minval=0, maxval=None, dtype=tf.float32, seed=None, name=None',
    (c, a) => uniform(c, a),
  ),
  'tf.random.stateless_normal': entry("shape, seed, mean=0.0, stddev=1.0, dtype=tf.float32, name=None, alg='auto_select'", (c, a) =>
    normal(c, a, 'normal'),
  ),
  'tf.random.stateless_uniform': entry("shape, seed, minval=0, maxval=None, dtype=tf.float32, name=None, alg='auto_select'", (c, a) =>
    uniform(c, a),
  ),
  'tf.random.gamma tf1.random_gamma': entry('shape, alpha, beta=None, dtype=tf.float32, seed=None, name=None', (c, a) =>
    random(c, 'gamma', a.shape('shape'), a.dtype('dtype'), a.number('alpha'), a.optionalNumber('beta') ?? 1),
  ),
  'tf.random.poisson tf1.random_poisson': entry('shape, lam, dtype=tf.float32, seed=None, name=None', (c, a) =>
    random(c, 'poisson', a.shape('shape'), a.dtype('dtype'), a.number('lam'), 0),
  ),
  'tf.random.experimental.stateless_shuffle': entry("value, seed, alg='auto_select', name=None", (c, a) => shuffled(c, a.tensor('value'))),
  'tf.random.stateless_categorical': entry('logits, num_samples, seed, dtype=tf.int64, name=None', (c, a) =>
    categorical(c, a.tensor('logits'), a.dim('num_samples'), a.dtype('dtype')),
  ),
  'tf.random.shuffle tf1.random_shuffle': entry('value, seed=None, name=None', (c, a) => shuffled(c, a.tensor('value'))),
  'tf.random.categorical tf1.multinomial tf1.random.multinomial': entry(
    'logits, num_samples, dtype=tf.int64, seed=None, name=None',
    (c, a) => {
      const logits = a.tensor('logits');
      return categorical(c, logits, a.dim('num_samples'), a.dtype('dtype'));
    },
  ),
};

/** Rows in the order of random keys. */
export function shuffled(c: CallContext, x: TensorValue): TensorValue {
  const keys = random(c, 'uniform', [dimAt(x, 0)], 'float32', 0, 1);
  const order = c.emit('sortIndices', [keys], { axis: 0, direction: 'ascending', stable: true });
  return c.emit('gather', [x, order], { axis: 0, batchDims: 0 });
}

/** By the Gumbel trick: the largest of logits plus noise. */
function categorical(c: CallContext, logits: TensorValue, samples: Dim, dtype: DType): TensorValue {
  const wide = c.emit('expandDims', [logits], { axis: 1 });
  const shape = [dimAt(logits, 0), samples, dimAt(logits, -1)];
  const noise = random(c, 'uniform', shape, logits.type.dtype, 1e-7, 1);
  const gumbel = c.emit('negate', [c.emit('log', [c.emit('negate', [c.emit('log', [noise])])])]);
  const index = c.emit('argmax', [add(c, gumbel, wide)], { axis: 2, dtype: 'int64' });
  return rankOf(logits) === 2 ? cast(c, index, dtype) : c.unknown('categorical draws need logits of rank 2');
}
