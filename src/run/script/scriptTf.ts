/** Owns the `tf` that a script gets: stock tfjs-core with its own gradients and chained methods, the metrics of tfjs-layers, and stand-ins for models. */
import type * as tfjs from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { layersMetrics } from './layersMetrics';
import { standIn } from './standIn';

/** What tfjs-layers and tfjs-data add. A loss seldom needs them; a module that has one may mention them. */
const FURTHER = [
  'layers',
  'sequential',
  'model',
  'input',
  'loadLayersModel',
  'loadGraphModel',
  'initializers',
  'regularizers',
  'constraints',
  'callbacks',
  'models',
  'data',
  'LayersModel',
  'Sequential',
  'SymbolicTensor',
  'RNN',
  'registerCallbackConstructor',
  'CustomCallback',
  'Callback',
  'EarlyStopping',
] as const;

export function scriptTf(core: typeof tfjs): Readonly<Record<string, unknown>> {
  const further = Object.fromEntries(FURTHER.map((name) => [name, standIn(`tf.${name}`)]));
  const tf: Record<string, unknown> = { ...further, ...core, metrics: layersMetrics(core) };
  tf.default = tf;
  return tf;
}
