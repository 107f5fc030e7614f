/** Owns what a sample input's content says about the range of its values. */
import type { Content } from '../batch/content';
import { ANYTHING, type Interval, interval, union } from '../shape/range';

export function intervalOf(content: Content): Interval {
  switch (content.kind) {
    case 'softmax':
      return interval(0, 1);
    case 'unit':
      return interval(0, 1);
    case 'onehot':
    case 'binary':
      return interval(0, 1, true);
    case 'zeros':
      return interval(0, 0, true);
    case 'ones':
      return interval(1, 1, true);
    case 'uniform':
      return interval(content.low, content.high);
    case 'labels':
      return interval(0, typeof content.classes === 'number' ? content.classes - 1 : Number.POSITIVE_INFINITY, true);
    case 'concat':
      return content.parts.map((part) => intervalOf(part.content)).reduce(union);
    default:
      return ANYTHING;
  }
}
