/** Owns what graph tests share: the backends that can be tested here, and building and evaluating small graphs. */

import type { StoredArray } from '../../src/batch/tensorData';
import { GraphBuilder } from '../../src/graph/build';
import type { Attrs, NodeId } from '../../src/graph/graph';
import { PRIMITIVES } from '../../src/graph/primitives/table';
import { type Backend, loadBackend } from '../../src/run/backends';
import { Evaluator } from '../../src/run/evaluate';
import { cachedRuntime } from '../../src/run/runtimeInstall';
import type { DType } from '../../src/shape/dtype';

/** Always cpu and wasm; TensorFlow where the set-up has provided it. */
export const TESTED_BACKENDS: readonly ('cpu' | 'wasm' | 'node')[] = cachedRuntime() ? ['cpu', 'wasm', 'node'] : ['cpu', 'wasm'];

export async function testBackend(name: 'cpu' | 'node' | 'wasm'): Promise<Backend> {
  const backend = await loadBackend(name, cachedRuntime()?.modulePath ?? null);
  const expected = name === 'node' ? 'tensorflow' : name;
  if (backend.info.name !== expected) throw new Error(`backend ${name} is not there: ${backend.info.reason}`);
  return backend;
}

/** One input of a test: shape, element type and elements. */
export interface TestInput {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly data: ArrayLike<number>;
}

/** A graph with inputs x0, x1 …, and the evaluator that computes it. */
export class TestGraph {
  readonly build = new GraphBuilder(PRIMITIVES);
  readonly inputs: readonly NodeId[];
  private readonly evaluator: Evaluator;

  constructor(backend: Backend, inputs: readonly TestInput[]) {
    this.inputs = inputs.map(({ shape, dtype }, i) => this.build.input(`x${i}`, { shape, dtype: dtype ?? 'float32' }));
    this.evaluator = new Evaluator(backend, new Map(inputs.map((input, i) => [`x${i}`, stored(input)])));
  }

  emit(op: string, attrs: Attrs = {}, inputs: readonly NodeId[] = this.inputs): NodeId {
    return this.build.emit(op, inputs, attrs);
  }

  numbers(node: NodeId): StoredArray {
    return this.evaluator.numbers(this.build, node);
  }

  dispose(): void {
    this.evaluator.dispose();
  }
}

function stored({ dtype = 'float32', data }: TestInput): StoredArray {
  if (dtype === 'bool') return Uint8Array.from(data);
  return dtype.startsWith('float') || dtype === 'bfloat16' ? Float32Array.from(data) : Int32Array.from(data);
}
