/** Owns the state of variables in a trace: what each holds now. A variable is known by the node that made it. */
import type { NodeId } from '../graph/graph';
import type { CallContext } from '../value/api';
import type { TensorValue } from '../value/value';

type Memory = Map<string, unknown>;

const KEY = 'variables';

function stateOf(memory: Memory): Map<NodeId, NodeId> | undefined {
  return memory.get(KEY) as Map<NodeId, NodeId> | undefined;
}

/** The node that holds the value: for variables that were assigned to, the last one assigned. */
export function currentNode(memory: Memory, x: TensorValue): NodeId {
  if (x.flavor !== 'variable') return x.node;
  return stateOf(memory)?.get(x.node) ?? x.node;
}

/** The value as a plain tensor. */
export function readVariable(c: CallContext, x: TensorValue): TensorValue {
  return c.wrap(currentNode(c.memory, x));
}

/** Stores a value. Gradients do not pass through a variable. */
export function assignVariable(c: CallContext, variable: TensorValue, value: TensorValue): TensorValue {
  let state = stateOf(c.memory);
  if (state === undefined) {
    state = new Map();
    c.memory.set(KEY, state);
  }
  state.set(variable.node, c.emit('stopGradient', [value]).node);
  return variable;
}
