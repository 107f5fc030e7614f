/** Owns the request that has a loss of a file evaluated on a batch: the same from the command line and from the editor. */
import os from 'node:os';
import path from 'node:path';
import { traceName } from '../check/analyze';
import type { CheckedLoss } from '../check/result';
import type { ModuleClosure } from '../program/modules';
import type { RunRequest } from '../run/protocol';
import type { KerasVersion } from '../value/api';
import { readBatchFile } from './batchFile';
import { type Batch, batchOf, sampleBatch } from './sampleBatch';

export interface RunTarget {
  readonly closure: ModuleClosure;
  /** As the user names it. */
  readonly loss: string;
  /** What is known of it; undefined for a name that is no loss by its looks. */
  readonly checked: CheckedLoss | undefined;
  readonly batch: Batch;
  readonly keras: 'auto' | KerasVersion;
  readonly settings?: RunRequest['settings'];
}

export function runRequest({ closure, loss, checked, batch, keras, settings }: RunTarget): RunRequest {
  return {
    closure,
    loss: checked === undefined ? loss : traceName(checked),
    inputs: batch.inputs,
    keras: checked?.keras ?? (keras === 'auto' ? (closure.modules[closure.entry]?.language === 'javascript' ? 'none' : 3) : keras),
    settings: { ...checked?.settings, ...settings },
    memoryLimit: os.totalmem() / 2,
    probes: true,
  };
}

/** The batch that the loss's comment names or describes, else the assumed one. Throws InputError. */
export async function batchFor(loss: CheckedLoss | undefined, document: string): Promise<Batch> {
  if (loss == null || loss.batchFile === null) return sampleBatch(loss);
  const tensors = await readBatchFile(path.resolve(path.dirname(document), loss.batchFile));
  return batchOf(tensors, loss.inputs, loss.batchFile);
}
