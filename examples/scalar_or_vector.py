"""One answer returns a scalar, the other one value per sample: which is right?

Both are, as long as nothing weighs the samples: Keras takes the mean of whatever a loss returns. With `sample_weight` or
`class_weight`, only a loss that returns one value per sample gives each sample its own weight; a scalar is multiplied by the
mean of the weights.
"""

import tensorflow as tf


# Returns (): weights multiply the batch's mean as a whole.
# loss-lab: y_true (B, 1), y_pred (B, 1); B=10, seed=7
def mse_scalar(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


# Returns (B,): the form of Keras' own losses; each sample has its weight.
# loss-lab: y_true (B, 1), y_pred (B, 1); B=10, seed=7
def mse_per_sample(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


# Returns (B, 1): Keras aligns weights of shape (B,) with it, so this is as good as (B,).
# loss-lab: y_true (B, 1), y_pred (B, 1); B=10, seed=7
def mse_column(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1, keepdims=True)
