"""Control flow, tapes, custom gradients, assertions, side effects that losses write."""
from samples import B, Family, H, I, N, R, U, V

FAMILIES = [c := Family("control"), g := Family("gradients"), a := Family("effects")]
A = dict(x=N(2, 3), s=N(), v=N(4), n=V(3), y=N(2, 3), i=I(5, 4), t=V(True), q=V(False), m=N(3, 3))

c.add("tf.cond", "$(s > 0, lambda: x, lambda: y)", "$(tf.reduce_sum(x) > 100.0, lambda: x * 2.0, lambda: x * 3.0)", "$(t, lambda: s, lambda: 0.0)", "$(pred=q, true_fn=lambda: x, false_fn=lambda: y)", "$(tf.size(x) > 0, lambda: tf.reduce_mean(x), lambda: tf.constant(0.0))", "$(tf.equal(tf.shape(x)[0], 2), lambda: x, lambda: tf.zeros_like(x))", "$(t, true_fn=lambda: (x, s), false_fn=lambda: (y, s))", "$(True, lambda: x, lambda: y)", "$(t, lambda: 1.0, lambda: 2)", "$(tf.greater(s, 10.0), lambda: x[0], lambda: x)", """
def yes():
    return tf.square(x)
def no():
    return tf.abs(x)
return $(tf.reduce_mean(x) < 5.0, yes, no)
""", **A)
c.fails("tf.cond", "$(x > 0, lambda: x, lambda: y)", "$(t, x, y)", "$(t, lambda: x)", "$(t, lambda: tf.matmul(x, y), lambda: x)", **A)
c.add("tf.case", "$([(s > 5.0, lambda: x), (s < 5.0, lambda: y)])", "$([(s > 50.0, lambda: x)], default=lambda: x * 0.5)", "$([(t, lambda: x), (t, lambda: y)], exclusive=False)", **A)
c.add("tf.switch_case", "$(n - 2, [lambda: x, lambda: y])", "$(n, {0: lambda: x}, default=lambda: y * 2.0)", **A)
c.add("tf.while_loop", """
def cond(i, acc):
    return i < 3
def body(i, acc):
    return i + 1, acc + tf.square(v[i])
_, acc = $(cond, body, (tf.constant(0), tf.constant(0.0)))
return acc
""", """
i, total = $(lambda i, t: tf.less(i, n), lambda i, t: [i + 1, t * s], [0, tf.constant(1.0)])
return total
""", """
return $(lambda y: tf.reduce_sum(y) < 20.0, lambda y: (y * 2.0,), [tf.abs(v)])[0]
""", """
_, rows = $(lambda i, rows: i < 2, lambda i, rows: (i + 1, tf.concat([rows, x[i:i + 1]], 0)), (0, tf.zeros([1, 3])), shape_invariants=(tf.TensorShape([]), tf.TensorShape([None, 3])))
return rows
""", """
return $(cond=lambda i, z: i < 4, body=lambda i, z: (i + 1, z + s), loop_vars=(0, x), maximum_iterations=2)[1]
""", **A)
c.fails("tf.while_loop", "$(lambda i: i < 3, lambda i, j: (i + 1, j), (0, 1.0))", "$(lambda i: i < 3, lambda i: i + 1)", "$(lambda i, t: i < 3, lambda i, t: (i + 1, t + 1), [0, s * 1.0 + tf.constant(1)])", **A)
c.add("tf.map_fn", "$(lambda r: tf.reduce_sum(r), x)", "$(lambda r: r * r, x)", "$(tf.square, v)", "$(lambda p: p[0] * p[1], (x, y), fn_output_signature=tf.float32)", "$(lambda p: tf.reduce_sum(p[0] - p[1]), (x, y), dtype=tf.float32)", "$(lambda k: k + 1, i)", "$(lambda k: tf.cast(k, tf.float32) * s, i, fn_output_signature=tf.float32)", "$(lambda k: v[k], tf.range(3), dtype=tf.float32)", "$(fn=lambda r: (r, tf.reduce_max(r)), elems=x, fn_output_signature=(tf.float32, tf.float32))", "tf.reduce_mean($(lambda p: tf.tensordot(p[0], p[1], 1), [x, y], fn_output_signature=tf.float32))", "$(lambda r: tf.map_fn(lambda e: e * 2.0, r), x)", **A)
c.fails("tf.map_fn", "$(lambda p: p[0] * p[1], (x, y))", "$(lambda r: r, s)", "$(x, lambda r: r)", "$(lambda k: tf.cast(k, tf.float32), i)", "$(lambda p: p[0], (x, v), fn_output_signature=tf.float32)", **A)
c.add("tf.vectorized_map", "$(lambda r: tf.reduce_sum(r * r), x)", "$(lambda p: tf.tensordot(p[0], p[1], 1), (x, y))", "$(lambda k: k * s, v)", **A)
c.add("tf.scan", "$(lambda acc, e: acc + e, v)", "$(lambda acc, e: acc * 0.5 + e, x)", "$(lambda acc, e: acc + tf.reduce_sum(e), x, initializer=0.0)", "$(lambda acc, e: acc * e, v, reverse=True)", "$(fn=lambda acc, e: (acc[0] + e, acc[1] * e), elems=v, initializer=(0.0, 1.0))", "$(lambda acc, e: acc + e[0] * e[1], (v, v), initializer=s)", **A)
c.add("tf.foldl", "$(lambda acc, e: acc * 0.5 + e, v)", "$(lambda acc, e: acc + e, x, initializer=tf.zeros([3]))", **A)
c.add("tf.foldr", "$(lambda acc, e: acc * 0.5 + e, v)", **A)
c.add("tf.TensorArray", """
ta = $(tf.float32, size=3)
for k in range(3):
    ta = ta.write(k, v[k] * v[k])
return ta.stack()
""", """
ta = $(dtype=tf.float32, size=0, dynamic_size=True)
_, ta = tf.while_loop(lambda i, ta: i < 2, lambda i, ta: (i + 1, ta.write(i, tf.reduce_sum(x[i]))), (0, ta))
return ta.stack()
""", """
ta = $(tf.float32, size=2).unstack(x)
return ta.read(1) * 2.0 + ta.read(0)
""", """
ta = $(tf.float32, 2, clear_after_read=False)
ta = ta.write(0, x).write(1, y)
return ta.concat()
""", """
ta = $(tf.float32, size=2).unstack(x)
return tf.cast(ta.size(), tf.float32) * ta.gather([1, 0])
""", **A)
c.add("tf.function", """
@$
def inner(z):
    return tf.reduce_sum(z * z, axis=-1)
return inner(x)
""", """
@$(jit_compile=False)
def inner(z):
    if tf.reduce_sum(z) > 100.0:
        return z * 2.0
    else:
        return z * 3.0
return inner(x)
""", """
@$
def inner(z):
    total = tf.constant(0.0)
    for row in z:
        total += tf.reduce_max(row)
    return total
return inner(x)
""", """
@$
def inner(z):
    k = tf.constant(0)
    while k < 3:
        z = z * 0.5
        k += 1
    return z
return inner(x)
""", """
@$
def inner(z):
    out = tf.zeros([3])
    for k in tf.range(tf.shape(z)[0]):
        if k % 2 == 0:
            out += z[k]
    return out
return inner(x)
""", "$(lambda z: z + 1.0)(x)", **A)
c.fails("tf.function", """
@$
def inner(z):
    return tf.matmul(z, z)
return inner(x)
""", """
@$(autograph=False)
def inner(z):
    if tf.reduce_sum(z) > 0:
        return z
    return -z
return inner(x)
""", **A)
c.add("if", """
if tf.reduce_sum(x) > 0:
    return x
return -x
""", """
if tf.equal(n, 3) and s < 10.0:
    return x * 2.0
else:
    return x
""", """
return x if tf.rank(x) == 2 else y
""", """
return x * 2.0 if s else x
""", """
if not t:
    return y
return x
""", **A)
c.fails("if", """
if x > 0:
    return x
return -x
""", """
return x if x > 0 else y
""", "x > 0 and y > 0", "not x", "bool(x)", "0 < x < 1", "max(x, 0.0)", "min(x, y)", **A)
c.add("for", """
total = 0.0
for row in x:
    total += tf.reduce_max(row)
return total
""", """
total = 0.0
for k in range(x.shape[1]):
    total = total + x[:, k] * k
return total
""", """
out = []
for a_, b_ in zip(tf.unstack(x), tf.unstack(y)):
    out.append(tf.reduce_sum(a_ * b_))
return tf.stack(out)
""", """
total = 0.0
for k, row in enumerate(x):
    if k == 1:
        break
    total += row
return total
""", """
total = tf.zeros([])
for k in range(n):
    total += v[k]
return total
""", """
acc = s
k = 0
while k < 3:
    acc = acc * 0.5
    k += 1
return acc
""", """
for k in tf.range(2):
    x = x * 0.5
return x
""", "tf.stack([tf.reduce_sum(r) for r in x])", "sum(tf.reduce_sum(r) for r in x)", "sum([s, s, 1.0])", "[r * 2.0 for r in tf.unstack(v)][1]", **A)
c.fails("for", """
total = 0.0
for k in s:
    total += k
return total
""", """
for k in range(s):
    x = x * 2.0
return x
""", """
for k in range(x.shape[5]):
    x = x * 2.0
return x
""", **A)
c.add("tf.py_function", "$(lambda z: z * 2.0, [x], tf.float32)", "$(func=lambda z: tf.reduce_sum(z), inp=[x], Tout=tf.float32)", **A)
c.add("tf.numpy_function", "$(lambda z: np.maximum(z, 0.0).astype(np.float32), [x], tf.float32)", **A)
c.add("tf.executing_eagerly", "$()", **A)
c.add("tf.is_tensor", "$(x)", "$(2.0)", "$(np.ones(2))", "$(tf.Variable(1.0))", **A)

G = dict(x=N(2, 3), s=V(0.7), v=N(3), w=N(3, 2), y=N(2, 3), z=V([0.0, 0.0]), e=V(0.4), p=N(2, 1))
g.add("tf.GradientTape", """
with $() as tape:
    tape.watch(x)
    out = tf.reduce_sum(tf.square(x))
return tape.gradient(out, x)
""", """
with $() as tape:
    tape.watch(v)
    out = tf.sin(v)
g = tape.gradient(out, v)
return tf.reduce_mean(tf.square(g))
""", """
with $() as outer:
    outer.watch(v)
    with tf.GradientTape() as inner:
        inner.watch(v)
        out = v ** 3
    first = inner.gradient(out, v)
return outer.gradient(first, v)
""", """
with $(persistent=True) as tape:
    tape.watch([x, v])
    a = x * v
    b = tf.exp(v)
return tape.gradient(a, x), tape.gradient(b, v)
""", """
with $() as tape:
    tape.watch(x)
    score = tf.matmul(tf.tanh(x), w)
grads = tape.gradient(score, x)
norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=1) + 1e-12)
return tf.reduce_mean((norm - 1.0) ** 2)
""", """
with $() as tape:
    tape.watch(x)
    out = tf.reduce_sum(x)
return tape.gradient(out, v)
""", """
with $() as tape:
    tape.watch(x)
    out = tf.reduce_sum(x)
return tape.gradient(out, v, unconnected_gradients='zero')
""", """
with $() as tape:
    tape.watch(x)
    out = x * y
return tape.gradient(out, [x, y])
""", """
with $() as tape:
    tape.watch(s)
    out = s * v
return tape.jacobian(out, s)
""", """
with $() as tape:
    tape.watch(v)
    out = tf.concat([v * v, v[:1]], 0)
return tape.jacobian(out, v)
""", """
with $() as tape:
    tape.watch(x)
    out = x ** 2
return tape.batch_jacobian(out, x)
""", """
with $() as tape:
    tape.watch(v)
    out = v * v
return tape.gradient(out, v, output_gradients=tf.constant([1.0, 2.0, 3.0]))
""", """
var = tf.Variable([1.0, 2.0, 3.0])
with $() as tape:
    out = tf.reduce_sum(var * var * v)
return tape.gradient(out, var)
""", """
with $() as t2:
    t2.watch(p)
    with tf.GradientTape() as t1:
        t1.watch(p)
        u = tf.sin(2.0 * p)
    u_x = t1.gradient(u, p)
u_xx = t2.gradient(u_x, p)
return tf.reduce_mean(tf.square(u_xx + u))
""", """
with $(watch_accessed_variables=False) as tape:
    tape.watch(s)
    with tape.stop_recording():
        k = s * 3.0
    out = k * s
return tape.gradient(out, s)
""", **G)
g.fails("tf.GradientTape", """
with $() as tape:
    tape.watch(x)
    out = x * 2.0
tape.gradient(out, x)
return tape.gradient(out, x)
""", """
with $() as tape:
    tape.watch(x)
    out = x * 2.0
return tape.gradients(out, x)
""", **G)
g.fails("tf.gradients", "$(tf.reduce_sum(x * x), x)", "$(x, [x])[0]", **G)
SECOND = {"tf.exp(v)": 0, "tf.math.log(tf.abs(v) + 1.0)": 0, "tf.tanh(v)": 0, "tf.sigmoid(v)": 0, "v ** 3": 0, "1.0 / (2.0 + tf.square(v))": 0, "tf.sqrt(tf.square(v) + 0.1)": 0, "tf.nn.softplus(v)": 0, "tf.nn.elu(v)": 0, "tf.nn.softmax(v) * v": 0, "tf.math.log_softmax(v)": 0, "tf.reduce_logsumexp(v)": 0, "tf.norm(v)": 0,
          "tf.reduce_prod(v)": 0, "tf.math.erf(v)": 0, "tf.math.lgamma(tf.abs(v) + 0.5)": 0, "tf.nn.l2_normalize(v)": 0, "tf.maximum(v, 0.0) * v": 0, "tf.where(v > 0, v * v, v ** 3)": 0, "tf.math.reduce_variance(v)": 0, "tf.math.reduce_std(v)": 0, "tf.cumsum(v) * v": 0, "tf.math.cumprod(v)": 0, "tf.sort(v) * v": 0,
          "tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(v), logits=v)": 0, "tf.nn.softmax_cross_entropy_with_logits(labels=[0.0, 1.0, 0.0], logits=v)": 0, "tf.gather(v * v, [0, 0, 2])": 0, "tf.einsum('i,j->ij', v, v * v)": 0, "tf.atan(v)": 0, "tf.math.xlogy(v, tf.abs(v))": 0, "tf.pow(tf.abs(v), 1.5)": 0, "tf.nn.selu(v)": 0, "tf.nn.relu(v)": 0, "tf.sin(v) * tf.cos(v)": 0}
for body in SECOND:
    g.add("tf.GradientTape", f"""
with tf.GradientTape() as tape:
    tape.watch(v)
    out = {body}
return tape.gradient(out, v)
""", v=G["v"])
g.add("tf.custom_gradient", """
@$
def op(z):
    def grad(dy):
        return dy * 2.0
    return z * z, grad
return op(x)
""", """
@$
def op(z, k):
    def grad(dy):
        return dy * k, tf.reduce_sum(dy * z)
    return z * k, grad
return op(x, s)
""", """
@$
def flip(z):
    return tf.identity(z), lambda dy: -dy
return flip(x) * y
""", """
@$
def clipped(z):
    def grad(dy):
        return tf.clip_by_norm(dy, 0.5)
    return tf.identity(z), grad
return tf.reduce_sum(clipped(x) * 3.0)
""", """
@$
def log1pexp(z):
    e = tf.exp(z)
    def grad(upstream):
        return upstream * (1 - 1 / (1 + e))
    return tf.math.log(1 + e), grad
return log1pexp(x)
""", """
@$
def two(z):
    def grad(da, db):
        return da + 2.0 * db
    return (z * 1.0, z * 2.0), grad
a, b = two(x)
return a + b
""", **G)
g.fails("tf.custom_gradient", """
@$
def op(z):
    return z * z
return op(x)
""", **G)
g.add("tf.stop_gradient", """
target = tf.stop_gradient(tf.reduce_max(x, axis=1, keepdims=True))
return tf.exp(x - target)
""", "tf.stop_gradient(tf.round(x)) + x - tf.stop_gradient(x)", **G)
g.add("tf.recompute_grad", "$(lambda z: tf.sin(z) * z)(x)", **G)
g.add("tf.autodiff.ForwardAccumulator", """
with $(primals=v, tangents=tf.ones_like(v)) as acc:
    out = v ** 2
return acc.jvp(out)
""", **G)
TIES = dict(a=V([1.0, 2.0, 2.0]), z=V([0.0, 0.0, 1.0]))
g.add("ties", "tf.reduce_max(a)", "tf.reduce_min(-a)", "tf.maximum(a, 2.0)", "tf.minimum(a, a[::-1])", "tf.abs(z)", "tf.nn.relu(z)", "tf.sqrt(z)", "tf.norm(z[:2])", "z / z", "tf.math.log(z)", "z ** 0.5", "tf.pow(z, 2)", "tf.where(z > 0.0, tf.math.log(z), 0.0)", "tf.math.divide_no_nan(z, z)", "tf.clip_by_value(a, 1.0, 2.0)", "tf.sign(z)", "tf.math.l2_normalize(z[:2])", "tf.reduce_prod(z)", "tf.math.reduce_std(z[:2])",
      "tf.sort(a)", "tf.math.top_k(a, 2)[0]", "tf.math.cumprod(z)", "tf.math.acos(a / 2.0)", "tf.math.asin(z)", "tf.math.xlogy(z, z)", "tf.math.atan2(z, z)", "tf.floor(a)", "tf.math.mod(a, 2.0)", "tf.reduce_logsumexp(z)", "tf.nn.leaky_relu(z)", "tf.nn.elu(z)", "tf.nn.relu6(a * 3.0)", "tf.math.reciprocal_no_nan(z)", "tf.math.rsqrt(z)", "a ** z", "z ** a", "tf.linalg.norm(z[:2], ord=1)", "tf.math.segment_max(a, [0, 0, 0])", "tf.math.unsorted_segment_max(a, [0, 0, 0], 1)", "tf.nn.max_pool1d(a[None, :, None], 2, 1, 'VALID')", "tf.keras.activations.hard_sigmoid(a)", "keras.ops.max(a)", "keras.ops.abs(z)", "keras.ops.relu(z)", "keras.ops.norm(z[:2])", "keras.ops.std(z[:2])", "keras.ops.sqrt(z)", "keras.ops.median(a)", "K.max(a)", "K.sqrt(z)", "K.abs(z)", "K.relu(z)", "K.clip(a, 1.0, 2.0)", "K.l2_normalize(z[:2])", **TIES)

E = dict(x=N(2, 3), s=N(), v=N(3), o=V([1.0, float("nan")]), p=U(2, 3), i=I(5, 3))
a.add("tf.print", """
$('loss', tf.reduce_sum(x))
return x * 2.0
""", **E)
a.add("print", """
$('shape', x.shape)
return x * 2.0
""", **E)
a.add("tf.debugging.assert_equal|tf.assert_equal", """
$(tf.shape(x)[1], 3)
return x
""", """
$(x, x, message='same')
return x
""", **E)
a.fails("tf.debugging.assert_equal", "$(x, v)", "$(tf.shape(x)[0], 3)", **E)
for name, arguments in (("assert_greater", "p, 0.0"), ("assert_greater_equal", "p, 0.0"), ("assert_less", "p, 1.0"), ("assert_less_equal", "p, 1.0"), ("assert_non_negative", "p"), ("assert_positive", "p"), ("assert_near", "x, x"), ("assert_rank", "x, 2"), ("assert_rank_at_least", "x, 1"), ("assert_rank_in", "x, [2, 3]"), ("assert_all_finite", "x, 'finite'"), ("assert_shapes", "[(x, (2, 3)), (v, (3,))]"), ("assert_type", "x, tf.float32"), ("assert_none_equal", "p, 2.0"), ("assert_integer", "i"), ("assert_scalar", "s"), ("assert_negative", "-p"), ("assert_same_float_dtype", "[x, v]")):
    a.add(f"tf.debugging.{name}", f"\n$({arguments})\nreturn x * p\n", **E)
for name, arguments in (("assert_greater", "p, 1.0"), ("assert_less_equal", "p, 0.0"), ("assert_non_negative", "-p"), ("assert_rank", "x, 3"), ("assert_rank_in", "x, [3, 4]"), ("assert_all_finite", "o, 'm'"), ("assert_shapes", "[(x, ('N', 'N'))]"), ("assert_type", "x, tf.int32"), ("assert_near", "p, p + 1.0")):
    a.fails(f"tf.debugging.{name}", f"\n$({arguments})\nreturn x * p\n", **E)
a.add("tf.assert_rank", """
$(x, 2)
return x
""", **E)
a.add("tf.debugging.check_numerics", "$(x, 'ok')", **E)
a.fails("tf.debugging.check_numerics", "$(o, 'bad')", **E)
a.add("tf.name_scope", """
with $('loss'):
    return x * 2.0
""", """
with $('loss') as scope:
    y = tf.square(x, name=scope)
return y
""", **E)
a.add("tf.device", """
with $('/cpu:0'):
    return x * 2.0
""", **E)
a.add("tf.control_dependencies", """
with $([tf.debugging.assert_non_negative(p)]):
    return tf.identity(x)
""", **E)
a.add("tf.init_scope", """
with $():
    k = tf.constant(2.0)
return x * k
""", **E)
a.add("tf.summary.scalar", """
$('loss', tf.reduce_sum(x), step=0)
return x
""", **E)
a.add("tf.summary.histogram", """
$('h', x, step=0)
return x
""", **E)
a.add("tf.get_logger", """
$().setLevel('ERROR')
return x
""", **E)
a.add("tf.distribute.get_replica_context", "x / tf.cast($().num_replicas_in_sync, tf.float32)", **E)
a.add("tf.distribute.get_strategy", "x / $().num_replicas_in_sync", **E)
a.add("tf.distribute.has_strategy", "$()", **E)
a.add("tf.distribute.in_cross_replica_context", "$()", **E)
a.add("tf.no_op", """
$()
return x
""", **E)
a.add("tf.group", """
$(x, v)
return x
""", **E)
a.add("tf.Assert", """
$(tf.reduce_all(p > 0), [p])
return x
""", **E)
a.fails("tf.Assert", """
$(tf.reduce_all(p > 1), [p])
return x
""", **E)
a.add("assert", """
assert x.shape[0] == 2, 'batch'
return x
""", **E)
a.fails("assert", """
assert x.shape[0] == 3, 'batch'
return x
""", """
raise ValueError('not here')
""", **E)
