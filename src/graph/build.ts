/** Owns the making of graphs: appends nodes, inferring each one's type. Used by the trace, by API compositions and by the gradient transform. */
import { invariant } from '../base/assert';
import type { Span } from '../base/span';
import type { Dim } from '../shape/dim';
import { type DType, isFloat } from '../shape/dtype';
import { type Shape, sameShape, type TensorType } from '../shape/shape';
import type { Attrs, Graph, GraphInput, GraphNode, NodeId } from './graph';
import { type Failure, isFailure, type Primitive } from './primitive';

/** Thrown by `emit` when a primitive refuses its inputs; the trace catches it where the call stands and makes it a problem. */
export class GraphFailure extends Error {
  constructor(
    readonly failure: Failure,
    readonly op: string,
    readonly inputs: readonly NodeId[],
  ) {
    super(failure.detail);
  }
}

/** Adds the backward pass of a function with its own gradient (tf.custom_gradient): gradients of the node's inputs for a given dy. */
export type CustomBackward = (dy: NodeId) => readonly (NodeId | null)[];

/** Elements up to which integer tensors carry their known values. */
const MOST_KNOWN = 256;

export class GraphBuilder {
  private readonly list: GraphNode[] = [];
  private readonly inputList: GraphInput[] = [];
  readonly customBackward = new Map<NodeId, CustomBackward>();
  /** Span given to new nodes; null while the engine adds nodes of its own. */
  span: Span | null = null;

  constructor(private readonly primitives: ReadonlyMap<string, Primitive>) {}

  get nodes(): readonly GraphNode[] {
    return this.list;
  }

  get inputs(): readonly GraphInput[] {
    return this.inputList;
  }

  graph(): Graph {
    return { nodes: this.list, inputs: this.inputList };
  }

  node(id: NodeId): GraphNode {
    const node = this.list[id];
    invariant(node, `no node ${id}`);
    return node;
  }

  type(id: NodeId): TensorType {
    return this.node(id).type;
  }

  shape(id: NodeId): Shape {
    return this.node(id).type.shape;
  }

  dtype(id: NodeId): DType {
    return this.node(id).type.dtype;
  }

  primitive(op: string): Primitive {
    const primitive = this.primitives.get(op);
    invariant(primitive, `no primitive ${op}`);
    return primitive;
  }

  /** An input of the graph: an argument of the loss or a tensor that it closes over. */
  input(name: string, type: TensorType): NodeId {
    const id = this.push('input', [], { name }, type, undefined);
    this.inputList.push({ name, node: id });
    return id;
  }

  /** A constant; one element is spread over the whole shape. Integer constants know their elements. */
  constant(data: readonly number[] | ArrayLike<number>, shape: Shape, dtype: DType): NodeId {
    const known =
      !isFloat(dtype) && data.length <= MOST_KNOWN && shape.length <= 2 && Array.from(data).every(Number.isInteger)
        ? spread(data, shape)
        : undefined;
    return this.push('constant', [], { data }, { shape, dtype }, known);
  }

  /** A scalar of the dtype. */
  scalar(value: number, dtype: DType): NodeId {
    return this.constant([value], [], dtype);
  }

  /** A scalar with the dtype of another node. */
  scalarLike(value: number, like: NodeId): NodeId {
    return this.scalar(value, this.dtype(like));
  }

  /** A small integer tensor of known, possibly symbolic, elements. */
  dims(elements: readonly Dim[], shape: Shape, dtype: DType = 'int32'): NodeId {
    return this.push('dims', [], { elements }, { shape, dtype }, elements);
  }

  /** Appends an op. Throws GraphFailure when the primitive refuses the inputs. */
  emit(op: string, inputs: readonly NodeId[], attrs: Attrs = {}): NodeId {
    const primitive = this.primitive(op);
    const types = inputs.map((id) => this.type(id));
    const inferred = primitive.infer(types, attrs);
    if (isFailure(inferred)) throw new GraphFailure(inferred, op, inputs);
    let known: readonly Dim[] | undefined;
    if (primitive.known && !isFloat(inferred.dtype)) {
      known = primitive.known(
        inputs.map((id) => this.node(id).known),
        attrs,
        types,
        inferred,
      );
      if (known && known.length > MOST_KNOWN) known = undefined;
    }
    return this.push(op, inputs, attrs, inferred, known);
  }

  // Shorthands that gradient rules, Keras' contract and compositions read well with.
  add = (a: NodeId, b: NodeId): NodeId => this.emit('add', [a, b]);
  subtract = (a: NodeId, b: NodeId): NodeId => this.emit('subtract', [a, b]);
  multiply = (a: NodeId, b: NodeId): NodeId => this.emit('multiply', [a, b]);
  divide = (a: NodeId, b: NodeId): NodeId => this.emit('divide', [a, b]);
  negate = (a: NodeId): NodeId => this.emit('negate', [a]);
  where = (condition: NodeId, a: NodeId, b: NodeId): NodeId => this.emit('select', [condition, a, b]);
  matmul = (a: NodeId, b: NodeId, transposeA = false, transposeB = false): NodeId =>
    this.emit('matmul', [a, b], { transposeA, transposeB });
  transpose = (a: NodeId, permutation: readonly number[]): NodeId => this.emit('transpose', [a], { permutation });
  reshape = (a: NodeId, shape: Shape): NodeId => (sameShape(this.shape(a), shape) ? a : this.emit('reshape', [a], { shape }));
  broadcastTo = (a: NodeId, shape: Shape): NodeId => (sameShape(this.shape(a), shape) ? a : this.emit('broadcastTo', [a], { shape }));
  cast = (a: NodeId, dtype: DType): NodeId => (this.dtype(a) === dtype ? a : this.emit('cast', [a], { dtype }));
  sum = (a: NodeId, axes: readonly number[], keepdims = false): NodeId => this.emit('sum', [a], { axes, keepdims });
  fill = (value: number, shape: Shape, dtype: DType): NodeId => this.emit('fill', [], { value, shape, dtype });
  zerosLike = (a: NodeId): NodeId => this.fill(0, this.shape(a), this.dtype(a));
  onesLike = (a: NodeId): NodeId => this.fill(1, this.shape(a), this.dtype(a));

  private push(op: string, inputs: readonly NodeId[], attrs: Attrs, type: TensorType, known: readonly Dim[] | undefined): NodeId {
    const id = this.list.length;
    this.list.push({ id, op, inputs, attrs, type, span: this.span, known });
    return id;
  }
}

function spread(data: ArrayLike<number>, shape: Shape): readonly Dim[] | undefined {
  const size = shape.reduce<number>((n, dim) => (typeof dim === 'number' ? n * dim : Number.NaN), 1);
  if (!(size <= MOST_KNOWN)) return undefined;
  return Array.from({ length: size }, (_, i) => (data.length === 1 ? data[0] : data[i]) ?? 0);
}
