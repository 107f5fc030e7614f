/** Owns the list of the tables of TensorFlow, keras.backend, NumPy and Python. */

import { BACKEND_CONFIG } from './kerasBackend/config';
import { BACKEND_CONTROL } from './kerasBackend/control';
import { BACKEND_CREATION } from './kerasBackend/creation';
import { KERAS_INTERNALS } from './kerasBackend/internals';
import { BACKEND_LOSSES } from './kerasBackend/losses';
import { BACKEND_MATH } from './kerasBackend/math';
import { BACKEND_SHAPES } from './kerasBackend/shapes';
import { NUMPY_CREATION } from './numpy/creation';
import { NUMPY_MATH } from './numpy/math';
import { NUMPY_STATISTICS } from './numpy/more';
import { NUMPY_SCALARS } from './numpy/scalars';
import { NUMPY_SHAPES } from './numpy/shapes';
import { BUILTINS } from './python/builtins';
import { COLLECTIONS } from './python/collections';
import { ITERTOOLS } from './python/itertools';
import { EXCEPTION_TABLE, FUNCTOOLS, HARMLESS } from './python/libraries';
import { MATH_MODULE } from './python/mathModule';
import { OPERATOR } from './python/operatorModule';
import type { ApiTable } from './table';
import { BACKEND_CONVOLUTION } from './tf/backendConvolution';
import { CONTROL } from './tf/control';
import { CONVOLUTION } from './tf/convolution';
import { CREATION } from './tf/create';
import { DISTRIBUTIONS } from './tf/distributions';
import { EXPERIMENTAL_NUMPY } from './tf/experimentalNumpy';
import { DEBUGGING, FUNCTIONS } from './tf/functions';
import { GRADIENTS } from './tf/gradients';
import { BACKEND_IMAGE, IMAGE } from './tf/image';
import { IMAGE_SIMILARITY } from './tf/imageSimilarity';
import { LINALG } from './tf/linalg';
import { CLIPPING, MATH_BINARY, MATH_UNARY } from './tf/math';
import { NEST } from './tf/nest';
import { ACTIVATIONS, CROSS_ENTROPIES, NORMALIZATION } from './tf/nn';
import { ORDERING } from './tf/ordering';
import { RANDOM } from './tf/random';
import { RARE, SPARSE } from './tf/rare';
import { REDUCTIONS } from './tf/reductions';
import { SELECTION } from './tf/selection';
import { SHAPE_QUERIES } from './tf/shapeQueries';
import { MOVEMENT } from './tf/shapes';
import { SIGNAL } from './tf/signal';
import { TENSORFLOW1 } from './tf/tf1';
import { TF1_LOSSES } from './tf/tf1Losses';

export const TF_TABLES: readonly ApiTable[] = [
  BUILTINS,
  MATH_MODULE,
  FUNCTOOLS,
  ITERTOOLS,
  COLLECTIONS,
  OPERATOR,
  HARMLESS,
  EXCEPTION_TABLE,
  NUMPY_MATH,
  NUMPY_CREATION,
  NUMPY_SHAPES,
  NUMPY_SCALARS,
  MATH_UNARY,
  MATH_BINARY,
  CLIPPING,
  REDUCTIONS,
  SHAPE_QUERIES,
  MOVEMENT,
  CREATION,
  SELECTION,
  ORDERING,
  ACTIVATIONS,
  CROSS_ENTROPIES,
  NORMALIZATION,
  LINALG,
  CONTROL,
  FUNCTIONS,
  DEBUGGING,
  GRADIENTS,
  NEST,
  RANDOM,
  NUMPY_STATISTICS,
  EXPERIMENTAL_NUMPY,
  DISTRIBUTIONS,
  RARE,
  SPARSE,
  KERAS_INTERNALS,
  SIGNAL,
  TENSORFLOW1,
  TF1_LOSSES,
  CONVOLUTION,
  BACKEND_CONVOLUTION,
  IMAGE,
  BACKEND_IMAGE,
  IMAGE_SIMILARITY,
  BACKEND_MATH,
  BACKEND_SHAPES,
  BACKEND_CREATION,
  BACKEND_CONFIG,
  BACKEND_LOSSES,
  BACKEND_CONTROL,
];
