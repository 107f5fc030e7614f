"""What samples may call though no installable package has it: functions that older TensorFlow and multi-backend Keras had, and TensorFlow Addons.

Such samples carry `reference` in their record: their truth is the formula written here, executed by TensorFlow.
"""
import sys
import types


class Extended:
    """A module with a few more names."""

    def __init__(self, module, more):
        self._module, self._more = module, more

    def __getattr__(self, name):
        more = self.__dict__["_more"]
        return more[name] if name in more else getattr(self.__dict__["_module"], name)


def extend(scope, flavor):
    install_addons()
    if flavor == "tf1":
        scope["tf"] = Extended(scope["tf"], early_tensorflow())
    if flavor == "keras2":
        scope["K"] = Extended(scope["K"], multi_backend_keras())
    return scope


def install_addons():
    """`import tensorflow_addons as tfa` finds addons.py, unless the package is really there."""
    if "tensorflow_addons" not in sys.modules:
        import addons
        sys.modules["tensorflow_addons"] = addons.package()


def early_tensorflow():
    """TensorFlow before 1.0."""
    import tensorflow.compat.v1 as tf
    return {
        "mul": tf.multiply, "sub": tf.subtract, "neg": tf.negative, "pack": tf.stack, "unpack": tf.unstack,
        "select": lambda condition, t, e, name=None: tf.where(condition, t, e),
        "split_v": tf.split, "batch_matmul": tf.matmul,
        "concat_v2": tf.concat,
        "contrib": types.SimpleNamespace(distributions=tf.distributions),
    }


def multi_backend_keras():
    """Keras 2.3.1's keras.backend had these; tf.keras.backend never did."""
    import tensorflow as tf
    return {
        "logsumexp": lambda x, axis=None, keepdims=False: tf.reduce_logsumexp(x, axis, keepdims),
        "size": lambda x, name=None: tf.size(x, name=name),
        "identity": lambda x, name=None: tf.identity(x, name=name),
        "slice": lambda x, start, size: tf.slice(x, start, size),
        "is_tensor": tf.is_tensor,
    }
