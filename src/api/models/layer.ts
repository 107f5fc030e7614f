/** Owns layers as objects: their settings, weights made on first use, calling them on tensors and on symbolic tensors, and what called them. */
import type { NodeId } from '../../graph/graph';
import { compareDims, type Dim } from '../../shape/dim';
import { type DType, isFloat } from '../../shape/dtype';
import { type Shape, sameShape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { boolean, list, NONE, type ObjectValue, string, type TensorValue, unknown, type Value } from '../../value/value';
import { initializerNamed } from '../kerasLosses/initializers';
import { SUBCLASS_CALL } from '../kerasLosses/lossObject';
import { activationNamed } from '../kerasOps/activations';
import { entry } from '../table';
import { cast } from '../tensors';
import { isSurvey } from './feed';

/** What a layer's formula gets: its bound settings, the inputs, and its weights. */
export interface LayerCall {
  readonly c: CallContext;
  readonly settings: Args;
  readonly inputs: Value;
  /** The one input tensor (of several: the first). */
  readonly x: TensorValue;
  readonly weight: (name: string, shape: Shape, initializer: Value | string) => TensorValue;
  /** Arguments of this call beside the inputs. */
  readonly rest: readonly Value[];
}

export type Forward = (call: LayerCall) => Value;

export interface LayerState {
  readonly kind: 'layer';
  readonly forward: (c: CallContext, inputs: Value, rest?: readonly Value[]) => Value;
  /** The activation that the output has passed, as far as it has a name. */
  readonly activation: string | null;
  /** Hands values on as they are or moved: their activation is that of the layer before. */
  readonly passes: boolean;
  /** Shape of the input without the batch, where the settings say it. */
  readonly inputShape: Shape | null;
}

export function layerStateOf(value: Value): LayerState | undefined {
  const state = value.kind === 'object' ? (value.state as { readonly kind?: unknown } | undefined) : undefined;
  return state?.kind === 'layer' ? (state as LayerState) : undefined;
}

/** Which layer made a tensor from what, kept for one trace: models are replayed along it. */
export interface Produced {
  readonly layer: ObjectValue;
  readonly inputs: Value;
}

export function producers(c: CallContext): Map<NodeId, Produced> {
  const known = c.memory.get('keras layers');
  if (known instanceof Map) return known;
  const made = new Map<NodeId, Produced>();
  c.memory.set('keras layers', made);
  return made;
}

interface LayerOptions {
  readonly passes?: boolean;
  readonly activation?: string | null;
}

/** The constructor of a layer class. */
export function layerClass(name: string, signature: string, forward: Forward, options: LayerOptions = {}): ApiEntry {
  const full = `${signature === '' ? '' : `${signature}, `}**kwargs`;
  return entry(full, (_c, settings) => makeLayer(`keras.layers.${name}`, parameterNames(signature), settings, forward, options));
}

function parameterNames(signature: string): readonly string[] {
  return signature
    .split(/,(?![^(]*\))/)
    .map((part) => part.split('=')[0]?.trim() ?? '')
    .filter((name) => /^\w+$/.test(name));
}

function makeLayer(type: string, names: readonly string[], settings: Args, forward: Forward, options: LayerOptions): ObjectValue {
  const weights = new Map<string, TensorValue>();
  const attributes = new Map<string, Value>(names.map((name) => [name, settings.value(name)]));
  for (const [name, value] of Object.entries(settings.keywords)) attributes.set(name, value);
  if (!attributes.has('name')) attributes.set('name', string(undefined));
  attributes.set('trainable', attributes.get('trainable') ?? boolean(true));
  const run = (c: CallContext, given: Value, rest: readonly Value[] = []): Value => {
    const inputs = inFloat32(c, given);
    const weight = (name: string, shape: Shape, initializer: Value | string) => weightOf(c, weights, name, shape, initializer);
    const output = forward({ c, settings, inputs, x: firstTensor(c, inputs), weight, rest });
    if (output.kind === 'tensor') producers(c).set(output.node, { layer: object, inputs });
    return output;
  };
  const state: LayerState = {
    kind: 'layer',
    forward: run,
    activation: options.activation ?? activationName(settings.keywords.activation ?? attributes.get('activation')),
    passes: options.passes === true,
    inputShape: inputShapeOf(settings),
  };
  const call = entry('inputs, *args, **kwargs', (c, args) => run(c, args.value('inputs'), args.rest));
  const object: ObjectValue = { kind: 'object', type, attributes, methods: layerMethods(call, weights), call, state };
  return object;
}

/** Layers compute in float32: they cast what they are given (`autocast`). */
function inFloat32(c: CallContext, value: Value): Value {
  if (value.kind === 'tensor') return isFloat(value.type.dtype) ? cast(c, value, 'float32') : value;
  if (value.kind !== 'list' && value.kind !== 'tuple') return value;
  return { kind: value.kind, items: value.items.map((item) => inFloat32(c, item)) };
}

function firstTensor(c: CallContext, inputs: Value): TensorValue {
  if (inputs.kind !== 'list' && inputs.kind !== 'tuple') return c.tensor(inputs);
  const [first] = inputs.items;
  return first !== undefined && inputs.items.some((item) => item.kind === 'tensor') ? firstTensor(c, first) : c.tensor(inputs);
}

/** A weight is made once; what starts at random is a seeded random node, as it would be before training. */
function weightOf(c: CallContext, weights: Map<string, TensorValue>, name: string, shape: Shape, initializer: Value | string): TensorValue {
  const known = weights.get(name);
  // A survey tries a model on inputs of several ranks: each makes its own weights.
  if (known !== undefined && (!isSurvey(c) || sameShape(known.type.shape, shape))) return known;
  const made: TensorValue = { ...initialized(c, shape, initializer, 'float32'), flavor: 'variable' };
  weights.set(name, made);
  return made;
}

function initialized(c: CallContext, shape: Shape, initializer: Value | string, dtype: DType): TensorValue {
  const size: Value = { kind: 'shape', dims: shape };
  const keywords = { dtype: { kind: 'dtype' as const, dtype } };
  const name = typeof initializer === 'string' ? initializer : initializer.kind === 'string' ? initializer.value : undefined;
  if (name !== undefined) {
    const found = initializerNamed(name);
    const object = found ? c.call({ kind: 'native', name, entry: found }, []) : unknown(`the initializer ${name}`);
    return c.tensor(c.call(object, [size], keywords));
  }
  if (typeof initializer === 'string' || initializer.kind === 'none') return initialized(c, shape, 'glorot_uniform', dtype);
  const made = initializer.kind === 'api' && /\.[A-Z]\w*$/.test(initializer.path) ? c.call(initializer, []) : initializer;
  return c.tensor(c.call(made, [size], keywords));
}

/** `'relu'`, `tf.nn.relu`, `keras.activations.relu` → `relu`; null where it has no name. */
export function activationName(value: Value | undefined): string | null {
  if (value === undefined) return null;
  if (value.kind === 'none') return 'linear';
  if (value.kind === 'string') return value.value ?? null;
  return value.kind === 'api' ? (value.path.split('.').at(-1) ?? null) : null;
}

/** Applies the activation that a layer's settings name. */
export function activated(c: CallContext, x: TensorValue, activation: Value): Value {
  if (activation.kind === 'none') return x;
  const made =
    activation.kind === 'string' && activation.value !== undefined ? activationNamed(activation.value, c.keras === 2 ? 2 : 3) : undefined;
  if (made) return c.call({ kind: 'native', name: 'activation', entry: made }, [x]);
  return activation.kind === 'string' ? c.unknown(`the activation ${activation.value ?? ''}`) : c.call(activation, [x]);
}

function inputShapeOf(settings: Args): Shape | null {
  const { input_shape: shape, batch_input_shape: batched, input_dim: dim, input_length: length } = settings.keywords;
  if (shape) return dimsOf(shape);
  if (batched) return dimsOf(batched)?.slice(1) ?? null;
  if (dim?.kind === 'number' && dim.value !== undefined && !settings.has('input_dim')) return [dim.value];
  return length?.kind === 'number' && length.value !== undefined ? [length.value] : null;
}

/** Dims of a shape written down; None is a size that is not known, which is left to the caller. */
export function dimsOf(value: Value): Shape | null {
  if (value.kind === 'shape') return value.dims;
  if (value.kind === 'number') return value.value === undefined ? null : [value.value];
  if (value.kind !== 'tuple' && value.kind !== 'list') return null;
  const dims = value.items.map((item): Dim | undefined =>
    item.kind === 'number' ? (item.size ?? item.value) : item.kind === 'none' ? -1 : undefined,
  );
  return dims.every((dim) => dim !== undefined) ? (dims as Shape) : null;
}

function layerMethods(call: ApiEntry, weights: ReadonlyMap<string, TensorValue>): ReadonlyMap<string, ApiEntry> {
  const nothing = entry('*args, **kwargs', () => NONE);
  return new Map([
    ['call', call],
    ['__call__', call],
    ['build', nothing],
    ['add_loss', nothing],
    ['add_metric', nothing],
    ['set_weights', nothing],
    ['get_weights', entry('', () => list([...weights.values()]))],
    ['get_config', entry('', () => ({ kind: 'dict', entries: new Map() }))],
    ['count_params', entry('', (c) => c.unknown('the number of parameters'))],
  ]);
}

/** keras.layers.Layer as the base of a user's layer: weights by add_weight, build before the first call. */
export const layerBase: ApiEntry = entry('*args, **kwargs', (_c, args) => {
  const weights = new Map<string, TensorValue>();
  const nothing = entry('*args, **kwargs', () => NONE);
  let built = false;
  const addWeight = entry(
    "*args, name=None, shape=None, dtype=None, initializer='glorot_uniform', trainable=True, **kwargs",
    (c, given) => {
      const positional = given.rest[0];
      const byName = c.keras === 2 && positional?.kind === 'string';
      const shape = dimsOf(positional && !byName ? positional : given.value('shape')) ?? [];
      const made: TensorValue = {
        ...initialized(c, shape, given.value('initializer'), given.optionalDtype('dtype') ?? 'float32'),
        flavor: 'variable',
      };
      weights.set(`${weights.size}`, made);
      return made;
    },
  );
  const subclassCall = entry('callee, self, inputs, *args, **kwargs', (c, given) => {
    const self = given.value('self');
    if (!built) {
      built = true;
      const build = self.kind === 'instance' && self.class.members.has('build') ? c.getAttribute(self, 'build') : undefined;
      if (build) c.call(build, [shapesOf(c, given.value('inputs'))]);
    }
    return asDeclared(
      c,
      self,
      given.value('inputs'),
      c.call(given.value('callee'), [given.value('inputs'), ...given.rest], given.keywords),
    );
  });
  const attributes = new Map<string, Value>([
    ['name', args.keywords.name ?? string(undefined)],
    ['dtype', string('float32')],
    ['trainable', boolean(true)],
    ['built', boolean(false)],
    ['losses', list([])],
  ]);
  const methods = new Map<string, ApiEntry>([
    ['add_weight', addWeight],
    ['add_variable', addWeight],
    [SUBCLASS_CALL, subclassCall],
    ['get_config', entry('', () => ({ kind: 'dict', entries: new Map() }))],
    ...['build', 'add_loss', 'add_metric', 'set_weights'].map((name) => [name, nothing] as const),
  ]);
  return { kind: 'object', type: 'keras.layers.Layer', attributes, methods };
});

/** A layer that says of its output what does not follow from its call is written for another Keras: what it gives is not known. */
function asDeclared(c: CallContext, self: Value, inputs: Value, output: Value): Value {
  const states = self.kind === 'instance' && self.class.members.has('compute_output_shape');
  if (!isSurvey(c) || !states || output.kind !== 'tensor') return output;
  const declared = dimsOf(c.call(c.getAttribute(self, 'compute_output_shape'), [shapesOf(c, inputs)]));
  const { shape } = output.type;
  const fits =
    declared?.length === shape.length && declared.every((dim, i) => dim === -1 || compareDims(dim, shape[i] ?? dim) !== 'different');
  return declared === null || fits ? output : c.unknown('a layer whose compute_output_shape says otherwise');
}

function shapesOf(c: CallContext, inputs: Value): Value {
  if (inputs.kind === 'list' || inputs.kind === 'tuple') return list(inputs.items.map((item) => shapesOf(c, item)));
  return { kind: 'shape', dims: c.tensor(inputs).type.shape };
}
