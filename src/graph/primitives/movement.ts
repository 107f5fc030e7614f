/** Owns the ops that only change a tensor's shape or repeat it: reshape, transpose, broadcastTo, expandDims, squeeze, tile, reverse. */
import { normalizeAxes, normalizeAxis } from '../../shape/axis';
import { compareDims, type Dim, dimText, divideExactly, floorDivideDims, multiplyDims, productOfDims } from '../../shape/dim';
import { type Shape, sizeOf, type TensorType } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import type { Attrs } from '../graph';
import { type Failure, failure, type Inferred, type Primitive } from '../primitive';
import { numberAttr, numbersAttr, shapeAttr, sizes } from './attrs';
import { only } from './elementwise';
import { stridesOf } from './hostKernels';
import { axisFailure, broadcastOrFail, checkDims, isShape } from './inferring';
import { sumToShape } from './sumToShape';
import { readView, reshaping, sameRange, viewing } from './views';

/** Resolves the one -1 of a reshape; sizes that do not fit are the failure `reshape-size`. */
function resolveReshape(from: Shape, wanted: Shape): Shape | Failure {
  const total = sizeOf(from);
  const rest = wanted.filter((dim) => dim !== -1);
  const facts = { from: shapeText(from), size: dimText(total), to: shapeText(wanted) };
  const refuse = (why: string) =>
    failure(
      'reshape-size',
      'shape',
      `${shapeText(from)} with ${dimText(total)} elements cannot become ${shapeText(wanted)}: ${why}`,
      facts,
    );
  if (wanted.some((dim) => typeof dim === 'number' && dim < -1)) return refuse('a size is negative');
  if (wanted.length - rest.length > 1) return refuse('only one size may be -1');
  const known = productOfDims(rest);
  if (wanted.length === rest.length) return checkDims(total, known, refuse) ?? wanted;
  const missing = missingDim(total, known);
  return missing === undefined
    ? refuse(`${dimText(known)} does not divide ${dimText(total)}`)
    : wanted.map((dim) => (dim === -1 ? missing : dim));
}

/** The size that -1 stands for; undefined if there is none. Symbolic sizes that may divide are given the benefit of the doubt. */
function missingDim(total: Dim, known: Dim): Dim | undefined {
  if (known === 0) return total === 0 ? 0 : undefined;
  return typeof total === 'number' && typeof known === 'number' ? divideExactly(total, known) : floorDivideDims(total, known);
}

function inferTranspose(x: TensorType, attrs: Attrs): Inferred {
  const permutation = numbersAttr(attrs, 'permutation');
  const rank = x.shape.length;
  const axes = permutation.map((axis) => normalizeAxis(axis, rank));
  if (permutation.length !== rank || new Set(axes).size !== rank || axes.includes(undefined)) {
    return failure('transpose', 'shape', `[${permutation.join(', ')}] is not an order of the ${rank} axes`, { rank });
  }
  return { shape: axes.map((axis) => x.shape[axis ?? 0] ?? 1), dtype: x.dtype };
}

function permutationOf(attrs: Attrs, rank: number): number[] {
  return numbersAttr(attrs, 'permutation').map((axis) => normalizeAxis(axis, rank) ?? axis);
}

function inferBroadcastTo(x: TensorType, attrs: Attrs): Inferred {
  const wanted = shapeAttr(attrs);
  const shape = broadcastOrFail(x.shape, wanted);
  if (!isShape(shape)) return shape;
  const shrinks = shape.length > wanted.length || wanted.some((dim, i) => dim === 1 && compareDims(shape[i] ?? 1, 1) !== 'equal');
  if (!shrinks) return { shape: wanted, dtype: x.dtype };
  return failure('broadcast', 'shape', `${shapeText(x.shape)} does not broadcast to ${shapeText(wanted)}`, {
    leftShape: shapeText(x.shape),
    rightShape: shapeText(wanted),
  });
}

function inferSqueeze(x: TensorType, attrs: Attrs): Inferred {
  if (attrs.axes === null || attrs.axes === undefined) return { shape: x.shape.filter((dim) => dim !== 1), dtype: x.dtype };
  const found = normalizeAxes(numbersAttr(attrs, 'axes'), x.shape.length);
  if ('invalid' in found) return axisFailure(found.invalid, x.shape.length);
  for (const axis of found.axes) {
    const dim = x.shape[axis] ?? 1;
    const wrong = checkDims(dim, 1, () =>
      failure('squeeze', 'shape', `axis ${axis} has size ${dimText(dim)}, only axes of size 1 can be squeezed`, {
        axis,
        size: dimText(dim),
      }),
    );
    if (wrong) return wrong;
  }
  return { shape: x.shape.filter((_, axis) => !found.axes.includes(axis)), dtype: x.dtype };
}

function inferTile(x: TensorType, attrs: Attrs): Inferred {
  const multiples = shapeAttr(attrs, 'multiples');
  if (multiples.length !== x.shape.length) {
    const detail = `tile needs one multiple for each of the ${x.shape.length} axes, not ${multiples.length}`;
    return failure('tile', 'shape', detail, { rank: x.shape.length, multiples: multiples.length });
  }
  return { shape: x.shape.map((dim, i) => multiplyDims(dim, multiples[i] ?? 1)), dtype: x.dtype };
}

function reversedAxes(attrs: Attrs, rank: number): readonly number[] {
  const found = normalizeAxes(numbersAttr(attrs, 'axes'), rank);
  return 'axes' in found ? found.axes : [];
}

export const MOVEMENT: readonly Primitive[] = [
  reshaping({
    name: 'reshape',
    infer: (x, attrs) => {
      const shape = resolveReshape(x.shape, shapeAttr(attrs));
      return isShape(shape) ? { shape, dtype: x.dtype } : shape;
    },
    gradient: ({ build, x, dy }) => build.reshape(dy, build.shape(x)),
  }),
  reshaping({
    name: 'expandDims',
    infer: (x, attrs) => {
      const axis = numberAttr(attrs, 'axis');
      const at = normalizeAxis(axis, x.shape.length + 1);
      if (at === undefined) return axisFailure(axis, x.shape.length + 1);
      return { shape: [...x.shape.slice(0, at), 1, ...x.shape.slice(at)], dtype: x.dtype };
    },
    gradient: ({ build, x, dy }) => build.reshape(dy, build.shape(x)),
  }),
  reshaping({ name: 'squeeze', infer: inferSqueeze, gradient: ({ build, x, dy }) => build.reshape(dy, build.shape(x)) }),
  viewing({
    name: 'transpose',
    infer: inferTranspose,
    gradient: ({ build, dy, attrs, x }) => {
      const permutation = permutationOf(attrs, build.shape(x).length);
      return build.transpose(
        dy,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      );
    },
    view: (shape, attrs) => ({ strides: permutationOf(attrs, shape.length).map((axis) => stridesOf(shape)[axis] ?? 1), start: 0 }),
    node: (x, { tf, attrs }) => tf.transpose(x, permutationOf(attrs, x.rank)),
  }),
  viewing({
    name: 'broadcastTo',
    infer: inferBroadcastTo,
    gradient: ({ build, x, dy }) => sumToShape(build, dy, build.shape(x)),
    view: (shape, _attrs, output) => {
      const [own, added] = [stridesOf(shape), output.length - shape.length];
      return { strides: output.map((_, axis) => (axis < added || shape[axis - added] === 1 ? 0 : (own[axis - added] ?? 0))), start: 0 };
    },
    node: (x, { raw, tf }, output) =>
      raw?.('BroadcastTo', [x, tf.tensor1d(output, 'int32')], {
        T: { type: 'dtype', value: x.dtype },
        Tidx: { type: 'dtype', value: 'int32' },
      }),
  }),
  viewing({
    name: 'reverse',
    infer: (x, attrs) => {
      const found = normalizeAxes(numbersAttr(attrs, 'axes'), x.shape.length);
      return 'invalid' in found ? axisFailure(found.invalid, x.shape.length) : x;
    },
    gradient: ({ build, dy, attrs }) => build.emit('reverse', [dy], attrs),
    view: (shape, attrs) => {
      const [own, axes] = [stridesOf(shape), reversedAxes(attrs, shape.length)];
      const strides = own.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
      return { strides, start: axes.reduce((sum, axis) => sum + (own[axis] ?? 0) * ((shape[axis] ?? 1) - 1), 0) };
    },
    node: (x, { tf, attrs }) => (x.rank > 0 ? tf.reverse(x, [...reversedAxes(attrs, x.rank)]) : x.clone()),
  }),
  {
    name: 'tile',
    infer: ([x], attrs) => inferTile(only([x]), attrs),
    // Seen as (m0, d0, m1, d1, …), the copies are axes of their own: sum over them.
    gradient: ({ build, inputs, dy, attrs }) => {
      const x = only(inputs);
      const shape = build.shape(x);
      const multiples = shapeAttr(attrs, 'multiples');
      const split = build.reshape(
        dy,
        shape.flatMap((dim, axis) => [multiples[axis] ?? 1, dim]),
      );
      return [
        build.sum(
          split,
          shape.map((_, axis) => 2 * axis),
        ),
      ];
    },
    range: sameRange,
    kernel: ([input], { tf, attrs }) => {
      const x = only([input]);
      const multiples = sizes(shapeAttr(attrs, 'multiples'));
      const strides = stridesOf(x.shape);
      const repeated = x.shape.flatMap((dim, axis) => [multiples[axis] ?? 1, dim]);
      const view = { strides: strides.flatMap((stride) => [0, stride]), start: 0 };
      const output = x.shape.map((dim, axis) => dim * (multiples[axis] ?? 1));
      return tf.reshape(readView(tf, x, view, repeated), output);
    },
  },
];
