/** Owns subscripts of tensors and arrays: integers, slices, new axes, ellipsis, masks, NumPy's fancy indexing. */
import { failure } from '../graph/primitive';
import { broadcastShapes } from '../shape/broadcast';
import { addDims, type Dim, dimText, floorDivideDims, hasRole, subtractDims } from '../shape/dim';
import { isInteger } from '../shape/dtype';
import type { Shape } from '../shape/shape';
import type { CallContext } from '../value/api';
import type { SliceValue, TensorValue, Value } from '../value/value';
import { booleanMask } from './masks';
import { cast, dimAt, isTensor, rankOf, squeeze, stack, transpose } from './tensors';

/** What one item does to its axis. */
type Step =
  | { readonly kind: 'whole' }
  | { readonly kind: 'range'; readonly start: Dim; readonly size: Dim; readonly step: number }
  | { readonly kind: 'pick'; readonly index: Dim }
  | { readonly kind: 'gather'; readonly indices: TensorValue };

/** `tensor[items]`. */
export function indexTensor(c: CallContext, tensor: TensorValue, given: readonly Value[]): TensorValue {
  const numpy = tensor.flavor === 'numpy';
  const [first] = given;
  const only = given.length === 1 ? first : undefined;
  const spread = only?.kind === 'tuple' || (!numpy && only?.kind === 'list' && !isMaskList(only));
  const items = spread ? only.items : given;
  const mask = items.length === 1 && items[0] !== undefined ? maskOf(c, items[0]) : undefined;
  if (mask !== undefined) return keepFlavor(c, tensor, booleanMask(c, tensor, mask, 0));
  const layout = layOut(c, tensor, items);
  if (numpy) {
    const arrays = layout.steps.filter((step) => step.kind === 'gather');
    if (arrays.length > 1) return keepFlavor(c, tensor, gatherTogether(c, tensor, layout));
  }
  return keepFlavor(c, tensor, apply(c, tensor, layout));
}

function keepFlavor(c: CallContext, from: TensorValue, to: TensorValue): TensorValue {
  return from.flavor === 'numpy' ? c.wrap(to.node, 'numpy') : to;
}

function isMaskList(value: Value): boolean {
  return value.kind === 'list' && value.items.length > 0 && value.items.every((item) => item.kind === 'boolean');
}

function maskOf(c: CallContext, item: Value): TensorValue | undefined {
  if (isTensor(item) && item.type.dtype === 'bool') return item;
  if (isMaskList(item)) return c.tensor(item);
  return item.kind === 'boolean' ? c.fail(failure('index-type', 'value', 'a mask cannot be a scalar')) : undefined;
}

interface Layout {
  readonly steps: readonly Step[];
  /** New axes, by position in the result. */
  readonly newAxes: readonly number[];
}

function layOut(c: CallContext, tensor: TensorValue, items: readonly Value[]): Layout {
  const rank = rankOf(tensor);
  const used = items.filter((item) => item.kind !== 'none' && item.kind !== 'ellipsis').length;
  if (used > rank) return tooMany(c, tensor, used);
  if (items.filter((item) => item.kind === 'ellipsis').length > 1) {
    return c.fail(failure('index-type', 'index', 'an index may hold one ellipsis only'), [tensor]);
  }
  const steps: Step[] = [];
  const newAxes: number[] = [];
  let position = 0;
  const push = (step: Step) => {
    steps.push(step);
    position += step.kind === 'pick' ? 0 : step.kind === 'gather' ? step.indices.type.shape.length : 1;
  };
  const rest = rank - used;
  let open = true;
  for (const item of items) {
    if (item.kind === 'none') newAxes.push(position++);
    else if (item.kind === 'ellipsis') {
      for (let i = 0; i < rest; i++) push({ kind: 'whole' });
      open = false;
    } else push(stepOf(c, tensor, item, steps.length));
  }
  if (open) for (let i = 0; i < rest; i++) push({ kind: 'whole' });
  return { steps, newAxes };
}

function tooMany(c: CallContext, tensor: TensorValue, used: number): never {
  const rank = rankOf(tensor);
  return c.fail(failure('index-out-of-range', 'index', `${used} indices for a value of rank ${rank}`, { used, rank }), [tensor]);
}

function stepOf(c: CallContext, tensor: TensorValue, item: Value, axis: number): Step {
  const dim = dimAt(tensor, axis);
  switch (item.kind) {
    case 'unknown':
      return c.unknown(item.reason);
    case 'slice':
      return sliceStep(c, tensor, item, axis);
    case 'number':
      if (item.float) return badIndex(c, tensor, 'a float');
      if (item.size !== undefined) return { kind: 'pick', index: item.size };
      return pickStep(c, tensor, item.value ?? c.unknown('the index is not known'), axis, dim);
    case 'boolean':
      return badIndex(c, tensor, 'a bool');
    case 'tensor':
      return tensorStep(c, tensor, item, axis, dim);
    case 'list':
    case 'tuple':
      if (tensor.flavor !== 'numpy') return badIndex(c, tensor, `a ${item.kind}`);
      return { kind: 'gather', indices: fromEnd(c, c.tensor(item), dim) };
    default:
      return badIndex(c, tensor, `a ${item.kind}`);
  }
}

function badIndex(c: CallContext, tensor: TensorValue, what: string): never {
  const detail = `only integers, slices, ..., None and scalar integer tensors are valid indices, not ${what}`;
  return c.fail(failure('index-type', 'type', detail), [tensor]);
}

function pickStep(c: CallContext, tensor: TensorValue, index: number, axis: number, dim: Dim): Step {
  if (typeof dim === 'number' && (index >= dim || index < -dim)) {
    const detail = `index ${index} is out of range: axis ${axis} has size ${dim}`;
    return c.fail(failure('index-out-of-range', 'index', detail, { index, axis, size: dim }), [tensor]);
  }
  return { kind: 'pick', index: index < 0 ? addDims(dim, index) : index };
}

function tensorStep(c: CallContext, tensor: TensorValue, item: TensorValue, axis: number, dim: Dim): Step {
  if (item.type.dtype === 'bool') return c.unknown('a mask among other indices is not understood yet');
  if (!isInteger(item.type.dtype)) return badIndex(c, tensor, `a ${item.type.dtype} tensor`);
  if (rankOf(item) > 0) {
    if (tensor.flavor !== 'numpy') return badIndex(c, tensor, `a tensor of rank ${rankOf(item)}`);
    return { kind: 'gather', indices: fromEnd(c, item, dim) };
  }
  const [known] = c.dims(item) ?? [];
  if (known !== undefined) return typeof known === 'number' ? pickStep(c, tensor, known, axis, dim) : { kind: 'pick', index: known };
  const [value] = c.mode === 'run' ? Array.from(c.numbers(item) ?? []) : [];
  return value === undefined ? { kind: 'gather', indices: item } : pickStep(c, tensor, value, axis, dim);
}

/** Negative indices count from the end. */
function fromEnd(c: CallContext, indices: TensorValue, dim: Dim): TensorValue {
  const numbers = c.numbers(indices);
  if (numbers === undefined || Array.from(numbers).every((index) => index >= 0)) return indices;
  return c.emit('mod', [indices, cast(c, c.wrap(c.build.dims([dim], [])), indices.type.dtype)]);
}

function sliceStep(c: CallContext, tensor: TensorValue, slice: SliceValue, axis: number): Step {
  const dim = dimAt(tensor, axis);
  const step = slice.step.kind === 'none' ? 1 : boundOf(c, tensor, slice.step);
  const start = slice.start.kind === 'none' ? null : boundOf(c, tensor, slice.start);
  const stop = slice.stop.kind === 'none' ? null : boundOf(c, tensor, slice.stop);
  if (typeof step !== 'number') return c.unknown('the step of a slice depends on a size');
  if (step === 0) return c.fail(failure('index-type', 'value', 'the step of a slice cannot be 0'), [tensor]);
  if (step < 0) return backwards(dim, start, stop, step);
  if (start === null && stop === null && step === 1) return { kind: 'whole' };
  return forwards(c, tensor, axis, dim, start, stop, step);
}

function boundOf(c: CallContext, tensor: TensorValue, value: Value): Dim {
  if (value.kind === 'unknown') return c.unknown(value.reason);
  if (value.kind === 'number' && value.float) return badIndex(c, tensor, 'a float');
  if (value.kind === 'number') return value.size ?? value.value ?? c.unknown('a bound of the slice is not known');
  if (value.kind === 'tensor' && rankOf(value) === 0) {
    const [known] = c.dims(value) ?? [];
    if (known !== undefined) return known;
    const [number] = Array.from(c.numbers(value) ?? []);
    return number ?? c.freshDim('n');
  }
  return badIndex(c, tensor, `a ${value.kind}`);
}

function forwards(c: CallContext, tensor: TensorValue, axis: number, dim: Dim, from: Dim | null, to: Dim | null, step: number): Step {
  const start = from === null ? 0 : place(from, dim);
  const stop = to === null ? dim : place(to, dim);
  const open = to !== null && shortens(to, dim);
  const length = open && !(to === 1 && start === 0) ? c.freshDim('n') : subtractDims(stop, start);
  const size =
    typeof length === 'number'
      ? Math.max(0, Math.ceil(length / step))
      : step === 1
        ? length
        : floorDivideDims(addDims(length, step - 1), step);
  if (size === 0 && dim !== 0) noteEmpty(c, tensor, axis, dim, from, to);
  return { kind: 'range', start, size, step };
}

/** A bound of a slice, counted from the front and kept inside where the size is known. */
function place(bound: Dim, dim: Dim): Dim {
  const front = typeof bound === 'number' && bound < 0 ? addDims(dim, bound) : bound;
  if (typeof front !== 'number' || typeof dim !== 'number') return front;
  return Math.min(Math.max(front, 0), dim);
}

/** Whether an axis whose size is only known with the data may end before the stop. */
function shortens(stop: Dim, dim: Dim): boolean {
  if (typeof stop !== 'number' || typeof dim === 'number' || stop < 0) return false;
  return hasRole(dim, 'batch') || hasRole(dim, 'fresh');
}

function noteEmpty(c: CallContext, tensor: TensorValue, axis: number, dim: Dim, from: Dim | null, to: Dim | null): void {
  if (c.mode !== 'check') return;
  const text = `${from === null ? '' : dimText(from)}:${to === null ? '' : dimText(to)}`;
  c.note(
    failure('slice-empty', 'index', `the slice ${text} of axis ${axis} (size ${dimText(dim)}) is empty`, {
      axis,
      size: dimText(dim),
      slice: text,
    }),
    [tensor],
  );
}

function backwards(dim: Dim, from: Dim | null, to: Dim | null, step: number): Step {
  const last = addDims(dim, -1);
  const start = from === null ? last : clampLast(place(from, dim), last);
  const front = to === null ? -1 : typeof to === 'number' && to < 0 ? addDims(dim, to) : to;
  const stop = typeof front === 'number' ? Math.max(front, -1) : front;
  const length = subtractDims(start, stop);
  const stride = -step;
  const size = typeof length === 'number' ? Math.max(0, Math.ceil(length / stride)) : floorDivideDims(addDims(length, stride - 1), stride);
  return { kind: 'range', start, size, step };
}

function clampLast(start: Dim, last: Dim): Dim {
  return typeof start === 'number' && typeof last === 'number' ? Math.min(start, last) : start;
}

function apply(c: CallContext, tensor: TensorValue, layout: Layout): TensorValue {
  let result = cut(c, tensor, layout.steps);
  // Axes are taken off from the last, so that earlier ones keep their numbers.
  const picked = layout.steps.flatMap((step, axis) => (step.kind === 'pick' ? [axis] : []));
  for (let axis = layout.steps.length - 1; axis >= 0; axis--) {
    const step = layout.steps[axis];
    if (step?.kind === 'gather') result = c.emit('gather', [result, step.indices], { axis, batchDims: 0 });
    else if (step?.kind === 'pick' && layout.steps.some((other) => other.kind === 'gather')) result = squeeze(c, result, [axis]);
  }
  if (picked.length > 0 && !layout.steps.some((step) => step.kind === 'gather')) result = squeeze(c, result, picked);
  for (const axis of layout.newAxes) result = c.emit('expandDims', [result], { axis });
  return result === tensor && tensor.flavor === 'variable' ? c.emit('identity', [tensor]) : result;
}

/** Several arrays index together, element by element (`a[rows, columns]`); their axes must stand side by side. */
function gatherTogether(c: CallContext, tensor: TensorValue, { steps, newAxes }: Layout): TensorValue {
  const axes = steps.flatMap((step, axis) => (step.kind === 'gather' || step.kind === 'pick' ? [axis] : []));
  const [from = 0] = axes;
  if (newAxes.length > 0 || axes.at(-1) !== from + axes.length - 1)
    return c.unknown('indexing with several arrays that do not stand side by side');
  const others = steps.map((step): Step => (step.kind === 'gather' || step.kind === 'pick' ? { kind: 'whole' } : step));
  const rest = steps.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const ahead = transpose(c, cut(c, tensor, others), [...axes, ...rest]);
  const columns = axes.map((axis) => positionsOf(c, steps[axis]));
  const shape = columns.reduce<Shape>((common, column) => broadcastShapes(common, column.type.shape).shape, []);
  const indices = stack(
    c,
    columns.map((column) => c.emit('broadcastTo', [column], { shape })),
    shape.length,
  );
  const found = c.emit('gatherNd', [ahead, indices], { batchDims: 0 });
  const positions = found.type.shape.map((_, axis) => axis);
  return transpose(c, found, [
    ...positions.slice(shape.length, shape.length + from),
    ...positions.slice(0, shape.length),
    ...positions.slice(shape.length + from),
  ]);
}

function positionsOf(c: CallContext, step: Step | undefined): TensorValue {
  if (step?.kind === 'gather') return cast(c, step.indices, 'int32');
  return c.wrap(c.build.dims([step?.kind === 'pick' ? step.index : 0], []));
}

function cut(c: CallContext, tensor: TensorValue, steps: readonly Step[]): TensorValue {
  if (steps.every((step) => step.kind === 'whole' || step.kind === 'gather')) return tensor;
  const start: Dim[] = [];
  const size: Dim[] = [];
  const step: number[] = [];
  steps.forEach((one, axis) => {
    start.push(one.kind === 'range' ? one.start : one.kind === 'pick' ? one.index : 0);
    size.push(one.kind === 'range' ? one.size : one.kind === 'pick' ? 1 : dimAt(tensor, axis));
    step.push(one.kind === 'range' ? one.step : 1);
  });
  return c.emit('slice', [tensor], { start, size, step });
}
