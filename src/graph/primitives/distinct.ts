import { ANYTHING, interval } from '../../shape/range';
import type { Primitive } from '../primitive';
import { booleanAttr, dimAttr, dtypeAttr } from './attrs';
import { typeAt } from './checks';
import { type Elements, elementsOf, resultOf, tensorAt } from './host';
import { stridesOf } from './hostKernels';

/** Positions of the true (or nonzero) elements, one row each; how many is known when it runs. */
const nonzero: Primitive = {
  name: 'nonzero',
  infer: (types, attrs) => ({ shape: [dimAttr(attrs, 'size'), typeAt(types, 0).shape.length], dtype: 'int64' }),
  range: () => interval(0, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => {
    const x = elementsOf(inputs, 0);
    const { shape } = tensorAt(inputs, 0);
    const strides = stridesOf(shape);
    const out: number[] = [];
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      count++;
      shape.forEach((length, axis) => {
        out.push(Math.floor(i / (strides[axis] ?? 1)) % length);
      });
    }
    return resultOf(context, out, [count, shape.length]);
  },
};

/** The distinct values in order of first appearance (tf.unique) or ascending (`sorted`), and for each element the position of its value. */
function distinct(x: Elements, sorted: boolean): { readonly values: readonly number[]; readonly indices: Int32Array } {
  const values = [...new Set(Array.from(x))];
  if (sorted) values.sort((a, b) => a - b);
  const positions = new Map(values.map((value, i) => [value, i]));
  return { values, indices: Int32Array.from(x, (value) => positions.get(value) ?? 0) };
}

const uniqueValues: Primitive = {
  name: 'uniqueValues',
  infer: (types, attrs) => ({ shape: [dimAttr(attrs, 'size')], dtype: typeAt(types, 0).dtype }),
  range: ([x]) => x ?? ANYTHING,
  kernel: (inputs, context) => {
    const { values } = distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted'));
    return resultOf(context, values, [values.length]);
  },
};

const uniqueIndices: Primitive = {
  name: 'uniqueIndices',
  infer: (types, attrs) => ({ shape: typeAt(types, 0).shape, dtype: dtypeAttr(attrs, 'dtype', 'int32') }),
  range: () => interval(0, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => resultOf(context, distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted')).indices),
};

const uniqueCounts: Primitive = {
  name: 'uniqueCounts',
  infer: (_, attrs) => ({ shape: [dimAttr(attrs, 'size')], dtype: dtypeAttr(attrs, 'dtype', 'int32') }),
  range: () => interval(1, Number.POSITIVE_INFINITY, true),
  kernel: (inputs, context) => {
    const { values, indices } = distinct(elementsOf(inputs, 0), booleanAttr(context.attrs, 'sorted'));
    const counts = new Float64Array(values.length);
    for (const index of indices) counts[index] = (counts[index] ?? 0) + 1;
    return resultOf(context, counts, [values.length]);
  },
};

export const DISTINCT: readonly Primitive[] = [nonzero, uniqueValues, uniqueIndices, uniqueCounts];
