/** Owns what changes an element's type or passes it on: cast, identity, stopGradient, customGradient, abs and the complex parts. */
import { invariant } from '../../base/assert';
import { type DType, INTEGER_BITS, integerLimits, isComplex, isFloat, isInteger } from '../../shape/dtype';
import { ANYTHING, type Interval, interval } from '../../shape/range';
import type { TensorType } from '../../shape/shape';
import { KernelError } from '../kernelError';
import type { KernelContext, Primitive } from '../primitive';
import { dtypeAttr } from './attrs';
import { only, rawType } from './elementwise';
import { mapUnary, storageOf } from './hostKernels';
import { broadcastOrFail, COMPLEX, checkDtype, checkSameDtype, FLOATS, isShape, SIGNED } from './inferring';
import { sumToShape } from './sumToShape';

const differentiable = (dtype: DType) => isFloat(dtype) || isComplex(dtype);
const partOf = (dtype: DType): DType => (dtype === 'complex128' ? 'float64' : 'float32');

/** A float outside int32's range becomes the smallest int32, as on x86. */
function truncate(x: number): number {
  return x >= -2147483648 && x < 2147483648 ? Math.trunc(x) : -2147483648;
}

function castRange(x: Interval, from: DType, to: DType): Interval {
  if (to === 'bool') return x.low > 0 || x.high < 0 ? interval(1, 1, true) : interval(0, 1, true);
  if (!isInteger(to)) return x;
  const limits = integerLimits(to);
  if (limits === undefined || x.low < limits[0] || x.high > limits[1])
    return { ...ANYTHING, low: limits?.[0] ?? -Infinity, high: limits?.[1] ?? Infinity, integral: true };
  return isFloat(from) ? { low: Math.trunc(x.low), high: Math.trunc(x.high), integral: true, nan: false } : x;
}

function castKernel(x: Parameters<Primitive['kernel']>[0][number], context: KernelContext) {
  const { tf } = context;
  const from = x.dtype;
  const to = storageOf(context.outputType.dtype);
  if (from === to) return x.clone();
  if (to === 'complex64') return tf.complex(tf.cast(x, 'float32'), tf.zeros(x.shape));
  if (from === 'complex64') return castKernel(tf.real(x), context);
  if (context.raw) {
    return context.raw('Cast', [x], {
      SrcT: { type: 'dtype', value: from },
      DstT: { type: 'dtype', value: to },
      Truncate: { type: 'bool', value: false },
    });
  }
  if (to === 'bool') return mapUnary(context, x, (v) => (v === 0 ? 0 : 1));
  return to === 'int32' ? mapUnary(context, x, truncate) : mapUnary(context, x, (v) => v);
}

const first = (types: readonly TensorType[]): TensorType => {
  invariant(types[0], 'an input is missing');
  return types[0];
};

function passing(name: string, gradient: boolean): Primitive {
  return {
    name,
    infer: first,
    ...(gradient && { gradient: ({ dy }) => [dy] }),
    range: ([x]) => only([x]),
    known: ([x]) => x,
    kernel: ([x]) => only([x]).clone(),
  };
}

function complexPart(name: 'real' | 'imag'): Primitive {
  return {
    name,
    infer: (types) => {
      const { shape, dtype } = first(types);
      return checkDtype(name, dtype, COMPLEX) ?? { shape, dtype: partOf(dtype) };
    },
    gradient: ({ build, dy }) => {
      const zero = build.zerosLike(dy);
      return [build.emit('complex', name === 'real' ? [dy, zero] : [zero, dy])];
    },
    kernel: ([x], { tf }) => (name === 'real' ? tf.real(only([x])) : tf.imag(only([x]))),
  };
}

export const CONVERSIONS: readonly Primitive[] = [
  {
    name: 'cast',
    infer: (types, attrs) => ({ shape: first(types).shape, dtype: dtypeAttr(attrs) }),
    gradient: ({ build, inputs, output, dy }) => {
      const source = build.dtype(only(inputs));
      return [differentiable(source) && differentiable(build.dtype(output)) ? build.cast(dy, source) : null];
    },
    range: ([x], attrs, types) => castRange(only([x]), first(types).dtype, dtypeAttr(attrs)),
    known: ([x], _attrs, types, output) => (isInteger(first(types).dtype) && (INTEGER_BITS[output.dtype] ?? 0) >= 32 ? x : undefined),
    kernel: ([x], context) => castKernel(only([x]), context),
  },
  passing('identity', true),
  passing('stopGradient', false),
  {
    // Its gradient rule is GraphBuilder.customBackward; without one nothing flows.
    ...passing('customGradient', false),
    kernel: ([value]) => only([value]).clone(),
  },
  {
    name: 'abs',
    infer: (types) => {
      const { shape, dtype } = first(types);
      return checkDtype('abs', dtype, SIGNED) ?? { shape, dtype: isComplex(dtype) ? partOf(dtype) : dtype };
    },
    gradient: ({ build, inputs, output, dy }) => {
      const x = only(inputs);
      if (!isComplex(build.dtype(x))) return [build.multiply(dy, build.emit('sign', [x]))];
      // dy × x / |x| by parts: the cpu backend divides no complex numbers.
      const scale = build.emit('divideNoNan', [dy, output]);
      const scaled = (part: 'real' | 'imag') => build.multiply(build.emit(part, [x]), scale);
      return [build.emit('complex', [scaled('real'), scaled('imag')])];
    },
    range: ([input]) => {
      const x = only([input]);
      const low = x.low <= 0 && x.high >= 0 ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high));
      return { ...x, low, high: Math.max(Math.abs(x.low), Math.abs(x.high)) };
    },
    kernel: ([input], context) => {
      const x = only([input]);
      if (x.dtype === 'complex64') return context.tf.abs(x);
      return context.raw ? context.raw('Abs', [x], { T: rawType(context.inputTypes[0]) }) : mapUnary(context, x, Math.abs);
    },
  },
  complexPart('real'),
  complexPart('imag'),
  {
    name: 'conj',
    infer: (types) => first(types),
    gradient: ({ build, dy }) => [build.emit('conj', [dy])],
    range: ([x]) => only([x]),
    kernel: ([x], { tf }) =>
      only([x]).dtype === 'complex64' ? tf.complex(tf.real(only([x])), tf.neg(tf.imag(only([x])))) : only([x]).clone(),
  },
  {
    name: 'complex',
    infer: ([re, im]) => {
      invariant(re && im, 'complex has two inputs');
      const refused = checkSameDtype([re, im]) ?? checkDtype('complex', re.dtype, FLOATS);
      if (refused) return refused;
      const shape = broadcastOrFail(re.shape, im.shape);
      return isShape(shape) ? { shape, dtype: re.dtype === 'float64' ? 'complex128' : 'complex64' } : shape;
    },
    gradient: ({ build, inputs, dy }) =>
      inputs.map((input, i) => sumToShape(build, build.emit(i === 0 ? 'real' : 'imag', [dy]), build.shape(input))),
    kernel: ([re, im], { tf, outputType, backend }) => {
      if (backend === 'wasm') throw new KernelError('unsupported', 'complex numbers need the cpu or TensorFlow backend');
      const shape = outputType.shape as number[];
      return tf.complex(tf.broadcastTo(only([re]), shape), tf.broadcastTo(only([im]), shape));
    },
  },
];
