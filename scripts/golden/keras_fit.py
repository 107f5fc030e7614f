"""One loss as Keras computes it in `fit`, or called directly: its value, the reduced loss and the gradient by y_pred.

Keras 3 goes through its CompileLoss (Loss.__call__, LossFunctionWrapper), Keras 2 through LossesContainer, each as `compile` would build it; `none` calls the
loss on the raw arrays and reduces by the mean over all elements.
"""
import numpy as np

import encode
import userfile


class Watched:
    """Remembers what the loss received and returned."""

    def __init__(self, function):
        self.function, self.received, self.value = function, None, None

    def __call__(self, y_true, y_pred):
        self.received = {"y_true": y_true, "y_pred": y_pred}
        self.value = self.function(y_true, y_pred)
        return self.value


def record_file(path, batch, name, keras="none"):
    """{received, value, reduced, gradient, graph?} or {"error": …, "stage": …}; `keras` is "2", "3" or "none"."""
    userfile.prepare("3" if keras == "none" else keras)
    stage = "import"
    try:
        module = userfile.load(path, name)
        stage = "find"
        found = userfile.find(module, name, path)
        stage = "call"
        return compute(found, userfile.tensors(batch), "none" if keras == "spellings" else keras)
    except Exception as error:  # the answer says what the file raised
        return {"error": encode.problem(error), "stage": stage}


def compute(found, arrays, keras):
    import tensorflow as tf
    y_true, y_pred, weight = arrays["y_true"], arrays["y_pred"], arrays.get("sample_weight")
    if keras != "none":
        y_true, y_pred, weight = (t if t is None or not t.dtype.is_floating else tf.cast(t, tf.float32) for t in (y_true, y_pred, weight))
    watched, call = caller(found, keras)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        reduced = call(y_true, y_pred, weight)
    answer = {"how": found.how, "value": encode.result(tensor_of(watched.value)), "reduced": encode.number(np.float32(reduced))}
    answer["received"] = {k: {"shape": list(t.shape), "dtype": t.dtype.name} for k, t in watched.received.items() if hasattr(t, "shape")}
    answer["gradient"] = {"y_pred": gradient(tape, reduced, y_pred)}
    if keras == "3":
        answer["graph"] = in_graph(lambda: call(y_true, y_pred, weight), answer["reduced"])
    return answer


def tensor_of(value):
    """Python and NumPy numbers become what Keras makes of them."""
    import tensorflow as tf
    return tf.convert_to_tensor(value, tf.float32) if isinstance(value, (bool, int, float)) or type(value).__module__ == "numpy" else value


def gradient(tape, reduced, y_pred):
    try:
        value = tape.gradient(reduced, y_pred)
    except Exception as error:
        return {"error": encode.problem(error)}
    return None if value is None else {k: v for k, v in encode.tensor(value).items() if k != "dtype"}


def in_graph(call, reduced):
    """What happens in the graph that `fit` traces, AutoGraph off: "same", another number, or the error."""
    import tensorflow as tf
    try:
        value = float(tf.function(call, autograph=False)())
    except Exception as error:
        return {"error": encode.problem(error)}
    return "same" if isinstance(reduced, str) or abs(value - reduced) <= 1e-4 * (1 + abs(reduced)) else encode.number(np.float32(value))


def caller(found, keras):
    if keras == "none":
        return _direct(found)
    if found.is_keras_loss:
        watched = Watched(found.loss.call)
        found.loss.call = watched
        loss = found.loss
    else:
        watched = Watched(found.loss)
        loss = as_function(watched)
    return watched, (_keras3 if keras == "3" else _keras2)(loss)


def as_function(watched):
    def loss(y_true, y_pred):
        return watched(y_true, y_pred)
    return loss


def _direct(found):
    import tensorflow as tf
    watched = Watched(found.loss.call if found.is_keras_loss else found.loss)

    def call(y_true, y_pred, weight):
        return tf.reduce_mean(tf.cast(tf.convert_to_tensor(watched(y_true, y_pred)), tf.float32))
    return watched, call


def _keras3(loss):
    from keras.src.trainers.compile_utils import CompileLoss
    container = CompileLoss(loss=loss)
    return lambda y_true, y_pred, weight: container(y_true, y_pred, weight)


def _keras2(loss):
    from tf_keras.src.engine.compile_utils import LossesContainer
    container = LossesContainer(loss)
    return lambda y_true, y_pred, weight: container(y_true, y_pred, sample_weight=weight)
