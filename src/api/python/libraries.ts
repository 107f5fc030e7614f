/** Owns Python's standard library, as far as losses use it: math, functools, itertools, collections, copy, operator, random. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import { boolean, float, integer, keyOf, list, NONE, type ObjectValue, string, tuple, type Value } from '../../value/value';
import { knownValue, numberOf } from '../args';
import { followedLength } from '../limits';
import { compareOperator } from '../operators';
import { type ApiTable, entry } from '../table';
import { isTensor } from '../tensors';
import { arithmetic } from './builtins';
import { compareValues } from './plainValues';
import { valueOfTensor } from './valueOfTensor';

/** A function of floats; integers that come out whole stay floats. */
const real = (f: (x: number) => number, whole = false): ApiEntry =>
  entry('x, /', (c, a) => {
    const x = knownValue(c, a.value('x'));
    if (isTensor(x)) valueOfTensor(c, x, 'the math module');
    if (x.kind === 'number' && x.value === undefined) return { kind: 'number', float: !whole, value: undefined };
    const value = f(numberOf(c, x, 'x'));
    if (Number.isNaN(value)) return c.fail(failure('argument', 'value', 'math domain error'));
    return whole ? integer(value) : float(value);
  });

/** Abramowitz and Stegun's series, to double precision for the arguments that hyperparameters have. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export const MATH_MODULE: ApiTable = {
  'math.sqrt': real(Math.sqrt),
  'math.exp': real(Math.exp),
  'math.expm1': real(Math.expm1),
  'math.log1p': real(Math.log1p),
  'math.log2': real(Math.log2),
  'math.log10': real(Math.log10),
  'math.sin': real(Math.sin),
  'math.cos': real(Math.cos),
  'math.tan': real(Math.tan),
  'math.asin': real(Math.asin),
  'math.acos': real(Math.acos),
  'math.atan': real(Math.atan),
  'math.sinh': real(Math.sinh),
  'math.cosh': real(Math.cosh),
  'math.tanh': real(Math.tanh),
  'math.fabs': real(Math.abs),
  'math.radians': real((x) => (x * Math.PI) / 180),
  'math.degrees': real((x) => (x * 180) / Math.PI),
  'math.floor': real(Math.floor, true),
  'math.ceil': real(Math.ceil, true),
  'math.trunc': real(Math.trunc, true),
  'math.factorial': real(factorial, true),
  'math.erf': real(erf),
  'math.log': entry('x, base=2.718281828459045, /', (c, a) => {
    const given = knownValue(c, a.value('x'));
    if (isTensor(given)) valueOfTensor(c, given, 'math.log');
    const x = a.number('x');
    if (x <= 0) return c.fail(failure('argument', 'value', 'math domain error'));
    const log = Math.log(x);
    return float(a.has('base') ? log / Math.log(a.number('base')) : log);
  }),
  'math.pow': entry('x, y, /', (_c, a) => float(a.number('x') ** a.number('y'))),
  'math.atan2': entry('y, x, /', (_c, a) => float(Math.atan2(a.number('y'), a.number('x')))),
  'math.hypot': entry('*coordinates', (c, a) => float(Math.hypot(...a.rest.map((x) => numberOf(c, x, 'x'))))),
  'math.isnan': entry('x, /', (_c, a) => boolean(Number.isNaN(a.number('x')))),
  'math.isinf': entry('x, /', (_c, a) => boolean(Math.abs(a.number('x')) === Number.POSITIVE_INFINITY)),
  'math.isclose': entry('a, b, *, rel_tol=1e-9, abs_tol=0.0', (_c, a) => {
    const [x, y] = [a.number('a'), a.number('b')];
    return boolean(Math.abs(x - y) <= Math.max(a.number('rel_tol') * Math.max(Math.abs(x), Math.abs(y)), a.number('abs_tol')));
  }),
  'math.prod': entry('iterable, /, *, start=1', (c, a) =>
    c.iterate(a.value('iterable')).reduce((p, x) => arithmetic(c, '*', p, x), a.value('start')),
  ),
};

export const FUNCTOOLS: ApiTable = {
  'functools.partial': entry('func, /, *args, **kwargs', (_c, a) => {
    const [func, args, keywords] = [a.value('func'), a.rest, a.keywords];
    return {
      kind: 'native',
      name: 'partial',
      entry: entry('*args, **kwargs', (c, b) => c.call(func, [...args, ...b.rest], { ...keywords, ...b.keywords })),
    };
  }),
  'functools.reduce builtins.reduce': entry('function, iterable, initial=<none>, /', (c, a) => {
    const items = [...c.iterate(a.value('iterable'))];
    const first = a.has('initial') ? a.value('initial') : items.shift();
    if (first === undefined) return c.fail(failure('argument', 'type', 'reduce() of empty iterable with no initial value'));
    return items.reduce((total, item) => c.call(a.value('function'), [total, item]), first);
  }),
  'functools.wraps functools.update_wrapper': entry('wrapped, *args, **kwargs', () => identity('wraps')),
  'functools.lru_cache functools.cache functools.cached_property functools.singledispatch': entry('func=None, *args, **kwargs', (_c, a) =>
    a.value('func').kind === 'function' ? a.value('func') : identity('lru_cache'),
  ),
};

function identity(name: string): Value {
  return { kind: 'native', name, entry: entry('f', (_c, a) => a.value('f')) };
}

export const ITERTOOLS: ApiTable = {
  'itertools.chain': entry('*iterables', (c, a) => list(a.rest.flatMap((item) => c.iterate(item)))),
  'itertools.chain.from_iterable': entry('iterable', (c, a) => list(c.iterate(a.value('iterable')).flatMap((item) => c.iterate(item)))),
  'itertools.product': entry('*iterables, repeat=1', (c, a) => {
    const once = a.rest.map((item) => c.iterate(item));
    const repeat = followedLength(c, a.int('repeat'));
    followedLength(c, once.reduce((n, column) => n * column.length, 1) ** repeat);
    const columns = Array.from({ length: repeat }, () => once).flat();
    const rows = columns.reduce<Value[][]>((found, column) => found.flatMap((row) => column.map((item) => [...row, item])), [[]]);
    return list(rows.map(tuple));
  }),
  'itertools.combinations': entry('iterable, r', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    const r = a.int('r');
    followedLength(c, arrangements(items.length, r) / factorial(r));
    return list(combinations(items, r).map(tuple));
  }),
  'itertools.permutations': entry('iterable, r=None', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    const r = a.optionalInt('r') ?? items.length;
    followedLength(c, arrangements(items.length, r));
    return list(permutations(items, r).map(tuple));
  }),
  'itertools.repeat': entry('object, times', (c, a) =>
    list(Array.from({ length: followedLength(c, a.int('times')) }, () => a.value('object'))),
  ),
  'itertools.accumulate': entry('iterable, func=None', (c, a) => {
    const results: Value[] = [];
    for (const item of c.iterate(a.value('iterable'))) {
      const before = results.at(-1);
      if (before === undefined) results.push(item);
      else results.push(a.value('func').kind === 'none' ? arithmetic(c, '+', before, item) : c.call(a.value('func'), [before, item]));
    }
    return list(results);
  }),
  'itertools.islice': entry('iterable, start, stop=<none>, step=1', (c, a) => {
    const [from, to] = a.has('stop') ? [a.int('start'), a.int('stop')] : [0, a.int('start')];
    return list(
      c
        .iterate(a.value('iterable'))
        .slice(from, to)
        .filter((_, i) => i % a.int('step') === 0),
    );
  }),
  'itertools.zip_longest itertools.izip_longest': entry('*iterables, fillvalue=None', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = Math.max(0, ...columns.map((column) => column.length));
    return list(Array.from({ length }, (_, i) => tuple(columns.map((column) => column[i] ?? a.value('fillvalue')))));
  }),
  'itertools.pairwise': entry('iterable', (c, a) => {
    const items = c.iterate(a.value('iterable'));
    return list(items.slice(1).map((item, i) => tuple([items[i] ?? NONE, item])));
  }),
  'itertools.izip builtins.izip': entry('*iterables', (c, a) => {
    const columns = a.rest.map((item) => c.iterate(item));
    const length = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
    return list(Array.from({ length }, (_, i) => tuple(columns.map((column) => column[i] ?? NONE))));
  }),
};

function factorial(x: number): number {
  let product = 1;
  for (let n = 2; n <= x && product < Number.POSITIVE_INFINITY; n++) product *= n;
  return product;
}

/** In how many ways `r` of `n` items can be put in order. */
function arrangements(n: number, r: number): number {
  let count = 1;
  for (let i = 0; i < r && i < n && count < Number.POSITIVE_INFINITY; i++) count *= n - i;
  return count;
}

function combinations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

function permutations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)], size - 1).map((rest) => [item, ...rest]));
}

export const COLLECTIONS: ApiTable = {
  'collections.OrderedDict': entry('iterable=(), /, **kwargs', (c, a) =>
    c.call({ kind: 'api', path: 'builtins.dict' }, [a.value('iterable')], a.keywords),
  ),
  'collections.defaultdict': entry('default_factory=None, iterable=(), /, **kwargs', (c, a) => {
    const made = c.call({ kind: 'api', path: 'builtins.dict' }, [a.value('iterable')], a.keywords);
    return made.kind !== 'dict' || a.value('default_factory').kind === 'none' ? made : { ...made, makes: a.value('default_factory') };
  }),
  'collections.Counter': entry('iterable=(), /', (c, a) => {
    const counts = new Map<string, { readonly key: Value; value: Value }>();
    for (const key of c.iterate(a.value('iterable'))) {
      const text = keyOf(key) ?? c.unknown('counting values that are not known');
      const before = counts.get(text)?.value;
      counts.set(text, { key, value: integer((before?.kind === 'number' ? (before.value ?? 0) : 0) + 1) });
    }
    return { kind: 'dict', entries: counts };
  }),
  'collections.deque': entry('iterable=(), maxlen=None', (c, a) => list(c.iterate(a.value('iterable')))),
  'collections.namedtuple typing.NamedTuple': entry('typename, field_names, *, rename=False, defaults=None, module=None', (c, a) =>
    namedTuple(c, a.value('field_names')),
  ),
};

function namedTuple(c: CallContext, names: Value): Value {
  const fields =
    names.kind === 'string' && names.value !== undefined
      ? names.value.split(/[\s,]+/).filter((name) => name !== '')
      : c.iterate(names).map((item) => fieldName(c, item));
  return {
    kind: 'native',
    name: 'namedtuple',
    entry: entry(fields.join(', '), (_c, a) => ({ kind: 'tuple', items: fields.map((name) => a.value(name)), fields })),
  };
}

function fieldName(c: CallContext, item: Value): string {
  const name = item.kind === 'tuple' ? item.items[0] : item;
  return name?.kind === 'string' && name.value !== undefined ? name.value : c.unknown('field names that are not known');
}

const operatorEntry = (op: '+' | '-' | '*' | '/' | '//' | '%' | '**'): ApiEntry =>
  entry('a, b, /', (c, a) => arithmetic(c, op, a.value('a'), a.value('b')));

const orderEntry = (op: '<' | '>'): ApiEntry =>
  entry('a, b, /', (c, a) => {
    const [x, y] = [a.value('a'), a.value('b')];
    return isTensor(x) || isTensor(y) ? compareOperator(c, op, x, y) : boolean(compareValues(op, x, y));
  });

export const OPERATOR: ApiTable = {
  'operator.add': operatorEntry('+'),
  'operator.sub': operatorEntry('-'),
  'operator.mul': operatorEntry('*'),
  'operator.truediv': operatorEntry('/'),
  'operator.floordiv': operatorEntry('//'),
  'operator.mod': operatorEntry('%'),
  'operator.pow': operatorEntry('**'),
  'operator.lt': orderEntry('<'),
  'operator.gt': orderEntry('>'),
  'operator.neg': entry('a, /', (c, a) => arithmetic(c, '-', integer(0), a.value('a'))),
  'operator.itemgetter': entry('key', (_c, a) => {
    const key = a.value('key');
    return { kind: 'native', name: 'itemgetter', entry: entry('obj', (c, b) => itemOf(c, b.value('obj'), key)) };
  }),
  'operator.attrgetter': entry('name', (_c, a) => {
    const name = a.string('name');
    return { kind: 'native', name: 'attrgetter', entry: entry('obj', (c, b) => c.getAttribute(b.value('obj'), name)) };
  }),
};

function itemOf(c: CallContext, object: Value, key: Value): Value {
  if (object.kind === 'dict') return object.entries.get(keyOf(key) ?? '')?.value ?? c.unknown('a key that is not found');
  const index = numberOf(c, key, 'key');
  return c.iterate(object).at(index) ?? c.unknown('an item that is not found');
}

const silent = (names: string): ApiTable => ({ [names]: entry('*args, **kwargs', () => NONE) });

function harmlessObject(type: string, methods: readonly string[]): ObjectValue {
  return {
    kind: 'object',
    type,
    attributes: new Map(),
    methods: new Map(methods.map((name) => [name, entry('*args, **kwargs', () => NONE)])),
  };
}

const LOGGER_METHODS = ['debug', 'info', 'warning', 'warn', 'error', 'critical', 'exception', 'log', 'setLevel', 'addHandler'];

const loggers = entry('*args, **kwargs', () => harmlessObject('logging.Logger', LOGGER_METHODS));

const copied = (value: Value): Value => {
  switch (value.kind) {
    case 'list':
      return list(value.items.map(copied));
    case 'tuple':
      return { ...value, items: value.items.map(copied) };
    case 'dict':
      return {
        kind: 'dict',
        entries: new Map([...value.entries].map(([key, item]) => [key, { key: item.key, value: copied(item.value) }])),
      };
    case 'instance':
      return { ...value, attributes: new Map([...value.attributes].map(([name, item]) => [name, copied(item)])) };
    default:
      return value;
  }
};

export const HARMLESS: ApiTable = {
  ...silent(
    'warnings.warn warnings.simplefilter warnings.filterwarnings logging.debug logging.info logging.warning logging.warn logging.error logging.basicConfig logging.exception absl.logging.info absl.logging.warning absl.logging.error absl.logging.warn absl.logging.debug absl.logging.set_verbosity time.sleep random.seed random.shuffle sys.exit sys.stdout.write sys.stdout.flush os.makedirs atexit.register',
  ),
  'logging.getLogger': loggers,
  'copy.copy copy.deepcopy': entry('x, memo=None', (_c, a) => copied(a.value('x'))),
  'time.time time.perf_counter time.monotonic time.process_time': entry('', () => float(undefined)),
  'random.random random.uniform random.gauss random.randint random.choice random.sample': entry('*args, **kwargs', (c) =>
    c.unknown("a random number of Python's own generator"),
  ),
  'os.path.join os.path.dirname os.path.basename os.path.abspath os.getcwd os.getenv os.path.expanduser': entry('*args, **kwargs', () =>
    string(undefined),
  ),
  'os.path.exists os.path.isfile os.path.isdir': entry('*args', () => boolean(undefined)),
  'abc.abstractmethod typing.overload typing.no_type_check typing.final typing_extensions.override abc.abstractproperty contextlib.contextmanager six.add_metaclass keras.saving.register keras.utils.register':
    entry('f, *args', (_c, a) => a.value('f')),
  'typing.cast': entry('typ, val', (_c, a) => a.value('val')),
  'typing.TypeVar typing.NewType typing.Union typing.Optional typing.Any typing.List typing.Tuple typing.Dict typing.Callable typing.Sequence typing.Iterable typing.Mapping typing.Generic typing.Protocol':
    entry('*args, **kwargs', () => NONE),
  'enum.auto': entry('', () => ({ kind: 'object', type: 'enum.auto', attributes: new Map(), methods: new Map() })),
  'enum.unique': entry('enumeration', (_c, a) => a.value('enumeration')),
  'packaging.version.parse packaging.version.Version packaging.version.LegacyVersion distutils.version.LooseVersion distutils.version.StrictVersion pkg_resources.parse_version':
    entry('version', (_c, a) => tuple((a.string('version').match(/\d+/g) ?? []).map((part) => integer(Number(part))))),
  'abc.ABC abc.ABCMeta enum.Enum enum.IntEnum enum.StrEnum enum.Flag enum.IntFlag': entry('*args, **kwargs', (c) =>
    c.unknown('an instance of a class of the standard library'),
  ),
  'dataclasses.dataclass': entry('cls=None, /, **kwargs', (_c, a) =>
    a.value('cls').kind === 'class' ? a.value('cls') : identity('dataclass'),
  ),
  'dataclasses.field': entry('*, default=None, default_factory=None, **kwargs', (c, a) =>
    a.has('default_factory') ? c.call(a.value('default_factory'), []) : a.value('default'),
  ),
  'inspect.signature inspect.getfullargspec inspect.getargspec inspect.getsource': entry('*args, **kwargs', (c) =>
    c.unknown('the source of a function'),
  ),
  'inspect.isclass': entry('object', (_c, a) => boolean(a.value('object').kind === 'class')),
  'inspect.isfunction': entry('object', (_c, a) => boolean(a.value('object').kind === 'function')),
  'six.iteritems': entry('d', (c, a) => {
    const dict = a.value('d');
    return dict.kind === 'dict'
      ? list([...dict.entries.values()].map((item) => tuple([item.key, item.value])))
      : c.unknown('the items of a value that is not known');
  }),
};

const EXCEPTIONS =
  'BaseException Exception ArithmeticError AssertionError AttributeError ImportError IndexError KeyError KeyboardInterrupt LookupError ModuleNotFoundError NameError ' +
  'NotImplementedError OSError OverflowError RuntimeError StopIteration SyntaxError SyntaxWarning SystemExit TypeError UserWarning ValueError Warning DeprecationWarning RuntimeWarning FutureWarning ZeroDivisionError FileNotFoundError IOError';

function exception(type: string): ApiEntry {
  return entry('*args, **kwargs', (_c, a) => ({
    kind: 'object',
    type,
    attributes: new Map<string, Value>([
      ['args', tuple(a.rest)],
      ['message', a.rest[0] ?? string('')],
    ]),
    methods: new Map(),
  }));
}

export const EXCEPTION_TABLE: ApiTable = Object.fromEntries(
  [
    ...EXCEPTIONS.split(' ').map((name) => `builtins.${name}`),
    'tf.errors.InvalidArgumentError',
    'tf.errors.OutOfRangeError',
    'tf.errors.AbortedError',
    'tf.errors.NotFoundError',
  ].map((name) => [name, exception(name)] as const),
);
