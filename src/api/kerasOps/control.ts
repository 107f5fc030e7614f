/** Owns keras.ops' control flow: cond, loops, maps, scans, custom gradients. Most is TensorFlow's own. */
import { failure } from '../../graph/primitive';
import type { Args, CallContext } from '../../value/api';
import { integer, NONE, type TensorValue, tuple, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { dimAt, indexAxis, rankOf } from '../tensors';
import { delegate, opsTable, passOn } from './promote';

/** Loops of at most so many steps are unrolled in check traces. */
const MOST_UNROLLED = 32;

const CONTROL: ApiTable = {
  cond: passOn('pred, true_fn, false_fn', 'tf.cond', ['pred', 'true_fn', 'false_fn']),
  while_loop: entry('cond, body, loop_vars, maximum_iterations=None', (c, args) => {
    const vars = args.value('loop_vars');
    const several = vars.kind === 'tuple' || vars.kind === 'list';
    const result = delegate(c, 'tf.while_loop', [args.value('cond'), args.value('body'), several ? vars : tuple([vars])], {
      maximum_iterations: args.value('maximum_iterations'),
    });
    return several || (result.kind !== 'tuple' && result.kind !== 'list') ? result : (result.items[0] ?? result);
  }),
  fori_loop: entry('lower, upper, body_fun, init_val', forLoop),
  switch: entry('index, branches, *operands', (c, args) => {
    const branches = args.items('branches');
    const known = knownIndex(c, args.value('index'));
    const chosen = known === undefined ? undefined : branches[Math.min(Math.max(known, 0), branches.length - 1)];
    if (chosen) return c.call(chosen, args.rest);
    const thunks = branches.map(
      (branch): Value => ({ kind: 'native', name: 'branch', entry: entry('', (inner) => inner.call(branch, args.rest)) }),
    );
    return delegate(c, 'tf.switch_case', [args.value('index'), tuple(thunks)]);
  }),
  map: entry('f, xs', (c, args) => delegate(c, 'tf.map_fn', [args.value('f'), args.value('xs')])),
  vectorized_map: passOn('function, elements', 'tf.vectorized_map', ['function', 'elements']),
  scan: entry('f, init, xs=None, length=None, reverse=False, unroll=1', scan),
  associative_scan: entry('f, elems, reverse=False, axis=0', (c, args) => associativeScan(c, args)),
  custom_gradient: passOn('f', 'tf.custom_gradient', ['f']),
  vectorize: entry('pyfunc, *, excluded=None, signature=None', (c) => c.unknown('keras.ops.vectorize')),
  jvp: entry('fun, primals, tangents, has_aux=False', (c) => c.unknown('keras.ops.jvp')),
};

function knownIndex(c: CallContext, value: Value): number | undefined {
  if (value.kind === 'number') return value.value;
  if (value.kind !== 'tensor') return undefined;
  const numbers = c.numbers(value);
  return numbers?.length === 1 ? numbers[0] : undefined;
}

function forLoop(c: CallContext, args: Args): Value {
  const [lower, upper] = [knownIndex(c, args.value('lower')), knownIndex(c, args.value('upper'))];
  const body = args.value('body_fun');
  let state = args.value('init_val');
  if (lower === undefined || upper === undefined || (c.mode === 'check' && upper - lower > MOST_UNROLLED)) {
    return looped(c, state, c.call(body, [c.tensor(integer(lower ?? 0)), state]));
  }
  for (let i = lower; i < upper; i++) state = c.call(body, [c.tensor(integer(i)), state]);
  return state;
}

/** Loop variables after a loop that is not followed step by step. */
function looped(c: CallContext, before: Value, after: Value): Value {
  if ((before.kind === 'tuple' || before.kind === 'list') && (after.kind === 'tuple' || after.kind === 'list')) {
    return { kind: before.kind, items: before.items.map((item, i) => looped(c, item, after.items[i] ?? NONE)) };
  }
  if (after.kind === 'none') return after;
  return c.emit('loop', [c.tensor(before), c.tensor(after)]);
}

function first(value: Value, c: CallContext, index: number): Value {
  if (value.kind === 'tuple' || value.kind === 'list') return { kind: value.kind, items: value.items.map((item) => first(item, c, index)) };
  return value.kind === 'none' ? value : indexAxis(c, c.tensor(value), 0, index);
}

function leaf(value: Value, c: CallContext): TensorValue | undefined {
  if (value.kind === 'none') return undefined;
  if (value.kind === 'tuple' || value.kind === 'list') return value.items[0] && leaf(value.items[0], c);
  return c.tensor(value);
}

function scan(c: CallContext, args: Args): Value {
  const [f, xs] = [args.value('f'), args.value('xs')];
  const elements = leaf(xs, c);
  const length = args.value('length').kind === 'none' ? elements && dimAt(elements, 0) : args.dim('length');
  if (length === undefined) return c.fail(failure('argument', 'value', 'scan needs xs or length'));
  const step = (carry: Value, index: number) => {
    const result = c.call(f, [carry, first(xs, c, index)]);
    const parts = result.kind === 'tuple' || result.kind === 'list' ? result.items : c.iterate(result);
    return { carry: parts[0] ?? NONE, y: parts[1] ?? NONE };
  };
  if (typeof length !== 'number' || (c.mode === 'check' && length > MOST_UNROLLED)) {
    const once = step(args.value('init'), 0);
    return tuple([
      looped(c, args.value('init'), once.carry),
      elements ? mapped(c, elements, once.y) : c.unknown('a scan whose length is not known'),
    ]);
  }
  let carry = args.value('init');
  const outputs = new Array<Value>(length).fill(NONE);
  for (let i = 0; i < length; i++) {
    const index = args.bool('reverse') ? length - 1 - i : i;
    const next = step(carry, index);
    carry = next.carry;
    outputs[index] = next.y;
  }
  return tuple([carry, stacked(c, outputs)]);
}

function mapped(c: CallContext, xs: TensorValue, y: Value): Value {
  if (y.kind === 'tuple' || y.kind === 'list') return { kind: y.kind, items: y.items.map((item) => mapped(c, xs, item)) };
  return y.kind === 'none' ? y : c.emit('mapped', [xs, c.tensor(y)]);
}

function stacked(c: CallContext, values: readonly Value[]): Value {
  const [sample] = values;
  if (sample === undefined || sample.kind === 'none') return NONE;
  if (sample.kind === 'tuple' || sample.kind === 'list') {
    const part = (value: Value, i: number) => (value.kind === 'tuple' || value.kind === 'list' ? (value.items[i] ?? NONE) : NONE);
    return {
      kind: sample.kind,
      items: sample.items.map((_, i) =>
        stacked(
          c,
          values.map((value) => part(value, i)),
        ),
      ),
    };
  }
  return c.emit(
    'stack',
    values.map((value) => c.tensor(value)),
    { axis: 0 },
  );
}

/** Running combination of the elements along an axis, one after the other: an associative function gives what Keras' tree gives. */
function associativeScan(c: CallContext, args: Args): Value {
  const elems = args.value('elems');
  const sample = leaf(elems, c);
  const axis = args.int('axis');
  const size = sample && dimAt(sample, axis);
  if (sample === undefined || typeof size !== 'number' || elems.kind !== 'tensor')
    return c.unknown('an associative scan over an axis whose size is not known');
  const order = Array.from({ length: size }, (_, i) => (args.bool('reverse') ? size - 1 - i : i));
  const results = new Array<TensorValue>(size).fill(sample);
  let running: Value | undefined;
  for (const index of order) {
    const element = indexAxis(c, sample, axis, index);
    running = running === undefined ? element : c.call(args.value('f'), [running, element]);
    results[index] = c.tensor(running);
  }
  return c.emit('stack', results, { axis: axis < 0 ? axis + rankOf(sample) : axis });
}

export const CONTROL_OPS: ApiTable = opsTable(CONTROL);
