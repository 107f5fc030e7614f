/** Owns counting (bincount) and searching sorted rows (searchsorted). */
import { interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import { type Failure, failure, type Primitive } from '../primitive';
import { booleanAttr, dimAttr, dtypeAttr, sizes, stringAttr } from './attrs';
import { checkShapes, typeAt } from './checks';
import { type Elements, elementsOf, type Kernel, resultOf, tensorAt } from './host';
import { product } from './hostKernels';
import { checkDtype, INTEGERS } from './inferring';

/** Counts (or sums of weights) of the values 0 … size-1; with axis -1 row by row. Values from `size` on do not count. */
const bincount: Primitive = {
  name: 'bincount',
  infer: (types, attrs) => {
    const x = typeAt(types, 0);
    const weights = types[1];
    const byRow = attrs.axis === -1 && x.shape.length === 2;
    const dtype = weights?.dtype ?? dtypeAttr(attrs, 'dtype', 'int32');
    const wrong =
      checkDtype('bincount', x.dtype, INTEGERS) ?? (weights && checkShapes(x.shape, weights.shape, 'the sizes of values and weights'));
    return wrong ?? { shape: [...(byRow ? x.shape.slice(0, 1) : []), dimAttr(attrs, 'size')], dtype };
  },
  range: () => interval(0, Number.POSITIVE_INFINITY),
  kernel: (inputs, context) => {
    const values = elementsOf(inputs, 0);
    const weights = inputs.length > 1 ? elementsOf(inputs, 1) : undefined;
    const shape = sizes(context.outputType.shape);
    const bins = shape.at(-1) ?? 0;
    const perRow = shape.length > 1 ? values.length / (shape[0] ?? 1) : values.length;
    const out = new Float64Array(product(shape));
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value < 0) throw new KernelError('value', 'Input arr must be non-negative!');
      if (value >= bins) continue;
      const where = Math.floor(i / perRow) * bins + value;
      out[where] = booleanAttr(context.attrs, 'binary') ? 1 : (out[where] ?? 0) + (weights ? (weights[i] ?? 0) : 1);
    }
    return resultOf(context, out);
  },
};

function searchFailure(sorted: TensorType, values: TensorType): Failure | undefined {
  if (sorted.shape.length === 0) return failure('rank', 'shape', 'searchsorted needs a sorted sequence of at least rank 1', { rank: 0 });
  if (sorted.shape.length === 1) return undefined;
  return checkShapes(
    sorted.shape.slice(0, -1),
    values.shape.slice(0, -1),
    'searchsorted: the leading sizes of the sequence and of the values',
  );
}

const searchKernel: Kernel = (inputs, context) => {
  const sorted = elementsOf(inputs, 0);
  const values = elementsOf(inputs, 1);
  const length = tensorAt(inputs, 0).shape.at(-1) ?? 0;
  const rows = length > 0 ? sorted.length / length : 0;
  const perRow = rows > 0 ? values.length / rows : values.length;
  const right = stringAttr(context.attrs, 'side', 'left') === 'right';
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const first = Math.floor(i / Math.max(perRow, 1)) * length;
    out[i] = bound(sorted, first, length, values[i] ?? 0, right);
  }
  return resultOf(context, out);
};

/** The first position whose element is not below (right: is above) the value. */
function bound(sorted: Elements, first: number, length: number, value: number, right: boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[first + middle] ?? 0;
    if (right ? element <= value : element < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const searchSorted: Primitive = {
  name: 'searchSorted',
  infer: (types, attrs) => {
    const sorted = typeAt(types, 0);
    const values = typeAt(types, 1);
    const wrong = searchFailure(sorted, values);
    return wrong ?? { shape: values.shape, dtype: dtypeAttr(attrs, 'dtype', 'int32') };
  },
  range: (_, __, [sorted]) => {
    const last = sorted?.shape.at(-1);
    return interval(0, typeof last === 'number' ? last : Number.POSITIVE_INFINITY, true);
  },
  kernel: searchKernel,
};

export const COUNTING: readonly Primitive[] = [bincount, searchSorted];
