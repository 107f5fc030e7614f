/** Owns members of tf.TensorShape and of shape tuples. */
import { failure } from '../../graph/primitive';
import { compareDims, isBatch } from '../../shape/dim';
import { compareShapes, concreteShape, sizeOf } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, integer, list, NONE, type ShapeValue, type Value } from '../../value/value';
import { shapeOf } from '../args';
import { entry } from '../table';

type Members = Readonly<Record<string, ApiEntry>>;

const property = (get: () => Value): ApiEntry => ({ ...entry('', get), property: true });

/** Sizes as Python integers; the batch size remembers that it is None in fit. */
export function sizesOf(shape: ShapeValue): Value[] {
  return shape.dims.map((dim) =>
    shape.staticBatch !== undefined && isBatch(dim) ? { ...integer(dim), staticBatch: shape.staticBatch } : integer(dim),
  );
}

export function shapeMembers(shape: ShapeValue): Members {
  const { dims } = shape;
  const rank = integer(dims.length);
  return {
    as_list: entry('', () => list(sizesOf(shape))),
    rank: property(() => rank),
    ndims: property(() => rank),
    dims: property(() => list(sizesOf(shape))),
    __len__: entry('', () => rank),
    num_elements: entry('', () => integer(sizeOf(dims))),
    is_fully_defined: entry('', () => boolean(concreteShape(dims) !== undefined)),
    assert_is_fully_defined: entry('', () => NONE),
    is_compatible_with: entry('other', (c, a) => boolean(compatible(c, shape, a.value('other')))),
    assert_is_compatible_with: entry('other', (c, a) => {
      if (compatible(c, shape, a.value('other')) !== false) return NONE;
      const other = shapeOf(c, a.value('other'), 'other');
      return c.fail(failure('shape-mismatch', 'shape', `shapes ${shapeText(dims)} and ${shapeText(other)} are incompatible`));
    }),
    assert_same_rank: entry('other', (c, a) => requireRank(c, shape, shapeOf(c, a.value('other'), 'other').length)),
    assert_has_rank: entry('rank', (c, a) => requireRank(c, shape, a.int('rank'))),
    with_rank: entry('rank', (c, a) => {
      requireRank(c, shape, a.int('rank'));
      return shape;
    }),
    with_rank_at_least: entry('rank', (c, a) =>
      dims.length >= a.int('rank')
        ? shape
        : c.fail(failure('rank', 'shape', `${shapeText(dims)} must have at least rank ${a.int('rank')}`)),
    ),
    with_rank_at_most: entry('rank', (c, a) =>
      dims.length <= a.int('rank') ? shape : c.fail(failure('rank', 'shape', `${shapeText(dims)} must have at most rank ${a.int('rank')}`)),
    ),
    merge_with: entry('other', (c, a) => (a.value('other').kind === 'none' ? shape : mergeShapes(c, shape, a.value('other')))),
    concatenate: entry('other', (c, a) => ({ kind: 'shape', dims: [...dims, ...shapeOf(c, a.value('other'), 'other')] })),
    count: entry('value', (_c, a) => integer(dims.filter((dim) => dim === a.int('value')).length)),
    index: entry('value', (_c, a) => integer(dims.indexOf(a.int('value')))),
  };
}

function requireRank(c: CallContext, shape: ShapeValue, rank: number): Value {
  if (shape.dims.length === rank) return NONE;
  return c.fail(failure('rank', 'shape', `shape ${shapeText(shape.dims)} must have rank ${rank}`, { rank }));
}

function compatible(c: CallContext, shape: ShapeValue, other: Value): boolean | undefined {
  if (other.kind === 'none') return true;
  const dims = shapeOf(c, other, 'other');
  if (dims.length !== shape.dims.length) return false;
  const comparisons = shape.dims.map((dim, i) => (dims[i] === -1 ? 'equal' : compareDims(dim, dims[i] ?? 0)));
  if (comparisons.includes('different')) return false;
  return comparisons.every((comparison) => comparison === 'equal') ? true : undefined;
}

function mergeShapes(c: CallContext, shape: ShapeValue, other: Value): Value {
  const dims = shapeOf(c, other, 'other').map((dim, i) => (dim === -1 ? (shape.dims[i] ?? dim) : dim));
  if (compareShapes(shape.dims, dims) !== 'different') return shape;
  return c.fail(failure('shape-mismatch', 'shape', `shapes ${shapeText(shape.dims)} and ${shapeText(dims)} are incompatible`));
}
