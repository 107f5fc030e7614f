/** Owns TensorFlow's queries of shapes, ranks and sizes. */
import { failure } from '../../graph/primitive';
import { broadcastShapes } from '../../shape/broadcast';
import { type Dim, dimText } from '../../shape/dim';
import { type Shape, sizeOf } from '../../shape/shape';
import type { CallContext } from '../../value/api';
import { list, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { cast, rankOf } from '../tensors';
import { ensureShape } from './shapes';

export const SHAPE_QUERIES: ApiTable = {
  'tf.shape': entry('input, out_type=None, name=None', (c, a) => {
    const shape = c.emit('shapeOf', [a.tensor('input')]);
    return cast(c, shape, a.optionalDtype('out_type') ?? 'int32');
  }),
  'tf.shape_n': entry('input, out_type=tf.int32, name=None', (c, a) => list(a.tensors('input').map((x) => c.emit('shapeOf', [x])))),
  'tf.size': entry('input, out_type=None, name=None', (c, a) =>
    c.wrap(c.build.dims([sizeOf(a.tensor('input').type.shape)], [], a.optionalDtype('out_type') ?? 'int32')),
  ),
  'tf.rank': entry('input, name=None', (c, a) => c.wrap(c.build.dims([rankOf(a.tensor('input'))], []))),
  'tf.broadcast_static_shape': entry('shape_x, shape_y', (c, a) => ({
    kind: 'shape',
    dims: commonShape(c, a.shape('shape_x'), a.shape('shape_y')),
  })),
  'tf.broadcast_dynamic_shape': entry('shape_x, shape_y, name=None', (c, a) => {
    const dims = commonShape(c, a.shape('shape_x'), a.shape('shape_y'));
    return c.wrap(c.build.dims(dims, [dims.length]));
  }),
  'tf.ensure_shape': entry('x, shape, name=None', (c, a) => ensureShape(c, a.tensor('x'), a.value('shape'))),
  'tf.compat.dimension_value tf1.dimension_value': entry('dimension', (_c, a) => a.value('dimension')),
  'tf.compat.dimension_at_index tf1.dimension_at_index': entry('shape, index', (c, a) => {
    const dim = a.shape('shape').at(a.int('index'));
    return dim === undefined ? c.unknown('an axis that the shape does not have') : dimValue(dim);
  }),
};

function dimValue(dim: Dim): Value {
  return typeof dim === 'number'
    ? { kind: 'number', float: false, value: dim }
    : { kind: 'number', float: false, value: undefined, size: dim };
}

function commonShape(c: CallContext, x: Shape, y: Shape): Shape {
  const { shape, conflict } = broadcastShapes(x, y);
  if (conflict?.certainty !== 'different') return shape;
  return c.fail(failure('broadcast', 'shape', `sizes ${dimText(conflict.left)} and ${dimText(conflict.right)} do not broadcast`));
}
