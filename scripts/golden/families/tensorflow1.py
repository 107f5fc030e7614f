"""TensorFlow 1 spellings, executed eagerly through tensorflow.compat.v1; what even that lacks is marked as reference."""
from samples import B, Family, H, I, N, R, S, U, V

FAMILIES = [t := Family("tensorflow1", ("tf1",)), l := Family("tensorflow1_losses", ("tf1",))]
A = dict(x=N(2, 3), y=N(2, 3), c=N(2, 3, 2), v=N(4), s=N(), i=V([1, 0, 2]), j=I(5, 2, 3), b=B(2, 3), p=R(0.1, 3, 2, 3), k=N(2, 1), w=N(3), r=B(2), m=N(3, 2), u=V([3, 1, 3, 2]), o=N(1, 3, 1), q=V([[0, 1], [1, 2]]), a=V([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]]), f=N(2), z=V([0.0, 2.0, -1.0]))

for name, calls in {
    "tf.log": ("$(p)", "$(p + 1e-8)", "$(tf.clip_by_value(p, 1e-10, 1.0))"), "tf.to_float": ("$(i)", "$(b)", "$(x)"), "tf.to_int32": ("$(x)", "$(p)"), "tf.to_int64": ("$(x)", "$(i)"), "tf.to_double": ("$(x)",), "tf.div": ("$(x, p)", "$(u, 2)", "$(s, 2.0)"), "tf.truediv": ("$(x, p)", "$(u, 2)"), "tf.div_no_nan": ("$(x, 0.0)", "$(x, y)"), "tf.mod": ("$(x, 0.5)",), "tf.floordiv": ("$(x, 0.5)",), "tf.squared_difference": ("$(x, y)", "$(x, w)"),
    "tf.reduce_sum": ("$(x, reduction_indices=1)", "$(x, reduction_indices=[0])", "$(x, 1, keep_dims=True)", "$(x, axis=1, keep_dims=True)", "$(x, [0, 1])", "$(x, axis=-1, keepdims=True)", "$(x, reduction_indices=[1], keep_dims=True)"), "tf.reduce_mean": ("$(x, reduction_indices=1)", "$(x, 1, keep_dims=True)", "$(x)", "$(c, [1, 2])"), "tf.reduce_max": ("$(x, reduction_indices=[1], keep_dims=True)", "$(x)"), "tf.reduce_min": ("$(x, reduction_indices=0)",), "tf.reduce_prod": ("$(x, keep_dims=True)",), "tf.reduce_logsumexp": ("$(x, 1, keep_dims=True)",), "tf.reduce_any": ("$(b, reduction_indices=1)",), "tf.reduce_all": ("$(b, 1, keep_dims=True)",),
    "tf.count_nonzero": ("$(j)", "$(j, axis=1, keep_dims=True)", "$(x, dtype=tf.int32)"), "tf.arg_max": ("$(x, 1)",), "tf.arg_min": ("$(x, 1)",), "tf.argmax": ("$(x, 1)", "$(x, dimension=1)", "$(x, axis=-1)"), "tf.argmin": ("$(x, 0)",), "tf.expand_dims": ("$(x, dim=1)", "$(x, -1)"), "tf.squeeze": ("$(o, squeeze_dims=[0])", "$(o, [0, 2])", "$(o, axis=2)"), "tf.is_nan": ("$(x)", "tf.where($(x), tf.zeros_like(x), x)"), "tf.is_inf": ("$(x)",), "tf.is_finite": ("$(x)",),
    "tf.where": ("$(b, x, y)", "$(r, x, y)", "$(b)", "$(tf.greater(x, 0.0), x, tf.zeros_like(x))", "$(s > 0, x, y)"), "tf.diag": ("$(w)",), "tf.diag_part": ("$(a)",), "tf.matrix_diag": ("$(x)",), "tf.matrix_diag_part": ("$(a)",), "tf.matrix_set_diag": ("$(a, w)",), "tf.matrix_band_part": ("$(a, -1, 0)",), "tf.matrix_determinant": ("$(a)",), "tf.matrix_inverse": ("$(a)",), "tf.matrix_transpose": ("$(c)",), "tf.matrix_solve": ("$(a, m)",), "tf.cholesky": ("$(a)",), "tf.trace": ("$(a)",), "tf.svd": ("$(x, compute_uv=False)",), "tf.self_adjoint_eigvals": ("$(a)",),
    "tf.lgamma": ("$(p)",), "tf.digamma": ("$(p)",), "tf.lbeta": ("$(p)",), "tf.erf": ("$(x)",), "tf.erfc": ("$(x)",), "tf.rsqrt": ("$(p)",), "tf.reciprocal": ("$(p)",), "tf.log1p": ("$(p)",), "tf.expm1": ("$(x)",), "tf.log_sigmoid": ("$(x)",), "tf.ceil": ("$(x)",), "tf.rint": ("$(x)",), "tf.cumprod": ("$(x, axis=1)",), "tf.cumsum": ("$(x, 1, reverse=True)",), "tf.cross": ("$(x, y)",), "tf.logical_xor": ("$(b, x > 0)",), "tf.conj": ("$(x)",), "tf.real": ("$(tf.complex(x, y))",), "tf.imag": ("$(tf.complex(x, y))",), "tf.fft": ("tf.abs($(tf.cast(v, tf.complex64)))",), "tf.global_norm": ("$([x, v])",), "tf.add_n": ("$([x, y])",), "tf.accumulate_n": ("$([x, y])",), "tf.scalar_mul": ("$(2.0, x)",),
    "tf.segment_sum": ("$(v, [0, 0, 1, 1])",), "tf.unsorted_segment_sum": ("$(v, [1, 0, 1, 3], 4)", "$(v, [0, 0, 1, 1], num_segments=2)"), "tf.unsorted_segment_max": ("$(v, [1, 0, 1, 0], 2)",), "tf.unsorted_segment_mean": ("$(v, [1, 0, 1, 3], 4)",), "tf.bincount": ("$(i)",), "tf.batch_gather": ("$(x, [[0, 2], [1, 1]])",), "tf.gather": ("$(v, [0, 2])", "$(x, [0, 2], axis=1)", "$(x, [[1], [0]], batch_dims=1)"), "tf.gather_nd": ("$(x, q)",), "tf.scatter_nd": ("$([[1], [3]], f, [4])",), "tf.unique_with_counts": ("$(u)",), "tf.unique": ("$(u)",), "tf.setdiff1d": ("$(u, [1])",), "tf.invert_permutation": ("$(i)",), "tf.boolean_mask": ("$(x, b)",), "tf.confusion_matrix": ("$([0, 1], [1, 1])",), "tf.tensor_scatter_update": ("$(v, [[1]], [9.0])",),
    "tf.sparse_to_dense": ("$([[0, 1], [1, 2]], [2, 3], [1.0, 2.0])", "$(sparse_indices=q, output_shape=[2, 3], sparse_values=1.0, default_value=0.0)"), "tf.sparse_tensor_to_dense": ("$(tf.SparseTensor(q2, f, [2, 3]))", "$(tf.SparseTensor(q2, f, [2, 3]), default_value=-1.0)"), "tf.sparse_reduce_sum": ("$(tf.SparseTensor(q2, f, [2, 3]))", "$(tf.SparseTensor(q2, f, [2, 3]), 1)"), "tf.sparse_reshape": ("tf.sparse_tensor_to_dense($(tf.SparseTensor(q2, f, [2, 3]), [3, 2]))",), "tf.SparseTensor": ("$(q2, f, [2, 3]).values",),
    "tf.concat": ("$([x, y], 1)", "$(values=[x, y], axis=0)"), "tf.stack": ("$([x, y], 1)",), "tf.unstack": ("$(x, axis=1)[0]",), "tf.split": ("$(x, 3, 1)[1]", "$(x, [1, 2], 1)", "$(value=x, num_or_size_splits=3, axis=1)[0]"), "tf.transpose": ("$(c, perm=[0, 2, 1])",), "tf.reverse_sequence": ("$(x, [2, 3], seq_dim=1, batch_dim=0)", "$(x, [2, 3], seq_axis=1)"), "tf.pad": ("$(x, [[0, 0], [1, 1]], 'CONSTANT')",), "tf.tile": ("$(k, [1, 3])",), "tf.ones_like": ("$(tensor=x)", "$(x, tf.int32)"), "tf.zeros_like": ("$(tensor=x)",), "tf.shape": ("$(x)[0]", "tf.to_float($(x)[0]) * x"), "tf.size": ("$(x)",), "tf.rank": ("$(x)",), "tf.one_hot": ("$(i, 3)", "$(i, depth=3, on_value=1.0, off_value=0.0)"), "tf.range": ("$(3)", "$(0, tf.shape(x)[1])"), "tf.fill": ("$([2], 3.0)",), "tf.linspace": ("$(0.0, 1.0, 3)", "$(start=0.0, stop=1.0, num=3)"), "tf.lin_space": ("$(0.0, 1.0, 3)",), "tf.sequence_mask": ("$([1, 3], 4, dtype=tf.float32)",), "tf.constant": ("$([1, 2], tf.float32)",), "tf.convert_to_tensor": ("$([1.0, 2.0])",), "tf.Variable": ("$(1.0) * x", "$([1.0, 2.0, 3.0], trainable=False) * x"), "tf.get_variable": ("$('kernel', shape=[3], initializer=tf.ones_initializer()) * x", "$('bias', initializer=2.0) + x"),
    "tf.norm": ("$(x, axis=1)", "$(x, ord=1, axis=1, keep_dims=True)", "$(x)"), "tf.matmul": ("$(x, m)", "$(x, y, transpose_b=True)"), "tf.tensordot": ("$(x, m, 1)", "$(x, y, axes=[[1], [1]])"), "tf.einsum": ("$('ij,jk->ik', x, m)",), "tf.clip_by_value": ("$(x, 0.0, 1.0)",), "tf.clip_by_norm": ("$(x, 1.0)",), "tf.cond": ("$(s > 0, lambda: x, lambda: y)", "$(tf.reduce_sum(x) > 0, true_fn=lambda: x, false_fn=lambda: y)", "$(s > 0, fn1=lambda: x, fn2=lambda: y)"), "tf.while_loop": ("$(lambda a, b_: a < 3, lambda a, b_: (a + 1, b_ * 2.0), [0, s])[1]",), "tf.map_fn": ("$(lambda e: e * 2.0, x)", "$(lambda e: e[0] + e[1], (x, y), dtype=tf.float32)"), "tf.scan": ("$(lambda acc, e: acc + e, v)",), "tf.foldl": ("$(lambda acc, e: acc + e, v)",), "tf.py_func": ("$(lambda e: e * 2.0, [x], tf.float32)",), "tf.case": ("$([(s > 50.0, lambda: x)], default=lambda: y)",), "tf.identity": ("$(x)",), "tf.stop_gradient": ("$(x) * x",), "tf.sigmoid": ("$(x)",), "tf.tanh": ("$(x)",), "tf.cast": ("$(i, tf.float32)", "$(x > 0, 'float32')"), "tf.equal": ("$(i, 1)",), "tf.not_equal": ("$(x, 0.0)",), "tf.greater": ("$(x, y)",), "tf.logical_and": ("$(b, b)",), "tf.logical_not": ("$(b)",), "tf.pow": ("$(p, 2.0)",), "tf.sqrt": ("$(p)",), "tf.square": ("$(x)",), "tf.abs": ("$(x)",), "tf.maximum": ("$(x, 0.0)",), "tf.minimum": ("$(x, 0.0)",), "tf.negative": ("$(x)",), "tf.multiply": ("$(x, y)",), "tf.subtract": ("$(x, y)",), "tf.add": ("$(x, y)",), "tf.divide": ("$(x, p)",), "tf.exp": ("$(x)",), "tf.reshape": ("$(x, [-1])",), "tf.slice": ("$(x, [0, 0], [-1, 2])",), "tf.meshgrid": ("$(w, v)[0]",), "tf.random_crop": (),
    "tf.nn.softmax": ("$(x)", "$(x, dim=0)", "$(x, axis=-1)", "$(x, 1)"), "tf.nn.log_softmax": ("$(x)", "$(x, dim=-1)"), "tf.nn.l2_normalize": ("$(x, 1)", "$(x, dim=1)", "$(x, axis=1, epsilon=1e-10)", "$(x, dim=[0, 1])"), "tf.nn.relu": ("$(x)",), "tf.nn.softplus": ("$(x)",), "tf.nn.sigmoid": ("$(x)",), "tf.nn.tanh": ("$(x)",), "tf.nn.moments": ("$(x, [0])", "$(x, axes=[0], keep_dims=True)"), "tf.nn.l2_loss": ("$(x)",), "tf.nn.leaky_relu": ("$(x)",), "tf.nn.elu": ("$(x)",), "tf.nn.zero_fraction": ("$(z)",), "tf.nn.top_k": ("$(v, 2)", "$(x, k=2).values"), "tf.nn.in_top_k": ("$(x, [0, 1], 2)",), "tf.nn.embedding_lookup": ("$(x, [1, 0])",), "tf.nn.xw_plus_b": ("$(x, m, f)",),
    "tf.check_numerics": ("$(x, 'ok')",), "tf.verify_tensor_all_finite": ("$(x, 'ok')",), "tf.Print": ("$(x, [x], 'x: ') * 2.0",), "tf.unsorted_segment_prod": ("$(v, [1, 0, 1, 0], 2)",), "tf.random_uniform_initializer": (), "tf.zeros_initializer": ("$()([2])",), "tf.constant_initializer": ("$(0.5)([2])",), "tf.complex": ("tf.abs($(x, y))",), "tf.broadcast_to": ("$(k, [2, 3])",), "tf.sign": ("$(x)",), "tf.round": ("$(x)",), "tf.floor": ("$(x)",), "tf.sin": ("$(x)",), "tf.cos": ("$(x)",), "tf.acos": ("$(x * 0.1)",), "tf.asin": ("$(x * 0.1)",), "tf.atan": ("$(x)",), "tf.atan2": ("$(x, y)",), "tf.roll": ("$(x, 1, 1)",), "tf.searchsorted": ("$([0.0, 1.0, 2.0], [0.5])",), "tf.floormod": ("$(x, 0.5)",), "tf.polygamma": ("$(1.0, p)",), "tf.igamma": ("$(p, p)",), "tf.zeta": ("$(p + 1.5, p)",), "tf.betainc": ("$(p, p, 0.3)",), "tf.extract_image_patches": ("$(im, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'VALID')", "$(im, ksizes=[1, 2, 2, 1], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding='VALID')"), "tf.space_to_depth": ("$(im, 2)",), "tf.depth_to_space": ("$(dp, 2)",),
    "tf.image.ssim": ("$(im, im * 0.9, 1.0, filter_size=3)",), "tf.image.resize_images": ("$(im, [2, 2])", "$(im, (6, 4), method=1)"), "tf.image.resize_bilinear": ("$(im, [6, 6])", "$(im, [6, 6], align_corners=True)"), "tf.image.resize_nearest_neighbor": ("$(im, [2, 2])",), "tf.nn.conv2d": ("$(im, kr, strides=[1, 1, 1, 1], padding='SAME')", "$(im, kr, [1, 1, 1, 1], 'VALID')", "$(input=im, filter=kr, strides=[1, 2, 2, 1], padding='SAME')"), "tf.nn.avg_pool": ("$(im, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID')",), "tf.nn.max_pool": ("$(im, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",), "tf.nn.depthwise_conv2d": ("$(im, kr, [1, 1, 1, 1], 'SAME')",), "tf.image.total_variation": ("$(im)",),
}.items():
    if calls:
        t.add(name, *calls, **A, q2=V([[0, 1], [1, 2]], "int64"), im=U(1, 4, 4, 1), kr=N(2, 2, 1, 1), dp=U(1, 1, 2, 4))
t.add("tf.name_scope", """
with $('loss'):
    return tf.square(x)
""", """
with $(None, 'loss', [x, y]):
    return x - y
""", **A)
t.add("tf.op_scope", """
with $([x], None, 'loss'):
    return tf.square(x)
""", **A)
t.add("tf.variable_scope", """
with $('loss'):
    return tf.square(x)
""", """
with $('loss', reuse=tf.AUTO_REUSE):
    centers = tf.get_variable('centers', [3], initializer=tf.constant_initializer(0.5), trainable=False)
return x - centers
""", **A)
t.add("tf.control_dependencies", """
with $([x]):
    return tf.identity(y)
""", **A)
t.add("tf.assign", """
w2 = tf.Variable([1.0, 2.0, 3.0])
$(w2, w)
return x * w2
""", **A)
t.add("tf.assign_add", """
w2 = tf.Variable(1.0)
$(w2, 2.0)
return x * w2
""", **A)
t.add("tf.scatter_sub", """
centers = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
$(centers, [0, 2], x[:, :2])
return centers * 1.0
""", **A)
t.add("tf.assert_equal", """
$(tf.shape(x)[1], 3)
return x
""", **A)
t.add("tf.summary.scalar", """
$('loss', tf.reduce_sum(x))
return x
""", **A)
t.add("tf.get_collection", "$('losses')", "$(tf.GraphKeys.REGULARIZATION_LOSSES)", **A)
t.add("tf.GraphKeys.LOSSES", "$", **A)
t.add("tf.random_normal", "$([2, 3])", "$(tf.shape(x), mean=0.0, stddev=1.0)", random=True, **A)
t.add("tf.random_uniform", "$([2, 3])", "$(tf.shape(x), 0.0, 2.0)", random=True, **A)
t.add("tf.truncated_normal", "$([2, 3], stddev=0.1)", random=True, **A)
t.add("tf.random_shuffle", "$(x)", random=True, **A)
t.add("tf.multinomial", "$(x, 2)", random=True, **A)
t.add("tf.nn.dropout", "$(x, keep_prob=0.5)", random=True, **A)
for name, calls in {"tf.distributions.Normal": ("$(0.0, 1.0).log_prob(x)", "$(loc=x, scale=p).entropy()", "$(x, p).mean()"), "tf.distributions.Bernoulli": ("$(logits=x).log_prob(tf.cast(b, tf.int32))",), "tf.distributions.Categorical": ("$(logits=x).log_prob([0, 2])", "$(logits=x).entropy()"), "tf.distributions.Beta": ("$(p, p).log_prob(tf.sigmoid(x))",), "tf.distributions.kl_divergence": ("$(tf.distributions.Normal(x, p), tf.distributions.Normal(0.0, 1.0))",)}.items():
    t.add(name, *calls, **A)
for name, calls in {"tf.mul": ("$(x, y)", "$(2.0, x)"), "tf.sub": ("$(x, y)",), "tf.neg": ("$(x)",), "tf.select": ("$(b, x, y)", "$(r, x, y)"), "tf.pack": ("$([x, y])",), "tf.unpack": ("$(x)[0]",), "tf.split_v": ("$(x, [1, 2], 1)",), "tf.batch_matmul": ("$(c, tf.transpose(c, [0, 2, 1]))",), "tf.concat_v2": ("$([x, y], 1)",)}.items():
    t.add(name, *calls, reference=True, **A)
t.fails("tf.gradients", "$(tf.reduce_sum(x * x), x)[0]", **A)
t.fails("tf.reduce_sum", "$(x, reduction_indices=2)", "$(x, axis=1, reduction_indices=1)", "$(x, dim=1)", **A)
t.fails("tf.where", "$(k > 0, x, y)", **A)
t.add("tf.nn.softmax_cross_entropy_with_logits", "$(h, z2)", h=H(2, 3), z2=N(2, 3))
t.fails("tf.concat", "$(1, [x, y])", **A)
t.fails("tf.contrib.layers.flatten", "$(x)", **A)
t.fails("tf.reduce_std", "$(x)", **A)

L = dict(y=B(2, 3, dtype="float32"), z=N(2, 3), h=H(2, 3), s=V([0, 2]), q=S(2, 3), a=N(2, 3), b=N(2, 3), w=V([0.5, 2.0]), wk=V([[0.5], [2.0]]), w0=V([[0.0], [1.0]]), we=R(0, 2, 2, 3), lb=U(2, 3), v=N(3), k=V([[0.5, 1.0]]))
for name, calls in {
    "tf.losses.mean_squared_error": ("$(a, b)", "$(labels=a, predictions=b)", "$(a, b, weights=wk)", "$(a, b, weights=w0)", "$(a, b, 2.0)", "$(a, b, reduction=tf.losses.Reduction.NONE)", "$(a, b, reduction='weighted_sum')", "$(a, b, weights=we)", "$(a, b, reduction=tf.losses.Reduction.MEAN, weights=wk)", "$(a, b, reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE, weights=wk)"),
    "tf.losses.absolute_difference": ("$(a, b)", "$(labels=a, predictions=b, weights=wk)"), "tf.losses.huber_loss": ("$(a, b)", "$(a, b, delta=0.5)", "$(labels=a, predictions=b, reduction=tf.losses.Reduction.NONE)"), "tf.losses.log_loss": ("$(y, lb)", "$(labels=y, predictions=lb, epsilon=1e-3)"), "tf.losses.hinge_loss": ("$(y, z)", "$(labels=y, logits=z, reduction=tf.losses.Reduction.NONE)"),
    "tf.losses.cosine_distance": ("$(tf.nn.l2_normalize(a, 1), tf.nn.l2_normalize(b, 1), axis=1)", "$(a, b, dim=1)", "$(labels=a, predictions=b, axis=-1, reduction=tf.losses.Reduction.NONE)"), "tf.losses.softmax_cross_entropy": ("$(h, z)", "$(onehot_labels=h, logits=z, label_smoothing=0.1)", "$(h, z, weights=w)", "$(h, z, reduction=tf.losses.Reduction.NONE)"), "tf.losses.sparse_softmax_cross_entropy": ("$(s, z)", "$(labels=s, logits=z, weights=w)"), "tf.losses.sigmoid_cross_entropy": ("$(y, z)", "$(multi_class_labels=y, logits=z, weights=wk)", "$(y, z, label_smoothing=0.2)", "$(y, z, reduction=tf.losses.Reduction.NONE)"),
    "tf.losses.mean_pairwise_squared_error": ("$(a, b)", "$(a, b, weights=wk)"), "tf.losses.compute_weighted_loss": ("$(a)", "$(a, weights=wk)", "$(a, we, reduction=tf.losses.Reduction.SUM)", "$(a, weights=w0, reduction=tf.losses.Reduction.MEAN)"), 
    "tf.nn.softmax_cross_entropy_with_logits": ("$(labels=h, logits=z)", "$(logits=z, labels=q)", "$(labels=h, logits=z, dim=0)"), "tf.nn.softmax_cross_entropy_with_logits_v2": ("$(labels=h, logits=z)", "$(labels=q, logits=z, dim=-1)", "$(labels=q, logits=z, axis=1)"), "tf.nn.sparse_softmax_cross_entropy_with_logits": ("$(labels=s, logits=z)", "$(logits=z, labels=tf.cast(s, tf.int64))"), "tf.nn.sigmoid_cross_entropy_with_logits": ("$(labels=y, logits=z)", "$(logits=z, labels=y)"), "tf.nn.weighted_cross_entropy_with_logits": ("$(y, z, 2.0)", "$(targets=y, logits=z, pos_weight=2.0)", "$(labels=y, logits=z, pos_weight=2.0)"), "tf.nn.log_poisson_loss": ("$(lb, z)",),
    "tf.keras.losses.mse": ("$(a, b)",), "tf.keras.backend.sum": ("$(a, axis=1)",),
}.items():
    l.add(name, *calls, **L)
l.fails("tf.losses.mean_squared_error", "$(a, v)", "$(a, b, weights=w)", "$(a, tf.zeros([2, 2]))", "$(None, b)", **L)
l.fails("tf.losses.softmax_cross_entropy", "$(s, z)", **L)
l.add("tf.losses.add_loss", """
$(tf.reduce_sum(a))
return a
""", **L)
l.add("tf.losses.get_regularization_loss", "$()", **L)
l.add("tf.nn.ctc_loss", "$(labels=tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [1, 0, 2], [2, 2]), inputs=z5, sequence_length=[5, 4])", "$(tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 0, 2]), [2, 2]), tf.transpose(z5, [1, 0, 2]), [5, 5], time_major=False)", z5=N(5, 2, 4))
