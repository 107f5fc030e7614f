"""Unary functions, binary broadcasting operations, comparisons, logic, casts, clipping and where."""
from samples import B, INF, NAN, Family, I, N, R, U, V

FAMILIES = [u := Family("elementwise"), b := Family("binary"), w := Family("where")]

EDGE = V([-2.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 100.0, -100.0])
ODD = V([NAN, INF, -INF, -0.0])
U_ = dict(x=N(2, 3), s=N(), e=EDGE, o=ODD, p=R(0.1, 3, 4), z=N(0, 2), h=V([0.5, 1.5, -2.0], "float16"), d=V([0.5, 1.5, -2.0], "float64"), i=V([1, 2, 0, -3]), y=U(4))

DOMAIN = {  # which array is inside the function's domain
    "exp": "x", "log": "p", "log1p": "p", "expm1": "x", "sqrt": "p", "rsqrt": "p", "sin": "x", "cos": "x", "tan": "x", "asin": "y", "acos": "y", "atan": "x", "sinh": "x", "cosh": "x", "tanh": "x", "asinh": "x",
    "acosh": "p + 1.0", "atanh": "y", "sigmoid": "x", "log_sigmoid": "x", "softplus": "x", "softsign": "x", "erf": "x", "erfc": "x", "erfinv": "y", "lgamma": "p", "digamma": "p", "ceil": "x", "floor": "x", "rint": "x",
    "erfcinv": "y", "ndtri": "y", "bessel_i0": "x", "bessel_i1": "x", "bessel_i0e": "x", "bessel_i1e": "x", "reciprocal": "x", "reciprocal_no_nan": "x",
}
ALIASES = {"exp": "tf.exp", "sqrt": "tf.sqrt", "sin": "tf.sin", "cos": "tf.cos", "tan": "tf.tan", "asin": "tf.asin", "acos": "tf.acos", "atan": "tf.atan", "sinh": "tf.sinh", "cosh": "tf.cosh", "tanh": "tf.tanh|tf.nn.tanh",
           "sigmoid": "tf.sigmoid|tf.nn.sigmoid", "softplus": "tf.nn.softplus", "softsign": "tf.nn.softsign", "floor": "tf.floor", "asinh": "tf.asinh", "acosh": "tf.acosh", "atanh": "tf.atanh"}
for name, inside in DOMAIN.items():
    names = f"tf.math.{name}" + ("|" + ALIASES[name] if name in ALIASES else "")
    u.add(names, f"$({inside})", "$(e)", "$(o)", "$(s)", "$(z)", "$(x=x)" if name not in ("softplus", "softsign") else "$(features=x)", **U_)
    if name not in ("ceil", "floor", "rint"):
        u.fails(names, "$(i)", **U_)
    if name in ("exp", "log", "sqrt", "sigmoid", "erf"):
        u.fails(names, "$()", "$(x, 1, 2)", "$(x, axis=1)", **U_)
for name in ("exp", "log", "sqrt", "sigmoid", "tanh"):
    u.add(f"tf.math.{name}", "$(h)" if name not in ("log", "sqrt") else "$(tf.abs(h))", "$(tf.abs(d))", "$(2.0)", "$([1.0, 4.0])", **U_)
    u.fails(f"tf.math.{name}", "$(3)", "$(True)", **U_)
u.add("tf.math.log", "$(y + 1e-7)", "$(tf.maximum(y, 1e-7))", "$(z0)", "$(tf.clip_by_value(z0, 1e-7, 1.0))", "tf.reduce_mean(-$(y))", "x * $(z0)", y=U(2, 3), x=V([0.0, 1.0, 0.0]), z0=V([0.0, 1.0, 0.5]))
u.add("tf.sqrt", "$(z0)", "$(tf.reduce_sum(tf.square(z0)))", "$(tf.maximum(z0, 1e-12))", "$(z0 + 1e-9)", z0=V([0.0, 0.0, 4.0]))
u.fails("tf.log", "$(y)", **U_)
u.fails("tf.softmax", "$(x)", **U_)
u.fails("tf.to_float", "$(i)", **U_)
for names in ("tf.math.abs|tf.abs", "tf.math.negative|tf.negative", "tf.math.square|tf.square", "tf.math.sign|tf.sign", "tf.math.round|tf.round"):
    u.add(names, "$(x)", "$(e)", "$(o)", "$(s)", "$(z)", "$(i)", "$(h)", "$(-2.5)", "$(3)", "$([1.5, 2.5, -0.5, -1.5])", **U_)
    u.fails(names, "$(x > 0)", "$()", "$('a')", **U_)
u.add("tf.round", "$(q)", "tf.stop_gradient($(q) - q) + q", q=V([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 2.4]))
u.add("tf.square", "$(x) - $(s)", "tf.reduce_mean($(x - 1.0), axis=-1)", **U_)
for names in ("tf.math.is_nan", "tf.math.is_inf", "tf.math.is_finite"):
    u.add(names, "$(o)", "$(x)", "$(tf.math.log(e))", "tf.reduce_any($(o))", **U_)
    u.fails(names, "$(i)", **U_)
u.fails("tf.is_nan", "$(x)", **U_)
u.add("tf.identity", "$(x)", "$(i)", "$(x) * 2.0", "$(2.0)", **U_)
u.add("tf.stop_gradient", "$(x)", "x * $(x)", "$(x) + x", "$(i)", "tf.reduce_sum($(tf.exp(x)) * s)", **U_)
u.fails("tf.stop_gradient", "$()", **U_)
u.add("tf.grad_pass_through", "$(tf.round)(x)", "tf.grad_pass_through(tf.sign)(x) * x", **U_)
u.add("tf.ensure_shape", "$(x, [2, 3])", "$(x, [None, 3])", "$(x, (None, None))", "$(x, None)", **U_)
u.fails("tf.ensure_shape", "$(x, [3, 2])", "$(x, [None])", **U_)
u.add("tf.zeros_like", "$(x)", "$(i)", "$(x, dtype=tf.int32)", "$(i, dtype=tf.float32)", "$(s)", "$([1, 2])", "$(x > 0)", "$(2.0)", "$(x) + s", "$(input=x)", **U_)
u.add("tf.ones_like", "$(x)", "$(i)", "$(x, dtype=tf.int32)", "$(i, dtype='float32')", "$(s)", "$(x > 0)", "$(x) * s", "$(x) - x", "$(x[:, :1])", **U_)
u.fails("tf.zeros_like", "$(tensor=x)", **U_)
u.add("tf.nn.relu", "$(x)", "$(e)", "$(o)", "$(i)", "$(s)", "$(features=x)", "$(h)", **U_)
u.add("tf.nn.relu6", "$(x)", "$(e)", "$(q)", "$(o)", q=V([0.0, 6.0, 6.1, -0.1, 3.0]), **U_)
u.add("tf.nn.leaky_relu", "$(x)", "$(e)", "$(x, alpha=0.1)", "$(x, 0.3)", "$(o)", **U_)
u.add("tf.nn.elu", "$(x)", "$(e)", "$(o)", **U_)
u.add("tf.nn.selu", "$(x)", "$(e)", "$(o)", **U_)
u.add("tf.nn.gelu", "$(x)", "$(e)", "$(x, approximate=True)", "$(x, True)", **U_)
u.add("tf.nn.silu|tf.nn.swish", "$(x)", "$(e)", "$(x, beta=2.0)", **U_)
u.add("tf.nn.crelu", "$(x)", "$(x, axis=0)", **U_)
u.fails("tf.nn.relu", "$(x > 0)", "$(x, 0.1, 2)", **U_)
for names in ("tf.nn.softmax|tf.math.softmax", "tf.nn.log_softmax|tf.math.log_softmax"):
    u.add(names, "$(x)", "$(x, axis=0)", "$(x, axis=-1)", "$(x, 1)", "$(c, axis=1)", "$(g)", "$(v)", "$(h)", "$(x / 2.0)", "$(logits=x)", "$(n)", c=N(2, 3, 2), v=N(4), g=V([[1000.0, 0.0, -1000.0], [1.0, 1.0, 1.0]]), n=V([[NAN, 1.0], [INF, 0.0], [-INF, -INF]]), **U_)
    u.fails(names, "$(x, axis=2)", "$(i)", "$(s)", "$(x, dim=1)", **U_)
u.add("tf.math.l2_normalize|tf.nn.l2_normalize|tf.linalg.l2_normalize", "$(x, axis=1)", "$(x)", "$(x, axis=-1)", "$(x, 0)", "$(c, axis=[1, 2])", "$(z0, axis=1)", "$(x, axis=1, epsilon=0.5)", "$(s)", c=N(2, 3, 2), z0=V([[0.0, 0.0], [3.0, 4.0]]), **U_)
u.fails("tf.nn.l2_normalize", "$(x, axis=2)", **U_)
u.add("tf.nn.l2_normalize", "$(x, dim=1)", **U_)
u.add("tf.cast|tf.dtypes.cast", "$(i, tf.float32)", "$(x, tf.int32)", "$(x, 'int64')", "$(e, tf.int32)", "$(x > 0, tf.float32)", "$(x > 0, 'float32') * x", "$(e, tf.bool)", "$(i, dtype=tf.float64)", "$(x, tf.float16)", "$(x, tf.float64)", "$(d, tf.float32)", "$(1, tf.float32)",
      "$(i, s.dtype) * s", "$(x, np.float32)", "$(x, float)", "$(i, tf.bool)", "$([1, 0], tf.float32)", "$(True, tf.float32)", "$(x, tf.uint8)", "$(x=i, dtype=tf.float32)", "$(i, tf.int8)", "$(g, tf.int8)", "$(g, tf.uint8)", "$(i, tf.bfloat16)", "$(v, tf.int32)",
      g=V([127, 128, 255, 256, -1, -129]), v=V([1.9, -1.9, 0.5, -0.5, 2.5]), **U_)
u.fails("tf.cast", "$(x)", "$(x, 'floaty')", "$(x, tf.float23)", "$('a', tf.float32)", **U_)
u.add("tf.saturate_cast|tf.dtypes.saturate_cast", "$(g, tf.uint8)", "$(g, tf.int8)", "$(e, tf.uint8)", g=V([127, 128, 255, 256, -1, -129]), **U_)
u.add("tf.clip_by_value", "$(x, 0.0, 1.0)", "$(q, 0.0, 1.0)", "$(x, 1e-7, 1 - 1e-7)", "$(x, -0.5, s)", "$(x, clip_value_min=-0.3, clip_value_max=0.3)", "$(x, -0.5, l)", "$(n, 0.0, 1.0)", "$(i, 0, 1)", "$(x, 1.0, 0.0)", "$(s, 0.0, 10.0)", "tf.math.log($(q, 1e-7, 1.0))", "$(t=x, clip_value_min=0., clip_value_max=1.)",
      "$(x, 0, 1)", q=V([0.0, 1.0, 0.5, -0.1, 1.1]), l=V([0.1, 0.2, 0.3]), n=V([NAN, INF, -INF]), **U_)
u.fails("tf.clip_by_value", "$(x, 0.0)", "$(i, 0.5, 1.0)", "$(x, tf.zeros([4]), 1.0)", "$(x, min=0.0, max=1.0)", **U_)
u.add("tf.clip_by_norm", "$(x, 1.0)", "$(x, 100.0)", "$(x, 0.5, axes=[1])", "$(x, 0.5, axes=-1)", "$(z0, 1.0)", z0=V([[0.0, 0.0], [0.0, 0.0]]), **U_)
u.add("tf.clip_by_global_norm", "$([x, s], 1.0)", "$([x], 1.0)[0][0]", "$([x, s], 50.0)[1]", **U_)
u.add("tf.bitcast", "$(x, tf.int32)", **U_)
u.add("tf.quantization.fake_quant_with_min_max_args", "$(x)", "$(q, min=-1.0, max=1.0, num_bits=4)", q=V([-2.0, -1.0, -0.33, 0.0, 0.4, 1.0, 2.0]), **U_)
u.add("tf.math.polyval", "$([1.0, 2.0, 3.0], x)", "$([s, s * 2.0], x)", **U_)
u.add("tf.math.lbeta", "$(p)", "$(r)", p=R(0.5, 3, 3), r=R(0.5, 3, 2, 3))
u.add("tf.math.real", "$(tf.complex(x, x * 2.0))", "$(x)", **U_)
u.add("tf.math.imag", "$(tf.complex(x, x * 2.0))", **U_)
u.add("tf.complex|tf.dtypes.complex", "tf.abs($(x, x + 1.0))", "$(x, x)", **U_)
u.add("tf.math.conj", "tf.math.real($(tf.complex(x, x)))", **U_)
u.add("tf.math.angle", "$(tf.complex(x, x + 1.0))", **U_)

A = dict(x=N(2, 3), y=N(2, 3), v=N(3), k=N(2, 1), s=N(), i=V([3, -3, 7, -7]), j=V([2, 2, -3, -3]), z=V([0.0, 0.0, 1.0, -2.0]), q=V([0.0, 2.0, 0.0, 0.5]), e=N(0, 3), p=R(0.2, 2, 2, 3), a=V([1.0, 2.0, 3.0]), c=V([1.0, 2.5, 2.0]))
BASIC = ("$(x, y)", "$(x, v)", "$(x, k)", "$(k, v)", "$(s, x)", "$(x, 2.0)", "$(2.0, x)", "$(x, 3)", "$(x, x)", "$(e, v)", "$(z, q)")
MISFITS = ("$(x, tf.zeros([4]))", "$(x, tf.zeros([3, 2]))", "$(x, i)", "$(i, 0.5)", "$(x)", "$(x, tf.constant(2))", "$(x, tf.cast(y, tf.float64))")
for names in ("tf.math.add|tf.add", "tf.math.subtract|tf.subtract", "tf.math.multiply|tf.multiply", "tf.math.divide|tf.divide", "tf.math.truediv|tf.truediv", "tf.math.maximum|tf.maximum", "tf.math.minimum|tf.minimum", "tf.math.pow|tf.pow",
              "tf.math.floordiv", "tf.math.floormod|tf.math.mod", "tf.math.squared_difference", "tf.math.divide_no_nan", "tf.math.atan2|tf.atan2"):
    b.add(names, *BASIC, **A)
    if names.split("|")[0] not in ("tf.math.divide_no_nan", "tf.math.atan2"):
        b.add(names, "$(i, j)" if "pow" not in names else "$(i, tf.abs(j))", "$(i, 2)", **A)
    fits_anyhow = {"tf.math.divide|tf.divide": MISFITS[:2] + MISFITS[4:], "tf.math.truediv|tf.truediv": MISFITS[:2] + MISFITS[4:]}
    b.fails(names, *fits_anyhow.get(names, MISFITS), **A)
b.add("tf.maximum", "$(a, c)", "$(0.0, s - x)", "$(x, 0.0)", "$(n, a)", "$(a, a)", n=V([NAN, 1.0, INF]), **A)
b.add("tf.minimum", "$(a, c)", "$(1.0, x)", "$(n, a)", "$(a, a)", n=V([NAN, 1.0, INF]), **A)
b.add("tf.pow", "$(p, 0.5)", "$(p, y)", "$(x, 2)", "$(z, 0.0)", "$(z, 0.5)", "$(z, 1.5)", "$(z, 2.0)", "$(z, -1.0)", "$(2.0, z)", "$(1.0 - p, 2.0)", "$(i, 2)", "$(z, q)", "$(-p, 1.5)", **A)
b.add("tf.divide", "$(x, z4)", "$(1.0, z)", "$(z, z)", "$(5, 2)", z4=V([0.0, 1.0, 2.0]), **A)
b.add("tf.math.divide_no_nan", "$(x, 0.0)", "$(z, z)", "$(x, tf.zeros_like(x))", "$(tf.reduce_sum(x), tf.reduce_sum(p))", **A)
b.add("tf.math.divide_no_nan", "$(i, j)", **A)
b.add("tf.math.multiply_no_nan", "$(x, y)", "$(n, z)", "$(x, k)", n=V([NAN, INF, 1.0, 2.0]), **A)
b.add("tf.realdiv", "$(x, y)", "$(x, v)", **A)
b.add("tf.truncatediv", "$(i, j)", **A)
b.add("tf.truncatemod", "$(i, j)", **A)
b.add("tf.truncatemod", "$(x, y)", gradient_fails=True, **A)
b.fails("tf.math.floordiv", "$(i, 0)", **A)
b.add("tf.math.xlogy", "$(p, p)", "$(z, tf.abs(q))", "$(0.0, z)", "$(p, v * v)", **A)
b.add("tf.math.xlog1py", "$(p, p)", "$(z, tf.abs(q))", "$(z, -1.0)", **A)
b.add("tf.math.xdivy", "$(x, y)", "$(z, q)", "$(z, z)", **A)
b.add("tf.math.igamma", "$(p, p)", "$(2.0, p)", **A)
b.add("tf.math.igammac", "$(p, p)", **A)
b.add("tf.math.betainc", "$(p, p, u)", u=U(2, 3), **A)
b.add("tf.math.zeta", "$(p + 1.5, p)", **A)
b.add("tf.math.polygamma", "$(tf.ones_like(p), p)", **A)
b.add("tf.math.nextafter", "$(x, y)", **A)
b.add("tf.math.scalar_mul|tf.scalar_mul", "$(2.0, x)", "$(s, x)", **A)
b.fails("tf.scalar_mul", "$(v, x)", **A)
for names in ("tf.math.equal|tf.equal", "tf.math.not_equal|tf.not_equal", "tf.math.greater|tf.greater", "tf.math.greater_equal|tf.greater_equal", "tf.math.less|tf.less", "tf.math.less_equal|tf.less_equal"):
    b.add(names, "$(x, y)", "$(x, v)", "$(a, c)", "$(x, 0.0)", "$(i, 3)", "$(k, v)", "tf.cast($(a, c), tf.float32) * s", "$(x, 1)", "$(n, n)", "$(i, j)", n=V([NAN, INF, 0.0, -0.0]), **A)
    b.fails(names, "$(x, i)", "$(i, 0.5)", "$(x)", **A)
    if "equal" in names.split("|")[0].split("_")[-1] and "than" not in names:
        b.fails(names, "$(x, tf.zeros([4]))", **A)
b.add("tf.equal", "$(t, t2)", "$(t, True)", t=B(4), t2=B(4))
b.fails("tf.greater", "$(t, t2)", t=B(4), t2=B(4))
for names in ("tf.math.logical_and|tf.logical_and", "tf.math.logical_or|tf.logical_or", "tf.math.logical_xor"):
    b.add(names, "$(t, u)", "$(t, u[:, :1])", "$(t, True)", "$(x > 0, y > 0)", t=B(2, 3), u=B(2, 3), **A)
    b.fails(names, "$(x, y)", "$(t, i)", "$(t, tf.zeros([4], tf.bool))", t=B(2, 3), **A)
b.add("tf.math.logical_not|tf.logical_not", "$(t)", "$(x > 0)", "tf.cast($(tf.equal(x, y)), tf.float32)", t=B(2, 3), **A)
b.fails("tf.logical_not", "$(x)", "$(tf.cast(t, tf.float32))", t=B(2, 3), **A)

W = dict(t=B(2, 3), x=N(2, 3), y=N(2, 3), v=N(3), k=N(2, 1), s=N(), z=V([0.0, 4.0, 9.0]), i=I(9, 2, 3), r=B(2))
w.add("tf.where", "$(t, x, y)", "$(x > 0, x, y)", "$(x > y, x, tf.zeros_like(x))", "$(t, x, 0.0)", "$(t, 1.0, 0.0)", "$(t, x, v)", "$(k > 0, x, y)", "$(t[:, :1], k, v)", "$(t, s, x)", "$(t, i, 0)", "$(s > 0, x, y)", "$(t)", "$(x > 0)", "$(x > 100.0)", "$(r)", "$(i)",
      "$(z > 0, tf.sqrt(z), 0.0)", "$(z > 0, 1.0 / z, z)", "$(z > 0, tf.math.log(z), tf.zeros_like(z))", "$(tf.equal(z, 0.0), 1.0, z)", "$(condition=t, x=x, y=y)", "$(tf.math.is_nan(z / z), 0.0, z)", "tf.reduce_sum($(t, x, tf.zeros_like(x)), axis=1)", "$(r, s, 1.0)", "$(True, x, y)", "$(t, 1.0, 0)",
      "$(tf.abs(x) < 1.0, 0.5 * x * x, tf.abs(x) - 0.5)", "$(t, [1.0, 2.0, 3.0], x)", "$(t, 1, 0)", **W)
w.fails("tf.where", "$(t, x)", "$(t, x, i)", "$(r, x, y)", "$(t, x, tf.zeros([4]))", "$(t, x, y=None)", "$(x > 0, x, 1j)", **W)
w.add("tf.boolean_mask", "$(x, t)", "$(x, r)", "$(x, x > 0)", "$(x, t, axis=0)", "$(i, i > 3)", "$(c, t2)", "$(x, m, axis=1)", "tf.reduce_mean($(x, t))", "$(x, x > 100.0)", "$(x, mask=[True, False])", "tf.reduce_sum($(x - y, t) ** 2)", "tf.size($(x, t))",
      c=N(2, 3, 2), t2=V([[True, False, True], [False, False, True]]), m=V([True, False, True]), **W)
w.fails("tf.boolean_mask", "$(x, m)", "$(x, tf.constant(True))", "$(x, t, axis=1)", m=V([True, False, True]), **W)
