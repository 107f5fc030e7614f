/** Owns reading tables: columns `y_true`, `y_pred`, or `y_true_0`, `y_true_1`, … for several columns of one tensor. */
import papaparse from 'papaparse';
import { type Batch, type BatchError, type TensorData, tensorData } from './tensorData';

export function readCsvBatch(text: string): Batch | BatchError {
  const { data } = papaparse.parse<string[]>(text.trim(), { skipEmptyLines: true });
  const [header, ...rows] = data;
  if (header === undefined || rows.length === 0) return { message: 'the table needs a line of names and at least one row' };
  const batch: Record<string, TensorData> = {};
  for (const [name, columns] of columnsByName(header)) {
    const values: number[] = [];
    for (const [i, row] of rows.entries()) {
      for (const column of columns) {
        const number = cellNumber(row[column]);
        if (number === undefined)
          return { message: `row ${i + 1} of ${header[column]} is ${JSON.stringify(row[column] ?? '')}, which is no number` };
        values.push(number);
      }
    }
    const single = columns.length === 1 && header[columns[0] ?? 0]?.trim() === name;
    batch[name] = tensorData(single ? [rows.length] : [rows.length, columns.length], 'float32', values);
  }
  return batch;
}

function columnsByName(header: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, number[]>();
  for (const [i, cell] of header.entries()) {
    const name = cell.trim().replace(/(?:_|\.|\[)?\d+\]?$/, '');
    columns.set(name, [...(columns.get(name) ?? []), i]);
  }
  return columns;
}

function cellNumber(cell: string | undefined): number | undefined {
  const text = cell?.trim() ?? '';
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
