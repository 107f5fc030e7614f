/** Owns the names that TensorFlow 1 had at its top level and TensorFlow 2 moved: old → new. */

const MOVED_TO_MATH =
  'accumulate_n acosh angle asinh bessel_i0 bessel_i0e bessel_i1 bessel_i1e betainc bincount ceil confusion_matrix conj count_nonzero cumprod digamma erf erfc expm1 igamma igammac imag invert_permutation ' +
  'is_finite is_inf is_nan is_non_decreasing is_strictly_increasing lbeta lgamma log log1p log_sigmoid logical_xor polygamma polyval real reciprocal reduce_euclidean_norm ' +
  'rint rsqrt segment_max segment_mean segment_min segment_prod segment_sum sigmoid softplus softsign squared_difference top_k unsorted_segment_max ' +
  'unsorted_segment_mean unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum xdivy xlogy zero_fraction zeta';
const MOVED_TO_LINALG =
  'band_part cholesky cross det diag_part eigh einsum expm inv logdet lstsq matvec qr set_diag slogdet solve svd trace triangular_solve global_norm diag';

const RENAMED: Readonly<Record<string, string>> = {
  is_nan: 'tf.math.is_nan',
  is_inf: 'tf.math.is_inf',
  is_finite: 'tf.math.is_finite',
  ceil: 'tf.math.ceil',
  div: 'tf.math.divide',
  div_no_nan: 'tf.math.divide_no_nan',
  mod: 'tf.math.floormod',
  floormod: 'tf.math.floormod',
  floordiv: 'tf.math.floordiv',
  floor_div: 'tf.math.floordiv',
  mul: 'tf.multiply',
  sub: 'tf.subtract',
  neg: 'tf.negative',
  pack: 'tf.stack',
  unpack: 'tf.unstack',
  select: 'tf.where',
  initialize_all_variables: 'tf.compat.v1.global_variables_initializer',
  to_float: 'tf.cast',
  to_double: 'tf.cast',
  to_int32: 'tf.cast',
  to_int64: 'tf.cast',
  to_bfloat16: 'tf.cast',
  random_normal: 'tf.random.normal',
  random_uniform: 'tf.random.uniform',
  truncated_normal: 'tf.random.truncated_normal',
  random_shuffle: 'tf.random.shuffle',
  random_gamma: 'tf.random.gamma',
  set_random_seed: 'tf.random.set_seed',
  matrix_inverse: 'tf.linalg.inv',
  matrix_determinant: 'tf.linalg.det',
  matrix_diag: 'tf.linalg.diag',
  matrix_diag_part: 'tf.linalg.diag_part',
  matrix_set_diag: 'tf.linalg.set_diag',
  matrix_band_part: 'tf.linalg.band_part',
  matrix_transpose: 'tf.linalg.matrix_transpose',
  matrix_solve: 'tf.linalg.solve',
  matrix_triangular_solve: 'tf.linalg.triangular_solve',
  diag: 'tf.linalg.tensor_diag',
  diag_part: 'tf.linalg.tensor_diag_part',
  self_adjoint_eig: 'tf.linalg.eigh',
  lin_space: 'tf.linspace',
  Print: 'tf.print',
  where_v2: 'tf.where',
  reverse_v2: 'tf.reverse',
  verify_tensor_all_finite: 'tf.debugging.assert_all_finite',
  check_numerics: 'tf.debugging.check_numerics',
  py_func: 'tf.numpy_function',
  fft: 'tf.signal.fft',
  ifft: 'tf.signal.ifft',
  fft2d: 'tf.signal.fft2d',
  rfft: 'tf.signal.rfft',
  unsorted_segment_sum: 'tf.math.unsorted_segment_sum',
  scatter_add: 'tf.tensor_scatter_nd_add',
  batch_matmul: 'tf.matmul',
  space_to_depth: 'tf.nn.space_to_depth',
  depth_to_space: 'tf.nn.depth_to_space',
  set_diag: 'tf.linalg.set_diag',
  complex_abs: 'tf.abs',
  get_variable: 'tf.Variable',
  'nn.softmax_cross_entropy_with_logits_v2': 'tf.nn.softmax_cross_entropy_with_logits',
  'image.resize_images': 'tf.image.resize',
  'image.resize_bilinear': 'tf.image.resize',
  'image.resize_nearest_neighbor': 'tf.image.resize',
  'image.resize_bicubic': 'tf.image.resize',
};

const SUCCESSORS: ReadonlyMap<string, string> = new Map([
  ...MOVED_TO_MATH.split(' ').map((name) => [name, `tf.math.${name}`] as const),
  ...MOVED_TO_LINALG.split(' ').map((name) => [name, `tf.linalg.${name}`] as const),
  ...Object.entries(RENAMED),
]);

/** Names that neither version has at the top level, though people write them. */
const MISPLACED: Readonly<Record<string, string>> = {
  reduce_std: 'tf.math.reduce_std',
  reduce_variance: 'tf.math.reduce_variance',
  softmax: 'tf.nn.softmax',
  log_softmax: 'tf.nn.log_softmax',
  relu: 'tf.nn.relu',
  l2_normalize: 'tf.nn.l2_normalize',
  sigmoid_cross_entropy_with_logits: 'tf.nn.sigmoid_cross_entropy_with_logits',
  softmax_cross_entropy_with_logits: 'tf.nn.softmax_cross_entropy_with_logits',
};

/** Where a name that TensorFlow does not have at its top level really stands, or null. */
export function misplacedName(path: string): string | null {
  return MISPLACED[path.slice('tf.'.length)] ?? null;
}

/** What TensorFlow 2 calls a TensorFlow 1 name, or null if it has none. */
export function tf1Successor(path: string): string | null {
  return SUCCESSORS.get(path.slice('tf.'.length)) ?? null;
}
