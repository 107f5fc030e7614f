/**
 * Owns sizes of axes: integers, and polynomials with integer coefficients over symbols (B, C, the user's names) and quotients.
 * Plain data, in one canonical form, so that equal sizes print and compare alike.
 */

export type Dim = number | SymbolicDim;

export interface SymbolicDim {
  readonly kind: 'symbolic';
  readonly terms: readonly Term[];
  /** Canonical text, `B`, `B*3 + 1`; two dims are the same polynomial exactly if their texts are equal. */
  readonly text: string;
}

/** coefficient × product of the factors; no factors: the constant term. */
export interface Term {
  readonly coefficient: number;
  readonly factors: readonly Factor[];
}

export type Factor = SymbolFactor | QuotientFactor;

/** `batch`: any size, the last partial batch included. `size`: a named size of the data set. `fresh`: depends on data (a mask's count). */
export type SymbolRole = 'batch' | 'size' | 'fresh';

export interface SymbolFactor {
  readonly kind: 'symbol';
  readonly name: string;
  readonly role: SymbolRole;
}

/** floor(numerator / denominator) that does not simplify. */
export interface QuotientFactor {
  readonly kind: 'quotient';
  readonly numerator: Dim;
  readonly denominator: Dim;
}

/** `coincidental`: they agree for some sizes only (B and 10, H and W). `unknown`: depends on data. */
export type DimComparison = 'equal' | 'different' | 'coincidental' | 'unknown';

export function symbol(name: string, role: SymbolRole = 'size'): SymbolicDim {
  return { kind: 'symbolic', terms: [{ coefficient: 1, factors: [{ kind: 'symbol', name, role }] }], text: name };
}

export const BATCH: SymbolicDim = symbol('B', 'batch');

export function dimText(dim: Dim): string {
  return typeof dim === 'number' ? String(dim) : dim.text;
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return fromTerms([...termsOf(a), ...termsOf(b)]);
}

export function negateDim(a: Dim): Dim {
  return multiplyDims(-1, a);
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, negateDim(b));
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const products: Term[] = [];
  for (const x of termsOf(a)) {
    for (const y of termsOf(b)) {
      products.push({ coefficient: x.coefficient * y.coefficient, factors: [...x.factors, ...y.factors] });
    }
  }
  return fromTerms(products);
}

export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>(multiplyDims, 1);
}

/** floor(a / b) for positive b: exact where every term divides, else a quotient. */
export function floorDivideDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  const exact = divideExactly(a, b);
  if (exact !== undefined) return exact;
  return fromTerms([{ coefficient: 1, factors: [{ kind: 'quotient', numerator: a, denominator: b }] }]);
}

/** a / b if b divides a for all sizes, else undefined. */
export function divideExactly(a: Dim, b: Dim): Dim | undefined {
  if (compareDims(a, b) === 'equal') return 1;
  const divisors = termsOf(b);
  const divisor = divisors[0];
  if (divisors.length !== 1 || divisor === undefined || divisor.coefficient === 0) return undefined;
  const quotients: Term[] = [];
  for (const term of termsOf(a)) {
    const factors = [...term.factors];
    for (const factor of divisor.factors) {
      const where = factors.findIndex((f) => factorText(f) === factorText(factor));
      if (where < 0) return undefined;
      factors.splice(where, 1);
    }
    const coefficient = term.coefficient / divisor.coefficient;
    if (!Number.isInteger(coefficient)) return undefined;
    quotients.push({ coefficient, factors });
  }
  return fromTerms(quotients);
}

export function compareDims(a: Dim, b: Dim): DimComparison {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 'equal' : 'different';
  const difference = subtractDims(a, b);
  if (typeof difference === 'number') return difference === 0 ? 'equal' : 'different';
  if (smallest(difference) > 0 || smallest(negateDim(difference)) > 0) return 'different';
  return hasRole(difference, 'fresh') ? 'unknown' : 'coincidental';
}

/** Whether any symbol of the dim has the role. */
export function hasRole(dim: Dim, role: SymbolRole): boolean {
  return typeof dim !== 'number' && dim.terms.some((term) => term.factors.some((factor) => factorHasRole(factor, role)));
}

export function isBatch(dim: Dim): boolean {
  return typeof dim !== 'number' && dim.text === BATCH.text;
}

/** The value at given sizes of the symbols; undefined where one is missing. */
export function evaluateDim(dim: Dim, sizes: ReadonlyMap<string, number>): number | undefined {
  if (typeof dim === 'number') return dim;
  let total = 0;
  for (const term of dim.terms) {
    let product = term.coefficient;
    for (const factor of term.factors) {
      const value = factor.kind === 'symbol' ? sizes.get(factor.name) : evaluateQuotient(factor, sizes);
      if (value === undefined) return undefined;
      product *= value;
    }
    total += product;
  }
  return total;
}

function evaluateQuotient(factor: QuotientFactor, sizes: ReadonlyMap<string, number>): number | undefined {
  const numerator = evaluateDim(factor.numerator, sizes);
  const denominator = evaluateDim(factor.denominator, sizes);
  return numerator === undefined || !denominator ? undefined : Math.floor(numerator / denominator);
}

function factorHasRole(factor: Factor, role: SymbolRole): boolean {
  return factor.kind === 'symbol' ? factor.role === role : hasRole(factor.numerator, role) || hasRole(factor.denominator, role);
}

/** A lower bound: every symbol is at least 1 (data-dependent ones at least 0), a quotient at least 0. */
function smallest(dim: Dim): number {
  let total = 0;
  for (const term of termsOf(dim)) {
    if (term.factors.length > 0 && term.coefficient < 0) return Number.NEGATIVE_INFINITY;
    const least = term.factors.every((f) => f.kind === 'symbol' && f.role !== 'fresh') ? 1 : 0;
    total += term.coefficient * least;
  }
  return total;
}

function termsOf(dim: Dim): readonly Term[] {
  if (typeof dim !== 'number') return dim.terms;
  return dim === 0 ? [] : [{ coefficient: dim, factors: [] }];
}

function fromTerms(terms: readonly Term[]): Dim {
  const sums = new Map<string, Term>();
  for (const term of terms) {
    const factors = [...term.factors].sort((x, y) => (factorText(x) < factorText(y) ? -1 : 1));
    const key = factors.map(factorText).join('*');
    const coefficient = (sums.get(key)?.coefficient ?? 0) + term.coefficient;
    sums.set(key, { coefficient, factors });
  }
  const kept = [...sums].filter(([, term]) => term.coefficient !== 0).sort(([x], [y]) => (x === '' ? 1 : y === '' ? -1 : x < y ? -1 : 1));
  const [first] = kept;
  if (first === undefined) return 0;
  if (kept.length === 1 && first[0] === '') return first[1].coefficient;
  const text = kept.map(([key, term], i) => termText(key, term.coefficient, i === 0)).join('');
  return { kind: 'symbolic', terms: kept.map(([, term]) => term), text };
}

function termText(key: string, coefficient: number, first: boolean): string {
  const sign = first ? (coefficient < 0 ? '-' : '') : coefficient < 0 ? ' - ' : ' + ';
  const size = Math.abs(coefficient);
  if (key === '') return sign + size;
  return sign + (size === 1 ? key : `${size}*${key}`);
}

function factorText(factor: Factor): string {
  if (factor.kind === 'symbol') return factor.name;
  const side = (dim: Dim) => (typeof dim === 'number' || /^\w+$/.test(dim.text) ? dimText(dim) : `(${dim.text})`);
  return `(${side(factor.numerator)}//${side(factor.denominator)})`;
}
