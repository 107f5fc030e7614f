"""Values, gradients and errors as the JSON of test/golden (described in its README)."""
import math
import re

import numpy as np

def number(value):
    """The shortest decimal that reads back as the same float32; Python floats and float64 with 12 digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    rounded = float(f"{value:.12g}") if isinstance(value, (float, np.float64)) else float(str(value))
    if rounded == 0 and math.copysign(1, rounded) < 0:
        return -0.0
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def flat(array, dtype):
    if dtype == "bool":
        return [bool(v) for v in array.reshape(-1)]
    if dtype.startswith("complex"):
        return [number(p) for v in array.reshape(-1) for p in (v.real, v.imag)]
    if dtype == "string":
        return [v.decode() if isinstance(v, bytes) else str(v) for v in array.reshape(-1)]
    if dtype.startswith(("float", "bfloat")):
        return [number(np.float32(v) if dtype != "float64" else v) for v in array.reshape(-1)]
    return [int(v) for v in array.reshape(-1)]


def tensor(value):
    import tensorflow as tf
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    array, dtype = np.asarray(value.numpy()), value.dtype.name
    return {"shape": list(array.shape), "dtype": dtype, "data": flat(array, dtype)}


def result(value):
    """What f returned: a tensor, a list for any sequence or tuple, {"dict": …}, or {"python": …} for what is no tensor."""
    import tensorflow as tf
    if hasattr(value, "value") and hasattr(value, "assign"):
        value = tf.convert_to_tensor(value)
    if tf.is_tensor(value) and hasattr(value, "numpy"):
        return tensor(value)
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        return {"numpy": True, "shape": list(array.shape), "dtype": array.dtype.name, "data": flat(array, array.dtype.name)}
    plain, known = python_value(value)
    if known:
        return {"python": plain}
    if isinstance(value, dict):
        return {"dict": {k: result(v) for k, v in value.items()}}
    if isinstance(value, (tuple, list)):
        return [result(v) for v in value]
    raise TypeError(f"the recorder cannot write a {type(value).__name__}")


def without_data(encoded):
    if isinstance(encoded, list):
        return [without_data(e) for e in encoded]
    return {k: v for k, v in encoded.items() if k != "data"}


def python_value(value):
    import tensorflow as tf
    if value is None or isinstance(value, (bool, int, str)):
        return value, True
    if isinstance(value, float):
        return number(value), True
    if isinstance(value, tf.TensorShape):
        return value.as_list(), True
    if isinstance(value, tf.DType):
        return value.name, True
    if isinstance(value, (tuple, list)):
        inner = [python_value(v) for v in value]
        return [p for p, _ in inner], all(known for _, known in inner)
    return None, False


# The kinds of DESIGN §4; the first pattern that a message contains decides.
KINDS = (
    ("index", ("out of bounds", "out of range", "invalid reduction dimension", "slice index", "is not in [0,", "expected dimension in the range", "not in the range",
               "must be in range", "concatenating dimensions in the range", "is outside of the valid range", "expected 'axis'", "not in the expected range", "must be in the range [", "tried to expand dim")),
    ("type", ("attempt to convert a value (none)", "not callable", "does not support item", "doesn't support item", "is not iterable", "object is not", "has no `len()`")),
    ("dtype", ("value for attr", "dtype", "cast string", "as input #", "does not match type", "to be a float tensor", "to be a int", "cannot convert", "incompatible types", "couldn't be converted",
               "must have the same type", "data type", "to a bool", "to be a ", "tensor conversion requested", "unsupported type", "not a float", "unsupported numpy type", "must be floating", "must be a float", "allowed values")),
    ("shape", ("shape", "rank", "dimension", "broadcast", "must be equal", "same size", "must match", "matrix", "squeeze", "ndim", "axes", "number of elements", "is a vector", "evenly divisible", "tensor that is 1d", "0-dimensional", "same length", "same number", "elements", "invalid perm",
               "unstack", "split", "size", "inner-most")),
)


def kind_of(error):
    text = str(error).lower()
    if isinstance(error, (AttributeError, NameError)):
        return "name"
    if isinstance(error, TypeError) and ("argument" in text and ("unexpected keyword" in text or "positional" in text or "missing" in text or "takes" in text or "multiple values" in text)):
        return "type"
    if isinstance(error, IndexError):
        return "index"
    for kind, patterns in KINDS:
        if any(p in text for p in patterns):
            return kind
    return "type" if isinstance(error, TypeError) else "value"


def problem(error):
    message = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    message = re.sub(r"^Exception encountered when calling [\w.]+\(\)\.\s+", "", message)
    message = re.sub(r"^in user code:.*?\n    (\w+Error: )?(?=[^\s])(?!File)", "", message, flags=re.S)
    if message.startswith("{{function_node") and "}} " in message:
        message = message.split("}} ", 1)[1]
    return {"type": type(error).__name__, "kind": kind_of(error), "message": message[:200]}
