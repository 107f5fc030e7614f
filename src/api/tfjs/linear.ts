/** Owns TensorFlow.js's matrix products, softmax and gradients of its own making. */
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import type { TensorValue, Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { axisOf, expandDims, rankOf, reshape } from '../tensors';
import { argument, asFloat, matched, tensorLike } from './tensorLike';

export const TFJS_LINEAR: ApiTable = {
  'tfjs.matMul': entry('a, b, transposeA=False, transposeB=False', (c, a) => {
    const [x, y] = matched(c, argument(c, a, 'a'), argument(c, a, 'b'));
    return c.emit('matmul', [x, y], { transposeA: a.bool('transposeA'), transposeB: a.bool('transposeB') });
  }),
  'tfjs.dot': entry('t1, t2', (c, a) => dot(c, argument(c, a, 't1'), argument(c, a, 't2'))),
  'tfjs.outerProduct': entry('v1, v2', (c, a) => {
    const [x, y] = matched(c, argument(c, a, 'v1'), argument(c, a, 'v2'));
    return c.emit('matmul', [expandDims(c, x, 1), expandDims(c, y, 0)], { transposeA: false, transposeB: false });
  }),
  'tfjs.einsum': entry('equation, *tensors', (c, a) =>
    c.emit(
      'einsum',
      a.rest.map((item) => tensorLike(c, item, 'tensors')),
      { equation: a.string('equation') },
    ),
  ),
  'tfjs.softmax': entry('logits, dim=-1', (c, a) => {
    const x = argument(c, a, 'logits', 'float32');
    return c.emit('softmax', [x], { axis: lastAxis(c, x, a.int('dim'), 'Softmax') });
  }),
  'tfjs.logSoftmax': entry('logits, axis=-1', (c, a) => {
    const x = asFloat(c, argument(c, a, 'logits'));
    return c.emit('logSoftmax', [x], { axis: lastAxis(c, x, a.int('axis'), 'Log Softmax') });
  }),
  'tfjs.customGrad': entry('f', (_c, a) => customGrad(a.value('f'))),
};

/** TensorFlow.js computes softmax along the last axis only. */
function lastAxis(c: CallContext, x: TensorValue, given: number, what: string): number {
  const axis = axisOf(c, x, given);
  if (axis === rankOf(x) - 1) return axis;
  const detail = `${what} along a non-last dimension is not supported by TensorFlow.js: axis ${given} of rank ${rankOf(x)}`;
  return c.fail(failure('axis-not-supported', 'value', detail, { axis: given, rank: rankOf(x) }), [x]);
}

function dot(c: CallContext, a: TensorValue, b: TensorValue): TensorValue {
  const [x, y] = matched(c, a, b);
  const ranks = [rankOf(x), rankOf(y)];
  if (ranks.some((rank) => rank < 1 || rank > 2))
    return c.fail(failure('rank', 'shape', `tf.dot takes tensors of rank 1 or 2, not ${ranks.join(' and ')}`), [x, y]);
  const left = rankOf(x) === 1 ? expandDims(c, x, 0) : x;
  const right = rankOf(y) === 1 ? expandDims(c, y, 1) : y;
  const product = c.emit('matmul', [left, right], { transposeA: false, transposeB: false });
  return reshape(c, product, [...x.type.shape.slice(0, -1), ...y.type.shape.slice(1)]);
}

/** `tf.customGrad((x, save) => ({ value, gradFunc: (dy, saved) => … }))`. */
function customGrad(f: Value): Value {
  const wrapped: ApiEntry = entry('*args', (c, a) => {
    const inputs = a.rest.map((item) => tensorLike(c, item, 'x'));
    const saved: Value[] = [];
    const save: Value = {
      kind: 'native',
      name: 'save',
      entry: entry('tensors', (_c, given) => {
        saved.push(...given.items('tensors'));
        return { kind: 'none' };
      }),
    };
    const result = knownValue(c, c.call(f, [...inputs, save]));
    const value = c.getAttribute(result, 'value');
    const gradFunc = c.getAttribute(result, 'gradFunc');
    if (value.kind !== 'tensor' || gradFunc.kind === 'none')
      return c.fail(failure('custom-gradient', 'value', 'tf.customGrad needs a function that returns { value, gradFunc }'));
    const output = c.emit('customGradient', [value, ...inputs]);
    c.build.customBackward.set(output.node, (dy) => {
      const given = c.call(gradFunc, [c.wrap(dy), { kind: 'list', items: saved }]);
      const parts = given.kind === 'list' ? given.items : [given];
      return [null, ...inputs.map((_, i) => (parts[i] === undefined ? null : tensorLike(c, parts[i] ?? given, 'gradient').node))];
    });
    return output;
  });
  return { kind: 'native', name: 'customGrad', entry: wrapped };
}
