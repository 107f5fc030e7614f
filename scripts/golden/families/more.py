"""The long tail: sampled losses, models as parts of losses, Keras-internal helpers, settings, rarely used functions."""
from samples import B, INF, NAN, Family, H, I, N, R, S, U, V

FAMILIES = [m := Family("models", ("keras3", "keras2")), r := Family("rare"), i3 := Family("keras_internals", ("keras3",), "from keras.src.losses.loss import squeeze_or_expand_to_same_rank, reduce_weighted_values\nfrom keras.src.losses.losses import LossFunctionWrapper\nfrom keras.src.utils.numerical_utils import normalize\n"),
            i2 := Family("keras_internals", ("keras2",), "from tf_keras.src.utils import losses_utils\nfrom tf_keras.src.losses import LossFunctionWrapper\n")]
BOTH, K2, K3, T1 = ("keras3", "keras2"), ("keras2",), ("keras3",), ("tf1",)

M = dict(x=N(2, 3), y=N(2, 2), im=U(1, 4, 4, 1), a=N(2, 3), b=N(2, 3))
for source in ("""
net = keras.Sequential([keras.layers.Dense(2, kernel_initializer='ones'), keras.layers.Activation('tanh')])
return net(x)
""", """
net = keras.Sequential([keras.layers.Dense(2, activation='relu', kernel_initializer=keras.initializers.Constant(0.3), bias_initializer='ones'), keras.layers.Dense(1, kernel_initializer='ones', use_bias=False)])
return tf.reduce_mean(tf.square(net(x)))
""", """
inp = keras.Input(shape=(3,))
hidden = keras.layers.Dense(4, activation='sigmoid', kernel_initializer=keras.initializers.Constant(0.1))(inp)
out = keras.layers.Dense(2, kernel_initializer='ones')(hidden)
net = keras.Model(inputs=inp, outputs=[hidden, out])
features, prediction = net(x)
return tf.reduce_sum(features, axis=-1) + tf.reduce_sum(tf.abs(prediction - y), axis=-1)
""", """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2, kernel_initializer='ones')
    def call(self, inputs):
        return self.dense(inputs) * 0.5
return Net()(x)
""", """
class Scale(keras.layers.Layer):
    def __init__(self, k=2.0, **kwargs):
        super().__init__(**kwargs)
        self.k = k
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1],), initializer='ones', trainable=True, name='w')
    def call(self, inputs):
        return inputs * self.w * self.k
return Scale(3.0)(x)
""", """
net = keras.Sequential([keras.layers.Conv2D(2, 3, padding='same', activation='relu', kernel_initializer='ones'), keras.layers.MaxPooling2D(2), keras.layers.Flatten(), keras.layers.Dense(1, kernel_initializer='ones')])
return net(im)
""", """
extractor = keras.Sequential([keras.layers.Conv2D(2, 2, kernel_initializer=keras.initializers.Constant(0.25))])
extractor.trainable = False
return tf.reduce_mean(tf.square(extractor(im) - extractor(im * 0.5)), axis=[1, 2, 3])
""", """
net = keras.Sequential([keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(0.5))])
with tf.GradientTape() as tape:
    tape.watch(x)
    score = net(tf.square(x))
grads = tape.gradient(score, x)
return tf.reduce_mean((tf.norm(grads, axis=1) - 1.0) ** 2)
""", """
dense = keras.layers.Dense(2, kernel_initializer='ones')
out = dense(x)
return tf.reduce_sum(out) + 0.1 * tf.add_n([tf.nn.l2_loss(w) for w in dense.trainable_variables])
"""):
    m.add("keras.Model", source, **M)
m.add("keras.layers.BatchNormalization", "$()(x)", "$()(x, training=True)", **M)
m.add("keras.layers.Embedding", "$(4, 2, embeddings_initializer='ones')(tf.constant([[0, 1], [2, 3]]))", **M)
m.add("keras.layers.Conv2D", "$(1, 2, strides=2, kernel_initializer='ones')(im)", "$(filters=1, kernel_size=(3, 3), padding='valid', kernel_initializer='ones', use_bias=False)(im)", **M)
m.add("keras.layers.Average", "$()([a, b])", **M)
m.add("keras.layers.Subtract", "$()([a, b])", **M)
m.add("keras.layers.LeakyReLU", "$()(x)", **M)
m.add("keras.layers.RepeatVector", "$(2)(x)", **M)
m.add("keras.layers.Permute", "$((2, 1))(tf.expand_dims(x, 0))", **M)
m.add("keras.layers.GlobalMaxPooling2D", "$()(im)", **M)
m.add("keras.layers.GlobalAveragePooling2D", "$()(im)", **M)
m.add("keras.layers.UnitNormalization", "$()(x)", **M)

Z = dict(w=N(4, 2), b=N(4), x=N(2, 2), l=V([[0], [3]], "int64"), f=N(2, 3), v=N(4), h=N(1, 4, 4, 1), q=V([[0.1, 0.1, 0.6, 0.7], [0.2, 0.3, 0.9, 0.8]]), q2=V([[0.2, 0.0, 0.5, 0.9], [0.5, 0.5, 1.0, 1.0]]), nn=V([[NAN, 1.0], [2.0, 4.0]]), s=N())
SAMPLED = "sampled_values=(tf.constant([1, 2], tf.int64), tf.constant([[0.5], [0.25]]), tf.constant([0.5, 0.5]))"
r.add("tf.nn.nce_loss", f"$(weights=w, biases=b, labels=l, inputs=x, num_sampled=2, num_classes=4, {SAMPLED})", **Z)
r.add("tf.nn.sampled_softmax_loss", f"$(weights=w, biases=b, labels=l, inputs=x, num_sampled=2, num_classes=4, {SAMPLED})", f"$(w, b, l, x, 2, 4, remove_accidental_hits=False, {SAMPLED})", **Z)
r.add("tf.nn.ctc_loss", "$(labels, logits, [2, 1], [5, 4])", "$(labels=labels, logits=tf.transpose(logits, [1, 0, 2]), label_length=[2, 1], logit_length=[5, 5], logits_time_major=False)", "$(labels, logits, [2, 1], [5, 4], blank_index=-1)", "$(labels, logits, [2, 1], [5, 4], blank_index=0)", labels=V([[1, 2], [2, 0]]), logits=N(5, 2, 4))
r.add("tf.nn.ctc_loss", "$(tf.sparse.from_dense(labels), logits, None, [5, 4], blank_index=3)", labels=V([[1, 2], [2, 0]]), logits=N(5, 2, 4))
r.add("tf.nn.ctc_greedy_decoder", "tf.sparse.to_dense($(logits, [5, 4])[0][0])", logits=N(5, 2, 4))
r.add("tf.edit_distance", "$(tf.sparse.from_dense([[1, 2]]), tf.sparse.from_dense([[1, 3]]))")
r.add("tf.nn.normalize_moments", "$(tf.constant(4.0), f, f * f, None)", **Z)
r.add("keras.tree.flatten", "$([f, (v, s)])", **Z)
r.add("keras.tree.map_structure", "$(lambda t_: t_ * 2.0, [f, v])", **Z)
r.add("keras.utils.bounding_boxes.compute_iou", "$(q, q2, bounding_box_format='xyxy')", **Z)
r.add("keras.utils.bounding_boxes.compute_ciou", "$(q, q2, bounding_box_format='xyxy')", **Z)
r.add("keras.utils.bounding_boxes.convert_format", "$({'boxes': q, 'labels': tf.constant([0, 1])}, source='xyxy', target='center_xywh')['boxes']" , "$(q, source='xyxy', target='xywh')", **Z)
for name, calls in {"nanargmin": ("$(nn, axis=1)",), "nancumprod": ("$(nn)",), "nanpercentile": ("$(nn, 50)",), "nanquantile": ("$(nn, 0.3)",), "view_as_complex": ("ops.real($(x))",), "view_as_real": ("$(ops.view_as_complex(x))",), "matrix_rank": ("$(x)",), "adaptive_average_pool": ("$(h, 2)",), "adaptive_max_pool": ("$(h, 2)",), "unfold": ("$(ops.transpose(h, (0, 3, 1, 2)), 2)",), "empty": ("$((2, 0))",), "image.map_coordinates": ("$(f, ops.convert_to_tensor([[0.5, 1.0], [0.5, 1.5]]), order=1)",), "custom_gradient": ("""
@$
def op(z, *args, upstream=None):
    def grad(*args, upstream=None):
        upstream = args[0] if upstream is None else upstream
        return upstream * 2.0
    return z * z, grad
return op(f)
""",), "image.scale_and_translate": ("$(h, (1, 2, 2, 1), ops.convert_to_tensor([0.5, 0.5]), ops.convert_to_tensor([0.0, 0.0]), (1, 2), 'linear')",), "image.extract_patches_3d": ("$(ops.reshape(h, (1, 2, 2, 4, 1)), (1, 2, 2))",), "istft": ("$(ops.stft(v8, 4, 2, 4), 4, 2, 4)",)}.items():
    r.add(f"keras.ops.{name}", *calls, **Z, v8=N(8))
r.fails("keras.ops.vectorize", "$(lambda e: e * 2.0)(v)", **Z)
for name in ("column_stack", "gammainc", "matrix_power"):
    r.fails(f"keras.ops.{name}", "$(x)", **Z)  # keras 3.16's, not in 3.15.1
for name, calls in {"any": "x * np.any([True, False])", "isin": "tf.boolean_mask(f, np.isin([0, 1], [1]))", "logical_and": "x * np.logical_and(True, False)", "min": "x * np.min([2.0, 3.0])", "minimum": "x * np.minimum(2.0, 3.0)", "nanmean": "x * np.nanmean([1.0, np.nan, 3.0])", "nanstd": "x * np.nanstd([1.0, np.nan, 3.0])", "shape": "np.shape(x)", "ogrid": "x * np.ogrid[0:2].reshape(1, 2).astype('float32')", "triu_indices": "tf.constant(np.triu_indices(3, 1)[0])", "ix_": "tf.constant(np.eye(3)[np.ix_([0, 2], [0, 2])], tf.float32)", "empty": "tf.constant(np.empty((0, 2), np.float32))", "nan_to_num": "x * np.nan_to_num(np.nan)", "var": "x * np.var([1.0, 3.0])", "std": "x * np.std([1.0, 3.0])", "dot": "x * np.dot([1.0, 2.0], [3.0, 4.0])", "floor": "x * np.floor(2.7)", "argsort": "tf.gather(v, np.argsort([3, 1, 2]))", "sort": "x * np.sort([3.0, 1.0])[0].astype('float32')", "hstack": "x * np.hstack([[1.0], [2.0]]).astype('float32')", "vstack": "x * np.vstack([[1.0, 2.0], [3.0, 4.0]]).astype('float32')", "repeat": "x * np.repeat(np.float32(2.0), 2)", "newaxis": "v[:, np.newaxis]", "inf": "tf.minimum(x, np.inf)", "nan": "tf.where(x > 0, x, np.nan)", "isclose": "x * np.isclose(1.0, 1.0)", "sign": "x * np.sign(-2.0)", "tril": "tf.constant(np.tril(np.ones((2, 2))), tf.float32)", "fill_diagonal": "\nq3 = np.ones((2, 2), np.float32)\nnp.fill_diagonal(q3, 0.0)\nreturn x * q3\n", "ndindex": "len(list(np.ndindex(2, 3)))", "asarray": "x * np.asarray([1.0, 2.0], dtype='float32')", "split": "x * np.split(np.arange(4, dtype=np.float32), 2)[1]", "log1p": "x * np.log1p(1.0)", "tanh": "x * np.tanh(0.5)", "arctan": "x * np.arctan(1.0)", "round": "x * np.round(2.567, 1)", "allclose": "x * np.allclose([1.0], [1.0])", "swapaxes": "x * np.swapaxes(np.ones((2, 1), np.float32), 0, 1)", "einsum": "x * np.einsum('i,i->', [1.0, 2.0], [3.0, 4.0])", "float16": "tf.cast(x, np.float16)", "int64": "tf.cast(x, np.int64)", "bool_": "tf.cast(x, np.bool_)", "ndarray": "isinstance(np.ones(2), np.ndarray)", "linalg.det": "x * np.linalg.det(np.array([[2.0, 1.0], [1.0, 3.0]]))", "linalg.cholesky": "x * np.linalg.cholesky(np.array([[4.0, 0.0], [0.0, 9.0]])).astype('float32')", "linalg.eigvalsh": "x * np.linalg.eigvalsh(np.array([[2.0, 0.0], [0.0, 3.0]])).astype('float32')", "trapezoid": "x * np.trapezoid([1.0, 2.0, 3.0])", "histogram": "tf.constant(np.histogram([1.0, 2.0, 2.5], bins=2)[0])", "percentile": "x * np.percentile([1.0, 2.0, 4.0], 50)", "median": "x * np.median([1.0, 2.0, 4.0])", "digitize": "tf.constant(np.digitize([0.5, 1.5], [0.0, 1.0]))", "bincount": "tf.constant(np.bincount([0, 1, 1]))", "roll": "tf.constant(np.roll([1.0, 2.0, 3.0], 1), tf.float32)", "flip": "tf.constant(np.flip([1.0, 2.0]), tf.float32)", "interp": "x * np.interp(0.5, [0.0, 1.0], [2.0, 4.0])", "convolve": "tf.constant(np.convolve([1.0, 2.0], [1.0, 1.0]), tf.float32)", "kron": "tf.constant(np.kron([1.0, 2.0], [1.0, 1.0]), tf.float32)", "trace": "x * np.trace(np.eye(3))", "nonzero": "tf.constant(np.nonzero([0, 1, 2])[0])", "count_nonzero": "x * np.count_nonzero([0, 1, 2])"}.items():
    r.add(f"np.{name}", calls, **Z)
r.add("np.random", "x * np.random.rand()", "x + np.random.normal(size=(2, 2))", "tf.constant(np.random.randint(0, 5, (3,)))", "np.random.choice([1, 2, 3])", "tf.constant(np.random.uniform(0, 1, (2,)))", "x * np.random.RandomState(0).rand()", "tf.constant(np.random.permutation(4))", random=True, **Z)
for attribute in ("name", "op", "graph", "op.type", "consumers()"):
    r.fails("." + attribute.split("(")[0], f"x.{attribute}", **Z)
r.add("._keras_history", "hasattr(x, '_keras_history')", "getattr(x, '_keras_mask', None) is None", **Z)
r.add("tf.Tensor", "isinstance(x, $)", **Z)
r.add("tf.float32", "tf.cast(1, $)", "tf.cast(x, tf.dtypes.float64)", "tf.dtypes.as_dtype('float32').name", "x.dtype == $", "tf.float32.max", "tf.float32.min * 0.0 + s", "tf.int32.max", **Z)
r.add("tf.unravel_index", "$([3, 5], [2, 3])", **Z)
r.add("tf.cumsum", "tf.cumsum(tf.cast(v > 0, tf.int32))", **Z)
r.add("tf.math.reduce_euclidean_norm", "$(x - 1.0, axis=-1)", **Z)
r.add("tf.math.sobol_sample", "$(2, 3)", **Z)
r.add("tf.ragged.constant", "$([[1.0, 2.0], [3.0]]).to_tensor()", "tf.reduce_sum($([[1.0, 2.0], [3.0]]), axis=1)", **Z)
r.add("tf.RaggedTensor.from_row_lengths", "$(v, [1, 3]).to_tensor()", **Z)
r.add("tf.strings.as_string", "$(tf.constant([1, 2]))", **Z)
r.add("tf.bitwise.bitwise_and", "$([5, 3], [1, 2])", **Z)
r.add("tf.sets.intersection", "tf.sparse.to_dense($([[1, 2]], [[2, 3]]))", **Z)
r.add("tf.nn.collapse_repeated", "$([[1, 1, 2]], [3])[0]", **Z)
r.add("tf.config.run_functions_eagerly", "\n$(False)\nreturn x\n", **Z)
r.add("tf.autograph.experimental.do_not_convert", "$(lambda e: e * 2.0)(x)", **Z)
r.add("tf.Module", """
class Scale($):
    def __init__(self):
        super().__init__()
        self.k = tf.Variable(2.0)
    def __call__(self, e):
        return e * self.k
return Scale()(x)
""", **Z)
r.add("tf.TensorSpec", "$([2, None], tf.float32).shape", **Z)
r.add("tf.type_spec_from_value", "$(x).shape", **Z)
r.add("tf.distribute.ReduceOp", "tf.reduce_sum(x) if $.SUM is not None else x", **Z)
r.add("tf.math", "getattr($, 'exp')(x)", **Z)
r.add("tf.compat.v1.log", "$(tf.abs(x))", **Z)
r.add("tf.compat.v1.to_float", "$(tf.constant([1, 2]))", **Z)
r.add("tf.compat.v1.reduce_sum", "$(x, axis=1, keep_dims=True)", **Z)
r.add("tf.compat.v1.losses.mean_squared_error", "$(x, x * 0.5)", **Z)
r.add("tf.compat.v1.losses.huber_loss", "$(x, x * 0.5, delta=0.3)", **Z)
r.add("tf.compat.v1.div", "$(x, 2.0)", **Z)
r.add("tf.compat.v1.where", "$(x > 0, x, 0.0 * x)", **Z)
r.add("tf.compat.v1.image.resize_bilinear", "$(h, [2, 2])", **Z)
r.add("tf.compat.v1.nn.softmax_cross_entropy_with_logits_v2", "$(labels=tf.nn.softmax(x), logits=x)", **Z)
r.add("tf.compat.v2.reduce_mean", "$(x, axis=-1)", **Z)
r.add("tf.keras.ops.sum", "$(x)", **Z)
r.add("keras.random.normal", "$((2, 3))", random=True)
r.add("keras.random.uniform", "$((2, 3), seed=1)", random=True)
r.add("tf.random.Generator", "$.from_seed(1).normal([2])", random=True)
r.add("tf.random.stateless_categorical", "$(x, 2, seed=[1, 2])", random=True, **Z)
r.add("tf.random.experimental.stateless_shuffle", "$(v, seed=[1, 2])", random=True, **Z)
r.add("tf.random.poisson", "$([2], 3.0)", random=True)
r.add("K.set_epsilon", """
$(1e-3)
e = K.epsilon()
K.set_epsilon(1e-7)
return x + e
""", flavors=BOTH, **Z)
r.add("K.set_floatx", """
$('float32')
return K.floatx()
""", flavors=BOTH, **Z)
r.add("K.set_image_data_format", """
$('channels_last')
return K.image_data_format()
""", flavors=BOTH, **Z)
r.add("K.clear_session", "\n$()\nreturn x\n", flavors=BOTH, **Z)
r.add("K.batch_get_value", "$([tf.Variable(1.0), tf.Variable([2.0])])", flavors=BOTH, **Z)
r.add("K.is_float_dtype", "$('float32')", flavors=K3, **Z)
r.add("K.is_int_dtype", "$('float32')", flavors=K3, **Z)
r.add("K.result_type", "$('int32', 'float32')", flavors=K3, **Z)
r.add("K.standardize_dtype", "$(x.dtype)", flavors=K3, **Z)
r.add("K.normalize_batch_in_training", "$(f, tf.ones([3]), tf.zeros([3]), [0])[0]", flavors=K2, **Z)
r.add("K.set_learning_phase", "\n$(0)\nreturn x * (1 + K.learning_phase())\n", flavors=K2, **Z)
r.add("keras.losses.MSE", "$(x, x * 0.5)", flavors=K2, **Z)
r.fails("keras.losses.MSE", "$(x, x * 0.5)", flavors=K3, **Z)
r.fails("keras.losses.mae_", "$(x, x)", flavors=BOTH, **Z)
for name in ("cosine_proximity", "cosine", "logcosh_"):
    r.fails(f"keras.losses.{name}", "$(x, x)", flavors=BOTH, **Z)
for name in ("mse", "mae", "mape", "msle", "kld", "logcosh", "kullback_leibler_divergence"):
    r.fails(f"keras.losses.{name}", "$(x, x)", flavors=K3, **Z)
r.add("tf.logging.info", "\n$('x')\nreturn x\n", "\ntf.logging.set_verbosity(tf.logging.ERROR)\nreturn x\n", flavors=T1, **Z)
r.add("tf.add_to_collection", "\n$('losses', tf.reduce_sum(x))\nreturn x\n", flavors=T1, **Z)
r.add("tf.contrib.distributions.Normal", "$(0.0, 1.0).log_prob(x)", flavors=T1, reference=True, **Z)
r.add("tf.trainable_variables", "$()", flavors=T1, **Z)
r.add("tf.nn.batch_normalization", "$(f, 0.0, 1.0, 0.5, 2.0, 1e-3)", flavors=T1, **Z)
r.add("tf.py_function", "$(lambda e: e * 2.0, [x], tf.float32)", flavors=T1, **Z)
r.add("tf.global_variables_initializer", "\n$()\nreturn x\n", flavors=T1, **Z)
r.add("tf.get_default_graph", "\n$()\nreturn x\n", flavors=T1, **Z)
r.fails("tf.placeholder", "$(tf.float32, [None, 3])", flavors=T1, **Z)
r.fails("tf.Session", "\nwith $() as sess:\n    return sess.run(x)\n", flavors=T1, **Z)

W = dict(y=V([0.0, 1.0]), p=U(2, 1), q=U(2, 3), w=V([0.5, 2.0]), t=U(2, 3))
i3.add("keras.losses.loss.squeeze_or_expand_to_same_rank", "squeeze_or_expand_to_same_rank(y, p)", "squeeze_or_expand_to_same_rank(q, y)", "squeeze_or_expand_to_same_rank(q, t)", "squeeze_or_expand_to_same_rank(q, q[..., None])", "squeeze_or_expand_to_same_rank(p, w, expand_rank_1=False)", **W)
i3.add("keras.losses.loss.reduce_weighted_values", "reduce_weighted_values(y, sample_weight=w)", "reduce_weighted_values(q, reduction='sum')", "reduce_weighted_values(y, sample_weight=w, reduction='mean_with_sample_weight')", "reduce_weighted_values(q, sample_weight=p, reduction=None)", "reduce_weighted_values(y, mask=tf.constant([True, False]))", **W)
i3.add("keras.losses.losses.LossFunctionWrapper", "LossFunctionWrapper(lambda a, b: tf.abs(a - b))(y, p)", "LossFunctionWrapper(lambda a, b, k: tf.reduce_mean(k * tf.abs(a - b), -1), reduction='sum', k=3.0)(t, q)", **W)
i2.add("losses_utils.compute_weighted_loss", "losses_utils.compute_weighted_loss(q, sample_weight=p)", "losses_utils.compute_weighted_loss(y, w, reduction='sum')", "losses_utils.compute_weighted_loss(q, w, reduction='none')", "losses_utils.compute_weighted_loss(tf.constant([1, 2, 4]))", **W)
i2.add("losses_utils.squeeze_or_expand_dimensions", "losses_utils.squeeze_or_expand_dimensions(p, y)", "losses_utils.squeeze_or_expand_dimensions(q, y, w)", **W)
i2.add("losses_utils.reduce_weighted_loss", "losses_utils.reduce_weighted_loss(q)", "losses_utils.reduce_weighted_loss(q, reduction='sum')", **W)
i2.add("keras.losses.LossFunctionWrapper", "LossFunctionWrapper(lambda a, b: tf.abs(a - b))(y, p)", "LossFunctionWrapper(lambda a, b, k: tf.reduce_mean(k * tf.abs(a - b), -1), reduction='sum', k=3.0)(t, q)", **W)
