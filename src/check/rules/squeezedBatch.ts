/** Owns squeeze without an axis, which takes a batch of 1 away. */
import type { GraphNode } from '../../graph/graph';
import type { ProgramNode } from '../../program/walk';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { oneLine, spelling } from '../facts/sourceIndex';
import { findBelow } from './patterns';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

export const squeezedBatch: Rule = {
  codes: ['squeeze-all'],
  metrics: true,
  check(context) {
    const { facts, source } = context;
    const seen = new Set<number>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      const expr = source.at(node.span);
      if (
        node.op !== 'squeeze' ||
        node.span === null ||
        input === undefined ||
        expr?.kind !== 'call' ||
        spelling(expr) !== 'squeeze' ||
        seen.has(node.span.start)
      )
        return [];
      if (expr.args.some((arg) => arg.name === 'axis' || arg.name === 'squeeze_dims') || expr.args.length > 1) return [];
      const shape = facts.shape(input);
      if (!hasRole(shape[0] ?? 0, 'batch')) return [];
      seen.add(node.span.start);
      const needed = needsBatch(context, node.id);
      const argument = expr.args[0]?.value;
      return [
        {
          code: 'squeeze-all',
          severity: needed === undefined || !context.stated ? 'info' : 'warning',
          message: `${oneLine(source.text(node.span))} of ${shapeText(shape)} also removes the batch axis when a batch has one sample, often the last one. Name the axis: axis=-1.`,
          span: node.span,
          related: needed === undefined ? [] : [{ message: 'the batch axis is needed here', span: needed }],
          fixes:
            argument === undefined || shape.at(-1) !== 1
              ? []
              : [fix('Squeeze the last axis only', insertAfter(argument.span, ', axis=-1'))],
        },
      ];
    });
  },
};

const NEEDS_AXES = new Set([
  'shapeOf',
  'slice',
  'gather',
  'matmul',
  'concat',
  'transpose',
  'softmax',
  'argmax',
  'einsum',
  'oneHot',
  'dims',
]);

/** Where the value, or what is computed from it element by element, is used in a way that fails without the axis. */
function needsBatch(context: RuleContext, id: number) {
  const reduces = ({ op }: GraphNode): boolean => REDUCTIONS.has(op);
  const needs = (node: GraphNode): boolean =>
    node.span !== null && (NEEDS_AXES.has(node.op) || (reduces(node) && hasAxis(context.source.at(node.span))));
  return findBelow(context, id, needs, (node) => node.span === null || reduces(node))?.span ?? undefined;
}

const REDUCTIONS: ReadonlySet<string> = new Set(['sum', 'mean', 'max', 'min']);

function hasAxis(expr: ProgramNode | undefined): boolean {
  if (expr?.kind !== 'call') return false;
  return expr.args.some((arg) => arg.name === 'axis') || (/^(reduce_)?(sum|mean|max|min)$/.test(spelling(expr)) && expr.args.length > 1);
}
