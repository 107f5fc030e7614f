/** Owns the texts of the trace's findings: a code and facts, put in words with the user's own expressions and both shapes, and what to write instead. */
import type { RelatedPlace } from '../base/problem';
import type { Span } from '../base/span';
import { isFloat } from '../shape/dtype';
import { shapeText, typeText } from '../shape/shapeText';
import type { Operand, TraceProblem } from '../value/api';

/** `textOf` gives the source that a span covers. */
export function messageOf(problem: TraceProblem, textOf: (span: Span) => string): string {
  const { callee, failure } = problem;
  const what = callee === '' || failure.detail.startsWith(callee) ? failure.detail : `${callee}: ${failure.detail}`;
  const named = operandTexts(problem, textOf);
  const advice = ADVICE[problem.code]?.(problem) ?? '';
  const facts = named.length === 0 ? what : `${what}. ${named.join(', ')}`;
  return advice === '' ? facts : `${facts}${/[.!?]$/.test(facts) ? '' : '.'} ${advice}`;
}

function operandTexts({ operands }: TraceProblem, textOf: (span: Span) => string): readonly string[] {
  const named = operands.flatMap(({ span, type, name = 'a value' }) =>
    type === null ? [] : [`${span === null ? name : oneLine(textOf(span))} is ${typeText(type)}`],
  );
  return [...new Set(named)];
}

/** Where the operands come from. */
export function relatedPlaces({ operands, span: own }: TraceProblem, textOf: (span: Span) => string): readonly RelatedPlace[] {
  return operands.flatMap(({ span, type }): readonly RelatedPlace[] => {
    if (span === null || type === null || (span.start >= own.start && span.end <= own.end && span.document === own.document)) return [];
    return [{ message: `${oneLine(textOf(span))} is ${shapeText(type.shape)} ${type.dtype}`, span }];
  });
}

/** What to write instead. */
const ADVICE: Readonly<Record<string, (problem: TraceProblem) => string>> = {
  broadcast: (problem) => broadcastAdvice(problem),
  'concat-shape': () => 'All axes but the one that is joined must be equal: did you mean axis=-1?',
  'stack-shape': () => 'tf.stack needs equal shapes; tf.concat joins along an axis.',
  'matmul-shape': () => 'For all pairs of rows use transpose_b=True; for one product per row tf.reduce_sum(a * b, axis=-1).',
  'slice-empty': () => 'A mean over it is NaN, a sum silently 0.',
  'dtype-mismatch': (problem) => dtypeAdvice(problem),
  'reshape-size': (problem) =>
    problem.failure.certainty === 'coincidental'
      ? 'The last batch of an epoch is usually smaller: use -1 or tf.shape(x)[0] for the batch.'
      : 'Use -1 for one size.',
  'static-batch-size': ({ callee }) =>
    /^range$|unstack$/.test(callee)
      ? 'Write the loss with whole tensors, or use tf.map_fn.'
      : 'Use tf.shape(x)[0], cast to the dtype of what it meets.',
  'python-condition-on-tensor': ({ failure }) =>
    failure.data?.rank === 0
      ? 'A tensor has no truth value while Keras traces the loss: use tf.where or tf.cond.'
      : 'Use tf.where to choose per element, or tf.reduce_any / tf.reduce_all for one answer.',
  'python-loop-on-tensor': () => 'Write it with whole tensors, or use tf.map_fn; @tf.function on the loss converts the loop.',
  'python-value-of-tensor': (problem) =>
    /^(max|min)$/.test(problem.callee)
      ? `Python's ${problem.callee} compares objects, not elements: use tf.${problem.callee}imum.`
      : 'Inside fit the tensor has no value: keep it a tensor.',
  'numpy-in-graph': () => 'In eager mode it would be a constant without gradient.',
  'loss-not-called': ({ callee, failure }) =>
    failure.data?.given === 'tensors'
      ? `Make the object first, and call that: ${callee}()(y_true, y_pred).`
      : 'Call it with y_true and y_pred.',
  squeeze: () => 'squeeze removes axes of size 1 only.',
};

function dtypeAdvice(problem: TraceProblem): string {
  const number = leadingNumber(problem);
  return number === undefined
    ? 'Cast one of them: tf.cast(x, tf.float32). NumPy arrays are float64, sizes and counts are integers.'
    : `While Keras traces the loss, a Python integer in the first place makes the whole op int32 (in eager mode it adapts): write ${number}.0.`;
}

/** A Python integer as the first operand of a function: `tf.maximum(0, x)`. */
export function leadingNumber({ operands: [first, second] }: TraceProblem): string | undefined {
  const adapts = second?.type != null && isFloat(second.type.dtype);
  return adapts && first?.type?.dtype === 'int32' && first.span === null && /^-?\d+$/.test(first.name ?? '') ? first.name : undefined;
}

/** Which axis met which, and how to line them up. */
function broadcastAdvice({ operands, failure }: TraceProblem): string {
  const [left, right] = shapesOf(operands);
  if (left === undefined || right === undefined) return '';
  const low = left.length <= right.length ? left : right;
  const high = low === left ? right : left;
  const often =
    failure.certainty === 'coincidental'
      ? 'It only works where the two happen to be equal, and then silently combines the wrong axes. '
      : '';
  if (high.length === low.length + 1 && high.length === 2)
    return `${often}Shapes line up from the right. A reduction keeps its axis with keepdims=True, a column with x[:, k:k+1].`;
  if (high.length > low.length) return `${often}Shapes line up from the right: add or drop an axis so that both have the same rank.`;
  return often.trim();
}

function shapesOf(operands: readonly Operand[]) {
  return operands.map((operand) => operand.type?.shape);
}

const LONGEST = 60;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
