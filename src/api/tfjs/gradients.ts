/** Owns TensorFlow.js's gradients as a loss calls them: grad, grads and their values. */
import { gradient } from '../../graph/gradient';
import { failure } from '../../graph/primitive';
import type { ApiEntry, CallContext } from '../../value/api';
import { dict, list, type TensorValue, type Value } from '../../value/value';
import { knownValue } from '../args';
import { type ApiTable, entry } from '../table';
import { asFloat, tensorLike } from './tensorLike';

/** The function's value and its gradients; y counts as the sum of its elements unless dy is given. */
function differentiate(c: CallContext, f: Value, given: readonly Value[], dy: Value): { value: TensorValue; grads: TensorValue[] } {
  const inputs = given.map((each) => c.emit('identity', [asFloat(c, tensorLike(c, each, 'x'))]));
  const result = knownValue(c, c.call(f, inputs));
  if (result.kind !== 'tensor') return c.fail(failure('not-a-tensor', 'type', 'the function must return a tensor'));
  const seed = dy.kind === 'none' ? undefined : tensorLike(c, dy, 'dy').node;
  const found = gradient(
    c.build,
    result.node,
    inputs.map(({ node }) => node),
    seed,
  );
  const grads = found.map((node) =>
    node === null
      ? c.fail(
          failure('no-gradient', 'value', 'Cannot compute gradient of y=f(x) with respect to x: f must enclose all operations from x to y'),
        )
      : c.wrap(node),
  );
  return { value: result, grads };
}

/** A function of one tensor, or of a list of them. */
function derived(several: boolean, result: (value: TensorValue, grads: readonly TensorValue[]) => Value): ApiEntry {
  return entry('f', (_c, a) => {
    const f = a.value('f');
    const call = entry('x, dy=None', (c, b) => {
      const given = several ? b.items('x') : [b.value('x')];
      const { value, grads } = differentiate(c, f, given, b.value('dy'));
      return result(value, grads);
    });
    return { kind: 'native', name: 'gradient', entry: call };
  });
}

const only = (grads: readonly TensorValue[]): Value => grads[0] ?? list([]);

export const TFJS_GRADIENTS: ApiTable = {
  'tfjs.grad': derived(false, (_value, grads) => only(grads)),
  'tfjs.grads': derived(true, (_value, grads) => list(grads)),
  'tfjs.valueAndGrad': derived(false, (value, grads) =>
    dict([
      ['value', value],
      ['grad', only(grads)],
    ]),
  ),
  'tfjs.valueAndGrads': derived(true, (value, grads) =>
    dict([
      ['value', value],
      ['grads', list(grads)],
    ]),
  ),
};
