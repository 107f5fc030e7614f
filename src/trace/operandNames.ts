/** Owns how findings name the operands of what failed: by the user's own expression, behind the conversions that the failing call made itself. */
import { type Span, sameSpan } from '../base/span';
import type { GraphBuilder } from '../graph/build';
import type { GraphNode, NodeId } from '../graph/graph';
import type { Operand } from '../value/api';

export function operandOf(build: GraphBuilder, id: NodeId, at: Span): Operand {
  const { id: handed, span, type } = handedOver(build, id, at);
  const name = inputName(build, handed) ?? (span === null || isSame(span, at) ? literalText(build.node(handed)) : undefined);
  if (name === undefined) return { span, type };
  return { span: isSame(span, at) ? null : span, type, name };
}

/** The node behind the conversions that the call at `at` made. What the call computed has no better name than the call. */
function handedOver(build: GraphBuilder, id: NodeId, at: Span): GraphNode {
  const own = build.node(id);
  let node = own;
  while (isSame(node.span, at) && CONVERSIONS.has(node.op) && node.inputs.length === 1 && node.inputs[0] !== undefined)
    node = build.node(node.inputs[0]);
  return isSame(node.span, at) && node.op !== 'constant' ? own : node;
}

/** The input that a node is, conversions that stand nowhere in the source looked through. */
function inputName(build: GraphBuilder, id: NodeId): string | undefined {
  const { span, op, attrs, inputs } = build.node(id);
  if (op === 'input') return typeof attrs.name === 'string' ? attrs.name : undefined;
  const [first] = inputs;
  return span === null && first !== undefined && inputs.length === 1 ? inputName(build, first) : undefined;
}

const CONVERSIONS = new Set(['cast', 'identity', 'reshape', 'expandDims', 'squeeze', 'transpose', 'broadcastTo']);

function isSame(span: Span | null, other: Span): boolean {
  return span !== null && sameSpan(span, other);
}

const LONGEST_LITERAL = 4;

/** A constant that the call made of Python numbers, as it is written. */
function literalText({ op, attrs, type }: GraphNode): string | undefined {
  if (op !== 'constant' || type.shape.length > 1) return undefined;
  const data = Array.from(attrs.data as ArrayLike<number>);
  if (data.length === 0 || data.length > LONGEST_LITERAL) return undefined;
  const texts = data.map(String);
  return type.shape.length === 0 ? texts[0] : `[${texts.join(', ')}]`;
}
