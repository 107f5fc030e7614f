// A custom loss in TensorFlow.js: mean squared error, one value per sample.
import * as tf from '@tensorflow/tfjs';

// loss-lab: yTrue (10, 1), yPred (10, 1); seed=7
export function customMse(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  return yTrue.sub(yPred).square().mean(-1);
}

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: 'adam', loss: customMse });
