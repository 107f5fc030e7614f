/** Owns tables of all pairs that are normalised by their rows and lined up with their columns: (B, B) against (B,). */
import type { GraphNode, NodeId } from '../../graph/graph';
import { normalizeAxis } from '../../shape/axis';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { findAbove } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

const COMBINING = new Set(['subtract', 'divide', 'divideNoNan', 'add', 'multiply', 'maximum', 'minimum']);
const REDUCING = new Set(['sum', 'mean', 'max', 'min', 'logsumexp']);
const ELEMENTWISE = new Set(['add', 'subtract', 'multiply', 'divide', 'exp', 'cast', 'identity', 'negate', 'square', 'maximum']);

export const pairRows: Rule = {
  codes: ['silent-broadcast'],
  metrics: true,
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      const [a, b] = node.inputs;
      if (!COMBINING.has(node.op) || a === undefined || b === undefined || node.span === null) return [];
      return rowsOf(context, node, a, b) ?? rowsOf(context, node, b, a) ?? [];
    }),
};

/** `logits - tf.reduce_max(logits, axis=1)` of (B, B): the maximum of row i is taken from column i. */
function rowsOf(context: RuleContext, node: GraphNode, table: NodeId, row: NodeId): readonly Finding[] | undefined {
  const { facts, source } = context;
  const [shape, low] = [facts.shape(table), facts.shape(row)];
  const isTable = shape.length === 2 && shape.every((dim) => hasRole(dim, 'batch'));
  if (!isTable || low.length !== 1 || !hasRole(low[0] ?? 0, 'batch') || (facts.sources(table) & PREDICTION) === 0) return undefined;
  const reduction = facts.node(row);
  const axes = REDUCING.has(reduction.op) ? (reduction.attrs.axes as readonly number[]) : [];
  const whole = reduction.inputs[0] ?? -1;
  if (axes.length !== 1 || normalizeAxis(axes[0] ?? 0, facts.shape(whole).length) !== 1 || reduction.span === null || node.span === null)
    return undefined;
  if (!isSameTable(context, table, whole)) return undefined;
  const expr = source.at(reduction.span);
  const last = expr?.kind === 'call' ? expr.args.at(-1) : undefined;
  return [
    {
      code: 'silent-broadcast',
      severity: 'warning',
      message: `${oneLine(facts.operandName(node, table))} ${shapeText(shape)} and ${oneLine(facts.operandName(node, row))} ${shapeText(low)}: the value of each row is lined up with the columns. Keep the axis: keepdims=True.`,
      span: node.span,
      related: [{ message: `${oneLine(source.text(reduction.span))} has one value for each row`, span: reduction.span }],
      needsShapes: true,
      fixes:
        last === undefined || !source.isEntry(last.span)
          ? []
          : [fix('Keep the reduced axis (keepdims=True)', insertAfter(last.span, ', keepdims=True'))],
    },
  ];
}

/** The reduced table is the other operand, or is made of it element by element. */
function isSameTable(context: RuleContext, table: NodeId, whole: NodeId): boolean {
  const stop = (each: GraphNode) => !ELEMENTWISE.has(each.op);
  return table === whole || findAbove(context, whole, ({ id }) => id === table, stop) !== undefined;
}
