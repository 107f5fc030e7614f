/** Owns methods and properties of tensors, variables and NumPy arrays. */
import { failure } from '../graph/primitive';
import type { BinaryOp } from '../program/program';
import { isBatch } from '../shape/dim';
import { compareShapes } from '../shape/shape';
import type { ApiEntry, CallContext } from '../value/api';
import type { Library } from '../value/library';
import { boolean, dtypeValue, integer, list, NONE, type ShapeValue, string, type TensorValue, tuple, type Value } from '../value/value';
import { arrayMembers } from './numpy/arrayMembers';
import { binaryOperator } from './operators';
import { sizesOf } from './python/shapeMembers';
import { entry } from './table';
import { rankOf } from './tensors';
import { ensureShape } from './tf/shapes';
import { assignVariable } from './variables';

type Member = NonNullable<ReturnType<Library['tensorMember']>>;

export const tensorMember = (tensor: TensorValue, name: string): ReturnType<Library['tensorMember']> => {
  const shared = Object.hasOwn(SHARED, name) ? SHARED[name] : undefined;
  if (shared) return shared(tensor);
  if (tensor.flavor === 'numpy') return arrayMembers(tensor)[name];
  const own = Object.hasOwn(TENSOR, name) ? TENSOR[name] : undefined;
  if (own) return own(tensor);
  if (arrayMembers(tensor)[name] !== undefined || NOT_TENSORFLOW.test(name)) return arrayOnly(tensor, name);
  return undefined;
};

/** What people try that belongs to other libraries, or are functions and not methods. */
const NOT_TENSORFLOW =
  /^(T|detach|backward|view|permute|unsqueeze|requires_grad|grad|data|log|exp|sqrt|pow|abs|square|sigmoid|softmax|norm|float|double|long|int|values|fill|size|type|contiguous|expand|cat|stack|gather|add|mul|sub|div|iloc|loc)$/;

const property = (get: (c: CallContext) => Value): Member => ({ kind: 'property', entry: entry('', get) });
const method = (signature: string, call: ApiEntry['call']): Member => ({ kind: 'method', entry: entry(signature, call) });

/** The shape; in a graph of Keras the batch size of `.shape` is None. */
export function shapeValue(c: CallContext, x: TensorValue): ShapeValue {
  const { shape } = x.type;
  const staticBatch = c.mode === 'check' && c.keras !== 'none' && x.flavor !== 'numpy' && shape.some(isBatch) ? c.span : undefined;
  return staticBatch === undefined ? { kind: 'shape', dims: shape } : { kind: 'shape', dims: shape, staticBatch };
}

const DUNDER_OPERATORS: Readonly<Record<string, BinaryOp>> = {
  add: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '**',
  matmul: '@',
  and: '&',
  or: '|',
};

function operatorMember(op: BinaryOp, reversed: boolean): (x: TensorValue) => Member {
  return (x) =>
    method('other', (c, a) => (reversed ? binaryOperator(c, op, a.value('other'), x) : binaryOperator(c, op, x, a.value('other'))));
}

const SHARED: Readonly<Record<string, (x: TensorValue) => Member>> = {
  shape: (x) => property((c) => shapeValue(c, x)),
  dtype: (x) => property(() => dtypeValue(x.type.dtype)),
  ndim: (x) => property(() => integer(rankOf(x))),
  __len__: (x) =>
    method('', (c) =>
      x.type.shape[0] === undefined ? c.fail(failure('argument', 'type', 'a scalar has no len()'), [x]) : integer(x.type.shape[0]),
    ),
  __abs__: (x) => method('', (c) => c.emit('abs', [x])),
  __neg__: (x) => method('', (c) => c.emit('negate', [x])),
  ...Object.fromEntries(
    Object.entries(DUNDER_OPERATORS).flatMap(([name, op]) => [
      [`__${name}__`, operatorMember(op, false)],
      [`__r${name}__`, operatorMember(op, true)],
    ]),
  ),
};

const TENSOR: Readonly<Record<string, (x: TensorValue) => Member>> = {
  get_shape: (x) => method('', (c) => shapeValue(c, x)),
  rank: (x) => property(() => integer(rankOf(x))),
  set_shape: (x) =>
    method('shape', (c, a) => {
      ensureShape(c, x, a.value('shape'));
      return NONE;
    }),
  numpy: (x) => method('', (c) => valueInGraph(c, x, '.numpy()')),
  eval: (x) => method('feed_dict=None, session=None', (c) => graphOnly(c, x, 'eval') ?? valueInGraph(c, x, '.eval()')),
  __array__: (x) => method('dtype=None', (c) => valueInGraph(c, x, '__array__()')),
  name: (x) => property((c) => graphOnly(c, x, 'name') ?? string(undefined)),
  device: () => property(() => string(undefined)),
  op: (x) => property((c) => graphOnly(c, x, 'op') ?? c.unknown('the operation behind a tensor')),
  graph: (x) => property((c) => graphOnly(c, x, 'graph') ?? c.unknown('the graph of a tensor')),
  trainable: () => property(() => boolean(true)),
  value: (x) => method('', (c) => c.emit('identity', [x])),
  read_value: (x) => method('', (c) => c.emit('identity', [x])),
  initialized_value: (x) => method('', (c) => c.emit('identity', [x])),
  assign: (x) => assigning(x, null),
  assign_add: (x) => assigning(x, 'add'),
  assign_sub: (x) => assigning(x, 'subtract'),
  cpu: (x) => method('', () => x),
  gpu: (x) => method('', () => x),
  consumers: (x) => method('', (c) => graphOnly(c, x, 'consumers') ?? list([])),
  experimental_ref: (x) => method('', () => x),
  ref: (x) => method('', () => x),
  _shape_tuple: (x) => method('', (c) => tuple(sizesOf(shapeValue(c, x)))),
  _shape_as_list: (x) => method('', (c) => list(sizesOf(shapeValue(c, x)))),
};

/** What eager tensors refuse: they have no graph around them. */
function graphOnly(c: CallContext, x: TensorValue, name: string): undefined {
  if (c.mode === 'check' || c.keras !== 'none' || x.flavor !== 'tensor') return undefined;
  return c.fail(failure('attribute', 'name', `.${name} of a tensor has a meaning in graphs only`, { attribute: name }), [x]);
}

function assigning(x: TensorValue, op: 'add' | 'subtract' | null): Member {
  return method('value, use_locking=False, name=None, read_value=True', (c, a) => {
    if (x.flavor !== 'variable') return c.fail(failure('attribute', 'name', 'a tensor cannot be assigned to: only variables can'), [x]);
    const value = a.tensor('value', x.type.dtype);
    const result = op === null ? value : c.emit(op, [x, value]);
    if (compareShapes(result.type.shape, x.type.shape) === 'different') {
      return c.fail(failure('shape-mismatch', 'shape', 'the value does not have the shape of the variable'), [x, result]);
    }
    return assignVariable(c, x, result);
  });
}

/** The values of a tensor as a NumPy array: in a graph there are none; the trace goes on with them. */
export function valueInGraph(c: CallContext, x: TensorValue, what: string): TensorValue {
  if (c.mode === 'check' && c.keras !== 'none' && c.numbers(x) === undefined) {
    c.note(failure('numpy-in-graph', 'type', `${what} needs values, which tensors do not have inside fit`), [x]);
  }
  return c.wrap(c.emit('stopGradient', [x]).node, 'numpy');
}

/** What arrays have and tensors lack. */
function arrayOnly(x: TensorValue, name: string): Member {
  return property((c) =>
    c.fail(failure('attribute', 'name', `tensors have no attribute '${name}': it is NumPy's`, { attribute: name }), [x]),
  );
}
