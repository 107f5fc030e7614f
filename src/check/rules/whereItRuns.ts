/** Owns TensorFlow's functions in losses that another Keras backend runs. */
import type { CallExpr } from '../../program/program';
import { placeOf, tensorflowCalls } from '../facts/place';
import { oneLine } from '../facts/sourceIndex';
import type { Rule } from './rule';

/** Parts of TensorFlow that compute nothing on tensors of the loss, or are Keras itself. */
const HARMLESS =
  /^(keras|function|autograph|name_scope|summary|print|float\d+|bfloat16|u?int\d+|bool|newaxis|TensorShape|TensorSpec|config|distribute|data|get_logger|executing_eagerly)(\.|$)/;

export const backendMismatch: Rule = {
  codes: ['backend-mismatch'],
  check(context) {
    const { candidate, keras, module } = context;
    if (candidate.computes === null || module.language !== 'python' || keras !== 3) return [];
    const { backend } = placeOf(module);
    if (backend === null) return [];
    const calls: readonly CallExpr[] = tensorflowCalls(context)
      .filter(({ name }) => !HARMLESS.test(name))
      .map(({ call }) => call);
    const [first] = calls;
    if (first === undefined) return [];
    const name = oneLine(context.source.text(first.callee.span));
    const others = calls.length === 1 ? '' : ` The loss has ${calls.length} such calls.`;
    return [
      {
        code: 'backend-mismatch',
        severity: 'error',
        message: `${name}: this file sets the Keras backend to "${backend}", whose tensors TensorFlow cannot compute on while Keras trains. Use keras.ops, which runs on every backend.${others}`,
        span: first.callee.span,
        related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
      },
    ];
  },
};
