/** Owns the static batch size: `x.shape[0]` is None while Keras traces a loss, and so is it wherever a size or a tensor is needed. */
import { failure } from '../graph/primitive';
import { isBatch } from '../shape/dim';
import type { CallContext } from '../value/api';
import type { Value } from '../value/value';

/** What only notes or compares a static shape takes None for an unknown size. */
const TAKES_NONE =
  /(^|\.)(ensure_shape|set_shape|TensorSpec|KerasTensor|TensorShape|Variable|placeholder|placeholder_with_default|Input|InputSpec|is_compatible_with|assert_is_compatible_with|merge_with|assert_shapes|isinstance|print|len|list|tuple|format|str)$/;

/** Kept where a loss asks whether the batch size is known: it has another way then. */
const TESTED = 'static batch size is tested';

/** `n is None`, `if n`, `n or tf.shape(x)[0]`. */
export function noteTested(context: Pick<CallContext, 'memory'>, value: Value): void {
  if (isStaticBatch(value)) context.memory.set(TESTED, true);
}

export function noteStaticBatch(context: CallContext, ...values: readonly Value[]): void {
  if (context.mode === 'run' || context.keras === 'none' || !values.some(isStaticBatch)) return;
  if (TAKES_NONE.test(context.callee) || context.memory.has(TESTED)) return;
  context.note(
    failure('static-batch-size', 'type', '`.shape[0]` is the batch size, which is None inside fit when the last batch is smaller'),
  );
}

function isStaticBatch(value: Value): boolean {
  if (value.kind === 'number') return value.staticBatch !== undefined;
  return value.kind === 'shape' && value.staticBatch !== undefined && value.dims.some(isBatch);
}
