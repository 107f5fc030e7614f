/** Owns methods and properties of TensorFlow.js's tensors. A chained method is the function of its name without the first parameter. */
import { failure } from '../../graph/primitive';
import { sizeOf } from '../../shape/shape';
import type { ApiEntry, CallContext } from '../../value/api';
import type { Library } from '../../value/library';
import { boolean, float, integer, list, NONE, string, type TensorValue, type Value } from '../../value/value';
import { entry } from '../table';
import { rankOf } from '../tensors';
import { missingMember } from './missingMembers';

type Member = NonNullable<ReturnType<Library['tensorMember']>>;

/** Functions that are chained methods too (public/chained_ops of tfjs-core, methods of Tensor). */
const CHAINED: ReadonlySet<string> = new Set(
  (
    'abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchToSpaceND broadcastTo cast ceil clipByValue clone concat ' +
    'conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot elu equal erf euclideanNorm ' +
    'exp expandDims expm1 fft floor floorDiv gather greater greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less lessEqual ' +
    'localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max maxPool maximum ' +
    'mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6 reshape ' +
    'resizeBilinear resizeNearestNeighbor reverse rfft round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus ' +
    'spaceToBatchND split sqrt square squaredDifference squeeze stack step stridedSlice sub sum tan tanh tile topk transpose unique ' +
    'unsortedSegmentSum unstack where zerosLike'
  ).split(' '),
);

const UNLIKE_NAMED: ReadonlySet<string> = new Set('flatten asScalar as1D as2D as3D as4D as5D reshapeAs toFloat toInt toBool'.split(' '));
const PATHS: Readonly<Record<string, string>> = { asType: 'tfjs.cast' };

/** `entryOf` finds a function by its path. */
export function tfjsMember(tensor: TensorValue, name: string, entryOf: (path: string) => ApiEntry | undefined): Member | undefined {
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  if (own !== undefined) return own(tensor);
  const path = UNLIKE_NAMED.has(name) ? `tfjs.(${name})` : (PATHS[name] ?? (CHAINED.has(name) ? `tfjs.${name}` : undefined));
  const found = path === undefined ? undefined : entryOf(path);
  if (found !== undefined) return { kind: 'method', entry: chained(found, tensor, name) };
  return path === undefined ? missingMember(tensor, name, METHOD_NAMES) : undefined;
}

/** `a.concat(b)` and `a.stack(b)` take the others; `a.where(condition, b)` is the second argument. */
const ARRANGED: Readonly<Record<string, (tensor: TensorValue, given: readonly Value[]) => readonly Value[]>> = {
  concat: (tensor, [others, ...rest]) => [list([tensor, ...listed(others)]), ...rest],
  stack: (tensor, [others, ...rest]) => [list([tensor, ...listed(others)]), ...rest],
  where: (tensor, [condition = NONE, other = NONE]) => [condition, tensor, other],
};

function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}

function chained(found: ApiEntry, tensor: TensorValue, name: string): ApiEntry {
  const arrange = Object.hasOwn(ARRANGED, name) ? ARRANGED[name] : undefined;
  return entry('*args', (c, a) => {
    const callee: Value = { kind: 'native', name, entry: found };
    return c.call(callee, arrange === undefined ? [tensor, ...a.rest] : arrange(tensor, a.rest));
  });
}

const property = (get: (c: CallContext) => Value): Member => ({ kind: 'property', entry: entry('', get) });
const method = (call: ApiEntry['call']): Member => ({ kind: 'method', entry: entry('*args', call) });

const OWN: Readonly<Record<string, (x: TensorValue) => Member>> = {
  shape: (x) => property(() => list(x.type.shape.map((dim) => integer(dim)))),
  rank: (x) => property(() => integer(rankOf(x))),
  rankType: (x) => property(() => string(String(rankOf(x)))),
  size: (x) => property(() => integer(sizeOf(x.type.shape))),
  dtype: (x) => property(() => string(x.type.dtype)),
  isDisposed: () => property(() => boolean(false)),
  dataSync: (x) => method((c) => list(numbersOf(c, x))),
  data: (x) => method((c) => list(numbersOf(c, x))),
  arraySync: (x) => method((c) => nested(c, x)),
  array: (x) => method((c) => nested(c, x)),
  bufferSync: (x) => method((c) => buffer(c, x)),
  buffer: (x) => method((c) => buffer(c, x)),
  dispose: () => method(() => NONE),
  print: () => method(() => NONE),
  toString: () => method(() => string(undefined)),
  assign: (x) =>
    method((c) =>
      x.flavor === 'variable'
        ? c.unknown('assignments to variables are not followed')
        : c.fail(failure('attribute', 'name', 'only a tf.variable can be assigned to'), [x]),
    ),
};

function numbersOf(c: CallContext, x: TensorValue): Value[] {
  const values = c.numbers(x) ?? c.unknown('the values of a tensor are not known before it runs');
  return Array.from(values, (value) => (x.type.dtype === 'bool' ? float(value) : numeric(value)));
}

/** Integers stay integers, so that they can be sizes and indices. */
function numeric(value: number): Value {
  return Number.isInteger(value) ? integer(value) : float(value);
}

function nested(c: CallContext, x: TensorValue): Value {
  const values = numbersOf(c, x);
  const sizes = x.type.shape.map((dim) => (typeof dim === 'number' ? dim : c.unknown('the size of a tensor is not known')));
  const build = (axis: number, from: number): Value => {
    const size = sizes[axis];
    if (size === undefined) return values[from] ?? NONE;
    const step = sizes.slice(axis + 1).reduce((product, dim) => product * dim, 1);
    return list(Array.from({ length: size }, (_, i) => build(axis + 1, from + i * step)));
  };
  return build(0, 0);
}

/** A TensorBuffer: its values, read by place. */
function buffer(c: CallContext, x: TensorValue): Value {
  const values = numbersOf(c, x);
  const get = entry('*places', (inner, a) => {
    const places = a.rest.map((place) =>
      place.kind === 'number' && place.value !== undefined ? place.value : inner.unknown('a place that is not known'),
    );
    const index = places.reduce((at, place, axis) => at * Number(x.type.shape[axis] ?? 1) + place, 0);
    return values[index] ?? NONE;
  });
  const toTensor = entry('', (inner) => inner.emit('stopGradient', [x]));
  return {
    kind: 'object',
    type: 'tfjs.TensorBuffer',
    attributes: new Map<string, Value>([['values', list(values)]]),
    methods: new Map([
      ['get', get],
      ['toTensor', toTensor],
    ]),
  };
}

const METHOD_NAMES: readonly string[] = [...CHAINED, ...UNLIKE_NAMED, ...Object.keys(OWN)];

export function isTensorMethod(name: string): boolean {
  return CHAINED.has(name) || UNLIKE_NAMED.has(name);
}
