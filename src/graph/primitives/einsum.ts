/** Owns einsum: reading the equation, its shape rule, its gradient (an einsum again) and a kernel in JavaScript. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { compareDims, type Dim, dimText } from '../../shape/dim';
import type { Shape, TensorType } from '../../shape/shape';
import type { GraphBuilder } from '../build';
import type { Attrs, NodeId } from '../graph';
import { type Failure, failure, type GradientContext, type Inferred, type KernelContext, type Primitive } from '../primitive';
import { stringAttr } from './attrs';
import { rawType } from './elementwise';
import { makeTensor, newValues, product, storageOf, stridedOffsets, stridesOf, valuesOf } from './hostKernels';
import { checkDtype, checkSameDtype, NUMBERS } from './inferring';
import { conjugate, sumToShape } from './sumToShape';

/** Labels of each operand and of the output; the axes of an ellipsis get upper-case Greek letters, from the right. */
interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const BROADCAST_LABELS = 'ΩΨΧΦΥΤΣΡΠΟΞΝΜΛΚΙΘΗΖΕΔΓΒΑ';

export function parseEquation(text: string, ranks: readonly number[]): Equation | Failure {
  const equation = text.replace(/\s+/g, '');
  const refuse = (why: string) => failure('einsum', 'value', `'${text}' ${why}`, { equation: text });
  const match = /^([A-Za-z.,]*)(?:->([A-Za-z.]*))?$/.exec(equation);
  if (!match) return refuse('is not an equation of letters');
  const parts = (match[1] ?? '').split(',');
  if (parts.length !== ranks.length) return refuse(`has ${parts.length} operands, ${ranks.length} are given`);
  const operands: string[][] = [];
  for (const [i, part] of parts.entries()) {
    const labels = labelsOf(part, ranks[i] ?? 0);
    if (labels === undefined) return refuse(`names ${part.replace('...', '').length} axes in '${part}', the operand has rank ${ranks[i]}`);
    operands.push(labels);
  }
  const dots = operands.map(broadcastLabels).reduce((a, b) => (a.length >= b.length ? a : b), []);
  const output = match[2] === undefined ? [...dots, ...singleLetters(operands)] : expand(match[2], dots);
  if (output === undefined || new Set(output).size !== output.length) return refuse('names an output axis twice');
  const unknown = output.find((label) => !operands.some((labels) => labels.includes(label)));
  return unknown === undefined ? { operands, output } : refuse(`names the output axis ${unknown}, which no operand has`);
}

function broadcastLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => BROADCAST_LABELS.includes(label));
}

function labelsOf(part: string, rank: number): string[] | undefined {
  const named = part.replace('...', '');
  if (named.includes('.')) return undefined;
  const hidden = rank - named.length;
  if (hidden < 0 || (hidden > 0 && !part.includes('...'))) return undefined;
  return expand(part, [...BROADCAST_LABELS.slice(0, hidden)].reverse());
}

function expand(part: string, dots: readonly string[]): string[] | undefined {
  const [before = '', after] = part.split('...');
  if (before.includes('.') || after?.includes('.')) return undefined;
  return after === undefined ? [...before] : [...before, ...dots, ...after];
}

/** Without `->`: the letters that appear once, in alphabetical order. */
function singleLetters(operands: readonly (readonly string[])[]): string[] {
  const all = operands.flat().filter((label) => !BROADCAST_LABELS.includes(label));
  return all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
}

/** Sizes by label; broadcast labels may meet size 1. */
function labelSizes(equation: Equation, shapes: readonly Shape[]): Map<string, Dim> | Failure {
  const found = new Map<string, Dim>();
  for (const [i, labels] of equation.operands.entries()) {
    for (const [axis, label] of labels.entries()) {
      const dim = shapes[i]?.[axis] ?? 1;
      const known = found.get(label);
      if (known === undefined || (known === 1 && BROADCAST_LABELS.includes(label))) {
        found.set(label, dim);
        continue;
      }
      const comparison = compareDims(known, dim);
      if (comparison === 'equal' || comparison === 'unknown' || (dim === 1 && BROADCAST_LABELS.includes(label))) continue;
      const wrong = failure('einsum', 'shape', `axis '${label}' has sizes ${dimText(known)} and ${dimText(dim)}`, { label });
      return comparison === 'coincidental' ? { ...wrong, certainty: 'coincidental' } : wrong;
    }
  }
  return found;
}

function inferEinsum(types: readonly TensorType[], attrs: Attrs): Inferred {
  const [first] = types;
  if (first === undefined) return failure('einsum', 'value', 'einsum needs an operand');
  const refused = checkSameDtype(types) ?? checkDtype('einsum', first.dtype, NUMBERS);
  if (refused) return refused;
  const shapes = types.map((type) => type.shape);
  const equation = parseEquation(
    stringAttr(attrs, 'equation'),
    shapes.map((shape) => shape.length),
  );
  if ('code' in equation) return equation;
  const found = labelSizes(equation, shapes);
  return found instanceof Map ? { shape: equation.output.map((label) => found.get(label) ?? 1), dtype: first.dtype } : found;
}

function resolved(attrs: Attrs, shapes: readonly Shape[]): { readonly equation: Equation; readonly found: ReadonlyMap<string, Dim> } {
  const equation = parseEquation(
    stringAttr(attrs, 'equation'),
    shapes.map((shape) => shape.length),
  );
  if ('code' in equation) throw new Error(equation.detail);
  const found = labelSizes(equation, shapes);
  if (!(found instanceof Map)) throw new Error(found.detail);
  return { equation, found };
}

/** In plain letters and with its output, as TensorFlow's own kernel reads it. */
function spell({ operands, output }: Equation): string {
  const used = [...new Set(operands.flat())];
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const text = (labels: readonly string[]) => labels.map((label) => letters[used.indexOf(label)] ?? label).join('');
  return `${operands.map(text).join(',')}->${text(output)}`;
}

function einsumGradient({ build, inputs, dy, attrs }: GradientContext): readonly NodeId[] {
  const { equation, found } = resolved(
    attrs,
    inputs.map((input) => build.shape(input)),
  );
  // Letters do not broadcast: an ellipsis axis of size 1 is stretched before it becomes one.
  const wide = inputs.map((input, i) =>
    build.broadcastTo(
      conjugate(build, input),
      (equation.operands[i] ?? []).map((label) => found.get(label) ?? 1),
    ),
  );
  return wide.map((node, i) =>
    sumToShape(build, operandGradient(build, equation, wide, dy, i, build.shape(node)), build.shape(inputs[i] ?? 0)),
  );
}

/**
 * The einsum of dy and the other operands down to this operand's labels. A label that stands twice in the operand (a diagonal) is
 * put back by an identity matrix; one that stands nowhere else (it was summed away) by ones.
 */
function operandGradient(b: GraphBuilder, equation: Equation, wide: readonly NodeId[], dy: NodeId, index: number, shape: Shape): NodeId {
  const others = equation.operands.map((labels, i) => ({ labels, node: wide[i] ?? 0 })).filter((_, i) => i !== index);
  const factors: { labels: readonly string[]; node: NodeId }[] = [{ labels: equation.output, node: dy }, ...others];
  const own = equation.operands[index] ?? [];
  const target = own.map((label, axis) => {
    if (own.indexOf(label) === axis) return label;
    const copy = `${label}${axis}`;
    factors.push({ labels: [label, copy], node: identityMatrix(b, shape[axis] ?? 1, dy) });
    return copy;
  });
  for (const [axis, label] of target.entries()) {
    if (factors.every(({ labels }) => !labels.includes(label))) {
      factors.push({ labels: [label], node: b.fill(1, [shape[axis] ?? 1], b.dtype(dy)) });
    }
  }
  const operands = factors.map(({ labels }) => labels);
  return b.emit(
    'einsum',
    factors.map(({ node }) => node),
    { equation: spell({ operands, output: target }) },
  );
}

function identityMatrix(b: GraphBuilder, size: Dim, like: NodeId): NodeId {
  const range = b.emit('range', [], { start: 0, step: 1, size, dtype: 'int32' });
  const same = b.emit('equal', [b.reshape(range, [size, 1]), b.reshape(range, [1, size])]);
  return b.cast(same, b.dtype(like));
}

/** Two operands at a time, from the left; TensorFlow's kernel takes no more, and fewer sums are needed so. */
function contract(inputs: readonly tfjs.Tensor[], context: KernelContext): tfjs.Tensor {
  const { equation, found } = resolved(
    context.attrs,
    inputs.map((input) => input.shape),
  );
  const rest = inputs.map((tensor, i) => ({ tensor, labels: equation.operands[i] ?? [] }));
  while (rest.length > 2) {
    const two = rest.splice(0, 2);
    const needed = new Set([...equation.output, ...rest.flatMap(({ labels }) => labels)]);
    const output = [...new Set(two.flatMap(({ labels }) => labels))].filter((label) => needed.has(label));
    rest.unshift({ tensor: contractTwo(two, output, found, context), labels: output });
  }
  return contractTwo(rest, equation.output, found, context);
}

interface Operand {
  readonly tensor: tfjs.Tensor;
  readonly labels: readonly string[];
}

function contractTwo(operands: readonly Operand[], output: readonly string[], found: ReadonlyMap<string, Dim>, context: KernelContext) {
  const count = (label: string) => found.get(label) as number;
  if (!context.raw) return sumProducts(operands, output, count, context);
  const wide = operands.map(({ tensor, labels }) => {
    const shape = labels.map(count);
    return shape.join() === tensor.shape.join() ? tensor : context.tf.broadcastTo(tensor, shape);
  });
  return context.raw('Einsum', wide, {
    N: { type: 'int', value: wide.length },
    equation: { type: 'string', value: spell({ operands: operands.map(({ labels }) => labels), output }) },
    T: rawType(context.inputTypes[0]),
  });
}

/** Visits every combination of labels; sums in double precision. */
function sumProducts(operands: readonly Operand[], output: readonly string[], count: (label: string) => number, context: KernelContext) {
  const summed = [...new Set(operands.flatMap(({ labels }) => labels))].filter((label) => !output.includes(label));
  const tables = operands.map(({ tensor, labels }) => {
    const own = stridesOf(tensor.shape);
    const stride = (label: string) =>
      labels.reduce((sum, l, axis) => (l === label && tensor.shape[axis] !== 1 ? sum + (own[axis] as number) : sum), 0);
    return {
      values: valuesOf(tensor),
      outer: stridedOffsets(output.map(count), output.map(stride)),
      inner: stridedOffsets(summed.map(count), summed.map(stride)),
    };
  });
  const shape = output.map(count);
  const out = newValues(storageOf(context.outputType.dtype), product(shape));
  const rounds = product(summed.map(count));
  for (let i = 0; i < out.length; i++) {
    let total = 0;
    for (let k = 0; k < rounds; k++) {
      let term = 1;
      for (const { values, outer, inner } of tables) term *= values[(outer[i] as number) + (inner[k] as number)] as number;
      total += term;
    }
    out[i] = total;
  }
  return makeTensor(context, out, shape);
}

export const EINSUM: Primitive = {
  name: 'einsum',
  infer: inferEinsum,
  gradient: einsumGradient,
  kernel: contract,
};
