"""The losses of TensorFlow Addons 0.23, which no TensorFlow of today can install: its formulas, written down again so that samples can call them."""
import types

import tensorflow as tf
import tf_keras
from tf_keras import backend as K

Reduction = tf_keras.losses.Reduction


def pairwise_distance(feature, squared=False):
    square = tf.square(feature)
    distances = tf.add(tf.reduce_sum(square, axis=[1], keepdims=True), tf.reduce_sum(tf.square(tf.transpose(feature)), axis=[0], keepdims=True)) - 2.0 * tf.matmul(feature, tf.transpose(feature))
    distances = tf.maximum(distances, 0.0)
    zero = tf.less_equal(distances, 0.0)
    if not squared:
        distances = tf.sqrt(distances + tf.cast(zero, tf.float32) * 1e-16)
    distances = distances * tf.cast(tf.logical_not(zero), tf.float32)
    return distances * (tf.ones_like(distances) - tf.linalg.diag(tf.ones([tf.shape(feature)[0]])))


def angular_distance(feature):
    feature = tf.math.l2_normalize(feature, axis=1)
    return tf.maximum(1 - tf.matmul(feature, feature, transpose_b=True), 0.0)


def _distances(embeddings, metric):
    if metric == "L2":
        return pairwise_distance(embeddings, squared=False)
    if metric == "squared-L2":
        return pairwise_distance(embeddings, squared=True)
    return angular_distance(embeddings) if metric == "angular" else metric(embeddings)


def _masked_maximum(data, mask, dim=1):
    low = tf.reduce_min(data, dim, keepdims=True)
    return tf.reduce_max((data - low) * mask, dim, keepdims=True) + low


def _masked_minimum(data, mask, dim=1):
    high = tf.reduce_max(data, dim, keepdims=True)
    return tf.reduce_min((data - high) * mask, dim, keepdims=True) + high


def _labels_and_adjacency(y_true):
    labels = tf.convert_to_tensor(y_true)
    labels = tf.reshape(labels, [tf.shape(labels)[0], 1])
    return labels, tf.equal(labels, tf.transpose(labels))


def triplet_semihard_loss(y_true, y_pred, margin=1.0, distance_metric="L2"):
    labels, adjacency = _labels_and_adjacency(y_true)
    pdist = _distances(tf.convert_to_tensor(y_pred), distance_metric)
    adjacency_not = tf.logical_not(adjacency)
    size = tf.size(labels)
    tiled = tf.tile(pdist, [size, 1])
    mask = tf.logical_and(tf.tile(adjacency_not, [size, 1]), tf.greater(tiled, tf.reshape(tf.transpose(pdist), [-1, 1])))
    mask_final = tf.transpose(tf.reshape(tf.greater(tf.reduce_sum(tf.cast(mask, tf.float32), 1, keepdims=True), 0.0), [size, size]))
    outside = tf.transpose(tf.reshape(_masked_minimum(tiled, tf.cast(mask, tf.float32)), [size, size]))
    inside = tf.tile(_masked_maximum(pdist, tf.cast(adjacency_not, tf.float32)), [1, size])
    loss = margin + (pdist - tf.where(mask_final, outside, inside))
    positives = tf.cast(adjacency, tf.float32) - tf.linalg.diag(tf.ones([size]))
    return tf.truediv(tf.reduce_sum(tf.maximum(loss * positives, 0.0)), tf.reduce_sum(positives))


def triplet_hard_loss(y_true, y_pred, margin=1.0, soft=False, distance_metric="L2"):
    labels, adjacency = _labels_and_adjacency(y_true)
    pdist = _distances(tf.convert_to_tensor(y_pred), distance_metric)
    negatives = _masked_minimum(pdist, tf.cast(tf.logical_not(adjacency), tf.float32))
    mask = tf.cast(adjacency, tf.float32) - tf.linalg.diag(tf.ones([tf.size(labels)]))
    positives = _masked_maximum(pdist, mask)
    loss = tf.math.log1p(tf.exp(positives - negatives)) if soft else tf.maximum(positives - negatives + margin, 0.0)
    return tf.reduce_mean(loss)


def lifted_struct_loss(labels, embeddings, margin=1.0):
    labels, adjacency = _labels_and_adjacency(labels)
    pdist = pairwise_distance(tf.convert_to_tensor(embeddings))
    size = tf.size(labels)
    diff = margin - pdist
    mask = tf.cast(tf.logical_not(adjacency), tf.float32)
    maxima = _masked_maximum(diff, mask)
    largest = tf.maximum(maxima, tf.transpose(maxima))
    left = tf.reshape(tf.reduce_sum(tf.exp(tf.tile(diff, [size, 1]) - tf.reshape(tf.transpose(largest), [-1, 1])) * tf.tile(mask, [size, 1]), 1, keepdims=True), [size, size])
    loss = largest + tf.math.log(left + tf.transpose(left)) + pdist
    positives = tf.cast(adjacency, tf.float32) - tf.linalg.diag(tf.ones([size]))
    return tf.truediv(0.25 * tf.reduce_sum(tf.square(tf.maximum(loss * positives, 0.0))), tf.reduce_sum(positives) / 2.0)


def _floats(y_true, y_pred):
    y_pred = tf.convert_to_tensor(y_pred)
    return tf.cast(y_true, y_pred.dtype), y_pred


def contrastive_loss(y_true, y_pred, margin=1.0):
    y_true, y_pred = _floats(y_true, y_pred)
    return y_true * tf.square(y_pred) + (1.0 - y_true) * tf.square(tf.maximum(margin - y_pred, 0.0))


def sigmoid_focal_crossentropy(y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False):
    if gamma and gamma < 0:
        raise ValueError("Value of gamma should be greater than or equal to zero.")
    y_true, y_pred = _floats(y_true, y_pred)
    cross_entropy = K.binary_crossentropy(y_true, y_pred, from_logits=from_logits)
    probability = tf.sigmoid(y_pred) if from_logits else y_pred
    p_t = y_true * probability + (1 - y_true) * (1 - probability)
    alpha_factor = y_true * tf.cast(alpha, y_true.dtype) + (1 - y_true) * (1 - tf.cast(alpha, y_true.dtype)) if alpha else 1.0
    modulating = tf.pow(1.0 - p_t, tf.cast(gamma, y_true.dtype)) if gamma else 1.0
    return tf.reduce_sum(alpha_factor * modulating * cross_entropy, axis=-1)


def giou_loss(y_true, y_pred, mode="giou"):
    if mode not in ("giou", "iou"):
        raise ValueError("Value of mode should be 'iou' or 'giou'")
    y_pred = tf.convert_to_tensor(y_pred)
    y_pred = y_pred if y_pred.dtype.is_floating else tf.cast(y_pred, tf.float32)
    return 1 - tf.squeeze(_giou(y_pred, tf.cast(y_true, y_pred.dtype), mode))


def _giou(a, b, mode):
    def area(y0, x0, y1, x1):
        return tf.maximum(0.0, x1 - x0) * tf.maximum(0.0, y1 - y0)
    ay0, ax0, ay1, ax1 = tf.unstack(a, 4, axis=-1)
    by0, bx0, by1, bx1 = tf.unstack(b, 4, axis=-1)
    intersection = area(tf.maximum(ay0, by0), tf.maximum(ax0, bx0), tf.minimum(ay1, by1), tf.minimum(ax1, bx1))
    union = area(ay0, ax0, ay1, ax1) + area(by0, bx0, by1, bx1) - intersection
    iou = tf.math.divide_no_nan(intersection, union)
    if mode == "iou":
        return iou
    enclosing = area(tf.minimum(ay0, by0), tf.minimum(ax0, bx0), tf.maximum(ay1, by1), tf.maximum(ax1, bx1))
    return iou - tf.math.divide_no_nan(enclosing - union, enclosing)


def _softmax_over_pairs(y_true, y_pred):
    y_true = y_true / tf.reduce_sum(y_true, 1, keepdims=True)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=y_pred, labels=y_true))


def npairs_loss(y_true, y_pred):
    y_true, y_pred = _floats(y_true, y_pred)
    y_true = tf.expand_dims(y_true, -1)
    return _softmax_over_pairs(tf.cast(tf.equal(y_true, tf.transpose(y_true)), y_pred.dtype), y_pred)


def npairs_multilabel_loss(y_true, y_pred):
    y_true, y_pred = _floats(y_true, y_pred)
    return _softmax_over_pairs(tf.matmul(y_true, y_true, transpose_b=True), y_pred)


def pinball_loss(y_true, y_pred, tau=0.5):
    y_true, y_pred = _floats(y_true, y_pred)
    tau = tf.expand_dims(tf.cast(tau, y_pred.dtype), 0)
    delta = y_true - y_pred
    return tf.reduce_mean(tf.maximum(tau * delta, (tau - 1.0) * delta), axis=-1)


def sparsemax(logits, axis=-1):
    logits = tf.convert_to_tensor(logits)
    if axis not in (-1, logits.shape.rank - 1):
        raise ValueError("the samples use the last axis")
    flat = tf.reshape(logits, [-1, logits.shape[-1]])
    count, dims = tf.shape(flat)[0], tf.shape(flat)[1]
    ordered, _ = tf.nn.top_k(flat, k=dims)
    total = tf.cumsum(ordered, axis=-1)
    k = tf.range(1, tf.cast(dims, flat.dtype) + 1, dtype=flat.dtype)
    k_z = tf.reduce_sum(tf.cast(1 + k * ordered > total, tf.int32), axis=-1)
    chosen = tf.gather_nd(total, tf.stack([tf.range(count), tf.maximum(k_z, 1) - 1], axis=1))
    tau = (chosen - 1) / tf.cast(k_z, flat.dtype)
    return tf.reshape(tf.maximum(0.0, flat - tau[:, None]), tf.shape(logits))


def sparsemax_loss(logits, sparsemax, labels, name=None):
    summed = tf.where(sparsemax > 0, sparsemax * (logits - 0.5 * sparsemax), tf.zeros_like(sparsemax))
    inner = labels * (0.5 * labels - logits)
    inner = tf.where(tf.logical_and(tf.equal(labels, 0), tf.math.is_inf(logits)), tf.zeros_like(logits), inner)
    return tf.reduce_sum(summed + inner, axis=1)


def _sparsemax_from_logits(y_true, y_pred):
    return sparsemax_loss(y_pred, sparsemax(y_pred), y_true)


def sequence_loss(logits, targets, weights, average_across_timesteps=True, average_across_batch=True, sum_over_timesteps=False, sum_over_batch=False, softmax_loss_function=None, name=None):
    classes = tf.shape(logits)[2]
    flat = tf.reshape(logits, [-1, classes])
    if softmax_loss_function is not None:
        loss = softmax_loss_function(labels=tf.reshape(targets, [-1]), logits=flat)
    elif len(targets.shape) == 2:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(targets, [-1]), logits=flat)
    else:
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.reshape(targets, [-1, classes]), logits=flat)
    loss = loss * tf.reshape(weights, [-1])
    if average_across_timesteps and average_across_batch:
        return tf.math.divide_no_nan(tf.reduce_sum(loss), tf.reduce_sum(weights))
    if sum_over_timesteps and sum_over_batch:
        return tf.math.divide_no_nan(tf.reduce_sum(loss), tf.cast(tf.math.count_nonzero(weights), loss.dtype))
    loss = tf.reshape(loss, tf.shape(logits)[0:2])
    if average_across_timesteps or average_across_batch:
        axis = [0] if average_across_batch else [1]
        return tf.math.divide_no_nan(tf.reduce_sum(loss, axis), tf.reduce_sum(weights, axis))
    if sum_over_timesteps or sum_over_batch:
        axis = [0] if sum_over_batch else [1]
        return tf.math.divide_no_nan(tf.reduce_sum(loss, axis), tf.cast(tf.math.count_nonzero(weights, axis=axis), loss.dtype))
    return loss


class _Wrapped(tf_keras.losses.Loss):
    """tfa.utils.keras.LossFunctionWrapper."""

    def __init__(self, function, reduction, name=None, **options):
        super().__init__(reduction=reduction, name=name)
        self.function, self.options = function, options

    def call(self, y_true, y_pred):
        return self.function(y_true, y_pred, **self.options)


class ContrastiveLoss(_Wrapped):
    def __init__(self, margin=1.0, reduction=Reduction.SUM_OVER_BATCH_SIZE, name="contrastive_loss"):
        super().__init__(contrastive_loss, reduction, name, margin=margin)


class SigmoidFocalCrossEntropy(_Wrapped):
    def __init__(self, from_logits=False, alpha=0.25, gamma=2.0, reduction=Reduction.NONE, name="sigmoid_focal_crossentropy"):
        super().__init__(sigmoid_focal_crossentropy, reduction, name, from_logits=from_logits, alpha=alpha, gamma=gamma)


class GIoULoss(_Wrapped):
    def __init__(self, mode="giou", reduction=Reduction.AUTO, name="giou_loss"):
        super().__init__(giou_loss, reduction, name, mode=mode)


class PinballLoss(_Wrapped):
    def __init__(self, tau=0.5, reduction=Reduction.AUTO, name="pinball_loss"):
        super().__init__(pinball_loss, reduction, name, tau=tau)


class LiftedStructLoss(_Wrapped):
    def __init__(self, margin=1.0, name=None):
        super().__init__(lifted_struct_loss, Reduction.NONE, name, margin=margin)


class NpairsLoss(_Wrapped):
    def __init__(self, name="npairs_loss"):
        super().__init__(npairs_loss, Reduction.NONE, name)


class NpairsMultilabelLoss(_Wrapped):
    def __init__(self, name="npairs_multilabel_loss"):
        super().__init__(npairs_multilabel_loss, Reduction.NONE, name)


class TripletSemiHardLoss(_Wrapped):
    def __init__(self, margin=1.0, distance_metric="L2", name=None):
        super().__init__(triplet_semihard_loss, Reduction.NONE, name, margin=margin, distance_metric=distance_metric)


class TripletHardLoss(_Wrapped):
    def __init__(self, margin=1.0, soft=False, distance_metric="L2", name=None):
        super().__init__(triplet_hard_loss, Reduction.NONE, name, margin=margin, soft=soft, distance_metric=distance_metric)


class SparsemaxLoss(_Wrapped):
    def __init__(self, from_logits=True, reduction=Reduction.SUM_OVER_BATCH_SIZE, name="sparsemax_loss"):
        if from_logits is not True:
            raise ValueError("from_logits must be True")
        super().__init__(_sparsemax_from_logits, reduction, name)


class WeightedKappaLoss(tf_keras.losses.Loss):
    def __init__(self, num_classes, weightage="quadratic", name="cohen_kappa_loss", epsilon=1e-6, reduction=Reduction.NONE):
        super().__init__(name=name, reduction=reduction)
        if weightage not in ("linear", "quadratic"):
            raise ValueError("Unknown kappa weighting type.")
        self.weightage, self.num_classes, self.epsilon = weightage, num_classes, epsilon
        labels = tf.range(num_classes, dtype=K.floatx())
        self.row, self.column = tf.reshape(labels, [1, num_classes]), tf.reshape(labels, [num_classes, 1])
        self.weight_mat = self._weight(tf.tile(self.column, [1, num_classes]) - tf.tile(self.row, [num_classes, 1]))

    def _weight(self, difference):
        return tf.abs(difference) if self.weightage == "linear" else difference ** 2

    def call(self, y_true, y_pred):
        y_true, y_pred = tf.cast(y_true, self.column.dtype), tf.cast(y_pred, self.weight_mat.dtype)
        size = tf.shape(y_true)[0]
        labels = tf.tile(tf.matmul(y_true, self.column), [1, self.num_classes])
        numerator = tf.reduce_sum(self._weight(labels - tf.tile(self.row, [size, 1])) * y_pred)
        true_distribution, distribution = tf.reduce_sum(y_true, axis=0, keepdims=True), tf.reduce_sum(y_pred, axis=0, keepdims=True)
        denominator = tf.reduce_sum(tf.matmul(true_distribution, tf.matmul(self.weight_mat, distribution, transpose_b=True)))
        return tf.math.log(tf.math.divide_no_nan(numerator, denominator / tf.cast(size, denominator.dtype)) + self.epsilon)


LOSSES = (contrastive_loss, sigmoid_focal_crossentropy, giou_loss, lifted_struct_loss, npairs_loss, npairs_multilabel_loss, pinball_loss, sparsemax_loss, triplet_semihard_loss, triplet_hard_loss, ContrastiveLoss, SigmoidFocalCrossEntropy, GIoULoss, PinballLoss, LiftedStructLoss, NpairsLoss, NpairsMultilabelLoss, TripletSemiHardLoss, TripletHardLoss, SparsemaxLoss, WeightedKappaLoss)


def package():
    tfa, losses, metric, seq2seq, activations = (types.ModuleType(n) for n in ("tensorflow_addons", "tensorflow_addons.losses", "tensorflow_addons.losses.metric_learning", "tensorflow_addons.seq2seq", "tensorflow_addons.activations"))
    for item in LOSSES:
        setattr(losses, item.__name__, item)
    metric.pairwise_distance, metric.angular_distance, losses.metric_learning = pairwise_distance, angular_distance, metric
    seq2seq.sequence_loss, activations.sparsemax = sequence_loss, sparsemax
    tfa.losses, tfa.seq2seq, tfa.activations = losses, seq2seq, activations
    return tfa
