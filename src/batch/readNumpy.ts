/** Owns reading NumPy's files: .npz archives and single .npy arrays. */
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import type { DType } from '../shape/dtype';
import { shapeText } from '../shape/shapeText';
import { type Batch, type BatchError, elementCount, type TensorData, tensorData } from './tensorData';

export function readNpzBatch(bytes: Uint8Array): Batch | BatchError {
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes);
  } catch {
    return { message: 'not an .npz file: it is no zip archive, or damaged' };
  }
  const batch: Record<string, TensorData> = {};
  for (const [file, content] of Object.entries(files)) {
    const name = file.replace(/\.npy$/, '');
    const tensor = readNpy(content);
    if ('message' in tensor) return { message: `${name}: ${tensor.message}` };
    batch[name] = tensor;
  }
  return Object.keys(batch).length === 0 ? { message: 'the archive holds no array' } : batch;
}

/** NumPy's type codes without their byte order. */
const CODES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

export function readNpy(bytes: Uint8Array): TensorData | BatchError {
  const header = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 4096)));
  const code = header?.[1];
  if (bytes[0] !== 0x93 || header === null) return { message: 'not an .npy array' };
  if (code === undefined) return { message: 'a structured array; a batch needs plain numbers' };
  const dtype = Object.hasOwn(CODES, code.slice(1)) ? CODES[code.slice(1)] : undefined;
  if (code.startsWith('>') && !/1$/.test(code))
    return { message: `big-endian numbers (${code}); save it with .astype('${code.replace('>', '<')}')` };
  if (dtype === undefined) return { message: `NumPy's type ${code} is no type of numbers that a batch can have` };
  return parsed(bytes, dtype);
}

function parsed(bytes: Uint8Array, dtype: DType): TensorData | BatchError {
  // The library wants a buffer of its own, whose views are aligned.
  const copy = new Uint8Array(bytes).buffer;
  let array: ReturnType<typeof parse>;
  try {
    array = parse(copy);
  } catch {
    return { message: 'a damaged .npy array' };
  }
  const elements = Array.from(array.data as unknown as ArrayLike<number | bigint | boolean>, Number);
  const length = elementCount(array.shape);
  if (elements.length < length)
    return { message: `the shape ${shapeText(array.shape)} needs ${length} elements, the file has ${elements.length}` };
  const exact = elements.slice(0, length);
  return tensorData(array.shape, dtype, array.fortranOrder ? rowMajor(exact, array.shape) : exact);
}

/** Column-major elements in row-major order. */
function rowMajor(elements: readonly number[], shape: readonly number[]): readonly number[] {
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  return elements.map((_, i) => {
    let rest = i;
    let source = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      source += (rest % size) * (strides[axis] ?? 1);
      rest = Math.floor(rest / size);
    }
    return elements[source] ?? 0;
  });
}
