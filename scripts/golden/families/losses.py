"""tf.keras / Keras 3 and Keras 2 losses as functions and as classes, and the losses of tf.nn."""
from samples import B, Family, H, I, N, R, S, U, V

FAMILIES = [f := Family("losses", ("keras3", "keras2")), n := Family("nn_losses")]
BOTH = ("keras3", "keras2")

REG = dict(y_true=N(2, 3), y_pred=N(2, 3), a=V([[1.0, 0.0], [2.0, 3.0]]), b=V([[1.0, 0.5], [0.0, -1.0]]), t4=N(2, 2, 2, 1), p4=N(2, 2, 2, 1), k=N(2, 1), t1=N(2), one=N(3), i=I(3, 2, 3), tie=V([[1.0, -1.0, 0.0]]), zero=V([[0.0, 0.0, 0.0]]))
FUNCTIONS = {"mean_squared_error": "mse|MSE", "mean_absolute_error": "mae|MAE", "mean_absolute_percentage_error": "mape|MAPE", "mean_squared_logarithmic_error": "msle|MSLE", "log_cosh": "logcosh", "huber": "", "hinge": "", "squared_hinge": "", "categorical_hinge": "", "poisson": "",
             "kl_divergence": "kld|KLD|kullback_leibler_divergence", "cosine_similarity": ""}
for name, short in FUNCTIONS.items():
    main = f"keras.losses.{name}"
    f.add(main, "$(y_true, y_pred)", "$(a, b)", "$(t4, p4)", "$(y_true, k)", "$(k, y_true)", "$(tie, zero)", "$(zero, tie)", "$(one, one)", "tf.reduce_mean($(y_true, y_pred))", "$(y_true=y_true, y_pred=y_pred)", **REG)
    (f.fails if name == "cosine_similarity" else f.add)(main, "$(i, y_pred)", flavors=("keras2",), **REG)
    f.add(main, "$(i, y_pred)", flavors=("keras3",), **REG)
    f.add(main, "$(t1, k)", flavors=("keras3",), **REG)
    if name in ("huber", "hinge", "squared_hinge", "categorical_hinge", "poisson", "cosine_similarity"):
        f.add(f"tf.keras.losses.{name}", "$(y_true, y_pred)", flavors=("keras3",), **REG)
    else:  # TensorFlow 2.16 and later have only the short names under tf.keras
        f.fails(f"tf.keras.losses.{name}", "$(y_true, y_pred)", flavors=("keras3",), **REG)
    for alias in filter(None, short.split("|")):
        f.add(f"tf.keras.losses.{alias}", "$(y_true, y_pred)", flavors=("keras3",), **REG)
        f.add(f"keras.losses.{alias}", "$(y_true, y_pred)", flavors=("keras2",), **REG)
    f.fails(main, "$(y_true)", "$(y_true, y_pred, axis=1, reduction='sum')", "$(y_true, tf.zeros([2, 4]))", "$(y_true, y_pred, sample_weight=k)", **REG)
f.add("keras.losses.huber", "$(y_true, y_pred, delta=0.5)", "$(a, b, 2.0)", **REG)
f.add("keras.losses.kl_divergence", "$(p, q)", "$(h, q)", p=S(2, 3), q=S(2, 3), h=H(2, 3))
f.add("keras.losses.poisson", "$(p, q)", p=R(0, 3, 2, 3), q=R(0.1, 3, 2, 3))
f.add("keras.losses.cosine_similarity", "$(y_true, y_pred, axis=0)", "$(y_true, y_pred, axis=1)", **REG)
f.add("keras.losses.hinge", "$(bin, y_pred)", "$(sgn, y_pred)", bin=V([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]), sgn=V([[-1.0, 1.0, 1.0], [1.0, -1.0, 1.0]]), y_pred=N(2, 3))
f.add("keras.losses.squared_hinge", "$(bin, y_pred)", bin=V([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]), y_pred=N(2, 3))
f.add("keras.losses.categorical_hinge", "$(h, y_pred)", "$(h, p)", h=H(2, 3), y_pred=N(2, 3), p=S(2, 3))

CLS = dict(y_true=H(2, 3), p=S(2, 3), z=N(2, 3), soft=S(2, 3), edge=V([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), raw=V([[2.0, 1.0, 1.0], [0.5, 0.1, 0.1]]), t3=H(2, 2, 3), p3=S(2, 2, 3), th=H(2, 3, 2), ph=R(0.1, 0.9, 2, 3, 2), i=V([[0, 1, 0], [1, 0, 0]]), w=V([0.5, 2.0]))
f.add("keras.losses.categorical_crossentropy", "$(y_true, p)", "$(y_true, z, from_logits=True)", "$(soft, p)", "$(y_true, edge)", "$(y_true, raw)", "$(t3, p3)", "$(y_true, p, label_smoothing=0.1)", "$(y_true, z, True, 0.2)", "$(y_true, p, axis=-1)", "$(i, p)",
      "tf.reduce_mean($(y_true, p))", "$(y_true, tf.nn.softmax(z))", "$(y_true, tf.keras.activations.softmax(z))", **CLS)
f.add("keras.losses.categorical_crossentropy", "$(th, ph, axis=1)", "$(th, ph, axis=1, from_logits=True)", **CLS)
f.fails("keras.losses.categorical_crossentropy", "$(y_true, tf.zeros([2, 4]))", "$(y_true, p, sample_weight=w)", "$(y_true)", flavors=BOTH, **CLS)
f.add("keras.losses.categorical_focal_crossentropy", "$(y_true, p)", "$(y_true, z, from_logits=True)", "$(y_true, p, alpha=0.5, gamma=1.0)", "$(y_true, p, label_smoothing=0.1)", "$(y_true, edge)", "$(t3, p3)", "$(y_true, p, 0.25, 0.0)", **CLS)
SP = dict(y=I(3, 2), k=I(3, 2, 1), p=S(2, 3), z=N(2, 3), yf=V([0.0, 2.0]), y2=I(3, 2, 2), p3=S(2, 2, 3), g=V([0, -1]), edge=V([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), c=V([0, 2]), ph=R(0.1, 0.9, 2, 3, 2), raw=V([[2.0, 1.0, 1.0], [0.5, 0.1, 0.1]]))
f.add("keras.losses.sparse_categorical_crossentropy", "$(y, p)", "$(y, z, from_logits=True)", "$(k, p)", "$(yf, p)", "$(y2, p3)", "$(c, p, ignore_class=2)", "$(g, p, ignore_class=-1)", "$(c, edge)", "$(y, tf.nn.softmax(z))", "$(c, raw)", "$(y, z, True)", **SP)
f.fails("keras.losses.sparse_categorical_crossentropy", "$(y2, p)", "$(y, p, label_smoothing=0.1)", **SP)
f.add("keras.losses.sparse_categorical_crossentropy", "$(y2, ph, axis=1)", flavors=("keras2",), **SP)
BIN = dict(y=B(2, 3, dtype="float32"), p=U(2, 3), z=N(2, 3), k=B(3, 1, dtype="float32"), pk=U(3, 1), v=B(4, dtype="float32"), pv=U(4), edge=V([[0.0, 1.0, 0.5]]), ye=V([[1.0, 0.0, 1.0]]), i=V([[0, 1, 1], [1, 0, 0]]), c=N(2, 2, 2, 1), yc=B(2, 2, 2, 1, dtype="float32"), big=V([[50.0, -50.0, 0.0]]))
f.add("keras.losses.binary_crossentropy", "$(y, p)", "$(y, z, from_logits=True)", "$(k, pk)", "$(v, pv)", "$(ye, edge)", "$(i, p)", "$(y, p, label_smoothing=0.1)", "$(y, z, True, 0.2)", "$(y, p, axis=0)", "$(yc, c, from_logits=True)", "$(y, tf.sigmoid(z))", "$(ye, big, from_logits=True)",
      "tf.reduce_mean($(y, p))", "$(ye, big)", "$(y, p, from_logits=False, label_smoothing=0.0)", **BIN)
f.fails("keras.losses.binary_crossentropy", "$(y, tf.zeros([2, 4]))", "$(y, p, sample_weight=1.0)", "$(y)", **BIN)
f.fails("keras.losses.binary_crossentropy", "$(k, tf.zeros([3, 2]))", flavors=("keras3",), **BIN)
f.add("keras.losses.binary_crossentropy", "$(k, tf.zeros([3, 2]) + 0.3)", "$(v, pk[:1])", flavors=("keras2",), **BIN)
f.add("keras.losses.binary_focal_crossentropy", "$(y, p)", "$(y, z, from_logits=True)", "$(y, p, apply_class_balancing=True)", "$(y, p, gamma=1.0)", "$(y, p, True, 0.4, 3.0)", "$(y, p, label_smoothing=0.1)", "$(ye, edge)", "$(y, p, axis=0)", "$(i, p)", "$(k, pk)", **BIN)

CLASSES = {"MeanSquaredError": "", "MeanAbsoluteError": "", "MeanAbsolutePercentageError": "", "MeanSquaredLogarithmicError": "", "LogCosh": "", "Huber": "", "Hinge": "", "SquaredHinge": "", "CategoricalHinge": "", "Poisson": "", "KLDivergence": "", "CosineSimilarity": ""}
CW = dict(y_true=R(0.1, 2, 2, 3), y_pred=R(0.1, 2, 2, 3), w=V([0.5, 2.0]), wk=V([[0.5], [2.0]]), w0=V([0.0, 1.0]), k=R(0.1, 2, 2, 1), t1=R(0.1, 2, 2), i=I(3, 2, 3), t4=U(2, 2, 2, 1), p4=U(2, 2, 2, 1))
for name in CLASSES:
    main = f"keras.losses.{name}"
    f.add(main, "$()(y_true, y_pred)", "$(reduction='sum')(y_true, y_pred)", "$(reduction='none')(y_true, y_pred)", "$()(y_true, y_pred, sample_weight=w)", "$()(y_true, y_pred, sample_weight=wk)", "$(reduction='none')(y_true, y_pred, w0)", "$()(y_true, y_pred, 0.5)", "$().call(y_true, y_pred)", "$()(t4, p4)", "$()(t1, k)", **CW)
    (f.fails if name == "CosineSimilarity" else f.add)(main, "$()(i, y_pred)", flavors=("keras2",), **CW)
    f.add(main, "$()(i, y_pred)", flavors=("keras3",), **CW)
    f.add(f"tf.keras.losses.{name}", "$()(y_true, y_pred)", "$(reduction=tf.keras.losses.Reduction.SUM)(y_true, y_pred)", flavors=("keras3",), **CW)
    f.add(main, "$(reduction=keras.losses.Reduction.NONE)(y_true, y_pred)", "$(reduction=keras.losses.Reduction.AUTO)(y_true, y_pred)", "$('sum')(y_true, y_pred)" if name not in ("Huber", "CosineSimilarity") else "$(reduction=keras.losses.Reduction.SUM_OVER_BATCH_SIZE)(y_true, y_pred)", flavors=("keras2",), **CW)
    f.add(main, "$(reduction=None)(y_true, y_pred)", "$(reduction='mean')(y_true, y_pred, w)", "$(reduction='mean_with_sample_weight')(y_true, y_pred, w)", "$(name='x', dtype='float32')(y_true, y_pred)", flavors=("keras3",), **CW)
    f.fails(main, "$()(y_true)", "$(reduction='average')(y_true, y_pred)", "$()(y_true, tf.zeros([2, 4]))", "$(y_true, y_pred, 1, 2, 3)", **CW)
    f.fails(main, "$(reduction='auto')(y_true, y_pred)", flavors=("keras3",), **CW)
f.add("keras.losses.Huber", "$(delta=0.2)(y_true, y_pred)", "$(0.2)(y_true, y_pred)", **CW)
f.add("keras.losses.CosineSimilarity", "$(axis=0)(y_true, y_pred)", "$(axis=1, reduction='sum')(y_true, y_pred)", **CW)
CC = {**CLS, **CW, "y_true": CLS["y_true"]}
f.add("keras.losses.CategoricalCrossentropy", "$()(y_true, p)", "$(from_logits=True)(y_true, z)", "$(label_smoothing=0.1)(y_true, p)", "$(reduction='none')(y_true, p)", "$(reduction='sum', from_logits=True)(y_true, z)", "$()(y_true, p, sample_weight=w)", "$(True)(y_true, z)", "$()(t3, p3)", "$(from_logits=True, label_smoothing=0.1)(y_true, z)", "$()(i, p)", **CLS)
f.add("keras.losses.CategoricalFocalCrossentropy", "$()(y_true, p)", "$(from_logits=True)(y_true, z)", "$(alpha=0.5, gamma=3.0)(y_true, p)", "$(reduction='none')(y_true, p)", "$()(y_true, p, sample_weight=w)", "$(label_smoothing=0.2)(y_true, p)", **CLS)
f.add("keras.losses.SparseCategoricalCrossentropy", "$()(y, p)", "$(from_logits=True)(y, z)", "$(reduction='none')(y, p)", "$()(k, p)", "$(ignore_class=2)(c, p)", "$(from_logits=True, reduction='sum')(y, z)", "$()(y2, p3)", "$()(yf, p)", "$(reduction='none', from_logits=True)(y2, p3)", **SP)
f.add("keras.losses.BinaryCrossentropy", "$()(y, p)", "$(from_logits=True)(y, z)", "$(label_smoothing=0.1)(y, p)", "$(reduction='none')(y, p)", "$()(y, p, sample_weight=[0.5, 2.0])", "$(from_logits=True, reduction='sum')(y, z)", "$()(k, pk)", "$()(v, pv)", "$()(i, p)", "$(from_logits=True)(yc, c)", "$(axis=0)(y, p)", **BIN)
f.add("keras.losses.BinaryFocalCrossentropy", "$()(y, p)", "$(from_logits=True)(y, z)", "$(apply_class_balancing=True, alpha=0.3)(y, p)", "$(gamma=3)(y, p)", "$(reduction='none')(y, p)", "$()(y, p, sample_weight=[0.5, 2.0])", "$(label_smoothing=0.1)(y, p)", **BIN)
for name, args in (("CategoricalCrossentropy", "(y, p)"), ("BinaryCrossentropy", "(y, p)")):
    f.add(f"tf.keras.losses.{name}", "$()" + args, y=H(2, 3), p=S(2, 3), flavors=("keras3",))
f.add("tf.keras.losses.SparseCategoricalCrossentropy", "$()(y, p)", y=I(3, 2), p=S(2, 3), flavors=("keras3",))
f.add("tf.keras.losses.categorical_crossentropy", "$(y, p)", y=H(2, 3), p=S(2, 3), flavors=("keras3",))
f.add("tf.keras.losses.binary_crossentropy", "$(y, p)", y=B(2, 3, dtype="float32"), p=U(2, 3), flavors=("keras3",))
f.add("tf.keras.losses.sparse_categorical_crossentropy", "$(y, p)", y=I(3, 2), p=S(2, 3), flavors=("keras3",))

K3 = ("keras3",)
f.add("keras.losses.dice", "$(y, p)", "$(y, p, axis=(1, 2, 3))", "$(y2, p2)", "$(y2, p2, axis=1)", "$(zero, zero)", y=B(2, 2, 2, 1, dtype="float32"), p=U(2, 2, 2, 1), y2=B(2, 3, dtype="float32"), p2=U(2, 3), zero=V([[0.0, 0.0]]), flavors=K3)
f.add("keras.losses.Dice", "$()(y, p)", "$(axis=(1, 2, 3))(y, p)", "$(axis=(1, 2, 3), reduction='none')(y, p)", "$()(y, p, sample_weight=[0.5, 2.0])", y=B(2, 2, 2, 1, dtype="float32"), p=U(2, 2, 2, 1), flavors=K3)
f.add("keras.losses.tversky", "$(y, p)", "$(y, p, alpha=0.3, beta=0.7)", "$(y, p, 0.3, 0.7, (1, 2, 3))", "$(y, p, axis=(1, 2))", y=B(2, 2, 2, 1, dtype="float32"), p=U(2, 2, 2, 1), flavors=K3)
f.add("keras.losses.Tversky", "$()(y, p)", "$(alpha=0.3, beta=0.7)(y, p)", "$(axis=(1, 2, 3), reduction='sum')(y, p)", y=B(2, 2, 2, 1, dtype="float32"), p=U(2, 2, 2, 1), flavors=K3)
f.add("keras.losses.circle", "$(y, tf.math.l2_normalize(e, axis=1))", "$(y, tf.math.l2_normalize(e, axis=1), gamma=10, margin=0.25)", "$(y, e)", "$(k, e)", "$(y, e, remove_diagonal=False)", "$(y, e, ref_labels=r, ref_embeddings=g, remove_diagonal=False)",
      y=V([0, 1, 0, 1]), k=V([[0], [1], [0], [1]]), e=N(4, 3), r=V([0, 1, 2]), g=N(3, 3), flavors=K3)
f.add("keras.losses.Circle", "$()(y, e)", "$(gamma=20.0, margin=0.3)(y, e)", "$(reduction='none')(y, e)", y=V([0, 1, 0, 1]), e=N(4, 3), flavors=K3)
f.add("keras.losses.categorical_generalized_cross_entropy", "$(y, p, 0.5)", "$(y, p, q=0.7)", "$(s, p3, 0.5)", y=V([0, 2]), p=S(2, 3), s=V([[0, 1], [2, 2]]), p3=S(2, 2, 3), flavors=K3)
f.fails("keras.losses.categorical_generalized_cross_entropy", "$(y, p)", y=V([0, 2]), p=S(2, 3), flavors=K3)
f.add("keras.losses.CategoricalGeneralizedCrossEntropy", "$()(y, p)", "$(q=0.7)(y, p)", "$(q=0.2, reduction='none')(y, p)", y=V([0, 2]), p=S(2, 3), flavors=K3)
f.fails("keras.losses.CategoricalGeneralizedCrossEntropy", "$(q=1.0)(y, p)", "$(q=0.0)(y, p)", y=V([0, 2]), p=S(2, 3), flavors=K3)
f.add("keras.losses.ctc", "$(y, z)", y=V([[1, 2, 1], [2, 1, 0]]), z=N(2, 6, 4), flavors=K3)
f.add("keras.losses.CTC", "$()(y, z)", y=V([[1, 2, 1], [2, 1, 0]]), z=N(2, 6, 4), flavors=K3)
f.add("keras.losses.get", "$('mse')(y, p)", "$('binary_crossentropy')(y, p)", "$('mean_absolute_error')(y, p)", y=U(2, 3), p=U(2, 3))

L = dict(y=U(2, 3), z=N(2, 3), b=B(2, 3, dtype="float32"), big=V([100.0, -100.0, 0.0]), lb=V([0.0, 1.0, 0.5]), v=N(3), k=N(2, 1), i=B(2, 3, dtype="int32"), s=V([0, 2]), h=H(2, 3), c=N(2, 2, 3), hc=H(2, 2, 3), cs=I(3, 2, 2), raw=V([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
n.add("tf.nn.sigmoid_cross_entropy_with_logits", "$(labels=b, logits=z)", "$(y, z)", "$(labels=lb, logits=big)", "tf.reduce_mean($(labels=b, logits=z), axis=-1)", "$(labels=tf.ones_like(z), logits=z)", "$(logits=z, labels=b)", **L)
n.fails("tf.nn.sigmoid_cross_entropy_with_logits", "$(labels=b, logits=k)", "$(labels=i, logits=z)", "$(labels=v, logits=z)", "$(z)", "$(labels=b)", "$(targets=b, logits=z)", **L)
n.add("tf.nn.weighted_cross_entropy_with_logits", "$(labels=b, logits=z, pos_weight=2.0)", "$(b, z, 0.5)", "$(labels=lb, logits=big, pos_weight=3.0)", "$(labels=b, logits=z, pos_weight=v)", **L)
n.fails("tf.nn.weighted_cross_entropy_with_logits", "$(labels=b, logits=z)", "$(targets=b, logits=z, pos_weight=1.0)", **L)
n.add("tf.nn.softmax_cross_entropy_with_logits", "$(labels=h, logits=z)", "$(h, z)", "$(labels=y, logits=z)", "$(labels=h, logits=z, axis=-1)", "$(labels=h, logits=z, axis=0)", "$(labels=hc, logits=c)", "$(labels=tf.stop_gradient(y), logits=z)", "$(labels=raw, logits=z)", "tf.reduce_mean($(labels=h, logits=z))", **L)
n.add("tf.nn.softmax_cross_entropy_with_logits", "$(labels=h[:1], logits=z)", gradient_fails=True, **L)
n.fails("tf.nn.softmax_cross_entropy_with_logits", "$(labels=h, logits=tf.zeros([2, 4]))", "$(labels=s, logits=z)", "$(labels=h, logits=z, dim=1)", "$(z)", **L)
n.add("tf.nn.sparse_softmax_cross_entropy_with_logits", "$(labels=s, logits=z)", "$(s, z)", "$(labels=cs, logits=c)", "$(labels=tf.cast(s, tf.int64), logits=z)", "$(labels=tf.argmax(h, axis=1), logits=z)", **L)
n.fails("tf.nn.sparse_softmax_cross_entropy_with_logits", "$(labels=h, logits=z)", "$(labels=tf.cast(s, tf.float32), logits=z)", "$(labels=tf.constant([[0], [2]]), logits=z)", "$(labels=tf.constant([0, 3]), logits=z)", "$(labels=tf.constant([0, 1, 2]), logits=z)", **L)
n.add("tf.nn.log_poisson_loss", "$(y, z)", "$(targets=y, log_input=z, compute_full_loss=True)", "$(q, z[0], True)", q=V([0.0, 1.0, 3.0]), **L)
n.fails("tf.nn.log_poisson_loss", "$(y, k)", **L)
n.add("tf.nn.compute_average_loss", "$(v)", "$(v, global_batch_size=6)", "$(v, sample_weight=[0.5, 1.0, 2.0], global_batch_size=4)", "$(v, sample_weight=[0.5, 1.0, 2.0])", **L)
n.add("tf.nn.scale_regularization_loss", "$(v)", "$(tf.reduce_sum(v))", **L)
