/** Owns slices of the batch that were meant for columns: x[0:3], x[3:6], x[6:9] of nine columns. */
import type { Span } from '../../base/span';
import type { NodeId } from '../../graph/graph';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, insertBefore, type Rule, type RuleContext } from './rule';

interface Window {
  readonly span: Span;
  /** Where the slice itself begins. */
  readonly item: Span;
  readonly of: string;
  readonly columns: number;
  readonly start: number;
  readonly stop: number;
  readonly shape: string;
}

export const batchSlices: Rule = {
  codes: ['batch-sliced'],
  metrics: true,
  check(context) {
    const windows = windowsOf(context);
    const shifted = neighbours(context);
    if (shifted.length > 0) return shifted;
    return [...new Set(windows.map(({ of }) => of))].flatMap((name): readonly Finding[] => {
      const own = windows.filter(({ of }) => of === name).sort((a, b) => a.start - b.start);
      const [first] = own;
      if (first === undefined || !tile(own)) return [];
      const { source } = context;
      return [
        {
          code: 'batch-sliced',
          severity: 'warning',
          message: `${own.map(({ span }) => oneLine(source.text(span))).join(', ')} slice the batch, axis 0 of ${first.shape}, into fixed rows, as many as there are columns. For columns write ${name}[:, ${source.text(first.item)}].`,
          span: first.span,
          related: own.slice(1).map(({ span }) => ({ message: `${oneLine(source.text(span))} takes samples too`, span })),
          needsShapes: true,
          fixes: own.every(({ span }) => source.isEntry(span))
            ? [fix('Slice the columns', ...own.map(({ item }) => insertBefore(item, ':, ')))]
            : [],
        },
      ];
    });
  },
};

/** Slices with fixed bounds along the batch of a value with columns. */
function windowsOf({ outcome, facts, source }: RuleContext): readonly Window[] {
  const seen = new Set<number>();
  return outcome.shapes.flatMap(({ span }): readonly Window[] => {
    const expr = source.at(span);
    if (expr?.kind !== 'index' || expr.object.kind !== 'name' || expr.items.length !== 1 || seen.has(span.start)) return [];
    seen.add(span.start);
    const [item] = expr.items;
    const value = facts.valueAt(expr.object.span);
    if (item?.kind !== 'slice' || item.step !== null || value === undefined) return [];
    const shape = facts.shape(value);
    const columns = shape.at(-1);
    const start = item.start === null ? 0 : item.start.kind === 'number' ? item.start.value : undefined;
    const stop = item.stop === null ? columns : item.stop.kind === 'number' ? item.stop.value : undefined;
    if (shape.length < 2 || !hasRole(shape[0] ?? 0, 'batch') || typeof columns !== 'number') return [];
    if (typeof start !== 'number' || typeof stop !== 'number') return [];
    return [{ span, item: item.span, of: expr.object.name, columns, start, stop, shape: shapeText(shape) }];
  });
}

/** Two or more that follow each other and end at the last column. */
function tile(windows: readonly Window[]): boolean {
  const last = windows.at(-1);
  return (
    windows.length >= 2 &&
    windows[0]?.start === 0 &&
    last !== undefined &&
    last.stop === last.columns &&
    windows.every(({ start, stop }, i) => start < stop && (i === 0 || start === windows[i - 1]?.stop))
  );
}

/** x[1:] - x[:-1] of values with more axes: neighbouring samples, where neighbouring steps or pixels may be meant. */
function neighbours(context: RuleContext): readonly Finding[] {
  const { facts, source } = context;
  const found = facts.nodes.find((node) => {
    const [a, b] = node.inputs.map((input) => sampleSlice(context, input));
    return node.op === 'subtract' && facts.isLive(node.id) && a !== undefined && b !== undefined && a !== b;
  });
  if (found?.span == null) return [];
  const text = oneLine(source.text(found.span));
  const message = `${text} subtracts neighbouring samples of the batch, axis 0 of ${shapeText(found.type.shape)}, and fit shuffles them. For neighbouring steps of each sample write x[:, 1:] - x[:, :-1].`;
  return [{ code: 'batch-sliced', severity: 'info', message, span: found.span, needsShapes: true }];
}

/** `1:` or `:-1` of the batch of data with more axes than one. */
function sampleSlice({ facts, source }: RuleContext, id: NodeId): string | undefined {
  const node = facts.node(id);
  const expr = source.at(node.span);
  const [input = -1] = node.inputs;
  const shape = facts.shape(input);
  if (node.op !== 'slice' || expr?.kind !== 'index' || (facts.sources(id) & (TRUTH | PREDICTION)) === 0) return undefined;
  const [item, ...others] = expr.items;
  const isWhole = others.every((other) => other.kind === 'slice' && other.start === null && other.stop === null);
  if (
    item?.kind !== 'slice' ||
    item.step !== null ||
    !isWhole ||
    shape.length < 2 ||
    shape.at(-1) === 1 ||
    !hasRole(shape[0] ?? 0, 'batch')
  )
    return undefined;
  const text = source.text(item.span).replaceAll(/\s/g, '');
  return text === '1:' || text === ':-1' ? text : undefined;
}
