/** Owns what JavaScript's operators do with tensors: never what was meant. */
import { failure } from '../../graph/primitive';
import type { BinaryOp, CompareOp } from '../../program/program';
import type { CallContext } from '../../value/api';
import type { Value } from '../../value/value';

/** Functions that stand for operators on tensors, for messages. */
const TENSOR_FUNCTIONS: Readonly<Partial<Record<BinaryOp | CompareOp, string>>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '**': 'pow',
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
  '&': 'logicalAnd',
  '|': 'logicalOr',
  '^': 'logicalXor',
};

export function tensorOperator(context: CallContext, op: BinaryOp | CompareOp, left: Value, right: Value): never {
  const name = TENSOR_FUNCTIONS[op] ?? '';
  const result = op === '+' ? 'a string' : op === '<' || op === '<=' || op === '>' || op === '>=' ? 'always false' : 'NaN';
  const detail = `JavaScript's \`${op}\` does not compute with tensors (it gives ${result}): write a.${name}(b) or tf.${name}(a, b)`;
  const tensors = [left, right].filter((value) => value.kind === 'tensor');
  return context.fail(failure('operand-type', 'type', detail, { operator: op, suggestion: name }), tensors);
}

const EQUALITY_FUNCTIONS: Readonly<Partial<Record<CompareOp, string>>> = {
  '==': 'equal',
  '===': 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
};

/** A tensor is never equal to a number: said, and the comparison goes on as JavaScript computes it. */
export function noteTensorEquality(context: CallContext, op: CompareOp, left: Value, right: Value): void {
  const tensor = left.kind === 'tensor' ? left : right;
  const other = tensor === left ? right : left;
  if (tensor.kind !== 'tensor' || other.kind !== 'number') return;
  const name = EQUALITY_FUNCTIONS[op] ?? '';
  const detail = `JavaScript's \`${op}\` compares the tensor object with a number (it gives ${op.startsWith('!') ? 'true' : 'false'} for every sample): write a.${name}(b) and tf.where`;
  context.note(failure('operand-type', 'type', detail, { operator: op, suggestion: name, severity: 'warning' }), [tensor]);
}

/** `x.square.mean()`: a method that is not called has no methods of tensors. */
export function uncalledMethod(context: CallContext, method: string, name: string): never {
  const detail = `\`${method}\` is a method and is not called here, so that it has no \`.${name}\`: write ${method}()`;
  return context.fail(failure('attribute', 'name', detail, { attribute: name, suggestion: `${method}()` }));
}
