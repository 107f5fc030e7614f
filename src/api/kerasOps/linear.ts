/** Owns keras.ops' linear algebra: products of vectors and matrices, einsum, decompositions, distances. */
import { failure } from '../../graph/primitive';
import { isInteger } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import { integer, list, type TensorValue, tuple, type Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, dimAt, expandDims, flatten, indexAxis, rankOf, reshape, squeeze } from '../tensors';
import { moveAxes } from './movement';
import { asFloat, delegate, delegateTensor, opsTable, passOn, promotedTensors, resultType } from './promote';

/** Products are computed as floats and cast back to the common type. */
function product(c: CallContext, values: readonly Value[], compute: (a: TensorValue, b: TensorValue) => Value): Value {
  const [x, y] = values.map((value) => c.tensor(value));
  if (!x || !y) return c.unknown('operands of a product');
  const result = resultType([x.type.dtype, y.type.dtype]);
  const [a, b] = promotedTensors(c, [x, y], 'python float');
  return a && b ? cast(c, c.tensor(compute(a, b)), result) : c.unknown('operands of a product');
}

function tensordot(c: CallContext, a: TensorValue, b: TensorValue, first: number, second: number): Value {
  return delegate(c, 'tf.tensordot', [a, b, list([list([integer(first)]), list([integer(second)])])]);
}

function matmul(c: CallContext, a: TensorValue, b: TensorValue): Value {
  if (rankOf(a) === 0 || rankOf(b) === 0) return c.fail(failure('rank', 'shape', 'matmul takes no scalars'), [a, b]);
  if (rankOf(b) === 1) return tensordot(c, a, b, -1, 0);
  if (rankOf(a) === 1) return tensordot(c, a, b, 0, -2);
  return c.emit('matmul', [a, b], { transposeA: false, transposeB: false });
}

function dot(c: CallContext, a: TensorValue, b: TensorValue): Value {
  if (rankOf(a) === 0 || rankOf(b) === 0) return c.emit('multiply', [a, b]);
  return tensordot(c, a, b, -1, rankOf(b) === 1 ? -1 : -2);
}

const PRODUCTS: ApiTable = {
  matmul: entry('x1, x2', (c, args) => product(c, [args.value('x1'), args.value('x2')], (a, b) => matmul(c, a, b))),
  dot: entry('x1, x2', (c, args) => product(c, [args.value('x1'), args.value('x2')], (a, b) => dot(c, a, b))),
  inner: entry('x1, x2', (c, args) =>
    product(c, [args.value('x1'), args.value('x2')], (a, b) =>
      rankOf(a) === 0 || rankOf(b) === 0 ? c.emit('multiply', [a, b]) : tensordot(c, a, b, -1, -1),
    ),
  ),
  vdot: entry('x1, x2', (c, args) => product(c, [args.value('x1'), args.value('x2')], (a, b) => dot(c, flatten(c, a), flatten(c, b)))),
  tensordot: entry('x1, x2, axes=2', (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
    return a && b ? delegate(c, 'tf.tensordot', [a, b, args.value('axes')]) : c.unknown('operands of tensordot');
  }),
  outer: entry('x1, x2', (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
    if (!a || !b) return c.unknown('operands of outer');
    return c.emit('multiply', [expandDims(c, flatten(c, a), 1), expandDims(c, flatten(c, b), 0)]);
  }),
  einsum: entry('subscripts, *operands, **kwargs', (c, args) => {
    const operands = promotedTensors(c, args.rest);
    const dtype = operands[0]?.type.dtype ?? 'float32';
    const floats = isInteger(dtype) ? operands.map((operand) => cast(c, operand, 'float32')) : operands;
    return cast(c, delegateTensor(c, 'tf.einsum', [args.value('subscripts'), ...floats]), dtype);
  }),
  kron: entry('x1, x2', (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
    if (!a || !b) return c.unknown('operands of kron');
    const rank = Math.max(rankOf(a), rankOf(b));
    const left = interleaved(c, a, rank, 'after');
    const right = interleaved(c, b, rank, 'before');
    const joined = c.emit('multiply', [left, right]);
    return delegate(c, 'tf.reshape', [joined, { kind: 'shape', dims: pairedSizes(joined) }]);
  }),
  cross: entry('x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None', (c, args) => {
    const [a, b] = promotedTensors(c, [args.value('x1'), args.value('x2')]);
    if (!a || !b) return c.unknown('operands of cross');
    const axis = args.optionalInt('axis');
    const [x, y] = [moveAxes(c, a, [axis ?? args.int('axisa')], [-1]), moveAxes(c, b, [axis ?? args.int('axisb')], [-1])];
    return cross(c, x, y, axis ?? args.int('axisc'));
  }),
  cdist: entry('x, y', (c, args) => {
    const m = new TensorMath(c);
    const [x, y] = [args.tensor('x'), args.tensor('y')];
    if (rankOf(x) < 2 || rankOf(y) < 2) return c.fail(failure('rank', 'shape', 'cdist takes at least two axes'), [x, y]);
    const difference = m.sub(expandDims(c, x, rankOf(x) - 1), expandDims(c, y, rankOf(y) - 2));
    return m.unary('sqrt', m.sum(m.square(difference), [-1]));
  }),
};

/** Axes of size 1 after (or before) each axis, so that the product of two such tensors is Kronecker's. */
function interleaved(c: CallContext, x: TensorValue, rank: number, side: 'before' | 'after'): TensorValue {
  const shape = [...Array.from({ length: rank - rankOf(x) }, () => 1), ...x.type.shape];
  return reshape(
    c,
    x,
    shape.flatMap((dim) => (side === 'after' ? [dim, 1] : [1, dim])),
  );
}

function pairedSizes(x: TensorValue): readonly number[] {
  const sizes: number[] = [];
  for (let i = 0; i < rankOf(x); i += 2) sizes.push(Number(dimAt(x, i)) * Number(dimAt(x, i + 1)));
  return sizes.map((size) => (Number.isNaN(size) ? -1 : size));
}

/** Vectors of two or three elements on the last axis; two give the third component only. */
function cross(c: CallContext, a: TensorValue, b: TensorValue, axis: number): TensorValue {
  const m = new TensorMath(c);
  const part = (x: TensorValue, i: number) => indexAxis(c, x, -1, i);
  const flat = (x: TensorValue) => dimAt(x, -1) === 2;
  const component = (i: number, j: number): TensorValue => {
    const first = flat(b) && j === 2 ? m.mul(part(a, i), 0) : flat(a) && i === 2 ? m.mul(part(b, j), 0) : m.mul(part(a, i), part(b, j));
    const second = flat(a) && j === 2 ? m.mul(part(b, i), 0) : flat(b) && i === 2 ? m.mul(part(a, j), 0) : m.mul(part(a, j), part(b, i));
    return m.sub(first, second);
  };
  if (flat(a) && flat(b)) return component(0, 1);
  const joined = c.emit('stack', [component(1, 2), component(2, 0), component(0, 1)], { axis: rankOf(a) - 1 });
  return moveAxes(c, joined, [-1], [axisOf(c, joined, axis)]);
}

const MATRICES: ApiTable = {
  det: passOn('x', 'tf.linalg.det', ['x']),
  inv: passOn('x', 'tf.linalg.inv', ['x']),
  pinv: passOn('x, rcond=None', 'tf.linalg.pinv', ['x'], { rcond: 'rcond' }),
  eigh: passOn('x', 'tf.linalg.eigh', ['x']),
  eig: passOn('x', 'tf.linalg.eig', ['x']),
  logdet: passOn('x', 'tf.linalg.logdet', ['x']),
  slogdet: passOn('x', 'tf.linalg.slogdet', ['x']),
  matrix_rank: passOn('x, tol=None', 'tf.linalg.matrix_rank', ['x', 'tol']),
  lu_factor: entry('x', (c, args) => c.unknown(`keras.ops.lu_factor of ${args.tensor('x').type.dtype} is not followed`)),
  cholesky: entry('x, upper=False', (c, args) => {
    const lower = delegateTensor(c, 'tf.linalg.cholesky', [args.tensor('x')]);
    return args.bool('upper') ? delegate(c, 'tf.linalg.adjoint', [lower]) : lower;
  }),
  cholesky_inverse: entry('x, upper=False', (c, args) => {
    const x = args.tensor('x');
    const upper = args.bool('upper');
    const identity = delegateTensor(c, 'tf.eye', [integer(dimAt(x, -1))], { dtype: { kind: 'dtype', dtype: x.type.dtype } });
    const inverse = c.emit('triangularSolve', [x, identity], { lower: !upper, adjoint: false });
    return c.emit('matmul', [inverse, inverse], { transposeA: !upper, transposeB: upper });
  }),
  qr: entry("x, mode='reduced'", (c, args) => {
    if (args.string('mode') !== 'reduced') c.unknown('complete QR is not followed');
    return delegate(c, 'tf.linalg.qr', [args.tensor('x')]);
  }),
  svd: entry('x, full_matrices=True, compute_uv=True', (c, args) => {
    const x = args.tensor('x');
    if (!args.bool('compute_uv')) return c.emit('svdValues', [x]);
    const [s, u, v] = c.iterate(delegate(c, 'tf.linalg.svd', [x, args.value('full_matrices')]));
    return s && u && v ? tuple([u, s, delegate(c, 'tf.linalg.adjoint', [v])]) : c.unknown('the parts of an svd');
  }),
  solve: entry('a, b', (c, args) => vectorwise(c, args.tensor('a'), args.tensor('b'), (a, b) => c.emit('solve', [a, b]))),
  solve_triangular: entry('a, b, lower=False', (c, args) =>
    vectorwise(c, args.tensor('a'), args.tensor('b'), (a, b) =>
      c.emit('triangularSolve', [a, b], { lower: args.bool('lower'), adjoint: false }),
    ),
  ),
  lstsq: entry('a, b, rcond=None', (c, args) =>
    vectorwise(c, args.tensor('a'), args.tensor('b'), (a, b) => delegateTensor(c, 'tf.linalg.lstsq', [a, b])),
  ),
  corrcoef: entry('x', (c, args) => {
    const m = new TensorMath(c);
    const x = asFloat(c, args.tensor('x'));
    const centered = rankOf(x) === 1 ? expandDims(c, x, 0) : x;
    const shifted = m.sub(centered, m.mean(centered, [-1], true));
    const covariance = m.div(
      c.emit('matmul', [shifted, shifted], { transposeA: false, transposeB: true }),
      m.sub(m.axisSize(centered, -1, x.type.dtype), 1),
    );
    const deviation = m.unary('sqrt', c.tensor(delegate(c, 'tf.linalg.diag_part', [covariance])));
    return m.div(m.div(covariance, expandDims(c, deviation, 1)), expandDims(c, deviation, 0));
  }),
};

/** b may be a vector where a is a matrix. */
function vectorwise(c: CallContext, a: TensorValue, b: TensorValue, solve: (a: TensorValue, b: TensorValue) => TensorValue): TensorValue {
  if (rankOf(b) !== rankOf(a) - 1) return solve(a, b);
  const solved = solve(a, expandDims(c, b, rankOf(b)));
  return squeeze(c, solved, [rankOf(solved) - 1]);
}

export const LINEAR_OPS: ApiTable = opsTable({ ...PRODUCTS, ...MATRICES });
