/** Owns built-in losses of TensorFlow.js against the model's last layer: softmax twice, logits taken for probabilities, one unit. */

import { ownParams } from '../../javascript/find';
import type { LastLayer } from '../../javascript/models';
import type { CallExpr, Expr, FunctionDefinition, Module } from '../../program/program';
import { collect } from '../../program/walk';
import { dotted } from './body';
import type { Finding } from './rule';
import { givenFunction } from './tfjsGivenLoss';

const OF_LOGITS = /(^|\.)losses\.(softmaxCrossEntropy|sigmoidCrossEntropy)$/;
const OF_PROBABILITIES = /^(categoricalCrossentropy|binaryCrossentropy|sparseCategoricalCrossentropy)$/;

export function checkModelLoss(module: Module, loss: Expr, layer: LastLayer | undefined): readonly Finding[] {
  if (layer === undefined || layer.kind === '') return [];
  const definition = givenFunction(module, loss);
  if (definition !== undefined) return checkBody(definition, layer);
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

/** A function of the user's own: what it applies to the prediction itself. */
function checkBody(definition: FunctionDefinition, layer: LastLayer): readonly Finding[] {
  const prediction = ownParams(definition)[1]?.name;
  const { activation } = layer;
  if (prediction === undefined || (activation !== 'softmax' && activation !== 'sigmoid')) return [];
  return collect(definition.body, 'call').flatMap((call): readonly Finding[] => {
    const name = appliedTo(call, prediction);
    const again = name === undefined ? '' : (AGAIN[name] ?? '');
    if (name === undefined || again === '' || (/Entropy$/.test(name) ? false : again !== activation)) return [];
    const message = `${name} applies ${again} to ${prediction}, and the model's last layer has applied ${activation} already: the loss cannot get near 0 and learns slowly. Leave out the activation of the last layer.`;
    const related = [{ message: 'the model ends here', span: layer.span }];
    return [{ code: 'softmax-twice', severity: 'warning', message, span: call.span, related }];
  });
}

const AGAIN: Readonly<Record<string, string>> = {
  softmaxCrossEntropy: 'softmax',
  sigmoidCrossEntropy: 'sigmoid',
  softmax: 'softmax',
  logSoftmax: 'softmax',
  sigmoid: 'sigmoid',
};

/** The function that is applied to the parameter itself: as its logits, its argument, or as a method of it. */
function appliedTo({ callee, args }: CallExpr, prediction: string): string | undefined {
  if (callee.kind !== 'attribute') return undefined;
  const isIt = (value: Expr | undefined): boolean => value?.kind === 'name' && value.name === prediction;
  if (/^tf\.losses\./.test(dotted(callee))) return isIt(args[1]?.value) ? callee.name : undefined;
  if (/^tf\.\w+$/.test(dotted(callee))) return isIt(args[0]?.value) ? callee.name : undefined;
  return isIt(callee.object) ? callee.name : undefined;
}
