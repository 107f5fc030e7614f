/** Owns the error functions, their inverses and the scaled Bessel functions, in double precision. */

/** Chebyshev coefficients of erfc (Numerical Recipes, third edition, 6.2). */
const ERFC: readonly number[] = [
  -1.3026537197817094, 0.6419697923564902, 0.019476473204185836, -0.00956151478680863, -9.46595344482036e-4, 3.66839497852761e-4,
  4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6, 1.5626441722e-8, -8.5238095915e-8, 6.529054439e-9,
  5.059343495e-9, -9.91364156e-10, -2.27365122e-10, 9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13,
  3.81e-16, 7.106e-15, -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
];

function erfcOfPositive(z: number): number {
  const t = 2 / (2 + z);
  const y = 4 * t - 2;
  let d = 0;
  let previous = 0;
  for (let j = ERFC.length - 1; j > 0; j--) {
    const next = y * d - previous + (ERFC[j] ?? 0);
    previous = d;
    d = next;
  }
  return t * Math.exp(-z * z + 0.5 * ((ERFC[0] ?? 0) + y * d) - previous);
}

export function erfc(x: number): number {
  if (Math.abs(x) < 0.5) return 1 - erf(x);
  return x >= 0 ? erfcOfPositive(x) : 2 - erfcOfPositive(-x);
}

export function erf(x: number): number {
  if (Math.abs(x) >= 0.5) return x >= 0 ? 1 - erfcOfPositive(x) : erfcOfPositive(-x) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The inverse of erfc on (0, 2): a rational start, then Halley's method. */
function erfcinv(p: number): number {
  const small = p < 1 ? p : 2 - p;
  const t = Math.sqrt(-2 * Math.log(small / 2));
  let x = -Math.SQRT1_2 * ((2.30753 + t * 0.27061) / (1 + t * (0.99229 + t * 0.04481)) - t);
  for (let i = 0; i < 3; i++) {
    const error = erfc(x) - small;
    x += error / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) - x * error);
  }
  return p < 1 ? x : -x;
}

export function erfinv(y: number): number {
  if (!(Math.abs(y) <= 1)) return Number.NaN;
  if (Math.abs(y) === 1) return y * Number.POSITIVE_INFINITY;
  if (Math.abs(y) > 0.5) return y > 0 ? erfcinv(1 - y) : -erfcinv(1 + y);
  let x = (y * Math.sqrt(Math.PI)) / 2;
  for (let i = 0; i < 5; i++) {
    const error = erf(x) - y;
    x -= error / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) + x * error);
  }
  return x;
}

/** The quantile function of the normal distribution. */
export function ndtri(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Math.SQRT2 * (Math.abs(p - 0.5) < 0.25 ? erfinv(2 * p - 1) : -erfcinv(2 * p));
}

/** exp(-|x|) I_order(x) for order 0 and 1: the power series, or far out the asymptotic one. */
function besselScaled(order: 0 | 1, x: number): number {
  const y = Math.abs(x);
  if (y === Number.POSITIVE_INFINITY) return 0;
  return y <= 15 ? besselSeries(order, y) : besselAsymptotic(order, y);
}

function besselSeries(order: 0 | 1, y: number): number {
  const quarter = (y * y) / 4;
  let term = order === 0 ? 1 : y / 2;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum * Math.exp(-y);
}

function besselAsymptotic(order: 0 | 1, y: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    const next = (-term * (4 * order * order - (2 * k - 1) ** 2)) / (8 * y * k);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    sum += term;
  }
  return sum / Math.sqrt(2 * Math.PI * y);
}

export function besselI0e(x: number): number {
  return Number.isNaN(x) ? x : besselScaled(0, x);
}

export function besselI1e(x: number): number {
  return Number.isNaN(x) ? x : Math.sign(x) * besselScaled(1, x);
}
