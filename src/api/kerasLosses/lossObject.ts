/** Owns loss instances: keras.losses.Loss and LossFunctionWrapper with their `__call__`, for the library's own classes and for users' subclasses. */
import { failure } from '../../graph/primitive';
import { squeezeOrExpandToSameRank } from '../../keras/align';
import { kerasMaskOf } from '../../keras/mask';
import { squeezeOrExpandDimensions } from '../../keras/received';
import { type Reduction, reduceKeras2, reduceKeras3, reductionFailure } from '../../keras/reduction';
import type { DType } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { dict, dtypeValue, type ObjectValue, string, type TensorValue, type Value } from '../../value/value';
import { entry } from '../table';
import { TensorMath } from './tensorMath';

export type LossVersion = 2 | 3;

/** What `Loss.__call__` needs of a loss, a library's or a user's. */
export interface LossContractCall {
  readonly version: LossVersion;
  readonly reduction: Reduction;
  readonly dtype: DType;
  /** The loss's `call`. */
  readonly losses: (yTrue: Value, yPred: Value) => Value;
}

/** Loss.__call__: conversion (Keras 3), the loss's own `call`, mask and weights, reduction. */
export function callLoss(context: CallContext, loss: LossContractCall, yTrue: Value, yPred: Value, sampleWeight: Value): Value {
  const converted = (value: Value) => (loss.version === 3 ? convertDeep(context, value, loss.dtype) : value);
  const value = loss.losses(converted(yTrue), converted(yPred));
  if (value.kind === 'unknown') return value;
  const losses = loss.version === 3 ? new TensorMath(context).converted(value, loss.dtype) : context.tensor(value);
  const weights = sampleWeight.kind === 'none' ? undefined : context.tensor(sampleWeight).node;
  const options = { sampleWeight: weights, mask: kerasMaskOf(context.memory, losses.node), dtype: loss.dtype };
  const reduce = loss.version === 3 ? reduceKeras3 : reduceKeras2;
  return context.wrap(reduce(context.build, losses.node, loss.reduction, options));
}

/** Keras 3 converts every leaf of a nested y_true or y_pred. */
function convertDeep(context: CallContext, value: Value, dtype: DType): Value {
  if (value.kind === 'dict') {
    return {
      kind: 'dict',
      entries: new Map([...value.entries].map(([key, item]) => [key, { key: item.key, value: convertDeep(context, item.value, dtype) }])),
    };
  }
  if ((value.kind === 'tuple' || value.kind === 'list') && value.items.some((item) => item.kind === 'tensor')) {
    return { ...value, items: value.items.map((item) => convertDeep(context, item, dtype)) };
  }
  return new TensorMath(context).converted(value, dtype);
}

/** The arguments `reduction`, `name` and `dtype` of a constructor, checked as that Keras checks them. */
export function lossSettings(context: CallContext, args: Args, version: LossVersion, defaultName: string) {
  const given = args.value('reduction');
  const reduction = given.kind === 'none' ? null : args.string('reduction');
  const refused = reductionFailure(version, reduction);
  if (refused) context.fail(refused);
  const name = args.value('name');
  const dtype = version === 3 ? (args.optionalDtype('dtype') ?? 'float32') : 'float32';
  return { reduction, reductionValue: given, name: name.kind === 'none' && version === 3 ? string(defaultName) : name, dtype };
}

interface LossSpec {
  readonly type: string;
  readonly version: LossVersion;
  readonly settings: ReturnType<typeof lossSettings>;
  /** Parameters of the formula, kept as attributes and in the config. */
  readonly parameters: Readonly<Record<string, Value>>;
  readonly extra: Readonly<Record<string, Value>>;
  /** False: the class hands its arguments to the formula as they are (TensorFlow Addons). */
  readonly aligns?: boolean;
  /** The unreduced formula; absent for the abstract base. */
  readonly formula?: (context: CallContext, yTrue: Value, yPred: Value) => Value;
}

/** Under this method of a base object stands what its `__call__` does with a subclass's own `call`: takes it, the instance and the arguments. */
export const SUBCLASS_CALL = '(subclass call)';

const CALL = 'y_true, y_pred, sample_weight=None';

/** An instance of a library's loss class. */
export function lossObject(spec: LossSpec): ObjectValue {
  const { reductionValue, name, dtype } = spec.settings;
  const own: Readonly<Record<string, Value>> = { name, reduction: reductionValue };
  const attributes = new Map<string, Value>(Object.entries({ ...own, ...spec.parameters, ...spec.extra }));
  if (spec.version === 3) attributes.set('dtype', dtypeValue(dtype));
  const losses = entry('y_true, y_pred', (context, args) => unreduced(context, spec, args.value('y_true'), args.value('y_pred')));
  const methods = new Map<string, ApiEntry>([
    ['call', losses],
    ['get_config', entry('', () => dict(Object.entries({ ...own, ...spec.parameters })))],
  ]);
  const object: ObjectValue = {
    kind: 'object',
    type: spec.type,
    attributes,
    methods,
    call: entry(CALL, (context, args) => reduced(context, object, spec, args)),
  };
  methods.set('__call__', object.call ?? losses);
  methods.set(
    SUBCLASS_CALL,
    entry(`callee, self, ${CALL}`, (context, args) => reducedSubclass(context, object, spec, args)),
  );
  return object;
}

function unreduced(context: CallContext, spec: LossSpec, yTrue: Value, yPred: Value): Value {
  if (!spec.formula)
    return context.fail(failure('not-implemented', 'exception', 'Loss.call is not implemented: a subclass must define it'));
  if (spec.aligns === false || !isTensorLike(yTrue) || !isTensorLike(yPred)) return spec.formula(context, yTrue, yPred);
  const [labels, predictions] = [context.tensor(yTrue), context.tensor(yPred)];
  const aligned = align(context, labels, predictions, spec.version);
  return spec.formula(context, aligned.yTrue, aligned.yPred);
}

function isTensorLike(value: Value): boolean {
  return value.kind === 'tensor';
}

/** LossFunctionWrapper.call's alignment. */
function align(
  context: CallContext,
  yTrue: TensorValue,
  yPred: TensorValue,
  version: LossVersion,
): { readonly yTrue: TensorValue; readonly yPred: TensorValue } {
  if (version === 3) {
    const { a, b } = squeezeOrExpandToSameRank(context.build, yTrue.node, yPred.node);
    return { yTrue: context.wrap(a), yPred: context.wrap(b) };
  }
  const { labels, predictions } = squeezeOrExpandDimensions(context.build, yTrue.node, yPred.node);
  return { yTrue: context.wrap(labels), yPred: context.wrap(predictions) };
}

/** `__call__` of a user's subclass: its own `call`, this class's contract. */
function reducedSubclass(context: CallContext, object: ObjectValue, spec: LossSpec, args: Args): Value {
  const self = args.value('self');
  const own = self.kind === 'instance' ? self.attributes.get('reduction') : undefined;
  const losses = (yTrue: Value, yPred: Value) => context.call(args.value('callee'), [yTrue, yPred]);
  return withContract(context, spec, own ?? object.attributes.get('reduction'), losses, args);
}

function reduced(context: CallContext, object: ObjectValue, spec: LossSpec, args: Args): Value {
  return withContract(context, spec, object.attributes.get('reduction'), (yTrue, yPred) => unreduced(context, spec, yTrue, yPred), args);
}

/** The reduction is read when called: it may have been changed since (`loss.reduction = …`). */
function withContract(
  context: CallContext,
  spec: LossSpec,
  current: Value | undefined,
  losses: LossContractCall['losses'],
  args: Args,
): Value {
  const reduction =
    current?.kind === 'string' && current.value !== undefined ? current.value : current?.kind === 'none' ? null : spec.settings.reduction;
  const contract: LossContractCall = { version: spec.version, reduction, dtype: spec.settings.dtype, losses };
  return callLoss(context, contract, args.value('y_true'), args.value('y_pred'), args.value('sample_weight'));
}
