/** Owns reading a batch file. */
import { readFileSync } from 'node:fs';
import { isBatchError } from '../batch/tensorData';
import { InputError, type Tensors } from './sampleBatch';

export async function readBatchFile(file: string): Promise<Tensors> {
  const { readBatch } = await import('../batch/readBatch');
  const batch = readBatch(file, bytesOf(file));
  if (isBatchError(batch)) throw new InputError(`${file}: ${batch.message}`);
  return batch;
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InputError(missing ? `${file} does not exist` : `${file} cannot be read`);
  }
}
