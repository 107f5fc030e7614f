"""Reading and writing by position: Python indexing, gather and scatter families, segments, sorting, counting."""
from samples import B, Family, I, N, NAN, R, V

FAMILIES = [g := Family("indexing"), s := Family("segment"), o := Family("sorting")]
A = dict(x=N(2, 3), c=N(2, 3, 2), v=N(4), p=V([0, 2, 1]), q=V([[0, 1], [1, 2]]), i=I(9, 2, 3), k=I(3, 2), j=V(1), w=N(3), b=V([[2, 0], [1, 1]]), t=B(4), m=V([1, 0]), oob=V([0, 5]), neg=V([0, -1]), f=N(2))

g.add("[]", "x[0]", "x[-1]", "x[:, 0]", "x[:, -1]", "x[:, 1:]", "x[..., 0]", "x[:, :2]", "x[:, None]", "x[tf.newaxis]", "x[:, tf.newaxis, :]", "x[::-1]", "x[:, ::2]", "x[0, 1]", "x[0][1]", "c[:, 1, :]", "c[..., 1]", "c[:, :, 0] * c[:, :, 1]", "c[0, ..., 1]", "v[1:-1]", "v[-2:]", "v[:0]", "x[:, 1:100]",
      "x[:, j]", "x[j]", "c[1:, :, ::-1]", "x[:1] + x[1:]", "c[:, None, ..., 0]", "v[tf.constant(2)]", "x[:, 0:1]", "v[::2]", "v[3:1:-1]", "v[slice(1, 3)]", "x[:]", "x[...]", "x[tf.shape(x)[0] - 1]", "x[:, :tf.shape(x)[1] - 1]", "i[:, 1]", "x[x > 0]", "v[t]", "v[v > 0.0]", "v[:-1] - v[1:]", "x[:tf.constant(1)]",
      "x[(0, 1)]", "x[np.newaxis, :, 0]", "v[j:]", "v[j]", "x[..., tf.newaxis]", "x[:, -2:]", "x[[0, 1]]", **A)
g.fails("[]", "x[2]", "x[0, 3]", "x[0, 0, 0]", "x[-3]", "x['a']", "x[1.5]", "x[:, [0, 1]]", "x[p]", "x[..., ..., 0]", "v[t[:2]]", "j[0]", **A)
g.add("tf.gather", "$(v, p)", "$(x, [1, 0])", "$(x, p, axis=1)", "$(x, [0, 2], axis=-1)", "$(v, q)", "$(x, 1)", "$(x, b, axis=1, batch_dims=1)", "$(c, k, axis=1, batch_dims=1)", "$(x, k, batch_dims=1)", "$(i, [0])", "$(params=v, indices=p)", "$(v, [1, 1, 1])", "$(c, q, axis=1)", "$(v, j)", "$(x, tf.argmax(x, 1), axis=1)", "$(w, tf.cast(k, tf.int64))", "$(x, [0, 0, 1])", **A)
g.fails("tf.gather", "$(v, [0, 4])", "$(v, [-1])", "$(v, f)", "$(x, [0], axis=2)", "$(x, [0, 1, 2], batch_dims=1)", "$(v)", "$(v, tf.constant([0.0]))", **A)
g.add("tf.gather_nd", "$(x, [[0, 1], [1, 2]])", "$(x, q)", "$(x, [[0], [1]])", "$(c, q)", "$(c, [[[0, 1, 1]], [[1, 2, 0]]])", "$(x, tf.stack([tf.range(2), k], axis=1))", "$(x, tf.reshape(k, [2, 1]), batch_dims=1)", "$(i, q)", "$(c, [[[0]], [[2]]], batch_dims=1)", "$(params=x, indices=tf.where(x > 0))", **A)
g.add("tf.gather_nd", "$(x, [1])", "$(x, [0, 1])", gradient_fails=True, **A)
g.fails("tf.gather_nd", "$(x, [[2, 0]])", "$(x, [[0, 0, 0]])", "$(x, f)", "$(x, [[-1, 0]])", **A)
g.add("tf.nn.embedding_lookup", "$(x, m)", "$(x, [[0, 1], [1, 1]])", **A)
g.add("tf.scatter_nd", "$([[1], [3]], f, [4])", "$([[0, 1], [1, 2]], f, [2, 3])", "$([[1], [1]], f, [2])", "$(tf.constant([[1]]), w[None], tf.constant([2, 3]))", "$(indices=[[0], [2]], updates=x, shape=[3, 3])", "$([[0], [1]], [1, 2], [3])", "$(tf.stack([tf.range(2), k], 1), f, tf.shape(x))", **A)
g.fails("tf.scatter_nd", "$([[4]], [1.0], [4])", "$([[0]], w, [4])", "$([[0, 0]], [1.0], [4])", "$([0], [1.0], [4])", **A)
g.add("tf.tensor_scatter_nd_update", "$(v, [[1], [3]], f)", "$(x, [[0, 1]], [9.0])", "$(x, [[1]], w[None])", "$(i, [[0, 0]], [7])", "$(tensor=v, indices=[[0]], updates=[0.0])", "$(v, [[0]], [1])", **A)
g.add("tf.tensor_scatter_nd_add", "$(v, [[1], [3]], f)", "$(x, q, f)", "$(v, [[1], [1]], f)", "$(x, [[0]], w[None])", **A)
g.add("tf.tensor_scatter_nd_sub", "$(v, [[1], [1]], f)", **A)
g.add("tf.tensor_scatter_nd_max", "$(v, [[1], [3]], f)", "$(v, [[0], [0]], [5.0, 6.0])", **A)
g.add("tf.tensor_scatter_nd_min", "$(v, [[1], [3]], f)", **A)
g.fails("tf.tensor_scatter_nd_update", "$(v, [[4]], [1.0])", "$(v, [[0], [1]], [1.0])", **A)
g.add("tf.dynamic_partition", "$(v, [0, 1, 1, 0], 2)", "$(x, [1, 0], num_partitions=2)[0]", "$(v, tf.cast(v > 0, tf.int32), 2)", **A)
g.fails("tf.dynamic_partition", "$(v, [0, 1], 2)", "$(v, [0, 1, 2, 0], 2)", **A)
g.add("tf.dynamic_stitch", "$([[0, 2], [1]], [f, [5.0]])", "$([[0, 1], [1]], [x, w[None]])", **A)
g.add("tf.unique", "$(u)", "tf.size($(u)[0])", "$(l).idx", u=V([3, 1, 3, 2]), l=V([1.5, 0.5, 1.5, -1.0]))
g.add("tf.unique", """
y, idx = $(l)
return tf.cast(y, tf.float32) * w[:3]
""", gradient_fails=True, l=V([1.5, 0.5, 1.5, -1.0]), w=N(3))
g.fails("tf.unique", "$(x)", **A)
g.add("tf.unique_with_counts", "$(u)", "$(u).count", "$(u)[2]", u=V([3, 1, 3, 2]))
g.add("tf.math.invert_permutation", "$(p)", **A)
g.add("tf.searchsorted", "$(r, f)", "$(r, [0.5, 2.0], side='right')", "$([[1, 3, 5]], [[0, 3, 6]])", "$(r, [0.0, 9.0])", r=V([0.0, 0.5, 1.0, 2.0]), f=N(2))
g.add("tf.sparse.to_dense", "$(tf.sparse.from_dense(z))", "$(tf.SparseTensor([[0, 1], [1, 0]], [1.0, 2.0], [2, 2]))", "$(tf.SparseTensor(indices=[[0, 1], [1, 2]], values=f, dense_shape=[2, 3]))", "tf.sparse.reduce_sum(tf.sparse.from_dense(z))", z=V([[0.0, 1.0], [2.0, 0.0]]), f=N(2))
g.add("tf.sparse.reduce_sum", "$(tf.sparse.from_dense(z), axis=1)", z=V([[0.0, 1.0], [2.0, 0.0]]))
g.add("tf.sparse.sparse_dense_matmul", "$(tf.sparse.from_dense(z), z)", z=V([[0.0, 1.0], [2.0, 0.0]]))
g.add("tf.nest.map_structure", "$(lambda a: a * 2.0, [x, w])", "$(tf.add, (x, w), (x, w))", "$(tf.shape, {'a': x, 'b': w})", **A)
g.add("tf.nest.flatten", "$([x, [w, f]])", "$({'b': x, 'a': w})", **A)

S = dict(d=N(4, 2), v=N(4), ids=V([0, 0, 1, 2]), u=V([1, 0, 1, 3]), gap=V([0, 0, 2, 2]), bad=V([1, 0, 2, 2]), n=V([0, -1, 1, 1]), i=I(9, 4), l2=V([[0, 1], [1, 1]]), x=N(2, 2))
for name in ("segment_sum", "segment_mean", "segment_max", "segment_min", "segment_prod"):
    s.add(f"tf.math.{name}", "$(v, ids)", "$(d, ids)", "$(v, gap)", "$(data=d, segment_ids=gap)", "$(i, ids)" if name != "segment_mean" else "$(v, tf.cast(ids, tf.int64))", **S)
    s.fails(f"tf.math.{name}", "$(v, bad)", "$(v, ids[:2])", "$(v, v)", **S)
for name in ("unsorted_segment_sum", "unsorted_segment_mean", "unsorted_segment_max", "unsorted_segment_min", "unsorted_segment_prod", "unsorted_segment_sqrt_n"):
    s.add(f"tf.math.{name}", "$(v, u, 4)", "$(d, u, num_segments=5)", "$(v, n, 3)", "$(x, l2, 2)", "$(v, u, tf.reduce_max(u) + 1)", **S)
    s.fails(f"tf.math.{name}", "$(v, u)", "$(v, u[:2], 4)", "$(v, u, 2)", **S)
s.fails("tf.segment_sum", "$(v, ids)", **S)
s.add("tf.math.bincount", "$(u)", "$(u, minlength=6)", "$(u, maxlength=2)", "$(l2, axis=-1)", "$(u, dtype=tf.float32)", **S)
s.add("tf.math.bincount", "$(u, weights=v)", gradient_fails=True, **S)
s.add("tf.math.confusion_matrix", "$(ids, u)", "$(ids, u, num_classes=4, dtype=tf.float32)", "$([0, 1], [1, 1], weights=v[:2])", **S)
s.fails("tf.math.confusion_matrix", "$(ids, u[:2])", "$(ids, u, num_classes=2)", **S)
s.add("tf.histogram_fixed_width", "$(v, [-1.0, 1.0], nbins=4)", "$(v, [-2.0, 2.0], nbins=3, dtype=tf.int64)", **S)

O = dict(x=N(2, 4), v=N(5), t=V([2.0, 1.0, 2.0, 3.0, 1.0]), i=I(9, 2, 4), c=N(2, 3, 2), n=V([1.0, NAN, 2.0]), p=I(4, 2), q=N(2, 4), y=V([0, 3]), tie=V([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0]]), s=N())
o.add("tf.sort", "$(v)", "$(x)", "$(x, axis=0)", "$(x, direction='DESCENDING')", "$(t)", "$(i, axis=-1)", "$(c, axis=1)", "$(x, axis=-1, direction='ASCENDING')[:, -1]", "$(i, direction='DESCENDING')", "$(x, 0, 'DESCENDING')", "$(values=v)", **O)
o.fails("tf.sort", "$(x, axis=2)", "$(v, direction='UP')", "$(s)", "$(v, reverse=True)", **O)
o.add("tf.argsort", "$(v)", "$(x)", "$(x, axis=0)", "$(x, direction='DESCENDING')", "$(t)", "$(t, direction='DESCENDING')", "$(t, stable=True)", "tf.gather(v, $(v))", "tf.gather(x, $(x, axis=1), axis=1, batch_dims=1)", "$(i)", "$($(v))", **O)
o.fails("tf.argsort", "$(x, axis=2)", "$(s)", **O)
o.add("tf.math.top_k|tf.nn.top_k", "$(v, k=2)", "$(x, 2)", "$(v, 3).values", "$(x, k=1)[0]", "$(t, k=3)", "$(x, 2, sorted=True).values", "$(x)", "$(i, 2)", "$(input=v, k=5).indices", "tf.reduce_mean($(v, k=2)[0])", "$(x, k=tf.shape(x)[1] // 2).values", "$(tie, 2)", "-$(-v, 2).values", "$(v, k=0)", **O)
o.fails("tf.math.top_k", "$(v, k=6)", "$(s, 1)", "$(v, k=-1)", "$(v, k=1.5)", "$(v, 2, axis=0)", **O)
o.add("tf.math.in_top_k|tf.nn.in_top_k", "$(p, q, k=2)", "$(targets=y, predictions=q, k=1)", "tf.cast($(p, q, 3), tf.float32)", "$([0, 1], tie, 1)", **O)
o.fails("tf.math.in_top_k", "$(q, p, 2)", "$(p, q)", **O)
o.add("tf.math.approx_max_k", "$(v, 2)", **O)
