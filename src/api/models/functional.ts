/** Owns Functional models: from inputs to outputs, replayed on what they are called on. */
import type { ApiEntry, CallContext } from '../../value/api';
import { NONE, type Value } from '../../value/value';
import { SUBCLASS_CALL } from '../kerasLosses/lossObject';
import { entry } from '../table';
import { isSurvey, mapTensors } from './feed';
import { describe, emptyState, type ModelState, modelAttributes, modelMethods, replay } from './model';

/** Model(inputs, outputs), and the base of user models where it is called without them. */
export const functional: ApiEntry = entry('*args, inputs=None, outputs=None, name=None, **kwargs', (_c, args) => {
  const state = emptyState();
  const [first, second] = args.rest;
  const inputs = args.has('inputs') ? args.value('inputs') : first;
  const outputs = args.has('outputs') ? args.value('outputs') : args.has('inputs') ? first : second;
  const attributes = modelAttributes(args);
  state.inputs = inputs && inputs.kind !== 'none' ? inputs : null;
  state.outputs = outputs && outputs.kind !== 'none' ? outputs : null;
  describe(attributes, state);
  const call = entry('inputs, *args, **kwargs', (c, given) => replayed(c, state, given.value('inputs')));
  const methods = new Map<string, ApiEntry>([
    ...modelMethods(state, attributes, call),
    [
      SUBCLASS_CALL,
      entry('callee, self, inputs, *args, **kwargs', (c, given) =>
        c.call(given.value('callee'), [given.value('inputs'), ...given.rest], given.keywords),
      ),
    ],
  ]);
  return { kind: 'object', type: 'keras.Model', attributes, methods, call, state };
});

/** Runs a functional model on other tensors: along the layers that made its outputs. */
function replayed(c: CallContext, state: ModelState, given: Value): Value {
  if (state.inputs === null || state.outputs === null) return c.unknown('calling a model whose layers are not followed');
  // What the inputs are does not matter to the types of the outputs.
  if (given.kind === 'unknown' && isSurvey(c)) return eager(state.outputs);
  const known = new Map<number, Value>();
  match(known, state.inputs, given);
  return replay(c, known, state.outputs);
}

/** The outputs as a training loop sees them. */
export function eager(outputs: Value): Value {
  return mapTensors(outputs, (x) => ({ ...x, flavor: 'tensor' }));
}

function match(known: Map<number, Value>, formal: Value, given: Value): void {
  if (formal.kind === 'tensor') known.set(formal.node, given);
  if ((formal.kind === 'list' || formal.kind === 'tuple') && (given.kind === 'list' || given.kind === 'tuple')) {
    formal.items.forEach((item, i) => {
      match(known, item, given.items[i] ?? NONE);
    });
  } else if ((formal.kind === 'list' || formal.kind === 'tuple') && formal.items.length === 1 && formal.items[0])
    match(known, formal.items[0], given);
}
