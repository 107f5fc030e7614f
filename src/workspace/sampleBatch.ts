/** Owns the batch that `run` evaluates on: a file's, or one drawn from what is assumed about the inputs. */
import type { Span } from '../base/span';
import { type Content, parseContent } from '../batch/content';
import { drawBatch } from '../batch/drawBatch';
import { isBatchError, type TensorData } from '../batch/tensorData';
import type { CheckedLoss } from '../check/result';
import type { RunInput } from '../run/protocol';
import { positionText } from '../run/statistics';
import { BATCH, symbol } from '../shape/dim';
import { shapeText } from '../shape/shapeText';

/** Input that cannot be evaluated: a batch that is broken, a source that does not parse. */
export class InputError extends Error {
  constructor(
    message: string,
    readonly span: Span | null = null,
  ) {
    super(message);
  }
}

export interface Batch {
  readonly inputs: readonly RunInput[];
  /** Where it comes from, for the report. */
  readonly source: string;
  /** `y_pred at [2, 0]`: the first NaN; null: there is none. */
  readonly notANumber: string | null;
}

/** As `--shapes` has it: the batch's own sizes; null when the file names its inputs otherwise. */
export function shapesOf(tensors: Tensors): string | null {
  const { y_true: truth, y_pred: prediction } = tensors;
  if (truth === undefined || prediction === undefined) return null;
  const text = (name: string, { shape, dtype }: TensorData): string => `${name} ${shapeText(shape)} ${dtype}`;
  return `${text('y_true', truth)}, ${text('y_pred', prediction)}`;
}

export type Tensors = Readonly<Record<string, TensorData>>;

type SampledInput = Pick<CheckedLoss['inputs'][number], 'role' | 'name' | 'type' | 'content'>;

/** What a loss is given of which nothing is known. */
const UNKNOWN_INPUTS: readonly SampledInput[] = ['y_true', 'y_pred'].map((role) => ({
  role,
  name: role,
  type: { shape: [BATCH, symbol('C')], dtype: 'float32' },
  content: 'normal',
}));

/** The sample batch of a checked loss, or the default one. */
export function sampleBatch(loss: CheckedLoss | undefined): Batch {
  const inputs = loss?.inputs ?? UNKNOWN_INPUTS;
  const wanted = inputs.map(({ role, type, content }) => ({
    name: role,
    shape: type.shape,
    dtype: type.dtype,
    content: contentOf(content),
  }));
  const drawn = drawBatch(wanted, { sizes: loss?.sizes ?? {}, seed: loss?.seed ?? 0 });
  if (isBatchError(drawn)) throw new InputError(`the sample batch cannot be drawn: ${drawn.message}`, loss?.nameSpan ?? null);
  const sizes = Object.entries(drawn.sizes).map(([name, size]) => `${name}=${size}`);
  return batchOf(drawn.tensors, inputs, `sample batch${sizes.length > 0 ? ` ${sizes.join(', ')}` : ''}`);
}

function contentOf(text: string): Content {
  const content = parseContent(text);
  return 'message' in content ? { kind: 'normal' } : content;
}

/** `tensors` by role, or by the name under which the loss's source has them. */
export function batchOf(tensors: Tensors, named: readonly Pick<SampledInput, 'role' | 'name'>[], source: string): Batch {
  const inputs = Object.entries(tensors).map(([given, tensor]): RunInput => {
    const known = named.find((each) => each.role === given) ?? named.find((each) => each.name === given);
    const role = known?.role ?? given;
    return { name: known?.name ?? given, role: isArgument(role) || role === 'sample_weight' ? role : 'closure', tensor };
  });
  for (const role of ARGUMENTS) {
    if (!inputs.some((input) => input.role === role))
      throw new InputError(`${source} has no ${role}; it has ${Object.keys(tensors).join(', ') || 'nothing'}`);
  }
  return { inputs, source, notANumber: firstNotANumber(inputs) };
}

const ARGUMENTS = ['y_true', 'y_pred'] as const;

function isArgument(role: string): role is (typeof ARGUMENTS)[number] {
  return role === 'y_true' || role === 'y_pred';
}

function firstNotANumber(inputs: readonly RunInput[]): string | null {
  for (const { role, name, tensor } of inputs) {
    const index = tensor.data.findIndex(Number.isNaN);
    if (index >= 0) return `${role === 'closure' ? name : role} at ${positionText(index, tensor.shape)}`;
  }
  return null;
}
