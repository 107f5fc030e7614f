/** Owns TensorFlow's linear algebra. */
import { failure } from '../../graph/primitive';
import { type Dim, productOfDims, subtractDims } from '../../shape/dim';
import type { ApiEntry, CallContext } from '../../value/api';
import { type TensorValue, tuple, type Value } from '../../value/value';
import { axesOf, knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import {
  allAxes,
  concat,
  dimAt,
  expandDims,
  like,
  matching,
  multiply,
  pairInOrder,
  rankOf,
  reshape,
  select,
  sliceAxis,
  squeeze,
  subtract,
  sum,
  swapAxes,
  transpose,
} from '../tensors';
import { eye } from './create';
import { pad } from './shapes';

const whole = (op: string, parameter = 'input', attrs: Readonly<Record<string, unknown>> = {}): ApiEntry =>
  entry(`${parameter}, name=None`, (c, a) => c.emit(op, [a.tensor(parameter)], attrs));

export const LINALG: ApiTable = {
  'tf.linalg.matmul tf.matmul': entry(
    'a, b, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False, a_is_sparse=False, b_is_sparse=False, output_type=None, grad_a=False, grad_b=False, name=None',
    (c, a) => {
      const [x, y] = pairInOrder(c, knownValue(c, a.value('a')), knownValue(c, a.value('b')));
      return matmul(c, x, y, a.bool('transpose_a') || a.bool('adjoint_a'), a.bool('transpose_b') || a.bool('adjoint_b'));
    },
  ),
  'tf.linalg.matvec': entry('a, b, transpose_a=False, adjoint_a=False, a_is_sparse=False, b_is_sparse=False, name=None', (c, a) => {
    const [x, y] = pairInOrder(c, knownValue(c, a.value('a')), knownValue(c, a.value('b')));
    return squeeze(c, matmul(c, x, expandDims(c, y, rankOf(y)), a.bool('transpose_a') || a.bool('adjoint_a'), false), [-1]);
  }),
  'tf.tensordot tf.linalg.tensordot': entry('a, b, axes, name=None', (c, a) => {
    const [x, y] = pairInOrder(c, knownValue(c, a.value('a')), knownValue(c, a.value('b')));
    const [left, right] = contractionAxes(c, knownValue(c, a.value('axes')), rankOf(x));
    return tensordot(c, x, y, left, right);
  }),
  'tf.einsum tf.linalg.einsum': entry('equation, *inputs, **kwargs', (c, a) => {
    const inputs = a.rest.length === 1 && a.rest[0]?.kind === 'list' ? a.rest[0].items : a.rest;
    return c.emit(
      'einsum',
      matching(
        c,
        inputs.map((input) => knownValue(c, input)),
      ),
      { equation: a.string('equation').replaceAll(' ', '') },
    );
  }),
  'tf.linalg.diag': entry("diagonal, name='diag', k=0, num_rows=-1, num_cols=-1, padding_value=0, align='RIGHT_LEFT'", (c, a) =>
    diag(c, a.tensor('diagonal'), a.int('k')),
  ),
  'tf.linalg.diag_part': entry("input, name='diag_part', k=0, padding_value=0, align='RIGHT_LEFT'", (c, a) =>
    diagPart(c, a.tensor('input'), a.int('k')),
  ),
  'tf.linalg.set_diag': entry("input, diagonal, name='set_diag', k=0, align='RIGHT_LEFT'", (c, a) => {
    const x = a.tensor('input');
    const k = a.int('k');
    const mask = eye(c, dimAt(x, -2), dimAt(x, -1), k, 'bool');
    const full = diag(c, a.tensor('diagonal', x.type.dtype), k);
    return select(c, mask, resizeMatrix(c, full, dimAt(x, -2), dimAt(x, -1)), x);
  }),
  'tf.linalg.tensor_diag': entry('diagonal, name=None', (c, a) => {
    const x = a.tensor('diagonal');
    if (rankOf(x) === 1) return diag(c, x, 0);
    const size = productOfDims(x.type.shape);
    return reshape(c, diag(c, reshape(c, x, [size]), 0), [...x.type.shape, ...x.type.shape]);
  }),
  'tf.linalg.tensor_diag_part': entry('input, name=None', (c, a) => {
    const x = a.tensor('input');
    const half = x.type.shape.slice(0, rankOf(x) / 2);
    const size = productOfDims(half);
    return reshape(c, diagPart(c, reshape(c, x, [size, size]), 0), half);
  }),
  'tf.linalg.band_part': entry('input, num_lower, num_upper, name=None', (c, a) =>
    bandPart(c, a.tensor('input'), a.int('num_lower'), a.int('num_upper')),
  ),
  'tf.linalg.trace': entry('x, name=None', (c, a) => sum(c, diagPart(c, a.tensor('x'), 0), [-1])),
  'tf.linalg.det': whole('det'),
  'tf.linalg.logdet': entry('matrix, name=None', (c, a) => {
    const factor = c.emit('cholesky', [a.tensor('matrix')]);
    return multiply(c, sum(c, c.emit('log', [diagPart(c, factor, 0)]), [-1]), 2);
  }),
  'tf.linalg.slogdet': entry('input, name=None', (c, a) => {
    const x = a.tensor('input');
    return { kind: 'tuple', items: [c.emit('slogdetSign', [x]), c.emit('logAbsDet', [x])], fields: ['sign', 'log_abs_determinant'] };
  }),
  'tf.linalg.inv': entry('input, adjoint=False, name=None', (c, a) =>
    c.emit('inverse', [a.tensor('input')], { adjoint: a.bool('adjoint') }),
  ),
  'tf.linalg.pinv': entry('a, rcond=None, validate_args=False, name=None', (c, a) => pinv(c, a.tensor('a'))),
  'tf.linalg.cholesky': whole('cholesky'),
  'tf.linalg.cholesky_solve': entry('chol, rhs, name=None', (c, a) => {
    const factor = a.tensor('chol');
    const half = c.emit('triangularSolve', [factor, a.tensor('rhs')], { lower: true, adjoint: false });
    return c.emit('triangularSolve', [factor, half], { lower: true, adjoint: true });
  }),
  'tf.linalg.solve': entry('matrix, rhs, adjoint=False, name=None', (c, a) => {
    const matrix = a.tensor('matrix');
    return c.emit('solve', [a.bool('adjoint') ? swapAxes(c, matrix, -1, -2) : matrix, a.tensor('rhs')]);
  }),
  'tf.linalg.lstsq': entry('matrix, rhs, l2_regularizer=0.0, fast=True, name=None', (c, a) => {
    const matrix = a.tensor('matrix');
    const turned = swapAxes(c, matrix, -1, -2);
    const gram = c.emit('add', [
      matmul(c, turned, matrix),
      multiply(c, eye(c, dimAt(matrix, -1), dimAt(matrix, -1), 0, matrix.type.dtype), a.number('l2_regularizer')),
    ]);
    return c.emit('solve', [gram, matmul(c, turned, a.tensor('rhs'))]);
  }),
  'tf.linalg.triangular_solve': entry('matrix, rhs, lower=True, adjoint=False, name=None', (c, a) =>
    c.emit('triangularSolve', [a.tensor('matrix'), a.tensor('rhs')], { lower: a.bool('lower'), adjoint: a.bool('adjoint') }),
  ),
  'tf.linalg.svd': entry('tensor, full_matrices=False, compute_uv=True, name=None', (c, a) => {
    const x = a.tensor('tensor');
    const values = c.emit('svdValues', [x]);
    if (!a.bool('compute_uv')) return values;
    return tuple([
      values,
      ...[0, 1].map((): Value => ({ kind: 'unknown', reason: 'singular vectors are not computed yet', span: c.span })),
    ]);
  }),
  'tf.linalg.qr': entry('input, full_matrices=False, name=None', (c, a) => {
    const x = a.tensor('input');
    return { kind: 'tuple', items: [c.emit('qrQ', [x]), c.emit('qrR', [x])], fields: ['q', 'r'] };
  }),
  'tf.linalg.eigh': entry('tensor, name=None', (c, a) => {
    const x = a.tensor('tensor');
    return tuple([c.emit('eighValues', [x]), c.emit('eighVectors', [x])]);
  }),
  'tf.linalg.eigvalsh': whole('eighValues', 'tensor'),
  'tf.linalg.adjoint': entry('matrix, name=None', (c, a) => {
    const x = a.tensor('matrix');
    return swapAxes(c, x.type.dtype.startsWith('complex') ? c.emit('conj', [x]) : x, -1, -2);
  }),
  'tf.linalg.cross': entry('a, b, name=None', (c, a) => cross(c, a.tensor('a'), a.tensor('b'))),
};

export function matmul(c: CallContext, x: TensorValue, y: TensorValue, transposeA = false, transposeB = false): TensorValue {
  return c.emit('matmul', [x, y], { transposeA, transposeB });
}

/** `axes` of tensordot: a count, or the axes of both sides. */
export function contractionAxes(c: CallContext, axes: Value, rank: number): readonly [readonly number[], readonly number[]] {
  if (axes.kind === 'number') {
    const count = axes.value ?? c.unknown('the axes are not known');
    return [Array.from({ length: count }, (_, i) => rank - count + i), Array.from({ length: count }, (_, i) => i)];
  }
  const [left, right] = c.iterate(axes).map((item) => axesOf(c, knownValue(c, item), 'axes') ?? []);
  return [left ?? [], right ?? left ?? []];
}

export function tensordot(c: CallContext, x: TensorValue, y: TensorValue, left: readonly number[], right: readonly number[]): TensorValue {
  const lefts = left.map((axis) => (axis < 0 ? axis + rankOf(x) : axis));
  const rights = right.map((axis) => (axis < 0 ? axis + rankOf(y) : axis));
  if (lefts.length !== rights.length) return c.fail(failure('argument', 'value', 'axes must name as many axes of a as of b'));
  const freeLeft = allAxes(x).filter((axis) => !lefts.includes(axis));
  const freeRight = allAxes(y).filter((axis) => !rights.includes(axis));
  const rows = freeLeft.map((axis) => dimAt(x, axis));
  const columns = freeRight.map((axis) => dimAt(y, axis));
  const inner = productOfDims(lefts.map((axis) => dimAt(x, axis)));
  const innerRight = productOfDims(rights.map((axis) => dimAt(y, axis)));
  const a = reshape(c, permuted(c, x, [...freeLeft, ...lefts]), [productOfDims(rows), inner]);
  const b = reshape(c, permuted(c, y, [...rights, ...freeRight]), [innerRight, productOfDims(columns)]);
  return reshape(c, matmul(c, a, b), [...rows, ...columns]);
}

function permuted(c: CallContext, x: TensorValue, order: readonly number[]): TensorValue {
  return order.every((axis, i) => axis === i) ? x : transpose(c, x, order);
}

/** Matrices with the last axis on the diagonal k. */
export function diag(c: CallContext, x: TensorValue, k: number): TensorValue {
  if (rankOf(x) < 1) return c.fail(failure('rank', 'shape', 'a diagonal needs at least rank 1', { rank: 0 }), [x]);
  const size = dimAt(x, -1);
  const square = multiply(c, expandDims(c, x, rankOf(x)), eye(c, size, size, 0, x.type.dtype));
  // Multiplying would turn infinities into NaN: choose instead.
  const zero = like(c, 0, x);
  const exact = select(
    c,
    eye(c, size, size, 0, 'bool'),
    c.emit('broadcastTo', [expandDims(c, x, rankOf(x))], { shape: square.type.shape }),
    zero,
  );
  if (k === 0) return exact;
  const paddings = exact.type.shape.map((_, i): readonly [Dim, Dim] => {
    if (i === rankOf(exact) - 2) return k > 0 ? [0, k] : [-k, 0];
    if (i === rankOf(exact) - 1) return k > 0 ? [k, 0] : [0, -k];
    return [0, 0];
  });
  return pad(c, exact, paddings, 'constant', 0);
}

/** Cuts or pads the last two axes to the size. */
function resizeMatrix(c: CallContext, x: TensorValue, rows: Dim, columns: Dim): TensorValue {
  const grow = (from: Dim, to: Dim): Dim =>
    typeof from === 'number' && typeof to === 'number' ? Math.max(0, to - from) : subtractDims(to, from);
  const paddings = x.type.shape.map((dim, i): readonly [Dim, Dim] => {
    if (i === rankOf(x) - 2) return [0, grow(dim, rows)];
    return i === rankOf(x) - 1 ? [0, grow(dim, columns)] : [0, 0];
  });
  const grown = paddings.every(([, after]) => after === 0) ? x : pad(c, x, paddings, 'constant', 0);
  return sliceAxis(c, sliceAxis(c, grown, -2, 0, rows), -1, 0, columns);
}

export function diagPart(c: CallContext, x: TensorValue, k: number): TensorValue {
  if (rankOf(x) < 2) return c.fail(failure('rank', 'shape', 'a diagonal needs at least rank 2', { rank: rankOf(x) }), [x]);
  const [rows, columns] = [dimAt(x, -2), dimAt(x, -1)];
  const shifted = k > 0 ? sliceAxis(c, x, -1, k, subtractDims(columns, k)) : k < 0 ? sliceAxis(c, x, -2, -k, subtractDims(rows, -k)) : x;
  const [r, w] = [dimAt(shifted, -2), dimAt(shifted, -1)];
  const size = typeof r === 'number' && typeof w === 'number' ? Math.min(r, w) : r;
  const square = sliceAxis(c, sliceAxis(c, shifted, -2, 0, size), -1, 0, size);
  const mask = eye(c, size, size, 0, 'bool');
  return sum(c, select(c, mask, square, like(c, 0, square)), [-1]);
}

/** Keeps a band around the diagonal; negative counts keep all. */
export function bandPart(c: CallContext, x: TensorValue, lower: number, upper: number): TensorValue {
  if (rankOf(x) < 2) return c.fail(failure('rank', 'shape', `a band needs at least rank 2, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
  const line = (size: Dim) => c.wrap(c.build.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' }));
  const gap = subtract(c, expandDims(c, line(dimAt(x, -2)), 1), line(dimAt(x, -1)));
  const below = lower < 0 ? null : c.emit('lessEqual', [gap, like(c, lower, gap)]);
  const above = upper < 0 ? null : c.emit('greaterEqual', [gap, like(c, -upper, gap)]);
  const mask = below !== null && above !== null ? c.emit('logicalAnd', [below, above]) : (below ?? above);
  return mask === null ? x : select(c, mask, x, like(c, 0, x));
}

/** By the normal equations of the smaller side: for full rank. */
function pinv(c: CallContext, x: TensorValue): TensorValue {
  const [rows, columns] = [dimAt(x, -2), dimAt(x, -1)];
  if (typeof rows !== 'number' || typeof columns !== 'number') return c.unknown('the pseudo-inverse of a matrix whose sizes are symbolic');
  const turned = swapAxes(c, x, -1, -2);
  const inverse = (gram: TensorValue) => c.emit('inverse', [gram], { adjoint: false });
  return rows >= columns ? matmul(c, inverse(matmul(c, turned, x)), turned) : matmul(c, turned, inverse(matmul(c, x, turned)));
}

function cross(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  const part = (x: TensorValue, i: number) => sliceAxis(c, x, -1, i, 1);
  const term = (i: number, j: number) => subtract(c, multiply(c, part(a, i), part(b, j)), multiply(c, part(a, j), part(b, i)));
  return concat(c, [term(1, 2), term(2, 0), term(0, 1)], rankOf(a) - 1);
}
