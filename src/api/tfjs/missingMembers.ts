/** Owns what is said of members that tensors of TensorFlow.js lack: arrays' methods, other libraries' names, misspelt ones. */
import { failure } from '../../graph/primitive';
import type { CallContext } from '../../value/api';
import type { Library } from '../../value/library';
import type { TensorValue, Value } from '../../value/value';
import { entry } from '../table';

/** Why an input is a gap: whoever calls the loss knows better than we do what it is called with. */
export const USED_AS_ARRAY = 'an argument that is used as an array, not as a tensor';

/** Python's and NumPy's names of what TensorFlow.js calls otherwise. */
const OTHERWISE: Readonly<Record<string, string>> = {
  subtract: 'sub',
  multiply: 'mul',
  times: 'mul',
  minus: 'sub',
  plus: 'add',
  divide: 'div',
  negative: 'neg',
  negate: 'neg',
  reduceMean: 'mean',
  reduceSum: 'sum',
  reduceMax: 'max',
  reduceMin: 'min',
  power: 'pow',
  astype: 'cast',
  average: 'mean',
  flat: 'flatten',
  T: 'transpose()',
  clip: 'clipByValue',
  clamp: 'clipByValue',
  numpy: 'dataSync',
  unsqueeze: 'expandDims',
  view: 'reshape',
  permute: 'transpose',
  item: 'dataSync()[0]',
  dims: 'shape',
  ndim: 'rank',
};

const OF_ARRAYS: ReadonlySet<string> = new Set(
  'length map forEach reduce reduceRight filter push pop some every find findIndex indexOf includes join entries keys values flatMap sort'.split(
    ' ',
  ),
);

/** Numbers' methods, and those of other libraries that have no counterpart. */
const OF_OTHERS = /^(toFixed|toPrecision|toLocaleString|detach|backward|requiresGrad|requires_grad|grad|cuda|cpu|contiguous)$/;

/** Members that are not in our tables and exist, or once existed. */
const OTHERS =
  /Strict$|^(id|dataId|strides|kept|scopeId|variable|name|trainable|save|get|set|locToIndex|bytes|dataToGPU|throwIfDisposed|tensor|constructor|then|toJSON|hasOwnProperty|valueOf|__\w+)$/;

type Member = NonNullable<ReturnType<Library['tensorMember']>>;

/** A member that no tensor has: it is undefined, and calling it throws. Undefined where that is not sure. */
export function missingMember(x: TensorValue, name: string, known: readonly string[]): Member | undefined {
  const detail = detailOf(name, known);
  if (detail === undefined) return undefined;
  const get = (c: CallContext): Value => {
    if (c.build.node(x.node).op === 'input' && OF_ARRAYS.has(name)) return c.unknown(USED_AS_ARRAY);
    return c.fail(failure('attribute', 'name', detail, { attribute: name, ...suggested(name, known) }), [x]);
  };
  return { kind: 'property', entry: entry('', get) };
}

function detailOf(name: string, known: readonly string[]): string | undefined {
  if (OTHERS.test(name)) return undefined;
  if (name === 'length') return 'a tensor has no `.length`: use .size or .shape[0]';
  if (OF_ARRAYS.has(name)) return `a tensor has no \`.${name}\`, it is no array: use the methods of tensors, or tf.unstack`;
  if (OF_OTHERS.test(name)) return `a tensor of TensorFlow.js has no \`.${name}\``;
  const instead = insteadOf(name, known);
  return instead === undefined ? undefined : `tensors of TensorFlow.js have no \`.${name}\`: it is \`.${instead}\``;
}

function suggested(name: string, known: readonly string[]): Readonly<Record<string, string>> {
  const suggestion = insteadOf(name, known);
  return suggestion === undefined ? {} : { suggestion };
}

function insteadOf(name: string, known: readonly string[]): string | undefined {
  if (Object.hasOwn(OTHERWISE, name)) return OTHERWISE[name];
  const plain = plainName(name);
  return known.find((each) => plainName(each) === plain);
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
