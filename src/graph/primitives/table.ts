/** Owns the table of all primitives: the family arrays, joined by name. A name registered twice is a bug. */
import { invariant } from '../../base/assert';
import type { Primitive } from '../primitive';
import { ACTIVATIONS_AND_ROUNDING } from './activations';
import { ALONG_AXIS } from './alongAxis';
import { ARG_EXTREMES } from './argExtremes';
import { BINARY } from './binary';
import { BITWISE } from './bitwise';
import { COMPARISONS } from './comparison';
import { CONTROL } from './control';
import { CONVERSIONS } from './conversion';
import { CONVOLUTION } from './convolution';
import { COUNTING } from './counting';
import { CTC } from './ctc';
import { CUMULATIVE } from './cumulative';
import { DECOMPOSITIONS } from './decompositions';
import { DISTINCT } from './distinct';
import { EINSUM } from './einsum';
import { FOURIER } from './fft';
import { INDEXING } from './indexing';
import { JOINING } from './joining';
import { LINALG } from './linalg';
import { MATMUL } from './linear';
import { MOVEMENT } from './movement';
import { POOLING } from './pooling';
import { RANDOM } from './random';
import { REDUCTIONS } from './reduction';
import { RESIZE } from './resize';
import { SAFE_ARITHMETIC } from './safeArithmetic';
import { SCATTER } from './scatter';
import { SEGMENT } from './segment';
import { SLICING } from './slicing';
import { SOFTMAX_FAMILY } from './softmax';
import { SORTING } from './sorting';
import { SOURCES } from './sources';
import { SPECIAL } from './special';
import { UNARY } from './unary';

const FAMILIES: readonly (readonly Primitive[])[] = [
  COUNTING,
  DISTINCT,
  ALONG_AXIS,
  CTC,
  FOURIER,
  DECOMPOSITIONS,
  LINALG,
  ACTIVATIONS_AND_ROUNDING,
  ARG_EXTREMES,
  BINARY,
  SAFE_ARITHMETIC,
  BITWISE,
  COMPARISONS,
  CONTROL,
  CONVERSIONS,
  CONVOLUTION,
  CUMULATIVE,
  INDEXING,
  JOINING,
  [MATMUL, EINSUM],
  MOVEMENT,
  POOLING,
  RANDOM,
  REDUCTIONS,
  RESIZE,
  SCATTER,
  SEGMENT,
  SLICING,
  SOFTMAX_FAMILY,
  SORTING,
  SOURCES,
  SPECIAL,
  UNARY,
];

export const PRIMITIVES: ReadonlyMap<string, Primitive> = joinFamilies(FAMILIES);

function joinFamilies(families: readonly (readonly Primitive[])[]): ReadonlyMap<string, Primitive> {
  const table = new Map<string, Primitive>();
  for (const primitive of families.flat()) {
    invariant(!table.has(primitive.name), `primitive ${primitive.name} is registered twice`);
    table.set(primitive.name, primitive);
  }
  return table;
}
