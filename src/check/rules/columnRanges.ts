/** Owns column ranges of class-incremental losses: gaps and overlaps between the slices of old and new classes. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { compareDims, type Dim, dimText } from '../../shape/dim';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';

/** Columns [start, stop) of the last axis of an input that the loss reads. */
interface Columns {
  readonly start: Dim;
  readonly stop: Dim;
  readonly node: GraphNode;
}

export const columnRanges: Rule = {
  codes: ['column-gap', 'column-overlap'],
  check(context) {
    const { facts } = context;
    const byInput = new Map<NodeId, Columns[]>();
    for (const node of facts.nodes) {
      const [input] = node.inputs;
      if (node.op !== 'slice' || input === undefined || node.span === null) continue;
      const root = facts.bare(input);
      if (facts.node(root).op !== 'input') continue;
      const columns = columnsOf(context, node);
      if (columns !== undefined) byInput.set(root, [...(byInput.get(root) ?? []), columns]);
    }
    return [...byInput.values()].flatMap((columns) => judgeColumns(context, columns));
  },
};

function columnsOf(context: RuleContext, node: GraphNode): Columns | undefined {
  const [input] = node.inputs;
  const shape = input === undefined ? [] : context.facts.shape(input);
  const last = shape.length - 1;
  const start = (node.attrs.start as readonly Dim[])[last];
  const size = (node.attrs.size as readonly Dim[])[last];
  const step = (node.attrs.step as readonly number[])[last];
  const whole = shape[last];
  if (last < 1 || start === undefined || size === undefined || whole === undefined || step !== 1) return undefined;
  const others = (node.attrs.size as readonly Dim[]).every((dim, axis) => axis === last || compareDims(dim, shape[axis] ?? 0) === 'equal');
  if (!others || typeof start !== 'number' || start < 0) return undefined;
  if (typeof size === 'number') return { start, stop: start + size, node };
  // [:, 3:] of a symbolic size reaches to the end.
  return { start, stop: whole, node };
}

function judgeColumns(context: RuleContext, all: readonly Columns[]): readonly Finding[] {
  const distinct = all.filter(
    (each, i) => all.findIndex((other) => other.start === each.start && dimText(other.stop) === dimText(each.stop)) === i,
  );
  if (distinct.length !== 2) return [];
  const [a, b] = [...distinct].sort((x, y) => Number(x.start) - Number(y.start));
  if (a === undefined || b === undefined || a.start !== 0 || typeof a.stop !== 'number' || typeof b.start !== 'number') return [];
  const [input] = a.node.inputs;
  const width = input === undefined ? undefined : context.facts.shape(input).at(-1);
  const toEnd = width !== undefined && dimText(b.stop) === dimText(width);
  // One column each, or a part of the other: labels and weights, the whole and a part.
  if (!toEnd || a.stop < 2 || (typeof b.stop === 'number' && b.stop - b.start < 2) || b.start === 0) return [];
  const { source } = context;
  const [first, second] = [
    oneLine(source.text(a.node.span ?? context.candidate.nameSpan)),
    oneLine(source.text(b.node.span ?? context.candidate.nameSpan)),
  ];
  const span = b.node.span ?? context.candidate.nameSpan;
  const related = a.node.span === null ? [] : [{ message: first, span: a.node.span }];
  if (b.start > a.stop) {
    return [
      {
        code: 'column-gap',
        severity: 'warning',
        message: `${first} ends before column ${a.stop} and ${second} begins at ${b.start}: ${b.start - a.stop === 1 ? `column ${a.stop} is` : `columns ${a.stop} to ${b.start - 1} are`} in neither and get no gradient.`,
        span,
        related,
      },
    ];
  }
  // x[:, 1:] beside x[:, :-1]: neighbours, where the shift is by one and most columns are in both.
  const shifted = typeof b.stop === 'number' && b.stop - b.start === a.stop && a.stop - b.start > 1;
  if (b.start >= a.stop || shifted || isDifferenceOf(context, a.node, b.node)) return [];
  return [
    {
      code: 'column-overlap',
      severity: 'warning',
      message: `${first} and ${second} overlap: ${a.stop - b.start === 1 ? `column ${b.start} counts` : `columns ${b.start} to ${a.stop - 1} count`} twice. Old and new classes should meet at one index.`,
      span,
      related,
    },
  ];
}

/** x[:, 1:] - x[:, :-1] is a difference of neighbours. */
function isDifferenceOf(context: RuleContext, a: GraphNode, b: GraphNode): boolean {
  return context.facts.consumers(a.id).some((id) => context.facts.consumers(b.id).includes(id));
}
