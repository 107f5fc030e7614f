"""Loads a user's Python file and finds a loss in it by name: a function, a factory (called with its defaults), a class (instantiated with its defaults),
Class.method, a module variable, or <lambda:LINE>. Executes the file: only for maintainers who measure against real TensorFlow.
"""
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import os
import sys
import types

import numpy as np


class Found:
    """What stands under a name; `loss` is a Keras Loss instance or a plain callable of (y_true, y_pred)."""

    def __init__(self, loss, how):
        self.loss, self.how = loss, how

    @property
    def is_keras_loss(self):
        return hasattr(self.loss, "call") and hasattr(self.loss, "reduction")


def load(path):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = "loss_lab_user_file"
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find(module, name, path):
    if name.startswith("<lambda:"):
        return Found(_lambda_at(module, path, int(name[8:].rstrip(">"))), "lambda")
    if "." in name:
        owner, method = name.rsplit(".", 1)
        holder = getattr(module, owner.split(".")[0])
        for part in owner.split(".")[1:]:
            holder = getattr(holder, part)
        if isinstance(inspect.getattr_static(holder, method), (staticmethod, classmethod)):
            return Found(getattr(holder, method), "method")
        instance = holder() if inspect.isclass(holder) else holder
        return Found(getattr(instance, method), "method")
    value = getattr(module, name)
    if inspect.isclass(value):
        return Found(value(), "class")
    if not callable(value):
        raise TypeError(f"{name} is a {type(value).__name__}, no loss")
    if _is_factory(value):
        made = value()
        return Found(made() if inspect.isclass(made) else made, "factory")
    return Found(value, "function")


def _is_factory(value):
    """Takes fewer than two required arguments: what calls it with (y_true, y_pred) cannot be meant."""
    if hasattr(value, "call") and hasattr(value, "reduction"):
        return False
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind == p.VAR_POSITIONAL for p in parameters) and not positional:
        return False
    return sum(p.default is p.empty for p in positional) < 2 and not (positional and positional[0].name.lower() in ("y_true", "true", "labels", "target", "y", "yt"))


def _lambda_at(module, path, line):
    for node in ast.walk(ast.parse(open(path).read())):
        if isinstance(node, ast.Lambda) and node.lineno == line:
            return eval(compile(ast.Expression(node), path, "eval"), module.__dict__)
    raise AttributeError(f"no lambda on line {line}")


class _Stub(types.ModuleType):
    """Stands for a module that is not installed: may be imported and named, not used."""
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        child = _Stub(f"{self.__name__}.{name}")
        setattr(self, name, child)
        return child

    def __call__(self, *arguments, **options):
        if len(arguments) == 1 and not options and callable(arguments[0]):  # a decorator
            return arguments[0]
        raise ModuleNotFoundError(f"{self.__name__} is not installed")

    def __mro_entries__(self, bases):
        return (object,)


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last on sys.meta_path: makes a stub of whatever nothing else finds."""

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("tensorflow", "keras", "tf_keras") and not name.startswith("tensorflow.contrib"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Stub(spec.name)

    def exec_module(self, module):
        pass


class KerasTwoFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """First on sys.meta_path: `keras` and all below it are tf_keras."""

    def find_spec(self, name, path, target=None):
        if name == "keras" or name.startswith("keras."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return importlib.import_module("tf_" + spec.name)

    def exec_module(self, module):
        pass


def prepare(keras):
    """Before the user's file is loaded. `keras`: "3", "2", or "legacy": Keras 2 and, where TensorFlow 2 lacks a name, TensorFlow 1's."""
    import references
    references.install_addons()
    sys.meta_path.append(StubFinder())
    if keras == "3":
        return
    sys.meta_path.insert(0, KerasTwoFinder())
    for name in [n for n in sys.modules if n == "keras" or n.startswith("keras.")]:
        del sys.modules[name]
    if keras == "legacy":
        _add_tensorflow1()


OLD_ARGUMENTS = ("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod", "reduce_any", "reduce_all", "reduce_logsumexp", "argmax", "argmin", "expand_dims", "squeeze", "norm", "cond", "zeros_like", "ones_like")


def _add_tensorflow1():
    import tensorflow as tf
    import tensorflow.compat.v1 as v1
    from references import early_tensorflow
    for name in dir(v1):
        if not name.startswith("_") and (name in OLD_ARGUMENTS or not hasattr(tf, name)):
            setattr(tf, name, getattr(v1, name))
    for name, value in early_tensorflow().items():
        setattr(tf, name, value)
    for part in ("nn", "losses", "image", "metrics", "summary"):
        old, new = getattr(v1, part), getattr(tf, part)
        for name in dir(old):
            if not name.startswith("_") and not hasattr(new, name):
                setattr(new, name, getattr(old, name))
    for name in ("softmax", "log_softmax", "l2_normalize", "moments"):
        setattr(tf.nn, name, getattr(v1.nn, name))


def tensors(batch):
    import tensorflow as tf
    special = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
    made = {}
    for name, array in batch.items():
        data = [special.get(v, v) if isinstance(v, str) else v for v in array["data"]]
        made[name] = tf.constant(np.array(data, dtype=np.float64 if array["dtype"].startswith(("float", "bfloat")) else None).reshape(array["shape"]), dtype=getattr(tf, array["dtype"]), shape=array["shape"])
    return made
