/** Owns what losses use seldom: Bessel functions, reversed sequences, CTC, sparse tensors as dense ones, unusual divisions. */
import { isInteger } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import type { ObjectValue, TensorValue, Value } from '../../value/value';
import { axesOf, knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import {
  add,
  axisOf,
  cast,
  dimAt,
  divide,
  expandDims,
  isTensor,
  like,
  maximum,
  minimum,
  multiply,
  pair,
  rankOf,
  reduce,
  reshape,
  select,
  subtract,
  transpose,
  withGradient,
} from '../tensors';
import { unary } from './math';

/** exp(|x|) times the scaled function. */
const unscaled = (c: CallContext, x: TensorValue, scaled: string) => multiply(c, c.emit('exp', [c.emit('abs', [x])]), c.emit(scaled, [x]));

const besselI0 = entry('x, name=None', (c, a) => {
  const x = a.tensor('x');
  return withGradient(c, unscaled(c, x, 'besselI0e'), x, (dy) => multiply(c, dy, unscaled(c, x, 'besselI1e')));
});

const besselI1 = entry('x, name=None', (c, a) => {
  const x = a.tensor('x');
  const value = unscaled(c, x, 'besselI1e');
  return withGradient(c, value, x, (dy) => {
    const zero = c.emit('equal', [x, like(c, 0, x)]);
    // TensorFlow takes 1 at 0 (the limit is a half).
    const slope = subtract(c, unscaled(c, x, 'besselI0e'), divide(c, value, select(c, zero, like(c, 1, x), x)));
    return multiply(c, dy, select(c, zero, like(c, 1, slope), slope));
  });
});

export const RARE: ApiTable = {
  'tf.math.bessel_i0 tf.math.special.bessel_i0': besselI0,
  'tf.math.bessel_i1 tf.math.special.bessel_i1': besselI1,
  'tf.math.special.bessel_i0e': unary('besselI0e'),
  'tf.math.special.bessel_i1e': unary('besselI1e'),
  'tf.math.betainc': entry('a, b, x, name=None', (c, a) => c.emit('betainc', [a.tensor('a'), a.tensor('b'), a.tensor('x')])),
  'tf.math.invert_permutation': entry('x, name=None', (c, a) => {
    const x = a.tensor('x');
    return cast(c, c.emit('sortIndices', [x], { axis: 0, direction: 'ascending', stable: true }), x.type.dtype);
  }),
  'tf.truncatediv': entry('x, y, name=None', (c, a) => {
    const [x, y] = pair(c, knownValue(c, a.value('x')), knownValue(c, a.value('y')));
    if (!isInteger(x.type.dtype)) return c.unknown('tf.truncatediv of floats');
    return cast(c, divide(c, cast(c, x, 'float64'), cast(c, y, 'float64')), x.type.dtype);
  }),
  'tf.reverse_sequence': entry('input, seq_lengths, seq_axis=None, batch_axis=0, name=None', (c, a) => {
    const lengths = a.tensor('seq_lengths');
    return reverseSequence(c, a.tensor('input'), lengths, a.optionalInt('seq_axis') ?? 0, a.optionalInt('batch_axis') ?? 0);
  }),
  'tf1.reverse_sequence': entry('input, seq_lengths, seq_axis=None, batch_axis=None, name=None', (c, a) =>
    reverseSequence(c, a.tensor('input'), a.tensor('seq_lengths'), a.optionalInt('seq_axis') ?? 0, a.optionalInt('batch_axis') ?? 0),
  ),
  'tf.nn.ctc_loss': entry(
    'labels, logits, label_length, logit_length, logits_time_major=True, unique=None, blank_index=None, name=None',
    (c, a) => {
      const given = a.value('labels');
      if (!isTensor(given)) return c.unknown('CTC with sparse labels is not followed yet');
      const logits = a.tensor('logits');
      const batched = a.bool('logits_time_major') ? transpose(c, logits, [1, 0, 2]) : logits;
      const classes = dimAt(batched, -1);
      const blank = a.optionalInt('blank_index') ?? 0;
      if (blank < 0 && typeof classes !== 'number') return c.unknown('CTC over a symbolic number of classes');
      const lengths = (name: string) => cast(c, a.tensor(name), 'int32');
      const inputs = [cast(c, given, 'int32'), batched, lengths('label_length'), lengths('logit_length')];
      return c.emit('ctcLoss', inputs, { blankIndex: blank < 0 ? blank + Number(classes) : blank });
    },
  ),
  'tf.nn.normalize_moments': entry('counts, mean_ss, variance_ss, shift, name=None', (c, a) => {
    const divisor = c.emit('reciprocal', [a.tensor('counts')]);
    const mean = multiply(c, a.tensor('mean_ss'), divisor);
    const shifted = a.value('shift').kind === 'none' ? mean : add(c, mean, a.tensor('shift'));
    return { kind: 'tuple', items: [shifted, subtract(c, multiply(c, a.tensor('variance_ss'), divisor), c.emit('square', [mean]))] };
  }),
  'tf.linalg.expm': entry('input, name=None', (c) => c.unknown('the matrix exponential is not followed yet')),
  'tf.unravel_index': entry('indices, dims, name=None', (c, a) => {
    const flat = a.tensor('indices');
    const dims = axesOf(c, a.value('dims'), 'dims') ?? [];
    const parts = dims.map((dim, i) => {
      const stride = dims.slice(i + 1).reduce((p, n) => p * n, 1);
      return c.emit('mod', [c.emit('floorDivide', [flat, like(c, stride, flat)]), like(c, dim, flat)]);
    });
    return c.emit('stack', parts, { axis: 0 });
  }),
  'tf.dtypes.as_dtype tf.as_dtype': entry('type_value', (_c, a) => ({ kind: 'dtype', dtype: a.dtype('type_value') })),
  'tf.random.set_global_generator': entry('*args', () => ({ kind: 'none' })),
  'tf.TensorSpec': entry('shape, dtype=tf.float32, name=None', (_c, a) => ({
    kind: 'object',
    type: 'tf.TensorSpec',
    attributes: new Map<string, Value>([
      ['shape', { kind: 'shape', dims: a.shape('shape') }],
      ['dtype', { kind: 'dtype', dtype: a.dtype('dtype') }],
    ]),
    methods: new Map(),
  })),
  'tf.TensorShape': entry('dims', (_c, a) => ({ kind: 'shape', dims: a.shape('dims') })),
  'tf.quantization.fake_quant_with_min_max_args': entry('inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None', (c, a) =>
    fakeQuant(c, a.tensor('inputs'), a.number('min'), a.number('max'), a.int('num_bits'), a.bool('narrow_range')),
  ),
};

/** The first elements of each row backwards, the rest as they are. */
function reverseSequence(c: CallContext, x: TensorValue, given: TensorValue, seqAxis: number, batchAxis: number): TensorValue {
  const [along, batch] = [axisOf(c, x, seqAxis), axisOf(c, x, batchAxis)];
  const size = dimAt(x, along);
  const column = (values: TensorValue, axis: number) =>
    reshape(
      c,
      values,
      x.type.shape.map((_, i) => (i === axis ? dimAt(values, 0) : 1)),
    );
  const positions = column(c.wrap(c.build.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' })), along);
  const lengths = column(cast(c, given, 'int32'), batch);
  const reversed = subtract(c, subtract(c, lengths, positions), 1);
  const indices = select(c, c.emit('less', [positions, lengths]), reversed, positions);
  return c.emit('takeAlongAxis', [x, c.emit('broadcastTo', [indices], { shape: x.type.shape })], { axis: along });
}

/** Rounds to the levels of a quantized range; the gradient passes inside the range. */
function fakeQuant(c: CallContext, x: TensorValue, min: number, max: number, bits: number, narrow: boolean): TensorValue {
  const [low, high] = [narrow ? 1 : 0, 2 ** bits - 1];
  const scale = (max - min) / (high - low);
  const zero = Math.min(high, Math.max(low, Math.round(low - min / scale)));
  const [from, to] = [(low - zero) * scale, (high - zero) * scale];
  const clamped = minimum(c, maximum(c, x, from), to);
  const levels = c.emit('floor', [add(c, divide(c, subtract(c, clamped, from), scale), 0.5)]);
  const rounded = add(c, multiply(c, levels, scale), from);
  return add(c, clamped, c.emit('stopGradient', [subtract(c, rounded, clamped)]));
}

/** A sparse tensor is kept as its dense form. */
function sparse(dense: TensorValue): ObjectValue {
  return {
    kind: 'object',
    type: 'tf.SparseTensor',
    attributes: new Map<string, Value>([
      ['value', dense],
      ['shape', { kind: 'shape', dims: dense.type.shape }],
      ['dtype', { kind: 'dtype', dtype: dense.type.dtype }],
    ]),
    methods: new Map(),
  };
}

function denseOf(c: CallContext, value: Value): TensorValue {
  if (isTensor(value)) return value;
  const dense = value.kind === 'object' ? value.attributes.get('value') : undefined;
  return dense !== undefined && isTensor(dense) ? dense : c.unknown('a sparse tensor that is not known');
}

function scattered(
  c: CallContext,
  indices: TensorValue,
  values: TensorValue,
  shape: TensorValue['type']['shape'],
  otherwise: number,
): TensorValue {
  const spread = rankOf(values) === 0 ? c.emit('broadcastTo', [values], { shape: [dimAt(indices, 0)] }) : values;
  const base = c.wrap(c.build.fill(otherwise, shape, values.type.dtype));
  const places = rankOf(indices) === 1 ? expandDims(c, indices, 1) : indices;
  return c.emit('tensorScatter', [base, places, spread], { kind: 'update' });
}

export const SPARSE: ApiTable = {
  'tf.SparseTensor tf.sparse.SparseTensor': entry('indices, values, dense_shape', (c, a) =>
    sparse(scattered(c, cast(c, a.tensor('indices'), 'int64'), a.tensor('values'), a.shape('dense_shape'), 0)),
  ),
  'tf.sparse.from_dense': entry('tensor, name=None', (c, a) => {
    const x = a.tensor('tensor');
    // Zeros are not stored: no gradient reaches them.
    return sparse(select(c, c.emit('notEqual', [x, like(c, 0, x)]), x, like(c, 0, x)));
  }),
  'tf.sparse.to_dense tf1.sparse_tensor_to_dense': entry('sp_input, default_value=None, validate_indices=True, name=None', (c, a) => {
    const dense = denseOf(c, a.value('sp_input'));
    if (a.value('default_value').kind === 'none') return dense;
    return select(c, c.emit('notEqual', [dense, like(c, 0, dense)]), dense, like(c, a.number('default_value'), dense));
  }),
  'tf.sparse.reduce_sum': entry('sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None', (c, a) =>
    reduce(c, 'sum', denseOf(c, a.value('sp_input')), a.axes('axis'), a.bool('keepdims')),
  ),
  'tf1.sparse_reduce_sum': entry('sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None', (c, a) =>
    reduce(
      c,
      'sum',
      denseOf(c, a.value('sp_input')),
      a.axes('axis') ?? a.axes('reduction_axes'),
      a.bool('keepdims') || a.bool('keep_dims'),
    ),
  ),
  'tf.sparse.reshape tf1.sparse_reshape': entry('sp_input, shape, name=None', (c, a) =>
    sparse(reshape(c, denseOf(c, a.value('sp_input')), a.shape('shape'))),
  ),
  'tf.sparse.sparse_dense_matmul tf1.sparse_tensor_dense_matmul': entry('sp_a, b, adjoint_a=False, adjoint_b=False, name=None', (c, a) =>
    c.emit('matmul', [denseOf(c, a.value('sp_a')), a.tensor('b')], { transposeA: a.bool('adjoint_a'), transposeB: a.bool('adjoint_b') }),
  ),
  'tf1.sparse_to_dense': entry('sparse_indices, output_shape, sparse_values, default_value=0, validate_indices=True, name=None', (c, a) =>
    scattered(
      c,
      cast(c, a.tensor('sparse_indices'), 'int64'),
      a.tensor('sparse_values'),
      a.shape('output_shape'),
      a.number('default_value'),
    ),
  ),
};
