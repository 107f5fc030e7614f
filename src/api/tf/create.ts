/** Owns TensorFlow's constructors: constants, fills, ranges, identity, one-hot, sequence masks. */
import { failure } from '../../graph/primitive';
import { addDims, type Dim, divideExactly, floorDivideDims, subtractDims } from '../../shape/dim';
import { type DType, isFloat, isInteger } from '../../shape/dtype';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { dimOf, knownValue, numberOf } from '../args';
import { noteStaticBatch } from '../staticBatch';
import { type ApiTable, entry } from '../table';
import { add, cast, divide, expandDims, filled, inGraph, multiply, rankOf, reduce, reshape, scalar, select, subtract } from '../tensors';

/** Zeros or ones of a shape. */
function filledEntry(value: number): ApiEntry {
  return entry('shape, dtype=tf.float32, name=None, layout=None', (c, a) => {
    const shape = a.shape('shape');
    const negative = shape.find((dim) => typeof dim === 'number' && dim < 0);
    if (negative !== undefined) return c.fail(failure('argument', 'value', `the sizes of a shape must not be negative (${negative})`));
    return filled(c, value, shape, a.dtype('dtype'));
  });
}

const likeEntry = (value: number): ApiEntry =>
  entry('input, dtype=None, name=None, layout=None', (c, a) => {
    const x = a.tensor('input');
    return filled(c, value, x.type.shape, a.optionalDtype('dtype') ?? x.type.dtype);
  });

export const CREATION: ApiTable = {
  'tf.constant': entry("value, dtype=None, shape=None, name='Const'", (c, a) => constant(c, a)),
  'tf.convert_to_tensor tf.convert_to_tensor_v2 tf.convert_to_tensor_v2_with_dispatch': entry(
    'value, dtype=None, dtype_hint=None, name=None',
    (c, a) => convert(c, a),
  ),
  'tf.zeros': filledEntry(0),
  'tf.ones': filledEntry(1),
  'tf.zeros_like': likeEntry(0),
  'tf.ones_like': likeEntry(1),
  'tf.fill': entry('dims, value, name=None', (c, a) => c.emit('broadcastTo', [a.tensor('value')], { shape: a.shape('dims') })),
  'tf.eye tf.linalg.eye': entry('num_rows, num_columns=None, batch_shape=None, dtype=tf.float32, name=None', (c, a) => {
    const rows = a.dim('num_rows');
    const matrix = eye(c, rows, a.value('num_columns').kind === 'none' ? rows : a.dim('num_columns'), 0, a.dtype('dtype'));
    if (a.value('batch_shape').kind === 'none') return matrix;
    return c.emit('broadcastTo', [matrix], { shape: [...a.shape('batch_shape'), ...matrix.type.shape] });
  }),
  'tf.range': entry("start, limit=None, delta=1, dtype=None, name='range'", (c, a) => {
    const first = knownValue(c, a.value('start'));
    const limit = knownValue(c, a.value('limit'));
    noteStaticBatch(c, first, limit);
    const zero: Value = { kind: 'number', float: false, value: 0 };
    const [from, to] = limit.kind === 'none' ? [zero, first] : [first, limit];
    return range(c, from, to, knownValue(c, a.value('delta')), a.optionalDtype('dtype'));
  }),
  'tf.linspace tf.lin_space': entry('start, stop, num, name=None, axis=0', (c, a) => linspace(c, a)),
  'tf.one_hot': entry('indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None', (c, a) => oneHotEntry(c, a)),
  'tf.sequence_mask': entry('lengths, maxlen=None, dtype=tf.bool, name=None', (c, a) => sequenceMask(c, a)),
};

function constant(c: CallContext, a: Args): TensorValue {
  const wanted = a.optionalDtype('dtype');
  const value = knownValue(c, a.value('value'));
  if (value.kind === 'tensor' && value.flavor !== 'numpy' && inGraph(c)) {
    // tf.constant of a symbolic tensor fails in a graph; the value goes on.
    c.note(
      failure('constant-of-tensor', 'type', 'tf.constant takes values that are known when the graph is built; use tf.convert_to_tensor'),
      [value],
    );
  }
  const x =
    value.kind === 'tensor' && value.flavor !== 'numpy' ? cast(c, value, wanted ?? value.type.dtype) : c.tensor(value, wanted ?? undefined);
  if (a.value('shape').kind === 'none') return x;
  const shape = a.shape('shape');
  return sizeOf(x.type.shape) === 1 ? c.emit('broadcastTo', [reshape(c, x, [])], { shape }) : reshape(c, x, shape);
}

function convert(c: CallContext, a: Args): TensorValue {
  const value = knownValue(c, a.value('value'));
  const wanted = a.optionalDtype('dtype');
  if (wanted !== null) return c.tensor(value, wanted);
  const hint = a.optionalDtype('dtype_hint');
  const plain = value.kind === 'number' || value.kind === 'list' || value.kind === 'tuple';
  const fits = hint !== null && plain && (isFloat(hint) || !holdsFloat(value));
  return c.tensor(value, fits ? hint : undefined);
}

function holdsFloat(value: Value): boolean {
  if (value.kind === 'number') return value.float;
  return (value.kind === 'list' || value.kind === 'tuple') && value.items.some(holdsFloat);
}

/** Ones on the diagonal `offset`. */
export function eye(c: CallContext, rows: Dim, columns: Dim, offset: number, dtype: DType): TensorValue {
  const column = c.wrap(c.build.emit('range', [], { start: 0, step: 1, size: columns, dtype: 'int32' }));
  const row = c.wrap(c.build.emit('range', [], { start: offset, step: 1, size: rows, dtype: 'int32' }));
  return cast(c, c.emit('equal', [expandDims(c, row, 1), column]), dtype);
}

/** Numbers from `from` to before `to`. Sizes stay symbolic. */
export function range(c: CallContext, from: Value, to: Value, delta: Value, dtype: DType | null): TensorValue {
  if (
    from.kind === 'number' &&
    to.kind === 'number' &&
    delta.kind === 'number' &&
    (delta.value ?? 0) > 0 &&
    (from.value ?? 0) > (to.value ?? Number.POSITIVE_INFINITY)
  ) {
    return c.fail(failure('argument', 'value', `the range starts at ${from.value} and ends before it, at ${to.value}`));
  }
  const type = dtype ?? rangeType([from, to, delta]);
  const step = numberOf(c, delta, 'delta');
  if (step === 0) return c.fail(failure('argument', 'value', 'the step of a range cannot be 0'));
  if (isInteger(type)) {
    const start = sizeOrFresh(c, from);
    const size = step === 1 ? subtractDims(sizeOrFresh(c, to), start) : stepped(subtractDims(sizeOrFresh(c, to), start), step);
    return startingAt(c, start, step, typeof size === 'number' ? Math.max(0, size) : size, type);
  }
  const start = numberOf(c, from, 'start');
  const size = Math.max(0, Math.ceil((numberOf(c, to, 'limit') - start) / step));
  return startingAt(c, start, step, size, type);
}

/** A bound of a range; one that depends on data is a fresh size in check traces. */
function sizeOrFresh(c: CallContext, value: Value): Dim {
  if (value.kind === 'tensor' && c.mode === 'check' && c.dims(value) === undefined) return c.freshDim('n');
  return dimOf(c, value, 'limit');
}

function stepped(length: Dim, step: number): Dim {
  if (typeof length === 'number') return Math.ceil(length / step);
  return divideExactly(length, step) ?? floorDivideDims(addDims(length, step - 1), step);
}

function startingAt(c: CallContext, start: Dim, step: number, size: Dim, dtype: DType): TensorValue {
  if (typeof start === 'number') return c.wrap(c.build.emit('range', [], { start, step, size, dtype }));
  const base = c.wrap(c.build.emit('range', [], { start: 0, step, size, dtype }));
  return add(c, base, c.wrap(c.build.dims([start], [], dtype)));
}

function rangeType(values: readonly Value[]): DType {
  const tensor = values.find((value) => value.kind === 'tensor');
  if (values.some((value) => value.kind === 'number' && value.float)) return 'float32';
  return tensor?.kind === 'tensor' ? tensor.type.dtype : 'int32';
}

function linspace(c: CallContext, a: Args): TensorValue {
  const start = floatTensor(c, a.tensor('start'));
  const stop = floatTensor(c, a.tensor('stop', a.value('stop').kind === 'tensor' ? undefined : start.type.dtype));
  return spaced(c, start, stop, a.dim('num'), true);
}

function floatTensor(c: CallContext, x: TensorValue): TensorValue {
  return isFloat(x.type.dtype) ? x : cast(c, x, 'float64');
}

/** `count` values from start to stop along a new first axis. */
export function spaced(c: CallContext, start: TensorValue, stop: TensorValue, count: Dim, endpoint: boolean): TensorValue {
  const { dtype } = start.type;
  const steps = c.wrap(c.build.emit('range', [], { start: 0, step: 1, size: count, dtype }));
  const rank = rankOf(start);
  const column = rank === 0 ? steps : reshape(c, steps, [count, ...start.type.shape.map((): Dim => 1)]);
  const gaps = typeof count === 'number' ? Math.max(1, count - (endpoint ? 1 : 0)) : subtractDims(count, endpoint ? 1 : 0);
  const width = divide(c, subtract(c, stop, start), c.tensor({ kind: 'number', float: true, ...dimOrNumber(gaps) }, dtype));
  const values = add(c, multiply(c, column, width), start);
  if (!endpoint || typeof count !== 'number' || count < 2) return values;
  // The last value is `stop` itself, free of rounding.
  const last = c.emit('equal', [column, scalar(c, count - 1, dtype)]);
  return select(c, last, c.emit('broadcastTo', [stop], { shape: values.type.shape }), values);
}

function dimOrNumber(dim: Dim): { readonly value: number | undefined; readonly size?: Dim } {
  return typeof dim === 'number' ? { value: dim } : { value: undefined, size: dim };
}

function oneHotEntry(c: CallContext, a: Args): TensorValue {
  const indices = a.tensor('indices');
  const on = knownValue(c, a.value('on_value'));
  const off = knownValue(c, a.value('off_value'));
  const given = [on, off].find((value) => value.kind === 'tensor');
  const dtype = a.optionalDtype('dtype') ?? (given?.kind === 'tensor' ? given.type.dtype : plainType(on, off));
  const axis = a.optionalInt('axis') ?? -1;
  if (isConstant(c, on) && isConstant(c, off)) {
    return oneHot(
      c,
      indices,
      a.dim('depth'),
      dtype,
      axis,
      on.kind === 'none' ? 1 : numberOf(c, on, 'on_value'),
      off.kind === 'none' ? 0 : numberOf(c, off, 'off_value'),
    );
  }
  const chosen = oneHot(c, indices, a.dim('depth'), 'bool', axis, 1, 0);
  const value = (v: Value, absent: number) => (v.kind === 'none' ? scalar(c, absent, dtype) : c.tensor(v, dtype));
  return select(c, chosen, value(on, 1), value(off, 0));
}

function isConstant(c: CallContext, value: Value): boolean {
  return (
    value.kind === 'none' ||
    value.kind === 'number' ||
    value.kind === 'boolean' ||
    (value.kind === 'tensor' && c.mode === 'check' && c.numbers(value) !== undefined)
  );
}

function plainType(on: Value, off: Value): DType {
  const given = on.kind === 'none' ? off : on;
  if (given.kind === 'boolean') return 'bool';
  return given.kind === 'number' && !given.float ? 'int32' : 'float32';
}

export function oneHot(c: CallContext, indices: TensorValue, depth: Dim, dtype: DType, axis = -1, onValue = 1, offValue = 0): TensorValue {
  return c.emit('oneHot', [indices], { depth, onValue, offValue, axis, dtype });
}

function sequenceMask(c: CallContext, a: Args): TensorValue {
  const lengths = a.tensor('lengths');
  const dtype = a.dtype('dtype');
  const most = a.value('maxlen').kind === 'none' ? longest(c, lengths) : a.dim('maxlen');
  const positions = c.wrap(c.build.emit('range', [], { start: 0, step: 1, size: most, dtype: lengths.type.dtype }));
  return cast(c, c.emit('less', [positions, expandDims(c, lengths, rankOf(lengths))]), dtype);
}

function longest(c: CallContext, lengths: TensorValue): Dim {
  const [most] = c.dims(reduce(c, 'max', lengths, null)) ?? [];
  return most ?? c.freshDim('n');
}
