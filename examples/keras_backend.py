"""The sum of differences of logarithms: as an answer writes it with `keras.backend`, and as the divergence that was meant."""

import tensorflow as tf
from keras import backend as K


# Still wrong, on purpose: zeros in yTrue give -inf; it is a sum over the whole batch, so it grows with the batch size and
# sample weights multiply it as a whole; and without the factor yTrue its gradient does not depend on the labels at all.
# loss-lab: y_true (B, 5) softmax, y_pred (B, 5) softmax; B=8, seed=7, keras=2
def sum_of_log_differences(yTrue, yPred):
    return K.sum(K.log(yTrue) - K.log(yPred))


# The Kullback-Leibler divergence, one value per sample, safe for zeros in y_true: right in Keras 3 (and 2).
# loss-lab: y_true (B, 5) onehot, y_pred (B, 5) softmax; B=8, seed=7, keras=3
def kl_divergence(y_true, y_pred):
    epsilon = 1e-7
    difference = tf.math.log(y_true + epsilon) - tf.math.log(y_pred + epsilon)
    return tf.reduce_sum(y_true * difference, axis=-1)
