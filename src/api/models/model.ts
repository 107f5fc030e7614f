/** Owns models: what they keep and offer; compile() calls are kept, fit and the like do nothing. */

import type { Span } from '../../base/span';
import { failure } from '../../graph/primitive';
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import { concreteShape, type Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { boolean, list, NONE, type ObjectValue, string, type TensorValue, unknown, type Value } from '../../value/value';
import { entry } from '../table';
import { type Batch, batchOf, mapTensors } from './feed';
import { dimsOf, producers } from './layer';

/** What a `compile()` call said. */
export interface Compiled {
  readonly loss: Value;
  readonly metrics: Value;
  readonly span: Span;
}

export interface ModelState {
  readonly kind: 'model';
  readonly layers: Value[];
  /** Symbolic tensors, where they are known. */
  inputs: Value | null;
  outputs: Value | null;
  /** One batch each of what `fit`, `evaluate` or `train_on_batch` were given. */
  readonly fits: Batch[];
  /** Pairs that a training step of the user's hands to what compile() was given. */
  readonly handed: Handed[];
}

export interface Handed {
  readonly y: Value;
  readonly yPred: Value;
}

export function modelStateOf(value: Value): ModelState | undefined {
  const base = value.kind === 'instance' ? value.attributes.get('(base)') : value;
  const state = base?.kind === 'object' ? (base.state as { readonly kind?: unknown } | undefined) : undefined;
  return state?.kind === 'model' ? (state as ModelState) : undefined;
}

/** A tensor that stands for the data: its batch is B, sizes that are None get a name of their own. */
export function symbolicTensor(c: CallContext, shape: readonly (Dim | null)[], dtype: DType): TensorValue {
  const dims = shape.map((dim, i): Dim => (dim === null || dim === -1 ? (i === 0 ? BATCH : symbol('HWDT'[i - 1] ?? `D${i}`)) : dim));
  const made = c.emit('random', [], { distribution: 'normal', shape: dims, dtype, seed: c.nextSeed(), a: 0, b: 1 });
  return { ...made, flavor: 'symbolic' };
}

/** keras.Input(shape=…): without the batch. */
export const inputFunction: ApiEntry = entry(
  'shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None, tensor=None, **kwargs',
  (c, args) => {
    if (args.value('tensor').kind !== 'none') return args.value('tensor');
    const whole = dimsOf(args.value('batch_shape'));
    const shape = whole ?? dimsOf(args.value('shape'));
    if (shape === null) return c.unknown('the shape of this Input');
    const batch = args.value('batch_size').kind === 'none' ? null : args.dim('batch_size');
    return symbolicTensor(c, whole ?? [batch, ...shape], args.optionalDtype('dtype') ?? 'float32');
  },
);

/** keras.layers.InputLayer: only tells the shape. */
export const inputLayer: ApiEntry = entry(
  'shape=None, batch_size=None, dtype=None, batch_shape=None, input_shape=None, name=None, **kwargs',
  (_c, args) => {
    const whole = dimsOf(args.value('batch_shape'))?.slice(1);
    const shape =
      whole ??
      dimsOf(args.value('shape')) ??
      dimsOf(args.value('input_shape')) ??
      (args.keywords.batch_input_shape ? dimsOf(args.keywords.batch_input_shape)?.slice(1) : null) ??
      null;
    const state = {
      kind: 'layer',
      forward: (_inner: CallContext, inputs: Value) => inputs,
      activation: null,
      passes: true,
      inputShape: shape,
    };
    return { kind: 'object', type: 'keras.layers.InputLayer', attributes: new Map(), methods: new Map(), state };
  },
);

export function emptyState(): ModelState {
  return { kind: 'model', layers: [], inputs: null, outputs: null, fits: [], handed: [] };
}

export function modelAttributes(args: Args): Map<string, Value> {
  return new Map<string, Value>([
    ['name', args.value('name').kind === 'none' ? string(undefined) : args.value('name')],
    ['trainable', boolean(true)],
    ['losses', list([])],
    ['metrics', list([])],
    ['trainable_variables', unknown('the variables of a model')],
    ['trainable_weights', unknown('the variables of a model')],
    ['weights', unknown('the variables of a model')],
    ['optimizer', unknown('the optimizer of a model')],
  ]);
}

export function describe(attributes: Map<string, Value>, state: ModelState): void {
  // A functional model's layers are not listed: only Sequential's are.
  attributes.set('layers', state.layers.length === 0 ? unknown('the layers of a functional model') : list(state.layers));
  for (const [name, value] of [
    ['input', state.inputs],
    ['output', state.outputs],
  ] as const) {
    if (value === null) continue;
    const several = value.kind === 'list' || value.kind === 'tuple';
    attributes.set(name, value);
    attributes.set(`${name}s`, several ? value : list([value]));
    attributes.set(`${name}_shape`, shapesOf(value));
  }
}

function shapesOf(value: Value): Value {
  if (value.kind === 'list' || value.kind === 'tuple') return list(value.items.map(shapesOf));
  return value.kind === 'tensor' ? { kind: 'shape', dims: value.type.shape } : unknown('the shape of an output');
}

export function replay(c: CallContext, known: Map<number, Value>, value: Value): Value {
  if (value.kind === 'list' || value.kind === 'tuple')
    return { kind: value.kind, items: value.items.map((item) => replay(c, known, item)) };
  if (value.kind !== 'tensor') return value;
  const done = known.get(value.node);
  if (done !== undefined) return done;
  const produced = producers(c).get(value.node);
  const made = produced ? c.call(produced.layer, [replay(c, known, produced.inputs)]) : again(c, known, value);
  known.set(value.node, made);
  return made;
}

/** An operation between layers: repeated on the new tensors, unless it has the old batch in it. */
function again(c: CallContext, known: Map<number, Value>, value: TensorValue): Value {
  const { op, inputs, attrs, type } = c.build.node(value.node);
  if (op === 'random' || op === 'constant' || op === 'fill') return value;
  const fixed = Object.values(attrs).every((attr) => !Array.isArray(attr) || concreteShape(attr as Shape) !== undefined);
  if (!fixed && type.shape.length > 0) return c.unknown('an operation between the layers of a model');
  return c.emit(
    op,
    inputs.map((node) => c.tensor(replay(c, known, c.wrap(node, 'symbolic')))),
    attrs,
  );
}

/** The models of one trace in the order of their compile() calls: those made inside functions too. */
export interface CompiledModel {
  readonly state: ModelState;
  readonly compiled: Compiled;
}

export function compiledModels(c: CallContext): CompiledModel[] {
  const known = c.memory.get('keras compiles');
  if (Array.isArray(known)) return known;
  const made: CompiledModel[] = [];
  c.memory.set('keras compiles', made);
  return made;
}

const nothing = entry('*args, **kwargs', () => NONE);
const fitted = (state: ModelState): ApiEntry =>
  entry('x=None, y=None, *args, **kwargs', (c, args) => {
    const x = args.has('x') ? args.value('x') : (args.keywords.generator ?? NONE);
    state.fits.push(batchOf(c, x, args.value('y')));
    return unknown('what fit returns');
  });

export function modelMethods(state: ModelState, attributes: Map<string, Value>, call: ApiEntry): Map<string, ApiEntry> {
  const compile = entry('optimizer=None, loss=None, metrics=None, loss_weights=None, *args, **kwargs', (c, args) => {
    const compiled = {
      loss: args.value('loss'),
      metrics: args.value('metrics'),
      span: c.span,
    };
    attributes.set('loss', compiled.loss);
    compiledModels(c).push({ state, compiled });
    return NONE;
  });
  return new Map<string, ApiEntry>([
    ['call', call],
    ['__call__', call],
    ['compile', compile],
    ['fit', fitted(state)],
    ['fit_generator', fitted(state)],
    ['evaluate', fitted(state)],
    ['train_on_batch', fitted(state)],
    ['test_on_batch', fitted(state)],
    ['predict', predicted(call)],
    ['predict_on_batch', predicted(call)],
    ['compiled_loss', entry('y, y_pred, *args, **kwargs', (_c, args) => handed(state, args))],
    ['compute_loss', entry('x=None, y=None, y_pred=None, *args, **kwargs', (_c, args) => handed(state, args))],
    ['get_layer', entry('name=None, index=None', (c, args) => layerOf(c, state, args))],
    ['get_config', entry('', () => ({ kind: 'dict', entries: new Map() }))],
    ...[
      'summary',
      'build',
      'load_weights',
      'save',
      'save_weights',
      'set_weights',
      'add_loss',
      'add_metric',
      'export',
      'reset_states',
      'reset_metrics',
    ].map((name) => [name, nothing] as const),
  ]);
}

/** predict() gives arrays. */
const predicted = (call: ApiEntry): ApiEntry =>
  entry('x, *args, **kwargs', (c, args) => {
    const x = args.value('x');
    if (x.kind === 'tensor' && x.flavor === 'tensor' && c.mode === 'check' && c.keras !== 'none')
      c.note(
        failure('numpy-in-graph', 'type', 'predict takes arrays and runs a loop of its own, which fails inside fit; call the model itself'),
        [x],
      );
    return mapTensors(c.call({ kind: 'native', name: 'predict', entry: call }, [x]), (y) => ({ ...y, flavor: 'numpy' }));
  });

/** self.compute_loss and self.compiled_loss: the loss of compile() gets this pair, as fit would hand it over. */
function handed(state: ModelState, args: Args): Value {
  state.handed.push({ y: args.value('y'), yPred: args.value('y_pred') });
  return unknown('the loss of compile()');
}

function layerOf(c: CallContext, state: ModelState, args: Args): Value {
  const index = args.optionalInt('index');
  const name = args.optionalString('name');
  const found = index === null ? state.layers.find((layer) => layer.kind === 'object' && nameOf(layer) === name) : state.layers.at(index);
  return found ?? c.unknown(`the layer ${name ?? index} of this model`);
}

function nameOf(layer: ObjectValue): string | undefined {
  const name = layer.attributes.get('name');
  return name?.kind === 'string' ? name.value : undefined;
}

/** keras.applications.VGG16 and the like: their weights are not known. */
export function application(name: string): ApiEntry {
  const reason = `the weights of ${name} are not known`;
  const gap = entry('*args, **kwargs', (c) => c.unknown(reason));
  return entry('*args, **kwargs', () => ({
    kind: 'object',
    type: `keras.applications.${name}`,
    attributes: new Map<string, Value>([
      ['output', unknown(reason)],
      ['input', unknown(reason)],
      ['layers', unknown(reason)],
      ['trainable', boolean(true)],
    ]),
    methods: new Map([
      ['get_layer', gap],
      ['predict', gap],
      ['compile', nothing],
      ['summary', nothing],
    ]),
    call: gap,
  }));
}
