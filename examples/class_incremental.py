"""Class-incremental learning: a distillation loss for 7 old classes and a classification loss for 3 new ones.

The labels carry both: their first 7 columns are the outputs q that the old model gave for the sample (stored before training),
their last 3 the one-hot label among the new classes, all zeros for a stored sample of an old class.
"""

import keras
import tensorflow as tf
from keras import ops
from tensorflow.keras import backend as K

OLD = 7
EPSILON = 1e-7


# iCaRL: sigmoid cross-entropy for each class, against q for the old classes and the label for the new ones.
# y_pred holds g, the sigmoid outputs. A sample of a new class:
# loss-lab: y_true (B, 10) concat(softmax 7, onehot 3), y_pred (B, 10) unit; B=8, seed=7
def icarl_loss(y_true, y_pred):
    q, y = y_true[:, :OLD], y_true[:, OLD:]
    g = tf.clip_by_value(y_pred, EPSILON, 1.0 - EPSILON)
    g_old, g_new = g[:, :OLD], g[:, OLD:]
    distillation = -(q * tf.math.log(g_old) + (1.0 - q) * tf.math.log(1.0 - g_old))
    classification = -(y * tf.math.log(g_new) + (1.0 - y) * tf.math.log(1.0 - g_new))
    return tf.reduce_sum(distillation, axis=-1) + tf.reduce_sum(classification, axis=-1)


# The same for stored samples of old classes, from logits, where the two sums are one.
# loss-lab: y_true (B, 10) concat(softmax 7, zeros 3), y_pred (B, 10) logits; B=8, seed=7
def icarl_loss_from_logits(y_true, y_pred):
    per_class = tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    return tf.reduce_sum(per_class, axis=-1)


# Learning without Forgetting: q and the model's probabilities of the old classes, both softened by the temperature T.
# loss-lab: y_true (B, 10) concat(softmax 7, onehot 3), y_pred (B, 10) softmax; B=8, seed=7
def make_lwf_loss(T=2.0, weight=1.0):
    def soften(probabilities):
        powered = tf.pow(tf.maximum(probabilities, EPSILON), 1.0 / T)
        return powered / tf.reduce_sum(powered, axis=-1, keepdims=True)

    def lwf_loss(y_true, y_pred):
        q, y = y_true[:, :OLD], y_true[:, OLD:]
        p_old, p_new = y_pred[:, :OLD], y_pred[:, OLD:]
        distillation = -tf.reduce_sum(soften(q) * tf.math.log(soften(p_old)), axis=-1)
        classification = -tf.reduce_sum(y * tf.math.log(p_new + EPSILON), axis=-1)
        # T * T keeps the distillation's gradient in proportion, whatever the temperature.
        return classification + weight * T * T * distillation

    return lwf_loss


# The same from logits: softmax(z / T) is the softened probability, and log_softmax is stable.
# loss-lab: y_true (B, 10) concat(softmax 7, onehot 3), y_pred (B, 10) logits; B=8, seed=7
class LwfLoss(keras.losses.Loss):
    def __init__(self, T=2.0, weight=1.0, name="lwf", **kwargs):
        super().__init__(name=name, **kwargs)
        self.T = T
        self.weight = weight

    def call(self, y_true, y_pred):
        q, y = y_true[:, :OLD], y_true[:, OLD:]
        powered = tf.pow(tf.maximum(q, EPSILON), 1.0 / self.T)
        softened = powered / tf.reduce_sum(powered, axis=-1, keepdims=True)
        log_p_old = tf.nn.log_softmax(y_pred[:, :OLD] / self.T)
        log_p_new = tf.nn.log_softmax(y_pred)[:, OLD:]
        distillation = -tf.reduce_sum(softened * log_p_old, axis=-1)
        classification = -tf.reduce_sum(y * log_p_new, axis=-1)
        return classification + self.weight * self.T * self.T * distillation


# iCaRL's loss with keras.backend, for Keras 2.
# loss-lab: y_true (B, 10) concat(softmax 7, onehot 3), y_pred (B, 10) unit; B=8, seed=7, keras=2
def icarl_loss_backend(y_true, y_pred):
    g = K.clip(y_pred, K.epsilon(), 1.0 - K.epsilon())
    per_class = -(y_true * K.log(g) + (1.0 - y_true) * K.log(1.0 - g))
    return K.sum(per_class, axis=-1)


# iCaRL's loss with keras.ops: runs on every backend of Keras 3.
# loss-lab: y_true (B, 10) concat(softmax 7, onehot 3), y_pred (B, 10) unit; B=8, seed=7, keras=3
def icarl_loss_ops(y_true, y_pred):
    g = ops.clip(y_pred, EPSILON, 1.0 - EPSILON)
    per_class = -(y_true * ops.log(g) + (1.0 - y_true) * ops.log(1.0 - g))
    return ops.sum(per_class, axis=-1)
