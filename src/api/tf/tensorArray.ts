/** Owns tf.TensorArray: an object that collects tensors by index. */

import type { Dim } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import { dtypeValue, type ObjectValue, type TensorValue, type Value } from '../../value/value';
import { entry } from '../table';
import { cast, concat, dimAt, filled, indexAxis, stack } from '../tensors';

interface State {
  readonly dtype: DType;
  size: Dim | null;
  readonly elements: Map<number, TensorValue>;
  /** An element written at an index that is not known: stands for all. */
  sample: TensorValue | null;
}

export function tensorArray(dtype: DType, size: Dim | null, _c: CallContext): ObjectValue {
  const state: State = { dtype, size, elements: new Map(), sample: null };
  const array: ObjectValue = {
    kind: 'object',
    type: 'tf.TensorArray',
    attributes: new Map<string, Value>([['dtype', dtypeValue(dtype)]]),
    methods: methodsOf(state, () => array),
    state,
  };
  return array;
}

function methodsOf(state: State, self: () => ObjectValue): ReadonlyMap<string, ApiEntry> {
  return new Map<string, ApiEntry>([
    [
      'write',
      entry('index, value, name=None', (c, a) => {
        const index = indexOf(c, a.value('index'));
        const value = a.tensor('value', state.dtype);
        if (index === undefined) state.sample = value;
        else state.elements.set(index, value);
        return self();
      }),
    ],
    [
      'read',
      entry('index, name=None', (c, a) => {
        const index = indexOf(c, a.value('index'));
        return (
          (index === undefined ? anyOf(state) : state.elements.get(index)) ?? state.sample ?? c.unknown('an element that was not written')
        );
      }),
    ],
    ['stack', entry('name=None', (c) => stacked(c, state))],
    [
      'gather',
      entry('indices, name=None', (c, a) => c.emit('gather', [stacked(c, state), a.tensor('indices')], { axis: 0, batchDims: 0 })),
    ],
    [
      'concat',
      entry('name=None', (c) => {
        const parts = [...state.elements].sort(([a], [b]) => a - b).map(([, value]) => value);
        return parts.length > 0 && state.sample === null
          ? concat(c, parts, 0)
          : c.unknown('joining a TensorArray whose elements are not known');
      }),
    ],
    [
      'unstack',
      entry('value, name=None', (c, a) => {
        const value = a.tensor('value');
        const length = dimAt(value, 0);
        state.size = length;
        if (typeof length === 'number') for (let i = 0; i < length; i++) state.elements.set(i, indexAxis(c, value, 0, i));
        else state.sample = indexAxis(c, value, 0, 0);
        return self();
      }),
    ],
    ['size', entry('name=None', (c) => c.wrap(c.build.dims([sizeOf(c, state)], [])))],
    ['identity', entry('', () => self())],
    ['mark_used', entry('', () => self())],
    ['close', entry('name=None', () => self())],
  ]);
}

function indexOf(c: CallContext, value: Value): number | undefined {
  if (value.kind === 'number') return value.value;
  if (value.kind !== 'tensor') return undefined;
  const [known] = c.dims(value) ?? [];
  return typeof known === 'number' ? known : undefined;
}

function anyOf(state: State): TensorValue | undefined {
  const [first] = state.elements.values();
  return first;
}

function sizeOf(c: CallContext, state: State): Dim {
  const written = state.elements.size === 0 ? 0 : Math.max(...state.elements.keys()) + 1;
  if (state.sample !== null) return state.size !== null && state.size !== 0 ? state.size : c.freshDim('n');
  return typeof state.size === 'number' ? Math.max(state.size, written) : (state.size ?? written);
}

function stacked(c: CallContext, state: State): TensorValue {
  const size = sizeOf(c, state);
  const sample = state.sample ?? anyOf(state);
  if (sample === undefined) return c.unknown('a TensorArray that nothing was written to');
  if (state.sample !== null || typeof size !== 'number') {
    return c.emit('mapped', [filled(c, 0, [size], 'float32'), sample]);
  }
  const zero = () => cast(c, filled(c, 0, sample.type.shape, sample.type.dtype), sample.type.dtype);
  return stack(
    c,
    Array.from({ length: size }, (_, i) => state.elements.get(i) ?? zero()),
    0,
  );
}
