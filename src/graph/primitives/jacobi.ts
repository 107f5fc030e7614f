/** Owns Jacobi's methods in double precision: eigenvalues and vectors of symmetric matrices, singular values and vectors. */
import { identity, type Matrix, transposed } from './matrixFunctions';

/** Eigenvalues in ascending order and eigenvectors as columns, of the symmetric matrix in the lower triangle (Jacobi's rotations). */
export function eigh(a: Matrix, n: number): { readonly values: Float64Array; readonly vectors: Matrix } {
  const s = a.slice();
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s[i * n + j] = s[j * n + i] ?? 0;
  const v = identity(n);
  for (let sweep = 0; sweep < 60 && offDiagonal(s, n) > 0; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(s, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (s[i * n + i] ?? 0) - (s[j * n + j] ?? 0));
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors[i * n + to] = v[i * n + from] ?? 0;
  });
  return { values: Float64Array.from(order, (i) => s[i * n + i] ?? 0), vectors };
}

function offDiagonal(s: Matrix, n: number): number {
  let sum = 0;
  let all = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const square = (s[i * n + j] ?? 0) ** 2;
      all += square;
      if (i !== j) sum += square;
    }
  }
  return sum > 1e-30 * all ? sum : 0;
}

function rotate(s: Matrix, v: Matrix, n: number, p: number, q: number): void {
  const off = s[p * n + q] ?? 0;
  if (off === 0) return;
  const theta = ((s[q * n + q] ?? 0) - (s[p * n + p] ?? 0)) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  mix(s, n, p, q, c, t * c, 'columns');
  mix(s, n, p, q, c, t * c, 'rows');
  mix(v, n, p, q, c, t * c, 'columns');
}

function mix(a: Matrix, n: number, p: number, q: number, c: number, s: number, which: 'rows' | 'columns'): void {
  for (let k = 0; k < n; k++) {
    const [i, j] = which === 'columns' ? [k * n + p, k * n + q] : [p * n + k, q * n + k];
    const [x, y] = [a[i] ?? 0, a[j] ?? 0];
    a[i] = c * x - s * y;
    a[j] = s * x + c * y;
  }
}

export interface Svd {
  /** min(m, n) singular values, descending. */
  readonly s: Float64Array;
  /** m × k. */
  readonly u: Matrix;
  /** n × k, columns as TensorFlow gives v. */
  readonly v: Matrix;
}

/** One-sided Jacobi on the columns of the tall orientation. */
export function svd(a: Matrix, m: number, n: number): Svd {
  if (m < n) {
    const { s, u, v } = svd(transposed(a, m, n), n, m);
    return { s, u: v, v: u };
  }
  const w = a.slice();
  const v = identity(n);
  for (let sweep = 0, rotated = true; sweep < 60 && rotated; sweep++) {
    rotated = false;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotated = orthogonalize(w, v, m, n, p, q) || rotated;
  }
  return sortedColumns(w, v, m, n);
}

function orthogonalize(w: Matrix, v: Matrix, m: number, n: number, p: number, q: number): boolean {
  let [alpha, beta, gamma] = [0, 0, 0];
  for (let i = 0; i < m; i++) {
    const [x, y] = [w[i * n + p] ?? 0, w[i * n + q] ?? 0];
    alpha += x * x;
    beta += y * y;
    gamma += x * y;
  }
  if (!(Math.abs(gamma) > 1e-14 * Math.sqrt(alpha * beta))) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  for (const [matrix, rows] of [
    [w, m],
    [v, n],
  ] as const) {
    for (let i = 0; i < rows; i++) {
      const [x, y] = [matrix[i * n + p] ?? 0, matrix[i * n + q] ?? 0];
      matrix[i * n + p] = c * x - c * t * y;
      matrix[i * n + q] = c * t * x + c * y;
    }
  }
  return true;
}

/** Norms of the columns are the singular values; columns of norm 0 are completed to an orthonormal set. */
function sortedColumns(w: Matrix, v: Matrix, m: number, n: number): Svd {
  const norms = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += (w[i * n + j] ?? 0) ** 2;
    return Math.sqrt(sum);
  });
  const order = Array.from({ length: n }, (_, j) => j).sort((i, j) => (norms[j] ?? 0) - (norms[i] ?? 0));
  const [u, right] = [new Float64Array(m * n), new Float64Array(n * n)];
  order.forEach((from, to) => {
    const norm = norms[from] ?? 0;
    for (let i = 0; i < m; i++) u[i * n + to] = norm > 0 ? (w[i * n + from] ?? 0) / norm : 0;
    for (let i = 0; i < n; i++) right[i * n + to] = v[i * n + from] ?? 0;
  });
  completeColumns(u, m, n);
  return { s: Float64Array.from(order, (j) => norms[j] ?? 0), u, v: right };
}

/** Replaces zero columns by unit vectors orthogonal to the others (Gram and Schmidt). */
export function completeColumns(u: Matrix, m: number, n: number): void {
  for (let j = 0; j < n; j++) {
    if (columnNorm(u, m, n, j) > 0.5) continue;
    for (let axis = 0; axis < m; axis++) {
      for (let i = 0; i < m; i++) u[i * n + j] = i === axis ? 1 : 0;
      for (let twice = 0; twice < 2; twice++) for (let k = 0; k < n; k++) if (k !== j) removeComponent(u, m, n, j, k);
      const norm = columnNorm(u, m, n, j);
      if (norm < 1e-8) continue;
      for (let i = 0; i < m; i++) u[i * n + j] = (u[i * n + j] ?? 0) / norm;
      break;
    }
  }
}

function columnNorm(u: Matrix, m: number, n: number, j: number): number {
  let sum = 0;
  for (let i = 0; i < m; i++) sum += (u[i * n + j] ?? 0) ** 2;
  return Math.sqrt(sum);
}

function removeComponent(u: Matrix, m: number, n: number, j: number, k: number): void {
  let dot = 0;
  for (let i = 0; i < m; i++) dot += (u[i * n + j] ?? 0) * (u[i * n + k] ?? 0);
  for (let i = 0; i < m; i++) u[i * n + j] = (u[i * n + j] ?? 0) - dot * (u[i * n + k] ?? 0);
}
