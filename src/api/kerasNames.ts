/** Owns which names Keras 3 has in the modules that losses use, which only one of its two roots has, and what to write for those it lacks. */

/** Names that Keras 3.15 has at either root, by module: what is not among them does not exist. */
const NAMES: Readonly<Record<string, string>> = {
  'keras.losses':
    'BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy CategoricalFocalCrossentropy ' +
    'CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLD KLDivergence LogCosh ' +
    'Loss MAE MAPE MSE MSLE MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError ' +
    'Poisson Reduction SparseCategoricalCrossentropy SquaredHinge Tversky binary_crossentropy binary_focal_crossentropy ' +
    'categorical_crossentropy categorical_focal_crossentropy categorical_generalized_cross_entropy categorical_hinge circle ' +
    'cosine_similarity ctc deserialize dice get hinge huber kl_divergence kld kullback_leibler_divergence log_cosh logcosh ' +
    'mae mape mean_absolute_error mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse msle ' +
    'poisson serialize sparse_categorical_crossentropy squared_hinge tversky',
  'keras.metrics':
    'AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy CategoricalHinge ' +
    'ConcordanceCorrelation CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge IoU KLD KLDivergence ' +
    'LogCoshError MAE MAPE MSE MSLE Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper ' +
    'MeanSquaredError MeanSquaredLogarithmicError Metric OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision ' +
    'PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity ' +
    'SparseCategoricalAccuracy SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SpecificityAtSensitivity ' +
    'SquaredHinge Sum TopKCategoricalAccuracy TrueNegatives TruePositives binary_accuracy binary_crossentropy ' +
    'binary_focal_crossentropy categorical_accuracy categorical_crossentropy categorical_focal_crossentropy categorical_hinge ' +
    'concordance_correlation deserialize get hinge huber kl_divergence kld kullback_leibler_divergence log_cosh logcosh mae ' +
    'mape mean_absolute_error mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse msle ' +
    'pearson_correlation poisson serialize sparse_categorical_accuracy sparse_categorical_crossentropy ' +
    'sparse_top_k_categorical_accuracy squared_hinge top_k_categorical_accuracy',
  'keras.activations':
    'celu deserialize elu exponential gelu get glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear ' +
    'log_sigmoid log_softmax mish relu relu6 selu serialize sigmoid silu soft_shrink softmax softplus softsign sparse_plus ' +
    'sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold',
  'keras.ops':
    'abs absolute adaptive_average_pool adaptive_max_pool add all allclose amax amin angle any append arange arccos arccosh ' +
    'arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort array array_split associative_scan average ' +
    'average_pool bartlett batch_normalization binary_crossentropy bincount bitwise_and bitwise_invert bitwise_left_shift ' +
    'bitwise_not bitwise_or bitwise_right_shift bitwise_xor blackman broadcast_to cast categorical_crossentropy cbrt cdist ' +
    'ceil celu cholesky cholesky_inverse clip concatenate cond conj conjugate conv conv_transpose convert_to_numpy ' +
    'convert_to_tensor copy corrcoef correlate cos cosh count_nonzero cross ctc_decode ctc_loss cumprod cumsum ' +
    'custom_gradient deg2rad depth_to_space depthwise_conv det diag diagflat diagonal diff digitize divide divide_no_nan dot ' +
    'dot_product_attention dsplit dstack dtype eig eigh einsum elu empty empty_like equal erf erfc erfinv exp exp2 ' +
    'expand_dims expm1 extract_sequences eye fabs fft fft2 flip fliplr flipud floor floor_divide fmax fmin fmod fold ' +
    'fori_loop full full_like gcd gelu geomspace get_item glu greater greater_equal hamming hanning hard_shrink hard_sigmoid ' +
    'hard_silu hard_swish hard_tanh heaviside histogram hsplit hstack hypot i0 identity ifft2 imag image in_top_k inner inv ' +
    'irfft is_tensor isclose isfinite isin isinf isnan isneginf isposinf isreal istft jvp kaiser kron layer_normalization lcm ' +
    'ldexp leaky_relu left_shift less less_equal linalg linspace log log10 log1p log2 log_sigmoid log_softmax logaddexp ' +
    'logaddexp2 logdet logical_and logical_not logical_or logical_xor logspace logsumexp lstsq lu_factor map matmul ' +
    'matrix_rank max max_pool maximum mean median meshgrid min minimum mod moments moveaxis multi_hot multiply nan_to_num ' +
    'nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum ' +
    'nanvar ndim negative nextafter nn nonzero norm normalize not_equal numpy one_hot ones ones_like outer pad percentile ' +
    'pinv polar power prod psnr ptp qr quantile rad2deg ravel real rearrange reciprocal relu relu6 repeat reshape rfft ' +
    'right_shift rms_normalization roll rot90 round rsqrt saturate_cast scan scatter scatter_update searchsorted segment_max ' +
    'segment_min segment_prod segment_sum select selu separable_conv shape sigmoid sign signbit silu sin sinc sinh size slice ' +
    'slice_update slogdet soft_shrink softmax softplus softsign solve solve_triangular sort space_to_depth ' +
    'sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparsemax split sqrt square squareplus squeeze stack std stft ' +
    'stop_gradient subtract sum svd swapaxes swish switch take take_along_axis tan tanh tanh_shrink tensordot threshold tile ' +
    'top_k trace transpose trapezoid tri tril triu true_divide trunc unfold unique unravel_index unstack vander var vdot ' +
    'vectorize vectorized_map view view_as_complex view_as_real vsplit vstack where while_loop zeros zeros_like',
  'keras.ops.image':
    'affine_transform crop_images elastic_transform extract_patches extract_patches_3d gaussian_blur hsv_to_rgb ' +
    'map_coordinates pad_images perspective_transform resize rgb_to_grayscale rgb_to_hsv scale_and_translate sobel_edges ssim',
  'keras.regularizers': 'L1 L1L2 L2 OrthogonalRegularizer Regularizer deserialize get l1 l1_l2 l2 orthogonal_regularizer serialize',
  'keras.initializers':
    'Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer Initializer LecunNormal LecunUniform ' +
    'Ones Orthogonal OrthogonalInitializer RandomNormal RandomUniform STFT STFTInitializer TruncatedNormal VarianceScaling ' +
    'Zeros constant deserialize get glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform ' +
    'ones orthogonal random_normal random_uniform serialize stft truncated_normal variance_scaling zeros',
  'keras.random': 'SeedGenerator beta binomial categorical dropout gamma normal randint shuffle truncated_normal uniform',
  'keras.config':
    'backend disable_flash_attention disable_interactive_logging disable_traceback_filtering dtype_policy ' +
    'enable_flash_attention enable_interactive_logging enable_traceback_filtering enable_unsafe_deserialization epsilon ' +
    'floatx image_data_format is_flash_attention_enabled is_interactive_logging_enabled is_nnx_enabled ' +
    'is_traceback_filtering_enabled max_epochs max_steps_per_epoch set_backend set_dtype_policy set_epsilon set_floatx ' +
    'set_image_data_format set_max_epochs set_max_steps_per_epoch',
  keras:
    'DTypePolicy FloatDTypePolicy Function Initializer Input InputSpec KerasTensor Layer Loss Metric Model Operation ' +
    'Optimizer Quantizer Regularizer RematScope Sequential StatelessScope SymbolicScope Variable activations applications ' +
    'backend callbacks config constraints datasets device distillation distribution dtype_policies export initializers layers ' +
    'legacy losses metrics mixed_precision models name_scope ops optimizers preprocessing quantizers random regularizers ' +
    'remat saving tree utils version visualization wrappers',
};

const MODULES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(NAMES).map(([module, names]) => [module, new Set(names.split(' '))]),
);

/** keras.losses and keras.metrics: the long names stand at plain `keras` only, the short ones at `tf.keras` only. */
const LONG_TO_SHORT: Readonly<Record<string, string>> = {
  mean_squared_error: 'mse',
  mean_absolute_error: 'mae',
  mean_absolute_percentage_error: 'mape',
  mean_squared_logarithmic_error: 'msle',
  kl_divergence: 'kld',
  log_cosh: 'logcosh',
};

const SHORT_TO_LONG: ReadonlyMap<string, string> = new Map([
  ...Object.entries(LONG_TO_SHORT).flatMap(([long, short]) => [[short, long] as const, [short.toUpperCase(), long] as const]),
  ['kullback_leibler_divergence', 'kl_divergence'] as const,
]);

/** What other libraries and versions call keras.ops' functions. */
const OPS_NAMES: Readonly<Record<string, string>> = {
  concat: 'concatenate',
  gather: 'take',
  pow: 'power',
  clip_by_value: 'clip',
  cast_to_floatx: 'cast',
  constant: 'convert_to_tensor',
  permute_dimensions: 'transpose',
  reduce_variance: 'var',
  reduce_std: 'std',
  l2_normalize: 'normalize',
  sigmoid_cross_entropy_with_logits: 'binary_crossentropy',
  softmax_cross_entropy_with_logits: 'categorical_crossentropy',
  range: 'arange',
  flatten: 'ravel',
  fill: 'full',
  where_v2: 'where',
};

/** Modules at the top of Keras 2 (or before) that Keras 3 lacks. */
const KERAS2_MODULES: ReadonlySet<string> = new Set(['objectives', 'engine', 'estimator', 'experimental', 'dtensor']);

export interface AbsentName {
  readonly detail: string;
  readonly suggestion: string | null;
}

/** Undefined if Keras 3 has the name, or if nothing is known of its module. `path` as the program spells it, imports resolved. */
export function absentFromKeras3(path: string): AbsentName | undefined {
  const match = /^(tf\.keras|keras|tf(?=\.(?:losses|metrics)\.))\.(.+)$/.exec(path);
  const [root, rest] = [match?.[1], match?.[2]];
  if (root === undefined || rest === undefined || /(?:^|\.)(?:src|api|legacy|_tf_keras|backend|K)(?:\.|$)/.test(rest)) return undefined;
  const parts = rest.split('.');
  const depth = moduleDepth(parts);
  const name = parts[depth];
  if (name === undefined || name.startsWith('_')) return undefined;
  const module = ['keras', ...parts.slice(0, depth)].join('.');
  const plain = root === 'keras';
  if (isPrivate(module, name)) return undefined;
  if (MODULES.get(module)?.has(name) === true && existsAt(module, name, plain)) return undefined;
  const where = plain ? module : module.replace(/^keras/, root);
  return { detail: `${where} of Keras 3 has no ${name}`, suggestion: suggestionFor(module, name, plain) };
}

/** Names below keras.src look the same once imports are resolved: only what users write against `keras` itself is held against the list. */
function isPrivate(module: string, name: string): boolean {
  if (module === 'keras') return !KERAS2_MODULES.has(name) && MODULES.get('keras.ops')?.has(name) !== true;
  return (
    name === 'LossFunctionWrapper' ||
    name === module.split('.').at(-1) ||
    name ===
      module
        .split('.')
        .at(-1)
        ?.replace(/(es|s)$/, '')
  );
}

/** How many of the parts name a module whose names are known. */
function moduleDepth(parts: readonly string[]): number {
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    if (MODULES.has(['keras', ...parts.slice(0, depth)].join('.'))) return depth;
  }
  return parts.length;
}

function existsAt(module: string, name: string, plain: boolean): boolean {
  if (module !== 'keras.losses' && module !== 'keras.metrics') return true;
  return plain ? !SHORT_TO_LONG.has(name) && name !== 'Reduction' : !(name in LONG_TO_SHORT);
}

function suggestionFor(module: string, name: string, plain: boolean): string | null {
  const ops = MODULES.get('keras.ops');
  if (module === 'keras.losses' || module === 'keras.metrics') {
    const other = plain ? SHORT_TO_LONG.get(name) : LONG_TO_SHORT[name];
    return other === undefined ? null : `${plain ? '' : 'tf.'}${module}.${other}`;
  }
  if (module === 'keras.ops') {
    if (name === 'epsilon') return 'keras.config.epsilon';
    const other = OPS_NAMES[name] ?? name.replace(/^reduce_/, '');
    return ops?.has(other) === true ? `keras.ops.${other}` : null;
  }
  return module === 'keras' && ops?.has(name) === true ? `keras.ops.${name}` : null;
}
