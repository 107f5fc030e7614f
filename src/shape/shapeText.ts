/** Owns the text form of shapes and types: `(B, 1) float32`. The one printer, and the parser of `--shapes` and caret tests. */
import { BATCH, type Dim, dimText, symbol } from './dim';
import { type DType, dtypeNamed } from './dtype';
import type { Shape, TensorType } from './shape';

export function shapeText(shape: Shape): string {
  return `(${shape.map(dimText).join(', ')}${shape.length === 1 ? ',' : ''})`;
}

export function typeText(type: TensorType): string {
  return `${shapeText(type.shape)} ${type.dtype}`;
}

/** The dims as the JSON of the command line has them: integers or strings. */
export function shapeJson(shape: Shape): (number | string)[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : dim.text));
}

/** Parses `(B, 10) float32`; the dtype may be missing. Undefined if the text has another form. */
export function parseType(text: string): { readonly shape: Shape; readonly dtype: DType | undefined } | undefined {
  const match = /^\s*\(([^)]*)\)\s*([A-Za-z_]\w*)?\s*$/.exec(text);
  if (!match) return undefined;
  const shape = parseDims(match[1] ?? '');
  const dtype = match[2] === undefined ? undefined : dtypeNamed(match[2]);
  if (shape === undefined || (match[2] !== undefined && dtype === undefined)) return undefined;
  return { shape, dtype };
}

/** Parses `B, 10, n`: integers and names; `B` is the batch, `None` too. */
export function parseDims(text: string): Shape | undefined {
  const dims: Dim[] = [];
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    if (/^\d+$/.test(part)) dims.push(Number(part));
    else if (part === 'B' || part === 'None') dims.push(BATCH);
    else if (/^[A-Za-z_]\w*$/.test(part)) dims.push(symbol(part));
    else return undefined;
  }
  return dims;
}
