/** Owns reading a batch file by its name's ending: .json, .npz, .npy (y_pred alone) or .csv. */
import { readCsvBatch } from './readCsv';
import { readJsonBatch } from './readJson';
import { readNpy, readNpzBatch } from './readNumpy';
import type { Batch, BatchError } from './tensorData';

const READERS: Readonly<Record<string, (bytes: Uint8Array) => Batch | BatchError>> = {
  json: (bytes) => readJsonBatch(decoded(bytes)),
  npz: readNpzBatch,
  npy: (bytes) => {
    const tensor = readNpy(bytes);
    return 'message' in tensor ? tensor : { y_pred: tensor };
  },
  csv: (bytes) => readCsvBatch(decoded(bytes)),
};

/** Never throws; the message does not name the file. */
export function readBatch(fileName: string, bytes: Uint8Array): Batch | BatchError {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const reader = Object.hasOwn(READERS, ending) ? READERS[ending] : undefined;
  if (reader === undefined)
    return {
      message: `a batch file is one of ${Object.keys(READERS)
        .map((each) => `.${each}`)
        .join(', ')}`,
    };
  return reader(bytes);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
