/**
 * Owns the computation of a graph's nodes on a tfjs backend: lazily, each node once, and every result held against the type that was
 * predicted for it.
 */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { StoredArray } from '../batch/tensorData';
import type { GraphBuilder } from '../graph/build';
import type { GraphNode, NodeId } from '../graph/graph';
import { KernelError } from '../graph/kernelError';
import type { KernelContext } from '../graph/primitive';
import { storageOf } from '../graph/primitives/hostKernels';
import { type DType, isComplex } from '../shape/dtype';
import { concreteShape } from '../shape/shape';
import { shapeText, typeText } from '../shape/shapeText';
import { EMULATED } from './emulation';

/** What computes; see backends. */
export interface EvaluatorBackend {
  readonly info: { readonly name: KernelContext['backend'] };
  readonly tf: typeof tfjs;
  readonly raw: KernelContext['raw'];
}

/** A value that an op refuses, with the node it happened at. */
export class KernelFailure extends KernelError {
  /** The trace, which may not import this folder, knows it by its name. */
  override readonly name = 'KernelFailure';

  constructor(
    error: KernelError,
    readonly node: GraphNode,
  ) {
    super(error.kind, error.detail);
  }
}

/** The prediction and the execution of a node differ: a bug of ours. */
export class EvaluationMismatch extends Error {
  override readonly name = 'EvaluationMismatch';

  constructor(
    readonly node: GraphNode,
    executed: string,
  ) {
    super(`Loss Lab bug: ${node.op} was predicted as ${typeText(node.type)} and came out as ${executed}`);
  }
}

export class Evaluator {
  private readonly computed = new Map<GraphBuilder, Map<NodeId, tfjs.Tensor>>();

  /** `feeds`: the arrays of the graph's inputs, by name. */
  constructor(
    private readonly backend: EvaluatorBackend,
    private readonly feeds: ReadonlyMap<string, StoredArray>,
  ) {}

  /** The elements of a node in row-major order, as stored: floats as float32, integers as int32, bool as bytes. */
  numbers(build: GraphBuilder, id: NodeId): StoredArray {
    return this.tensor(build, id).dataSync() as StoredArray;
  }

  /** The node's tensor. It belongs to the evaluator and lives until `dispose`. */
  tensor(build: GraphBuilder, id: NodeId): tfjs.Tensor {
    const done = this.tensorsOf(build);
    // Depth first with a stack of its own: graphs of unrolled loops are deep.
    const stack = [id];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const node = build.node(top);
      const missing = done.has(top) ? [] : node.inputs.filter((input) => !done.has(input));
      if (missing.length > 0) stack.push(...missing);
      else {
        if (!done.has(top)) done.set(top, this.compute(build, node, done));
        stack.pop();
      }
    }
    return tensorOf(done, id);
  }

  /** Frees everything that was computed. */
  dispose(): void {
    for (const tensors of this.computed.values()) for (const tensor of tensors.values()) tensor.dispose();
    this.computed.clear();
  }

  private tensorsOf(build: GraphBuilder): Map<NodeId, tfjs.Tensor> {
    const known = this.computed.get(build);
    if (known) return known;
    const made = new Map<NodeId, tfjs.Tensor>();
    this.computed.set(build, made);
    return made;
  }

  private compute(build: GraphBuilder, node: GraphNode, done: ReadonlyMap<NodeId, tfjs.Tensor>): tfjs.Tensor {
    const { tf, raw, info } = this.backend;
    const tensor = tf.tidy(() => {
      if (node.op === 'input') return this.emulate(this.fed(node), node.type.dtype);
      const inputTypes = node.inputs.map((input) => build.type(input));
      // wasm has no complex numbers: kernels that touch them run on the cpu backend, and tfjs moves the tensors.
      const elsewhere = info.name === 'wasm' && [node.type, ...inputTypes].some(({ dtype }) => isComplex(dtype));
      const backend = elsewhere ? 'cpu' : info.name;
      const context: KernelContext = { tf, backend, attrs: node.attrs, inputTypes, outputType: node.type, raw };
      const inputs = node.inputs.map((input) => tensorOf(done, input));
      try {
        const run = () => build.primitive(node.op).kernel(inputs, context);
        return this.emulate(elsewhere ? onCpu(tf, run) : run(), node.type.dtype);
      } catch (error) {
        throw located(error, node);
      }
    });
    verify(node, tensor);
    return tf.keep(tensor);
  }

  private fed(node: GraphNode): tfjs.Tensor {
    const name = String(node.attrs.name);
    const data = this.feeds.get(name);
    const shape = concreteShape(node.type.shape);
    if (data === undefined || shape === undefined) {
      throw new KernelFailure(new KernelError('input', `no array is given for ${name} ${shapeText(node.type.shape)}`), node);
    }
    return this.backend.tf.tensor(data, [...shape], storageOf(node.type.dtype));
  }

  private emulate(tensor: tfjs.Tensor, dtype: DType): tfjs.Tensor {
    const round = EMULATED[dtype];
    if (round === undefined) return tensor;
    const values = (tensor.dataSync() as StoredArray).map(round);
    return this.backend.tf.tensor(values, tensor.shape, tensor.dtype);
  }
}

function onCpu(core: typeof tfjs, run: () => tfjs.Tensor): tfjs.Tensor {
  // Both are started already, so either switch is complete when the call returns.
  void core.setBackend('cpu');
  try {
    return run();
  } finally {
    void core.setBackend('wasm');
  }
}

function tensorOf(done: ReadonlyMap<NodeId, tfjs.Tensor>, id: NodeId): tfjs.Tensor {
  const tensor = done.get(id);
  if (tensor === undefined) throw new Error(`Loss Lab bug: node ${id} is used before it is computed`);
  return tensor;
}

/** TensorFlow's own refusals arrive as `Invalid TF_Status: 3\nMessage: …`. */
function located(error: unknown, node: GraphNode): unknown {
  if (error instanceof KernelFailure) return error;
  if (error instanceof KernelError) return new KernelFailure(error, node);
  const message = error instanceof Error ? error.message : String(error);
  const status = /^Invalid TF_Status: \d+\s*Message: (.*)$/s.exec(message);
  return status ? new KernelFailure(new KernelError('value', status[1] ?? message), node) : error;
}

function verify(node: GraphNode, tensor: tfjs.Tensor): void {
  const sameShape = node.type.shape.length === tensor.rank && node.type.shape.every((dim, axis) => dim === tensor.shape[axis]);
  if (!sameShape || tensor.dtype !== storageOf(node.type.dtype)) {
    throw new EvaluationMismatch(node, `${shapeText(tensor.shape)} ${tensor.dtype}`);
  }
}
