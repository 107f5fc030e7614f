/** Owns what training hands over: data sets, sequences, generators and arrays as one batch (x, y, weights), of which shapes, dtypes and contents are known. */
import { BATCH, type Dim, symbol } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { CallContext } from '../../value/api';
import { integer, NONE, type ObjectValue, type TensorValue, tuple, unknown, type Value } from '../../value/value';
import { type Holds, holdsOf, noteHolds } from './holds';

/** What a trace is that looks at how a file uses its losses: data stand for every batch, loops are followed once. */
export function isSurvey(c: CallContext): boolean {
  return c.memory.get('survey') === true;
}

/** A loss that reads data itself is not followed: their numbers are not known. */
export function onlyInSurvey(c: CallContext): void {
  if (!isSurvey(c)) c.unknown('data that is loaded when the program runs');
}

/** The number of classes of labels that are not seen: as many as the model has outputs. */
export const CLASSES: Dim = symbol('classes');

export interface Feed {
  readonly kind: 'feed';
  /** One element: a tensor, a tuple of (x, y), a dict. */
  readonly element: Value;
  /** Elements are batches already. */
  readonly batched: boolean;
}

export function feedOf(value: Value): Feed | undefined {
  const state = value.kind === 'object' ? (value.state as { readonly kind?: unknown } | undefined) : undefined;
  return state?.kind === 'feed' ? (state as Feed) : undefined;
}

/** A tensor of which only type and contents are known. */
export function dataTensor(
  c: CallContext,
  shape: readonly Dim[],
  dtype: DType,
  holds?: Holds,
  flavor: TensorValue['flavor'] = 'tensor',
): TensorValue {
  const drawn =
    holds?.kind === 'uniform' ? { distribution: 'uniform', a: holds.low, b: holds.high } : { distribution: 'normal', a: 0, b: 1 };
  const made = c.emit('random', [], { ...drawn, shape, dtype, seed: c.nextSeed() });
  return noteHolds(c, { ...made, flavor }, holds);
}

/** Maps the tensors of a nested value; anything else becomes unknown. */
export function mapTensors(value: Value, f: (tensor: TensorValue) => Value): Value {
  switch (value.kind) {
    case 'tensor':
      return f(value);
    case 'tuple':
    case 'list':
      return { kind: value.kind, items: value.items.map((item) => mapTensors(item, f)) };
    case 'dict':
      return {
        kind: 'dict',
        entries: new Map([...value.entries].map(([key, item]) => [key, { key: item.key, value: mapTensors(item.value, f) }])),
      };
    case 'none':
      return value;
    default:
      return value.kind === 'unknown' ? value : unknown('data that is not known');
  }
}

/** One sample of an array: without its first axis. */
export function sampleOf(c: CallContext, value: Value): Value {
  return mapTensors(value, (x) =>
    x.type.shape.length === 0 ? unknown('data that is not known') : dataTensor(c, x.type.shape.slice(1), x.type.dtype, holdsOf(c, x)),
  );
}

/** Samples put together to a batch. */
export function batched(c: CallContext, value: Value): Value {
  return mapTensors(value, (x) => dataTensor(c, [BATCH, ...x.type.shape], x.type.dtype, holdsOf(c, x)));
}

/** Arrays as batches of any size: fit makes floats of every precision float32. */
function asBatch(c: CallContext, value: Value, floats: boolean): Value {
  return mapTensors(value, (x) => {
    const dtype = floats && x.type.dtype === 'float64' ? 'float32' : x.type.dtype;
    return x.type.shape.length === 0
      ? unknown('data that is not known')
      : dataTensor(c, [BATCH, ...x.type.shape.slice(1)], dtype, holdsOf(c, x));
  });
}

export interface Batch {
  readonly x: Value;
  readonly y: Value;
  readonly weights: Value;
}

/** What a training step receives of what `fit` was given. */
export function batchOf(c: CallContext, x: Value, y: Value): Batch {
  const element = elementOf(c, x);
  if (element === undefined) {
    if (x.kind === 'unknown' && y.kind === 'none') return { x, y: x, weights: NONE };
    return { x: asBatch(c, x, true), y: asBatch(c, y, true), weights: NONE };
  }
  if (element.kind !== 'tuple') return { x: element, y: element.kind === 'unknown' ? element : NONE, weights: NONE };
  const [first = NONE, second = NONE, third = NONE] = element.items;
  return { x: first, y: second, weights: third };
}

/** One batch of a data set, sequence or generator; undefined for arrays. */
function elementOf(c: CallContext, x: Value): Value | undefined {
  const feed = feedOf(x);
  if (feed !== undefined) return feed.batched ? feed.element : unknown('a data set that is not batched');
  if (x.kind === 'instance') return tupled(asBatch(c, sequenceItem(c, x), true));
  const [first] = x.kind === 'list' ? x.items : [];
  return first?.kind === 'tuple' && first.items.length <= 3 ? asBatch(c, first, true) : undefined;
}

function tupled(value: Value): Value {
  return value.kind === 'list' ? tuple(value.items) : value;
}

/** What `Sequence.__getitem__` returns: one batch. */
function sequenceItem(c: CallContext, sequence: Extract<Value, { kind: 'instance' }>): Value {
  try {
    return c.call(c.getAttribute(sequence, '__getitem__'), [integer(0)]);
  } catch {
    return unknown('the batches of a sequence');
  }
}

/** An object that gives elements: what iterating it in a training loop binds. */
export function feedObject(type: string, feed: Omit<Feed, 'kind'>, methods: ObjectValue['methods']): ObjectValue {
  return { kind: 'object', type, attributes: new Map(), methods, state: { kind: 'feed', ...feed } satisfies Feed };
}
