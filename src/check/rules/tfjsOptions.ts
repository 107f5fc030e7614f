/** Owns the other options of `compile` in TensorFlow.js: metrics that do not exist, no loss at all, arguments by position. */
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, Expr } from '../../program/program';
import type { Finding } from './rule';

/** Metrics that tfjs-layers knows by name. */
const METRICS: ReadonlySet<string> = new Set(
  (
    'accuracy acc crossentropy ce binaryAccuracy categoricalAccuracy precision categoricalCrossentropy sparseCategoricalCrossentropy ' +
    'mse MSE mae MAE mape MAPE cosine'
  ).split(' '),
);

export function checkOptions({ call, loss, metrics }: CompileCall): readonly Finding[] {
  return [...unknownMetrics(metrics), ...(loss === null ? lossMissing(call) : [])];
}

function unknownMetrics(metrics: Expr | null): readonly Finding[] {
  const given = metrics?.kind === 'list' ? metrics.items : metrics === null ? [] : [metrics];
  return given.flatMap((metric): readonly Finding[] => {
    if (metric.kind !== 'string' || METRICS.has(metric.value)) return [];
    const instead = INSTEAD[metric.value];
    const message = `TensorFlow.js knows no metric '${metric.value}': compile throws.${instead === undefined ? ' Pass a function (yTrue, yPred) => …' : ` Write '${instead}'.`}`;
    const fixes = instead === undefined ? [] : [{ title: `Write '${instead}'`, edits: [{ span: metric.span, newText: `'${instead}'` }] }];
    return [{ code: 'metric-name-unknown', severity: 'error', message, span: metric.span, fixes }];
  });
}

const INSTEAD: Readonly<Record<string, string>> = {
  meanSquaredError: 'mse',
  meanAbsoluteError: 'mae',
  meanAbsolutePercentageError: 'mape',
  Accuracy: 'accuracy',
  categorical_accuracy: 'categoricalAccuracy',
  binary_accuracy: 'binaryAccuracy',
};

function lossMissing({ args, span }: CallExpr): readonly Finding[] {
  const options = args[0]?.value;
  const named = options?.kind === 'dict' && options.entries.every(({ key }) => key?.kind === 'string' && key.value !== 'loss');
  if (!named) return [];
  const message = 'compile has no loss: it throws. Add loss: with a name, a function or tf.losses.….';
  return [{ code: 'loss-count', severity: 'error', message, span }];
}

/** `model.compile('adam', 'meanSquaredError')`, as in Python. */
export function positionalCompile({ callee, args, span }: CallExpr): readonly Finding[] {
  if (callee.kind !== 'attribute' || callee.name !== 'compile' || args.length < 2) return [];
  const [first, second] = args.map(({ value }) => value);
  if (first?.kind !== 'string' || second?.kind !== 'string' || !/^(sgd|adam\w*|rmsprop|adagrad|adadelta|momentum)$/i.test(first.value))
    return [];
  const message = `compile of TensorFlow.js takes one object: write compile({ optimizer: '${first.value}', loss: '${second.value}' }).`;
  return [{ code: 'argument', severity: 'error', message, span }];
}
