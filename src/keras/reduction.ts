/** Owns how Keras weights and reduces what a loss returns: reduce_weighted_values of Keras 3, compute_weighted_loss of Keras 2. */
import type { GraphBuilder } from '../graph/build';
import { GraphFailure } from '../graph/build';
import type { NodeId } from '../graph/graph';
import { failure } from '../graph/primitive';
import { type DType, isFloat } from '../shape/dtype';
import { sizeOf } from '../shape/shape';
import { alignWeights, squeezeOrExpandToSameRank } from './align';

/** `null` is Python's None. */
export type Reduction = string | null;

export const REDUCTIONS: Readonly<Record<2 | 3, readonly Reduction[]>> = {
  2: ['auto', 'none', 'sum', 'sum_over_batch_size'],
  3: ['sum_over_batch_size', 'sum', null, 'none', 'mean', 'mean_with_sample_weight'],
};

export const DEFAULT_REDUCTION: Readonly<Record<2 | 3, string>> = { 2: 'auto', 3: 'sum_over_batch_size' };

/** Why this Keras refuses the reduction; undefined when it accepts it. */
export function reductionFailure(keras: 2 | 3, reduction: Reduction) {
  if (REDUCTIONS[keras].includes(reduction)) return undefined;
  const quoted = (name: Reduction) => (name === null ? 'None' : `'${name}'`);
  const detail = `reduction ${quoted(reduction)} is not one of Keras ${keras}'s: ${REDUCTIONS[keras].map(quoted).join(', ')}`;
  return failure('reduction', 'value', detail, { reduction: reduction ?? 'None', keras });
}

export interface ReduceOptions {
  readonly sampleWeight?: NodeId | undefined;
  readonly mask?: NodeId | undefined;
  /** Keras 3: the loss's own dtype, to which everything is cast. */
  readonly dtype?: DType | undefined;
}

/** The Loss contract of Keras 3 from what `call` returned to the result. */
export function reduceKeras3(build: GraphBuilder, value: NodeId, reduction: Reduction, options: ReduceOptions = {}): NodeId {
  refuse(3, build, value, reduction);
  const dtype = options.dtype ?? 'float32';
  const values = build.cast(value, dtype);
  const weights = maskedWeights3(build, reduction, dtype, options);
  if (weights === undefined) return reduceValues3(build, values, undefined, reduction);
  const aligned = squeezeOrExpandToSameRank(build, values, weights);
  return reduceValues3(build, build.multiply(aligned.a, aligned.b), aligned.b, reduction);
}

function reduceValues3(build: GraphBuilder, values: NodeId, weights: NodeId | undefined, reduction: Reduction): NodeId {
  const shape = build.shape(values);
  if (reduction === null || reduction === 'none' || shape.length === 0 || (shape.length === 1 && shape[0] === 0)) return values;
  const total = sumAll(build, values);
  if (reduction === 'sum') return total;
  const weighted = reduction === 'mean_with_sample_weight' && weights !== undefined;
  return build.emit('divideNoNan', [total, weighted ? sumAll(build, weights) : elementCount(build, values)]);
}

/** Mask and weights merged (apply_mask): valid entries weigh total/valid where the reduction divides by all elements. */
function maskedWeights3(build: GraphBuilder, reduction: Reduction, dtype: DType, options: ReduceOptions): NodeId | undefined {
  const weights = options.sampleWeight === undefined ? undefined : build.cast(options.sampleWeight, dtype);
  if (options.mask === undefined) return weights;
  let mask = build.cast(options.mask, dtype);
  if (reduction === 'mean' || reduction === 'sum_over_batch_size') {
    const weight = build.emit('divideNoNan', [elementCount(build, mask), sumAll(build, mask)]);
    mask = build.where(build.cast(mask, 'bool'), weight, build.scalar(0, dtype));
  }
  if (weights === undefined) return mask;
  const aligned = squeezeOrExpandToSameRank(build, mask, weights);
  return build.multiply(aligned.b, aligned.a);
}

/** The Loss contract of Keras 2: losses that are not floats are computed as float32 and cast back. */
export function reduceKeras2(build: GraphBuilder, value: NodeId, reduction: Reduction, options: ReduceOptions = {}): NodeId {
  refuse(2, build, value, reduction);
  const own = build.dtype(value);
  const losses = isFloat(own) ? value : build.cast(value, 'float32');
  const weights = maskedWeights2(build, value, reduction, options);
  const weighted =
    weights === undefined ? losses : build.multiply(losses, alignWeights(build, losses, build.cast(weights, build.dtype(losses))));
  const reduced = reduceValues2(build, weighted, reduction);
  return build.cast(reduced, own);
}

function reduceValues2(build: GraphBuilder, weighted: NodeId, reduction: Reduction): NodeId {
  if (reduction === 'none') return weighted;
  const total = sumAll(build, weighted);
  return reduction === 'sum' ? total : build.emit('divideNoNan', [total, elementCount(build, weighted)]);
}

/** apply_valid_mask of Keras 2. */
function maskedWeights2(build: GraphBuilder, losses: NodeId, reduction: Reduction, options: ReduceOptions): NodeId | undefined {
  if (options.mask === undefined) return options.sampleWeight;
  let mask = build.cast(options.mask, build.dtype(losses));
  if (reduction === 'auto' || reduction === 'sum_over_batch_size') {
    mask = build.multiply(mask, build.divide(elementCount(build, mask), sumAll(build, mask)));
  }
  if (options.sampleWeight === undefined) return mask;
  return build.multiply(alignWeights(build, mask, build.cast(options.sampleWeight, build.dtype(mask))), mask);
}

function refuse(keras: 2 | 3, build: GraphBuilder, value: NodeId, reduction: Reduction): void {
  const refused = reductionFailure(keras, reduction);
  if (refused) throw new GraphFailure(refused, build.node(value).op, [value]);
}

function sumAll(build: GraphBuilder, id: NodeId): NodeId {
  return build.sum(
    id,
    build.shape(id).map((_, axis) => axis),
  );
}

/** The number of elements as a scalar of the node's dtype; symbolic sizes stay symbolic. */
function elementCount(build: GraphBuilder, id: NodeId): NodeId {
  const size = sizeOf(build.shape(id));
  if (typeof size === 'number') return build.scalar(size, build.dtype(id));
  return build.cast(build.dims([size], []), build.dtype(id));
}
