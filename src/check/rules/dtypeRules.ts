/** Owns integers that do not do what was meant: unsigned wrap-around and means that are divisions of integers. */
import { isInteger } from '../../shape/dtype';
import { oneLine } from '../facts/sourceIndex';
import { type Finding, fix, insertAfter, insertBefore, type Rule } from './rule';

export const unsignedWrap: Rule = {
  codes: ['unsigned-wrap'],
  metrics: true,
  check({ facts, source }) {
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const { dtype } = node.type;
      if (!dtype.startsWith('uint') || node.span === null || (!facts.isWritten(node.id) && node.op !== 'negate')) return [];
      if (node.op !== 'subtract' && node.op !== 'negate') return [];
      // 1 - mask stays in range where the mask is known to be 0 or 1; nothing else does.
      const { high } = facts.range(node.inputs[1] ?? -1);
      const minuend = facts.constant(node.inputs[0] ?? -1);
      if (node.op === 'subtract' && minuend !== undefined && (minuend >= high || (minuend > 0 && high === Number.POSITIVE_INFINITY)))
        return [];
      const text = oneLine(source.text(node.span));
      const expr = source.at(node.span);
      const tensor = node.inputs.find((input) => facts.constant(input) === undefined);
      const place = expr?.kind === 'binary' ? [expr.left, expr.right].find((each) => facts.valueAt(each.span) === tensor) : undefined;
      return [
        {
          code: 'unsigned-wrap',
          severity: 'warning',
          message: `${text} is computed in ${dtype}, where 0 - 1 wraps to ${2 ** Number(dtype.slice(4)) - 1}. Cast to float before arithmetic.`,
          span: node.span,
          fixes:
            place === undefined
              ? []
              : [fix('Cast to float32 first', insertBefore(place.span, 'tf.cast('), insertAfter(place.span, ', tf.float32)'))],
        },
      ];
    });
  },
};

export const integerMean: Rule = {
  codes: ['integer-mean'],
  metrics: true,
  check({ facts, source }) {
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'mean' || node.span === null || !isInteger(node.type.dtype) || !facts.isWritten(node.id)) return [];
      const expr = source.at(node.span);
      const argument = expr?.kind === 'call' ? expr.args[0]?.value : undefined;
      return [
        {
          code: 'integer-mean',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} is the mean of ${node.type.dtype}, an integer division: the fraction is cut off, and the mean of zeros and ones is 0. Cast to float first.`,
          span: node.span,
          fixes:
            argument === undefined
              ? []
              : [fix('Cast to float32 first', insertBefore(argument.span, 'tf.cast('), insertAfter(argument.span, ', tf.float32)'))],
        },
      ];
    });
  },
};
