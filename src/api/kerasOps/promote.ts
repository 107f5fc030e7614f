/** Owns keras.ops' dtype rules: the common type of operands, with Python numbers that adopt it, and which types integers become. */
import { type DType, isComplex, isFloat, isInteger, kerasResultType } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import { api, type TensorValue, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { cast } from '../tensors';

/** A dtype, or the kind of a Python number, which only decides where no tensor does. */
export type Promotable = DType | 'python int' | 'python float';

/** keras.backend.result_type. */
export function resultType(types: readonly Promotable[]): DType {
  let known: DType | undefined;
  for (const type of types)
    if (type !== 'python int' && type !== 'python float') known = known === undefined ? type : kerasResultType(known, type);
  if (types.includes('python float')) return known !== undefined && (isFloat(known) || isComplex(known)) ? known : 'float32';
  if (known === undefined) return 'int32';
  return known === 'bool' && types.includes('python int') ? 'int32' : known;
}

/** Python numbers count as weak; everything else as the tensor that it becomes. */
function promotable(value: Value | TensorValue): Promotable {
  if (value.kind === 'number') return value.float ? 'python float' : 'python int';
  if (value.kind === 'boolean') return 'bool';
  return value.kind === 'tensor' ? value.type.dtype : 'float32';
}

/** Operands as tensors of their common type (`extra` joins in). */
export function promoted(c: CallContext, values: readonly Value[], ...extra: readonly Promotable[]): TensorValue[] {
  const operands = values.map((value) => (value.kind === 'number' || value.kind === 'boolean' ? value : c.tensor(value)));
  const dtype = resultType([...operands.map(promotable), ...extra]);
  return operands.map((operand) => (operand.kind === 'tensor' ? cast(c, operand, dtype) : numberAs(c, operand, dtype)));
}

/** The same where Keras makes tensors of Python numbers first: they then count with the type of such a tensor. */
export function promotedTensors(c: CallContext, values: readonly Value[], ...extra: readonly Promotable[]): TensorValue[] {
  const tensors = values.map((value) => c.tensor(value));
  const dtype = resultType([...tensors.map((tensor) => tensor.type.dtype), ...extra]);
  return tensors.map((tensor) => cast(c, tensor, dtype));
}

/** A Python number in a dtype; an integer type takes the number through its own tensor, as Keras' convert_to_tensor does. */
function numberAs(c: CallContext, value: Value, dtype: DType): TensorValue {
  if (value.kind === 'number' && (isFloat(dtype) || (isInteger(dtype) && !value.float))) return c.tensor(value, dtype);
  return cast(c, c.tensor(value), dtype);
}

/** Integers and booleans as float32, floats as they are. */
export function asFloat(c: CallContext, x: TensorValue): TensorValue {
  return isFloat(x.type.dtype) || isComplex(x.type.dtype) ? x : cast(c, x, 'float32');
}

/** Sums and products: small integers are widened. */
export function widened(c: CallContext, x: TensorValue): TensorValue {
  const { dtype } = x.type;
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'int16') return cast(c, x, 'int32');
  return dtype === 'uint8' || dtype === 'uint16' ? cast(c, x, 'uint32') : x;
}

/** keras.ops.convert_to_tensor with a dtype: casts. */
export function converted(c: CallContext, value: Value, dtype: DType): TensorValue {
  return value.kind === 'number' || value.kind === 'boolean' ? numberAs(c, value, dtype) : cast(c, c.tensor(value), dtype);
}

/** Calls another library function by its path: what Keras itself delegates to. */
export function delegate(
  c: CallContext,
  path: string,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>> = {},
): Value {
  return c.call(api(path), positional, keywords);
}

/** The same where the result is one tensor. */
export function delegateTensor(
  c: CallContext,
  path: string,
  positional: readonly Value[],
  keywords: Readonly<Record<string, Value>> = {},
): TensorValue {
  return c.tensor(delegate(c, path, positional, keywords));
}

/** `{'sum': entry}` → `{'keras.ops.sum': entry}`; names may be several, separated by spaces. */
export function opsTable(entries: ApiTable): ApiTable {
  return Object.fromEntries(
    Object.entries(entries).map(([names, made]) => [
      names
        .split(' ')
        .map((name) => `keras.ops.${name}`)
        .join(' '),
      made,
    ]),
  );
}

/** An entry that only passes its arguments on, by position, to a function of TensorFlow. */
export function passOn(signature: string, path: string, names: readonly string[], keywords: Readonly<Record<string, string>> = {}) {
  return entry(signature, (c: CallContext, args: Args) =>
    delegate(
      c,
      path,
      names.map((name) => args.value(name)),
      Object.fromEntries(Object.entries(keywords).map(([keyword, name]) => [keyword, args.value(name)])),
    ),
  );
}
