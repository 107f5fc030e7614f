/**
 * Owns convolutions, channels last: conv(x, filter), depthwiseConv(x, filter) and their gradients convInputGradient(dy, filter),
 * convFilterGradient(x, dy) and the same for depthwise. The three express each other, so every order of derivative exists.
 */
import { compareDims, type Dim, dimText, divideExactly, multiplyDims } from '../../shape/dim';
import type { Shape, TensorType } from '../../shape/shape';
import type { Attrs } from '../graph';
import { type Failure, failure, type Inferred, type Primitive } from '../primitive';
import { shapeAttr } from './attrs';
import { checkRank, checkShapes, checkSizes, typeAt } from './checks';
import { contract, type Role } from './convolutionKernel';
import { checkDtype, checkSameDtype, FLOATS, firstFailure, rankFailure } from './inferring';
import { outputSizes, windowAttrs } from './window';

/** What tells conv and depthwiseConv apart: their names and what their filters' last two sizes mean. */
export interface Convolution {
  readonly name: string;
  readonly depthwise: boolean;
}

const CONV: Convolution = { name: 'conv', depthwise: false };
const DEPTHWISE: Convolution = { name: 'depthwiseConv', depthwise: true };

/** The shape of the output of a convolution of these shapes. */
function outputShape({ name, depthwise }: Convolution, x: Shape, filter: Shape, attrs: Attrs): Shape | Failure {
  const spatial = filter.length - 2;
  if (spatial < 1 || spatial > 3) return rankFailure(`${name} needs a filter of rank 3 to 5, not ${filter.length}`, filter.length);
  if (x.length !== filter.length)
    return rankFailure(`${name} with a filter of rank ${filter.length} needs an input of that rank, not ${x.length}`, x.length);
  const sizes = outputSizes(x.slice(1, -1), filter.slice(0, -2), windowAttrs(attrs, spatial), name);
  if (isRefused(sizes)) return sizes;
  const [cin = 1, fin = 1, fout = 1] = [x.at(-1), filter.at(-2), filter.at(-1)];
  const wrong = depthwise
    ? checkSizes(cin, fin, `${name}: the channels of input and filter`)
    : (channelsFailure(cin, fin) ?? groupsFailure(cin, fin, fout));
  return wrong ?? [x[0] ?? 1, ...sizes, depthwise ? multiplyDims(fin, fout) : fout];
}

function channelsFailure(input: Dim, filter: Dim): Failure | undefined {
  if (compareDims(input, filter) === 'equal' || divideExactly(input, filter) !== undefined) return undefined;
  const detail = `conv: the input's depth ${dimText(input)} must be a multiple of the filter's ${dimText(filter)}`;
  const found = failure('shape-mismatch', 'shape', detail, { input: dimText(input), filter: dimText(filter) });
  const comparison = compareDims(input, filter);
  return comparison === 'unknown' ? undefined : { ...found, certainty: comparison === 'different' ? 'certain' : 'coincidental' };
}

/** Where the filter is less deep than the input, its outputs are shared out among as many groups. */
function groupsFailure(input: Dim, filter: Dim, output: Dim): Failure | undefined {
  if (typeof input !== 'number' || typeof filter !== 'number' || typeof output !== 'number' || filter === 0) return undefined;
  const groups = input / filter;
  if (!Number.isInteger(groups) || groups === 0 || output % groups === 0) return undefined;
  const detail = `conv: the filter's depth ${filter} is not the input's ${input}: these are ${groups} groups, among which ${output} outputs cannot be shared out. To filter each channel by itself use a depthwise convolution`;
  return { ...failure('shape-mismatch', 'shape', detail, { input: dimText(input), filter: dimText(filter) }), certainty: 'certain' };
}

function isRefused(value: Shape | Failure): value is Failure {
  return 'code' in value;
}

function inferForward(kind: Convolution, types: readonly TensorType[], attrs: Attrs): Inferred {
  const [x, filter] = [typeAt(types, 0), typeAt(types, 1)];
  const wrong = checkSameDtype(types) ?? checkDtype(kind.name, x.dtype, FLOATS);
  const shape = wrong ?? outputShape(kind, x.shape, filter.shape, attrs);
  return isRefused(shape) ? shape : { shape, dtype: x.dtype };
}

/** A gradient's type is the shape it was asked for, if the convolution of it gives dy's shape. */
function inferGradient(kind: Convolution, x: Shape, filter: Shape, dy: TensorType, wanted: Shape, attrs: Attrs): Inferred {
  const shape = outputShape(kind, x, filter, attrs);
  if (isRefused(shape)) return shape;
  const wrong = firstFailure(checkDtype(kind.name, dy.dtype, FLOATS), checkRank(dy, shape.length, 'the output gradient'));
  return (
    wrong ?? checkShapes(dy.shape, shape, `the gradient of ${kind.name} needs the output's shape`) ?? { shape: wanted, dtype: dy.dtype }
  );
}

function family(kind: Convolution): readonly Primitive[] {
  const byInput = `${kind.name}InputGradient`;
  const byFilter = `${kind.name}FilterGradient`;
  const kernel =
    (role: Role): Primitive['kernel'] =>
    (inputs, context) =>
      contract(kind, role, inputs, context);
  return [
    {
      name: kind.name,
      infer: (types, attrs) => inferForward(kind, types, attrs),
      gradient: ({ build, inputs: [x = 0, filter = 0], dy, attrs }) => [
        build.emit(byInput, [dy, filter], { ...attrs, inputShape: build.shape(x) }),
        build.emit(byFilter, [x, dy], { ...attrs, filterShape: build.shape(filter) }),
      ],
      kernel: kernel('output'),
    },
    {
      name: byInput,
      infer: (types, attrs) => {
        const wanted = shapeAttr(attrs, 'inputShape');
        return inferGradient(kind, wanted, typeAt(types, 1).shape, typeAt(types, 0), wanted, attrs);
      },
      gradient: ({ build, inputs: [y = 0, filter = 0], dy, attrs }) => {
        const plain = without(attrs, 'inputShape');
        return [build.emit(kind.name, [dy, filter], plain), build.emit(byFilter, [dy, y], { ...plain, filterShape: build.shape(filter) })];
      },
      kernel: kernel('input'),
    },
    {
      name: byFilter,
      infer: (types, attrs) => {
        const wanted = shapeAttr(attrs, 'filterShape');
        return inferGradient(kind, typeAt(types, 0).shape, wanted, typeAt(types, 1), wanted, attrs);
      },
      gradient: ({ build, inputs: [x = 0, y = 0], dy, attrs }) => {
        const plain = without(attrs, 'filterShape');
        return [build.emit(byInput, [y, dy], { ...plain, inputShape: build.shape(x) }), build.emit(kind.name, [x, dy], plain)];
      },
      kernel: kernel('filter'),
    },
  ];
}

function without(attrs: Attrs, name: string): Attrs {
  return Object.fromEntries(Object.entries(attrs).filter(([key]) => key !== name));
}

export const CONVOLUTION: readonly Primitive[] = [...family(CONV), ...family(DEPTHWISE)];
