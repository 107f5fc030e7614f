"""Operators, methods and properties of tensors; shape arithmetic; the NumPy, math and built-ins that losses use."""
from samples import B, Family, I, N, R, U, V

FAMILIES = [t := Family("tensors"), n := Family("python")]
A = dict(x=N(2, 3), y=N(2, 3), v=N(3), k=N(2, 1), s=N(), i=V([3, -3, 7, -7]), j=V([2, 2, -3, -3]), p=R(0.2, 2, 2, 3), b=B(2, 3), d=B(2, 3), z=V([0.0, 1.0, -2.0]), h=V([0.5, 1.5, -2.0], "float16"), w=V([0.5, 1.5, -2.0], "float64"))

for op in ("+", "-", "*", "/", "//", "%"):
    t.add(op, f"x {op} y", f"x {op} v", f"x {op} 2.0", f"2.0 {op} p", f"x {op} 2", f"k {op} v", f"x {op} s", f"i {op} j", f"x {op} [1.0, 2.0, 3.0]", f"x {op} np.float32(2.0)", f"h {op} 2.0", f"i {op} 2", f"x {op} np.array([1.0, 2.0, 4.0], dtype=np.float32)", **A)
    t.fails(op, f"x {op} tf.zeros([4])", f"x {op} i[:3]", f"x {op} w" if op != "/" else "x / w", f"x {op} 'a'", f"x {op} None", f"x {op} tf.constant(2)", **A)
    if op != "/":
        t.fails(op, f"i {op} 0.5", **A)
t.add("+", "x + 1e-7", "s + 1", "1 + x", "sum([s, s])", "x + np.ones([2, 3])", "[x] + [y]", **A)
t.add("-", "-x", "1 - x", "1. - tf.reduce_mean(p)", "-i", **A)
t.add("*", "x * np.pi", "3 * i", "x * tf.cast(b, x.dtype)", "x * float(x.shape[1])", "x * (1 / 3)", **A)
t.add("/", "1 / p", "x / z", "z / z", "x / tf.cast(tf.size(x), x.dtype)", "x / x.shape[0]", "x / len(x)", **A)
t.add("**", "x ** 2", "p ** 0.5", "p ** y", "2.0 ** x", "x ** 3", "x ** 2.0", "i ** 2", "z ** 2", "z ** 0.0", "(1 - p) ** 2.0", "p ** -1", "z ** 0", "x ** s", "10 ** s", **A)
t.fails("**", "x ** i[:3]", "i ** 0.5", "x ** 'a'", **A)
for op in ("==", "!=", "<", "<=", ">", ">="):
    t.add(op, f"x {op} y", f"x {op} 0.0", f"x {op} v", f"i {op} j", f"i {op} 3", f"tf.cast(p {op} 1.0, tf.float32) * x", f"0 {op} x", **A)
    if op not in ("==", "!="):
        t.fails(op, f"x {op} i[:3]", f"x {op} tf.zeros([4])", f"x {op} None", **A)
    else:
        t.add(op, f"x {op} None", f"x {op} tf.zeros([4])", **A)
        t.fails(op, f"x {op} i[:3]", **A)
for op in ("&", "|", "^"):
    t.add(op, f"b {op} d", f"(x > 0) {op} (y > 0)", f"i {op} j", f"b {op} True", **A)
    t.fails(op, f"x {op} y", f"b {op} x", **A)
t.add("~", "~b", "~(x > 0)", "~i", **A)
t.fails("~", "~x", **A)
t.add("abs", "abs(x)", "abs(i)", "abs(s - 1.0)", **A)
t.add("+=", """
x += y
x *= 2.0
x -= v
x /= 3.0
return x
""", """
total = 0
total += tf.reduce_sum(x)
total += 1
return total
""", """
x **= 2
return x
""", **A)
t.fails("[]=", """
x[0] = 1.0
return x
""", """
x[:, 0] += 1.0
return x
""", """
del x[0]
return x
""", **A)
t.add("divmod", "x // 1.0 + x % 1.0", **A)
t.add("and", "(x.shape[0] == 2) and (len(x.shape) == 2)", "x if x is not None and s is not None else y", "None or x", **A)
t.add("is", "x is None", "x is x", "None is None", **A)
t.add(".shape", "x.shape", "x.shape[0]", "x.shape[-1]", "x.shape[1:]", "list(x.shape)", "tuple(x.shape)", "len(x.shape)", "x.shape.rank", "x.shape.ndims", "x.shape.as_list()", "x.shape == y.shape", "x.shape[0] == k.shape[0]", "x.shape.is_fully_defined()", "x.shape.num_elements()", "x.shape.is_compatible_with([None, 3])", "tf.reshape(x, [x.shape[0] * x.shape[1]])", "tf.reduce_sum(x) / x.shape[1]", "tf.TensorShape([2, None])", "x.shape.concatenate(v.shape)", "x.shape.with_rank(2)", "x.shape.dims[0].value", "x.shape.merge_with([2, None])", "s.shape", "s.shape == ()", "x.shape[1] ** 0.5", "x * x.shape[1]", "x.shape.as_list()[1:] + [1]", "tf.zeros(x.shape[:-1] + [2])", "tf.zeros((x.shape[0],) + (2,))", "np.prod(x.shape)", """
b, d = x.shape
return x * (b * d)
""", """
x.shape.assert_is_compatible_with(y.shape)
return x
""", """
x.shape.assert_has_rank(2)
return x
""", **A)
t.fails(".shape", "x.shape[2]", "x.shape.rnk", "x.shape[0].value", """
a, c, d = x.shape
return x
""", """
x.shape.assert_is_compatible_with(v.shape)
return x
""", """
x.shape.assert_has_rank(3)
return x
""", "x.shape()", "x.shape.with_rank(3)", "x.shape + 'a'", **A)
t.add(".get_shape", "x.get_shape()", "x.get_shape().as_list()", "x.get_shape()[1]", "x.get_shape().ndims", "len(x.get_shape())", "x.get_shape().as_list()[-1]", "x.get_shape().rank", "x.get_shape().num_elements()", "tf.reshape(x, [-1, x.get_shape()[1] * 1])", "int(x.get_shape()[-1])", "x.get_shape().is_fully_defined()", """
x.get_shape().assert_is_compatible_with(y.get_shape())
return x - y
""", """
x.get_shape().assert_has_rank(2)
return x
""", **A)
t.add(".dtype", "x.dtype", "x.dtype == tf.float32", "x.dtype.base_dtype", "x.dtype.name", "x.dtype.is_floating", "tf.cast(i, x.dtype)", "i.dtype.is_integer", "x.dtype.is_compatible_with(tf.float32)", "x.dtype.size", "x.dtype == 'float32'", "x.dtype.as_numpy_dtype == np.float32", "x.dtype in (tf.float32, tf.float64)", "x.dtype.base_dtype.name", "x.dtype.max", "x.dtype.min", "tf.as_dtype('int32')", "x.dtype is tf.float32", "tf.float32 == x.dtype", "b.dtype.is_bool", "i.dtype.is_floating", "str(x.dtype)", "x.dtype != tf.int32", **A)
t.add(".numpy", "x.numpy()", "float(s)", "int(tf.constant(3))", "s.numpy() * 2.0", "np.sum(x.numpy())", "x.numpy().tolist()", "x.numpy().shape", "float(tf.reduce_sum(x)) * y", **A)
t.fails(".numpy", "float(x)", "int(v)", "x.item()", **A)
t.add(".ndim", "x.ndim", "s.ndim", **A)
t.add("len", "len(x)", "len(v)", **A)
t.fails("len", "len(s)", **A)
t.add(".set_shape", """
x.set_shape([2, 3])
return x
""", """
x.set_shape([None, 3])
return x
""", **A)
t.fails(".set_shape", """
x.set_shape([3, 2])
return x
""", **A)
t.add(".cpu", "x.cpu()", **A)
t.add(".device", "tf.identity(x)", **A)
for method in ("sum()", "mean()", "reshape([3, 2])", "astype('float32')", "T", "max()", "flatten()", "transpose()", "size", "any()", "std()", "argmax()", "ravel()", "clip(0, 1)", "value", "eval()", "log()", "copy()", "squeeze()", "item()", "tolist()", "detach()"):
    t.fails("." + method.split("(")[0], f"x.{method}", **A)
t.add(".__add__", "x.__add__(y)", "x.__mul__(2.0)", "x.__neg__()", **A)
t.add("isinstance", "isinstance(x, tf.Tensor)", "isinstance(x, (list, tuple))", "isinstance(2, int)", "isinstance(s, float)", **A)
t.add("hasattr", "hasattr(x, 'shape')", "hasattr(x, '_keras_mask')", "getattr(x, '_keras_history', None)", **A)
t.add(".experimental_ref", "x.ref() is not None", **A)
t.add("tf.Variable", """
w2 = tf.Variable([1.0, 2.0, 3.0])
w2.assign_add(v)
w2.assign_sub([1.0, 1.0, 1.0])
return x * w2
""", "tf.Variable(v).shape", "tf.Variable(v).numpy()", "tf.Variable(v).value() * 2.0", "tf.Variable(v).read_value() + x", "tf.Variable(v)[1:]", "tf.Variable(v).dtype", **A)
t.fails("tf.Variable", "tf.Variable(v).assign([1.0, 2.0])", "tf.Variable()", **A)

# Python, math and NumPy around tensors
P = dict(x=N(2, 3), y=N(2, 3), s=N(), v=N(3), p=U(2, 3), i=V([0, 2]))
for expression in ("x * math.pi", "x + math.log(2.0)", "x * math.sqrt(2.0 * math.pi)", "math.exp(1.0) * x", "x / math.log(10)", "x * math.inf", "x * math.ceil(2.3)", "0.5 * math.log(2 * math.pi) + 0.5 * x ** 2", "math.floor(x.shape[1] / 2) * x", "x * math.pow(2, 3)", "math.e * x", "math.log(s) if s > 0 else math.log(-s)", "x * math.erf(0.5)", "x * math.isnan(2.0)", "x * math.cos(0.3)"):
    n.add("math." + expression.split("math.")[1].split("(")[0].split(" ")[0], f"\nimport math\nreturn {expression}\n", **P)
n.fails("math.log", "\nimport math\nreturn math.log(x)\n", "\nimport math\nreturn math.sqrt(-1.0) * x\n", "\nimport math\nreturn math.log(0.0) * x\n", **P)
for expression in ("x * np.array([1.0, 2.0, 3.0], dtype=np.float32)", "x * np.array([1., 2., 3.], 'float32')", "tf.constant(np.array([[1, 2, 3]]), tf.float32) * x", "x + np.ones((2, 3), dtype='float32')", "x + np.zeros(3)", "x * np.eye(3, dtype=np.float32)[:2]", "x * np.arange(3, dtype=np.float32)", "x * np.linspace(0, 1, 3).astype('float32')", "x * np.float32(np.log(2.0))", "x * np.sqrt(2.0)", "x + np.log(2 * np.pi)", "x * np.pi", "x * np.finfo(np.float32).eps",
                   "x * np.prod(x.shape)", "tf.reshape(x, np.array([3, 2]))", "x * np.mean([1.0, 2.0])", "x * np.sum(np.array([0.1, 0.2, 0.3]))", "x * np.exp(0.5)", "x * np.expand_dims(np.array([1.0, 2.0], np.float32), 1)", "x * np.reshape(np.array([1.0, 2.0], np.float32), (2, 1))", "x * np.array([[1.0], [2.0]], np.float32)", "x * (np.array([1.0, 2.0, 3.0]) / 6.0).astype(np.float32)", "x * np.max([1.0, 3.0])", "x * np.abs(-2.0)", "x * np.maximum(0.1, 0.5)", "tf.gather(v, np.array([0, 2]))",
                   "x * np.full((3,), 0.5, dtype=np.float32)", "x * np.concatenate([[1.0], [2.0, 3.0]]).astype(np.float32)", "x * np.tile(np.array([0.5], np.float32), 3)", "x * np.cumsum([1.0, 1.0, 1.0]).astype('float32')", "x * np.float64(2.0)", "x + np.int32(2)", "x * np.stack([np.ones(3), np.zeros(3)]).astype(np.float32)", "x * np.square(2.0)", "x * np.sin(0.5)", "np.float32(3.0)", "x * np.where(np.array([True, False, True]), 1.0, 2.0).astype(np.float32)", "x * np.power(2.0, 3.0)", "x * np.argmax([1, 3, 2])", "x * np.clip(1.5, 0.0, 1.0)",
                   "tf.constant(np.meshgrid(np.arange(2), np.arange(2))[0], tf.float32)", "x * np.outer([1.0, 2.0], [1.0, 2.0, 3.0]).astype('float32')", "tf.constant(np.triu(np.ones((3, 3))), tf.float32)", "tf.constant(np.linalg.inv(np.array([[2.0, 0.0], [0.0, 4.0]])), tf.float32)", "x * np.linalg.norm([3.0, 4.0])", "x / np.ceil(2.5)", "x * np.log2(8.0)", "x * np.array(0.5, dtype=np.float32)", "x * np.array([1, 2, 3])", "x * np.array([1.0, 2.0, 3.0])", "x * np.squeeze(np.ones((1, 3), np.float32))", "x * np.pad(np.ones(1), (1, 1)).astype('float32')",
                   "x * np.array([1.0, 2.0, 3.0], dtype=np.float32)[::-1].copy()", "x * np.unique([2, 1, 2]).sum()", "x * np.isnan(1.0)", "x * np.multiply(2.0, 3.0)", "x * np.zeros_like(np.ones(3, np.float32))", "x * np.broadcast_to(np.float32(2.0), (3,))", "x * np.transpose(np.ones((3, 2), np.float32))", "x * np.array([1.0, 2.0, 3.0]).reshape((1, -1)).astype('float32')", "np.array([1.0, 2.0])[1] * x", "x * np.diag([1.0, 2.0, 3.0]).astype('float32')[:2]", "x * np.moveaxis(np.ones((3, 2), np.float32), 0, 1)"):
    n.add("np." + expression.split("np.", 1)[1].split("(")[0].split(" ")[0].split(")")[0], expression, **P)
n.add("np.sum", "np.sum(x)", "np.mean(x, axis=0)", "np.exp(x)", "np.maximum(x, 0)", "np.square(x) + x", **P)
n.fails("np.array", "np.array([[1.0], [1.0, 2.0]]) * x", "x * np.array([1.0, 2.0])", "np.foo(x)", **P)
for expression in ("x * float('1.5')", "x * int(2.7)", "x * max(1, 2)", "x * min([3, 2])", "x * sum([1, 2])", "x * round(2.6)", "x * len([1, 2])", "x * abs(-2)", "x * pow(2, 3)", "x * bool(1)", "x * int(True)", "x * float('inf')", "x * list(range(3))[1]", "x * sorted([3, 1, 2])[0]", "tuple(range(3))", "x * list(map(lambda k: k * 2, [1, 2]))[1]", "x * [k for k in range(4) if k % 2][0]", "x * {'a': 2.0}['a']", "x * {'a': 2.0}.get('b', 3.0)", "x * dict(a=1.0, b=2.0)['b']", "x * (lambda q: q + 1)(1.0)", "x * any([True, False])", "x * all([True, 1])",
                   "x * len('abc')", "x * isinstance(1, int)", "x * [1, 2, 3][-1]", "x * (1, 2)[0]", "x * 2 ** 3", "x * (7 // 2)", "x * (7 % 4)", "x * (True and 2.0)", "x * (0 or 3.0)", "x * (2.0 if 1 < 2 < 3 else 0.0)", "x * list(zip([1, 2], [3, 4]))[1][0]", "x * next(iter([5.0]))", "x * list(reversed([1, 2]))[0]", "x * len(set([1, 1, 2]))", "x * divmod(7, 2)[1]", "x * int('12')", "x * 1e-3", "x * 0x10", "x * -3 ** 2", "x * (1 if x.shape[0] > 1 else 0)", "x * list(enumerate([3.0, 4.0]))[1][1]", "x * float(np.float32(0.5))", "x * [a_ + b_ for a_, b_ in zip([1, 2], [3, 4])][0]", "x * sum(k * k for k in range(3))",
                   "x * (lambda *a, **k: a[0] + k['b'])(1.0, b=2.0)", "(lambda a, b=2.0: a * b)(x)", "[x, y][1]", "(x, y)[0]", "{'x': x, 'y': y}", "[x, y]", "(x, s)", "x * [0.1] [0]", "[1.0, 2.0, 3.0] * x", "'%d' % 3", "f'{1 + 1}'", "'a' in ['a']", "str(3)"):
    n.add("expression", expression, **P)
n.fails("expression", "x * undefined_name", "x + [1.0, 2.0]", "x[0](1)", "x()", "(1, 2)[2] * x", "{'a': 1}['b'] * x", "x * (1 / 0)", "int('a') * x", "tf.nothing(x)", "tf.math.reduce_summ(x)", "tf.reduce_sum(x, axs=1)", "keras.losses.mean_squarred_error(x, y)", "[1, 2].foo", "len(3)", "None + x", "np.arange(3) + x[:, :2]", "x.foo", "tf.keras.foo(x)", **P)
for source in ("""
import functools
def weighted(a, b, w):
    return a * w + b
g = functools.partial(weighted, w=2.0)
return g(x, y)
""", """
from functools import partial, reduce
h = partial(lambda w, a: a * w, 3.0)
return reduce(lambda a, b: a + b, [h(x), h(y)])
""", """
import itertools
total = 0.0
for a, b in itertools.combinations([0, 1, 2], 2):
    total += x[:, a] * x[:, b]
return total
""", """
from itertools import product, chain
return sum(x[a, b] for a, b in product(range(2), range(3))) + len(list(chain([1], [2])))
""", """
from collections import namedtuple, OrderedDict
Pair = namedtuple('Pair', ['a', 'b'])
q = Pair(a=x, b=y)
d = OrderedDict([('k', 2.0)])
return q.a * d['k'] + q.b
""", """
from dataclasses import dataclass
@dataclass
class Config:
    alpha: float = 0.5
    beta: float = 2.0
c = Config(beta=3.0)
return c.alpha * x + c.beta * y
""", """
class Scale:
    factor = 2.0
    def __init__(self, k):
        self.k = k
    def __call__(self, a):
        return a * self.k * self.factor
    @staticmethod
    def shift(a):
        return a + 1.0
    @property
    def double(self):
        return self.k * 2
    @classmethod
    def make(cls):
        return cls(4.0)
return Scale(3.0)(x) + Scale.shift(y) * Scale(1.0).double + Scale.make()(x)
""", """
class Base:
    def __init__(self, k=1.0):
        self.k = k
    def term(self, a):
        return a * self.k
class Derived(Base):
    def __init__(self, k, m):
        super().__init__(k)
        self.m = m
    def term(self, a):
        return super().term(a) + self.m
return Derived(2.0, 1.0).term(x)
""", """
def outer(gamma=2.0):
    def inner(a, b):
        return tf.reduce_mean((a - b) ** gamma)
    return inner
return outer()(x, y) + outer(gamma=3.0)(x, y)
""", """
def variadic(*args, scale=1.0, **kwargs):
    total = 0.0
    for a in args:
        total = total + a
    return total * scale * kwargs.get('extra', 1.0)
return variadic(x, y, scale=2.0, extra=0.5)
""", """
a, *rest = [1.0, 2.0, 3.0]
return x * a + rest[-1] * y
""", """
weights = {'mse': 1.0, 'mae': 0.5}
terms = {'mse': tf.reduce_mean(tf.square(x - y)), 'mae': tf.reduce_mean(tf.abs(x - y))}
return sum(weights[k] * t for k, t in terms.items())
""", """
try:
    import nothing_of_that_name
except ImportError:
    nothing_of_that_name = None
return x if nothing_of_that_name is None else y
""", """
try:
    return tf.matmul(x, y)
except Exception:
    return x + y
""", """
losses = []
for k in range(3):
    if k == 1:
        continue
    losses.append(tf.reduce_sum(x[:, k]))
else:
    losses.append(tf.constant(1.0))
return tf.add_n(losses)
""", """
counter = 0
def bump():
    nonlocal counter
    counter += 1
    return counter
bump()
bump()
return x * counter
""", """
k = 3
while k:
    k -= 1
    x = x + k
return x
""", """
if (n := x.shape[1]) > 2:
    return x * n
return x
""", """
text = 'alpha={}'.format(0.5)
return x * float(text.split('=')[1])
""", """
z = x
z = z + 1.0
return x * z
""", """
matrix = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
return x * tf.constant(matrix) + tf.reduce_sum([row[0] for row in matrix])
""", """
return tf.stack([x[k] * y[k] for k in range(x.shape[0])])
""", """
out = [None] * 2
for k in range(2):
    out[k] = x[k] * (k + 1)
return tf.stack(out, 0)
""", """
a = b = 2.0
a += 1
return x * a * b
""", """
def recursive(a, depth):
    return a if depth == 0 else recursive(a * 0.5, depth - 1)
return recursive(x, 3)
""", """
fns = {'mse': lambda a, b: tf.square(a - b), 'mae': lambda a, b: tf.abs(a - b)}
return fns['mae'](x, y)
""", """
def gen():
    for k in range(3):
        yield x[:, k]
return tf.add_n(list(gen()))
""", """
with tf.name_scope('a'), tf.name_scope('b'):
    z = x * 2.0
return z
""", """
global_scale = 2.0
f2 = lambda a: a * global_scale
global_scale = 3.0
return f2(x)
"""):
    n.add("language", source, **P)
for source in ("""
if False:
    q = x
return q
""", """
def inner(a, b):
    return a
return inner(x)
""", """
def inner(a):
    return a
return inner(x, c=1)
""", """
a, b = [1, 2, 3]
return x
""", """
class C:
    pass
return C().missing * x
""", """
print(undefined)
return x
""", """
raise NotImplementedError('later')
"""):
    n.fails("language", source, **P)
