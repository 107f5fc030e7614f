"""Runs one sample in TensorFlow: its output, and the gradients of it with respect to every float input."""
import linecache
import os
import sys
import tempfile
import types

import numpy as np

import encode
import references
from samples import FLOATS, HEADERS

_headers = {}


def header(flavor):
    if flavor not in _headers:
        scope = {}
        exec(HEADERS[flavor], scope)
        _headers[flavor] = references.extend(scope, flavor)
    return dict(_headers[flavor])


def define(source, scope):
    """f, from a file and module of its own: AutoGraph reads the text of what it converts."""
    module = sys.modules["golden_sample"] = types.ModuleType("golden_sample")
    module.__dict__.update({k: v for k, v in scope.items() if not k.startswith("__")})
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as file:
        file.write(source)
    try:
        exec(compile(source, file.name, "exec"), module.__dict__)
        linecache.cache[file.name] = (len(source), None, source.splitlines(True), file.name)
    finally:
        os.unlink(file.name)
    return module.f


def inputs_of(sample):
    import tensorflow as tf
    return {name: tf.constant(array.draw(name), dtype=getattr(tf, array.dtype), shape=array.shape) for name, array in sample.inputs.items()}


def weights_for(shape, dtype):
    """The fixed weights of `weighted`: 0.5, 1.2, 1.9, … : element i weighs 0.5 + (7 i mod 11) / 10."""
    import tensorflow as tf
    size = int(np.prod(shape))
    return tf.cast(tf.reshape(tf.constant([0.5 + (7 * i % 11) / 10 for i in range(size)], tf.float32), shape), dtype)


def first_float(value):
    """The first floating tensor of a result and its position among the leaves."""
    import tensorflow as tf
    leaves = tf.nest.flatten(value)
    for position, leaf in enumerate(leaves):
        if tf.is_tensor(leaf) and (leaf.dtype.is_floating or leaf.dtype.is_complex) or hasattr(leaf, "assign"):
            return position, tf.convert_to_tensor(leaf), len(leaves)
    return None, None, len(leaves)


def run(sample):
    """The recorded line, and notes for whoever reviews (surprises)."""
    import tensorflow as tf
    arrays = inputs_of(sample)
    line = {"id": sample.id, "entry": sample.entry, "family": sample.family, "flavor": sample.flavor, "source": sample.source}
    if sample.reference:
        line["reference"] = True
    if sample.random:
        line["random"] = True
    line["inputs"] = [{"name": name, **encode.tensor(t)} for name, t in arrays.items()]
    tf.random.set_seed(1)
    np.random.seed(1)
    sources = {n: t for n, t in arrays.items() if t.dtype.is_floating}
    scope = header(sample.flavor)
    with tf.GradientTape(persistent=True) as tape:
        for t in sources.values():
            tape.watch(t)
        try:
            value = define(sample.source, scope)(**arrays)
            encoded = encode.result(value)
        except Exception as error:  # whatever the sample raises is its result
            line["output"] = {"error": encode.problem(error)}
            return line, [] if sample.fails else [f"raised {type(error).__name__}: {str(error)[:300]}"]
        position, target, leaves = first_float(value)
        total = None if target is None else tf.reduce_sum(target)
        weighted = None if target is None or target.dtype.is_complex or target.shape.num_elements() < 2 else tf.reduce_sum(target * weights_for(target.shape, target.dtype))
    line["output"] = encoded
    if sample.random:
        line["output"] = encode.without_data(encoded)
        return line, []
    notes = ["ran, though it should raise"] if sample.fails else []
    if target is not None and sources:
        if leaves > 1:
            line["gradientOf"] = position
        line["gradient"] = gradients(tape, total, sources, notes, sample)
        if weighted is not None:
            line["weighted"] = gradients(tape, weighted, sources, [], sample)
            if line["weighted"] == line["gradient"] or any(g and "error" in g for g in line["weighted"].values()):
                del line["weighted"]
    return line, notes


def gradients(tape, total, sources, notes, sample):
    answers = {}
    for name, source in sources.items():
        try:
            gradient = tape.gradient(total, source)
            answers[name] = None if gradient is None else {k: v for k, v in encode.tensor(gradient).items() if k != "dtype"}
        except Exception as error:
            answers[name] = {"error": encode.problem(error)}
            if not sample.gradient_fails:
                notes.append(f"gradient of {name} raised {type(error).__name__}: {str(error)[:200]}")
    return answers
