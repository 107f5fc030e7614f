/** Owns fixes for what the trace found: one maker for each code, where a right edit exists. */
import type { Fix } from '../../base/problem';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, insertAfter, replace } from '../rules/rule';
import { autographFix } from './autograph';
import { batchSize } from './batchSize';
import { inOwnStyle } from './importStyle';
import { backendFixes } from './kerasBackend';
import { anyBatch, castArgument, castOperand, existingAxis, joinColumns, lineUp, transposeSecond } from './shapeFixes';
import { argumentName, builtin, castFunction, elementwise, numpyCall, printed, reductionMember, reductionName } from './valueFixes';

type Maker = (problem: TraceProblem, source: SourceIndex) => readonly Fix[];

const MAKERS: Readonly<Record<string, Maker>> = {
  'keras-name-missing': (problem, source) => first(renamed(problem, source), reductionMember(problem, source)),
  'keras-backend-gone': backendFixes,
  'tf1-name': (problem, source) => castFunction(problem, source) ?? renamed(problem, source),
  'unknown-name': renamed,
  argument: argumentName,
  reduction: reductionName,
  'python-value-of-tensor': builtin,
  'python-condition-on-tensor': elementwise,
  'python-loop-on-tensor': (problem, source) => first(autographFix(problem, source), builtin(problem, source)),
  'print-of-tensor': printed,
  'numpy-in-graph': numpyCall,
  'dtype-mismatch': castOperand,
  'dtype-not-allowed': castArgument,
  'one-hot': castArgument,
  'axis-out-of-range': existingAxis,
  'concat-shape': joinColumns,
  'matmul-shape': transposeSecond,
  'reshape-size': anyBatch,
  'static-batch-size': batchSize,
  broadcast: lineUp,
  'loss-not-called': madeFirst,
};

function first(...made: readonly (readonly Fix[])[]): readonly Fix[] {
  return made.find((fixes) => fixes.length > 0) ?? [];
}

export function traceFixes(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  if (!source.isEntry(problem.span)) return [];
  return inOwnStyle(MAKERS[problem.code]?.(problem, source) ?? [], problem.span, source);
}

function renamed(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const suggestion = problem.failure.data?.suggestion;
  const expr = source.at(problem.span);
  if (typeof suggestion !== 'string' || !/^[\w.]+$/.test(suggestion)) return [];
  if (source.nodesAround(problem.span).some((node) => node.kind === 'import')) return renamedImport(problem, source, suggestion);
  const span = expr?.kind === 'call' ? expr.callee.span : problem.span;
  return [fix(`Use ${suggestion}`, replace(span, suggestion))];
}

/** `from keras.losses import mse` → `import mean_squared_error as mse`, where the module stays. */
function renamedImport({ failure, span }: TraceProblem, source: SourceIndex, suggestion: string): readonly Fix[] {
  const split = (path: string) => [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)] as const;
  const [space, name] = split(suggestion);
  const [oldSpace, oldName] = split(String(failure.data?.path ?? ''));
  if (space !== oldSpace || source.text(span) !== oldName) return [];
  return [fix(`Import ${name}`, replace(span, `${name} as ${oldName}`))];
}

/** MeanSquaredError(y_true, y_pred) → MeanSquaredError()(y_true, y_pred). */
function madeFirst(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = source.at(problem.span);
  if (problem.failure.data?.given !== 'tensors' || call?.kind !== 'call') return [];
  return [fix(`Make the loss first: ${source.text(call.callee.span)}()(…)`, insertAfter(call.callee.span, '()'))];
}
