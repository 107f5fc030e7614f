/** Owns comparisons, logic and select. None of the comparisons has a gradient, in TensorFlow as here. */
import { invariant } from '../../base/assert';
import type { Dim } from '../../shape/dim';
import { type Interval, interval, union } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { failure, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { sizes } from './attrs';
import { type BinarySpec, binaryElementwise, pair } from './binaryElementwise';
import { rawType } from './elementwise';
import { makeTensor, newValues, offsets, product, storageOf, valuesOf } from './hostKernels';
import { type Allowed, ANY_TYPE, BOOLEANS, broadcastOrFail, checkSameDtype, isShape, REALS } from './inferring';
import { sumToShape } from './sumToShape';

type Truth = boolean | undefined;

interface ComparisonSpec {
  readonly name: string;
  readonly raw: string;
  readonly allowed: Allowed;
  readonly scalar: (x: number, y: number) => boolean;
  /** The answer that the ranges alone give. */
  readonly decided: (x: Interval, y: Interval) => Truth;
  readonly wasm?: BinarySpec['wasm'];
}

function truthRange(truth: Truth): Interval {
  return truth === undefined ? interval(0, 1, true) : interval(Number(truth), Number(truth), true);
}

function comparison({ name, raw, allowed, scalar, decided, wasm }: ComparisonSpec): Primitive {
  return binaryElementwise({
    name,
    raw,
    allowed,
    output: 'bool',
    scalar: (x, y) => Number(scalar(x, y)),
    range: (x, y) => truthRange(x.nan || y.nan ? undefined : decided(x, y)),
    known: (x: Dim, y: Dim) => (typeof x === 'number' && typeof y === 'number' ? Number(scalar(x, y)) : undefined),
    ...(wasm && { wasm }),
  });
}

function logical(name: string, raw: string | undefined, scalar: (x: number, y: number) => number): Primitive {
  return binaryElementwise({
    name,
    ...(raw && { raw, rawUntyped: true }),
    allowed: BOOLEANS,
    output: 'bool',
    scalar,
    range: () => interval(0, 1, true),
  });
}

const less = (x: Interval, y: Interval): Truth => (x.high < y.low ? true : x.low >= y.high ? false : undefined);
const lessEqual = (x: Interval, y: Interval): Truth => (x.high <= y.low ? true : x.low > y.high ? false : undefined);
const equal = (x: Interval, y: Interval): Truth =>
  x.high < y.low || y.high < x.low ? false : x.low === x.high && y.low === y.high ? true : undefined;
const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

function inferSelect(types: readonly TensorType[]): Inferred {
  const [condition, a, b] = types;
  invariant(condition && a && b, 'select has three inputs');
  if (condition.dtype !== 'bool')
    return failure('dtype-not-allowed', 'dtype', `the condition must be bool, not ${condition.dtype}`, { dtype: condition.dtype });
  const refused = checkSameDtype([a, b]);
  if (refused) return refused;
  const values = broadcastOrFail(a.shape, b.shape);
  const shape = isShape(values) ? broadcastOrFail(condition.shape, values) : values;
  return isShape(shape) ? { shape, dtype: a.dtype } : shape;
}

function selectKernel(inputs: Parameters<Primitive['kernel']>[0], context: KernelContext) {
  const [condition, a, b] = inputs;
  invariant(condition && a && b, 'select has three inputs');
  if (context.raw) return context.raw('SelectV2', [condition, a, b], { T: rawType(context.outputType) });
  const shape = sizes(context.outputType.shape);
  if (a.dtype === 'complex64') {
    const { tf } = context;
    const [x, y] = [tf.broadcastTo(a, shape), tf.broadcastTo(b, shape)];
    const chosen = tf.broadcastTo(condition, shape);
    return tf.complex(tf.where(chosen, tf.real(x), tf.real(y)), tf.where(chosen, tf.imag(x), tf.imag(y)));
  }
  const out = newValues(storageOf(context.outputType.dtype), product(shape));
  const [chosen, x, y] = [valuesOf(condition), valuesOf(a), valuesOf(b)];
  const [fromCondition, fromA, fromB] = [offsets(condition.shape, shape), offsets(a.shape, shape), offsets(b.shape, shape)];
  for (let i = 0; i < out.length; i++) {
    out[i] = (chosen[fromCondition[i] as number] ? x[fromA[i] as number] : y[fromB[i] as number]) as number;
  }
  return makeTensor(context, out);
}

export const COMPARISONS: readonly Primitive[] = [
  comparison({ name: 'equal', raw: 'Equal', allowed: ANY_TYPE, scalar: (x, y) => x === y, decided: equal }),
  comparison({ name: 'notEqual', raw: 'NotEqual', allowed: ANY_TYPE, scalar: (x, y) => x !== y, decided: (x, y) => not(equal(x, y)) }),
  comparison({ name: 'less', raw: 'Less', allowed: REALS, scalar: (x, y) => x < y, decided: less }),
  comparison({ name: 'lessEqual', raw: 'LessEqual', allowed: REALS, scalar: (x, y) => x <= y, decided: lessEqual }),
  comparison({ name: 'greater', raw: 'Greater', allowed: REALS, scalar: (x, y) => x > y, decided: (x, y) => less(y, x) }),
  comparison({ name: 'greaterEqual', raw: 'GreaterEqual', allowed: REALS, scalar: (x, y) => x >= y, decided: (x, y) => lessEqual(y, x) }),
  logical('logicalAnd', 'LogicalAnd', (x, y) => Number(x !== 0 && y !== 0)),
  logical('logicalOr', 'LogicalOr', (x, y) => Number(x !== 0 || y !== 0)),
  logical('logicalXor', undefined, (x, y) => Number((x !== 0) !== (y !== 0))),
  {
    name: 'select',
    infer: inferSelect,
    gradient: ({ build, inputs, dy }) => {
      const [condition, a, b] = inputs;
      invariant(condition !== undefined && a !== undefined && b !== undefined, 'select has three inputs');
      const zero = build.scalarLike(0, dy);
      return [
        null,
        sumToShape(build, build.where(condition, dy, zero), build.shape(a)),
        sumToShape(build, build.where(condition, zero, dy), build.shape(b)),
      ];
    },
    range: ([condition, a, b]) => {
      const [x, y] = pair([a, b]);
      if (condition?.low === 1) return x;
      return condition?.high === 0 ? y : union(x, y);
    },
    known: ([condition, a, b], _attrs, _types, output) => {
      if (!condition || !a || !b || output.shape.length > 1) return undefined;
      const sizeOf = (list: readonly Dim[], i: number) => (list.length === 1 ? list[0] : list[i]);
      const length = Math.max(condition.length, a.length, b.length);
      const elements = Array.from({ length }, (_, i) => {
        const chosen = sizeOf(condition, i);
        return typeof chosen === 'number' ? sizeOf(chosen ? a : b, i) : undefined;
      });
      return elements.every((dim) => dim !== undefined) ? elements : undefined;
    },
    kernel: selectKernel,
  },
];
