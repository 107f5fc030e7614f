"""What test/bench/kernels.ts measures, by TensorFlow itself: eager with a tape, and as a tf.function. Prints JSON: milliseconds, the median."""
import json
import time

import numpy as np
import tensorflow as tf


def step(labels, logits):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, logits))
    return loss, tape.gradient(loss, logits)


def median(function, labels, logits, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        loss, gradient = function(tf.constant(labels), tf.constant(logits))
        loss.numpy(), gradient.numpy()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[count // 2]


found = []
for rows, classes in ((32, 10), (1024, 1000)):
    logits = (np.sin(np.arange(rows * classes) * 12.9898) * 3).astype("float32").reshape(rows, classes)
    labels = np.eye(classes, dtype="float32")[np.arange(rows) * 7 % classes]
    count = 30 if rows * classes > 10000 else 300
    compiled = tf.function(step)
    compiled(tf.constant(labels), tf.constant(logits))
    found.append({"size": [rows, classes], "eager": median(step, labels, logits, count), "function": median(compiled, labels, logits, count)})
print(json.dumps({"version": tf.__version__, "found": found}))
