/** Owns the table of Keras' loss classes: constructor signatures of both versions and the formula that each wraps. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { dict, type Value } from '../../value/value';
import type { ApiTable } from '../table';
import { entry } from '../table';
import { KERAS2_CROSSENTROPY, KERAS3_CROSSENTROPY } from './crossentropy';
import { CTC } from './ctc';
import { HINGE } from './hinge';
import { type LossVersion, lossObject, lossSettings } from './lossObject';
import { OVERLAP } from './overlap';
import { KERAS2_REGRESSION, KERAS3_REGRESSION } from './regression';

export const KERAS3_FUNCTIONS: Readonly<Record<string, ApiEntry>> = {
  ...KERAS3_REGRESSION,
  ...KERAS3_CROSSENTROPY,
  ...HINGE,
  ...OVERLAP,
  ...CTC,
};
export const KERAS2_FUNCTIONS: Readonly<Record<string, ApiEntry>> = { ...KERAS2_REGRESSION, ...KERAS2_CROSSENTROPY, ...HINGE };

interface LossClass {
  readonly name: string;
  /** The function that it wraps, which is also its default name (Huber's is `huber_loss`). */
  readonly wraps: string;
  readonly signature: string;
  readonly defaultName?: string;
}

const END3 = "reduction='sum_over_batch_size', name='*', dtype=None";
const END2 = "reduction='auto', name='*'";
const COMMON = 'from_logits=False, label_smoothing=0.0, axis=-1';
const FOCAL = `apply_class_balancing=False, alpha=0.25, gamma=2.0, ${COMMON}`;

/** Constructor signatures: `END` stands for the version's reduction, name (and dtype). */
const BOTH: readonly LossClass[] = [
  { name: 'MeanSquaredError', wraps: 'mean_squared_error', signature: 'END' },
  { name: 'MeanAbsoluteError', wraps: 'mean_absolute_error', signature: 'END' },
  { name: 'MeanAbsolutePercentageError', wraps: 'mean_absolute_percentage_error', signature: 'END' },
  { name: 'MeanSquaredLogarithmicError', wraps: 'mean_squared_logarithmic_error', signature: 'END' },
  { name: 'CosineSimilarity', wraps: 'cosine_similarity', signature: 'axis=-1, END' },
  { name: 'Huber', wraps: 'huber', signature: 'delta=1.0, END', defaultName: 'huber_loss' },
  { name: 'LogCosh', wraps: 'log_cosh', signature: 'END' },
  { name: 'Hinge', wraps: 'hinge', signature: 'END' },
  { name: 'SquaredHinge', wraps: 'squared_hinge', signature: 'END' },
  { name: 'CategoricalHinge', wraps: 'categorical_hinge', signature: 'END' },
  { name: 'KLDivergence', wraps: 'kl_divergence', signature: 'END' },
  { name: 'Poisson', wraps: 'poisson', signature: 'END' },
  { name: 'BinaryCrossentropy', wraps: 'binary_crossentropy', signature: `${COMMON}, END` },
  { name: 'BinaryFocalCrossentropy', wraps: 'binary_focal_crossentropy', signature: `${FOCAL}, END` },
  { name: 'CategoricalCrossentropy', wraps: 'categorical_crossentropy', signature: `${COMMON}, END` },
  { name: 'CategoricalFocalCrossentropy', wraps: 'categorical_focal_crossentropy', signature: `alpha=0.25, gamma=2.0, ${COMMON}, END` },
];

const KERAS2_CLASSES: readonly LossClass[] = [
  ...BOTH,
  {
    name: 'SparseCategoricalCrossentropy',
    wraps: 'sparse_categorical_crossentropy',
    signature: 'from_logits=False, ignore_class=None, END',
  },
];

const KERAS3_CLASSES: readonly LossClass[] = [
  ...BOTH,
  {
    name: 'SparseCategoricalCrossentropy',
    wraps: 'sparse_categorical_crossentropy',
    signature: "from_logits=False, ignore_class=None, reduction='sum_over_batch_size', axis=-1, name='*', dtype=None",
  },
  { name: 'CTC', wraps: 'ctc', signature: 'END' },
  { name: 'Dice', wraps: 'dice', signature: "reduction='sum_over_batch_size', name='*', axis=None, dtype=None" },
  { name: 'Tversky', wraps: 'tversky', signature: "alpha=0.5, beta=0.5, reduction='sum_over_batch_size', name='*', axis=None, dtype=None" },
  { name: 'Circle', wraps: 'circle', signature: 'gamma=80.0, margin=0.4, remove_diagonal=True, END' },
  { name: 'CategoricalGeneralizedCrossEntropy', wraps: 'categorical_generalized_cross_entropy', signature: 'q=0.5, END' },
];

const SETTINGS = new Set(['reduction', 'name', 'dtype']);

function classEntry(spec: LossClass, version: LossVersion): ApiEntry {
  const defaultName = spec.defaultName ?? spec.wraps;
  const signature = spec.signature.replace('END', version === 3 ? END3 : END2).replace("'*'", `'${defaultName}'`);
  const names = signature.split(', ').map((part) => part.slice(0, part.indexOf('=')));
  const parameters = names.filter((name) => !SETTINGS.has(name));
  const wrapped = (version === 3 ? KERAS3_FUNCTIONS : KERAS2_FUNCTIONS)[spec.wraps];
  return entry(signature, (context, args) => {
    refuseTensors(context, args, names);
    const settings = lossSettings(context, args, version, defaultName);
    const given = Object.fromEntries(parameters.map((name) => [name, args.value(name)]));
    if (spec.name === 'CategoricalGeneralizedCrossEntropy') checkNoise(context, args.number('q'));
    const fn: Value = wrapped ? { kind: 'native', name: spec.wraps, entry: wrapped } : context.unknown(`${spec.wraps} is not known`);
    const formula = (call: CallContext, yTrue: Value, yPred: Value) => call.call(fn, [yTrue, yPred], given);
    const extra = { fn, _fn_kwargs: dict(Object.entries(given)) };
    return lossObject({ type: `keras.losses.${spec.name}`, version, settings, parameters: given, extra, formula });
  });
}

/** `MeanSquaredError(y_true, y_pred)`: the data given where the settings belong. */
function refuseTensors(context: CallContext, args: Args, [first = '', second = '']: readonly string[]): void {
  const given = [args.value(first), args.value(second)].filter((value) => value.kind === 'tensor');
  if (given.length < 2 || given.some(({ type }) => type.shape.length === 0)) return;
  context.fail(
    failure('loss-not-called', 'type', `takes settings, not data: the tensors become its ${first} and ${second}`, { given: 'tensors' }),
    given,
  );
}

function checkNoise(context: CallContext, q: number): void {
  if (!(q > 0 && q < 1)) context.fail(failure('argument', 'value', 'q must be between 0 and 1', { argument: 'q' }));
}

/** keras.losses.Loss itself: its `call` is missing until a subclass brings one. */
function baseEntry(version: LossVersion): ApiEntry {
  const signature = version === 3 ? "name=None, reduction='sum_over_batch_size', dtype=None" : "reduction='auto', name=None";
  return entry(signature, (context, args) => {
    const settings = lossSettings(context, args, version, 'loss');
    return lossObject({ type: 'keras.losses.Loss', version, settings, parameters: {}, extra: {} });
  });
}

/** LossFunctionWrapper(fn, …, **kwargs): what Keras makes of a plain function. */
function wrapperEntry(version: LossVersion): ApiEntry {
  const signature =
    version === 3 ? "fn, reduction='sum_over_batch_size', name=None, dtype=None, **kwargs" : "fn, reduction='auto', name=None, **kwargs";
  return entry(signature, (context, args) => {
    const settings = lossSettings(context, args, version, 'loss_function_wrapper');
    const fn = args.value('fn');
    const formula = (call: CallContext, yTrue: Value, yPred: Value) => call.call(fn, [yTrue, yPred], args.keywords);
    const extra = { fn, _fn_kwargs: dict(Object.entries(args.keywords)) };
    return lossObject({ type: 'keras.losses.LossFunctionWrapper', version, settings, parameters: {}, extra, formula });
  });
}

/** Class name → constructor. */
export const LOSS_CLASSES: Readonly<Record<LossVersion, Readonly<Record<string, ApiEntry>>>> = {
  2: { ...classesOf(KERAS2_CLASSES, 2), Loss: baseEntry(2) },
  3: { ...classesOf(KERAS3_CLASSES, 3), Loss: baseEntry(3) },
};

function classesOf(classes: readonly LossClass[], version: LossVersion): Readonly<Record<string, ApiEntry>> {
  return Object.fromEntries(classes.map((spec) => [spec.name, classEntry(spec, version)]));
}

/** Short names, by the function that they stand for. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  mean_squared_error: 'mse MSE',
  mean_absolute_error: 'mae MAE',
  mean_absolute_percentage_error: 'mape MAPE',
  mean_squared_logarithmic_error: 'msle MSLE',
  kl_divergence: 'kld KLD kullback_leibler_divergence',
  log_cosh: 'logcosh',
};

function lossTable(version: LossVersion): ApiTable {
  const functions = version === 3 ? KERAS3_FUNCTIONS : KERAS2_FUNCTIONS;
  const table: Record<string, ApiEntry> = {};
  for (const [name, made] of Object.entries(functions)) {
    const spellings = [name, ...(SHORT_NAMES[name]?.split(' ') ?? [])];
    const modules = name === 'cosine_similarity' || name === 'dice' ? ['losses'] : ['losses', 'metrics'];
    table[modules.flatMap((module) => spellings.map((spelling) => `keras.${module}.${spelling}`)).join(' ')] = made;
  }
  for (const [name, made] of Object.entries(LOSS_CLASSES[version]))
    table[name === 'Loss' ? 'keras.losses.Loss keras.Loss' : `keras.losses.${name}`] = made;
  table['keras.losses.LossFunctionWrapper keras.__internal__.losses.LossFunctionWrapper'] = wrapperEntry(version);
  return table;
}

export const KERAS2_LOSS_TABLE: ApiTable = lossTable(2);
export const KERAS3_LOSS_TABLE: ApiTable = lossTable(3);
