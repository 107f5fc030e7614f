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
    const all = [...byInput.values()];
    return [...all.flatMap((columns) => judgeColumns(context, columns)), ...unlikeTarget(context, all)];
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
        message: `${first} ends before column ${a.stop} and ${second} begins at ${b.start}: ${leftOut(context, a, a.stop, b.start - 1)}.`,
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

/** The targets are cut into old and new at one index, the prediction into parts of the same sizes that overlap: one of them is the wrong part. */
function unlikeTarget(context: RuleContext, all: readonly (readonly Columns[])[]): readonly Finding[] {
  const { facts, source } = context;
  if (all.length !== 2) return [];
  const cuts = all.map((columns) => distinctOf(columns));
  const whole = cuts.find((parts) => partition(context, parts));
  const other = cuts.find((parts) => parts !== whole);
  if (whole === undefined || other?.length !== 2 || partition(context, other)) return [];
  const sizes = (parts: readonly Columns[]) =>
    parts
      .map(({ start, stop }) => Number(stop) - Number(start))
      .sort()
      .join();
  const width = (parts: readonly Columns[]) => dimText(facts.shape(facts.node(parts[0]?.node.id ?? -1).inputs[0] ?? -1).at(-1) ?? 0);
  if (sizes(whole) !== sizes(other) || width(whole) !== width(other)) return [];
  const wrong = other.find((part) => !whole.some((right) => right.start === part.start && right.stop === part.stop));
  const meant = whole.find((right) => !other.some((part) => right.start === part.start && right.stop === part.stop));
  const span = wrong?.node.span;
  if (wrong === undefined || meant === undefined || span == null || meant.node.span === null) return [];
  return [
    {
      code: 'column-overlap',
      severity: 'warning',
      message: `${oneLine(source.text(span))} takes columns ${String(wrong.start)} to ${Number(wrong.stop) - 1}, which another part takes already, and columns ${String(meant.start)} to ${Number(meant.stop) - 1} are in neither: ${oneLine(source.text(meant.node.span))} is what stands on the other side.`,
      span,
      related: [{ message: 'the columns of the other side', span: meant.node.span }],
      needsShapes: true,
    },
  ];
}

function distinctOf(columns: readonly Columns[]): readonly Columns[] {
  return columns.filter((each, i) => columns.findIndex((other) => other.start === each.start && other.stop === each.stop) === i);
}

/** What becomes of the columns from `from` to `to`. */
function leftOut({ facts, outcome }: RuleContext, { node }: Columns, from: number, to: number): string {
  const one = from === to;
  const which = one ? `column ${from} is in neither` : `columns ${from} to ${to} are in neither`;
  if (facts.bare(node.inputs[0] ?? -1) === outcome.inputs.y_pred) return `${which} and ${one ? 'gets' : 'get'} no gradient`;
  return `${which}: what ${one ? 'it holds' : 'they hold'} counts for nothing`;
}

/** Two parts that meet at one index and cover all columns. */
function partition({ facts }: RuleContext, parts: readonly Columns[]): boolean {
  const [a, b] = [...parts].sort((x, y) => Number(x.start) - Number(y.start));
  const width = facts.shape(a?.node.inputs[0] ?? -1).at(-1);
  return (
    parts.length === 2 &&
    a?.start === 0 &&
    typeof a.stop === 'number' &&
    a.stop === b?.start &&
    typeof width === 'number' &&
    b.stop === width
  );
}
