/** Owns TensorFlow's automatic differentiation as user code calls it: GradientTape, tf.gradients, custom_gradient, variables. */

import { carriesGradient, gradient, passingInputs } from '../../graph/gradient';
import type { NodeId } from '../../graph/graph';
import { failure } from '../../graph/primitive';
import type { Dim } from '../../shape/dim';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { list, NONE, type ObjectValue, type TensorValue, tuple, type Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { add, dimAt, filled, isTensor, rankOf, reshape, stack } from '../tensors';
import { currentNode } from '../variables';
import { contextManager } from './functions';

interface TapeState {
  readonly watched: Set<NodeId>;
  used: boolean;
  /** Something was computed while the tape did not record. */
  paused: boolean;
}

export const GRADIENTS: ApiTable = {
  'tf.GradientTape tf.autodiff.GradientTape': entry('persistent=False, watch_accessed_variables=True', (_c, a) =>
    gradientTape(a.bool('persistent')),
  ),
  'tf.gradients': entry(
    "ys, xs, grad_ys=None, name='gradients', colocate_gradients_with_ops=False, gate_gradients=False, aggregation_method=None, stop_gradients=None, unconnected_gradients='none'",
    (c, a) => {
      if (c.mode === 'run' && c.keras === 'none' && !c.autograph) {
        c.fail(failure('eager-gradients', 'type', 'tf.gradients works in graphs only; eagerly use tf.GradientTape'));
      }
      const sources = a.value('xs');
      const found = gradients(c, a.value('ys'), sources, a.value('grad_ys'), () => true, a.value('unconnected_gradients'));
      return isTensor(sources) ? list([found]) : found;
    },
  ),
  'tf.custom_gradient': entry('f=None', (_c, a) => customGradient(a.value('f'))),
  'tf.Variable tf1.Variable': entry(
    'initial_value=None, trainable=None, validate_shape=True, caching_device=None, name=None, variable_def=None, dtype=None, import_scope=None, constraint=None, synchronization=None, aggregation=None, shape=None, experimental_enable_variable_lifting=True',
    (c, a) => variable(c, a),
  ),
};

function variable(c: CallContext, a: Args): TensorValue {
  const given = knownValue(c, a.value('initial_value'));
  const value = given.kind === 'function' || given.kind === 'native' ? c.call(given, []) : given;
  const x = c.tensor(value, a.optionalDtype('dtype') ?? undefined);
  return c.wrap(c.emit('stopGradient', [x]).node, 'variable');
}

function gradientTape(persistent: boolean): ObjectValue {
  const state: TapeState = { watched: new Set(), used: false, paused: false };
  const watched = (c: CallContext) => (source: TensorValue) => source.flavor === 'variable' || reaches(c, source.node, state.watched);
  /** Without `persistent` a tape answers once. */
  const use = (c: CallContext) => {
    if (state.paused) return c.unknown('the gradient of a tape that stopped recording in between');
    if (state.used && !persistent)
      c.fail(failure('tape-reused', 'value', 'a GradientTape that is not persistent gives one set of gradients only'));
    state.used = true;
    return watched(c);
  };
  const tape: ObjectValue = {
    kind: 'object',
    type: 'tf.GradientTape',
    attributes: new Map(),
    state,
    methods: new Map<string, ApiEntry>([
      ['__enter__', entry('', () => tape)],
      ['__exit__', entry('*args', () => NONE)],
      [
        'watch',
        entry('tensor', (c, a) => {
          for (const x of tensorsOf(c, a.value('tensor'))) state.watched.add(currentNode(c.memory, x));
          return NONE;
        }),
      ],
      [
        'stop_recording',
        entry('', () => {
          state.paused = true;
          return contextManager();
        }),
      ],
      [
        'reset',
        entry('', () => {
          state.watched.clear();
          return NONE;
        }),
      ],
      ['watched_variables', entry('', () => tuple([]))],
      [
        'gradient',
        entry("target, sources, output_gradients=None, unconnected_gradients='none'", (c, a) =>
          gradients(c, a.value('target'), a.value('sources'), a.value('output_gradients'), use(c), a.value('unconnected_gradients')),
        ),
      ],
      [
        'jacobian',
        entry("target, sources, unconnected_gradients='none', parallel_iterations=None, experimental_use_pfor=True", (c, a) =>
          mapNest(c, a.value('sources'), (source) => jacobian(c, a.tensor('target'), source, watched(c))),
        ),
      ],
      [
        'batch_jacobian',
        entry("target, source, unconnected_gradients='none', parallel_iterations=None, experimental_use_pfor=True", (c, a) =>
          batchJacobian(c, a.tensor('target'), a.tensor('source'), watched(c)),
        ),
      ],
    ]),
  };
  return tape;
}

/** Whether a node is one of the set or was computed from one. */
function reaches(c: CallContext, from: NodeId, targets: ReadonlySet<NodeId>): boolean {
  const seen = new Set<NodeId>();
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (targets.has(id)) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...passingInputs(c.build, c.build.node(id)));
  }
  return false;
}

function tensorsOf(c: CallContext, value: Value): TensorValue[] {
  if (isTensor(value)) return [value];
  if (value.kind === 'dict') return [...value.entries.values()].flatMap((item) => tensorsOf(c, item.value));
  if (value.kind === 'unknown') return c.unknown(value.reason);
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.flatMap((item) => tensorsOf(c, item));
  return [c.tensor(value)];
}

/** The same structure with each tensor replaced. */
function mapNest(c: CallContext, value: Value, f: (x: TensorValue) => Value): Value {
  if (isTensor(value)) return f(value);
  if (value.kind === 'list') return list(value.items.map((item) => mapNest(c, item, f)));
  if (value.kind === 'tuple') return tuple(value.items.map((item) => mapNest(c, item, f)));
  if (value.kind === 'dict') {
    return {
      kind: 'dict',
      entries: new Map([...value.entries].map(([key, item]) => [key, { key: item.key, value: mapNest(c, item.value, f) }])),
    };
  }
  if (value.kind === 'unknown') return c.unknown(value.reason);
  return f(c.tensor(value));
}

function gradients(
  c: CallContext,
  target: Value,
  sources: Value,
  seeds: Value,
  watched: (source: TensorValue) => boolean,
  unconnected: Value,
): Value {
  const targets = tensorsOf(c, target);
  const given = seeds.kind === 'none' ? [] : seeds.kind === 'list' || seeds.kind === 'tuple' ? seeds.items : [seeds];
  const zero = unconnected.kind === 'string' && unconnected.value === 'zero';
  return mapNest(c, sources, (source) => {
    const parts = watched(source) ? targets.map((y, i) => gradientOf(c, y, source, given[i])) : [];
    const found = parts.filter((part) => part !== null);
    const [first, ...rest] = found;
    if (first === undefined) return zero ? filled(c, 0, source.type.shape, source.type.dtype) : NONE;
    return rest.reduce((total, part) => add(c, total, part), first);
  });
}

function gradientOf(c: CallContext, y: TensorValue, x: TensorValue, seed: Value | undefined): TensorValue | null {
  if (!carriesGradient(y.type.dtype)) return null;
  const dy = seed === undefined || seed.kind === 'none' ? undefined : c.tensor(seed, y.type.dtype).node;
  const [found] = gradient(c.build, currentNode(c.memory, y), [currentNode(c.memory, x)], dy);
  return found === undefined || found === null ? null : c.wrap(found);
}

/** Shape of the target, then of the source. */
function jacobian(c: CallContext, y: TensorValue, x: TensorValue, watched: (source: TensorValue) => boolean): Value {
  if (!watched(x)) return NONE;
  const size = sizeOf(y.type.shape);
  const shape = [...y.type.shape, ...x.type.shape];
  if (c.mode === 'check' || typeof size !== 'number') {
    const whole = gradientOf(c, y, x, undefined);
    return whole === null ? NONE : spreadOver(c, whole, y.type.shape);
  }
  const rows = Array.from({ length: size }, (_, i) => gradientOf(c, y, x, oneAt(c, y, i)));
  const known = rows.filter((row) => row !== null);
  return known.length === rows.length && rows.length > 0 ? reshape(c, stack(c, known, 0), shape) : NONE;
}

function oneAt(c: CallContext, y: TensorValue, index: number): TensorValue {
  const size = Number(sizeOf(y.type.shape));
  const data = new Array<number>(size).fill(0);
  data[index] = 1;
  return c.wrap(c.build.reshape(c.build.constant(data, [size], y.type.dtype), y.type.shape));
}

function spreadOver(c: CallContext, x: TensorValue, leading: readonly Dim[]): TensorValue {
  const ones = reshape(c, x, [...leading.map((): Dim => 1), ...x.type.shape]);
  return c.emit('broadcastTo', [ones], { shape: [...leading, ...x.type.shape] });
}

/** (B, …) and (B, …) to (B, …target, …source): rows do not depend on each other. */
function batchJacobian(c: CallContext, y: TensorValue, x: TensorValue, watched: (source: TensorValue) => boolean): Value {
  if (rankOf(y) < 1 || rankOf(x) < 1) return c.fail(failure('rank', 'shape', 'batch_jacobian needs a batch axis'), [y, x]);
  if (!watched(x)) return NONE;
  const batch = dimAt(y, 0);
  const inner = sizeOf(y.type.shape.slice(1));
  if (typeof inner !== 'number') return c.unknown('a batch Jacobian of symbolic size');
  const flat = reshape(c, y, [batch, inner]);
  const rows: TensorValue[] = [];
  for (let i = 0; i < inner; i++) {
    const column = c.wrap(
      c.build.constant(
        Array.from({ length: inner }, (_, j) => Number(i === j)),
        [1, inner],
        y.type.dtype,
      ),
    );
    const seed = c.emit('broadcastTo', [column], { shape: [batch, inner] });
    const row = gradientOf(c, flat, x, seed);
    if (row === null) return NONE;
    rows.push(row);
  }
  return reshape(c, stack(c, rows, 1), [batch, ...y.type.shape.slice(1), ...x.type.shape.slice(1)]);
}

/** The function's value with the gradient that it brings along. */
function customGradient(f: Value): Value {
  if (f.kind === 'none') return { kind: 'native', name: 'custom_gradient', entry: entry('f', (_c, a) => customGradient(a.value('f'))) };
  const wrapped = entry('*args, **kwargs', (c, a) => {
    const args = a.rest.map((arg) => (arg.kind === 'number' || arg.kind === 'list' ? c.tensor(arg) : arg));
    const result = c.call(f, args, a.keywords);
    if (result.kind === 'unknown') return c.unknown(result.reason);
    const [value, backward] = result.kind === 'tuple' || result.kind === 'list' ? result.items : [];
    if (value === undefined || backward === undefined) {
      return c.fail(
        failure('custom-gradient', 'value', 'a function with a custom gradient must return its value and its gradient function'),
      );
    }
    return withBackward(c, value, backward, args.filter(isTensor));
  });
  return { kind: 'native', name: 'custom_gradient', entry: wrapped };
}

function withBackward(c: CallContext, value: Value, backward: Value, inputs: readonly TensorValue[]): Value {
  if (value.kind === 'tuple' || value.kind === 'list') {
    const outputs = value.items.map((item) => c.tensor(item));
    return tuple(outputs.map((output, i) => oneOutput(c, output, backward, inputs, outputs, i)));
  }
  const output = c.tensor(value);
  return oneOutput(c, output, backward, inputs, [output], 0);
}

function oneOutput(
  c: CallContext,
  output: TensorValue,
  backward: Value,
  inputs: readonly TensorValue[],
  outputs: readonly TensorValue[],
  position: number,
): TensorValue {
  const result = c.emit('customGradient', [output, ...inputs]);
  c.build.customBackward.set(result.node, (dy) => {
    const seeds = outputs.map((other, i) => (i === position ? c.wrap(dy) : filled(c, 0, other.type.shape, other.type.dtype)));
    const parts = c.call(backward, seeds);
    const found = parts.kind === 'tuple' || parts.kind === 'list' ? parts.items : [parts];
    return [null, ...inputs.map((input, i) => partOf(c, input, found[i]))];
  });
  return result;
}

/** The gradient that user code gave for an input, in the input's dtype and shape. */
function partOf(c: CallContext, input: TensorValue, part: Value | undefined): NodeId | null {
  if (part === undefined || part.kind === 'none' || !carriesGradient(input.type.dtype)) return null;
  const value = c.tensor(part, isTensor(part) ? undefined : input.type.dtype);
  return value.node;
}
