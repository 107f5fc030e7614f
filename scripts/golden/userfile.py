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
        """Its `call` is the loss, unless the class has written a __call__ of its own."""
        kind = type(self.loss)
        keras = any(base.__name__ == "Loss" and base.__module__.startswith(("keras.", "tf_keras.")) for base in kind.__mro__)
        return keras and kind.__call__.__module__.startswith(("keras.", "tf_keras."))


def load(path, name):
    """The module, of which only the imports and the statements that the loss `name` needs have been executed (a file may be a whole training script)."""
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    package = _package_of(folder)
    module = types.ModuleType("loss_lab_user_file")
    module.__file__, module.__package__ = path, package
    sys.modules[module.__name__] = module
    tree = ast.parse(open(path, encoding="utf-8", errors="replace").read())
    module.failures = []
    for statement in _needed(tree.body, name):
        _execute(statement, module, path)
    return module


def _package_of(folder):
    """The dotted package that the folder is, so that relative imports work; its root goes on sys.path."""
    parts = []
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, part = os.path.split(folder)
        parts.insert(0, part)
    if parts:
        sys.path.append(folder)
    return ".".join(parts)


def _needed(statements, name):
    """Imports, and what binds a name that the loss reads, directly or through other bindings; in the file's order."""
    wanted, kept = {name.split(".")[0]}, set()
    if name.startswith("<lambda:"):
        line = int(name[8:].rstrip(">"))
        wanted |= {n.id for s in statements for l in ast.walk(s) if isinstance(l, ast.Lambda) and l.lineno == line for n in ast.walk(l) if isinstance(n, ast.Name)}
    grew = True
    while grew:
        grew = False
        for position, statement in enumerate(statements):
            if position not in kept and (isinstance(statement, (ast.Import, ast.ImportFrom)) or _bound(statement) & wanted):
                kept.add(position)
                wanted |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
                grew = True
    return [s for position, s in enumerate(statements) if position in kept]


def _bound(statement):
    if isinstance(statement, ast.Expr):
        return set()
    names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.name for n in ast.walk(statement) if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))}
    names |= {a.asname or a.name.split(".")[0] for n in ast.walk(statement) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return names | {n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)}


def _execute(statement, module, path):
    try:
        exec(compile(ast.Module([statement], []), path, "exec"), module.__dict__)
    except Exception as error:
        module.failures.append(error)
        if isinstance(statement, ast.ImportFrom) and statement.module and statement.module != "__future__":
            _import_piecewise(statement, module, path)


def _import_piecewise(statement, module, path):
    """The names that are there; stubs for the others."""
    for alias in statement.names:
        single = ast.copy_location(ast.ImportFrom(statement.module, [alias], statement.level), statement)
        try:
            exec(compile(ast.Module([single], []), path, "exec"), module.__dict__)
        except Exception:
            module.__dict__[alias.asname or alias.name] = _Stub(f"{statement.module}.{alias.name}")


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
    if not hasattr(module, name):
        raise module.failures[0] if module.failures else AttributeError(f"the file has no {name}")
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
        if len(arguments) == 1 and not options and callable(arguments[0]) and not isinstance(arguments[0], _Stub):  # a decorator
            return arguments[0]
        if not any(hasattr(a, "dtype") for a in arguments):  # perhaps a decorator's factory, or a constant nobody uses
            return _Stub(f"{self.__name__}()")
        raise ModuleNotFoundError(f"{self.__name__} is not installed")

    def __mro_entries__(self, bases):
        return (object,)


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last on sys.meta_path: makes a stub of whatever nothing else finds."""

    def find_spec(self, name, path, target=None):
        if name in ("tensorflow", "keras", "tf_keras", "loss_lab_user_file"):
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
        """A module that Keras 2 moved or closed (keras.layers.core, keras.backend.tensorflow_backend) is the nearest one above it."""
        name = "tf_" + spec.name
        while True:
            try:
                return importlib.import_module(name)
            except ModuleNotFoundError:
                name = name.rpartition(".")[0]

    def exec_module(self, module):
        pass


def prepare(keras):
    """Before the user's file is loaded. `keras`: "3", "2", or "spellings": Keras 3 plus plain keras.backend's functions and TensorFlow 1's names."""
    import references
    references.install_addons()
    sys.meta_path.append(StubFinder())
    if keras == "spellings":
        _add_backend()
        _add_tensorflow1()
    if keras != "2":
        return
    sys.meta_path.insert(0, KerasTwoFinder())
    for name in [n for n in sys.modules if n == "keras" or n.startswith("keras.")]:
        del sys.modules[name]


OLD_ARGUMENTS = ("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod", "reduce_any", "reduce_all", "reduce_logsumexp", "argmax", "argmin", "expand_dims", "squeeze", "norm", "cond", "zeros_like", "ones_like")


def _add_backend():
    import keras
    import tensorflow as tf
    from references import multi_backend_keras
    for name, value in {**vars(tf.keras.backend), **multi_backend_keras(), "print_tensor": lambda x, message="", summarize=3: x, "learning_phase": lambda: 0}.items():
        if not hasattr(keras.backend, name):
            setattr(keras.backend, name, value)
    sys.modules["keras.backend.tensorflow_backend"] = keras.backend


def _add_tensorflow1():
    import tensorflow as tf
    import tensorflow.compat.v1 as v1
    from references import Extended, early_tensorflow
    for name in dir(v1):
        if not name.startswith("_") and (name in OLD_ARGUMENTS or not hasattr(tf, name)):
            setattr(tf, name, getattr(v1, name))
    for name, value in early_tensorflow().items():
        setattr(tf, name, value)
    tf.contrib = _Stub("tensorflow.contrib")
    tf.contrib.distributions = v1.distributions
    for part in ("nn", "losses", "image", "metrics", "summary"):  # tf.losses is tf.keras.losses, which must not change
        old, new = getattr(v1, part), getattr(tf, part)
        setattr(tf, part, Extended(new, {name: getattr(old, name) for name in dir(old) if not name.startswith("_") and not hasattr(new, name)}))
    for name in ("softmax", "log_softmax", "l2_normalize", "moments"):
        tf.nn.__dict__["_more"][name] = getattr(v1.nn, name)


def tensors(batch):
    import tensorflow as tf
    special = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
    made = {}
    for name, array in batch.items():
        data = [special.get(v, v) if isinstance(v, str) else v for v in array["data"]]
        made[name] = tf.constant(np.array(data, dtype=np.float64 if array["dtype"].startswith(("float", "bfloat")) else None).reshape(array["shape"]), dtype=getattr(tf, array["dtype"]), shape=array["shape"])
    return made
