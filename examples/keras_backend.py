"""The sum of differences of logarithms: as `keras.backend` writes it, and in tf.math for Keras 3."""

import tensorflow as tf
from keras import backend as K


# A scalar: the sum over the whole batch, so it grows with the batch size, and sample weights multiply it as a whole.
# loss-lab: y_true (B, 5) softmax, y_pred (B, 5) softmax; B=8, seed=7, keras=2
def sum_of_log_differences(yTrue, yPred):
    return K.sum(K.log(yTrue) - K.log(yPred))


# The same terms, one value per sample, with an epsilon for zeros in y_true: right in Keras 3 (and 2).
# loss-lab: y_true (B, 5) onehot, y_pred (B, 5) softmax; B=8, seed=7, keras=3
def log_differences(y_true, y_pred):
    epsilon = 1e-7
    difference = tf.math.log(y_true + epsilon) - tf.math.log(y_pred + epsilon)
    return tf.reduce_sum(difference, axis=-1)
