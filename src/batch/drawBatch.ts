/** Owns drawing a sample batch: arrays of the stated sizes and contents, the same for the same seed on every machine. */
import { type Dim, dimText, evaluateDim, symbol } from '../shape/dim';
import { type DType, isFloat } from '../shape/dtype';
import { shapeText } from '../shape/shapeText';
import { type Content, contentText } from './content';
import { symbolsOfContent } from './directive';
import { type RandomNumbers, randomNumbers } from './randomNumbers';
import { sizesFor } from './sizes';
import { type Batch, type BatchError, elementCount, type TensorData, tensorData } from './tensorData';

export interface InputToDraw {
  readonly name: string;
  readonly shape: readonly Dim[];
  /** Null: float32, or int32 for labels. */
  readonly dtype: DType | null;
  readonly content: Content;
}

export interface DrawOptions {
  readonly sizes: Readonly<Record<string, number>>;
  readonly seed: number;
}

export interface DrawnBatch {
  readonly tensors: Batch;
  readonly sizes: Readonly<Record<string, number>>;
}

/** More elements than this in one input is a mistake in the comment, not a sample. */
const MOST_ELEMENTS = 2 ** 26;

/** The first input is the one that `same` copies. */
export function drawBatch(inputs: readonly InputToDraw[], options: DrawOptions): DrawnBatch | BatchError {
  const shapes = inputs.flatMap(({ shape, content }) => [shape, symbolsOfContent(content).map((name) => symbol(name))]);
  const sizes = sizesFor(shapes, options.sizes);
  const tensors: Record<string, TensorData> = {};
  for (const input of inputs) {
    const drawn = drawInput(input, sizes, options.seed, Object.values(tensors)[0]);
    if ('message' in drawn) return { message: `${input.name}: ${drawn.message}` };
    tensors[input.name] = drawn;
  }
  return { tensors, sizes: Object.fromEntries(sizes) };
}

function drawInput(
  { name, shape, dtype, content }: InputToDraw,
  sizes: ReadonlyMap<string, number>,
  seed: number,
  first: TensorData | undefined,
): TensorData | BatchError {
  const dims = shape.map((dim) => evaluateDim(dim, sizes) ?? -1);
  const wrong = dims.findIndex((dim) => dim < 0);
  if (wrong >= 0) return { message: `the size ${dimText(shape[wrong] ?? 0)} is below 0` };
  if (elementCount(dims) > MOST_ELEMENTS) return { message: `${shapeText(dims)} is too large for a sample batch` };
  if (content.kind === 'same') return copyOf(first, dims, dtype);
  const type = dtype ?? (content.kind === 'labels' ? 'int32' : 'float32');
  const elements = draw({ content, dims, dtype: type, random: randomNumbers(seed, name), sizes, classes: first?.shape.at(-1) });
  return 'message' in elements ? elements : tensorData(dims, type, elements.values);
}

function copyOf(first: TensorData | undefined, dims: readonly number[], dtype: DType | null): TensorData | BatchError {
  if (first === undefined) return { message: "'same' copies the first input, and this is the first" };
  if (elementCount(first.shape) !== elementCount(dims)) {
    return { message: `'same' copies the first input, whose shape is ${shapeText(first.shape)}, not ${shapeText(dims)}` };
  }
  return tensorData(dims, dtype ?? first.dtype, first.data);
}

interface Drawing {
  readonly content: Content;
  readonly dims: readonly number[];
  readonly dtype: DType;
  readonly random: RandomNumbers;
  readonly sizes: ReadonlyMap<string, number>;
  /** Of the first input, for labels without a number. */
  readonly classes: number | undefined;
}

type Elements = { readonly values: ArrayLike<number> } | BatchError;

function draw(drawing: Drawing): Elements {
  const { content, dims, random } = drawing;
  switch (content.kind) {
    case 'normal':
      return fill(drawing, isFloat(drawing.dtype) ? () => random.normal() : () => random.below(drawing.dtype === 'bool' ? 2 : 10));
    case 'logits':
      return fill(drawing, () => 2 * random.normal());
    case 'unit':
      return fill(drawing, () => 0.05 + 0.9 * random.uniform());
    case 'uniform':
      return fill(drawing, () => content.low + (content.high - content.low) * random.uniform());
    case 'binary':
      return fill(drawing, () => random.below(2));
    case 'zeros':
      return fill(drawing, () => 0);
    case 'ones':
      return fill(drawing, () => 1);
    case 'softmax':
      return rows(dims, (size) => softmaxRow(size, random));
    case 'onehot':
      return rows(dims, (size) => oneHotRow(size, random));
    case 'labels':
      return drawLabels(drawing, content.classes);
    case 'concat':
      return drawConcat(drawing, content.parts);
    case 'rows':
      return repeatRows(content, dims);
    case 'same':
      return { message: "'same' cannot be a part of concat" };
  }
}

function fill({ dims }: Drawing, element: () => number): Elements {
  return { values: Float64Array.from({ length: elementCount(dims) }, element) };
}

/** Draws along the last axis. */
function rows(dims: readonly number[], row: (size: number) => readonly number[]): Elements {
  const size = dims.at(-1) ?? 1;
  const values = new Float64Array(elementCount(dims));
  for (let at = 0; size > 0 && at < values.length; at += size) values.set(row(size), at);
  return { values };
}

function softmaxRow(size: number, random: RandomNumbers): readonly number[] {
  const exponentials = Array.from({ length: size }, () => Math.exp(random.normal()));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

function oneHotRow(size: number, random: RandomNumbers): readonly number[] {
  const hot = random.below(size);
  return Array.from({ length: size }, (_, i) => (i === hot ? 1 : 0));
}

function drawLabels(drawing: Drawing, classes: Dim | null): Elements {
  const count = classes === null ? (drawing.classes ?? 5) : (evaluateDim(classes, drawing.sizes) ?? 0);
  if (count < 1) return { message: 'labels need at least one class' };
  return fill(drawing, () => drawing.random.below(count));
}

function drawConcat(drawing: Drawing, parts: readonly { readonly content: Content; readonly size: Dim }[]): Elements {
  const last = drawing.dims.at(-1);
  const widths = parts.map((part) => evaluateDim(part.size, drawing.sizes) ?? 0);
  const sum = widths.reduce((total, width) => total + width, 0);
  if (last === undefined || sum !== last) {
    return { message: `the parts of concat have ${sum} columns together, the last axis has ${last ?? 'none'}` };
  }
  const lead = drawing.dims.slice(0, -1);
  const values = new Float64Array(elementCount(drawing.dims));
  let column = 0;
  for (const [i, part] of parts.entries()) {
    const width = widths[i] ?? 0;
    const drawn = draw({ ...drawing, content: part.content, dims: [...lead, width] });
    if ('message' in drawn) return { message: `${contentText(part.content)}: ${drawn.message}` };
    for (let row = 0; row < elementCount(lead); row++) {
      for (let k = 0; k < width; k++) values[row * last + column + k] = drawn.values[row * width + k] ?? 0;
    }
    column += width;
  }
  return { values };
}

/** The inner sizes must be the stated ones; rows are repeated to fill the batch. */
function repeatRows(content: Extract<Content, { readonly kind: 'rows' }>, dims: readonly number[]): Elements {
  const [, ...inner] = content.shape;
  const [, ...wanted] = dims;
  if (content.shape.length !== dims.length || inner.join() !== wanted.join()) {
    return { message: `the values written out have shape ${shapeText(content.shape)}, not ${shapeText(dims)}` };
  }
  const length = elementCount(dims);
  if (content.values.length === 0 && length > 0) return { message: 'no values are written out' };
  return { values: Float64Array.from({ length }, (_, i) => content.values[i % content.values.length] ?? 0) };
}
