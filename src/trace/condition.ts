/** Owns conditions: whether the way to go is known, and what a tensor in one means to Keras and to JavaScript. */
import type { Failure } from '../graph/primitive';
import { type Dim, isBatch } from '../shape/dim';
import type { TensorValue, Value } from '../value/value';
import type { Context } from './context';

/**
 * Truth of a condition. A tensor that is not known is what Keras 3 refuses in its graph (no AutoGraph there), and one of several elements is
 * refused everywhere: reported once, and both ways are followed.
 */
export function condition(context: Context, value: Value, construct: string): boolean | undefined {
  if (value.kind === 'unknown') return undefined;
  if (context.language === 'javascript') return javascriptCondition(context, value, construct);
  if (value.kind !== 'tensor') return context.truth(value);
  const truth = context.truth(value);
  if (truth !== undefined) return truth;
  const refusal = refusalOf(context, value, construct);
  if (refusal !== undefined && context.mode === 'run') context.fail(refusal, [value]);
  if (refusal !== undefined) context.note(refusal, [value]);
  return undefined;
}

function refusalOf(context: Context, { type, flavor }: TensorValue, construct: string): Failure | undefined {
  const refused = (detail: string): Failure => ({
    code: 'python-condition-on-tensor',
    kind: 'type',
    certainty: 'certain',
    detail,
    data: { construct, rank: type.shape.length },
  });
  const converted = context.keras === 2 || context.interpreter.autographActive();
  // AutoGraph makes `not` elementwise.
  if (type.shape.some(isSeveral) && !(construct === 'not' && converted))
    return refused(`Python's \`${construct}\` needs one truth value, and the tensor has several elements`);
  if (context.mode === 'run' || context.keras !== 3 || context.interpreter.autographActive() || flavor !== 'tensor') return undefined;
  return refused(`Python's \`${construct}\` needs the value of a tensor, which a graph does not have`);
}

/** Surely not 1: of a batch of one sample nobody speaks. */
function isSeveral(dim: Dim): boolean {
  return typeof dim === 'number' ? dim > 1 : isBatch(dim);
}

/** A tensor is an object, and so always true: one branch is taken for every sample. */
function javascriptCondition(context: Context, value: Value, construct: string): boolean | undefined {
  if (value.kind === 'tensor' && value.type.dtype === 'bool') {
    const detail = 'a tensor is an object and always true in JavaScript: one branch is taken for every sample; use tf.where';
    context.note({ code: 'tensor-always-true', kind: 'type', certainty: 'certain', detail, data: { construct, severity: 'warning' } }, [
      value,
    ]);
  }
  return context.truth(value);
}
