/** Owns the discrete Fourier transform in double precision: powers of two by halves, other lengths by Bluestein's convolution. */

/** A complex sequence, interleaved. Unscaled; `inverse` conjugates the roots of unity. */
export function transform(data: Float64Array, inverse: boolean): Float64Array {
  const n = data.length / 2;
  if (n <= 1) return data.slice();
  return (n & (n - 1)) === 0 ? byHalves(data, inverse) : bluestein(data, inverse);
}

function byHalves(data: Float64Array, inverse: boolean): Float64Array {
  const n = data.length / 2;
  const out = bitReversed(data, n);
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const angle = ((inverse ? 2 : -2) * Math.PI * k) / size;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let start = k; start < n; start += size) butterfly(out, 2 * start, 2 * (start + size / 2), cos, sin);
    }
  }
  return out;
}

function butterfly(out: Float64Array, a: number, b: number, cos: number, sin: number): void {
  const [re, im] = [out[b] ?? 0, out[b + 1] ?? 0];
  const [x, y] = [re * cos - im * sin, re * sin + im * cos];
  const [u, v] = [out[a] ?? 0, out[a + 1] ?? 0];
  out[a] = u + x;
  out[a + 1] = v + y;
  out[b] = u - x;
  out[b + 1] = v - y;
}

function bitReversed(data: Float64Array, n: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0, j = 0; i < n; i++) {
    out[2 * j] = data[2 * i] ?? 0;
    out[2 * j + 1] = data[2 * i + 1] ?? 0;
    let bit = n >> 1;
    for (; bit > 0 && j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
  }
  return out;
}

/** x_k w^(k²/2) convolved with the chirp w^(-k²/2), on a power of two. */
function bluestein(data: Float64Array, inverse: boolean): Float64Array {
  const n = data.length / 2;
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const chirp = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    const angle = ((inverse ? 1 : -1) * Math.PI * ((k * k) % (2 * n))) / n;
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = Math.sin(angle);
  }
  const a = new Float64Array(2 * size);
  const b = new Float64Array(2 * size);
  for (let k = 0; k < n; k++) {
    put(a, k, data, k, chirp, k, 1);
    for (const at of k === 0 ? [0] : [k, size - k]) {
      b[2 * at] = chirp[2 * k] ?? 0;
      b[2 * at + 1] = -(chirp[2 * k + 1] ?? 0);
    }
  }
  const [fa, fb] = [byHalves(a, false), byHalves(b, false)];
  for (let k = 0; k < size; k++) put(fa, k, fa, k, fb, k, 1 / size);
  const convolved = byHalves(fa, true);
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) put(out, k, convolved, k, chirp, k, 1);
  return out;
}

/** out[i] = x[j] × y[k] × scale. */
function put(out: Float64Array, i: number, x: Float64Array, j: number, y: Float64Array, k: number, scale: number): void {
  const [a, b, c, d] = [x[2 * j] ?? 0, x[2 * j + 1] ?? 0, y[2 * k] ?? 0, y[2 * k + 1] ?? 0];
  out[2 * i] = (a * c - b * d) * scale;
  out[2 * i + 1] = (a * d + b * c) * scale;
}
