/** Owns the ops without inputs, and shapeOf: where tensors come from. Their types stand in their attributes or are given by the builder. */
import { invariant } from '../../base/assert';
import { ANYTHING, interval, point } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import type { Primitive } from '../primitive';
import { dataAttr, dimAttr, dtypeAttr, numberAttr, shapeAttr, size, sizes } from './attrs';
import { only } from './elementwise';
import { makeTensor, newValues, product, storageOf } from './hostKernels';

function builtOnly(name: string): Primitive['infer'] {
  return () => {
    invariant(false, `${name} nodes are made by the builder, not by emit`);
    return { shape: [], dtype: 'float32' };
  };
}

function hull(data: ArrayLike<number>): { readonly low: number; readonly high: number; readonly integral: boolean; readonly nan: boolean } {
  let [low, high, integral, nan] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true, false];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (Number.isNaN(value)) nan = true;
    else {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    integral &&= Number.isInteger(value);
  }
  return low <= high ? { low, high, integral, nan } : { ...ANYTHING, nan };
}

export const SOURCES: readonly Primitive[] = [
  {
    name: 'input',
    infer: builtOnly('input'),
    kernel: () => {
      invariant(false, 'an input has no kernel: its array is given');
    },
  },
  {
    name: 'constant',
    infer: builtOnly('constant'),
    range: (_inputs, attrs) => hull(dataAttr(attrs)),
    kernel: (_inputs, context) => {
      const data = dataAttr(context.attrs);
      const count = product(sizes(context.outputType.shape));
      const out = newValues(storageOf(context.outputType.dtype), count);
      if (data.length === 1) out.fill(data[0] as number);
      else out.set(data);
      return makeTensor(context, out);
    },
  },
  {
    name: 'dims',
    infer: builtOnly('dims'),
    range: (_inputs, attrs) => {
      const elements = shapeAttr(attrs, 'elements');
      const concrete = elements.filter((dim) => typeof dim === 'number');
      return concrete.length === elements.length ? hull(concrete) : interval(Math.min(0, ...concrete), Number.POSITIVE_INFINITY, true);
    },
    kernel: (_inputs, context) => makeTensor(context, Int32Array.from(sizes(shapeAttr(context.attrs, 'elements')))),
  },
  {
    name: 'fill',
    infer: (_types, attrs) => ({ shape: shapeAttr(attrs), dtype: dtypeAttr(attrs) }),
    range: (_inputs, attrs) => point(numberAttr(attrs, 'value')),
    known: (_inputs, attrs, _types, { shape }) => {
      const [length = 1] = shape;
      if (shape.length > 1 || typeof length !== 'number' || !Number.isInteger(attrs.value)) return undefined;
      return new Array<number>(length).fill(numberAttr(attrs, 'value'));
    },
    kernel: (_inputs, context) => {
      const out = newValues(storageOf(context.outputType.dtype), product(sizes(context.outputType.shape)));
      return makeTensor(context, out.fill(numberAttr(context.attrs, 'value')));
    },
  },
  {
    name: 'range',
    infer: (_types, attrs) => ({ shape: [dimAttr(attrs, 'size')], dtype: dtypeAttr(attrs) }),
    range: (_inputs, attrs) => {
      const [start, step, count] = [numberAttr(attrs, 'start'), numberAttr(attrs, 'step'), dimAttr(attrs, 'size')];
      const last = typeof count === 'number' ? start + step * Math.max(count - 1, 0) : step * Number.POSITIVE_INFINITY;
      return interval(Math.min(start, last), Math.max(start, last), Number.isInteger(start) && Number.isInteger(step));
    },
    known: (_inputs, attrs) => {
      const count = dimAttr(attrs, 'size');
      const [start, step] = [numberAttr(attrs, 'start'), numberAttr(attrs, 'step')];
      return typeof count === 'number' && count <= 256 ? Array.from({ length: count }, (_, i) => start + i * step) : undefined;
    },
    kernel: (_inputs, context) => {
      const { attrs } = context;
      const out = newValues(storageOf(context.outputType.dtype), size(dimAttr(attrs, 'size')));
      for (let i = 0; i < out.length; i++) out[i] = numberAttr(attrs, 'start') + i * numberAttr(attrs, 'step');
      return makeTensor(context, out);
    },
  },
  {
    name: 'shapeOf',
    infer: ([x], attrs) => ({ shape: [only([x]).shape.length], dtype: dtypeAttr(attrs, 'dtype', 'int32') }),
    range: () => interval(0, Number.POSITIVE_INFINITY, true),
    known: (_inputs, _attrs, [x]: readonly TensorType[]) => only([x]).shape,
    kernel: ([x], context) => makeTensor(context, Int32Array.from(only([x]).shape)),
  },
];
