/** Owns what shape rules share: the checks of dtypes, axes and broadcasts, each with its failure. */
import { broadcastShapes } from '../../shape/broadcast';
import { compareDims, type Dim, dimText } from '../../shape/dim';
import { type DType, isComplex, isFloat, isInteger, isUnsigned } from '../../shape/dtype';
import type { Shape, TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { type Failure, failure } from '../primitive';

/** A set of element types with the words that messages use for it. */
export interface Allowed {
  readonly text: string;
  readonly has: (dtype: DType) => boolean;
}

export const FLOATS: Allowed = { text: 'floating-point types', has: isFloat };
export const FLOATS_COMPLEX: Allowed = { text: 'floating-point and complex types', has: (dtype) => isFloat(dtype) || isComplex(dtype) };
export const REALS: Allowed = { text: 'integer and floating-point types', has: (dtype) => isFloat(dtype) || isInteger(dtype) };
export const NUMBERS: Allowed = {
  text: 'numeric types',
  has: (dtype) => isFloat(dtype) || isInteger(dtype) || isComplex(dtype),
};
export const SIGNED: Allowed = { text: 'signed numeric types', has: (dtype) => NUMBERS.has(dtype) && !isUnsigned(dtype) };
export const INTEGERS: Allowed = { text: 'integer types', has: isInteger };
export const INDICES: Allowed = { text: 'integer types', has: (dtype) => isInteger(dtype) };
export const COMPLEX: Allowed = { text: 'complex types', has: isComplex };
export const BOOLEANS: Allowed = { text: 'bool', has: (dtype) => dtype === 'bool' };
export const ANY_TYPE: Allowed = { text: 'any type', has: () => true };

export function checkDtype(op: string, dtype: DType, allowed: Allowed): Failure | undefined {
  if (allowed.has(dtype)) return undefined;
  return failure('dtype-not-allowed', 'dtype', `${op} takes ${allowed.text}, not ${dtype}`, { dtype, allowed: allowed.text });
}

export function checkSameDtype(types: readonly TensorType[]): Failure | undefined {
  const first = types[0];
  const other = types.find((type) => type.dtype !== first?.dtype);
  if (first === undefined || other === undefined) return undefined;
  return failure('dtype-mismatch', 'dtype', `${first.dtype} and ${other.dtype} do not mix: TensorFlow does not convert tensors by itself`, {
    left: first.dtype,
    right: other.dtype,
  });
}

/** The common shape, or the failure that names the sizes. */
export function broadcastOrFail(left: Shape, right: Shape): Shape | Failure {
  const { shape, conflict } = broadcastShapes(left, right);
  if (conflict === undefined) return shape;
  const sizes = `${dimText(conflict.left)} and ${dimText(conflict.right)}`;
  return {
    code: 'broadcast',
    kind: 'shape',
    certainty: conflict.certainty === 'coincidental' ? 'coincidental' : 'certain',
    detail: `shapes ${shapeText(left)} and ${shapeText(right)} do not broadcast: ${sizes} ${differ(conflict.certainty)}`,
    data: {
      left: dimText(conflict.left),
      right: dimText(conflict.right),
      axisFromRight: conflict.axisFromRight,
      leftShape: shapeText(left),
      rightShape: shapeText(right),
    },
  };
}

function differ(certainty: 'different' | 'coincidental'): string {
  return certainty === 'different' ? 'differ' : 'agree only by coincidence';
}

export function axisFailure(axis: number, rank: number): Failure {
  return failure('axis-out-of-range', 'shape', `axis ${axis} is out of range for rank ${rank}`, { axis, rank });
}

export function rankFailure(detail: string, rank: number): Failure {
  return failure('rank', 'shape', detail, { rank });
}

/** Undefined if the sizes agree or may (unknown until data is there); else the failure that `make` words. */
export function checkDims(a: Dim, b: Dim, make: (sizes: string) => Failure): Failure | undefined {
  const comparison = compareDims(a, b);
  if (comparison === 'equal' || comparison === 'unknown') return undefined;
  const found = make(`${dimText(a)} and ${dimText(b)} ${differ(comparison)}`);
  return comparison === 'coincidental' ? { ...found, certainty: 'coincidental' } : found;
}

/** The first failure among the checks. */
export function firstFailure(...checks: readonly (Failure | undefined)[]): Failure | undefined {
  return checks.find((check) => check !== undefined);
}

export function isShape(value: Shape | Failure): value is Shape {
  return Array.isArray(value);
}
