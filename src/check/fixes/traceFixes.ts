/** Owns fixes for what the trace found: one maker for each code, where a right edit exists. */
import type { Fix } from '../../base/problem';
import type { CallExpr } from '../../program/program';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, insertAfter, insertBefore, replace } from '../rules/rule';
import { autographFix } from './autograph';
import { backendFixes } from './kerasBackend';

type Maker = (problem: TraceProblem, source: SourceIndex) => readonly Fix[];

const MAKERS: Readonly<Record<string, Maker>> = {
  'keras-name-missing': (problem, source) => renamed(problem, source),
  'keras-backend-gone': (problem, source) => backendFixes(problem, source),
  'python-value-of-tensor': (problem, source) => builtin(problem, source),
  'numpy-in-graph': (problem, source) => numpyCall(problem, source),
  'dtype-mismatch': (problem, source) => castOperand(problem, source),
  'python-condition-on-tensor': (problem, source) => autographFix(problem, source),
  'python-loop-on-tensor': (problem, source) => autographFix(problem, source),
  broadcast: (problem, source) => keepdims(problem, source),
};

export function traceFixes(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  if (!source.isEntry(problem.span)) return [];
  return MAKERS[problem.code]?.(problem, source) ?? [];
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

/** max(a, b) → tf.maximum(a, b). */
const BUILTINS: Readonly<Record<string, string>> = {
  max: 'tf.maximum',
  min: 'tf.minimum',
  abs: 'tf.abs',
  round: 'tf.round',
  sum: 'tf.reduce_sum',
};

function builtin(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const expr = callAt(problem, source);
  if (expr?.callee.kind !== 'name') return [];
  const name = BUILTINS[expr.callee.name];
  if (name === undefined || (/maximum|minimum/.test(name) && expr.args.length !== 2)) return [];
  return [fix(`Use ${name}`, replace(expr.callee.span, name))];
}

const NUMPY: Readonly<Record<string, string>> = {
  log: 'tf.math.log',
  log1p: 'tf.math.log1p',
  mean: 'tf.reduce_mean',
  sum: 'tf.reduce_sum',
  max: 'tf.reduce_max',
  min: 'tf.reduce_min',
  power: 'tf.pow',
  clip: 'tf.clip_by_value',
};
const SAME_NAME = /^(exp|sqrt|abs|square|maximum|minimum|sign|sin|cos|tanh|where|ones_like|zeros_like|round|floor)$/;

/** NumPy's calls around this one too: their argument is the tensor then. */
function numpyCall(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const own = callAt(problem, source);
  const wanted = own === undefined ? undefined : tensorFunction(own);
  if (own === undefined || wanted === undefined) return [];
  const edits = source.callsAround(own.span).flatMap((call) => {
    const name = tensorFunction(call);
    return name === undefined ? [] : [replace(call.callee.span, name)];
  });
  return [fix(`Use ${wanted}`, ...edits)];
}

function tensorFunction({ callee }: CallExpr): string | undefined {
  if (callee.kind !== 'attribute' || callee.object.kind !== 'name' || !/^(np|numpy)$/.test(callee.object.name)) return undefined;
  const { name } = callee;
  return NUMPY[name] ?? (SAME_NAME.test(name) ? `tf.${name}` : undefined);
}

function callAt(problem: TraceProblem, source: SourceIndex): CallExpr | undefined {
  const expr = source.at(problem.span);
  return expr?.kind === 'call' ? expr : undefined;
}

/** The integer side of an operator becomes the type of the other. */
function castOperand(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const expr = source.at(problem.span);
  const [left, right] = problem.operands;
  if (expr?.kind !== 'binary' || left?.type == null || right?.type == null || left.type.dtype === right.type.dtype) return [];
  const leftNarrow = right.type.dtype === 'float32';
  if (!leftNarrow && left.type.dtype !== 'float32') return [];
  const place = leftNarrow ? expr.left : expr.right;
  return [fix('Cast to float32', insertBefore(place.span, 'tf.cast('), insertAfter(place.span, ', tf.float32)'))];
}

/** (B, C) against (B,) of a reduction over the last axis: it should have kept the axis. */
function keepdims(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const [left, right] = problem.operands;
  if (left?.type == null || right?.type == null) return [];
  const [small, large] = left.type.shape.length < right.type.shape.length ? [left, right] : [right, left];
  if (small.type === null || large.type === null || large.type.shape.length - small.type.shape.length !== 1) return [];
  const expr = source.at(small.span);
  if (expr?.kind !== 'call' || !source.isEntry(expr.span)) return [];
  const axis = expr.args.find((arg) => arg.name === 'axis') ?? expr.args[1];
  if (axis === undefined || expr.args.some((arg) => arg.name === 'keepdims' || arg.name === 'keep_dims') || expr.args.length > 2) return [];
  const last = expr.args.at(-1);
  return last === undefined ? [] : [fix('Keep the reduced axis (keepdims=True)', insertAfter(last.span, ', keepdims=True'))];
}
