/** Owns functions at the edge of where they are defined: powers of negatives, arc functions at 1. */
import type { Span } from '../../base/span';
import type { NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { affine, elementsOf } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const powerOfNegative: Rule = {
  codes: ['power-of-negative'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [base, by] = node.inputs;
      if (node.op !== 'power' || base === undefined || by === undefined || node.span === null || !facts.isLive(node.id)) return [];
      const exponent = facts.constant(by);
      if (exponent === undefined || Number.isInteger(exponent) || !facts.isWritten(node.id)) return [];
      if (facts.range(base).low >= 0 || !isDifference(context, base)) return [];
      const expr = source.at(node.span);
      const place = expr?.kind === 'call' ? expr.args[0]?.value : expr?.kind === 'binary' ? expr.left : undefined;
      const text = place === undefined ? 'the base' : oneLine(source.text(place.span));
      return [
        {
          code: 'power-of-negative',
          severity: 'warning',
          message: `${text} can be negative, and a negative number to the power of ${exponent} is NaN. Take tf.abs(${text}) first.`,
          span: node.span,
          fixes:
            place === undefined || !source.isEntry(place.span)
              ? []
              : [fix('Take the absolute value first', replace(place.span, `tf.abs(${source.text(place.span)})`))],
        },
      ];
    });
  },
};

/** A difference of truth and prediction: its sign is not known, whatever the data is. */
function isDifference(context: RuleContext, id: NodeId): boolean {
  const { facts } = context;
  const { base } = affine(context, id);
  const node = elementsOf(context, base);
  if (node.op === 'mean' || node.op === 'sum') return node.inputs[0] !== undefined && isDifference(context, node.inputs[0]);
  const [a, b] = node.inputs;
  if (node.op !== 'subtract' || a === undefined || b === undefined) return false;
  const [x, y] = [facts.sources(a), facts.sources(b)];
  return ((x & TRUTH) !== 0) !== ((y & TRUTH) !== 0) && ((x & PREDICTION) !== 0) !== ((y & PREDICTION) !== 0) && x !== 0 && y !== 0;
}

const ARCS = new Set(['acos', 'asin', 'atanh']);

function atanhAtOne({ source }: RuleContext, span: Span): Finding {
  return {
    code: 'acos-domain',
    severity: 'warning',
    message: `${oneLine(source.text(span))}: atanh is infinite at 1 and -1, which its bounds let pass. Clip to ±(1 - 1e-6), not to 1.`,
    span,
  };
}

export const arcAtOne: Rule = {
  codes: ['acos-domain'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      if (!ARCS.has(node.op) || input === undefined || node.span === null || !facts.isLive(node.id)) return [];
      if ((facts.sources(input) & PREDICTION) === 0) return [];
      const { low, high } = facts.range(input);
      const inside = Math.fround(high) < 1 && Math.fround(low) > -1;
      if (inside) return [];
      const clipped = high <= 1 && low >= -1;
      if (node.op === 'atanh') return clipped ? [atanhAtOne(context, node.span)] : [];
      const expr = source.at(node.span);
      const place = expr?.kind === 'call' ? expr.args[0]?.value : undefined;
      return [
        {
          code: 'acos-domain',
          severity: clipped && Math.fround(high) === high ? 'info' : 'warning',
          message: clipped
            ? `the slope of ${node.op} is infinite at 1 and -1, which the clip lets pass. Clip to 1 - 1e-6, not to 1.`
            : `the slope of ${node.op} is infinite at 1 and -1, and rounding can push a cosine above 1, where the value is NaN. Clip to ±(1 - 1e-6) first.`,
          span: node.span,
          fixes:
            place === undefined || !source.isEntry(place.span)
              ? []
              : [
                  fix(
                    'Clip to just inside ±1',
                    replace(place.span, `tf.clip_by_value(${source.text(place.span)}, -1.0 + 1e-6, 1.0 - 1e-6)`),
                  ),
                ],
        },
      ];
    });
  },
};
