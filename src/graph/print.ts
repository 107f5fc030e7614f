/** Owns the text form of a graph, one node a line: `%3 = multiply(%1, %2) : (B, 10) float32`. For tests and for reading. */
import type { Dim } from '../shape/dim';
import { dimText } from '../shape/dim';
import { typeText } from '../shape/shapeText';
import type { Graph, GraphNode } from './graph';

export function printGraph(graph: Graph): string {
  return graph.nodes.map(printNode).join('\n');
}

export function printNode(node: GraphNode): string {
  const inputs = node.inputs.map((input) => `%${input}`);
  const attrs = Object.entries(node.attrs).map(([name, value]) => `${name}=${attrText(value)}`);
  return `%${node.id} = ${node.op}(${[...inputs, ...attrs].join(', ')}) : ${typeText(node.type)}`;
}

const MOST_SHOWN = 8;

function attrText(value: unknown): string {
  if (isDim(value)) return dimText(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = Array.from(value as ArrayLike<unknown>);
    const shown = items.slice(0, MOST_SHOWN).map(attrText);
    return `[${[...shown, ...(items.length > MOST_SHOWN ? ['…'] : [])].join(', ')}]`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isDim(value: unknown): value is Dim {
  return typeof value === 'number' || (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'symbolic');
}
