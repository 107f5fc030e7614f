/** Owns dense linear algebra of single matrices in double precision, row-major: LU, Cholesky, triangular solves, Householder's QR. */

export type Matrix = Float64Array;

export function identity(n: number): Matrix {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

export function transposed(a: Matrix, rows: number, columns: number): Matrix {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j] ?? 0;
  return out;
}

export interface Factors {
  /** L below the diagonal (its own is 1), U on and above it. */
  readonly lu: Matrix;
  readonly order: Int32Array;
  /** Parity of the row exchanges. */
  readonly sign: number;
}

/** LU with partial pivoting. */
export function luFactors(a: Matrix, n: number): Factors {
  const lu = a.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(lu, n, k);
    if (pivot !== k) {
      swapRows(lu, n, k, pivot);
      [order[k], order[pivot]] = [order[pivot] ?? 0, order[k] ?? 0];
      sign = -sign;
    }
    eliminate(lu, n, k);
  }
  return { lu, order, sign };
}

function pivotRow(lu: Matrix, n: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k] ?? 0) > Math.abs(lu[best * n + k] ?? 0)) best = i;
  return best;
}

function swapRows(a: Matrix, n: number, i: number, j: number): void {
  const row = a.slice(i * n, (i + 1) * n);
  a.copyWithin(i * n, j * n, (j + 1) * n);
  a.set(row, j * n);
}

function eliminate(lu: Matrix, n: number, k: number): void {
  const pivot = lu[k * n + k] ?? 0;
  if (pivot === 0) return;
  for (let i = k + 1; i < n; i++) {
    const factor = (lu[i * n + k] ?? 0) / pivot;
    lu[i * n + k] = factor;
    for (let j = k + 1; j < n; j++) lu[i * n + j] = (lu[i * n + j] ?? 0) - factor * (lu[k * n + j] ?? 0);
  }
}

/** Sign of the determinant and the logarithm of its size. */
export function logDeterminant(a: Matrix, n: number): { readonly sign: number; readonly log: number } {
  const { lu, sign } = luFactors(a, n);
  let log = 0;
  let parity = sign;
  for (let i = 0; i < n; i++) {
    const u = lu[i * n + i] ?? 0;
    log += Math.log(Math.abs(u));
    parity *= Math.sign(u);
  }
  return { sign: parity, log };
}

export function determinant(a: Matrix, n: number): number {
  const { lu, sign } = luFactors(a, n);
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i] ?? 0;
  return product;
}

/** The solution of a x = b for b with `columns` columns, or undefined if a is singular. */
export function solved(a: Matrix, n: number, b: Matrix, columns: number): Matrix | undefined {
  const { lu, order } = luFactors(a, n);
  for (let i = 0; i < n; i++) if (lu[i * n + i] === 0) return undefined;
  const x = new Float64Array(n * columns);
  order.forEach((from, to) => {
    x.set(b.subarray(from * columns, (from + 1) * columns), to * columns);
  });
  substitute(lu, n, x, columns, { lower: true, unit: true });
  substitute(lu, n, x, columns, { lower: false, unit: false });
  return x;
}

/** Solves a triangular system in place. */
export function substitute(
  a: Matrix,
  n: number,
  x: Matrix,
  columns: number,
  { lower, unit }: { readonly lower: boolean; readonly unit: boolean },
): void {
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    for (let c = 0; c < columns; c++) {
      let value = x[i * columns + c] ?? 0;
      for (let j = lower ? 0 : i + 1; j < (lower ? i : n); j++) value -= (a[i * n + j] ?? 0) * (x[j * columns + c] ?? 0);
      x[i * columns + c] = unit ? value : value / (a[i * n + i] ?? 0);
    }
  }
}

/** The lower factor, read from the lower triangle; NaN where the matrix is not positive definite, as TensorFlow 2.21 gives it. */
export function cholesky(a: Matrix, n: number): Matrix {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] ?? 0) * (l[j * n + k] ?? 0);
      l[i * n + j] = i === j ? (sum > 0 ? Math.sqrt(sum) : Number.NaN) : sum / (l[j * n + j] ?? 0);
    }
  }
  return l;
}

/** Householder's QR with LAPACK's signs: Q is m × m, R m × n. */
export function qr(a: Matrix, m: number, n: number): { readonly q: Matrix; readonly r: Matrix } {
  const r = a.slice();
  const q = identity(m);
  for (let k = 0; k < Math.min(m, n); k++) {
    const v = reflector(r, m, n, k);
    if (v === undefined) continue;
    reflect(r, m, n, k, v);
    // q collects the transpose: the reflections applied to the identity from the left.
    reflect(q, m, m, k, v);
  }
  for (let i = 1; i < m; i++) for (let j = 0; j < Math.min(i, n); j++) r[i * n + j] = 0;
  return { q: transposed(q, m, m), r };
}

/** The unit vector whose reflection clears column k below the diagonal; undefined where it is clear. */
function reflector(r: Matrix, m: number, n: number, k: number): Float64Array | undefined {
  const v = new Float64Array(m);
  let tail = 0;
  for (let i = k; i < m; i++) {
    v[i] = r[i * n + k] ?? 0;
    if (i > k) tail += (v[i] ?? 0) ** 2;
  }
  if (tail === 0) return undefined;
  const head = v[k] ?? 0;
  v[k] = head + (head >= 0 ? 1 : -1) * Math.sqrt(head * head + tail);
  const norm = Math.hypot(...v.subarray(k));
  return v.map((x) => x / norm);
}

function reflect(a: Matrix, m: number, n: number, from: number, v: Float64Array): void {
  for (let j = 0; j < n; j++) {
    let dot = 0;
    for (let i = from; i < m; i++) dot += (v[i] ?? 0) * (a[i * n + j] ?? 0);
    for (let i = from; i < m; i++) a[i * n + j] = (a[i * n + j] ?? 0) - 2 * dot * (v[i] ?? 0);
  }
}
