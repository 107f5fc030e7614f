/** Owns the graph: a typed tensor program of primitive ops, plain JSON, in evaluation order; every node knows its source span. */
import type { Span } from '../base/span';
import type { Dim } from '../shape/dim';
import type { TensorType } from '../shape/shape';

/** Index of a node in its graph. Inputs come before the nodes that use them. */
export type NodeId = number;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an op needs besides its inputs (axis, permutation, dims, constant data …). Plain JSON; dims may be symbolic. */
export type Attrs = Readonly<Record<string, unknown>>;

export interface GraphNode {
  readonly id: NodeId;
  /** Name of the primitive. */
  readonly op: string;
  readonly inputs: readonly NodeId[];
  readonly attrs: Attrs;
  readonly type: TensorType;
  /** The expression that made the node; null for nodes that only the engine made (gradients, Keras' own steps). */
  readonly span: Span | null;
  /** The elements of a small integer tensor, as far as they are known without running: what keeps `tf.shape(x)` arithmetic symbolic. */
  readonly known?: readonly Dim[] | undefined;
}

export interface GraphInput {
  readonly name: string;
  readonly node: NodeId;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly GraphInput[];
}
