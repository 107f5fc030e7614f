/** Owns the gamma family in double precision: lgamma, digamma, Hurwitz' zeta, polygamma, the incomplete gamma and beta functions. */

const LANCZOS: readonly number[] = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** log |Γ(x)|. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Number.POSITIVE_INFINITY;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  const base = x + 6.5;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

const DIGAMMA: readonly number[] = [-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12];

export function digamma(x: number): number {
  if (x <= 0 && Number.isInteger(x)) return Number.NaN;
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.floor(x)));
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += 1 / y;
  const inverse = 1 / (y * y);
  const tail = DIGAMMA.reduceRight((total, c) => (total + c) * inverse, 0);
  return Math.log(y) - 0.5 / y + tail - shift;
}

/** Denominators of the Euler-Maclaurin terms, (2k)! / B(2k). */
const ZETA: readonly number[] = [
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 7.47242496e10, -2950130727918.164, 116467828143500.67, -4597978722407473.0,
  1.8152105401943546e17, -7.166165256175667e18,
];

/** Hurwitz' zeta function, with the nine terms that Eigen's float32 version sums, for negative q too. */
export function zeta(x: number, q: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  if (!(x > 1) || Number.isNaN(q)) return Number.NaN;
  if (q === Number.POSITIVE_INFINITY) return 0;
  if (q <= 0) {
    if (Number.isInteger(q)) return x % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    if (!Number.isInteger(x)) return Number.NaN;
  }
  let a = q;
  let b = q ** -x;
  let sum = b;
  for (let i = 0; i < 9; i++) {
    a += 1;
    b = a ** -x;
    sum += b;
    if (Math.abs(b / sum) < Number.EPSILON) return sum;
  }
  return sum + (b * a) / (x - 1) - 0.5 * b + eulerMaclaurin(x, a, b);
}

function eulerMaclaurin(x: number, w: number, start: number): number {
  let b = start;
  let factor = 1;
  let k = 0;
  let sum = 0;
  for (const denominator of ZETA) {
    factor *= x + k;
    b /= w;
    sum += (factor * b) / denominator;
    factor *= x + k + 1;
    b /= w;
    k += 2;
  }
  return sum;
}

export function polygamma(order: number, x: number): number {
  if (order === 0) return digamma(x);
  if (order < 0 || !Number.isInteger(order)) return Number.NaN;
  const factorial = Math.exp(lgamma(order + 1));
  return (order % 2 === 0 ? -1 : 1) * factorial * zeta(order + 1, x);
}

/** P(a, x), the regularized lower incomplete gamma function. */
export function igamma(a: number, x: number): number {
  if (x === 0) return 0;
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Q(a, x) = 1 - P(a, x). */
export function igammac(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - lgamma(a));
}

/** Lentz' method for the continued fraction of Q. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return h * Math.exp(a * Math.log(x) - x - lgamma(a));
}

function nonZero(x: number): number {
  return Math.abs(x) < 1e-300 ? 1e-300 : x;
}

/** ∂P(a, x)/∂a: the series and its derivative term by term. */
export function igammaGradA(a: number, x: number): number {
  if (x === 0) return 0;
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return 0;
  let term = 1 / a;
  let slope = -1 / a;
  let sum = term;
  let sloped = term * slope;
  for (let n = 1; n < 100_000; n++) {
    term *= x / (a + n);
    slope -= 1 / (a + n);
    sum += term;
    sloped += term * slope;
    if (Math.abs(term * slope) < 1e-17 * Math.abs(sloped) && n > x - a) break;
  }
  // The sums overflow only where x is far above a, and there the derivative vanishes.
  if (!Number.isFinite(sloped)) return 0;
  const scale = Math.exp(a * Math.log(x) - x - lgamma(a));
  return scale * (sum * (Math.log(x) - digamma(a)) + sloped);
}

/** I(x; a, b), the regularized incomplete beta function. */
export function betainc(a: number, b: number, x: number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  const front = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let delta = 1;
    for (const numerator of [even, odd]) {
      d = 1 / nonZero(1 + numerator * d);
      c = nonZero(1 + numerator / c);
      delta = d * c;
      h *= delta;
    }
    if (Math.abs(delta - 1) < 1e-15) break;
  }
  return h;
}
