/** Owns element types: their names, families, sizes, and the type that TensorFlow, Keras or NumPy gives a mix of two. */

export const DTYPES = [
  'float16',
  'bfloat16',
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'complex64',
  'complex128',
  'string',
] as const;

export type DType = (typeof DTYPES)[number];

const NAMES: ReadonlySet<string> = new Set(DTYPES);
const ALIASES: Readonly<Record<string, DType>> = {
  half: 'float16',
  float: 'float32',
  double: 'float64',
  int: 'int32',
  float_: 'float64',
  bool_: 'bool',
  int_: 'int64',
};

/** The dtype a name stands for (`half`, `float` and `double` included), or undefined. */
export function dtypeNamed(name: string): DType | undefined {
  if (NAMES.has(name)) return name as DType;
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

export function isComplex(dtype: DType): boolean {
  return dtype === 'complex64' || dtype === 'complex128';
}

export function isInteger(dtype: DType): boolean {
  return INTEGER_BITS[dtype] !== undefined;
}

export function isUnsigned(dtype: DType): boolean {
  return dtype.startsWith('uint');
}

/** Bits of an integer type, undefined for others. */
export const INTEGER_BITS: Partial<Record<DType, number>> = {
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

/** Smallest and largest value of an integer type (64-bit ones as doubles), undefined for others. */
export function integerLimits(dtype: DType): readonly [number, number] | undefined {
  const bits = INTEGER_BITS[dtype];
  if (bits === undefined) return undefined;
  return isUnsigned(dtype) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Largest finite value and distance from 1 to the next number, of float types. */
export const FLOAT_LIMITS: Partial<Record<DType, { readonly max: number; readonly epsilon: number; readonly tiny: number }>> = {
  float16: { max: 65504, epsilon: 2 ** -10, tiny: 2 ** -24 },
  bfloat16: { max: 3.3895313892515355e38, epsilon: 2 ** -7, tiny: 2 ** -133 },
  float32: { max: 3.4028234663852886e38, epsilon: 2 ** -23, tiny: 2 ** -149 },
  float64: { max: Number.MAX_VALUE, epsilon: Number.EPSILON, tiny: Number.MIN_VALUE },
};

const KERAS_FLOAT_RANK: Partial<Record<DType, number>> = { float16: 1, bfloat16: 1, float32: 2, float64: 3 };

/** keras.backend.result_type for two tensors (keras/src/backend/common/dtypes.py): the join of JAX's lattice with 32-bit defaults. */
export function kerasResultType(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  const floatA = isFloat(a);
  const floatB = isFloat(b);
  if (floatA && floatB) {
    const rankA = KERAS_FLOAT_RANK[a] ?? 0;
    const rankB = KERAS_FLOAT_RANK[b] ?? 0;
    return rankA === rankB ? 'float32' : rankA > rankB ? a : b;
  }
  if (floatA || floatB) return floatA ? a : b;
  return integerResultType(a, b);
}

function integerResultType(a: DType, b: DType): DType {
  const bitsA = INTEGER_BITS[a] ?? 32;
  const bitsB = INTEGER_BITS[b] ?? 32;
  if (isUnsigned(a) === isUnsigned(b)) return bitsA >= bitsB ? a : b;
  const [unsigned, signed] = isUnsigned(a) ? [bitsA, bitsB] : [bitsB, bitsA];
  const bits = Math.max(unsigned * 2, signed);
  return bits > 64 ? 'float32' : (`int${bits}` as DType);
}

/** NumPy's result type of two arrays. */
export function numpyResultType(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  if (isFloat(a) && isFloat(b)) return (KERAS_FLOAT_RANK[a] ?? 0) >= (KERAS_FLOAT_RANK[b] ?? 0) ? a : b;
  if (isFloat(a) || isFloat(b)) {
    const [float, integer] = isFloat(a) ? [a, b] : [b, a];
    const bits = INTEGER_BITS[integer] ?? 64;
    if (float === 'float64' || bits >= 32) return 'float64';
    return float === 'float16' && bits <= 8 ? 'float16' : 'float32';
  }
  return integerResultType(a, b);
}
