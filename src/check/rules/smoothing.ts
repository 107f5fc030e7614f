/** Owns the smoothing term of an overlap ratio that a missing parenthesis keeps out of the quotient. */
import type { GraphNode, NodeId } from '../../graph/graph';
import type { ProgramNode } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { overlapOf, overlapSum } from './axisRules';
import { affine } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

type Binary = Extract<ProgramNode, { readonly kind: 'binary' }>;

export const smoothOutsideQuotient: Rule = {
  codes: ['smooth-outside-quotient'],
  metrics: true,
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      const sum = context.source.at(node.span);
      if (node.op !== 'add' || sum?.kind !== 'binary' || sum.op !== '+') return [];
      return behindQuotient(context, node, sum) ?? beforeQuotient(context, node, sum) ?? [];
    }),
};

/** (2 * overlap + s) / size + s. */
function behindQuotient(context: RuleContext, node: GraphNode, sum: Binary): readonly Finding[] | undefined {
  const { facts, source } = context;
  const [quotient, smooth] = [facts.node(node.inputs[0] ?? -1), facts.constant(node.inputs[1] ?? -1)];
  const [above, below] = quotient.inputs;
  if (quotient.op !== 'divide' || smooth === undefined || smooth <= 0 || sum.left.kind !== 'binary' || sum.left.op !== '/')
    return undefined;
  if (above === undefined || below === undefined || overlapOf(context, quotient) === undefined) return undefined;
  if (!near(affine(context, above).offset, smooth) || affine(context, below).offset !== 0) return undefined;
  const text = source.text(sum.span);
  const [from, to] = [sum.left.left.span.end - sum.span.start, sum.left.right.span.start - sum.span.start];
  // Parentheses belong to no expression's span.
  const slash = text.indexOf('/', from);
  if (slash < 0 || slash >= to) return undefined;
  const size = slash + 1 + (text.slice(slash + 1).match(/^\s*/)?.[0].length ?? 0);
  const wanted = `${text.slice(0, size)}(${text.slice(size)})`;
  return [finding(context, sum, wanted, `is added to the quotient, not to ${oneLine(source.text(sum.left.right.span))}, which can be 0`)];
}

/** overlap + s / (size + s). */
function beforeQuotient(context: RuleContext, node: GraphNode, sum: Binary): readonly Finding[] | undefined {
  const { facts, source } = context;
  const [overlap, quotient] = [node.inputs[0] ?? -1, facts.node(node.inputs[1] ?? -1)];
  const [above, below] = quotient.inputs;
  const smooth = facts.constant(above ?? -1);
  if (quotient.op !== 'divide' || smooth === undefined || smooth <= 0 || sum.right.kind !== 'binary' || sum.right.op !== '/')
    return undefined;
  if (below === undefined || !near(affine(context, below).offset, smooth) || !isOverlapSum(context, overlap)) return undefined;
  const text = source.text(sum.span);
  const end = sum.right.left.span.end - sum.span.start;
  const wanted = `(${text.slice(0, end)})${text.slice(end)}`;
  return [finding(context, sum, wanted, `alone is divided, ${oneLine(source.text(sum.left.span))} is not: the result is no ratio`)];
}

function isOverlapSum(context: RuleContext, id: NodeId): boolean {
  return overlapSum(context, affine(context, id).base) !== undefined;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.abs(b);
}

function finding(context: RuleContext, sum: Binary, wanted: string, consequence: string): Finding {
  const { source } = context;
  const term = sum.right.kind === 'binary' && sum.right.op === '/' ? sum.right.left : sum.right;
  return {
    code: 'smooth-outside-quotient',
    severity: 'warning',
    message: `${oneLine(source.text(sum.span))}: a parenthesis is missing: ${oneLine(source.text(term.span))} ${consequence}. Write ${oneLine(wanted)}.`,
    span: sum.span,
    fixes: source.isEntry(sum.span) ? [fix('Add the parentheses', replace(sum.span, wanted))] : [],
  };
}
