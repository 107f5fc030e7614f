/** Owns keras.ops' functions that make tensors or tell about them: zeros, eye, arange, linspace, convert_to_tensor, shape, size. */
import { addDims, type Dim, productOfDims, subtractDims } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import { isInteger } from '../../shape/dtype';
import type { Args, CallContext } from '../../value/api';
import { boolean, integer, string, type TensorValue, tuple, type Value } from '../../value/value';
import { TensorMath } from '../kerasLosses/tensorMath';
import { type ApiTable, entry } from '../table';
import { cast, filled, rankOf } from '../tensors';
import { band } from './diagonal';
import { asFloat, converted, delegate, opsTable, type Promotable, resultType } from './promote';

const constant = (value: number) =>
  entry('shape, dtype=None', (c, args) => filled(c, value, args.shape('shape'), args.optionalDtype('dtype') ?? 'float32'));
const constantLike = (value: number) =>
  entry('x, dtype=None', (c, args) =>
    filled(c, value, args.tensor('x').type.shape, args.optionalDtype('dtype') ?? args.tensor('x').type.dtype),
  );

const MAKING: ApiTable = {
  zeros: constant(0),
  ones: constant(1),
  empty: constant(0),
  zeros_like: constantLike(0),
  ones_like: constantLike(1),
  empty_like: constantLike(0),
  full: entry('shape, fill_value, dtype=None', (c, args) =>
    c.emit('broadcastTo', [converted(c, args.value('fill_value'), args.optionalDtype('dtype') ?? 'float32')], {
      shape: args.shape('shape'),
    }),
  ),
  full_like: entry('x, fill_value, dtype=None', (c, args) => {
    const x = args.tensor('x');
    return c.emit('broadcastTo', [converted(c, args.value('fill_value'), args.optionalDtype('dtype') ?? x.type.dtype)], {
      shape: x.type.shape,
    });
  }),
  eye: entry('N, M=None, k=0, dtype=None', (c, args) =>
    eye(c, args.dim('N'), args.value('M').kind === 'none' ? args.dim('N') : args.dim('M'), args.int('k'), args),
  ),
  identity: entry('n, dtype=None', (c, args) => eye(c, args.dim('n'), args.dim('n'), 0, args)),
  arange: entry('start, stop=None, step=None, dtype=None', arange),
  linspace: entry('start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0', (c, args) => linspace(c, args)),
  logspace: entry('start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0', (c, args) => {
    const m = new TensorMath(c);
    const exponents = c.tensor(linspace(c, args));
    return m.pow(m.cast(c.tensor(args.value('base')), exponents.type.dtype), exponents);
  }),
  'array convert_to_tensor': entry('x, dtype=None, sparse=None, ragged=None', (c, args) => {
    const dtype = args.optionalDtype('dtype');
    if (dtype !== null) return converted(c, args.value('x'), dtype);
    return { ...args.tensor('x'), flavor: 'tensor' };
  }),
};

function eye(c: CallContext, rows: Dim, columns: Dim, k: number, args: Args): TensorValue {
  return cast(c, band(c, rows, columns, 'equal', k), args.optionalDtype('dtype') ?? 'float32');
}

function kindOf(value: Value): Promotable | undefined {
  if (value.kind === 'number') return value.float ? 'python float' : 'python int';
  return value.kind === 'tensor' ? value.type.dtype : undefined;
}

function arange(c: CallContext, args: Args): Value {
  const kinds = ['start', 'stop', 'step'].flatMap((name) => kindOf(args.value(name)) ?? []);
  const dtype = args.optionalDtype('dtype') ?? resultType(kinds);
  const step = args.value('step').kind === 'none' ? integer(1) : args.value('step');
  const [start, stop] = args.value('stop').kind === 'none' ? [integer(0), args.value('start')] : [args.value('start'), args.value('stop')];
  return delegate(c, 'tf.range', [start, stop, step], { dtype: { kind: 'dtype', dtype } });
}

/** Evenly spaced values: start + i * step, the last one exact. */
function linspace(c: CallContext, args: Args): Value {
  const m = new TensorMath(c);
  const kinds = ['start', 'stop'].flatMap((name) => kindOf(args.value(name)) ?? []);
  const wanted = args.optionalDtype('dtype') ?? resultType([...kinds, 'python float']);
  const compute: DType = isInteger(wanted) ? 'float32' : wanted;
  const [start, stop] = [m.cast(args.tensor('start'), compute), m.cast(args.tensor('stop'), compute)];
  const count = args.dim('num');
  const gaps = args.has('endpoint') && !args.bool('endpoint') ? count : subtractDims(count, 1);
  const step = m.div(m.sub(stop, start), m.cast(c.tensor(integer(typeof gaps === 'number' ? Math.max(gaps, 1) : gaps)), compute));
  const axis = args.int('axis');
  const position = axis < 0 ? axis + rankOf(step) + 1 : axis;
  const places = m.cast(c.emit('range', [], { start: 0, step: 1, size: count, dtype: 'int32' }), compute);
  const shaped = c.emit('reshape', [places], { shape: Array.from({ length: rankOf(step) + 1 }, (_, i) => (i === position ? count : 1)) });
  const wide = (x: TensorValue) => c.emit('expandDims', [x], { axis: position });
  const values = m.add(wide(start), m.mul(shaped, wide(step)));
  const result = isInteger(wanted) ? m.cast(m.unary('floor', values), wanted) : values;
  return args.has('retstep') && args.bool('retstep') ? tuple([result, step]) : result;
}

const FACTS: ApiTable = {
  shape: entry('x', (_c, args) => ({ kind: 'shape', dims: args.tensor('x').type.shape })),
  size: entry('x', (c, args) => c.wrap(c.build.dims([productOfDims(args.tensor('x').type.shape)], []))),
  ndim: entry('x', (_c, args) => integer(rankOf(args.tensor('x')))),
  dtype: entry('x', (_c, args) => string(args.tensor('x').type.dtype)),
  is_tensor: entry('x', (_c, args) => boolean(args.value('x').kind === 'tensor' && (args.value('x') as TensorValue).flavor !== 'numpy')),
  convert_to_numpy: entry('x', (_c, args) => ({ ...args.tensor('x'), flavor: 'numpy' })),
};

/** Windows: from TensorFlow's own, where it has them. */
const WINDOWS: ApiTable = {
  hanning: entry('x', (c, args) => delegate(c, 'tf.signal.hann_window', [args.value('x')], { periodic: boolean(false) })),
  hamming: entry('x', (c, args) => delegate(c, 'tf.signal.hamming_window', [args.value('x')], { periodic: boolean(false) })),
  kaiser: entry('x, beta', (c, args) => delegate(c, 'tf.signal.kaiser_window', [args.value('x'), args.value('beta')])),
  bartlett: entry('x', (c, args) => window(c, args.dim('x'), (m, n, last) => m.sub(1, m.abs(m.sub(m.div(m.mul(n, 2), last), 1))))),
  blackman: entry('x', (c, args) =>
    window(c, args.dim('x'), (m, n, last) => {
      const angle = m.div(m.mul(n, 2 * Math.PI), last);
      return m.add(m.sub(0.42, m.mul(m.unary('cos', angle), 0.5)), m.mul(m.unary('cos', m.mul(angle, 2)), 0.08));
    }),
  ),
};

function window(c: CallContext, size: Dim, shape: (m: TensorMath, n: TensorValue, last: TensorValue) => TensorValue): TensorValue {
  const m = new TensorMath(c);
  if (size === 1) return filled(c, 1, [1], 'float32');
  const places = asFloat(c, c.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' }));
  return shape(m, places, asFloat(c, c.tensor(integer(addDims(size, -1)))));
}

export const CREATION_OPS: ApiTable = opsTable({ ...MAKING, ...FACTS, ...WINDOWS });
