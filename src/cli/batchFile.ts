/** Owns reading a batch file for the command line. */
import { readFileSync } from 'node:fs';
import { BATCH_DTYPES, elementCount, type TensorData, tensorData } from '../batch/tensorData';
import { dtypeNamed } from '../shape/dtype';
import { InputError, type Tensors } from './batch';

export function readBatchFile(file: string): Tensors {
  const raw = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { shape: number[]; dtype: string; data: (number | string)[] }>;
  const tensors: Record<string, TensorData> = {};
  for (const [name, one] of Object.entries(raw)) {
    const dtype = dtypeNamed(one.dtype);
    if (dtype === undefined || !BATCH_DTYPES.includes(dtype)) throw new InputError(`${name}: dtype ${one.dtype}`);
    if (elementCount(one.shape) !== one.data.length) throw new InputError(`${name}: ${one.data.length} elements for its shape`);
    tensors[name] = tensorData(one.shape, dtype, one.data.map(Number));
  }
  return tensors;
}
