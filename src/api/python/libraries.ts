/** Owns Python's functools, copy, logging, warnings and exceptions, and what of the standard library is harmless to a loss. */
import { failure } from '../../graph/primitive';
import type { ApiEntry } from '../../value/api';
import { boolean, float, integer, list, NONE, type ObjectValue, string, tuple, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';

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
