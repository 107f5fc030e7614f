/** Owns keras.Sequential: layers one after another, built as soon as an input's shape is known. */
import type { Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { NONE, type Value } from '../../value/value';
import { entry } from '../table';
import { isSurvey } from './feed';
import { eager } from './functional';
import { layerStateOf } from './layer';
import { describe, emptyState, type ModelState, modelAttributes, modelMethods, modelStateOf, symbolicTensor } from './model';

/** Sequential(layers): grows with add(); its symbolic output is followed as far as the input is known. */
export const sequential: ApiEntry = entry('layers=None, trainable=True, name=None, **kwargs', (c, args) => {
  const state = emptyState();
  const attributes = modelAttributes(args);
  const add = (inner: CallContext, layer: Value): void => {
    state.layers.push(layer);
    extend(inner, state, layer);
    describe(attributes, state);
  };
  const call = entry('inputs, *args, **kwargs', (inner, given) =>
    given.value('inputs').kind === 'unknown' && state.outputs !== null && isSurvey(inner)
      ? eager(state.outputs)
      : state.layers.reduce((x: Value, layer) => through(inner, layer, x), given.value('inputs')),
  );
  const methods = new Map([
    ...modelMethods(state, attributes, call),
    [
      'add',
      entry('layer, rebuild=True', (inner: CallContext, given: Args) => {
        add(inner, given.value('layer'));
        return NONE;
      }),
    ] as const,
    ['pop', entry('rebuild=True', () => state.layers.pop() ?? NONE)] as const,
  ]);
  const given = args.value('layers');
  for (const layer of given.kind === 'none' ? [] : given.kind === 'list' || given.kind === 'tuple' ? given.items : [given]) add(c, layer);
  return { kind: 'object', type: 'keras.Sequential', attributes, methods, call, state };
});

function through(c: CallContext, layer: Value, x: Value): Value {
  if (layer.kind === 'tensor') return x;
  const state = layerStateOf(layer);
  return state ? state.forward(c, x) : c.call(layer, [x]);
}

/** Follows the symbolic output through one more layer. What is not understood ends the following, not the model. */
function extend(c: CallContext, state: ModelState, layer: Value): void {
  if (layer.kind === 'tensor') {
    state.inputs = layer;
    state.outputs = layer;
    return;
  }
  const { inputShape = null } = layerStateOf(layer) ?? {};
  if (state.layers.length === 1) {
    const start = inputShape ?? firstInputShape(layer);
    state.inputs = start === null ? null : symbolicTensor(c, [null, ...start], 'float32');
    state.outputs = state.inputs;
  }
  if (state.outputs === null) return;
  state.outputs = attempt(() => through(c, layer, state.outputs ?? NONE)) ?? null;
}

/** A model as the first layer brings its own input. */
function firstInputShape(layer: Value): Shape | null {
  const inputs = modelStateOf(layer)?.inputs;
  return inputs?.kind === 'tensor' ? inputs.type.shape.slice(1) : null;
}

/** A finding or gap inside a model's layers is not one of the loss: the model is just not followed. */
function attempt(work: () => Value): Value | undefined {
  try {
    const value = work();
    return value.kind === 'unknown' ? undefined : value;
  } catch {
    return undefined;
  }
}
