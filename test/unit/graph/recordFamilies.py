"""Records what TensorFlow gives for indexing, segments, sorting, special functions, convolutions, pooling, resizing, linear algebra, Fourier
transforms and CTC: values, gradients of the weighted sum, and the gradient of the sum of the squared gradients.

Run with a Python that has TensorFlow: python test/unit/graph/recordFamilies.py > test/unit/graph/families.jsonl
"""
import json
import math
import os

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(5)


def r(*shape):
    return np.round(rng.normal(size=shape), 2).astype(np.float32)


def i32(*values):
    return np.array(values, np.int32)


def flat(t):
    if t is None:
        return None
    t = tf.convert_to_tensor(t)
    if t.dtype.is_complex:
        t = tf.stack([tf.math.real(t), tf.math.imag(t)], -1)
    return [float("%.8g" % v) if math.isfinite(v) else repr(float(v)) for v in np.asarray(t, np.float64).reshape(-1)]


def weights(y):
    n = int(np.prod(y.shape))
    return tf.reshape(tf.constant([0.5 + (7 * i % 11) / 10 for i in range(n)], y.dtype), y.shape)


def record(name, nodes, f, *inputs, first=True, second=True):
    """nodes: [op, attrs, inputs] in order; numbers below len(inputs) are inputs, the next ones nodes."""
    tensors = [tf.constant(x) for x in inputs]
    floats = [t for t in tensors if t.dtype.is_floating]
    out = {"name": name, "nodes": nodes, "inputs": [{"shape": list(t.shape), "dtype": t.dtype.name, "data": flat(t)} for t in tensors]}
    try:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(floats)
            with tf.GradientTape() as tape:
                tape.watch(floats)
                y = f(*tensors)
                loss = tf.reduce_sum(y * weights(y)) if y.dtype.is_floating and first else None
            grads = tape.gradient(loss, floats) if loss is not None and floats else []
            squares = [tf.reduce_sum(g * g) for g in map(dense, grads) if g is not None]
            total = tf.add_n(squares) if squares else None
        out["shape"] = list(y.shape)
        out["value"] = flat(y)
        if first:
            out["gradients"] = [flat(dense(g)) for g in grads]
    except tf.errors.InvalidArgumentError:
        out["error"] = True
        total = None
    if second and total is not None:
        try:
            out["second"] = [flat(dense(g)) for g in outer.gradient(total, floats)]
        except (LookupError, tf.errors.OpError, NotImplementedError):
            pass
    print(json.dumps(out))


def dense(g):
    return None if g is None else tf.convert_to_tensor(g)


def one(op, attrs, count):
    return [[op, attrs, list(range(count))]]


# Indexing by vectors
record("gatherNd", one("gatherNd", {"batchDims": 0}, 2), tf.gather_nd, r(3, 4, 2), np.array([[0, 1], [2, 3], [0, 1]], np.int32))
record("gatherNd batch", one("gatherNd", {"batchDims": 1}, 2), lambda p, i: tf.gather_nd(p, i, batch_dims=1), r(2, 3, 2), np.array([[[1], [1]], [[2], [0]]], np.int32))
record("gatherNd outside", one("gatherNd", {"batchDims": 0}, 2), tf.gather_nd, r(3), np.array([[3]], np.int32))
record("scatterNd", one("scatterNd", {"shape": [4, 2], "kind": "add"}, 2), lambda i, u: tf.scatter_nd(i, u, [4, 2]), np.array([[1], [3], [1]], np.int32), r(3, 2))
for kind, f in {"update": tf.tensor_scatter_nd_update, "add": tf.tensor_scatter_nd_add, "sub": tf.tensor_scatter_nd_sub,
                "min": tf.tensor_scatter_nd_min, "max": tf.tensor_scatter_nd_max}.items():
    x = np.array([1, 2, 3, 4, 5], np.float32)
    record("tensorScatter " + kind, one("tensorScatter", {"kind": kind}, 3), f, x, np.array([[1], [3], [4]], np.int32), np.array([2, 9, -1], np.float32))
record("tensorScatter outside", one("tensorScatter", {"kind": "add"}, 3), tf.tensor_scatter_nd_add, r(3), np.array([[-1]], np.int32), r(1))

# Segments
data = np.array([[1, -2], [3, 3], [1, 0], [0, 4], [2, 3], [5, 6]], np.float32)
for kind in ["sum", "mean", "prod", "max", "min"]:
    record("segment " + kind, one("segment", {"kind": kind, "num": 4, "sorted": True}, 2), getattr(tf.math, "segment_" + kind), data, i32(0, 0, 0, 1, 3, 3), second=kind != "prod")
for kind, name in {"sum": "sum", "mean": "mean", "prod": "prod", "max": "max", "min": "min", "sqrtN": "sqrt_n"}.items():
    f = getattr(tf.math, "unsorted_segment_" + name)
    record("unsorted segment " + kind, one("segment", {"kind": kind, "num": 3, "sorted": False}, 2), lambda d, i: f(d, i, 3), data[:, 1] if kind == "max" else data, i32(2, 0, 2, -1, 0, 2), second=kind != "prod")
record("segment outside", one("segment", {"kind": "sum", "num": 2, "sorted": False}, 2), lambda d, i: tf.math.unsorted_segment_sum(d, i, 2), r(2), i32(0, 2))
record("segment unsorted", one("segment", {"kind": "sum", "num": 2, "sorted": True}, 2), tf.math.segment_sum, r(3), i32(1, 0, 1))
record("bincount", one("bincount", {"size": 4, "dtype": "int32"}, 1), tf.math.bincount, i32(1, 1, 3, 0, 1))
record("bincount rows", one("bincount", {"size": 3, "axis": -1, "dtype": "int32", "binary": True}, 1), lambda x: tf.math.bincount(x, axis=-1, minlength=3, maxlength=3, binary_output=True), np.array([[0, 1, 1], [2, 2, 5]], np.int32))
for side in ["left", "right"]:
    record("searchSorted " + side, one("searchSorted", {"side": side, "dtype": "int32"}, 2), lambda s, v: tf.searchsorted(s, v, side=side), np.array([[1, 2, 2, 5], [0, 3, 6, 7]], np.float32), np.array([[2, 0, 9], [6, 3, 4]], np.float32))

# Sorting
ties = np.array([[3, 1, 3, 2], [0, 0, -1, 5]], np.float32)
for direction in ["ASCENDING", "DESCENDING"]:
    low = direction.lower()
    record("sort " + low, [["sortIndices", {"axis": -1, "direction": low}, [0]], ["takeAlongAxis", {"axis": -1}, [0, 1]]], lambda x: tf.sort(x, direction=direction), ties)
    record("argsort axis 0 " + low, one("sortIndices", {"axis": 0, "direction": low}, 1), lambda x: tf.argsort(x, axis=0, direction=direction), r(3, 4))
record("top_k", [["topKIndices", {"k": 2}, [0]], ["takeAlongAxis", {"axis": -1}, [0, 1]]], lambda x: tf.math.top_k(x, 2).values, ties)
record("takeAlongAxis", one("takeAlongAxis", {"axis": 1}, 2), lambda x, i: tf.experimental.numpy.take_along_axis(x, i, 1), r(2, 3, 2), np.array([[[2, 0], [2, 2]], [[0, 1], [1, 1]]], np.int32))
record("takeAlongAxis broadcast", one("takeAlongAxis", {"axis": 1}, 2), lambda x, i: tf.experimental.numpy.take_along_axis(x, i, 1), r(2, 3), np.array([[2, 0]], np.int32))
record("nonzero", one("nonzero", {"size": 3}, 1), lambda x: tf.where(x > 0), np.array([[1, 0, 2], [0, 0, 3]], np.float32))
record("unique", one("uniqueValues", {"size": 3}, 1), lambda x: tf.unique(x).y, i32(4, 1, 4, 7))
record("unique indices", one("uniqueIndices", {}, 1), lambda x: tf.unique(x).idx, i32(4, 1, 4, 7))
record("in_top_k", one("inTopK", {"k": 2}, 2), lambda t, p: tf.nn.in_top_k(t, p, 2), i32(0, 2, 1), np.array([[1, 2, 3], [1, 1, 1], [np.inf, 1, 2]], np.float32))

# Special functions, at several places
xs = np.array([-2.5, -0.7, 0.05, 0.3, 0.9, 1.0, 2.0, 7.5, 30], np.float32)
unit = np.array([-0.9, -0.3, 0.01, 0.5, 0.99], np.float32)
for op, f, at in [("erf", tf.math.erf, xs), ("erfc", tf.math.erfc, xs), ("erfinv", tf.math.erfinv, unit), ("ndtri", tf.math.ndtri, np.abs(unit)),
                  ("lgamma", tf.math.lgamma, xs), ("digamma", tf.math.digamma, xs[2:]), ("besselI0e", tf.math.bessel_i0e, xs),
                  ("besselI1e", tf.math.bessel_i1e, np.append(xs, np.float32(0)))]:
    record(op, one(op, {}, 1), f, at)
record("polygamma", one("polygamma", {"order": 2}, 1), lambda x: tf.math.polygamma(tf.constant(2.0), x), xs[2:])
grid = np.array([0.5, 1.5, 3, 8], np.float32)
for op, f in [("igamma", tf.math.igamma), ("igammac", tf.math.igammac)]:
    record(op, one(op, {}, 2), f, grid[:, None], grid, second=False)
record("zeta", one("zeta", {}, 2), tf.math.zeta, np.array([1.5, 2, 4], np.float32)[:, None], grid)
record("betainc", one("betainc", {}, 3), tf.math.betainc, grid, grid[::-1].copy(), np.array([0.1, 0.5, 0.7, 0.9], np.float32), second=False)

# Convolutions
CONV = [("same", 1, 1), ("valid", 1, 1), ("same", 2, 1), ("valid", 2, 1), ("valid", 1, 2), ("same", 1, 2)]
for padding, s, d in CONV:
    a = {"strides": [s, s], "padding": padding, "dilations": [d, d]}
    record(f"conv {padding} {s} {d}", one("conv", a, 2), lambda x, f: tf.nn.conv2d(x, f, s, padding.upper(), dilations=d), r(2, 5, 6, 2), r(3, 2, 2, 3), first=d == 1)
    if s == 1 or d == 1:
        record(f"depthwiseConv {padding} {s} {d}", one("depthwiseConv", a, 2), lambda x, f: tf.nn.depthwise_conv2d(x, f, [1, s, s, 1], padding.upper(), dilations=[d, d]), r(2, 5, 6, 2), r(3, 2, 2, 2), first=d == 1)
record("conv 1d", one("conv", {"strides": [2], "padding": "same", "dilations": [1]}, 2), lambda x, f: tf.nn.conv1d(x, f, 2, "SAME"), r(2, 7, 2), r(3, 2, 2))
record("conv 3d", one("conv", {"strides": [1, 2, 1], "padding": "same", "dilations": [1, 1, 1]}, 2), lambda x, f: tf.nn.conv3d(x, f, [1, 1, 2, 1, 1], "SAME"), r(1, 3, 4, 3, 2), r(2, 2, 2, 2, 2))
record("conv explicit", one("conv", {"strides": [1, 1], "padding": [[1, 0], [2, 1]], "dilations": [1, 1]}, 2), lambda x, f: tf.nn.conv2d(x, f, 1, [[0, 0], [1, 0], [2, 1], [0, 0]]), r(1, 4, 4, 1), r(2, 3, 1, 2))
record("conv transpose", one("convInputGradient", {"inputShape": [1, 6, 6, 2], "strides": [2, 2], "padding": "same", "dilations": [1, 1]}, 2), lambda y, f: tf.nn.conv2d_transpose(y, f, [1, 6, 6, 2], 2, "SAME"), r(1, 3, 3, 3), r(3, 3, 2, 3))

# Pooling
for padding in ["same", "valid"]:
    for s in [1, 2]:
        a = {"window": [3, 2], "strides": [s, s], "padding": padding}
        record(f"maxPool {padding} {s}", one("maxPool", a, 1), lambda x: tf.nn.max_pool2d(x, [3, 2], s, padding.upper()), np.round(r(2, 5, 5, 2)))
        record(f"avgPool {padding} {s}", one("avgPool", a, 1), lambda x: tf.nn.avg_pool2d(x, [3, 2], s, padding.upper()), r(2, 5, 5, 2))
record("avgPool 1d", one("avgPool", {"window": [2], "strides": [2], "padding": "same"}, 1), lambda x: tf.nn.avg_pool1d(x, 2, 2, "SAME"), r(2, 5, 2))
record("maxPool 3d", one("maxPool", {"window": [2, 2, 2], "strides": [1, 2, 1], "padding": "same"}, 1), lambda x: tf.nn.max_pool3d(x, 2, [1, 2, 1], "SAME"), r(1, 3, 4, 3, 2))
record("avgPool 3d", one("avgPool", {"window": [2, 2, 2], "strides": [2, 2, 2], "padding": "valid"}, 1), lambda x: tf.nn.avg_pool3d(x, 2, 2, "VALID"), r(1, 4, 4, 5, 1))

# Resizing
for method in ["bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]:
    for antialias in [False, True]:
        for size in [(7, 3), (2, 9)]:
            a = {"size": list(size), "method": method, "alignCorners": False, "halfPixelCenters": True, "antialias": antialias}
            x = r(1, 4, 5, 2)
            if method == "area":
                if antialias:
                    continue
                record(f"resize {method} {size}", one("resize", a, 1), lambda x: tf.stop_gradient(tf.image.resize(x, size, method)), x)
            else:
                record(f"resize {method} {antialias} {size}", one("resize", a, 1), lambda x: tf.image.resize(x, size, method, antialias=antialias), x, second=False)
for method in ["bilinear", "nearest_neighbor", "bicubic"]:
    for align in [False, True]:
        a = {"size": [7, 3], "method": method.split("_")[0], "alignCorners": align, "halfPixelCenters": False, "antialias": False}
        f = getattr(tf.compat.v1.image, "resize_" + method)
        record(f"resize {method} align {align}", one("resize", a, 1), lambda x: f(x, [7, 3], align_corners=align), r(1, 4, 5, 1), second=False)

# Linear algebra
m = r(2, 3, 3)
spd = m @ np.swapaxes(m, -1, -2) + np.eye(3, dtype=np.float32)
record("cholesky", one("cholesky", {}, 1), tf.linalg.cholesky, spd)
record("inverse", one("inverse", {}, 1), tf.linalg.inv, spd)
record("inverse adjoint", one("inverse", {"adjoint": True}, 1), lambda x: tf.linalg.inv(x, adjoint=True), m + 2 * np.eye(3, dtype=np.float32))
record("inverse singular", one("inverse", {}, 1), tf.linalg.inv, np.array([[1, 2], [2, 4]], np.float32))
for flip in [False, True]:
    record(f"solve {flip}", one("solve", {"adjoint": flip}, 2), lambda a, b: tf.linalg.solve(a, b, adjoint=flip), spd + m, r(2, 3, 2))
    for lower in [True, False]:
        record(f"triangularSolve {lower} {flip}", one("triangularSolve", {"lower": lower, "adjoint": flip}, 2), lambda a, b: tf.linalg.triangular_solve(a, b, lower=lower, adjoint=flip), spd, r(1, 3, 2))
record("det", one("det", {}, 1), tf.linalg.det, m)
record("logAbsDet", one("logAbsDet", {}, 1), lambda x: tf.linalg.slogdet(x)[1], m)
record("slogdetSign", one("slogdetSign", {}, 1), lambda x: tf.linalg.slogdet(x)[0], m, second=False)
record("eighValues", one("eighValues", {}, 1), lambda x: tf.linalg.eigh(x)[0], spd, second=False)
record("eigvalsh", one("eighValues", {}, 1), tf.linalg.eigvalsh, spd, second=False)
record("eighVectors", [["eighVectors", {}, [0]], ["square", {}, [1]]], lambda x: tf.square(tf.linalg.eigh(x)[1]), spd, second=False)
for shape in [(2, 3, 3), (2, 4), (4, 2)]:
    x = r(*shape)
    record(f"svdValues {shape}", one("svdValues", {}, 1), lambda x: tf.linalg.svd(x)[0], x, second=False)
    record(f"svdU {shape}", [["svdU", {}, [0]], ["square", {}, [1]]], lambda x: tf.square(tf.linalg.svd(x)[1]), x, second=False)
    record(f"svdV {shape}", [["svdV", {}, [0]], ["square", {}, [1]]], lambda x: tf.square(tf.linalg.svd(x)[2]), x, second=False)
    record(f"qrQ {shape}", one("qrQ", {}, 1), lambda x: tf.linalg.qr(x)[0], x)
    record(f"qrR {shape}", one("qrR", {}, 1), lambda x: tf.linalg.qr(x)[1], x)
record("qr full", one("qrQ", {"fullMatrices": True}, 1), lambda x: tf.linalg.qr(x, full_matrices=True)[0], r(4, 2), first=False)

# Fourier transforms
for n in [4, 5, 6, 8]:
    record(f"rfft {n}", [["rfft", {"length": n}, [0]], ["abs", {}, [1]]], lambda x: tf.abs(tf.signal.rfft(x, [n])), r(2, min(n, 6) - n % 2 * 2), second=False)
    pair = [["complex", {}, [0, 1]], ["irfft", {"length": n}, [2]]]
    record(f"irfft {n}", pair, lambda a, b: tf.signal.irfft(tf.complex(a, b), [n]), r(2, n // 2 + 1), r(2, n // 2 + 1), second=False)
for inverse in [False, True]:
    f1, f2 = (tf.signal.ifft, tf.signal.ifft2d) if inverse else (tf.signal.fft, tf.signal.fft2d)
    record(f"fft {inverse}", [["complex", {}, [0, 1]], ["fft", {"inverse": inverse, "dims": 1}, [2]], ["abs", {}, [3]]], lambda a, b: tf.abs(f1(tf.complex(a, b))), r(2, 7), r(2, 7), second=False)
    record(f"fft2d {inverse}", [["complex", {}, [0, 1]], ["fft", {"inverse": inverse, "dims": 2}, [2]], ["real", {}, [3]]], lambda a, b: tf.math.real(f2(tf.complex(a, b))), r(4, 3), r(4, 3), second=False)

# CTC
labels = np.array([[1, 2, 2], [3, 0, 0], [1, 1, 1]], np.int32)
for blank in [0, 3]:
    lab = labels if blank == 0 else np.array([[1, 2, 2], [0, 1, 1], [1, 1, 1]], np.int32)
    record(f"ctcLoss {blank}", one("ctcLoss", {"blankIndex": blank}, 4), lambda l, x, a, b: tf.nn.ctc_loss(l, x, a, b, logits_time_major=False, blank_index=blank), lab, r(3, 6, 4), i32(3, 1, 2), i32(6, 4, 5), second=False)
record("ctcLoss impossible", one("ctcLoss", {"blankIndex": 0}, 4), lambda l, x, a, b: tf.nn.ctc_loss(l, x, a, b, logits_time_major=False, blank_index=0), np.array([[1, 1, 2]], np.int32), r(1, 3, 4), i32(3), i32(3), second=False)


def sparse_ctc(l, x, a, b):
    """tf.compat.v1.nn.ctc_loss; its blank is the last class."""
    where = tf.where(tf.sequence_mask(a, l.shape[1]))
    labels = tf.SparseTensor(where, tf.gather_nd(l, where), tf.cast(l.shape, tf.int64))
    return tf.compat.v1.nn.ctc_loss(labels, x, b, time_major=False)


sparse = one("ctcLoss", {"blankIndex": 3, "sparse": True}, 4)
record("ctcLoss sparse", sparse, sparse_ctc, np.array([[0, 1, 1], [1, 2, 0]], np.int32), r(2, 5, 4), i32(3, 2), i32(5, 4), second=False)
record("ctcLoss sparse impossible", sparse, sparse_ctc, np.array([[1, 1, 2]], np.int32), r(1, 3, 4), i32(3), i32(3), second=False)
record("ctcLoss sparse too long", sparse, sparse_ctc, np.array([[1, 0, 2]], np.int32), r(1, 2, 4), i32(3), i32(2), second=False)
