/** Owns picking along an axis by indices, and its adjoint: what carries the gradient of sort and top_k. */
import { normalizeAxis } from '../../shape/axis';
import { ANYTHING } from '../../shape/range';
import type { Shape, TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import { type Inferred, isFailure, type Primitive } from '../primitive';
import { numberAttr, shapeAttr, sizes } from './attrs';
import { checkRank, typeAt } from './checks';
import { type Elements, elementsOf, resultOf, tensorAt } from './host';
import { offsets, product, stridesOf } from './hostKernels';
import { axisFailure, broadcastOrFail, checkDtype, INTEGERS, isShape } from './inferring';

/** The shape with one axis of another size. */
function withAxis(shape: Shape, axis: number, dim: Shape[number]): Shape {
  return shape.map((old, i) => (i === axis ? dim : old));
}

/** Ranks must agree; sizes besides the axis broadcast. */
function inferAlongAxis(x: Shape, indices: TensorType, axis: number, dtype: TensorType['dtype']): Inferred {
  const normal = normalizeAxis(axis, x.length);
  if (normal === undefined) return axisFailure(axis, x.length);
  const wrong = checkDtype('indices', indices.dtype, INTEGERS) ?? checkRank(indices, x.length, 'indices');
  if (wrong) return wrong;
  const shape = broadcastOrFail(withAxis(x, normal, 1), withAxis(indices.shape, normal, 1));
  return isShape(shape) ? { shape: withAxis(shape, normal, indices.shape[normal] ?? 1), dtype } : shape;
}

/** Calls back with the offsets of each output element and of the element of `x` that it names. Negative indices count from the end. */
function alongAxis(
  indices: Elements,
  indexShape: readonly number[],
  out: readonly number[],
  x: readonly number[],
  axis: number,
  visit: (to: number, from: number) => void,
): void {
  const normal = axis < 0 ? axis + x.length : axis;
  const length = x[normal] ?? 1;
  const step = stridesOf(x)[normal] ?? 1;
  const base = offsets(
    x.map((dim, i) => (i === normal ? 1 : dim)),
    out,
  );
  const strides = stridesOf(x);
  const rows = stridesOf(x.map((dim, i) => (i === normal ? 1 : dim)));
  const where = offsets(indexShape, out);
  for (let i = 0; i < base.length; i++) {
    const index = indices[where[i] ?? 0] ?? 0;
    if (index < -length || index >= length)
      throw new KernelError('index', `index ${index} is out of range for axis ${axis} of size ${length}`);
    visit(i, lineOffset(base[i] ?? 0, rows, strides, normal) + (index < 0 ? index + length : index) * step);
  }
}

/** Offset in the full tensor of an element of the tensor that has size 1 along the axis. */
function lineOffset(flat: number, rows: readonly number[], strides: readonly number[], axis: number): number {
  const inner = rows[axis] ?? 1;
  return Math.floor(flat / inner) * (axis > 0 ? (strides[axis - 1] ?? 1) : 0) + (flat % inner);
}

const takeAlongAxis: Primitive = {
  name: 'takeAlongAxis',
  infer: (types, attrs) => inferAlongAxis(typeAt(types, 0).shape, typeAt(types, 1), numberAttr(attrs, 'axis', -1), typeAt(types, 0).dtype),
  gradient: ({ build, inputs: [x = 0, indices = 0], dy, attrs }) => [
    build.emit('addAlongAxis', [indices, dy], { axis: numberAttr(attrs, 'axis', -1), shape: build.shape(x) }),
    null,
  ],
  range: ([x]) => x ?? ANYTHING,
  kernel: (inputs, context) => {
    const x = elementsOf(inputs, 0);
    const shape = sizes(context.outputType.shape);
    const out = new Float64Array(product(shape));
    const axis = numberAttr(context.attrs, 'axis', -1);
    alongAxis(elementsOf(inputs, 1), tensorAt(inputs, 1).shape, shape, tensorAt(inputs, 0).shape, axis, (to, from) => {
      out[to] = x[from] ?? 0;
    });
    return resultOf(context, out);
  },
};

/** takeAlongAxis backwards: adds each update where its index points, into zeros of `shape`. */
const addAlongAxis: Primitive = {
  name: 'addAlongAxis',
  infer: (types, attrs) => {
    const updates = typeAt(types, 1);
    const shape = shapeAttr(attrs);
    const taken = inferAlongAxis(shape, typeAt(types, 0), numberAttr(attrs, 'axis', -1), updates.dtype);
    return isFailure(taken) ? taken : { shape, dtype: updates.dtype };
  },
  gradient: ({ build, inputs: [indices = 0], dy, attrs }) => [
    null,
    build.emit('takeAlongAxis', [dy, indices], { axis: numberAttr(attrs, 'axis', -1) }),
  ],
  kernel: (inputs, context) => {
    const updates = elementsOf(inputs, 1);
    const shape = sizes(context.outputType.shape);
    const out = new Float64Array(product(shape));
    const axis = numberAttr(context.attrs, 'axis', -1);
    alongAxis(elementsOf(inputs, 0), tensorAt(inputs, 0).shape, tensorAt(inputs, 1).shape, shape, axis, (from, to) => {
      out[to] = (out[to] ?? 0) + (updates[from] ?? 0);
    });
    return resultOf(context, out);
  },
};

export const ALONG_AXIS: readonly Primitive[] = [takeAlongAxis, addAlongAxis];
