"""TensorFlow Addons, TensorFlow Probability, activations, metrics, utilities and layers of Keras that losses call, and custom Loss classes."""
from samples import B, Family, H, I, N, R, S, U, V

FAMILIES = [a := Family("addons", ("keras2",), "import tensorflow_addons as tfa\n"), p := Family("probability", ("keras2",), "import tensorflow_probability as tfp\ntfd = tfp.distributions\n"), k := Family("keras_other", ("keras3", "keras2")), c := Family("custom_losses", ("keras3", "keras2"))]
BOTH, K2, K3 = ("keras3", "keras2"), ("keras2",), ("keras3",)

E = dict(y=V([0, 1, 0, 1, 2]), e=N(5, 3), one=V([[0], [1], [0], [1], [2]]), sim=N(5, 5), t=B(2, 3, dtype="float32"), p=U(2, 3), z=N(2, 3), d=R(0, 2, 4), l=V([1.0, 0.0, 1.0, 0.0]), b1=V([[0.1, 0.1, 0.6, 0.7], [0.2, 0.3, 0.9, 0.8]]), b2=V([[0.2, 0.0, 0.5, 0.9], [0.5, 0.5, 1.0, 1.0]]), h=H(4, 3), q=S(4, 3), ml=V([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
         w=V([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]), s=N(2, 3, 4), ids=I(4, 2, 3), r=N(2, 3), far=V([[0.0, 0.0, 0.1, 0.1]]), near=V([[0.5, 0.5, 0.6, 0.6]]), i=B(2, 3, dtype="int32"))
for name, calls in {
    "contrastive_loss": ("$(l, d)", "$(l, d, margin=0.5)", "$(V0, d)"), "sigmoid_focal_crossentropy": ("$(t, p)", "$(t, z, from_logits=True)", "$(t, p, alpha=0.5, gamma=1.0)", "$(i, p)", "$(t, p, 0.25, 0.0)"), "giou_loss": ("$(b1, b2)", "$(b1, b2, mode='iou')", "$(far, near)"),
    "lifted_struct_loss": ("$(y, e)", "$(y, e, margin=2.0)"), "npairs_loss": ("$(y, sim)", "$(y, tf.matmul(e, e, transpose_b=True))"), "npairs_multilabel_loss": ("$(ml, sim)",), "pinball_loss": ("$(r, z)", "$(r, z, tau=0.1)", "$(r, z, tau=[0.1, 0.5, 0.9])"), "sparsemax_loss": ("$(z, tfa.activations.sparsemax(z), p)",),
    "triplet_semihard_loss": ("$(y, e)", "$(one, e)", "$(y, tf.math.l2_normalize(e, axis=1), margin=0.3)", "$(y, e, distance_metric='squared-L2')", "$(y, e, 1.0, 'angular')"), "triplet_hard_loss": ("$(y, e)", "$(y, e, margin=0.5)", "$(y, e, soft=True)", "$(y, e, distance_metric='angular')"),
    "ContrastiveLoss": ("$()(l, d)", "$(margin=2.0)(l, d)"), "SigmoidFocalCrossEntropy": ("$()(t, p)", "$(from_logits=True)(t, z)", "$(alpha=0.3, gamma=1.5, reduction='sum')(t, p)"), "GIoULoss": ("$()(b1, b2)", "$('iou')(b1, b2)"), "PinballLoss": ("$()(r, z)", "$(tau=0.9)(r, z)"), "LiftedStructLoss": ("$()(y, e)",), "NpairsLoss": ("$()(y, sim)",), "NpairsMultilabelLoss": ("$()(ml, sim)",),
    "TripletSemiHardLoss": ("$()(y, e)", "$(margin=0.2)(y, e)"), "TripletHardLoss": ("$()(y, e)", "$(soft=True)(y, e)"), "SparsemaxLoss": ("$()(p, z)",), "WeightedKappaLoss": ("$(num_classes=3)(h, q)", "$(3, weightage='linear')(h, q)"),
    "metric_learning.pairwise_distance": ("$(e)", "$(e, squared=True)"), "metric_learning.angular_distance": ("$(e)",),
}.items():
    a.add(f"tfa.losses.{name}", *[call.replace("V0", "tf.cast(l, tf.int32)") for call in calls], reference=True, **E)
a.add("tfa.activations.sparsemax", "$(z)", "$(s)", reference=True, **E)
a.add("tfa.seq2seq.sequence_loss", "$(s, ids, w)", "$(s, ids, w, average_across_timesteps=False)", "$(s, ids, w, False, False, True, True)", "$(s, ids, w, average_across_timesteps=False, average_across_batch=False)", reference=True, **E)
a.fails("tfa.losses.giou_loss", "$(b1, b2, mode='ciou')", reference=True, **E)
a.fails("tfa.losses.WeightedKappaLoss", "$()(h, q)", reference=True, **E)

D = dict(x=N(2, 3), m=N(2, 3), s=R(0.2, 2, 2, 3), u=U(2, 3), z=N(2, 3), c=V([[0.0, 2.0, 1.0], [3.0, 0.0, 1.0]]), l=V([0, 2]), q=S(2, 3), v=N(3), cov=V([[2.0, 0.5, 0.1], [0.5, 1.0, 0.2], [0.1, 0.2, 1.5]]), r=R(0.2, 2, 3))
for name, calls in {
    "Normal": ("$(m, s).log_prob(x)", "$(loc=0.0, scale=1.0).log_prob(x)", "-tf.reduce_mean($(loc=m, scale=s).log_prob(x), axis=-1)", "$(m, s).mean()", "$(m, s).prob(x)", "$(m, s).entropy()", "$(m, s).cdf(x)", "$(m, s).kl_divergence($(0.0, 1.0))", "$(m, s).stddev()", "$(m, s).variance()", "$(m, s).quantile(u)"),
    "Laplace": ("$(m, s).log_prob(x)",), "Bernoulli": ("$(logits=z).log_prob(tf.cast(c > 0, tf.float32))", "$(probs=u).log_prob(1.0)", "$(logits=z).entropy()"), "Categorical": ("$(logits=z).log_prob(l)", "$(probs=q).log_prob(l)", "$(logits=z).entropy()"), "Poisson": ("$(rate=s).log_prob(c)", "$(log_rate=z).log_prob(c)"),
    "Gamma": ("$(concentration=s, rate=s).log_prob(s)",), "Beta": ("$(s, s).log_prob(u)",), "NegativeBinomial": ("$(total_count=s, logits=z).log_prob(c)", "$(total_count=s, probs=u).log_prob(c)"), "Exponential": ("$(rate=s).log_prob(s)",), "LogNormal": ("$(m, s).log_prob(s)",), "StudentT": ("$(df=s, loc=m, scale=s).log_prob(x)",), "Multinomial": ("$(total_count=3.0, probs=q).log_prob(c)", "$(3.0, logits=z).log_prob(c)"), "Dirichlet": ("$(s).log_prob(q)",), "Uniform": ("$(0.0, s * 10.0).log_prob(u)",), "Cauchy": ("$(m, s).log_prob(x)",), "Logistic": ("$(m, s).log_prob(x)", "$(m, s).cdf(x)"), "Weibull": ("$(s, s).log_prob(s)",),
    "MultivariateNormalDiag": ("$(loc=m, scale_diag=s).log_prob(x)", "$(m, s).mean()"), "MultivariateNormalTriL": ("$(loc=v, scale_tril=tf.linalg.cholesky(cov)).log_prob(x)",), "MultivariateNormalFullCovariance": ("$(loc=v, covariance_matrix=cov).log_prob(x)",), "Independent": ("$(tfd.Normal(m, s), reinterpreted_batch_ndims=1).log_prob(x)",),
    "MixtureSameFamily": ("$(mixture_distribution=tfd.Categorical(logits=v), components_distribution=tfd.Normal(loc=v, scale=r)).log_prob(x[:, 0])",),
    "kl_divergence": ("$(tfd.Normal(m, s), tfd.Normal(x, 1.0))", "tf.reduce_sum($(tfd.Categorical(probs=q), tfd.Categorical(logits=z)))"),
}.items():
    p.add(f"tfd.{name}", *calls, **D)
p.add("tfd.Normal", "$(m, s).sample(4)", "$(m, s).sample()", random=True, **D)
p.add("tfp.stats.covariance", "$(x)", "$(x, m, sample_axis=0, event_axis=-1)", "$(x, sample_axis=1, event_axis=None)", **D)
p.add("tfp.stats.correlation", "$(x, m, event_axis=None)", **D)
p.add("tfp.stats.percentile", "$(x, 50.0)", "$(v, 30.0, interpolation='linear')", "$(x, q=90.0, axis=1)", **D)
p.add("tfp.math.lbeta", "$(s, s)", **D)

A = dict(x=N(2, 3), y=N(2, 3), w=N(3), h=H(2, 3), q=S(2, 3), t=B(2, 3, dtype="float32"), u=U(2, 3), l=V([0, 2]), c=N(2, 2, 3), i=V([0, 2, 1]), z=V([-4.0, -3.0, -2.5, 0.0, 2.5, 3.0, 6.0]), sp=V([[0], [2]]))
for name in ("relu", "sigmoid", "softmax", "tanh", "elu", "selu", "softplus", "softsign", "hard_sigmoid", "linear", "exponential", "gelu", "swish", "leaky_relu", "mish", "silu", "relu6", "log_softmax", "hard_silu", "tanh_shrink"):
    flavors = K3 if name in ("leaky_relu", "silu", "relu6", "log_softmax", "hard_silu", "tanh_shrink") else BOTH
    k.add(f"keras.activations.{name}", "$(x)", flavors=flavors, **A)
    if name not in ("softmax", "log_softmax"):
        k.add(f"keras.activations.{name}", "$(z)", flavors=flavors, **A)
k.add("keras.activations.softmax", "$(x, axis=0)", "$(c)", **A)
k.add("tf.keras.activations.sigmoid", "$(x)", flavors=K3, **A)
k.add("tf.keras.activations.softmax", "$(x)", "$(x, axis=-1)", flavors=K3, **A)
k.add("tf.keras.activations.relu", "$(x)", flavors=K3, **A)
k.add("keras.activations.relu", "$(z, max_value=2.0)", "$(z, 0.1)", "$(z, threshold=1.0)", **A)
k.add("keras.activations.get", "$('relu')(x)", "$('sigmoid')(x)", **A)
for name, calls in {"mean_squared_error": "$(x, y)", "mean_absolute_error": "$(x, y)", "binary_accuracy": "$(t, u)", "categorical_accuracy": "$(h, q)", "sparse_categorical_accuracy": "$(l, q)", "top_k_categorical_accuracy": "$(h, q, k=2)", "binary_crossentropy": "$(t, u)", "categorical_crossentropy": "$(h, q)", "kl_divergence": "$(q, q[::-1])"}.items():
    k.add(f"keras.metrics.{name}", calls, **A)
for name, call in {"Mean": "$()(x)", "MeanSquaredError": "$()(x, y)", "MeanAbsoluteError": "$()(x, y)", "BinaryAccuracy": "$()(t, u)", "CategoricalAccuracy": "$()(h, q)", "MeanMetricWrapper": "$(keras.losses.mse if hasattr(keras.losses, 'mse') else keras.losses.mean_squared_error)(x, y)"}.items():
    k.add(f"keras.metrics.{name}", call, **A)
k.add("keras.metrics.Mean", """
m = $()
m.update_state(x)
m.update_state([1.0, 2.0])
return m.result()
""", **A)
k.add("keras.utils.to_categorical", "$(i, 3)", "tf.constant($(np.array([0, 2]), num_classes=3), tf.float32) * x", **A)
k.add("keras.utils.normalize", "$(np.array([[3.0, 4.0]]))", **A)
k.add("keras.layers.Flatten", "$()(c)", **A)
k.add("keras.layers.Reshape", "$((3, 2))(c)", **A)
k.add("keras.layers.Concatenate", "$()([x, y])", "$(axis=0)([x, y])", **A)
k.add("keras.layers.Lambda", "$(lambda q_: q_ * 2.0)(x)", **A)
k.add("keras.layers.Softmax", "$()(x)", **A)
k.add("keras.layers.ReLU", "$()(x)", **A)
k.add("keras.layers.Activation", "$('sigmoid')(x)", **A)
k.add("keras.layers.Add", "$()([x, y])", **A)
k.add("keras.layers.Multiply", "$()([x, y])", **A)
k.add("keras.layers.Dot", "$(axes=1)([x, y])", "$(axes=1, normalize=True)([x, y])", **A)
k.add("keras.layers.concatenate", "$([x, y], axis=-1)", **A)
k.add("keras.layers.GlobalAveragePooling1D", "$()(c)", **A)
k.add("keras.layers.AveragePooling2D", "$((2, 2))(im)", im=U(1, 4, 4, 1))
k.add("keras.layers.MaxPooling2D", "$((2, 2), strides=1, padding='same')(im)", im=U(1, 4, 4, 1))
k.add("keras.layers.UpSampling2D", "$(2)(im)", im=U(1, 2, 2, 1))
k.add("keras.layers.ZeroPadding2D", "$(1)(im)", im=U(1, 2, 2, 1))
k.add("keras.layers.LayerNormalization", "$()(x)", **A)
k.add("keras.layers.Dense", "$(2, kernel_initializer='ones', bias_initializer='zeros')(x)", "$(1, activation='sigmoid', kernel_initializer=keras.initializers.Constant(0.5))(x)", **A)
k.add("keras.layers.Dropout", "$(0.5)(x)", **A)
k.add("keras.regularizers.l2", "$(0.01)(x)", **A)
k.add("keras.regularizers.L1", "$(0.01)(x)", **A)
k.add("keras.initializers.Constant", "$(2.0)((2,))", **A)
k.add("keras.saving.register_keras_serializable", """
@$(package='p', name='n1')
def loss(a, b):
    return tf.reduce_mean(tf.square(a - b), axis=-1)
return loss(x, y)
""", **A)
k.add("keras.utils.register_keras_serializable", """
@$()
def loss_fn(a, b):
    return tf.reduce_mean(tf.abs(a - b), axis=-1)
return loss_fn(x, y)
""", **A)
k.add("keras.utils.get_custom_objects", """
$()['my_loss'] = lambda a, b: tf.abs(a - b)
return keras.losses.get('my_loss')(x, y)
""", flavors=K2, **A)
k.fails("keras.utils.get_custom_objects", """
$()['my_loss'] = lambda a, b: tf.abs(a - b)
return keras.losses.get('my_loss')(x, y)
""", flavors=K3, **A)
k.add("keras.losses.serialize", "keras.losses.get('mse')(x, y)", **A)
k.add("keras.mixed_precision.global_policy", "$().name", flavors=K2, **A)
k.add("tf.losses.MSE", "$(x, y)", flavors=K3, **A)
k.add("tf.losses.mse", "$(x, y)", flavors=K3, **A)
k.add("tf.losses.BinaryCrossentropy", "$()(t, u)", flavors=K3, **A)
k.add("tf.losses.MeanSquaredError", "$()(x, y)", flavors=K3, **A)
k.add("tf.losses.categorical_crossentropy", "$(h, q)", flavors=K3, **A)
k.add("tf.losses.Reduction", "tf.losses.MeanSquaredError(reduction=$.SUM)(x, y)", flavors=K3, **A)
k.add("tf.metrics.mse", "$(x, y)", flavors=K3, **A)
k.fails("tf.losses.mean_squared_error", "$(x, y)", flavors=K3, **A)
k.fails("tf.losses.huber_loss", "$(x, y)", flavors=K3, **A)
k.fails("tf.metrics.mean_squared_error", "$(x, y)", flavors=K3, **A)
k.fails("tf.metrics.mean", "$(x)", flavors=K3, **A)
k.add("tf.experimental.numpy.mean", "$(x)", "$(x, axis=1)", flavors=K3, **A)
k.add("tf.experimental.numpy.square", "$(x)", flavors=K3, **A)
k.add("tf.experimental.numpy.log2", "$(u)", flavors=K3, **A)
k.add("tf.experimental.numpy.pi", "x * $", flavors=K3, **A)
k.add("tf.experimental.numpy.sum", "$(x, axis=0)", flavors=K3, **A)
k.add("tf.experimental.numpy.log10", "$(u)", flavors=K3, **A)

L = dict(y_true=H(2, 3), y_pred=S(2, 3), w=V([0.5, 2.0]), k=U(2, 1), t=V([0.0, 1.0]), z=N(2, 3))
for source in ("""
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)
return Custom()(y_true, y_pred)
""", """
class Custom(keras.losses.Loss):
    def __init__(self, alpha=0.5, reduction='sum', name='custom'):
        super().__init__(reduction=reduction, name=name)
        self.alpha = alpha
    def call(self, y_true, y_pred):
        return self.alpha * tf.reduce_sum(tf.abs(y_true - y_pred), axis=-1)
return Custom(alpha=2.0)(y_true, y_pred)
""", """
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_sum(y_pred * y_true, axis=-1)
return Custom(reduction='none')(y_true, y_pred, sample_weight=w)
""", """
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred))
return Custom()(y_true, y_pred)
""", """
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.square(y_true - y_pred)
return Custom()(t, k)
""", """
class Custom(keras.losses.CategoricalCrossentropy):
    def __init__(self, scale=3.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
    def call(self, y_true, y_pred):
        return self.scale * super().call(y_true, y_pred)
return Custom(from_logits=True)(y_true, z)
""", """
class Custom(keras.losses.Loss):
    def __init__(self):
        super().__init__()
        self.inner = keras.losses.MeanAbsoluteError(reduction='none')
    def call(self, y_true, y_pred):
        return self.inner(y_true, y_pred) + keras.losses.categorical_crossentropy(y_true, y_pred)
return Custom()(y_true, y_pred)
""", """
def factory(gamma=2.0, alpha=0.25):
    def focal(y_true, y_pred):
        p = tf.clip_by_value(y_pred, 1e-7, 1.0 - 1e-7)
        return tf.reduce_sum(-alpha * y_true * tf.pow(1.0 - p, gamma) * tf.math.log(p), axis=-1)
    return focal
return factory()(y_true, y_pred)
""", """
def dice(y_true, y_pred, smooth=1.0):
    a, b = K.flatten(y_true), K.flatten(y_pred)
    return 1.0 - (2.0 * K.sum(a * b) + smooth) / (K.sum(a) + K.sum(b) + smooth)
return dice(y_true, y_pred)
""", """
class Outer:
    def __init__(self):
        self.ce = keras.losses.CategoricalCrossentropy()
    def loss(self, y_true, y_pred):
        return self.ce(y_true, y_pred) * 2.0
return Outer().loss(y_true, y_pred)
""", """
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)
    def get_config(self):
        return {**super().get_config()}
loss = Custom(name='mine')
return loss(y_true, y_pred) + loss.call(y_true, y_pred)
"""):
    c.add("keras.losses.Loss", source, **L)
c.fails("keras.losses.Loss", """
class Custom(keras.losses.Loss):
    pass
return Custom()(y_true, y_pred)
""", """
class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=0)
return Custom()(y_true, y_pred, sample_weight=w)
""", **L)
