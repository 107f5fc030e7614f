/** Owns what a survey knows of the models that a file compiles: outputs, targets, and the pairs that their own training steps hand over. */
import { eager } from '../api/models/functional';
import { type CompiledModel, compiledModels, type ModelState, symbolicTensor } from '../api/models/model';
import { type KnownTensor, knownTensor, type ModelOutput, outputsOf, targetsOf } from '../api/models/modelFacts';
import type { Span } from '../base/span';
import type { Dim } from '../shape/dim';
import { symbol } from '../shape/dim';
import { type InstanceValue, NONE, tuple, unknown, type Value } from '../value/value';
import { call } from './calls';
import { findMember, instancesIn } from './classes';
import type { Context } from './context';

export interface TracedModel {
  /** The compile() call. */
  readonly span: Span;
  readonly loss: Value;
  readonly metrics: Value;
  readonly sequential: boolean;
  /** Null where the model is not followed to its end. */
  readonly outputs: readonly ModelOutput[] | null;
  /** What the outputs may be: one way where they are known, one for each rank of the input where that is not. */
  readonly variants: readonly (readonly ModelOutput[])[];
  /** What fit was given for each output, as batches. */
  readonly targets: readonly (readonly KnownTensor[])[];
  /** The class has a training step of its own: what the loss gets is what that hands over. */
  readonly custom: boolean;
  readonly handed: readonly { readonly first: KnownTensor | null; readonly second: KnownTensor }[];
}

export function tracedModel(context: Context, { state, compiled }: CompiledModel): TracedModel {
  const owner = instancesIn(context.memory).get(state);
  const outputs = outputsOf(context, state.outputs);
  const variants = outputs === null ? guessed(context, state, owner) : [outputs];
  const [first = []] = variants;
  const ys = state.fits.map(({ y }) => targetsOf(y, first));
  return {
    span: compiled.span,
    loss: compiled.loss,
    metrics: compiled.metrics,
    sequential: state.layers.length > 0,
    outputs,
    variants,
    targets: first.map((_, i) => distinct(ys.flatMap((targets) => tensorOf(context, targets[i])))),
    custom: owner !== undefined && CUSTOM.some((name) => findMember(owner.class, name) !== undefined),
    handed: state.handed.flatMap(({ y, yPred }) => {
      const [second] = tensorOf(context, yPred);
      return second === undefined ? [] : [{ first: tensorOf(context, y)[0] ?? null, second }];
    }),
  };
}

const CUSTOM = ['train_step', 'compute_loss'] as const;

function tensorOf(context: Context, value: Value | undefined): readonly KnownTensor[] {
  return value?.kind === 'tensor' ? [knownTensor(context, value)] : [];
}

function distinct(tensors: readonly KnownTensor[]): readonly KnownTensor[] {
  const seen = new Set<string>();
  return tensors.filter((tensor) => {
    const key = JSON.stringify(tensor);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const [D, H, W, T]: readonly Dim[] = ['D', 'H', 'W', 'T'].map((name) => symbol(name));
const CHANNELS = symbol('channels');
/** Inputs of vectors, images and sequences. */
const INPUTS: readonly (readonly (Dim | null)[])[] = [
  [null, D ?? null],
  [null, H ?? null, W ?? null, CHANNELS],
  [null, T ?? null, D ?? null],
];

/** The outputs of a subclass, or of a Sequential without Input: on the inputs that fit is given, else on each kind that it accepts. */
function guessed(context: Context, state: ModelState, owner: InstanceValue | undefined): readonly (readonly ModelOutput[])[] {
  if (owner === undefined ? state.layers.length === 0 : findMember(owner.class, 'call') === undefined) return [];
  const fitted = state.fits.map(({ x }) => x).find((x) => x.kind === 'tensor');
  const inputs = fitted === undefined ? INPUTS.map((shape) => symbolicTensor(context, shape, 'float32')) : [fitted];
  const seen = new Set<string>();
  return inputs.flatMap((input) => {
    const made = outputsOf(context, forward(context, state, owner, { ...input, flavor: 'tensor' } as Value));
    const key = JSON.stringify(made);
    if (made === null || made.length === 0 || seen.has(key)) return [];
    seen.add(key);
    return [made];
  });
}

function forward(context: Context, state: ModelState, owner: InstanceValue | undefined, input: Value): Value {
  const { interpreter } = context;
  const [gaps, problems] = [interpreter.gaps.length, interpreter.problems.length];
  const value = context.guarded(
    () =>
      owner === undefined ? state.layers.reduce((x, layer) => call(context, layer, [x], {}), input) : call(context, owner, [input], {}),
    [],
  );
  interpreter.gaps.length = gaps;
  interpreter.problems.length = problems;
  return value;
}

const STEPPED = new WeakSet<ModelState>();

const UNSEEN: Value = unknown('what fit is given');

/** Calls the training steps of user classes as fit does, once for each model. `unseen`: those too that nothing in the file fits. */
export function trainingSteps(context: Context, unseen: boolean): void {
  for (const { state } of compiledModels(context)) {
    const owner = instancesIn(context.memory).get(state);
    const [fit = unseen ? { x: UNSEEN, y: UNSEEN, weights: NONE } : undefined] = state.fits;
    if (owner === undefined || fit === undefined || STEPPED.has(state)) continue;
    STEPPED.add(state);
    const { x, y, weights } = fit;
    const data = y.kind === 'none' || y === UNSEEN ? x : tuple(weights.kind === 'none' ? [x, y] : [x, y, weights]);
    if (findMember(owner.class, 'train_step')) stepWith(context, owner, 'train_step', [data]);
    else if (findMember(owner.class, 'compute_loss')) {
      const predicted = state.outputs === null ? unknown('the outputs of the model') : eager(state.outputs);
      stepWith(context, owner, 'compute_loss', [x, y, predicted, NONE]);
    }
  }
}

function stepWith(context: Context, owner: InstanceValue, name: string, given: readonly Value[]): void {
  const member = findMember(owner.class, name);
  const definition = member?.value.kind === 'function' ? member.value.definition : undefined;
  if (member === undefined || definition === undefined) return;
  const takes = definition.params.slice(1).filter(({ kind }) => kind === 'positional').length;
  context.guarded(() => call(context, { kind: 'method', self: owner, callee: member.value }, given.slice(0, takes), {}) ?? NONE, []);
}
