/** Owns the batch file's JSON form: `{"y_true": {"shape": [6], "dtype": "float32", "data": [flat…]}, …}`, NaN and infinities as strings. */
import * as v from 'valibot';
import { type DType, dtypeNamed, integerLimits } from '../shape/dtype';
import { shapeText } from '../shape/shapeText';
import { BATCH_DTYPES, type Batch, type BatchError, elementCount, type TensorData, tensorData } from './tensorData';

const size = v.pipe(v.number('must be numbers'), v.integer('must be whole numbers'), v.minValue(0, 'must not be below 0'));

const tensorSchema = v.object(
  {
    shape: v.optional(v.array(size, 'must be a list of whole numbers')),
    dtype: v.optional(v.string('must be the name of a type')),
    // A list of a million elements is checked below, without a schema for each.
    data: v.custom<readonly unknown[]>(Array.isArray, 'must be a list of numbers'),
  },
  (issue) => (issue.expected === 'Object' ? 'must be an object with shape, dtype and data' : 'is missing'),
);

export function readJsonBatch(text: string): Batch | BatchError {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { message: `not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  return batchOf(json);
}

/** The same for a value that is parsed already. */
export function batchOf(json: unknown): Batch | BatchError {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { message: 'a batch is an object of tensors by name: {"y_true": {"shape": …, "dtype": …, "data": …}, "y_pred": …}' };
  }
  const batch: Record<string, TensorData> = {};
  for (const [name, given] of Object.entries(json)) {
    const tensor = tensorOf(given);
    if ('message' in tensor) return { message: `${name}${tensor.message}` };
    batch[name] = tensor;
  }
  return Object.keys(batch).length === 0 ? { message: 'the batch holds no tensor' } : batch;
}

function tensorOf(given: unknown): TensorData | BatchError {
  const parsed = v.safeParse(tensorSchema, Array.isArray(given) ? { data: given } : given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue);
    return { message: `${path === null ? '' : `.${path}`} ${issue.message}` };
  }
  const { shape, data } = parsed.output;
  const dtype = dtypeOf(parsed.output.dtype);
  if (typeof dtype === 'object') return dtype;
  return elementsOf(data, shape, dtype);
}

function dtypeOf(name: string | undefined): DType | BatchError {
  const dtype = name === undefined ? 'float32' : dtypeNamed(name);
  if (dtype !== undefined && BATCH_DTYPES.includes(dtype)) return dtype;
  return { message: `.dtype is ${JSON.stringify(name)}; there are ${BATCH_DTYPES.join(', ')}` };
}

function elementsOf(data: readonly unknown[], stated: readonly number[] | undefined, dtype: DType): TensorData | BatchError {
  const flat: unknown[] = [];
  const nested = flatten(data, flat);
  if (nested === undefined) return { message: '.data has rows of differing lengths' };
  const shape = stated ?? nested;
  if (elementCount(shape) !== flat.length) {
    return { message: `: the shape ${shapeText(shape)} needs ${elementCount(shape)} elements, data has ${flat.length}` };
  }
  if (nested.length > 1 && nested.join() !== shape.join()) {
    return { message: `: the shape is ${shapeText(shape)}, data is nested as ${shapeText(nested)}` };
  }
  const numbers = new Float64Array(flat.length);
  for (const [i, element] of flat.entries()) {
    const number = numberOf(element);
    const fault = number === undefined ? 'is no number' : faultOf(number, dtype);
    if (number === undefined || fault !== undefined)
      return { message: `.data[${i}] is ${JSON.stringify(element)}, which ${fault ?? 'is no number'}` };
    numbers[i] = number;
  }
  return tensorData(shape, dtype, numbers);
}

/** Appends the elements; the shape of the nesting, or undefined if it is ragged. */
function flatten(data: readonly unknown[], flat: unknown[]): readonly number[] | undefined {
  let inner: readonly number[] | undefined;
  for (const element of data) {
    const shape = Array.isArray(element) ? flatten(element, flat) : [];
    if (shape === undefined || (inner !== undefined && inner.join() !== shape.join())) return undefined;
    if (!Array.isArray(element)) flat.push(element);
    inner = shape;
  }
  return [data.length, ...(inner ?? [])];
}

const NON_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function numberOf(element: unknown): number | undefined {
  if (typeof element === 'number') return element;
  if (typeof element === 'boolean') return Number(element);
  return typeof element === 'string' && Object.hasOwn(NON_FINITE, element) ? NON_FINITE[element] : undefined;
}

function faultOf(number: number, dtype: DType): string | undefined {
  const limits = integerLimits(dtype);
  if (limits === undefined) return undefined;
  if (!Number.isInteger(number)) return `no ${dtype} can hold`;
  return number < limits[0] || number > limits[1] ? `is outside the range of ${dtype}` : undefined;
}
