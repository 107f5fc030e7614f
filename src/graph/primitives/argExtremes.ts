/** Owns argmax and argmin. */
import { normalizeAxis } from '../../shape/axis';
import { interval } from '../../shape/range';
import { KernelError } from '../kernelError';
import type { Primitive } from '../primitive';
import { axisOf, dtypeAttr, numberAttr } from './attrs';
import { only, rawType } from './elementwise';
import { reduceGroups, type Values } from './hostKernels';
import { axisFailure, checkDtype, REALS } from './inferring';

/** The first of the best elements; NaN is never one (all NaN: the first element). */
function argExtreme(name: 'argmax' | 'argmin', raw: string, worst: number, better: (value: number, best: number) => boolean): Primitive {
  const fold = (values: Values, start: number, within: Int32Array) => {
    let [index, best] = [0, worst];
    for (let i = 0; i < within.length; i++) {
      const value = values[start + (within[i] as number)] as number;
      if (better(value, best)) [index, best] = [i, value];
    }
    return index;
  };
  return {
    name,
    infer: ([x], attrs) => {
      const { shape, dtype } = only([x]);
      const refused = dtype === 'bool' ? undefined : checkDtype(name, dtype, REALS);
      const axis = normalizeAxis(numberAttr(attrs, 'axis'), shape.length);
      if (refused || axis === undefined) return refused ?? axisFailure(numberAttr(attrs, 'axis'), shape.length);
      return { shape: shape.filter((_, i) => i !== axis), dtype: dtypeAttr(attrs, 'dtype', 'int64') };
    },
    range: (_inputs, attrs, [type]) => {
      const size = type?.shape[axisOf(attrs, type.shape.length)];
      return interval(0, typeof size === 'number' ? Math.max(size - 1, 0) : Number.POSITIVE_INFINITY, true);
    },
    kernel: ([input], context) => {
      const x = only([input]);
      const axis = axisOf(context.attrs, x.rank);
      if (x.shape[axis] === 0) throw new KernelError('value', `Reduction axis ${axis} is empty in shape [${x.shape}]`);
      if (!context.raw) return reduceGroups(context, x, [axis], fold);
      return context.raw(raw, [x, context.tf.scalar(axis, 'int32')], {
        T: rawType(context.inputTypes[0]),
        Tidx: { type: 'dtype', value: 'int32' },
        output_type: { type: 'dtype', value: 'int32' },
      });
    },
  };
}

export const ARG_EXTREMES: readonly Primitive[] = [
  argExtreme('argmax', 'ArgMax', Number.NEGATIVE_INFINITY, (value, best) => value > best),
  argExtreme('argmin', 'ArgMin', Number.POSITIVE_INFINITY, (value, best) => value < best),
];
