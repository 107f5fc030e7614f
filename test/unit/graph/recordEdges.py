"""Records what TensorFlow gives at zeros, ties, borders and infinities: values and gradients, one JSON object a line of edges.jsonl.

Run with a Python that has TensorFlow: python test/unit/graph/recordEdges.py > test/unit/graph/edges.jsonl
"""
import json
import math
import os
import sys

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN's softmax hides NaN; the reference kernels do not

import tensorflow as tf

INF = math.inf
POINTS = [-INF, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 6.0, 30.0, INF, math.nan]
PAIRS = [-INF, -2.0, -1.0, 0.0, 0.5, 1.0, 3.0, INF, math.nan]

UNARY = {
    "negate": tf.negative, "abs": tf.abs, "sign": tf.sign, "exp": tf.exp, "expm1": tf.math.expm1, "log": tf.math.log,
    "log1p": tf.math.log1p, "sqrt": tf.sqrt, "rsqrt": tf.math.rsqrt, "square": tf.square, "reciprocal": tf.math.reciprocal,
    "sin": tf.sin, "cos": tf.cos, "tan": tf.tan, "asin": tf.asin, "acos": tf.acos, "atan": tf.atan, "sinh": tf.sinh, "cosh": tf.cosh,
    "tanh": tf.tanh, "asinh": tf.asinh, "acosh": tf.acosh, "atanh": tf.atanh, "sigmoid": tf.sigmoid, "softplus": tf.nn.softplus,
    "relu": tf.nn.relu, "relu6": tf.nn.relu6, "elu": tf.nn.elu, "selu": tf.nn.selu, "leakyRelu": tf.nn.leaky_relu,
    "logSigmoid": tf.math.log_sigmoid, "floor": tf.floor, "ceil": tf.math.ceil, "round": tf.round,
}
BINARY = {
    "add": tf.add, "subtract": tf.subtract, "multiply": tf.multiply, "divide": tf.divide, "floorDivide": tf.math.floordiv,
    "mod": tf.math.floormod, "power": tf.pow, "maximum": tf.maximum, "minimum": tf.minimum, "atan2": tf.atan2,
    "squaredDifference": tf.math.squared_difference, "divideNoNan": tf.math.divide_no_nan, "multiplyNoNan": tf.math.multiply_no_nan,
    "xlogy": tf.math.xlogy, "xlog1py": tf.math.xlog1py, "xdivy": tf.math.xdivy, "nextAfter": tf.math.nextafter,
}
RED = {"sum": tf.reduce_sum, "mean": tf.reduce_mean, "prod": tf.reduce_prod, "max": tf.reduce_max, "min": tf.reduce_min,
       "logsumexp": tf.reduce_logsumexp}
ROWS = [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [0.0, 0.0, 5.0], [-INF, -INF, -INF], [1.0, INF, 2.0], [1.0, math.nan, 2.0], [-1.0, 0.0, 4.0]]


def flat(t):
    return None if t is None else [repr(float(v)) if not math.isfinite(float(v)) else float(v) for v in tf.reshape(t, [-1]).numpy()]


def numbers(v):
    return [repr(x) if not math.isfinite(x) else x for x in v]


def record(op, f, inputs, attrs=None):
    tensors = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        for t in tensors:
            tape.watch(t)
        y = f(*tensors)
    grads = tape.gradient(y, tensors)
    shapes = [list(t.shape) for t in tensors]
    print(json.dumps({"op": op, "attrs": attrs or {}, "shapes": shapes, "inputs": [flat(t) for t in tensors], "value": flat(y),
                      "gradients": [flat(g) for g in grads]}))


for name, f in UNARY.items():
    record(name, f, [POINTS], {"alpha": 0.2} if name == "leakyRelu" else {})
grid = [(a, b) for a in PAIRS for b in PAIRS]
for name, f in BINARY.items():
    record(name, f, [[a for a, _ in grid], [b for _, b in grid]])
for name, f in RED.items():
    record(name, lambda x, f=f: f(x, axis=1), [ROWS], {"axes": [1], "keepdims": False})
for name, f in {"softmax": tf.nn.softmax, "logSoftmax": tf.nn.log_softmax}.items():
    record(name, f, [ROWS], {"axis": -1})
for name, f in {"cumsum": tf.cumsum, "cumprod": tf.math.cumprod, "cumulativeLogsumexp": tf.math.cumulative_logsumexp}.items():
    for exclusive in (False, True):
        for reverse in (False, True):
            record(name, lambda x, f=f, e=exclusive, r=reverse: f(x, axis=1, exclusive=e, reverse=r), [[[1.0, 0.0, 3.0], [2.0, -1.0, 0.5]]],
                   {"axis": 1, "exclusive": exclusive, "reverse": reverse})
LOGITS = [[1.0, 2.0, -3.0], [100.0, -100.0, 0.0], [0.0, -INF, 1.0]]
LABELS = [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [1.0, 0.0, 0.0]]
record("softmaxCrossEntropy", lambda labels, logits: tf.nn.softmax_cross_entropy_with_logits(labels, logits), [LABELS, LOGITS])
record("sigmoidCrossEntropy", lambda labels, logits: tf.nn.sigmoid_cross_entropy_with_logits(labels, logits),
       [[0.0, 1.0, 0.5, 1.0, 0.0], [0.0, 0.0, 2.0, -200.0, 200.0]])
record("select", lambda a, b: tf.where(tf.constant([True, False, True]), a, b), [[1.0, 2.0, 3.0], [4.0, 5.0, math.nan]])
sys.stderr.write("recorded with TensorFlow %s\n" % tf.__version__)
