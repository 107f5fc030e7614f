/** Owns keras.backend's shapes, creation and selection. */
import { failure } from '../../graph/primitive';
import { type Dim, productOfDims } from '../../shape/dim';
import { kerasResultType } from '../../shape/dtype';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, float, integer, list, NONE, string, type TensorValue, tuple, type Value } from '../../value/value';
import { knownValue } from '../args';
import { dtypeOf } from '../dtypes';
import { sizesOf } from '../python/shapeMembers';
import { type ApiTable, entry } from '../table';
import { shapeValue, valueInGraph } from '../tensorMembers';
import {
  axisOf,
  cast,
  concat,
  dimAt,
  expandDims,
  filled,
  flatten,
  isTensor,
  multiply,
  pair,
  rankOf,
  reshape,
  select,
  squeeze,
  stack,
} from '../tensors';
import { cond } from '../tf/control';
import { eye, oneHot, range } from '../tf/create';
import { gather } from '../tf/selection';
import { pad, permute, repeat, sameType } from '../tf/shapes';

const variable = (c: CallContext, x: TensorValue): TensorValue => c.wrap(c.emit('stopGradient', [x]).node, 'variable');

const filledVariable = (value: number): ApiEntry =>
  entry('shape, dtype=None, name=None', (c, a) => variable(c, filled(c, value, a.shape('shape'), a.optionalDtype('dtype') ?? 'float32')));

const filledLike = (value: number): ApiEntry =>
  entry('x, dtype=None, name=None', (c, a) => {
    const x = a.tensor('x');
    return filled(c, value, x.type.shape, a.optionalDtype('dtype') ?? x.type.dtype);
  });

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

export const BACKEND_CREATION: ApiTable = {
  'K.constant': entry('value, dtype=None, shape=None, name=None', (c, a) => {
    const x = c.tensor(knownValue(c, a.value('value')), a.optionalDtype('dtype') ?? 'float32');
    if (a.value('shape').kind === 'none') return x;
    const shape = a.shape('shape');
    return rankOf(x) === 0 ? c.emit('broadcastTo', [x], { shape }) : reshape(c, x, shape);
  }),
  'K.variable': entry('value, dtype=None, name=None, constraint=None', (c, a) => {
    const value = knownValue(c, a.value('value'));
    const dtype = a.optionalDtype('dtype') ?? 'float32';
    return variable(c, isTensor(value) ? cast(c, c.tensor(value), dtype) : c.tensor(value, dtype));
  }),
  'K.zeros': filledVariable(0),
  'K.ones': filledVariable(1),
  'K.zeros_like': filledLike(0),
  'K.ones_like': filledLike(1),
  'K.eye': entry('size, dtype=None, name=None', (c, a) =>
    variable(c, eye(c, a.dim('size'), a.dim('size'), 0, a.optionalDtype('dtype') ?? 'float32')),
  ),
  'K.cast': entry('x, dtype', (c, a) => cast(c, a.tensor('x'), a.dtype('dtype'))),
  'K.cast_to_floatx': entry('x', (c, a) => cast(c, a.tensor('x'), 'float32')),
  'K.identity': entry('x, name=None', (c, a) => c.emit('identity', [a.tensor('x')])),
  'K.stop_gradient': entry('variables', (c, a) => {
    const given = knownValue(c, a.value('variables'));
    if (given.kind === 'list' || given.kind === 'tuple') return list(given.items.map((item) => c.emit('stopGradient', [c.tensor(item)])));
    return c.emit('stopGradient', [c.tensor(given)]);
  }),
  'K.one_hot': entry('indices, num_classes', (c, a) => oneHot(c, a.tensor('indices'), a.dim('num_classes'), 'float32')),
  'K.gather': entry('reference, indices', (c, a) => gather(c, a.tensor('reference'), a.tensor('indices'), 0, 0)),
  'K.switch': entry('condition, then_expression, else_expression', (c, a) =>
    backendSwitch(c, a.value('condition'), a.value('then_expression'), a.value('else_expression')),
  ),
  'K.in_top_k': entry('predictions, targets, k', (c, a) =>
    c.emit('inTopK', [a.tensor('targets'), a.tensor('predictions')], { k: a.int('k') }),
  ),
  'K.to_dense': entry('tensor', (c, a) => c.tensor(a.value('tensor'))),
  'K.result_type': entry('*dtypes', (c, a) => {
    const types = a.rest.map((item) => dtypeOf(item) ?? c.unknown('a dtype that is not known'));
    return string(types.reduce(kerasResultType));
  }),
  'K.get_value K.eval': entry('x', (c, a) => valueInGraph(c, a.tensor('x'), 'K.get_value')),
  'K.set_value': entry('x, value', (c, a) => assign(c, a.value('x'), 'assign', a.value('value'))),
  'K.update': entry('x, new_x', (c, a) => assign(c, a.value('x'), 'assign', a.value('new_x'))),
  'K.update_add': entry('x, increment', (c, a) => assign(c, a.value('x'), 'assign_add', a.value('increment'))),
  'K.update_sub': entry('x, decrement', (c, a) => assign(c, a.value('x'), 'assign_sub', a.value('decrement'))),
  'K.moving_average_update': entry('x, value, momentum', (c, a) => {
    const x = a.tensor('x');
    const moved = c.emit('add', [
      multiply(c, x, a.number('momentum')),
      multiply(c, a.tensor('value', x.type.dtype), 1 - a.number('momentum')),
    ]);
    return assign(c, a.value('x'), 'assign', moved);
  }),
  'K.batch_get_value': entry('tensors', (c, a) => list(a.tensors('tensors').map((x) => valueInGraph(c, x, 'K.batch_get_value')))),
  'K.batch_set_value': entry('tuples', (c, a) => {
    for (const item of a.items('tuples')) {
      const [x, value] = c.iterate(item);
      if (x !== undefined && value !== undefined) assign(c, x, 'assign', value);
    }
    return NONE;
  }),
  'K.print_tensor': entry("x, message='', summarize=3", (_c, a) => a.value('x')),
  'K.random_normal K.random_normal_variable': randomEntry('normal'),
  'K.truncated_normal': randomEntry('truncatedNormal'),
  'K.random_uniform K.random_uniform_variable': entry('shape, minval=0.0, maxval=1.0, dtype=None, seed=None', (c, a) =>
    c.wrap(
      c.build.emit('random', [], {
        distribution: 'uniform',
        shape: a.shape('shape'),
        dtype: a.optionalDtype('dtype') ?? 'float32',
        seed: c.nextSeed(),
        a: a.number('minval'),
        b: a.number('maxval'),
      }),
    ),
  ),
  'K.random_bernoulli K.random_binomial': entry('shape, p=0.0, dtype=None, seed=None', (c, a) =>
    c.wrap(
      c.build.emit('random', [], {
        distribution: 'bernoulli',
        shape: a.shape('shape'),
        dtype: a.optionalDtype('dtype') ?? 'float32',
        seed: c.nextSeed(),
        a: a.number('p'),
        b: 0,
      }),
    ),
  ),
};

function randomEntry(distribution: string): ApiEntry {
  return entry('shape, mean=0.0, stddev=1.0, dtype=None, seed=None', (c, a) =>
    c.wrap(
      c.build.emit('random', [], {
        distribution,
        shape: a.shape('shape'),
        dtype: a.optionalDtype('dtype') ?? 'float32',
        seed: c.nextSeed(),
        a: a.number('mean'),
        b: a.number('stddev'),
      }),
    ),
  );
}

function assign(c: CallContext, x: Value, method: string, value: Value): Value {
  return c.call(c.getAttribute(x, method), [value]);
}

/** tf.cond for a scalar condition, tf.where for others; a condition of lower rank is spread over the last axes. */
function backendSwitch(c: CallContext, condition: Value, then: Value, otherwise: Value): Value {
  const branch = (value: Value) =>
    value.kind === 'function' || value.kind === 'native' || value.kind === 'method' ? c.call(value, []) : value;
  if (!isTensor(condition) || rankOf(condition) === 0)
    return cond(
      c,
      condition,
      () => branch(then),
      () => branch(otherwise),
    );
  const [a, b] = pair(c, knownValue(c, branch(then)), knownValue(c, branch(otherwise)));
  const mask = condition.type.dtype === 'bool' ? condition : cast(c, condition, 'bool');
  const missing = rankOf(a) - rankOf(mask);
  if (missing < 0) {
    return c.fail(failure('rank', 'value', `the rank of the condition (${rankOf(mask)}) exceeds that of the expressions (${rankOf(a)})`), [
      mask,
      a,
    ]);
  }
  const wide =
    missing === 0 || rankOf(mask) <= 1 ? mask : reshape(c, mask, [...mask.type.shape, ...Array.from({ length: missing }, (): Dim => 1)]);
  return select(c, wide, a, b);
}

export const BACKEND_CONFIG: ApiTable = {
  'K.epsilon keras.epsilon': entry('', (c) => float((c.memory.get('epsilon') as number | undefined) ?? 1e-7)),
  'K.set_epsilon': entry('value', (c, a) => {
    c.memory.set('epsilon', a.number('value'));
    return NONE;
  }),
  'K.floatx keras.floatx': entry('', () => string('float32')),
  'K.image_data_format': entry('', () => string('channels_last')),
  'K.backend': entry('', () => string('tensorflow')),
  'K.set_floatx K.set_image_data_format K.clear_session K.set_session K.set_learning_phase K.manual_variable_initialization K.reset_uids K.set_session_config':
    entry('*args, **kwargs', () => NONE),
  'K.get_uid': entry("prefix=''", () => integer(1)),
  'K.is_tensor K.is_keras_tensor': entry('x', (_c, a) => boolean(isTensor(a.value('x')) && a.value('x').kind === 'tensor')),
  'K.is_sparse K.is_placeholder': entry('tensor', () => boolean(false)),
  'K.is_variable': entry('x', (_c, a) => {
    const x = a.value('x');
    return boolean(isTensor(x) && x.flavor === 'variable');
  }),
  'K.standardize_dtype': entry('dtype', (c, a) => string(dtypeOf(a.value('dtype')) ?? c.unknown('a dtype that is not known'))),
  'K.is_float_dtype': entry('dtype', (_c, a) => boolean(dtypeOf(a.value('dtype'))?.includes('float'))),
  'K.is_int_dtype': entry('dtype', (_c, a) => boolean(dtypeOf(a.value('dtype'))?.includes('int'))),
  'K.learning_phase': entry('', () => integer(0)),
  'K.in_train_phase': entry('x, alt, training=None', (c, a) => phase(c, trained(c, a.value('training')) ? a.value('x') : a.value('alt'))),
  'K.in_test_phase': entry('x, alt, training=None', (c, a) => phase(c, trained(c, a.value('training')) ? a.value('alt') : a.value('x'))),
  'K.name_scope K.control_dependencies': entry('*args, **kwargs', () => ({
    kind: 'object',
    type: 'contextlib.AbstractContextManager',
    attributes: new Map(),
    methods: new Map([
      ['__enter__', entry('', () => NONE)],
      ['__exit__', entry('*args', () => NONE)],
    ]),
  })),
  'K.function K.placeholder K.get_session K.rnn': entry('*args, **kwargs', (c) =>
    c.unknown('graphs and sessions of TensorFlow 1 are not followed'),
  ),
};

/** Whether the training phase was asked for: in fit it is on, in a direct call off. */
function trained(c: CallContext, training: Value): boolean {
  if (training.kind === 'none') return c.keras !== 'none' && c.mode === 'check';
  return c.truth(training) ?? c.unknown('a training phase that is not known');
}

function phase(c: CallContext, x: Value): Value {
  return x.kind === 'function' ? c.call(x, []) : x;
}
