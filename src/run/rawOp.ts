/** Owns access to TensorFlow's own ops on the node backend, also those that tfjs lacks. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { at } from '../base/assert';
import type { KernelContext, RawAttr } from '../graph/primitive';

/** tfjs-node's form of an op attribute. */
interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface NativeBackend {
  executeSingleOutput(op: string, attrs: readonly OpAttr[], inputs: readonly tfjs.TensorInfo[]): tfjs.TensorInfo;
  executeMultipleOutputs(op: string, attrs: readonly OpAttr[], inputs: readonly tfjs.TensorInfo[], count: number): readonly tfjs.Tensor[];
}

const ATTR_TYPES: Readonly<Record<RawAttr['type'], string>> = {
  dtype: 'TF_ATTR_TYPE',
  int: 'TF_ATTR_INT',
  ints: 'TF_ATTR_INT',
  float: 'TF_ATTR_FLOAT',
  bool: 'TF_ATTR_BOOL',
  string: 'TF_ATTR_STRING',
};

const DTYPES: Readonly<Record<string, string>> = {
  float32: 'TF_FLOAT',
  int32: 'TF_INT32',
  bool: 'TF_BOOL',
  complex64: 'TF_COMPLEX64',
  int64: 'TF_INT64',
  string: 'TF_STRING',
};

export function rawOp(backend: unknown, binding: unknown): NonNullable<KernelContext['raw']> {
  const native = backend as NativeBackend;
  const constants = binding as Readonly<Record<string, number>>;
  const constant = (name: string): number => {
    const value = constants[name];
    if (value === undefined) throw new Error(`tfjs-node has no ${name}`);
    return value;
  };
  const attribute = (name: string, attr: RawAttr): OpAttr => ({
    name,
    type: constant(ATTR_TYPES[attr.type]),
    value: attr.type === 'dtype' ? constant(DTYPES[attr.value] ?? attr.value) : attr.value,
  });
  return (op, inputs, attrs, output) => {
    const list = Object.entries(attrs).map(([name, attr]) => attribute(name, attr));
    if (!output) return native.executeSingleOutput(op, list, inputs) as tfjs.Tensor;
    return at(native.executeMultipleOutputs(op, list, inputs, output.of), output.index);
  };
}
