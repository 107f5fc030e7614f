/** Owns the batches that losses of unknown files are tried on, in order of simplicity. */

import { isDirectiveError, parseDirective } from '../../src/batch/directive';
import { drawBatch } from '../../src/batch/drawBatch';
import { isBatchError, type TensorData } from '../../src/batch/tensorData';
import type { RunInput } from '../../src/run/protocol';

const FAMILY: readonly string[] = [
  'y_true (B, 3) unit, y_pred (B, 3) unit; B=4',
  'y_true (B, 5) onehot, y_pred (B, 5) softmax; B=4',
  'y_true (B, 1) binary, y_pred (B, 1) unit; B=4',
  'y_true (B,) labels(5), y_pred (B, 5) softmax; B=4',
  'y_true (B, 6, 4) unit, y_pred (B, 6, 4) unit; B=3',
  'y_true (B, 16, 16, 1) binary, y_pred (B, 16, 16, 1) unit; B=2',
  'y_true (B, 16, 16, 3) onehot, y_pred (B, 16, 16, 3) softmax; B=2',
  'y_true (B, 8, 8, 8, 2) onehot, y_pred (B, 8, 8, 8, 2) softmax; B=2',
];

export function candidateBatches(): readonly (readonly RunInput[])[] {
  return FAMILY.map((text) => {
    const directive = parseDirective(text);
    if (isDirectiveError(directive)) throw new Error(`${text}: ${directive.message}`);
    const wanted = directive.inputs.map((input) => ({ ...input, content: input.content ?? { kind: 'normal' as const } }));
    const drawn = drawBatch(wanted, { sizes: directive.sizes, seed: 7 });
    if (isBatchError(drawn)) throw new Error(`${text}: ${drawn.message}`);
    return (['y_true', 'y_pred'] as const).flatMap((role) => {
      const tensor = drawn.tensors[role];
      return tensor === undefined ? [] : [{ name: role, role, tensor }];
    });
  });
}

/** As batch files have it. */
export function batchJson(inputs: readonly RunInput[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(inputs.map(({ role, tensor }) => [role, tensorJson(tensor)]));
}

function tensorJson({ shape, dtype, data }: TensorData): unknown {
  return { shape, dtype, data: Array.from<number>(data) };
}
