/** Owns conditions: whether the way to go is known, and what a tensor in one means to Keras and to JavaScript. */
import type { Expr } from '../program/program';
import type { Value } from '../value/value';
import type { Context } from './context';

/**
 * Truth of a condition. A tensor that is not known is what Keras 3 refuses in its graph (no AutoGraph there): reported once, and both ways are followed.
 */
export function condition(context: Context, value: Value, _expr: Expr, construct: string): boolean | undefined {
  if (value.kind === 'unknown') return undefined;
  if (context.language === 'javascript') return javascriptCondition(context, value, construct);
  if (value.kind !== 'tensor') return context.truth(value);
  const truth = context.truth(value);
  if (truth !== undefined || context.mode === 'run') return truth;
  const size = value.type.shape.length;
  if (context.keras === 3 && !context.interpreter.autographActive() && value.flavor === 'tensor') {
    context.note(
      {
        code: 'python-condition-on-tensor',
        kind: 'type',
        certainty: 'certain',
        detail: `Python's \`${construct}\` needs the value of a tensor, which a graph does not have`,
        data: { construct, rank: size },
      },
      [value],
    );
  }
  return undefined;
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
