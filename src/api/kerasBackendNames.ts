/** Owns which functions of keras.backend exist where (reference k_backend.json), and what replaces them in Keras 3. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Every function that any keras.backend has had. */
export const BACKEND_NAMES = words(
  'abs all any arange argmax argmin backend batch_dot batch_flatten batch_get_value batch_normalization batch_set_value ' +
    'bias_add binary_crossentropy binary_focal_crossentropy cast cast_to_floatx categorical_crossentropy ' +
    'categorical_focal_crossentropy clear_session clip concatenate constant control_dependencies conv1d conv2d ' +
    'conv2d_transpose conv3d conv3d_transpose cos count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse cumprod ' +
    'cumsum depthwise_conv2d dot dropout dtype elu epsilon equal eval exp expand_dims eye flatten floatx foldl foldr function ' +
    'gather get_session get_uid get_value get_variable_shape gradients greater greater_equal hard_sigmoid identity ' +
    'image_data_format in_test_phase in_top_k in_train_phase int_shape is_float_dtype is_int_dtype is_keras_tensor ' +
    'is_placeholder is_sparse is_tensor is_variable l2_normalize learning_phase learning_phase_scope less less_equal ' +
    'local_conv1d local_conv2d log logsumexp manual_variable_initialization map_fn max maximum mean min minimum ' +
    'moving_average_update name_scope ndim normalize_batch_in_training not_equal one_hot ones ones_like permute_dimensions ' +
    'placeholder pool2d pool3d pow print_tensor prod random_bernoulli random_binomial random_normal random_normal_variable ' +
    'random_uniform random_uniform_variable relu repeat repeat_elements reset_uids reshape resize_images resize_volumes ' +
    'result_type reverse rnn round separable_conv1d separable_conv2d set_epsilon set_floatx set_image_data_format ' +
    'set_learning_phase set_session set_value shape sigmoid sign sin size slice softmax softplus softsign ' +
    'sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding sqrt square squeeze stack standardize_dtype std ' +
    'stop_gradient sum switch tanh temporal_padding tile to_dense transpose truncated_normal update update_add update_sub var ' +
    'variable zeros zeros_like',
);

/** `keras.backend` of plain Keras 3 has these only. */
export const KERAS3_PUBLIC = words(
  'backend clear_session epsilon floatx get_uid image_data_format is_float_dtype is_int_dtype is_keras_tensor result_type set_epsilon set_floatx set_image_data_format standardize_dtype',
);

/** In multi-backend Keras up to 2.3.1 only. */
export const KERAS1_ONLY = words(
  'control_dependencies conv3d_transpose get_session get_variable_shape identity is_placeholder is_tensor is_variable logsumexp separable_conv1d set_session size slice',
);

/** In Keras 2, gone from `tf.keras.backend` of TensorFlow 2.16 and later. */
export const GONE_FROM_SHIM = words(
  'function in_test_phase in_train_phase learning_phase learning_phase_scope local_conv1d local_conv2d manual_variable_initialization normalize_batch_in_training placeholder print_tensor random_binomial reset_uids set_learning_phase',
);

const OPS_NAMES: Readonly<Record<string, string>> = {
  batch_dot: 'einsum',
  batch_flatten: 'reshape',
  clip: 'clip',
  concatenate: 'concatenate',
  constant: 'convert_to_tensor',
  dot: 'dot',
  flatten: 'ravel',
  gather: 'take',
  int_shape: 'shape',
  l2_normalize: 'normalize',
  permute_dimensions: 'transpose',
  pow: 'power',
  repeat_elements: 'repeat',
  resize_images: 'image.resize',
  reverse: 'flip',
  switch: 'where',
  variable: 'convert_to_tensor',
};

/** In keras.ops under the same name. */
const SAME_NAME = words(
  'abs all any arange argmax argmin binary_crossentropy cast categorical_crossentropy cos cumprod cumsum elu equal exp expand_dims eye greater greater_equal hard_sigmoid less less_equal log logsumexp max maximum mean min minimum ndim not_equal one_hot ones ones_like prod relu reshape round shape sigmoid sign sin softmax softplus softsign sparse_categorical_crossentropy sqrt square squeeze stack std stop_gradient sum tanh tile transpose var zeros zeros_like identity size slice',
);

/** What to write instead of `keras.backend.<name>` in Keras 3. */
export function kerasOpsName(name: string): string | null {
  const other = OPS_NAMES[name];
  if (other !== undefined) return `keras.ops.${other}`;
  return SAME_NAME.has(name) ? `keras.ops.${name}` : null;
}
