/** Owns fixes of shapes and types that do not fit: axes, joins, products, reshapes, casts. */
import type { Fix } from '../../base/problem';
import type { CallExpr, Expr } from '../../program/program';
import { compareDims, hasRole } from '../../shape/dim';
import { isFloat, isInteger } from '../../shape/dtype';
import { sameShape } from '../../shape/shape';
import type { Operand, TraceProblem } from '../../value/api';
import { type SourceIndex, spelling } from '../facts/sourceIndex';
import { leadingNumber } from '../messages';
import { fix, insertAfter, replace } from '../rules/rule';
import { argument, literalInteger, literalIntegers, withArgument, wrap } from './edits';

export function callAt(problem: TraceProblem, source: SourceIndex): CallExpr | undefined {
  const expr = source.at(problem.span);
  return expr?.kind === 'call' ? expr : undefined;
}

/** The last axis instead of one beyond it; of several axes those that exist. */
export function existingAxis(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt(problem, source);
  const { rank } = problem.failure.data ?? {};
  const given = call === undefined ? undefined : argument(call, 'axis', 1)?.value;
  if (given === undefined || typeof rank !== 'number' || rank < 2) return [];
  if (literalInteger(given) !== undefined) return [fix('Use axis=-1', replace(given.span, '-1'))];
  const left = literalIntegers(given)?.filter((axis) => axis < rank && axis >= -rank);
  if (left === undefined) return [];
  const text = left.length === 0 ? '-1' : left.length === 1 ? `${left[0]}` : `[${left.join(', ')}]`;
  return [fix(`Use axis=${text}`, replace(given.span, text))];
}

/** Columns are joined, where all other axes agree. */
export function joinColumns({ operands, ...problem }: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt({ ...problem, operands }, source);
  const shapes = operands.flatMap(({ type }) => (type === null ? [] : [type.shape]));
  const [first] = shapes;
  if (call === undefined || first === undefined || shapes.length !== operands.length || first.length < 2) return [];
  const fits = shapes.every((shape) => shape.length === first.length && sameShape(shape.slice(0, -1), first.slice(0, -1)));
  const edit = fits ? withArgument(call, 'axis', 1, '-1') : undefined;
  return edit === undefined ? [] : [fix('Join along the last axis (axis=-1)', edit)];
}

/** Rows against rows: the second factor is transposed. */
export function transposeSecond(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const [left, right] = problem.operands.map(({ type }) => type?.shape);
  if (left === undefined || right === undefined || left.length < 2 || right.length < 2) return [];
  if (compareDims(left.at(-1) ?? 0, right.at(-1) ?? 0) !== 'equal') return [];
  const expr = source.at(problem.span);
  const own = expr?.kind === 'call' && /^tf\.(linalg\.)?matmul$/.test(source.text(expr.callee.span));
  if (own) {
    const edit = argument(expr, 'transpose_b', 3) === undefined ? withArgument(expr, 'transpose_b', 3, 'True') : undefined;
    return edit === undefined ? [] : [fix('Transpose the second factor (transpose_b=True)', edit)];
  }
  const second = expr?.kind === 'binary' ? expr.right : expr?.kind === 'call' ? argument(expr, 'x2', 1)?.value : undefined;
  if (second === undefined || right.length !== 2 || /dot/.test(spelling(expr))) return [];
  return [fix('Transpose the second factor', ...wrap(second.span, 'tf.transpose(', ')'))];
}

/** A batch size that is written out: -1 stands for any. */
export function anyBatch(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt(problem, source);
  if (call === undefined || problem.failure.certainty !== 'coincidental') return [];
  const given = (argument(call, 'shape', 1) ?? argument(call, 'newshape', 1))?.value;
  if (given?.kind !== 'list' && given?.kind !== 'tuple') return [];
  const [first] = given.items;
  if (first === undefined || given.items.some((item) => literalInteger(item) === -1)) return [];
  return [fix('Use -1 for the batch', replace(first.span, '-1'))];
}

/** (B, C) against (B,) of a reduction over the last axis: it should have kept the axis. Of anything else: a column. */
export function lineUp(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const [left, right] = problem.operands;
  if (left?.type == null || right?.type == null) return [];
  const [small, large] = left.type.shape.length < right.type.shape.length ? [left, right] : [right, left];
  if (small.type === null || large.type === null || large.type.shape.length - small.type.shape.length !== 1) return [];
  const kept = keptAxis(small, source);
  if (kept !== undefined) return [kept];
  const place = placeOf(problem, small, left, source);
  if (place === undefined || !sameShape(small.type.shape, large.type.shape.slice(0, -1)) || !hasRole(small.type.shape[0] ?? 0, 'batch'))
    return [];
  return [fix('Make it a column', ...wrap(place.span, 'tf.expand_dims(', ', -1)'))];
}

function keptAxis({ span }: Operand, source: SourceIndex): Fix | undefined {
  const expr = source.at(span);
  if (expr?.kind !== 'call' || !source.isEntry(expr.span)) return undefined;
  const axis = argument(expr, 'axis', 1);
  const last = expr.args.at(-1);
  const other = expr.args.some(({ name }) => name === 'keepdims' || name === 'keep_dims') || expr.args.length > 2;
  return axis === undefined || other || last === undefined || !REDUCES.test(spelling(expr))
    ? undefined
    : fix('Keep the reduced axis (keepdims=True)', insertAfter(last.span, ', keepdims=True'));
}

const REDUCES = /^(reduce_\w+|sum|mean|max|min|prod|std|var|logsumexp|norm|amax|amin)$/;

/** Where an operand of an operator stands: a bare parameter has no place of its own. */
function placeOf(problem: TraceProblem, operand: Operand, left: Operand, source: SourceIndex): Expr | undefined {
  const expr = source.at(problem.span);
  return expr?.kind === 'binary' ? (operand === left ? expr.left : expr.right) : undefined;
}

/** Both sides of an operator or of a function of two tensors in one type. */
export function castOperand(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const expr = source.at(problem.span);
  const [left, right] = problem.operands;
  if (left?.type == null || right?.type == null || left.type.dtype === right.type.dtype) return [];
  const sides =
    expr?.kind === 'binary'
      ? [expr.left, expr.right]
      : expr?.kind === 'call' && expr.args.length >= 2
        ? expr.args.slice(0, 2).map(({ value }) => value)
        : [];
  const [first, second] = sides;
  if (first === undefined || second === undefined) return [];
  if (first.kind === 'number' && leadingNumber(problem) !== undefined)
    return [fix(`Write ${source.text(first.span)}.0`, insertAfter(first.span, '.0'))];
  const [a, b] = [left.type.dtype, right.type.dtype];
  // A quotient of integers is a float64, which mixes with nothing of the loss.
  if (expr?.kind === 'binary' && expr.op === '/' && isInteger(a) && isInteger(b))
    return [fix('Cast both to float32', ...[first, second].flatMap(({ span }) => wrap(span, 'tf.cast(', ', tf.float32)')))];
  const logical = /^logical_/.test(spelling(expr)) ? 'bool' : undefined;
  const wanted =
    logical ??
    (a === 'float32' || b === 'float32' ? 'float32' : isInteger(a) && isInteger(b) ? a : isFloat(a) ? a : isFloat(b) ? b : undefined);
  const place = wanted === undefined || (a !== wanted && b !== wanted) ? undefined : a === wanted ? second : first;
  return place === undefined ? [] : [fix(`Cast to ${wanted}`, ...wrap(place.span, 'tf.cast(', `, tf.${wanted})`))];
}

/** Indices and ids that are floats, masks that are bools. */
export function castArgument(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const call = callAt(problem, source);
  const { dtype } = problem.failure.data ?? {};
  if (call === undefined || typeof dtype !== 'string' || !/^float/.test(dtype)) return [];
  const name = spelling(call);
  const place =
    name === 'one_hot'
      ? argument(call, 'indices', 0)
      : /^(gather|gather_nd|take|embedding_lookup)$/.test(name)
        ? argument(call, 'indices', 1)
        : undefined;
  return place === undefined ? [] : [fix('Cast to int32', ...wrap(place.value.span, 'tf.cast(', ', tf.int32)'))];
}
