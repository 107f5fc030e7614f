/** Owns tf.buffer: numbers that are set by place, and become a constant. */
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import { float, type ObjectValue, type Value } from '../../value/value';
import { followedLength } from '../limits';
import { entry } from '../table';

export function tensorBuffer(c: CallContext, shape: Shape, dtype: DType, values: Value): ObjectValue {
  const sizes = shape.map((dim) => (typeof dim === 'number' ? dim : c.unknown('a buffer whose size is not known')));
  const length = sizes.reduce((product, size) => product * size, 1);
  followedLength(c, length);
  const data = new Array<number>(length).fill(0);
  if (values.kind !== 'none')
    c.iterate(values).forEach((value, i) => {
      data[i] = numberOf(c, value);
    });
  const at = (inner: CallContext, places: readonly Value[]): number =>
    places.reduce((place, each, axis) => place * (sizes[axis] ?? 1) + numberOf(inner, each), 0);
  return {
    kind: 'object',
    type: 'tfjs.TensorBuffer',
    attributes: new Map(),
    methods: new Map([
      [
        'set',
        entry('value, *places', (inner, a) => {
          data[at(inner, a.rest)] = numberOf(inner, a.value('value'));
          return { kind: 'none' };
        }),
      ],
      ['get', entry('*places', (inner, a) => float(data[at(inner, a.rest)]))],
      ['toTensor', entry('', (inner) => inner.wrap(inner.build.constant(data, sizes, dtype)))],
    ]),
  };
}

function numberOf(c: CallContext, value: Value): number {
  return value.kind === 'number' && value.value !== undefined ? value.value : c.unknown('a number that is not known');
}
