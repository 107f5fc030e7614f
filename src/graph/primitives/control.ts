/**
 * Owns the ops by which a check trace keeps control flow: they merge what the paths give, let ranges and gradients through, and are
 * never run (a run trace knows every value and unrolls).
 */
import { invariant } from '../../base/assert';
import { compareDims, dimText, symbol } from '../../shape/dim';
import { ANYTHING, union } from '../../shape/range';
import { compareShapes, type Shape, type TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { KernelError } from '../kernelError';
import { failure, type GradientContext, type Inferred, type Primitive } from '../primitive';
import { only } from './elementwise';
import { checkSameDtype } from './inferring';

const neverRun: Primitive['kernel'] = () => {
  throw new KernelError('unsupported', 'control flow is unrolled before it is run');
};

/** One shape for two paths: sizes that differ become one that depends on data. */
function merge(name: string, a: TensorType, b: TensorType): Inferred {
  const refused = checkSameDtype([a, b]);
  if (refused) return refused;
  if (a.shape.length !== b.shape.length) {
    const shapes = `${shapeText(a.shape)} and ${shapeText(b.shape)}`;
    return failure('branch-rank', 'shape', `the two paths of ${name} give ${shapes}: their ranks differ`);
  }
  const shape: Shape = a.shape.map((dim, i) => {
    const other = b.shape[i] ?? 1;
    return compareDims(dim, other) === 'equal' ? dim : symbol(`(${dimText(dim)}|${dimText(other)})`, 'fresh');
  });
  return { shape, dtype: a.dtype };
}

/** Every path counts: each value's gradient is some tensor of its shape that depends on dy. */
function throughEvery({ build, inputs, dy }: GradientContext, values: readonly number[]): readonly (number | null)[] {
  return inputs.map((input, i) => {
    if (!values.includes(i)) return null;
    return compareShapes(build.shape(input), build.shape(dy)) === 'equal' ? dy : build.emit('dependent', [input, dy]);
  });
}

export const CONTROL: readonly Primitive[] = [
  {
    name: 'branch',
    infer: ([, a, b]) => {
      invariant(a && b, 'branch has three inputs');
      return merge('the condition', a, b);
    },
    gradient: (context) => throughEvery(context, [1, 2]),
    noGradient: [0],
    range: ([predicate, a, b]) => {
      if (!a || !b) return ANYTHING;
      if (predicate?.low === 1) return a;
      return predicate?.high === 0 ? b : union(a, b);
    },
    kernel: neverRun,
  },
  {
    name: 'join',
    infer: ([a, b]) => {
      invariant(a && b, 'join has two inputs');
      return merge('the condition', a, b);
    },
    gradient: (context) => throughEvery(context, [0, 1]),
    range: ([a, b]) => (a && b ? union(a, b) : ANYTHING),
    kernel: neverRun,
  },
  {
    name: 'loop',
    infer: ([initial, body]) => {
      invariant(initial && body, 'loop has two inputs');
      return merge('the loop', initial, body);
    },
    gradient: (context) => throughEvery(context, [0, 1]),
    kernel: neverRun,
  },
  {
    name: 'mapped',
    infer: ([x, body]) => {
      invariant(x && body, 'mapped has two inputs');
      const [leading] = x.shape;
      if (leading === undefined) return failure('rank', 'shape', 'a scalar has no elements to map over', { rank: 0 });
      return { shape: [leading, ...body.shape], dtype: body.dtype };
    },
    gradient: (context) => throughEvery(context, [1]),
    noGradient: [0],
    range: ([, body]) => only([body]),
    kernel: neverRun,
  },
  {
    // A tensor like the first input, of unknown values that depend on all inputs.
    name: 'dependent',
    infer: (types) => only(types),
    gradient: (context) =>
      throughEvery(
        context,
        context.inputs.map((_, i) => i),
      ),
    kernel: neverRun,
  },
];
