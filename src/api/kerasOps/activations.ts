/** Owns keras.ops' activations and keras.activations: their formulas, and the logits that softmax and sigmoid leave behind for cross-entropies. */
import { failure } from '../../graph/primitive';
import { setKerasLogits } from '../../keras/mask';
import { floorDivideDims } from '../../shape/dim';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, dimAt, filled, flatten, mergeAxes, rankOf, reshape, sliceAxis, transpose } from '../tensors';
import { asFloat, delegateTensor } from './promote';

export type Activation = (m: TensorMath, x: TensorValue, args: Args) => TensorValue;

export const activation = (signature: string, f: Activation): ApiEntry =>
  entry(signature, (c, args) => f(new TensorMath(c), args.tensor('x'), args));
const plain = (op: string): ApiEntry => activation('x', (m, x) => m.unary(op, x));

function zero(m: TensorMath, x: TensorValue): TensorValue {
  return filled(m.context, 0, x.type.shape, x.type.dtype);
}

/** Keras' own sigmoid: a cross-entropy of its result is computed from the logits. */
export function kerasSigmoid(c: CallContext, x: TensorValue): TensorValue {
  const result = c.emit('sigmoid', [x]);
  setKerasLogits(c.memory, result.node, x.node);
  return result;
}

/** Keras' own softmax; axis null: over all elements. */
export function kerasSoftmax(c: CallContext, x: TensorValue, axis: number | null): TensorValue {
  const result =
    axis === null
      ? reshape(c, c.emit('softmax', [flatten(c, x)], { axis: 0 }), x.type.shape)
      : c.emit('softmax', [x], { axis: axisOf(c, x, axis) });
  setKerasLogits(c.memory, result.node, x.node);
  return result;
}

function logSoftmax(c: CallContext, x: TensorValue, axis: number | null): TensorValue {
  if (axis === null) return reshape(c, c.emit('logSoftmax', [flatten(c, x)], { axis: 0 }), x.type.shape);
  return c.emit('logSoftmax', [x], { axis: axisOf(c, x, axis) });
}

type AlongAxis = (c: CallContext, x: TensorValue, axis: number | null) => TensorValue;

/** Several axes count as one: they are moved last, joined, and put back. */
function overAxes(c: CallContext, x: TensorValue, axes: readonly number[] | null, f: AlongAxis): TensorValue {
  const [only] = axes ?? [];
  if (axes === null || only === undefined) return f(c, x, null);
  if (axes.length === 1) return f(c, x, only);
  const joined = axes.map((axis) => axisOf(c, x, axis));
  const order = [...x.type.shape.map((_, i) => i).filter((i) => !joined.includes(i)), ...joined];
  const moved = transpose(c, x, order);
  const kept = rankOf(x) - joined.length;
  const result = reshape(c, f(c, mergeAxes(c, moved, kept, rankOf(x)), -1), moved.type.shape);
  return transpose(
    c,
    result,
    order.map((_, i) => order.indexOf(i)),
  );
}

const hardSigmoid = (m: TensorMath, x: TensorValue) => m.div(m.unary('relu6', m.add(x, 3)), 6);

export function silu(m: TensorMath, x: TensorValue): TensorValue {
  return m.mul(x, m.unary('sigmoid', x));
}

export function gelu(m: TensorMath, x: TensorValue, approximate: boolean): TensorValue {
  if (!approximate) return m.mul(m.mul(x, 0.5), m.add(m.unary('erf', m.mul(x, Math.SQRT1_2)), 1));
  const inner = m.mul(m.add(x, m.mul(m.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return m.mul(m.mul(x, 0.5), m.add(m.unary('tanh', inner), 1));
}

export function elu(m: TensorMath, x: TensorValue, alpha: number): TensorValue {
  const result = m.context.emit('elu', [x], { alpha: 1 });
  return alpha === 1 ? result : m.where(m.binary('greater', x, 0), result, m.mul(result, alpha));
}

/** `asKeras`: it sums all running totals of the support where the threshold rests on the last one (tfa.activations.sparsemax is right). */
export function sparsemax(m: TensorMath, x: TensorValue, axis: number, options: { readonly asKeras: boolean }): TensorValue {
  const { context: c } = m;
  const along = axisOf(c, x, axis);
  const order = c.emit('sortIndices', [x], { axis: along, direction: 'descending', stable: true });
  const sorted = c.emit('takeAlongAxis', [x, order], { axis: along });
  const total = c.emit('cumsum', [sorted], { axis: along, exclusive: false, reverse: false });
  const size = dimAt(x, along);
  const counts = m.cast(c.emit('range', [], { start: 1, step: 1, size, dtype: 'int32' }), x.type.dtype);
  const shaped = c.emit('reshape', [counts], { shape: x.type.shape.map((_, i) => (i === along ? size : 1)) });
  const support = m.binary('greater', m.sub(sorted, m.div(m.sub(total, 1), shaped)), 0);
  const kept = m.sum(m.cast(support, x.type.dtype), [along], true);
  const threshold = m.sum(m.where(support, options.asKeras ? total : sorted, 0), [along], true);
  return m.maximum(m.sub(x, m.div(m.sub(threshold, 1), kept)), 0);
}

function glu(m: TensorMath, x: TensorValue, axis: number): TensorValue {
  const { context: c } = m;
  const along = axisOf(c, x, axis);
  const size = dimAt(x, along);
  if (typeof size === 'number' && size % 2 !== 0)
    c.fail(failure('split', 'shape', `glu halves axis ${axis}, whose size ${size} is odd`), [x]);
  const half = floorDivideDims(size, 2);
  return m.mul(sliceAxis(c, x, along, 0, half), m.unary('sigmoid', sliceAxis(c, x, along, half, half)));
}

/** Functions that keras.ops and Keras 3's keras.activations share. */
const SHARED: Readonly<Record<string, ApiEntry>> = {
  relu6: plain('relu6'),
  sigmoid: activation('x', (m, x) => kerasSigmoid(m.context, x)),
  softplus: plain('softplus'),
  softsign: activation('x', (m, x) => delegateTensor(m.context, 'tf.nn.softsign', [x])),
  'silu swish': activation('x', silu),
  selu: plain('selu'),
  log_sigmoid: plain('logSigmoid'),
  hard_sigmoid: activation('x', hardSigmoid),
  'hard_silu hard_swish': activation('x', (m, x) => m.mul(x, hardSigmoid(m, x))),
  hard_tanh: activation('x', (m, x) => m.clip(x, -1, 1)),
  tanh_shrink: activation('x', (m, x) => m.sub(x, m.unary('tanh', x))),
  elu: activation('x, alpha=1.0', (m, x, args) => elu(m, x, args.number('alpha'))),
  celu: activation('x, alpha=1.0', (m, x, args) => {
    const alpha = args.number('alpha');
    return m.add(m.maximum(x, 0), m.mul(m.unary('expm1', m.div(m.minimum(x, 0), alpha)), alpha));
  }),
  glu: activation('x, axis=-1', (m, x, args) => glu(m, x, args.int('axis'))),
  softmax: activation('x, axis=-1', (m, x, args) => overAxes(m.context, x, args.axes('axis'), kerasSoftmax)),
  log_softmax: activation('x, axis=-1', (m, x, args) => overAxes(m.context, x, args.axes('axis'), logSoftmax)),
  sparsemax: activation('x, axis=-1', (m, x, args) => sparsemax(m, x, args.int('axis'), { asKeras: true })),
  squareplus: activation('x, b=4', (m, x, args) => m.div(m.add(x, m.unary('sqrt', m.add(m.square(x), args.number('b')))), 2)),
  soft_shrink: activation('x, threshold=0.5', (m, x, args) => {
    const limit = args.number('threshold');
    return m.where(m.binary('greater', x, limit), m.sub(x, limit), m.where(m.binary('less', x, -limit), m.add(x, limit), zero(m, x)));
  }),
  hard_shrink: activation('x, threshold=0.5', (m, x, args) =>
    m.where(m.binary('greater', m.abs(x), args.number('threshold')), x, zero(m, x)),
  ),
  threshold: activation('x, threshold, default_value', (m, x, args) =>
    m.where(m.binary('greater', x, args.number('threshold')), x, args.number('default_value')),
  ),
  sparse_plus: activation('x', (m, x) =>
    m.where(m.binary('lessEqual', x, -1), zero(m, x), m.where(m.binary('less', x, 1), m.mul(m.square(m.add(x, 1)), 0.25), x)),
  ),
  sparse_sigmoid: activation('x', (m, x) =>
    m.where(
      m.binary('lessEqual', x, -1),
      zero(m, x),
      m.where(m.binary('greaterEqual', x, 1), filled(m.context, 1, x.type.shape, x.type.dtype), m.mul(m.add(x, 1), 0.5)),
    ),
  ),
};

const leaky = (name: string) =>
  activation(`x, ${name}=0.2`, (m, x, args) => m.context.emit('leakyRelu', [asFloat(m.context, x)], { alpha: args.number(name) }));

export const ACTIVATION_OPS: ApiTable = {
  ...spelled('keras.ops', SHARED),
  'keras.ops.relu': plain('relu'),
  'keras.ops.leaky_relu': leaky('negative_slope'),
  'keras.ops.gelu': activation('x, approximate=True', (m, x, args) => gelu(m, x, args.bool('approximate'))),
};

/** relu with its three settings, as keras.activations has it. */
function relu(m: TensorMath, x: TensorValue, slope: number, most: number | null, threshold: number): TensorValue {
  if (slope === 0 && threshold === 0 && most === null) return m.unary('relu', x);
  if (slope !== 0 && threshold === 0 && most === null) return m.context.emit('leakyRelu', [x], { alpha: slope });
  const passed = m.where(
    m.binary('greater', x, threshold),
    x,
    threshold === 0 || slope !== 0 ? m.mul(m.sub(x, threshold), slope) : zero(m, x),
  );
  return most === null ? passed : m.minimum(passed, most);
}

function softmaxOfRank(m: TensorMath, x: TensorValue, axis: number | null): TensorValue {
  if (rankOf(x) === 1 && axis === -1) return kerasSoftmax(m.context, x, -1);
  return kerasSoftmax(m.context, x, axis);
}

const COMMON: ApiTable = {
  'keras.activations.linear': activation('x', (_m, x) => x),
  'keras.activations.exponential': plain('exp'),
  'keras.activations.mish': activation('x', (m, x) => m.mul(x, m.unary('tanh', m.unary('softplus', x)))),
};

export const KERAS3_ACTIVATIONS: ApiTable = {
  ...COMMON,
  ...spelled('keras.activations', SHARED),
  'keras.activations.tanh': plain('tanh'),
  'keras.activations.relu': activation('x, negative_slope=0.0, max_value=None, threshold=0.0', (m, x, args) =>
    relu(m, x, args.number('negative_slope'), args.optionalNumber('max_value'), args.number('threshold')),
  ),
  'keras.activations.leaky_relu': leaky('negative_slope'),
  'keras.activations.gelu': activation('x, approximate=False', (m, x, args) => gelu(m, x, args.bool('approximate'))),
};

export const KERAS2_ACTIVATIONS: ApiTable = {
  ...COMMON,
  'keras.activations.relu': activation('x, alpha=0.0, max_value=None, threshold=0.0', (m, x, args) =>
    relu(m, x, args.number('alpha'), args.optionalNumber('max_value'), args.number('threshold')),
  ),
  'keras.activations.sigmoid': activation('x', (m, x) => kerasSigmoid(m.context, x)),
  'keras.activations.softmax': activation('x, axis=-1', (m, x, args) => {
    if (rankOf(x) < 2) m.context.fail(failure('rank', 'shape', 'keras.activations.softmax of Keras 2 takes at least two axes'), [x]);
    return softmaxOfRank(m, x, args.int('axis'));
  }),
  'keras.activations.hard_sigmoid': activation('x', (m, x) => m.clip(m.add(m.mul(x, 0.2), 0.5), 0, 1)),
  'keras.activations.gelu': activation('x, approximate=False', (m, x, args) => gelu(m, x, args.bool('approximate'))),
  'keras.activations.elu': activation('x, alpha=1.0', (m, x, args) => elu(m, x, args.number('alpha'))),
  'keras.activations.tanh': plain('tanh'),
  'keras.activations.softplus': plain('softplus'),
  'keras.activations.softsign': activation('x', (m, x) => delegateTensor(m.context, 'tf.nn.softsign', [x])),
  'keras.activations.selu': plain('selu'),
  'keras.activations.swish': activation('x', silu),
};

/** `{'silu swish': entry}` under a prefix: `{'keras.ops.silu keras.ops.swish': entry}`. */
function spelled(prefix: string, entries: Readonly<Record<string, ApiEntry>>): ApiTable {
  return Object.fromEntries(
    Object.entries(entries).map(([names, made]) => [
      names
        .split(' ')
        .map((name) => `${prefix}.${name}`)
        .join(' '),
      made,
    ]),
  );
}

/** The formula of an activation by its name in a layer: 'relu', 'softmax'. */
export function activationNamed(name: string, keras: 2 | 3): ApiEntry | undefined {
  const table = keras === 2 ? KERAS2_ACTIVATIONS : KERAS3_ACTIVATIONS;
  return Object.entries(table).find(([names]) => names.split(' ').includes(`keras.activations.${name}`))?.[1];
}
