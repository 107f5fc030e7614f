/** Owns members of dtype objects. */
import { FLOAT_LIMITS, INTEGER_BITS, integerLimits, isComplex, isFloat, isInteger, isUnsigned } from '../../shape/dtype';
import type { ApiEntry } from '../../value/api';
import { api, boolean, type DTypeValue, float, integer, string, tuple, type Value } from '../../value/value';
import { dtypeOf } from '../dtypes';
import { entry } from '../table';

const property = (value: Value): ApiEntry => ({ ...entry('', () => value), property: true });

const FLOAT_BYTES: Readonly<Record<string, number>> = {
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
  bool: 1,
};

export function dtypeMembers(value: DTypeValue): Readonly<Record<string, ApiEntry>> {
  const { dtype } = value;
  const limits = limitsOf(dtype);
  const bytes = FLOAT_BYTES[dtype] ?? (INTEGER_BITS[dtype] ?? 8) / 8;
  return {
    name: property(string(dtype)),
    base_dtype: property(value),
    real_dtype: property({ kind: 'dtype', dtype: dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype }),
    as_numpy_dtype: property(api(`np.${dtype}`)),
    type: property(api(`np.${dtype}`)),
    kind: property(string(isFloat(dtype) ? 'f' : isUnsigned(dtype) ? 'u' : isInteger(dtype) ? 'i' : isComplex(dtype) ? 'c' : 'b')),
    is_floating: property(boolean(isFloat(dtype))),
    is_integer: property(boolean(isInteger(dtype))),
    is_complex: property(boolean(isComplex(dtype))),
    is_bool: property(boolean(dtype === 'bool')),
    is_numeric: property(boolean(dtype !== 'bool' && dtype !== 'string')),
    is_unsigned: property(boolean(isUnsigned(dtype))),
    is_numpy_compatible: property(boolean(true)),
    size: property(integer(bytes)),
    itemsize: property(integer(bytes)),
    min: property(limits[0]),
    max: property(limits[1]),
    limits: property(tuple(limits)),
    is_compatible_with: entry('other', (_c, a) => boolean(dtypeOf(a.value('other')) === dtype)),
  };
}

function limitsOf(dtype: DTypeValue['dtype']): readonly [Value, Value] {
  const whole = integerLimits(dtype);
  if (whole !== undefined) return [integer(whole[0]), integer(whole[1])];
  const most = FLOAT_LIMITS[dtype]?.max;
  return [float(most === undefined ? undefined : -most), float(most)];
}
