/** Owns what decorates, names and watches computations without changing them: tf.function, scopes, summaries, assertions, prints, devices. */
import { failure } from '../../graph/primitive';
import { compareDims } from '../../shape/dim';
import { isFloat, isInteger } from '../../shape/dtype';
import { shapeText } from '../../shape/shapeText';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, NONE, type ObjectValue, string, type TensorValue, type Value } from '../../value/value';
import { shapeOf } from '../args';
import { dtypeOf } from '../dtypes';
import { type ApiTable, entry } from '../table';
import { cast, isTensor, like, pair, rankOf, reduce } from '../tensors';

/** Does nothing and gives None. */
export const nothing = (signature = '*args, **kwargs'): ApiEntry => entry(signature, () => NONE);

/** An object for `with`, without effect. */
export function contextManager(entered: Value = NONE): ObjectValue {
  return {
    kind: 'object',
    type: 'contextlib.AbstractContextManager',
    attributes: new Map(),
    methods: new Map([
      ['__enter__', entry('', () => entered)],
      ['__exit__', entry('*args', () => NONE)],
    ]),
  };
}

const scope = entry('*args, **kwargs', (_c, a) => contextManager(a.rest[0] ?? string(undefined)));

/** A decorator with or without arguments: the function itself, with a trait. */
function decorator(name: string, trait: 'autograph' | 'noAutograph' | null, jit?: string): ApiEntry {
  return entry('func=None, *args, **kwargs', (c, a) => {
    const func = a.value('func');
    const converts = a.keywords.autograph === undefined || c.truth(a.keywords.autograph) !== false;
    const mark = (f: Value): Value => {
      if (f.kind === 'function' && trait !== null) f.traits.add(trait === 'autograph' && !converts ? 'noAutograph' : trait);
      if (f.kind === 'function' && jit !== undefined && a.keywords[jit] !== undefined && c.truth(a.keywords[jit]) === true)
        f.traits.add('jit');
      return f;
    };
    if (func.kind === 'function' || func.kind === 'method' || func.kind === 'native' || func.kind === 'instance' || func.kind === 'class')
      return mark(func);
    return { kind: 'native', name, entry: entry('f', (_c, b) => mark(b.value('f'))) };
  });
}

export const FUNCTIONS: ApiTable = {
  'tf.function': decorator('tf.function', 'autograph', 'jit_compile'),
  'tf.autograph.experimental.do_not_convert': decorator('do_not_convert', 'noAutograph'),
  'tf.autograph.to_graph': entry('entity, *args, **kwargs', (_c, a) => a.value('entity')),
  'tf.autograph.experimental.set_loop_options tf.autograph.set_verbosity': nothing(),
  'tf.recompute_grad': entry('f', (_c, a) => a.value('f')),
  'tf.nondifferentiable_batch_function': entry('*args, **kwargs', (c) => c.unknown('batch functions are not followed')),
  'tf.name_scope tf1.variable_scope tf1.op_scope tf.init_scope tf.device tf.control_dependencies tf.profiler.experimental.Trace tf1.get_default_graph tf.summary.record_if tf.ops.name_scope_v2':
    scope,
  'tf.print': entry('*inputs, **kwargs', () => NONE),
  'tf1.Print': entry('input_, data, message=None, first_n=None, summarize=None, name=None', (_c, a) => a.value('input_')),
  'tf.summary.scalar tf.summary.histogram tf.summary.image tf.summary.text tf.summary.write tf.summary.audio tf1.summary.scalar tf1.scalar_summary tf1.add_to_collection tf1.add_to_collections tf1.losses.add_loss tf.logging.info tf.logging.warning tf1.logging.info tf1.logging.warning tf1.logging.warn tf1.logging.set_verbosity tf.config.run_functions_eagerly tf.random.set_seed tf1.set_random_seed tf.no_op tf.group tf1.disable_v2_behavior tf1.enable_eager_execution tf1.disable_eager_execution tf.config.experimental_run_functions_eagerly tf.debugging.enable_check_numerics tf.debugging.set_log_device_placement tf.summary.flush':
    nothing(),
  'tf.get_logger': entry('', (c) => c.call({ kind: 'api', path: 'logging.getLogger' }, [])),
  'tf.executing_eagerly tf1.executing_eagerly': entry('', (c) => boolean(c.mode === 'run' || c.keras === 'none')),
  'tf.inside_function': entry('', (c) => boolean(!(c.mode === 'run' || c.keras === 'none'))),
  'tf1.executing_eagerly_outside_functions': entry('', () => boolean(true)),
  'tf.is_tensor': entry('x', (_c, a) => boolean(isTensor(a.value('x')) && a.value('x').kind === 'tensor' && notArray(a.value('x')))),
  'tf.is_symbolic_tensor': entry('tensor', (c) => boolean(c.mode === 'check' && c.keras !== 'none')),
  'tf.get_static_value tf1.get_static_value': entry('tensor, partial=False', (c, a) => staticValue(c, a.value('tensor'))),
  'tf.py_function': opaque('func=None, inp=None, Tout=None, name=None'),
  'tf.numpy_function': opaque('func=None, inp=None, Tout=None, stateful=True, name=None', true),
  'tf1.py_func': opaque('func, inp, Tout, stateful=True, name=None', true),
  'tf.distribute.get_strategy tf.distribute.get_replica_context': entry('', () => strategy()),
  'tf.distribute.has_strategy tf.distribute.in_cross_replica_context': entry('', () => boolean(false)),
};

/** Outside any strategy there is one replica. */
function strategy(): ObjectValue {
  const one: Value = { kind: 'number', float: false, value: 1 };
  return {
    kind: 'object',
    type: 'tf.distribute.Strategy',
    attributes: new Map([['num_replicas_in_sync', one]]),
    methods: new Map([['scope', entry('', () => contextManager())]]),
  };
}

function notArray(value: Value): boolean {
  return value.kind === 'tensor' && value.flavor !== 'numpy';
}

/** Python inside the graph: followed eagerly; in a graph nothing is known of its result. `numpy`: it sees arrays, and no gradient passes. */
function opaque(signature: string, numpy = false): ApiEntry {
  return entry(signature, (c, a) => {
    if (c.mode === 'check') return c.unknown('what runs as Python inside the graph is not followed');
    const given = a.value('inp');
    const inputs = (given.kind === 'list' || given.kind === 'tuple' ? given.items : [given]).map((item) => c.tensor(item));
    const seen = numpy ? inputs.map((x) => c.wrap(c.emit('stopGradient', [x]).node, 'numpy')) : inputs;
    const results = c.call(a.value('func'), seen);
    const type = (value: Value, dtype: Value) => cast(c, c.tensor(value), dtypeOf(dtype) ?? c.unknown('the dtype of the result'));
    const wanted = a.value('Tout');
    if (wanted.kind !== 'list' && wanted.kind !== 'tuple') return type(results, wanted);
    return { kind: 'list', items: c.iterate(results).map((item, i) => type(item, wanted.items[i] ?? wanted)) };
  });
}

function staticValue(c: CallContext, value: Value): Value {
  if (!isTensor(value)) return value;
  return c.numbers(value) === undefined ? NONE : c.wrap(value.node, 'numpy');
}

const skipped = (signature: string): ApiEntry => nothing(signature);

/** Eagerly a failed assertion raises; in a graph nothing is known. */
function hold(c: CallContext, condition: TensorValue, what: string): Value {
  if (c.mode === 'run' && c.truth(reduce(c, 'all', condition, null)) === false) c.fail(failure('assertion', 'value', what), [condition]);
  return NONE;
}

function finite(c: CallContext, x: TensorValue): TensorValue {
  if (c.mode === 'run') hold(c, c.emit('isFinite', [x]), 'the tensor holds NaN or infinities');
  return c.emit('identity', [x]);
}

/** An assertion that compares two values elementwise. */
function comparing(op: string, symbol: string): ApiEntry {
  return entry('x, y, message=None, summarize=None, name=None, data=None', (c, a) =>
    c.mode === 'check' ? NONE : hold(c, c.emit(op, pair(c, a.value('x'), a.value('y'))), `condition x ${symbol} y did not hold`),
  );
}

/** An assertion against zero. */
function signed(op: string, what: string): ApiEntry {
  return entry('x, message=None, summarize=None, name=None, data=None', (c, a) => {
    const x = a.tensor('x');
    return c.mode === 'check' ? NONE : hold(c, c.emit(op, [x, like(c, 0, x)]), `condition x ${what} did not hold`);
  });
}

/** Assertions on values pass; those on shapes and dtypes are checked. */
export const DEBUGGING: ApiTable = {
  'tf.debugging.check_numerics tf1.check_numerics': entry('tensor, message, name=None', (c, a) => finite(c, a.tensor('tensor'))),
  'tf.debugging.assert_all_finite tf1.verify_tensor_all_finite': entry('x, message=None, name=None, t=None, msg=None', (c, a) =>
    finite(c, a.has('x') ? a.tensor('x') : a.tensor('t')),
  ),
  'tf.debugging.assert_equal tf.assert_equal': comparing('equal', '=='),
  'tf.debugging.assert_none_equal': comparing('notEqual', '!='),
  'tf.debugging.assert_greater tf.assert_greater': comparing('greater', '>'),
  'tf.debugging.assert_greater_equal tf1.assert_greater_equal': comparing('greaterEqual', '>='),
  'tf.debugging.assert_less tf.assert_less': comparing('less', '<'),
  'tf.debugging.assert_less_equal tf1.assert_less_equal': comparing('lessEqual', '<='),
  'tf.debugging.assert_near': entry('x, y, rtol=None, atol=None, message=None, summarize=None, name=None, data=None', (c, a) => {
    if (c.mode === 'check') return NONE;
    const [x, y] = pair(c, a.value('x'), a.value('y'));
    const size = (v: TensorValue) => c.emit('abs', [v]);
    const tolerance = c.emit('add', [
      c.emit('multiply', [size(y), like(c, a.optionalNumber('rtol') ?? 1.2e-6, y)]),
      like(c, a.optionalNumber('atol') ?? 1.2e-6, y),
    ]);
    return hold(c, c.emit('lessEqual', [size(c.emit('subtract', [x, y])), tolerance]), 'x and y are not near');
  }),
  'tf.debugging.assert_non_negative tf1.assert_non_negative': signed('greaterEqual', '>= 0'),
  'tf.debugging.assert_positive tf1.assert_positive': signed('greater', '> 0'),
  'tf.debugging.assert_negative': signed('less', '< 0'),
  'tf.debugging.assert_non_positive': signed('lessEqual', '<= 0'),
  'tf.debugging.assert_proper_iterable tf.debugging.assert_scalar tf.debugging.assert_same_float_dtype': skipped('*args, **kwargs'),
  'tf.debugging.Assert tf.Assert tf1.Assert': entry('condition, data, summarize=None, name=None', (c, a) =>
    c.mode === 'check' ? NONE : hold(c, cast(c, a.tensor('condition'), 'bool'), 'the asserted condition is false'),
  ),
  'tf.debugging.assert_type': entry('tensor, tf_type, message=None, name=None', (c, a) => {
    const x = a.tensor('tensor');
    if (x.type.dtype === a.dtype('tf_type')) return NONE;
    return c.fail(failure('dtype-mismatch', 'type', `the tensor must be ${a.dtype('tf_type')}, not ${x.type.dtype}`), [x]);
  }),
  'tf.debugging.is_numeric_tensor': entry('tensor', (_c, a) => {
    const x = a.value('tensor');
    return boolean(isTensor(x) && (isFloat(x.type.dtype) || isInteger(x.type.dtype)));
  }),
  'tf.debugging.assert_rank tf.assert_rank': entry('x, rank, message=None, name=None, data=None, summarize=None', (c, a) =>
    assertRank(c, a.value('x'), (rank) => rank === a.int('rank'), String(a.int('rank'))),
  ),
  'tf.debugging.assert_rank_at_least tf1.assert_rank_at_least': entry(
    'x, rank, message=None, name=None, data=None, summarize=None',
    (c, a) => assertRank(c, a.value('x'), (rank) => rank >= a.int('rank'), `at least ${a.int('rank')}`),
  ),
  'tf.debugging.assert_rank_in tf1.assert_rank_in': entry('x, ranks, message=None, name=None, data=None, summarize=None', (c, a) => {
    const ranks = a.axes('ranks') ?? [];
    return assertRank(c, a.value('x'), (rank) => ranks.includes(rank), `one of ${ranks.join(', ')}`);
  }),
  'tf.debugging.assert_shapes': entry('shapes, data=None, summarize=None, message=None, name=None', (c, a) =>
    assertShapes(c, a.value('shapes')),
  ),
};

function assertRank(c: CallContext, value: Value, fits: (rank: number) => boolean, wanted: string): Value {
  const x = c.tensor(value);
  if (fits(rankOf(x))) return NONE;
  return c.fail(failure('rank', 'shape', `the rank must be ${wanted}, not ${rankOf(x)}`, { rank: rankOf(x) }), [x]);
}

/** Sizes given as numbers must be those; letters are not tracked. */
function assertShapes(c: CallContext, shapes: Value): Value {
  if (shapes.kind === 'dict') return NONE;
  for (const item of c.iterate(shapes)) {
    const [x, wanted] = c.iterate(item);
    if (x === undefined || wanted === undefined || !isTensor(x) || (wanted.kind !== 'tuple' && wanted.kind !== 'list')) continue;
    const sizes = wanted.items;
    const wrong =
      sizes.length !== rankOf(x) ||
      sizes.some(
        (size, i) => size.kind === 'number' && compareDims(shapeOf(c, size, 'shapes')[0] ?? 0, x.type.shape[i] ?? 0) === 'different',
      );
    if (wrong && !sizes.some((size) => size.kind === 'ellipsis')) {
      c.fail(failure('shape-mismatch', 'shape', `the shape ${shapeText(x.type.shape)} is not the asserted one`), [x]);
    }
  }
  return NONE;
}
