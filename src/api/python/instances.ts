/** Owns isinstance: whether a value is an instance of a class, as far as that is known. */
import type { CallContext } from '../../value/api';
import type { ClassValue, Value } from '../../value/value';
import { canonicalPath } from '../paths';

type Test = (value: Value) => boolean | undefined;

const isKind =
  (...kinds: readonly Value['kind'][]): Test =>
  (value) =>
    kinds.includes(value.kind);

const tensorOf =
  (...flavors: readonly string[]): Test =>
  (value) =>
    value.kind === 'tensor' && flavors.includes(value.flavor);

const never: Test = () => false;
const sequence = isKind('list', 'tuple', 'shape', 'string');
const callable: Test = (value) =>
  isKind('function', 'method', 'native', 'class', 'api')(value) ||
  (value.kind === 'object' && value.call !== undefined) ||
  (value.kind === 'instance' ? undefined : false);
const isInt: Test = (value) => (value.kind === 'number' ? !value.float : value.kind === 'boolean');
const isFloatNumber: Test = (value) => value.kind === 'number' && value.float;
const isNumber: Test = (value) =>
  value.kind === 'number' ||
  value.kind === 'boolean' ||
  (value.kind === 'tensor' && value.flavor === 'numpy' && value.type.shape.length === 0);
const symbolicTensor: Test = (value) => value.kind === 'tensor' && value.flavor !== 'numpy' && value.flavor !== 'variable';

const TESTS: Readonly<Record<string, Test>> = {
  'builtins.int': isInt,
  'builtins.float': isFloatNumber,
  'builtins.complex': never,
  'builtins.bool': isKind('boolean'),
  'builtins.str': isKind('string'),
  'builtins.bytes': never,
  'builtins.list': isKind('list'),
  'builtins.tuple': isKind('tuple'),
  'builtins.dict': isKind('dict'),
  'builtins.set': isKind('set'),
  'builtins.frozenset': isKind('set'),
  'builtins.object': () => true,
  'builtins.type': isKind('class', 'api'),
  'tf.Tensor': symbolicTensor,
  'tf.python.framework.ops.Tensor': symbolicTensor,
  'tf.python.framework.ops.EagerTensor': symbolicTensor,
  'tf.Variable': tensorOf('variable'),
  'keras.Variable': tensorOf('variable'),
  'keras.KerasTensor': tensorOf('symbolic'),
  'tf.SparseTensor': never,
  'tf.RaggedTensor': never,
  'tf.sparse.SparseTensor': never,
  'tf.IndexedSlices': never,
  'tf.TensorShape': isKind('shape'),
  'tf.DType': isKind('dtype'),
  'tf.dtypes.DType': isKind('dtype'),
  'np.ndarray': tensorOf('numpy'),
  'np.generic': never,
  'np.number': (value) => value.kind === 'tensor' && value.flavor === 'numpy' && value.type.shape.length === 0,
  'np.bool_': (value) =>
    value.kind === 'tensor' && value.flavor === 'numpy' && value.type.dtype === 'bool' && value.type.shape.length === 0,
  'numbers.Number': isNumber,
  'numbers.Real': isNumber,
  'numbers.Integral': isInt,
  'types.FunctionType': isKind('function'),
  'types.LambdaType': isKind('function'),
  'types.MethodType': isKind('method'),
  'functools.partial': (value) => value.kind === 'native' && value.name === 'partial',
  'collections.abc.Sequence': sequence,
  'typing.Sequence': sequence,
  'collections.abc.Mapping': isKind('dict'),
  'collections.abc.Iterable': isKind('list', 'tuple', 'shape', 'string', 'dict', 'set', 'tensor'),
  'collections.abc.Callable': callable,
  'typing.Callable': callable,
  'collections.Callable': callable,
  'typing.List': isKind('list'),
  'typing.Dict': isKind('dict'),
  'typing.Tuple': isKind('tuple'),
};

const NUMPY_SCALAR = /^np\.(float(16|32|64)|u?int(8|16|32|64)|floating|integer|signedinteger)$/;

/** Undefined: not known. */
export function isInstance(c: CallContext, value: Value, type: Value): boolean | undefined {
  if (type.kind === 'tuple' || type.kind === 'list') {
    const answers = type.items.map((item) => isInstance(c, value, item));
    return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
  }
  if (value.kind === 'unknown' || type.kind === 'unknown') return undefined;
  if (type.kind === 'none') return value.kind === 'none';
  if (type.kind === 'dtype')
    return value.kind === 'tensor' && value.flavor === 'numpy' && value.type.shape.length === 0 && value.type.dtype === type.dtype;
  if (type.kind === 'class') return value.kind === 'instance' ? inherits(value.class, type) : false;
  if (type.kind !== 'api') return undefined;
  return isLibraryInstance(value, type.path);
}

function isLibraryInstance(value: Value, given: string): boolean | undefined {
  const path = canonicalPath(given).names[0] ?? given;
  if (path === 'builtins.type(None)') return value.kind === 'none';
  const test = TESTS[path] ?? TESTS[given];
  if (test !== undefined) return test(value);
  if (NUMPY_SCALAR.test(path)) {
    if (value.kind !== 'tensor') return false;
    return value.flavor === 'numpy' && value.type.shape.length === 0 && (value.type.dtype === path.slice(3) || undefined);
  }
  if (value.kind === 'object') return isObjectOf(canonicalPath(value.type).names[0] ?? value.type, path);
  if (value.kind === 'instance') return libraryAncestor(value.class, path);
  return value.kind === 'native' ? undefined : false;
}

function isObjectOf(type: string, path: string): boolean | undefined {
  if (type === path) return true;
  const family = /^keras\.(losses\.Loss|layers\.Layer|Layer|metrics\.Metric|optimizers\.Optimizer|Model|models\.Model)$/.exec(path)?.[1];
  if (family === undefined) return undefined;
  if (family === 'losses.Loss') return type.startsWith('keras.losses.') || type.startsWith('tfa.losses.');
  return undefined;
}

function inherits(derived: ClassValue, base: ClassValue): boolean | undefined {
  if (derived.definition === base.definition) return true;
  const answers = derived.bases.map((parent) =>
    parent.kind === 'class' ? inherits(parent, base) : parent.kind === 'unknown' ? undefined : false,
  );
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function libraryAncestor(derived: ClassValue, path: string): boolean | undefined {
  const answers = derived.bases.map((parent) => {
    if (parent.kind === 'class') return libraryAncestor(parent, path);
    if (parent.kind !== 'api') return undefined;
    const name = canonicalPath(parent.path).names[0] ?? parent.path;
    return name === path ? true : isObjectOf(name, path);
  });
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** Whether a value can be called; undefined: not known. */
export function isCallable(value: Value): boolean | undefined {
  return value.kind === 'unknown' ? undefined : callable(value);
}
