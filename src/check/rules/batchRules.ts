/** Owns losses that look at part of the batch, or fit some batch sizes only. */
import { type Span, spanKey } from '../../base/span';
import type { GraphNode, NodeId } from '../../graph/graph';
import { type Dim, dimText, hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, insertBefore, type Rule, type RuleContext } from './rule';

export const firstSampleOnly: Rule = {
  codes: ['first-sample-only'],
  check(context) {
    const { outcome, facts } = context;
    const { value } = outcome;
    if (value === null || outcome.gaps.length > 0 || (facts.sources(value) & PREDICTION) === 0) return [];
    // Of a loss that reads no truth, y_pred may be anything: losses that the model has computed itself.
    if (!context.fitted && (facts.sources(value) & TRUTH) === 0) return [];
    const picks = new Set<NodeId>();
    const seen = new Set<NodeId>();
    const queue = [value];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (seen.has(id) || (facts.sources(id) & PREDICTION) === 0) continue;
      seen.add(id);
      const node = facts.node(id);
      if (node.op === 'input') return [];
      if (node.op === 'slice' && isOneSample(context, id)) picks.add(id);
      else queue.push(...node.inputs);
    }
    const spans = placesOf(context, picks);
    const [span, ...others] = spans;
    // One place that took many samples is a loop over a batch of fixed size.
    if (span === undefined || (picks.size > 3 && spans.length < picks.size)) return [];
    const { source } = context;
    return [
      {
        code: 'first-sample-only',
        severity: 'warning',
        message: `${oneLine(source.text(span))} takes one sample of the batch, and the result depends on ${others.length === 0 ? 'no other' : 'few others'}: the rest of the batch gets no gradient. Index the last axis instead (x[:, i]), or drop the index.`,
        span,
        related: others.map((other) => ({ message: `${oneLine(source.text(other))} is one sample too`, span: other })),
        needsShapes: true,
        fixes: columnsFix(context),
      },
    ];
  },
};

/** Where the samples are taken, in the order of the source. */
function placesOf({ facts }: RuleContext, picks: ReadonlySet<NodeId>): readonly Span[] {
  const spans = [...picks].flatMap((id) => facts.node(id).span ?? []);
  return spans.filter((span, i) => spans.findIndex(({ start }) => start === span.start) === i).sort((a, b) => a.start - b.start);
}

/** x[2] → x[:, 2], everywhere, of targets too. */
function columnsFix(context: RuleContext) {
  const { source, facts } = context;
  const taken = facts.nodes.filter(({ id, op }) => op === 'slice' && facts.isLive(id) && isOneSample(context, id));
  const spans = placesOf(context, new Set(taken.map(({ id }) => id)));
  const edits = spans.flatMap((span) => {
    const expr = source.at(span);
    const [item] = expr?.kind === 'index' ? expr.items : [];
    if (expr?.kind !== 'index' || item === undefined || expr.items.length !== 1 || !source.isEntry(span)) return [];
    const value = facts.valueAt(expr.object.span);
    return value === undefined || facts.shape(value).length < 2 ? [] : [insertBefore(item.span, ':, ')];
  });
  const indices = new Set(spans.map((span) => /\[.*/s.exec(source.text(span))?.[0]));
  return edits.length < spans.length || indices.size < 2 ? [] : [fix('Index the columns: x[:, i]', ...edits)];
}

/** A single index along the batch axis of a value that has it. */
function isOneSample(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const node = facts.node(id);
  const shape = facts.shape(node.inputs[0] ?? -1);
  const size = (node.attrs.size as readonly Dim[] | undefined)?.[0];
  // What map_fn hands to its function is each sample in turn.
  if (/^(map_fn|vectorized_map|scan|foldl|foldr|map|vmap)$/.test(facts.spelled(id))) return false;
  return shape.length > 0 && hasRole(shape[0] ?? 0, 'batch') && size === 1 && !isCounted(context, node);
}

/** `p[i]` in the body that tf.while_loop, fori_loop or map_fn is given: each sample in turn. */
function isCounted({ source, candidate }: RuleContext, { span }: GraphNode): boolean {
  const expr = source.at(span);
  const [item] = expr?.kind === 'index' ? expr.items : [];
  if (span === null || item?.kind !== 'name') return false;
  return source.nodesAround(span).some((node) => {
    if (node.kind !== 'function' || node.definition === candidate.computes) return false;
    return node.definition.params.some(({ name }) => name === item.name);
  });
}

export const indivisibleBatch: Rule = {
  codes: ['reshape-size'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      if (node.op !== 'reshape' || node.span === null || input === undefined) return [];
      const quotient = node.type.shape.find(isBatchQuotient);
      const from = facts.shape(input);
      if (quotient === undefined || !from.slice(1).every((dim) => typeof dim === 'number') || !hasRole(from[0] ?? 0, 'batch')) return [];
      return [
        {
          code: 'reshape-size',
          severity: 'error',
          message: `${oneLine(source.text(node.span))}: ${shapeText(from)} does not divide into rows of these sizes for every batch size B; it fails, or mixes samples, for most. Sizes other than -1 must multiply to ${from.slice(1).map(dimText).join(' × ') || '1'}.`,
          span: node.span,
          needsShapes: true,
          onlyStated: true,
        },
      ];
    });
  },
};

function isBatchQuotient(dim: Dim): boolean {
  return (
    typeof dim !== 'number' &&
    dim.terms.some((term) => term.factors.some((factor) => factor.kind === 'quotient' && hasRole(factor.numerator, 'batch')))
  );
}

export const indexPastEnd: Rule = {
  codes: ['index-out-of-range'],
  metrics: true,
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [params, indices] = node.inputs;
      if (node.op !== 'gather' || node.span === null || params === undefined || indices === undefined) return [];
      const axis = Number(node.attrs.axis ?? 0);
      const shape = facts.shape(params);
      const size = shape[axis < 0 ? axis + shape.length : axis];
      const wrong = facts
        .node(indices)
        .known?.find((index) => typeof index === 'number' && typeof size === 'number' && (index >= size || index < 0));
      if (wrong === undefined) return [];
      return [
        {
          code: 'index-out-of-range',
          severity: 'error',
          message: `${oneLine(source.text(node.span))}: index ${dimText(wrong)} is out of range for axis ${axis} of size ${dimText(size ?? 0)}.`,
          span: node.span,
          needsShapes: true,
        },
      ];
    });
  },
};

/** `for i in range(32): … y_pred[i]`: the batch size is written in the loop. */
export const loopOverSamples: Rule = {
  codes: ['index-out-of-range'],
  check(context) {
    const { facts, outcome, source } = context;
    const picks = new Map<string, { readonly node: GraphNode; count: number }>();
    for (const node of facts.nodes) {
      const root = facts.bare(node.inputs[0] ?? -1);
      if (node.op !== 'slice' || node.span === null || (root !== outcome.inputs.y_pred && root !== outcome.inputs.y_true)) continue;
      const [start] = (node.attrs.start as readonly Dim[] | undefined) ?? [];
      if (!isOneSample(context, node.id) || typeof start !== 'number' || start < 0) continue;
      const key = spanKey(node.span);
      const seen = picks.get(key);
      if (seen === undefined) picks.set(key, { node, count: start === 0 ? 1 : 0 });
      else if (start === seen.count) seen.count += 1;
    }
    const [first] = [...picks.values()].filter(({ count }) => count > 2);
    if (first?.node.span == null || source.at(first.node.span)?.kind !== 'index') return [];
    const text = oneLine(source.text(first.node.span));
    return [
      {
        code: 'index-out-of-range',
        severity: context.fitted ? 'error' : 'warning',
        message: `${text} takes the samples 0 to ${first.count - 1} one by one: a batch of fewer fails (the last one of an epoch is usually smaller), and further samples are left out. Write the loss with whole tensors.`,
        span: first.node.span,
        needsShapes: true,
      },
    ];
  },
};
