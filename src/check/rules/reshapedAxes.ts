/** Owns reshapes to the same sizes in another order: a transpose was meant. */
import type { GraphNode } from '../../graph/graph';
import { compareDims, type Dim, dimText, hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const reshapedAxes: Rule = {
  codes: ['reshape-not-transpose'],
  metrics: true,
  check: (context) => context.facts.nodes.flatMap((node) => permuted(context, node)),
};

function permuted(context: RuleContext, node: GraphNode): readonly Finding[] {
  const { facts, source } = context;
  const [input] = node.inputs;
  if (node.op !== 'reshape' || node.span === null || input === undefined || !facts.isLive(node.id)) return [];
  const call = source.at(node.span);
  const argument = call?.kind === 'call' ? call.args[0]?.value : undefined;
  if (call?.kind !== 'call' || spelling(call) !== 'reshape' || (facts.sources(input) & (TRUTH | PREDICTION)) === 0) return [];
  const [from, to] = [facts.shape(input), node.type.shape];
  const permutation = order(from, to);
  if (permutation === undefined) return [];
  const text = argument === undefined ? 'x' : source.text(argument.span);
  const instead = `tf.transpose(${text}, [${permutation.join(', ')}])`;
  return [
    {
      code: 'reshape-not-transpose',
      severity: 'warning',
      message: `${oneLine(source.text(node.span))} makes ${shapeText(to)} of ${shapeText(from)}: the same sizes in another order. A reshape keeps the order of the elements and mixes the axes up. To swap axes use ${oneLine(instead)}.`,
      span: node.span,
      needsShapes: true,
      fixes:
        argument !== undefined && source.isEntry(call.span) && /^(tf|tensorflow)\.reshape$/.test(source.text(call.callee.span))
          ? [fix('Transpose instead', replace(call.span, instead))]
          : [],
    },
  ];
}

/** Which axis goes where, for samples of two or more axes with different sizes, each known or the batch; undefined where the order is kept. */
function order(from: readonly Dim[], to: readonly Dim[]): readonly number[] | undefined {
  const [batch, ...own] = from;
  if (from.length !== to.length || from.length < 3 || batch === undefined || !hasRole(batch, 'batch')) return undefined;
  if (compareDims(batch, to[0] ?? 0) !== 'equal' || ![...own, ...to.slice(1)].every((dim) => typeof dim === 'number' && dim > 1))
    return undefined;
  const [left, right] = [own.map(dimText), to.slice(1).map(dimText)];
  if (left.join() === right.join() || [...left].sort().join() !== [...right].sort().join()) return undefined;
  const taken = new Set<number>();
  return [
    0,
    ...right.map((size) => {
      const at = left.findIndex((each, i) => each === size && !taken.has(i));
      taken.add(at);
      return at + 1;
    }),
  ];
}
