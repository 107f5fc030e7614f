/** Owns the reading of attributes: each reader checks the form that the op was promised. */
import { invariant } from '../../base/assert';
import { normalizeAxis } from '../../shape/axis';
import type { Dim } from '../../shape/dim';
import { type DType, dtypeNamed } from '../../shape/dtype';
import { concreteShape, type Shape } from '../../shape/shape';
import type { Attrs } from '../graph';

export function numberAttr(attrs: Attrs, name: string, otherwise?: number): number {
  const value = attrs[name] ?? otherwise;
  invariant(typeof value === 'number', `attribute ${name} is not a number`);
  return value;
}

export function booleanAttr(attrs: Attrs, name: string): boolean {
  return attrs[name] === true;
}

export function stringAttr(attrs: Attrs, name: string, otherwise?: string): string {
  const value = attrs[name] ?? otherwise;
  invariant(typeof value === 'string', `attribute ${name} is not a string`);
  return value;
}

export function dtypeAttr(attrs: Attrs, name = 'dtype', otherwise?: DType): DType {
  const dtype = dtypeNamed(stringAttr(attrs, name, otherwise));
  invariant(dtype, `attribute ${name} is not a dtype`);
  return dtype;
}

export function numbersAttr(attrs: Attrs, name: string): readonly number[] {
  const value = attrs[name];
  invariant(Array.isArray(value) && value.every((item) => typeof item === 'number'), `attribute ${name} is not a list of numbers`);
  return value;
}

export function dimAttr(attrs: Attrs, name: string): Dim {
  const value = attrs[name];
  invariant(isDim(value), `attribute ${name} is not a dim`);
  return value;
}

export function shapeAttr(attrs: Attrs, name = 'shape'): Shape {
  const value = attrs[name];
  invariant(Array.isArray(value) && value.every(isDim), `attribute ${name} is not a list of dims`);
  return value;
}

/** Any array-like of numbers: constants hold typed arrays or plain lists. */
export function dataAttr(attrs: Attrs, name = 'data'): ArrayLike<number> {
  const value = attrs[name];
  invariant(Array.isArray(value) || ArrayBuffer.isView(value), `attribute ${name} holds no data`);
  return value as ArrayLike<number>;
}

/** The normalised axis of an op whose shape rule has accepted it. */
export function axisOf(attrs: Attrs, rank: number): number {
  const axis = normalizeAxis(numberAttr(attrs, 'axis'), rank);
  invariant(axis !== undefined, 'an axis out of range reached a gradient or kernel');
  return axis;
}

/** The numbers of a shape at execution, where every size is known. */
export function sizes(shape: Shape): number[] {
  const concrete = concreteShape(shape);
  invariant(concrete, 'a symbolic size reached execution');
  return [...concrete];
}

export function size(dim: Dim): number {
  invariant(typeof dim === 'number', 'a symbolic size reached execution');
  return dim;
}

function isDim(value: unknown): value is Dim {
  return typeof value === 'number' || (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'symbolic');
}
