/** Owns the batch that `run` evaluates on: a file's, or one drawn from what is assumed about the inputs. */
import { readFileSync } from 'node:fs';
import type { Span } from '../base/span';
import type { CheckedLoss } from '../check/result';
import type { RunInput } from '../run/protocol';
import { shapeText } from '../shape/shapeText';
import type { RunCommand } from './options';

/** Input that cannot be evaluated: a batch that is broken, a source that does not parse. */
export class InputError extends Error {
  constructor(
    message: string,
    readonly span: Span | null,
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

/** As `--shapes` has it: the batch's own sizes. */
export function shapesOf({ inputs }: Batch): string {
  return inputs
    .filter(({ role }) => role !== 'closure')
    .map(({ role, tensor }) => `${role} ${shapeText(tensor.shape)} ${tensor.dtype}`)
    .join(', ');
}

export async function batchFromFile(_file: string): Promise<Batch> {
  readFileSync(_file);
  throw new InputError('not yet', null);
}

export async function sampleBatch(_loss: CheckedLoss | undefined, _command: RunCommand, _document: string): Promise<Batch> {
  throw new InputError('not yet', null);
}
