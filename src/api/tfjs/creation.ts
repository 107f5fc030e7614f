/** Owns TensorFlow.js's constructors. */
import { failure } from '../../graph/primitive';
import { compareDims } from '../../shape/dim';
import { type DType, dtypeNamed } from '../../shape/dtype';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { NONE, type TensorValue, type Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { cast, filled, rankOf, reshape } from '../tensors';
import { eye, range } from '../tf/create';
import { tensorBuffer } from './tensorBuffer';
import { argument, shapeArgument, tensorLike } from './tensorLike';

const likeEntry = (value: number): ApiEntry =>
  entry('x', (c, a) => {
    const x = argument(c, a, 'x');
    return filled(c, value, x.type.shape, x.type.dtype);
  });

const filledEntry = (value: number): ApiEntry =>
  entry("shape, dtype='float32'", (c, a) => filled(c, value, shapeArgument(c, a), a.dtype('dtype')));

/** tensor1d … tensor6d: the values are nested to that depth, or flat with a shape. */
function ranked(rank: number): ApiEntry {
  const signature = rank === 1 ? 'values, dtype=None' : 'values, shape=None, dtype=None';
  return entry(signature, (c, a) => {
    const x = tensorOf(c, a, rank === 1 ? NONE : a.value('shape'));
    if (rankOf(x) === rank) return x;
    return c.fail(
      failure('rank', 'shape', `tf.tensor${rank}d needs values of rank ${rank}, these have rank ${rankOf(x)}`, { rank: rankOf(x) }),
      [x],
    );
  });
}

function tensorOf(c: CallContext, a: Args, shape: Value): TensorValue {
  const given = knownValue(c, a.value('values'));
  if (holdsTensor(given)) {
    const detail = 'the values are tensors, not numbers: each becomes NaN. Join them with tf.stack([a, b]) or tf.concat';
    return c.fail(failure('constant-of-tensor', 'type', detail));
  }
  const values = given.kind === 'tensor' ? given : c.tensor(given, dtypeOf(a));
  const typed = dtypeOf(a) === undefined ? values : cast(c, values, dtypeOf(a) ?? 'float32');
  if (shape.kind === 'none') return typed;
  const wanted = a.shape('shape');
  if (!wanted.includes(-1) && compareDims(sizeOf(wanted), sizeOf(typed.type.shape)) === 'different')
    return c.fail(failure('shape-mismatch', 'shape', 'the number of values differs from what the shape says'), [typed]);
  return reshape(c, typed, wanted);
}

/** `tf.tensor1d([a, b])` of tensors. */
function holdsTensor(value: Value): boolean {
  return value.kind === 'list' && value.items.some((item) => item.kind === 'tensor' || holdsTensor(item));
}

function dtypeOf(a: Args): DType | undefined {
  const value = a.value('dtype');
  return value.kind === 'string' && value.value !== undefined ? dtypeNamed(value.value) : undefined;
}

function random(distribution: 'normal' | 'truncatedNormal' | 'uniform', signature: string, first: string, second: string): ApiEntry {
  return entry(signature, (c, a) => {
    const attrs = { distribution, shape: a.shape('shape'), dtype: dtypeOf(a) ?? 'float32', seed: c.nextSeed() };
    return c.wrap(c.build.emit('random', [], { ...attrs, a: a.number(first), b: a.number(second) }));
  });
}

export const TFJS_CREATION: ApiTable = {
  'tfjs.buffer': entry("shape, dtype='float32', values=None", (c, a) =>
    tensorBuffer(c, a.shape('shape'), a.dtype('dtype'), a.value('values')),
  ),
  'tfjs.scalar': entry('value, dtype=None', (c, a) => {
    const value = knownValue(c, a.value('value'));
    if (value.kind === 'list' || value.kind === 'tensor')
      return c.fail(failure('argument', 'type', 'tf.scalar takes a number, boolean or string, not an array or tensor'));
    const dtype = dtypeOf(a);
    return dtype === undefined ? tensorLike(c, value, 'value') : cast(c, tensorLike(c, value, 'value'), dtype);
  }),
  'tfjs.tensor': entry('values, shape=None, dtype=None', (c, a) => tensorOf(c, a, a.value('shape'))),
  'tfjs.tensor1d': ranked(1),
  'tfjs.tensor2d': ranked(2),
  'tfjs.tensor3d': ranked(3),
  'tfjs.tensor4d': ranked(4),
  'tfjs.tensor5d': ranked(5),
  'tfjs.tensor6d': ranked(6),
  'tfjs.zeros': filledEntry(0),
  'tfjs.ones': filledEntry(1),
  'tfjs.zerosLike': likeEntry(0),
  'tfjs.onesLike': likeEntry(1),
  'tfjs.fill': entry('shape, value, dtype=None', (c, a) => filled(c, a.number('value'), a.shape('shape'), dtypeOf(a) ?? 'float32')),
  'tfjs.eye': entry("numRows, numColumns=None, batchShape=None, dtype='float32'", (c, a) => {
    const rows = a.dim('numRows');
    const matrix = eye(c, rows, a.value('numColumns').kind === 'none' ? rows : a.dim('numColumns'), 0, a.dtype('dtype'));
    if (a.value('batchShape').kind === 'none') return matrix;
    return c.emit('broadcastTo', [matrix], { shape: [...a.shape('batchShape'), ...matrix.type.shape] });
  }),
  'tfjs.range': entry("start, stop, step=1, dtype='float32'", (c, a) => {
    const [start, stop] = [knownValue(c, a.value('start')), knownValue(c, a.value('stop'))];
    const backwards = start.kind === 'number' && stop.kind === 'number' && (start.value ?? 0) > (stop.value ?? Number.POSITIVE_INFINITY);
    const step: Value = backwards && a.number('step') === 1 ? { kind: 'number', float: false, value: -1 } : knownValue(c, a.value('step'));
    return cast(c, range(c, start, stop, step, a.dtype('dtype')), a.dtype('dtype'));
  }),
  'tfjs.linspace': entry('start, stop, num', (c, a) => {
    const [start, stop, num] = [a.number('start'), a.number('stop'), a.int('num')];
    const values = Array.from({ length: num }, (_, i) => (num === 1 ? start : start + ((stop - start) * i) / (num - 1)));
    return c.wrap(c.build.constant(values, [num], 'float32'));
  }),
  'tfjs.variable': entry('initialValue, trainable=True, name=None, dtype=None', (c, a) => {
    const x = argument(c, a, 'initialValue');
    return c.wrap(c.emit('stopGradient', [dtypeOf(a) === undefined ? x : cast(c, x, dtypeOf(a) ?? 'float32')]).node, 'variable');
  }),
  'tfjs.randomNormal tfjs.randomStandardNormal': random('normal', 'shape, mean=0, stdDev=1, dtype=None, seed=None', 'mean', 'stdDev'),
  'tfjs.truncatedNormal': random('truncatedNormal', 'shape, mean=0, stdDev=1, dtype=None, seed=None', 'mean', 'stdDev'),
  'tfjs.randomUniform': random('uniform', 'shape, minval=0, maxval=1, dtype=None, seed=None', 'minval', 'maxval'),
};
