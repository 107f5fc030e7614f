/** Owns Keras' own helpers that custom losses borrow: alignment and reduction of losses (keras.src.losses.loss, losses_utils). */

import { alignWeights, squeezeOrExpandToSameRank } from '../../keras/align';
import { squeezeOrExpandDimensions } from '../../keras/received';
import { type Reduction, reduceKeras2, reduceKeras3 } from '../../keras/reduction';
import type { Args } from '../../value/api';
import { tuple } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { rankOf } from '../tensors';

const given = (a: Args, name: string) => (a.value(name).kind === 'none' ? undefined : a.tensor(name).node);

function reductionOf(a: Args): Reduction {
  return a.optionalString('reduction');
}

export const KERAS_INTERNALS: ApiTable = {
  'keras.losses.loss.squeeze_or_expand_to_same_rank': entry('x1, x2, expand_rank_1=True', (c, a) => {
    const [x, y] = [a.tensor('x1'), a.tensor('x2')];
    const flat = Math.min(rankOf(x), rankOf(y)) === 1;
    if (!a.bool('expand_rank_1') && flat) {
      const larger = rankOf(x) > rankOf(y) ? x : y;
      if (larger.type.shape.at(-1) !== 1 || Math.abs(rankOf(x) - rankOf(y)) !== 1) return tuple([x, y]);
      const squeezed = c.emit('squeeze', [larger], { axes: [-1] });
      return tuple(larger === x ? [squeezed, y] : [x, squeezed]);
    }
    const pair = squeezeOrExpandToSameRank(c.build, x.node, y.node);
    return tuple([c.wrap(pair.a), c.wrap(pair.b)]);
  }),
  'keras.losses.loss.reduce_weighted_values': entry(
    "values, reduction='sum_over_batch_size', sample_weight=None, mask=None, dtype=None",
    (c, a) =>
      c.wrap(
        reduceKeras3(c.build, a.tensor('values').node, reductionOf(a), {
          sampleWeight: given(a, 'sample_weight'),
          mask: given(a, 'mask'),
          dtype: a.optionalDtype('dtype') ?? undefined,
        }),
      ),
  ),
  'keras.utils.losses_utils.compute_weighted_loss keras.__internal__.losses.compute_weighted_loss': entry(
    "losses, sample_weight=None, reduction='sum_over_batch_size', name=None",
    (c, a) => c.wrap(reduceKeras2(c.build, a.tensor('losses').node, reductionOf(a), { sampleWeight: given(a, 'sample_weight') })),
  ),
  'keras.utils.losses_utils.reduce_weighted_loss': entry("weighted_losses, reduction='sum_over_batch_size'", (c, a) =>
    c.wrap(reduceKeras2(c.build, a.tensor('weighted_losses').node, reductionOf(a))),
  ),
  'keras.utils.losses_utils.squeeze_or_expand_dimensions': entry('y_pred, y_true=None, sample_weight=None', (c, a) => {
    const prediction = a.tensor('y_pred');
    const aligned =
      a.value('y_true').kind === 'none' ? undefined : squeezeOrExpandDimensions(c.build, a.tensor('y_true').node, prediction.node);
    const values = aligned?.predictions ?? prediction.node;
    const parts = [c.wrap(values), ...(aligned ? [c.wrap(aligned.labels)] : [])];
    if (a.value('sample_weight').kind === 'none') return tuple(parts);
    return tuple([...parts, c.wrap(alignWeights(c.build, values, a.tensor('sample_weight').node))]);
  }),
};
