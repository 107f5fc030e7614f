/** Owns which values name a dtype: dtype objects, strings, Python's, NumPy's and TensorFlow's type objects. */
import { type DType, dtypeNamed } from '../shape/dtype';
import type { Value } from '../value/value';

const PYTHON_TYPES: Readonly<Record<string, DType>> = {
  'builtins.float': 'float32',
  'builtins.int': 'int32',
  'builtins.bool': 'bool',
  'builtins.complex': 'complex128',
  'builtins.str': 'string',
};

const NUMPY_PYTHON_TYPES: Readonly<Record<string, DType>> = { ...PYTHON_TYPES, 'builtins.float': 'float64', 'builtins.int': 'int64' };

const NUMPY_NAMES: Readonly<Record<string, DType>> = {
  float: 'float64',
  int: 'int64',
  float_: 'float64',
  int_: 'int64',
  double: 'float64',
  single: 'float32',
  half: 'float16',
  long: 'int64',
  intp: 'int64',
  uint: 'uint64',
  byte: 'int8',
  ubyte: 'uint8',
  short: 'int16',
  longlong: 'int64',
  bool_: 'bool',
  bool8: 'bool',
  complex: 'complex128',
  complex_: 'complex128',
};

/** The dtype that a value names, or undefined. `numpy`: by NumPy's rules, where float is float64 and int is int64. */
export function dtypeOf(value: Value, numpy = false): DType | undefined {
  switch (value.kind) {
    case 'dtype':
      return value.dtype;
    case 'string':
      if (value.value === undefined) return undefined;
      return numpy ? (NUMPY_NAMES[value.value] ?? dtypeNamed(value.value)) : dtypeNamed(value.value.replace(/^(tf|torch)\./, ''));
    case 'api':
      return dtypeOfPath(value.path, numpy);
    default:
      return undefined;
  }
}

function dtypeOfPath(path: string, numpy: boolean): DType | undefined {
  if (path.startsWith('builtins.')) return (numpy ? NUMPY_PYTHON_TYPES : PYTHON_TYPES)[path];
  const name = /^(?:np|jnp|tf\.dtypes|tf|tf\.experimental\.numpy)\.(\w+)$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  return path.startsWith('np.') ? (NUMPY_NAMES[name] ?? dtypeNamed(name)) : dtypeNamed(name);
}
