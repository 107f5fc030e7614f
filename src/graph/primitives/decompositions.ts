/**
 * Owns eigh, svd and qr, each of their outputs as an op of its own. A gradient is linear in the outputs' gradients, so the parts of TensorFlow's
 * formulas add up. svdV has the right singular vectors as columns, as tf.linalg.svd returns them.
 */
import { compareDims, type Dim } from '../../shape/dim';
import type { Shape, TensorType } from '../../shape/shape';
import { type GraphBuilder, GraphFailure } from '../build';
import type { Attrs, NodeId } from '../graph';
import { failure, type GradientContext, type Inferred, type KernelContext, type Primitive, type RawAttr } from '../primitive';
import { booleanAttr } from './attrs';
import { typeAt } from './checks';
import { rawType } from './elementwise';
import type { Kernel } from './host';
import { completeColumns, eigh, svd } from './jacobi';
import { checkMatrix, checkSquare, eachMatrix } from './linalg';
import { type Matrix, qr, transposed } from './matrixFunctions';
import { adjoint, asColumn, asRow, columns, lowerTriangle, matrixEye, safeDifferences, safeReciprocal } from './matrixNodes';

interface NativeOp {
  readonly op: string;
  readonly outputs: number;
  readonly attrs: (attrs: Attrs) => Readonly<Record<string, RawAttr>>;
}

const EIGH: NativeOp = { op: 'SelfAdjointEigV2', outputs: 2, attrs: () => ({ compute_v: { type: 'bool', value: true } }) };

const SVD: NativeOp = {
  op: 'Svd',
  outputs: 3,
  attrs: (attrs) => ({
    compute_uv: { type: 'bool', value: true },
    full_matrices: { type: 'bool', value: booleanAttr(attrs, 'fullMatrices') },
  }),
};

/** TensorFlow's own op where it is there: eigenvectors and singular vectors then have its signs. */
function nativeOr({ op, outputs, attrs }: NativeOp, index: number, otherwise: Kernel): Kernel {
  return (inputs, context) => {
    if (!context.raw) return otherwise(inputs, context);
    return context.raw(op, inputs, { T: rawType(context.inputTypes[0]), ...attrs(context.attrs) }, { index, of: outputs });
  };
}

/** Keeps the lower triangle of a + aᵀ with its diagonal halved: the forward op reads only the lower triangle. */
function lowerHalf(b: GraphBuilder, a: NodeId): NodeId {
  const lower = b.subtract(lowerTriangle(b, a), b.multiply(matrixEye(b, a), b.scalarLike(0.5, a)));
  return b.multiply(b.add(a, adjoint(b, a)), lower);
}

/** v × middle × vᵀ. */
function between(b: GraphBuilder, v: NodeId, middle: NodeId): NodeId {
  return b.matmul(v, b.matmul(middle, v, false, true));
}

const eighValues: Primitive = {
  name: 'eighValues',
  infer: (types) => {
    const a = typeAt(types, 0);
    return checkSquare(a, 'eigh') ?? { shape: a.shape.slice(0, -1), dtype: a.dtype };
  },
  gradient: ({ build: b, inputs: [a = 0], dy }) => {
    const v = b.emit('eighVectors', [a]);
    // v × diag(dy) scales the columns of v.
    return [lowerHalf(b, b.matmul(b.multiply(v, asRow(b, dy)), v, false, true))];
  },
  kernel: nativeOr(
    EIGH,
    0,
    eachMatrix((a, n) => eigh(a, n).values),
  ),
};

const eighVectors: Primitive = {
  name: 'eighVectors',
  infer: (types) => checkSquare(typeAt(types, 0), 'eigh') ?? typeAt(types, 0),
  gradient: ({ build: b, inputs: [a = 0], output: v, dy }) => {
    const f = safeDifferences(b, b.emit('eighValues', [a]));
    return [lowerHalf(b, between(b, v, b.multiply(f, b.matmul(v, dy, true))))];
  },
  kernel: nativeOr(
    EIGH,
    1,
    eachMatrix((a, n) => eigh(a, n).vectors),
  ),
};

/** The smaller of rows and columns; of two symbols the columns, until they are known. */
function smaller(shape: Shape): Dim {
  const [m = 1, n = 1] = shape.slice(-2);
  return typeof m === 'number' && typeof n === 'number' ? Math.min(m, n) : compareDims(m, n) === 'equal' ? m : n;
}

type SvdPart = 's' | 'u' | 'v';

function svdShape(part: SvdPart, { shape }: TensorType, attrs: Attrs): Shape {
  const k = smaller(shape);
  if (part === 's') return [...shape.slice(0, -2), k];
  const rows = shape.at(part === 'u' ? -2 : -1) ?? 1;
  return [...shape.slice(0, -2), rows, booleanAttr(attrs, 'fullMatrices') ? rows : k];
}

function svdPart(name: string, part: SvdPart): Primitive {
  return {
    name,
    infer: (types, attrs): Inferred => {
      const a = typeAt(types, 0);
      return checkMatrix(a, 'svd') ?? { shape: svdShape(part, a, attrs), dtype: a.dtype };
    },
    gradient: (context) => [part === 's' ? singularValuesGradient(context) : singularVectorsGradient(context, part)],
    kernel: nativeOr(
      SVD,
      ['s', 'u', 'v'].indexOf(part),
      eachMatrix((a, m, n, context) => {
        const { s, u, v } = svd(a, m, n);
        if (part === 's') return s;
        return part === 'u' ? squared(u, m, s.length, context) : squared(v, n, s.length, context);
      }),
    ),
  };
}

/** The columns completed to a square orthogonal matrix where full matrices are asked for. */
function squared(u: Matrix, rows: number, k: number, { attrs }: KernelContext): Matrix {
  if (!booleanAttr(attrs, 'fullMatrices') || k === rows) return u;
  const full = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) full.set(u.subarray(i * k, (i + 1) * k), i * rows);
  completeColumns(full, rows, rows);
  return full;
}

/** TensorFlow's NotImplementedError of a gradient. */
function refused(a: NodeId, detail: string): GraphFailure {
  return new GraphFailure(failure('gradient-not-implemented', 'unsupported', detail), 'gradient', [a]);
}

function singularValuesGradient({ build: b, inputs: [a = 0], dy }: GradientContext): NodeId {
  const [u, v] = [b.emit('svdU', [a]), b.emit('svdV', [a])];
  return b.matmul(b.multiply(u, asRow(b, dy)), v, false, true);
}

/** _SvdGrad for the gradient of u or v alone; for tall matrices that of the transpose, transposed. */
function singularVectorsGradient({ build: b, inputs: [a = 0], dy, attrs }: GradientContext, part: 'u' | 'v'): NodeId {
  const [m, n] = b.shape(a).slice(-2);
  if (typeof m !== 'number' || typeof n !== 'number') throw refused(a, 'SVD gradient has not been implemented for unknown inner shape.');
  if (booleanAttr(attrs, 'fullMatrices') && m !== n) {
    throw refused(a, 'the gradient of svd with full_matrices of matrices that are not square');
  }
  const tall = m > n;
  const [u, v] = tall ? [b.emit('svdV', [a]), b.emit('svdU', [a])] : [b.emit('svdU', [a]), b.emit('svdV', [a])];
  const s = b.emit('svdValues', [a]);
  const f = safeDifferences(b, b.multiply(s, s));
  const ofU = (part === 'u') !== tall;
  const g = b.multiply(f, b.matmul(ofU ? u : v, dy, true));
  const symmetric = b.add(g, adjoint(b, g));
  const scaled = b.multiply(symmetric, ofU ? asRow(b, s) : asColumn(b, s));
  const inner = b.matmul(u, b.matmul(scaled, v, false, true));
  const full = ofU || m === n ? inner : b.add(inner, outsideTerm(b, u, v, s, dy));
  return tall ? adjoint(b, full) : full;
}

/** The part of v's gradient outside the space that its columns span. */
function outsideTerm(b: GraphBuilder, u: NodeId, v: NodeId, s: NodeId, dy: NodeId): NodeId {
  const rest = b.subtract(adjoint(b, dy), b.matmul(b.matmul(dy, v, true), v, false, true));
  return b.matmul(b.multiply(u, asRow(b, safeReciprocal(b, s))), rest);
}

function qrShape(part: 'q' | 'r', { shape }: TensorType, attrs: Attrs): Shape {
  const [m = 1, n = 1] = shape.slice(-2);
  const k = booleanAttr(attrs, 'fullMatrices') ? m : smaller(shape);
  return [...shape.slice(0, -2), ...(part === 'q' ? [m, k] : [k, n])];
}

function qrPart(name: string, part: 'q' | 'r'): Primitive {
  return {
    name,
    infer: (types, attrs): Inferred => {
      const a = typeAt(types, 0);
      return checkMatrix(a, 'qr') ?? { shape: qrShape(part, a, attrs), dtype: a.dtype };
    },
    gradient: (context) => [qrGradient(context, part)],
    kernel: eachMatrix((a, m, n, { attrs }) => {
      const { q, r } = qr(a, m, n);
      const k = booleanAttr(attrs, 'fullMatrices') ? m : Math.min(m, n);
      return part === 'r' ? r.subarray(0, k * n) : transposed(transposed(q, m, m).slice(0, k * m), k, m);
    }),
  };
}

function qrGradient({ build: b, inputs: [a = 0], dy, attrs }: GradientContext, part: 'q' | 'r'): NodeId {
  const [m, n] = b.shape(a).slice(-2);
  if (typeof m !== 'number' || typeof n !== 'number') throw refused(a, 'QrGrad not implemented with dynamic shapes.');
  if (m > n && booleanAttr(attrs, 'fullMatrices')) throw refused(a, 'QrGrad not implemented when nrows > ncols and full_matrices is true.');
  const [q, r] = [b.emit('qrQ', [a], attrs), b.emit('qrR', [a], attrs)];
  if (m >= n) return tallQr(b, q, r, part === 'q' ? dy : null, part === 'r' ? dy : null);
  const u = columns(b, r, 0, m);
  const dx = (dq: NodeId | null, du: NodeId | null): NodeId => tallQr(b, q, u, dq, du);
  if (part === 'q') return padColumns(b, dx(dy, null), n - m);
  const dv = columns(b, dy, m, n - m);
  const ofQ = b.matmul(columns(b, a, m, n - m), dv, false, true);
  return b.emit('concat', [dx(ofQ, columns(b, dy, 0, m)), b.matmul(q, dv)], { axis: -1 });
}

function padColumns(b: GraphBuilder, x: NodeId, count: number): NodeId {
  const zeros = b.fill(0, [...b.shape(x).slice(0, -1), count], b.dtype(x));
  return b.emit('concat', [x, zeros], { axis: -1 });
}

/** Of a matrix with at least as many rows as columns; what is null counts as zero. */
function tallQr(b: GraphBuilder, q: NodeId, r: NodeId, dq: NodeId | null, dr: NodeId | null): NodeId {
  const solve = (x: NodeId): NodeId => adjoint(b, b.emit('triangularSolve', [r, adjoint(b, x)], { lower: false, adjoint: false }));
  const skew = (x: NodeId): NodeId => b.subtract(x, adjoint(b, x));
  const qdq = dq === null ? null : b.matmul(q, dq, true);
  const parts = [...(qdq === null ? [] : [skew(qdq)]), ...(dr === null ? [] : [skew(b.matmul(r, dr, false, true))])];
  const sum = parts.reduce((x, y) => b.add(x, y));
  const tril = b.multiply(sum, lowerTriangle(b, sum));
  const inner = dr === null ? solve(tril) : b.add(dr, solve(tril));
  const first = b.matmul(q, inner);
  return dq === null || qdq === null ? first : b.add(first, solve(b.subtract(dq, b.matmul(q, qdq))));
}

export const DECOMPOSITIONS: readonly Primitive[] = [
  eighValues,
  eighVectors,
  svdPart('svdValues', 's'),
  svdPart('svdU', 'u'),
  svdPart('svdV', 'v'),
  qrPart('qrQ', 'q'),
  qrPart('qrR', 'r'),
];
