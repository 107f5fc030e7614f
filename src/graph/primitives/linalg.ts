/** Owns linear algebra on stacks of matrices: cholesky, inverse, solves, determinants. Gradients as in TensorFlow's linalg_grad.py. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { broadcastShapes } from '../../shape/broadcast';
import type { Shape, TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import type { Failure, KernelContext, Primitive } from '../primitive';
import { booleanAttr, sizes } from './attrs';
import { checkRankAtLeast, checkShapes, checkSizes, typeAt } from './checks';
import { elementsOf, type Kernel, resultOf, tensorAt } from './host';
import { offsets, product } from './hostKernels';
import { broadcastOrFail, checkDtype, checkSameDtype, FLOATS, isShape } from './inferring';
import { cholesky, determinant, identity, logDeterminant, type Matrix, solved, substitute, transposed } from './matrixFunctions';
import { adjoint, lowerTriangle, matrixEye, scaleMatrices, upperTriangle } from './matrixNodes';
import { sumToShape } from './sumToShape';

export function checkMatrix(type: TensorType, what: string): Failure | undefined {
  return checkDtype(what, type.dtype, FLOATS) ?? checkRankAtLeast(type, 2, `the matrix of ${what}`);
}

export function checkSquare(type: TensorType, what: string): Failure | undefined {
  return checkMatrix(type, what) ?? checkSizes(type.shape.at(-2) ?? 0, type.shape.at(-1) ?? 0, `${what} needs square matrices`);
}

/** Computes each matrix of the stack by itself. */
export function eachMatrix(f: (a: Matrix, rows: number, columns: number, context: KernelContext) => ArrayLike<number>): Kernel {
  return (inputs, context) => {
    const [rows = 0, columns = 0] = tensorAt(inputs, 0).shape.slice(-2);
    const data = Float64Array.from(elementsOf(inputs, 0));
    const out = new Float64Array(product(sizes(context.outputType.shape)));
    const count = product(tensorAt(inputs, 0).shape.slice(0, -2));
    const width = count > 0 ? out.length / count : 0;
    for (let i = 0; i < count; i++) {
      if (width > 0) out.set(f(data.slice(i * rows * columns, (i + 1) * rows * columns), rows, columns, context), i * width);
    }
    return resultOf(context, out);
  };
}

/** A square matrix in, a matrix of the same shape or a scalar out. */
function square(name: string, kernel: Kernel, gradient: Primitive['gradient'], scalar = false): Primitive {
  return {
    name,
    infer: (types) => {
      const a = typeAt(types, 0);
      return checkSquare(a, name) ?? (scalar ? { shape: a.shape.slice(0, -2), dtype: a.dtype } : a);
    },
    ...(gradient && { gradient }),
    kernel,
  };
}

const CHOLESKY = square('cholesky', eachMatrix(cholesky), ({ build: b, output: l, dy }) => {
  const inverse = b.emit('triangularSolve', [l, b.broadcastTo(matrixEye(b, l), b.shape(l))], { lower: true });
  const eye = matrixEye(b, l);
  const half = b.subtract(lowerTriangle(b, l), b.multiply(eye, b.scalarLike(0.5, l)));
  const middle = b.multiply(b.matmul(l, dy, true), half);
  const full = b.matmul(b.matmul(inverse, middle, true), inverse);
  return [b.multiply(b.add(full, adjoint(b, full)), b.scalarLike(0.5, l))];
});

const INVERSE = square(
  'inverse',
  eachMatrix((a, n, _, { attrs }) => {
    const inverse = solved(booleanAttr(attrs, 'adjoint') ? transposed(a, n, n) : a, n, identity(n), n);
    if (!inverse) throw new KernelError('value', 'Input is not invertible.');
    return inverse;
  }),
  ({ build: b, output, dy, attrs }) => {
    const flipped = booleanAttr(attrs, 'adjoint');
    return [b.negate(b.matmul(output, b.matmul(dy, output, flipped, !flipped), !flipped))];
  },
);

const DET = square(
  'det',
  eachMatrix((a, n) => [determinant(a, n)]),
  ({ build: b, inputs: [a = 0], output, dy }) => [scaleMatrices(b, b.multiply(dy, output), b.emit('inverse', [a], { adjoint: true }))],
  true,
);

const LOG_ABS_DET = square(
  'logAbsDet',
  eachMatrix((a, n) => [logDeterminant(a, n).log]),
  ({ build: b, inputs: [a = 0], dy }) => [scaleMatrices(b, dy, b.emit('inverse', [a], { adjoint: true }))],
  true,
);

/** TensorFlow has sign and logarithm in one op: the sign's gradient is zero, not None. */
const SLOGDET_SIGN = square(
  'slogdetSign',
  eachMatrix((a, n) => [logDeterminant(a, n).sign]),
  ({ build: b, inputs: [a = 0] }) => [b.zerosLike(a)],
  true,
);

const solve: Primitive = {
  name: 'solve',
  infer: (types) => {
    const [a, b] = [typeAt(types, 0), typeAt(types, 1)];
    const wrong = checkSameDtype(types) ?? checkSquare(a, 'solve') ?? checkMatrix(b, 'solve');
    return wrong ?? checkShapes(a.shape.slice(0, -1), b.shape.slice(0, -1), 'solve: the shapes of matrices and right-hand sides') ?? b;
  },
  gradient: ({ build, inputs: [a = 0], output, dy, attrs }) => {
    const flipped = booleanAttr(attrs, 'adjoint');
    const ofB = build.emit('solve', [a, dy], { adjoint: !flipped });
    return [solveGradient(build, flipped, output, ofB), ofB];
  },
  kernel: (inputs, context) =>
    pairwise(inputs, context, (a, n, b, columns) => {
      const x = solved(booleanAttr(context.attrs, 'adjoint') ? transposed(a, n, n) : a, n, b, columns);
      if (!x) throw new KernelError('value', 'Input matrix is not invertible.');
      return x;
    }),
};

type Builder = Parameters<NonNullable<Primitive['gradient']>>[0]['build'];

function solveGradient(build: Builder, flipped: boolean, x: number, ofB: number): number {
  return build.negate(flipped ? build.matmul(x, ofB, false, true) : build.matmul(ofB, x, false, true));
}

/** Stacks broadcast: the stack's shape, or the failure. */
function stackShape(a: Shape, b: Shape): Shape | Failure {
  return broadcastOrFail(a.slice(0, -2), b.slice(0, -2));
}

const triangularSolve: Primitive = {
  name: 'triangularSolve',
  infer: (types) => {
    const [a, b] = [typeAt(types, 0), typeAt(types, 1)];
    const wrong = checkSameDtype(types) ?? checkSquare(a, 'triangular_solve') ?? checkMatrix(b, 'triangular_solve');
    if (wrong) return wrong;
    const rows = checkSizes(a.shape.at(-1) ?? 0, b.shape.at(-2) ?? 0, 'triangular_solve: the rows of matrix and right-hand side');
    const stack = rows ?? stackShape(a.shape, b.shape);
    return isShape(stack) ? { shape: [...stack, ...b.shape.slice(-2)], dtype: b.dtype } : stack;
  },
  gradient: ({ build, inputs: [a = 0, b = 0], output, dy, attrs }) => {
    const flipped = booleanAttr(attrs, 'adjoint');
    const lower = attrs.lower !== false;
    const ofB = build.emit('triangularSolve', [a, dy], { lower, adjoint: !flipped });
    const full = solveGradient(build, flipped, output, ofB);
    const ofA = build.multiply(full, lower ? lowerTriangle(build, full) : upperTriangle(build, full));
    return [sumToShape(build, ofA, build.shape(a)), sumToShape(build, ofB, build.shape(b))];
  },
  kernel: (inputs, context) =>
    pairwise(inputs, context, (a, n, b, columns) => {
      const flipped = booleanAttr(context.attrs, 'adjoint');
      const lower = (context.attrs.lower !== false) !== flipped;
      const x = b.slice();
      substitute(flipped ? transposed(a, n, n) : a, n, x, columns, { lower, unit: false });
      return x;
    }),
};

/** Calls f for every pair of a matrix and a right-hand side; their stacks broadcast. */
function pairwise(
  inputs: readonly Tensor[],
  context: KernelContext,
  f: (a: Matrix, n: number, b: Matrix, columns: number) => Matrix,
): Tensor {
  const [a, b] = [tensorAt(inputs, 0), tensorAt(inputs, 1)];
  const [n = 0, columns = 0] = b.shape.slice(-2);
  const stack = sizes(broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)).shape);
  const [left, right] = [offsets(a.shape.slice(0, -2), stack), offsets(b.shape.slice(0, -2), stack)];
  const [as, bs] = [Float64Array.from(elementsOf(inputs, 0)), Float64Array.from(elementsOf(inputs, 1))];
  const out = new Float64Array(left.length * n * columns);
  left.forEach((i, k) => {
    const j = right[k] ?? 0;
    const x = f(as.slice(i * n * n, (i + 1) * n * n), n, bs.slice(j * n * columns, (j + 1) * n * columns), columns);
    out.set(x, k * n * columns);
  });
  return resultOf(context, out);
}

export const LINALG: readonly Primitive[] = [CHOLESKY, INVERSE, DET, LOG_ABS_DET, SLOGDET_SIGN, solve, triangularSolve];
