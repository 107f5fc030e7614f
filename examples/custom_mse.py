"""A custom loss from the definition to `fit`: mean squared error, one value per sample."""

import numpy as np
import tensorflow as tf
from tensorflow import keras


# loss-lab: y_true (10, 1), y_pred (10, 1); seed=7
def custom_mse(y_true, y_pred):
    squared_difference = tf.square(y_true - y_pred)
    return tf.reduce_mean(squared_difference, axis=-1)


x = np.random.normal(size=(1000, 4)).astype("float32")
y = x.sum(axis=1)

model = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1),
    ]
)

# y is (1000,), the model's output (batch, 1): fit aligns the two before it calls the loss.
# A direct call does not: custom_mse(y, model(x)) compares every label with every prediction.
model.compile(optimizer="adam", loss=custom_mse)
model.fit(x, y, batch_size=32, epochs=2)
