/** Owns what `compile` and `fit` of TensorFlow.js are given: reducers as losses, names that do not exist, options that throw. */
import { missingTfjsName } from '../../api/tfjs/names';
import { findCompiles } from '../../javascript/compiles';
import { isSequential, lastLayerOf } from '../../javascript/models';
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, Expr, Module } from '../../program/program';
import { collect } from '../../program/walk';
import { dotted } from './body';
import type { Finding } from './rule';
import { checkGivenLoss } from './tfjsGivenLoss';
import { checkModelLoss } from './tfjsModelLoss';
import { checkOptions, positionalCompile } from './tfjsOptions';

/** Losses that tfjs-layers knows by name. */
export const TFJS_LOSS_NAMES: ReadonlySet<string> = new Set([
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'squaredHinge',
  'hinge',
  'categoricalHinge',
  'logcosh',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
  'binaryCrossentropy',
  'kullbackLeiblerDivergence',
  'poisson',
  'cosineProximity',
]);
const LONG_NAMES: Readonly<Record<string, string>> = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  mean_squared_error: 'meanSquaredError',
  categorical_crossentropy: 'categoricalCrossentropy',
  binary_crossentropy: 'binaryCrossentropy',
  mean_absolute_error: 'meanAbsoluteError',
  sparse_categorical_crossentropy: 'sparseCategoricalCrossentropy',
};

export function checkTfjsCalls(module: Module): readonly Finding[] {
  const given = findCompiles(module).flatMap((compile) => {
    const losses = givenLosses(compile.loss);
    const layer = losses.length === 1 ? lastLayerOf(module, compile) : undefined;
    const each = losses.flatMap((loss) => [...checkLoss(loss), ...checkGivenLoss(module, loss), ...checkModelLoss(module, loss, layer)]);
    return [...each, ...checkOptions(compile), ...tooManyLosses(module, compile)];
  });
  return [...given, ...collect(module.body, 'call').flatMap((call) => [...checkFit(call), ...positionalCompile(call)])];
}

function givenLosses(loss: Expr | null): readonly Expr[] {
  if (loss === null) return [];
  if (loss.kind === 'list') return loss.items;
  return loss.kind === 'dict' ? loss.entries.map((entry) => entry.value) : [loss];
}

function checkLoss(loss: Expr): readonly Finding[] {
  if (loss.kind === 'string') return unknownName(loss.value, loss);
  if (dotted(loss).endsWith('losses.cosineDistance')) return [cosineWithoutAxis(loss)];
  if (!dotted(loss).endsWith('losses.computeWeightedLoss')) return missingName(loss);
  const message =
    'tf.losses.computeWeightedLoss(losses, weights) reduces losses and is none: fit throws "gradient function not found for NotEqual".';
  return [{ code: 'loss-is-reducer', severity: 'error', message, span: loss.span }];
}

/** A sequential model has one output. */
function tooManyLosses(module: Module, compile: CompileCall): readonly Finding[] {
  const { loss } = compile;
  if (loss?.kind !== 'list' || loss.items.length < 2 || loss.items.some(({ kind }) => kind === 'spread') || !isSequential(module, compile))
    return [];
  const message = `the model has one output and gets ${loss.items.length} losses: compile throws. Give one loss; a sum of terms is a function that adds them.`;
  return [{ code: 'loss-count', severity: 'error', message, span: loss.span }];
}

/** `loss: tf.losses.huber` is undefined. */
function missingName(loss: Expr): readonly Finding[] {
  const path = /^tf(\.(losses|metrics)\.\w+)$/.exec(dotted(loss))?.[1];
  const found = path === undefined ? undefined : missingTfjsName(`tfjs${path}`);
  if (found?.kind !== 'missing') return [];
  const { suggestion } = found;
  const message = `${found.detail}. What is given is undefined, and compile throws.`;
  const fixes = suggestion === null ? [] : [{ title: `Use ${suggestion}`, edits: [{ span: loss.span, newText: suggestion }] }];
  return [{ code: 'unknown-name', severity: 'error', message, span: loss.span, fixes }];
}

function cosineWithoutAxis(loss: Expr): Finding {
  const message =
    'tf.losses.cosineDistance(labels, predictions, axis) needs the axis, which fit does not pass: the product is summed over the whole batch. Write (yTrue, yPred) => tf.losses.cosineDistance(yTrue, yPred, 1), of normalised rows.';
  return { code: 'loss-arity', severity: 'warning', message, span: loss.span };
}

function unknownName(name: string, at: Expr): readonly Finding[] {
  if (TFJS_LOSS_NAMES.has(name)) return [];
  const instead = Object.hasOwn(LONG_NAMES, name) ? LONG_NAMES[name] : undefined;
  const hint = instead === undefined ? '' : ` Write '${instead}'.`;
  const fixes = instead === undefined ? [] : [{ title: `Write '${instead}'`, edits: [{ span: at.span, newText: `'${instead}'` }] }];
  return [
    {
      code: 'loss-name-unknown',
      severity: 'error',
      message: `TensorFlow.js knows no loss '${name}': compile throws.${hint}`,
      span: at.span,
      fixes,
    },
  ];
}

function checkFit({ callee, args }: CallExpr): readonly Finding[] {
  const method = callee.kind === 'attribute' ? callee.name : '';
  const options = args.at(-1)?.value;
  if (!/^(fit|evaluate|trainOnBatch)$/.test(method) || options?.kind !== 'dict') return [];
  const option = options.entries.find(({ key }) => key?.kind === 'string' && key.value === 'sampleWeight');
  if (option === undefined) return [];
  const message =
    'TensorFlow.js does not implement sampleWeight: fit throws "sample weight is not supported yet.". Multiply by the weights inside the loss.';
  return [{ code: 'sample-weight-unsupported', severity: 'error', message, span: option.key?.span ?? options.span }];
}
