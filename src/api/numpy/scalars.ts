/** Owns NumPy's scalar types as functions. */
import { DTYPES } from '../../shape/dtype';
import { type ApiTable, entry } from '../table';
import { array } from './array';

/** np.float32(x) and its like: scalars, or arrays of that type. */
export const NUMPY_SCALARS: ApiTable = Object.fromEntries(
  [
    ...DTYPES.filter((dtype) => dtype !== 'bfloat16' && dtype !== 'string').map((dtype) => [`np.${dtype}`, dtype] as const),
    ...([
      ['np.float', 'float64'],
      ['np.float_', 'float64'],
      ['np.double', 'float64'],
      ['np.single', 'float32'],
      ['np.half', 'float16'],
      ['np.int', 'int64'],
      ['np.int_', 'int64'],
      ['np.intp', 'int64'],
      ['np.long', 'int64'],
      ['np.uint', 'uint64'],
      ['np.bool_', 'bool'],
      ['np.complex', 'complex128'],
    ] as const),
  ].map(([name, dtype]) => [name, entry('x=0, /', (c, a) => array(c, a.value('x'), dtype))]),
);
