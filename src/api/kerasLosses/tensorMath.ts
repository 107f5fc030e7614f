/** Owns arithmetic on tensor values for compositions: Python numbers take the other operand's dtype, as in TensorFlow. */
import { failure } from '../../graph/primitive';
import { type DType, isFloat, isInteger } from '../../shape/dtype';
import { compareShapes } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';

/** A tensor, or a Python number that adopts the tensor's dtype. */
export type Operand = TensorValue | number;

/** keras.config.epsilon() */
export const EPSILON = 1e-7;

export class TensorMath {
  constructor(readonly context: CallContext) {}

  scalar(value: number, dtype: DType): TensorValue {
    return this.context.wrap(this.context.build.scalar(value, dtype));
  }

  cast(x: TensorValue, dtype: DType): TensorValue {
    return x.type.dtype === dtype ? x : this.context.emit('cast', [x], { dtype });
  }

  /** Any value as a tensor, cast to the dtype (Keras' convert_to_tensor, which casts where TensorFlow's refuses). */
  converted(value: Value, dtype: DType): TensorValue {
    const natural = value.kind === 'tensor' ? value : this.context.tensor(value, numeric(value) ? dtype : undefined);
    return this.cast(natural, dtype);
  }

  unary(op: string, x: TensorValue): TensorValue {
    return this.context.emit(op, [x]);
  }

  binary(op: string, a: Operand, b: Operand): TensorValue {
    if (typeof a !== 'number') return this.context.emit(op, [a, typeof b === 'number' ? this.like(b, a) : b]);
    const right = typeof b === 'number' ? this.scalar(b, 'float32') : b;
    return this.context.emit(op, [this.like(a, right), right]);
  }

  add = (a: Operand, b: Operand): TensorValue => this.binary('add', a, b);
  sub = (a: Operand, b: Operand): TensorValue => this.binary('subtract', a, b);
  mul = (a: Operand, b: Operand): TensorValue => this.binary('multiply', a, b);
  div = (a: Operand, b: Operand): TensorValue => this.binary('divide', a, b);
  pow = (a: Operand, b: Operand): TensorValue => this.binary('power', a, b);
  maximum = (a: Operand, b: Operand): TensorValue => this.binary('maximum', a, b);
  minimum = (a: Operand, b: Operand): TensorValue => this.binary('minimum', a, b);
  equal = (a: Operand, b: Operand): TensorValue => this.binary('equal', a, b);
  neg = (x: TensorValue): TensorValue => this.unary('negate', x);
  abs = (x: TensorValue): TensorValue => this.unary('abs', x);
  log = (x: TensorValue): TensorValue => this.unary('log', x);
  square = (x: TensorValue): TensorValue => this.unary('square', x);
  squaredDifference = (a: TensorValue, b: TensorValue): TensorValue => this.binary('squaredDifference', a, b);

  /** tf.clip_by_value: the upper bound first. */
  clip(x: TensorValue, low: number, high: number): TensorValue {
    return this.maximum(this.minimum(x, high), low);
  }

  where(condition: TensorValue, a: Operand, b: Operand): TensorValue {
    const dtype = typeof a !== 'number' ? a.type.dtype : typeof b !== 'number' ? b.type.dtype : 'float32';
    const side = (x: Operand): TensorValue => (typeof x === 'number' ? this.scalar(x, dtype) : x);
    return this.context.emit('select', [condition, side(a), side(b)]);
  }

  /** `axes` null: all axes. */
  reduce(op: string, x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
    return this.context.emit(op, [x], { axes: axes ?? x.type.shape.map((_, axis) => axis), keepdims });
  }

  sum = (x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue => this.reduce('sum', x, axes, keepdims);
  mean = (x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue => this.reduce('mean', x, axes, keepdims);

  /** keras.ops.mean: integers and booleans are averaged as floats. */
  floatMean(x: TensorValue, axes: readonly number[] | null, keepdims = false): TensorValue {
    return this.mean(isFloat(x.type.dtype) ? x : this.cast(x, 'float32'), axes, keepdims);
  }

  /** The size of an axis as a scalar of the dtype. */
  axisSize(x: TensorValue, axis: number, dtype: DType): TensorValue {
    const { shape } = x.type;
    const dim =
      shape[axis < 0 ? axis + shape.length : axis] ??
      this.context.fail(failure('axis-out-of-range', 'index', `axis ${axis} is out of range for rank ${shape.length}`), [x]);
    if (typeof dim === 'number') return this.scalar(dim, dtype);
    return this.cast(this.context.wrap(this.context.build.dims([dim], [])), dtype);
  }

  /** Ends the call unless the shapes are the same; sizes that agree only for some B are a coincidence. */
  requireSameShape(a: TensorValue, b: TensorValue, what: string): void {
    const comparison = compareShapes(a.type.shape, b.type.shape);
    if (comparison === 'equal' || comparison === 'unknown') return;
    const refused = failure('shape-mismatch', 'shape', `${what} must have the same shape`);
    this.context.fail({ ...refused, certainty: comparison === 'coincidental' ? 'coincidental' : 'certain' }, [a, b]);
  }

  private like(value: number, other: TensorValue): TensorValue {
    if (!Number.isInteger(value) && (isInteger(other.type.dtype) || other.type.dtype === 'bool')) {
      this.context.fail(failure('dtype-mismatch', 'dtype', `the Python float ${value} cannot become ${other.type.dtype}`), [other]);
    }
    return this.scalar(value, other.type.dtype);
  }
}

function numeric(value: Value): boolean {
  return value.kind === 'number' || value.kind === 'boolean';
}
