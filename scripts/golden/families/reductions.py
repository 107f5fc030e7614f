"""Reductions and their spellings: sum, mean, max, min, prod, any, all, std, variance, logsumexp, norms, counts."""
from samples import B, INF, NAN, Family, I, N, R, V

FAMILIES = [r := Family("reductions")]
X = dict(x=N(2, 3), c=N(2, 2, 3), s=N(), v=N(4), e=N(0, 3), i=I(5, 2, 3), t=V([[1.0, 3.0, 3.0], [2.0, 2.0, -1.0]]))

for names in ("tf.reduce_sum|tf.math.reduce_sum", "tf.reduce_mean|tf.math.reduce_mean", "tf.reduce_max|tf.math.reduce_max", "tf.reduce_min|tf.math.reduce_min", "tf.reduce_prod|tf.math.reduce_prod"):
    r.add(names, "$(x)", "$(x, axis=-1)", "$(x, 0)", "$(x, axis=[0, 1])", "$(c, axis=(1, 2))", "$(c, axis=-2, keepdims=True)", "$(x, keepdims=True)", "$(x, axis=None)", "$(s)", "$(v, axis=-1)",
          "$(x, axis=[])", "$(c, [1])", "$(i)", "$(i, axis=1)", "$(e, axis=0)", "$(e)", "$(e, axis=1)", "$(t, axis=1)", "$(t)", "$([s, s * 2.0, 1.0])", "$(input_tensor=x, axis=1, keepdims=True)", "$(x, axis=tf.constant([0]))", **X)
    r.add(names, "$(tf.constant([1.0, float('nan'), 3.0]) * v)", "$(z)", v=N(3), z=V([[1.0, INF], [NAN, 2.0]]))
    r.fails(names, "$(x, axis=2)", "$(x, axis=-3)", "$(x, axis=[0, 0])", "$(x, keep_dims=True)", "$(x, reduction_indices=1)", "$(x, 1, True, 3, 4)", "$()", "$(x, dim=1)", "$(x > 0)", **X)
r.add("tf.reduce_mean", "$(d, axis=0)", "$(h)", "$(j, axis=0)", d=N(2, 2, dtype="float64"), h=N(2, 2, dtype="float16"), j=V([[1, 2], [4, 5], [-4, -8]]))
r.add("tf.reduce_prod", "$(z, axis=1)", "$(y)", "$(z)", z=V([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0]]), y=V([2.0, -3.0, 0.5]))
r.add("tf.reduce_sum", "$(x * y)", "$(x * y, axis=-1)", "$(tf.square(x - y), axis=[1])", "$(x, axis=-1) / $(y)", "$(tf.cast(x > 0, tf.float32))", "$(tf.abs(x), axis=1, keepdims=True) + x", "$([1, 2, 3])", "$(2.5)", x=N(2, 3), y=N(2, 3))
r.add("tf.reduce_any|tf.math.reduce_any", "$(b)", "$(b, axis=1)", "$(b, axis=-1, keepdims=True)", "$(x > 0)", "$(x > 5.0, axis=0)", "$(e)", "$(e, axis=1)", b=B(2, 3), x=N(2, 3), e=B(0, 2))
r.add("tf.reduce_all|tf.math.reduce_all", "$(b)", "$(b, axis=1)", "$(b, axis=-1, keepdims=True)", "$(x > -5.0)", "$(x > 0.0, axis=0)", "$(e)", "$(tf.equal(x, x))", b=B(2, 3), x=N(2, 3), e=B(0, 2))
r.fails("tf.reduce_any", "$(x)", "$(b, axis=2)", b=B(2, 3), x=N(2, 3))
r.fails("tf.reduce_all", "$(i)", i=I(2, 3))
for names in ("tf.math.reduce_std", "tf.math.reduce_variance"):
    r.add(names, "$(x)", "$(x, axis=0)", "$(x, axis=-1, keepdims=True)", "$(c, axis=[1, 2])", "$(s)", "$(k)", "$(k, axis=0)", "$(e, axis=1)", **X, k=V([[2.0, 1.0], [2.0, 3.0]]))
    r.fails(names, "$(i)", "$(x, axis=4)", **X)
r.fails("tf.reduce_std", "$(x)", **X)
r.fails("tf.reduce_variance", "$(x)", **X)
r.add("tf.reduce_logsumexp|tf.math.reduce_logsumexp", "$(x)", "$(x, axis=1)", "$(x, axis=-1, keepdims=True)", "$(c, axis=[0, 2])", "$(s)", "$(t, axis=0)", "$(w)", "$(z, axis=1)", "$(e, axis=0)", w=V([1000.0, 999.0, -1000.0]), z=V([[-INF, -INF], [INF, 1.0]]), **X)
r.fails("tf.reduce_logsumexp", "$(i)", "$(x, axis=5)", **X)
r.add("tf.math.reduce_euclidean_norm", "$(x)", "$(x, axis=1)", "$(x, axis=0, keepdims=True)", "$(z)", "$(z, axis=1)", z=V([[0.0, 0.0], [3.0, 4.0]]), x=N(2, 3))
r.add("tf.norm|tf.linalg.norm", "$(x)", "$(x, axis=-1)", "$(x, axis=1, keepdims=True)", "$(x, ord=1)", "$(x, ord=1, axis=1)", "$(x, ord=np.inf, axis=1)", "$(x, ord='euclidean')", "$(x, ord=2, axis=-1)", "$(x, ord=3, axis=1)", "$(x, ord=np.inf)",
      "$(c, axis=[1, 2])", "$(x, ord='fro', axis=[0, 1])", "$(x, ord=1, axis=[-2, -1])", "$(z)", "$(z, axis=1)", "$(v, axis=-1)", "$(x - y, ord='euclidean', axis=-1)", "$(x, ord=0.5, axis=1)", "$(x, keepdims=True)",
      z=V([[0.0, 0.0], [3.0, 4.0]]), y=N(2, 3), **X)
r.fails("tf.norm", "$(x, ord='fro', axis=1)", "$(x, axis=2)", "$(i)", "$(x, axis=[0, 1, 2])", "$(x, keep_dims=True)", "$(x, ord='max')", **X)
r.add("tf.math.count_nonzero", "$(i)", "$(i, axis=1)", "$(x, axis=0, keepdims=True)", "$(b)", "$(x, dtype=tf.float32)", "$(i, axis=-1, dtype=tf.int32)", "tf.cast($(i, axis=1), tf.float32) * s", i=I(2, 2, 3), b=B(4), x=V([[0.0, 2.0], [1.0, -0.0]]), s=N())
r.add("tf.math.zero_fraction|tf.nn.zero_fraction", "$(x)", "$(i)", x=V([[0.0, 2.0], [1.0, -0.0]]), i=I(2, 5))
r.add("tf.math.argmax|tf.argmax", "$(x)", "$(x, axis=-1)", "$(x, 1)", "$(t, axis=1)", "$(t)", "$(v)", "$(x, axis=1, output_type=tf.int32)", "tf.cast($(x, axis=1), tf.float32) * 2.0", "$(i, axis=1)", "$(c, axis=-1)", "$(n, axis=0)", n=V([1.0, NAN, 3.0]), **X)
r.add("tf.math.argmin|tf.argmin", "$(x)", "$(x, axis=-1)", "$(t, axis=1)", "$(t)", "$(v)", "$(x, axis=1, output_type=tf.int32)", "$(i, axis=1)", "$(n, axis=0)", n=V([2.0, NAN, 1.0]), **X)
r.fails("tf.argmax", "$(x, axis=2)", "$(s)", "$(x, axis=[0, 1])", "$(e, axis=0)", **X)
r.add("tf.nn.moments", "$(x, axes=[0])", "$(x, axes=[0, 1])", "$(c, axes=[1, 2], keepdims=True)", "$(x, axes=-1)", "$(x, [1])[1]", **X)
r.fails("tf.nn.moments", "$(x)", "$(x, axis=0)", **X)
r.add("tf.nn.weighted_moments", "$(x, axes=[0], frequency_weights=w)", "$(x, [0, 1], w, keepdims=True)", x=N(2, 3), w=R(0.1, 2, 2, 3))
r.add("tf.linalg.global_norm", "$([x, y])", "$([x])", x=N(2, 3), y=N(4))
r.add("tf.linalg.normalize", "$(x)[0]", "$(x, axis=1)", "$(x, ord=1, axis=-1)[0]", x=N(2, 3))
r.add("tf.nn.l2_loss", "$(x)", "$(s)", "$(x - y)", "0.01 * $(x)", x=N(2, 3), y=N(2, 3), s=N())
r.fails("tf.nn.l2_loss", "$(i)", i=I(3, 3))
r.add("tf.add_n|tf.math.add_n", "$([x, y])", "$([x])", "$([x, y, x])", "$([tf.reduce_sum(x), tf.reduce_mean(y)])", "$([1.0, 2.0])", "$([s, s])", "$([i, i])", x=N(2, 3), y=N(2, 3), s=N(), i=I(4, 2))
r.fails("tf.add_n", "$([x, z])", "$([])", "$([x, i])", "$([x, tf.reduce_sum(x)])", x=N(2, 3), z=N(3), i=I(4, 2, 3))
r.add("tf.math.accumulate_n", "$([x, y])", "$([x, x, y])", x=N(2, 3), y=N(2, 3))

for name, data in (("cumsum", "$(x, axis=1)"), ("cumprod", "$(x, axis=1)"), ("cumulative_logsumexp", "$(x, axis=1)")):
    names = f"tf.math.{name}|tf.{name}" if name == "cumsum" else f"tf.math.{name}"
    r.add(names, "$(x)", data, "$(x, axis=-1, exclusive=True)", "$(x, axis=0, reverse=True)", "$(x, axis=1, exclusive=True, reverse=True)", "$(v)", "$(c, axis=-2)", **X)
    r.fails(names, "$(x, axis=2)", "$(x, axis=-3)", **X)
r.add("tf.cumsum", "$(i, axis=1)", "$(v, axis=0) / tf.reduce_sum(v)", "$(e, axis=0)", "$(tf.exp(v), reverse=True)", **X)
r.add("tf.math.cumprod", "$(z)", "$(z, exclusive=True)", "$(w)", z=V([2.0, 0.0, 3.0]), w=V([0.0, 2.0, 0.0]))
