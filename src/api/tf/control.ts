/** Owns TensorFlow's functional control flow: cond, case, while_loop, map_fn, scan, folds, TensorArray. */
import { failure } from '../../graph/primitive';
import type { Args, CallContext } from '../../value/api';
import { list, NONE, type TensorValue, tuple, type Value } from '../../value/value';
import { dtypeOf } from '../dtypes';
import { type ApiTable, entry } from '../table';
import { cast, dimAt, indexAxis, isTensor, rankOf, stack } from '../tensors';
import { tensorArray } from './tensorArray';

export const CONTROL: ApiTable = {
  'tf.cond': entry('pred, true_fn, false_fn, name=None, strict=False', (c, a) =>
    cond(
      c,
      a.value('pred'),
      () => unwrapped(c.call(a.value('true_fn'), [])),
      () => unwrapped(c.call(a.value('false_fn'), [])),
    ),
  ),
  'tf.__internal__.smart_cond.smart_cond tf1.smart_cond': entry('pred, true_fn=None, false_fn=None, name=None', (c, a) =>
    cond(
      c,
      a.value('pred'),
      () => c.call(a.value('true_fn'), []),
      () => c.call(a.value('false_fn'), []),
    ),
  ),
  'tf.case': entry("pred_fn_pairs, default=None, exclusive=False, strict=False, name='case'", (c, a) => caseOf(c, a)),
  'tf.switch_case': entry("branch_index, branch_fns, default=None, name='switch_case'", (c, a) => switchCase(c, a)),
  'tf.while_loop': entry(
    'cond, body, loop_vars, shape_invariants=None, parallel_iterations=10, back_prop=True, swap_memory=False, maximum_iterations=None, name=None, return_same_structure=True',
    (c, a) => whileLoop(c, a.value('cond'), a.value('body'), a.value('loop_vars'), a.optionalNumber('maximum_iterations')),
  ),
  'tf.map_fn': entry(
    'fn, elems, dtype=None, parallel_iterations=None, back_prop=True, swap_memory=False, infer_shape=True, name=None, fn_output_signature=None',
    (c, a) => {
      const signature = a.has('fn_output_signature') ? a.value('fn_output_signature') : a.value('dtype');
      return mapFn(c, a.value('fn'), structured(c, a.value('elems')), signature);
    },
  ),
  'tf.vectorized_map': entry('fn, elems, fallback_to_while_loop=True, warn=True', (c, a) =>
    mapOver(c, a.value('fn'), structured(c, a.value('elems'))),
  ),
  'tf.scan': entry(
    'fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, infer_shape=True, reverse=False, name=None',
    (c, a) => scan(c, a, a.bool('reverse')),
  ),
  'tf.foldl': entry('fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None', (c, a) =>
    fold(c, a, false),
  ),
  'tf.foldr': entry('fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None', (c, a) =>
    fold(c, a, true),
  ),
  'tf.TensorArray': entry(
    'dtype, size=None, dynamic_size=None, clear_after_read=None, tensor_array_name=None, handle=None, flow=None, infer_shape=True, element_shape=None, colocate_with_first_write_call=True, name=None',
    (c, a) => tensorArray(a.dtype('dtype'), a.value('size').kind === 'none' ? null : a.dim('size'), c),
  ),
};

/** A list of one element that a branch returns counts as the element. */
function unwrapped(value: Value): Value {
  const only = value.kind === 'list' && value.items.length === 1 ? value.items[0] : undefined;
  return only ?? value;
}

/** Either branch where the predicate is known, else both, merged. */
export function cond(c: CallContext, predicate: Value, then: () => Value, otherwise: () => Value): Value {
  const truth = c.truth(predicate);
  if (truth !== undefined) return truth ? then() : otherwise();
  if (predicate.kind === 'unknown') return c.unknown(predicate.reason);
  const condition = isTensor(predicate) ? scalarPredicate(c, predicate) : null;
  return merge(c, condition, then(), otherwise());
}

function scalarPredicate(c: CallContext, x: TensorValue): TensorValue {
  if (rankOf(x) > 0)
    return c.fail(failure('rank', 'shape', `a predicate must be a scalar, not of rank ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
  return x.type.dtype === 'bool' ? x : cast(c, x, 'bool');
}

/** Two values of a condition that is not known, structure by structure. */
export function merge(c: CallContext, predicate: TensorValue | null, a: Value, b: Value): Value {
  if (a === b) return a;
  if (a.kind === 'none' && b.kind === 'none') return NONE;
  if ((a.kind === 'tuple' || a.kind === 'list') && (b.kind === 'tuple' || b.kind === 'list') && a.items.length === b.items.length) {
    const items = a.items.map((item, i) => merge(c, predicate, item, b.items[i] ?? NONE));
    return a.kind === 'list' ? list(items) : tuple(items);
  }
  const numeric = (value: Value) => isTensor(value) || value.kind === 'number' || value.kind === 'boolean';
  if (!numeric(a) || !numeric(b)) return c.unknown('the branches return values that cannot be merged');
  const x = c.tensor(a, isTensor(b) && !isTensor(a) ? b.type.dtype : undefined);
  const y = c.tensor(b, isTensor(b) ? undefined : x.type.dtype);
  return predicate === null ? c.emit('join', [x, y]) : c.emit('branch', [predicate, x, y]);
}

function caseOf(c: CallContext, a: Args): Value {
  const pairs = a.value('pred_fn_pairs');
  const items =
    pairs.kind === 'dict'
      ? [...pairs.entries.values()].map((item) => [item.key, item.value])
      : c.iterate(pairs).map((item) => c.iterate(item));
  const fallback = a.value('default');
  const [last] = items.slice(-1);
  const end = () => (fallback.kind === 'none' ? c.call(last?.[1] ?? NONE, []) : c.call(fallback, []));
  return items.reduceRight<() => Value>(
    (otherwise, [predicate = NONE, branch = NONE]) =>
      () =>
        cond(c, predicate, () => c.call(branch, []), otherwise),
    end,
  )();
}

function switchCase(c: CallContext, a: Args): Value {
  const given = a.value('branch_fns');
  const branches =
    given.kind === 'dict'
      ? [...given.entries.values()].map((item) => item.value)
      : c.iterate(given).map((item) => (item.kind === 'tuple' ? (item.items[1] ?? NONE) : item));
  const index = c.tensor(a.value('branch_index'));
  const [known] = c.dims(index) ?? [];
  const fallback = a.value('default').kind === 'none' ? (branches.at(-1) ?? NONE) : a.value('default');
  if (typeof known === 'number') return c.call(branches[known] ?? fallback, []);
  const results = branches.map((branch) => c.call(branch, []));
  return results.reduceRight((otherwise, result, i) => {
    const here = c.emit('equal', [index, c.wrap(c.build.scalarLike(i, index.node))]);
    return merge(c, here, result, otherwise);
  });
}

const MOST_ROUNDS = 10_000;
const MOST_CHECKED_ROUNDS = 64;

/** Unrolled where the condition is known; else the body is followed once. */
export function whileLoop(c: CallContext, condition: Value, body: Value, initial: Value, most: number | null): Value {
  const single = !(initial.kind === 'list' || initial.kind === 'tuple');
  let variables = single ? [converted(c, initial)] : initial.items.map((item) => converted(c, item));
  const finish = (values: readonly Value[]): Value =>
    single ? (values[0] ?? NONE) : initial.kind === 'tuple' ? tuple(values) : list(values);
  const limit = Math.min(most ?? MOST_ROUNDS, c.mode === 'run' ? MOST_ROUNDS : MOST_CHECKED_ROUNDS);
  for (let round = 0; ; round++) {
    if (most !== null && round >= most) return finish(variables);
    const truth = c.truth(c.call(condition, variables));
    if (truth === false) return finish(variables);
    if (truth === undefined || round >= limit) {
      if (c.mode === 'run') return c.unknown('a loop that does not end');
      const after = bodyResult(c, body, variables);
      return finish(variables.map((before, i) => loopValue(c, before, after[i] ?? before)));
    }
    variables = bodyResult(c, body, variables);
  }
}

function bodyResult(c: CallContext, body: Value, variables: readonly Value[]): Value[] {
  const result = c.call(body, variables);
  const items = result.kind === 'list' || result.kind === 'tuple' ? result.items : [result];
  const values = variables.length === 1 && items.length !== 1 ? [result] : items;
  if (values.length !== variables.length) {
    return c.fail(failure('argument', 'value', `the body returns ${values.length} values for ${variables.length} loop variables`));
  }
  return values.map((value) => converted(c, value));
}

/** Loop variables are tensors; structures and arrays of tensors stay. */
function converted(c: CallContext, value: Value): Value {
  return value.kind === 'number' || value.kind === 'boolean' ? c.tensor(value) : value;
}

function loopValue(c: CallContext, before: Value, after: Value): Value {
  if (before === after || !isTensor(before) || !isTensor(after)) return after;
  return c.emit('loop', [before, after]);
}

/** Sequences of Python numbers become tensors; nests of tensors stay nests. */
function structured(c: CallContext, elems: Value): Value {
  if (elems.kind === 'tuple') return tuple(elems.items.map((item) => structured(c, item)));
  if (elems.kind === 'list' && elems.items.some((item) => isTensor(item))) return list(elems.items.map((item) => structured(c, item)));
  if (elems.kind === 'dict') return elems;
  return c.tensor(elems);
}

function firstTensor(c: CallContext, nest: Value): TensorValue {
  if (isTensor(nest)) return nest;
  const items =
    nest.kind === 'dict'
      ? [...nest.entries.values()].map((item) => item.value)
      : nest.kind === 'tuple' || nest.kind === 'list'
        ? nest.items
        : [];
  const [first] = items;
  return first === undefined ? c.unknown('there is nothing to map over') : firstTensor(c, first);
}

/** One element of every tensor of the nest. */
function elementOf(c: CallContext, nest: Value, index: number): Value {
  if (isTensor(nest)) {
    if (rankOf(nest) === 0) return c.fail(failure('rank', 'shape', 'a scalar has no elements to map over', { rank: 0 }), [nest]);
    return indexAxis(c, nest, 0, index);
  }
  if (nest.kind === 'tuple') return tuple(nest.items.map((item) => elementOf(c, item, index)));
  if (nest.kind === 'list') return list(nest.items.map((item) => elementOf(c, item, index)));
  if (nest.kind === 'dict')
    return {
      kind: 'dict',
      entries: new Map([...nest.entries].map(([key, item]) => [key, { key: item.key, value: elementOf(c, item.value, index) }])),
    };
  return nest;
}

/** Applies f to each element and stacks the results. */
export function mapOver(c: CallContext, f: Value, elems: Value): Value {
  const leader = firstTensor(c, elems);
  if (rankOf(leader) === 0) return c.fail(failure('rank', 'shape', 'a scalar has no elements to map over', { rank: 0 }), [leader]);
  const length = dimAt(leader, 0);
  if (c.mode === 'check' || typeof length !== 'number' || length === 0) return mappedOver(c, leader, c.call(f, [elementOf(c, elems, 0)]));
  return stackAll(
    c,
    Array.from({ length }, (_, i) => c.call(f, [elementOf(c, elems, i)])),
  );
}

/** A body's output with the leading size of what is mapped over. */
export function mappedOver(c: CallContext, leader: TensorValue, output: Value): Value {
  if (output.kind === 'tuple') return tuple(output.items.map((item) => mappedOver(c, leader, item)));
  if (output.kind === 'list') return list(output.items.map((item) => mappedOver(c, leader, item)));
  if (output.kind === 'none') return NONE;
  return c.emit('mapped', [leader, c.tensor(output)]);
}

function stackAll(c: CallContext, results: readonly Value[]): Value {
  const [first] = results;
  if (first?.kind === 'tuple' || first?.kind === 'list') {
    const columns = first.items.map((_, i) =>
      stackAll(
        c,
        results.map((result) => (result.kind === 'tuple' || result.kind === 'list' ? (result.items[i] ?? NONE) : NONE)),
      ),
    );
    return first.kind === 'tuple' ? tuple(columns) : list(columns);
  }
  return stack(
    c,
    results.map((result) => c.tensor(result)),
    0,
  );
}

/** The results' dtypes must be the elements' unless a signature says otherwise. */
function mapFn(c: CallContext, f: Value, elems: Value, signature: Value): Value {
  const result = mapOver(c, f, elems);
  if (signature.kind === 'none' && isTensor(result) && (elems.kind === 'tuple' || elems.kind === 'list') && elems.items.length > 1)
    return c.fail(
      failure('argument', 'value', 'the function returns one tensor for several: say so with fn_output_signature=tf.float32', {
        argument: 'fn_output_signature',
      }),
    );
  const expected = signature.kind === 'none' && isTensor(elems) ? elems.type.dtype : dtypeOf(signature);
  if (!isTensor(result) || expected === undefined || result.type.dtype === expected) return result;
  const detail = `the function returns ${result.type.dtype}, but ${expected} is expected: give fn_output_signature`;
  return c.fail(failure('dtype-mismatch', 'dtype', detail, { left: expected, right: result.type.dtype }), [result]);
}

function start(
  c: CallContext,
  a: Args,
  reversed: boolean,
): { readonly elems: Value; readonly initial: Value; readonly first: number; readonly leader: TensorValue } {
  const elems = structured(c, a.value('elems'));
  const leader = firstTensor(c, elems);
  const given = a.value('initializer');
  if (given.kind !== 'none') return { elems, initial: given.kind === 'number' ? c.tensor(given) : given, first: 0, leader };
  const length = dimAt(leader, 0);
  const at = reversed && typeof length === 'number' ? length - 1 : 0;
  return { elems, initial: elementOf(c, elems, at), first: 1, leader };
}

function scan(c: CallContext, a: Args, reversed: boolean): Value {
  const { elems, initial, first, leader } = start(c, a, reversed);
  const length = dimAt(leader, 0);
  const step = (before: Value, index: number) => c.call(a.value('fn'), [before, elementOf(c, elems, index)]);
  if (c.mode === 'check' || typeof length !== 'number') return mappedOver(c, leader, step(initial, 0));
  const results: Value[] = first === 1 ? [initial] : [];
  let value = initial;
  for (let i = first; i < length; i++) {
    value = step(value, reversed ? length - 1 - i : i);
    results.push(value);
  }
  return stackAll(c, reversed ? results.reverse() : results);
}

function fold(c: CallContext, a: Args, reversed: boolean): Value {
  const { elems, initial, first, leader } = start(c, a, reversed);
  const length = dimAt(leader, 0);
  const step = (before: Value, index: number) => c.call(a.value('fn'), [before, elementOf(c, elems, index)]);
  if (typeof length !== 'number' || (c.mode === 'check' && length > MOST_CHECKED_ROUNDS)) return loopValue(c, initial, step(initial, 0));
  let value = initial;
  for (let i = first; i < length; i++) value = step(value, reversed ? length - 1 - i : i);
  return value;
}
