/** Owns keras.backend's functions on shapes. */
import { failure } from '../../graph/primitive';
import { type Dim, productOfDims } from '../../shape/dim';
import type { ApiEntry } from '../../value/api';
import { integer, string, tuple, type Value } from '../../value/value';
import { knownValue } from '../args';
import { sizesOf } from '../python/shapeMembers';
import { type ApiTable, entry } from '../table';
import { shapeValue } from '../tensorMembers';
import { axisOf, cast, concat, dimAt, expandDims, flatten, rankOf, reshape, squeeze, stack } from '../tensors';
import { range } from '../tf/create';
import { pad, permute, repeat, sameType } from '../tf/shapes';

export const BACKEND_SHAPES: ApiTable = {
  'K.shape': entry('x', (c, a) => c.emit('shapeOf', [a.tensor('x')])),
  'K.int_shape': entry('x', (c, a) => tuple(sizesOf(shapeValue(c, a.tensor('x'))))),
  'K.get_variable_shape': entry('x', (c, a) => tuple(sizesOf(shapeValue(c, a.tensor('x'))))),
  'K.ndim': entry('x', (_c, a) => integer(rankOf(a.tensor('x')))),
  'K.size': entry('x, name=None', (c, a) => c.wrap(c.build.dims([productOfDims(a.tensor('x').type.shape)], []))),
  'K.dtype': entry('x', (_c, a) => string(a.tensor('x').type.dtype)),
  'K.count_params': entry('x', (_c, a) => integer(productOfDims(a.tensor('x').type.shape))),
  'K.reshape': entry('x, shape', (c, a) => reshape(c, a.tensor('x'), a.shape('shape'))),
  'K.flatten': entry('x', (c, a) => flatten(c, a.tensor('x'))),
  'K.batch_flatten': entry('x', (c, a) => {
    const x = a.tensor('x');
    return reshape(c, x, [dimAt(x, 0), productOfDims(x.type.shape.slice(1))]);
  }),
  'K.expand_dims': entry('x, axis=-1', (c, a) => {
    const x = a.tensor('x');
    return expandDims(c, x, axisOf(c, x, a.int('axis'), rankOf(x) + 1));
  }),
  'K.squeeze': entry('x, axis', (c, a) => squeeze(c, a.tensor('x'), a.axes('axis'))),
  'K.permute_dimensions': entry('x, pattern', (c, a) => permute(c, a.tensor('x'), a.axes('pattern'))),
  'K.transpose': entry('x', (c, a) => permute(c, a.tensor('x'), null)),
  'K.concatenate': entry('tensors, axis=-1', (c, a) => {
    const parts = sameType(c, knownValue(c, a.value('tensors')));
    const [first] = parts;
    return first === undefined ? c.unknown('nothing to concatenate') : concat(c, parts, axisOf(c, first, a.int('axis')));
  }),
  'K.stack': entry('x, axis=0', (c, a) => {
    const parts = sameType(c, knownValue(c, a.value('x')));
    const [first] = parts;
    return first === undefined ? c.unknown('nothing to stack') : stack(c, parts, axisOf(c, first, a.int('axis'), rankOf(first) + 1));
  }),
  'K.tile': entry('x, n', (c, a) => {
    const x = a.tensor('x');
    const multiples = a.value('n').kind === 'number' ? [a.dim('n')] : a.shape('n');
    return c.emit('tile', [x], { multiples });
  }),
  'K.repeat': entry('x, n', (c, a) => {
    const x = a.tensor('x');
    if (rankOf(x) !== 2) return c.fail(failure('rank', 'value', 'K.repeat needs rank 2', { rank: rankOf(x) }), [x]);
    return c.emit('tile', [expandDims(c, x, 1)], { multiples: [1, a.dim('n'), 1] });
  }),
  'K.repeat_elements': entry('x, rep, axis', (c, a) => repeat(c, a.tensor('x'), a.value('rep'), a.int('axis'))),
  'K.reverse': entry('x, axes', (c, a) => c.emit('reverse', [a.tensor('x')], { axes: a.axes('axes') ?? [] })),
  'K.slice': entry('x, start, size', (c, a) => {
    const x = a.tensor('x');
    return c.emit('slice', [x], { start: a.shape('start'), size: a.shape('size'), step: x.type.shape.map(() => 1) });
  }),
  'K.arange': entry("start, stop=None, step=1, dtype='int32'", (c, a) => {
    const [start, stop] = [knownValue(c, a.value('start')), knownValue(c, a.value('stop'))];
    const zero: Value = integer(0);
    const values = stop.kind === 'none' ? range(c, zero, start, a.value('step'), null) : range(c, start, stop, a.value('step'), null);
    return cast(c, values, a.dtype('dtype'));
  }),
  'K.temporal_padding': entry('x, padding=(1, 1)', (c, a) => {
    const [before = 1, after = 1] = a.shape('padding');
    return pad(
      c,
      a.tensor('x'),
      [
        [0, 0],
        [before, after],
        [0, 0],
      ],
      'constant',
      0,
    );
  }),
  'K.spatial_2d_padding': spatialPadding('((1, 1), (1, 1))'),
  'K.spatial_3d_padding': spatialPadding('((1, 1), (1, 1), (1, 1))'),
  'K.resize_volumes': entry('x, depth_factor, height_factor, width_factor, data_format', (c, a) => {
    const first = a.string('data_format') === 'channels_first' ? 2 : 1;
    return ['depth_factor', 'height_factor', 'width_factor'].reduce((x, name, i) => repeat(c, x, a.value(name), first + i), a.tensor('x'));
  }),
};

/** Zeros around the spatial axes. */
function spatialPadding(sides: string): ApiEntry {
  return entry(`x, padding=${sides}, data_format=None`, (c, a) => {
    const sides = a.items('padding').map((item): readonly [Dim, Dim] => {
      const [before, after] = c.iterate(item);
      return [before?.kind === 'number' ? (before.value ?? 1) : 1, after?.kind === 'number' ? (after.value ?? 1) : 1];
    });
    const first = a.optionalString('data_format') === 'channels_first';
    return pad(c, a.tensor('x'), first ? [[0, 0], [0, 0], ...sides] : [[0, 0], ...sides, [0, 0]], 'constant', 0);
  });
}
