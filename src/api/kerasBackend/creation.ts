/** Owns keras.backend's creation of tensors and variables, random numbers, and choices by a condition. */
import { failure } from '../../graph/primitive';
import type { Dim } from '../../shape/dim';
import { kerasResultType } from '../../shape/dtype';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { list, NONE, string, type TensorValue, type Value } from '../../value/value';
import { knownValue } from '../args';
import { dtypeOf } from '../dtypes';
import { type ApiTable, entry } from '../table';
import { valueInGraph } from '../tensorMembers';
import { cast, filled, isTensor, multiply, pair, rankOf, reshape, select } from '../tensors';
import { cond } from '../tf/control';
import { eye, oneHot } from '../tf/create';
import { gather } from '../tf/selection';

const variable = (c: CallContext, x: TensorValue): TensorValue => c.wrap(c.emit('stopGradient', [x]).node, 'variable');

const filledVariable = (value: number): ApiEntry =>
  entry('shape, dtype=None, name=None', (c, a) => variable(c, filled(c, value, a.shape('shape'), a.optionalDtype('dtype') ?? 'float32')));

const filledLike = (value: number): ApiEntry =>
  entry('x, dtype=None, name=None', (c, a) => {
    const x = a.tensor('x');
    return filled(c, value, x.type.shape, a.optionalDtype('dtype') ?? x.type.dtype);
  });

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
  'K._to_tensor': entry('x, dtype', (_c, a) => a.tensor('x', a.dtype('dtype'))),
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
    random(c, a, 'uniform', a.number('minval'), a.number('maxval')),
  ),
  'K.random_bernoulli K.random_binomial': entry('shape, p=0.0, dtype=None, seed=None', (c, a) =>
    random(c, a, 'bernoulli', a.number('p'), 0),
  ),
};

function randomEntry(distribution: string): ApiEntry {
  return entry('shape, mean=0.0, stddev=1.0, dtype=None, seed=None', (c, a) =>
    random(c, a, distribution, a.number('mean'), a.number('stddev')),
  );
}

/** `first` and `second`: the distribution's parameters. */
function random(c: CallContext, a: Args, distribution: string, first: number, second: number): Value {
  const dtype = a.optionalDtype('dtype') ?? 'float32';
  return c.wrap(c.build.emit('random', [], { distribution, shape: a.shape('shape'), dtype, seed: c.nextSeed(), a: first, b: second }));
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
