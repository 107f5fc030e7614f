/** Owns what the elements of data and predictions are known to be (one-hot rows, labels, probabilities), noted by node and followed through what only moves them. */
import type { NodeId } from '../../graph/graph';
import { Ranges } from '../../graph/ranges';
import type { Interval } from '../../shape/range';
import type { CallContext } from '../../value/api';
import type { TensorValue } from '../../value/value';

/** In the words of the sample-batch comment. */
export type Holds =
  | { readonly kind: 'onehot' | 'softmax' | 'binary' }
  | { readonly kind: 'labels'; readonly classes: number | null }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number };

function notes(c: CallContext): Map<NodeId, Holds> {
  const known = c.memory.get('holds');
  if (known instanceof Map) return known;
  const made = new Map<NodeId, Holds>();
  c.memory.set('holds', made);
  return made;
}

export function noteHolds(c: CallContext, tensor: TensorValue, holds: Holds | undefined): TensorValue {
  if (holds !== undefined) notes(c).set(tensor.node, holds);
  return tensor;
}

/** Ops whose elements are those of their first input. */
const MOVES = new Set('cast identity reshape expandDims squeeze slice gather transpose broadcastTo reverse tile stopGradient'.split(' '));
const PROBABILITIES = new Set(['reshape', 'transpose', 'gather']);

export function holdsOf(c: CallContext, tensor: TensorValue): Holds | undefined {
  let id = tensor.node;
  // Rows stay rows only while the last axis is left alone.
  let rows = true;
  for (let steps = 0; steps < 64; steps++) {
    const { op, inputs, type } = c.build.node(id);
    const known = notes(c).get(id) ?? ownHolds(c, id);
    if (known !== undefined) return rows || (known.kind !== 'onehot' && known.kind !== 'softmax') ? known : unordered(known);
    const [first] = inputs;
    if (!MOVES.has(op) || first === undefined) break;
    const before = c.build.type(first);
    if (PROBABILITIES.has(op) && before.shape.at(-1) !== type.shape.at(-1)) rows = false;
    if (op === 'squeeze' || op === 'expandDims') rows = rows && before.shape.at(-1) === type.shape.at(-1);
    if (op === 'slice' && before.shape.at(-1) !== type.shape.at(-1)) rows = false;
    id = first;
  }
  return bounded(c, tensor.node);
}

function unordered({ kind }: Holds): Holds {
  return kind === 'onehot' ? { kind: 'binary' } : { kind: 'uniform', low: 0, high: 1 };
}

function ownHolds(c: CallContext, id: NodeId): Holds | undefined {
  const { op, attrs, type } = c.build.node(id);
  if (op === 'oneHot') return attrs.onValue === 1 && attrs.offValue === 0 ? { kind: 'onehot' } : undefined;
  if (op === 'softmax') return { kind: 'softmax' };
  if (op === 'constant') return ofConstant(attrs.data as ArrayLike<number>, type.dtype.includes('int'));
  if (op === 'random' && attrs.distribution === 'uniformInt' && attrs.a === 0) {
    return attrs.b === 2 ? { kind: 'binary' } : { kind: 'labels', classes: Number(attrs.b) };
  }
  return undefined;
}

function ofConstant(data: ArrayLike<number>, integers: boolean): Holds | undefined {
  const values = Array.from({ length: Math.min(data.length, 4096) }, (_, i) => data[i] ?? 0);
  if (values.every((value) => value === 0 || value === 1)) return { kind: 'binary' };
  if (!integers || data.length > 4096 || values.some((value) => value < 0)) return undefined;
  return { kind: 'labels', classes: Math.max(...values) + 1 };
}

/** Bounds that follow from drawn and written data. Arrays that begin filled are filled later, in loops that are not followed. */
function bounded(c: CallContext, id: NodeId): Holds | undefined {
  if (!isDrawn(c, id)) return undefined;
  const { low, high, integral } = new Ranges(c.build, NO_INPUTS).of(id);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  return integral && low === 0 && high === 1 ? { kind: 'binary' } : { kind: 'uniform', low, high };
}

const NO_INPUTS: ReadonlyMap<string, Interval> = new Map();
const MOST_NODES = 200;

function isDrawn(c: CallContext, id: NodeId): boolean {
  const seen = new Set<NodeId>();
  const queue = [id];
  let drawn = false;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { op, inputs, type } = c.build.node(next);
    if (seen.size > MOST_NODES || (op === 'fill' && type.shape.length > 0)) return false;
    drawn ||= op === 'random';
    queue.push(...inputs);
  }
  return drawn;
}
