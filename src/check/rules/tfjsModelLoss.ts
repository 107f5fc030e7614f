/** Owns built-in losses of TensorFlow.js against the model's last layer: softmax twice, logits taken for probabilities, one unit. */
import type { LastLayer } from '../../javascript/models';
import type { Expr } from '../../program/program';
import { dotted } from './body';
import type { Finding } from './rule';

const OF_LOGITS = /(^|\.)losses\.(softmaxCrossEntropy|sigmoidCrossEntropy)$/;
const OF_PROBABILITIES = /^(categoricalCrossentropy|binaryCrossentropy|sparseCategoricalCrossentropy)$/;

export function checkModelLoss(loss: Expr, layer: LastLayer | undefined): readonly Finding[] {
  if (layer === undefined || layer.kind === '') return [];
  const { activation } = layer;
  const name = loss.kind === 'string' ? loss.value : dotted(loss);
  const related = [{ message: 'the model ends here', span: layer.span }];
  if (OF_LOGITS.test(name) && (activation === 'softmax' || activation === 'sigmoid')) {
    const message = `${name} takes logits and applies ${name.endsWith('softmaxCrossEntropy') ? 'softmax' : 'sigmoid'} itself, and the model's last layer has applied ${activation} already: the loss cannot get near 0 and learns slowly. Leave out the activation of the last layer, or use '${activation === 'softmax' ? 'categoricalCrossentropy' : 'binaryCrossentropy'}'.`;
    return [{ code: 'softmax-twice', severity: 'warning', message, span: loss.span, related }];
  }
  const builtIn = name.split('.').at(-1) ?? '';
  if (!OF_PROBABILITIES.test(builtIn) || layer.kind !== 'dense') return [];
  if (layer.units === 1 && builtIn === 'categoricalCrossentropy') {
    const message = `${builtIn} over one class: the prediction is divided by itself, so the loss is always 0. Use 'binaryCrossentropy' with sigmoid for one unit.`;
    return [{ code: 'softmax-one-unit', severity: 'warning', message, span: loss.span, related }];
  }
  if (activation !== null) return [];
  const wanted = builtIn === 'binaryCrossentropy' ? 'sigmoid' : 'softmax';
  const message = `${builtIn} takes probabilities, and the model's last layer is linear: its values are clipped to 0…1, where most gradients are 0. Give the last layer activation: '${wanted}', or use tf.losses.${wanted}CrossEntropy.`;
  return [{ code: 'logits-as-probabilities', severity: 'warning', message, span: loss.span, related }];
}
