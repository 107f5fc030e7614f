/** Owns image functions that take the batch for the height of one image: the channel axis is missing. */
import type { Argument } from '../../program/program';
import { hasRole } from '../../shape/dim';
import { shapeText } from '../../shape/shapeText';
import { oneLine, spelling } from '../facts/sourceIndex';
import { type Finding, fix, insertAfter, type Rule, type RuleContext } from './rule';

/** Functions of the last three axes, with how many of their first arguments are images. */
const IMAGES: Readonly<Record<string, number>> = { ssim: 2, ssim_multiscale: 2, psnr: 2, total_variation: 1 };

export const imageAxes: Rule = {
  codes: ['channel-axis-missing'],
  metrics: true,
  check(context) {
    const { outcome, facts, source } = context;
    const seen = new Set<number>();
    return outcome.shapes.flatMap((typed): readonly Finding[] => {
      const call = source.at(typed.span);
      if (call?.kind !== 'call' || seen.has(call.span.start)) return [];
      seen.add(call.span.start);
      const name = spelling(call);
      const given = call.args.slice(0, IMAGES[name] ?? 0);
      if (given.length === 0 || !/(^|\.)image\.\w+$/.test(source.text(call.callee.span))) return [];
      const [first] = given.map((arg) => facts.valueAt(arg.value.span));
      if (first === undefined || !given.every((arg) => isFlatBatch(context, arg))) return [];
      const [one] = given;
      return [
        {
          code: 'channel-axis-missing',
          severity: 'warning',
          message: `${oneLine(source.text(call.span))}: ${oneLine(source.text(one?.value.span ?? call.span))} is ${shapeText(facts.shape(first))}, and the last three axes are height, width and channels: the batch is taken for the height of one image${/ssim/.test(name) ? ', which fails for fewer than 11 samples' : ''}. Add a channel axis: x[..., tf.newaxis].`,
          span: call.span,
          needsShapes: true,
          fixes: given.every(({ value }) => value.kind === 'name' && source.isEntry(value.span))
            ? [fix('Add a channel axis', ...given.map(({ value }) => insertAfter(value.span, '[..., tf.newaxis]')))]
            : [],
        },
      ];
    });
  },
};

function isFlatBatch({ facts }: RuleContext, { value }: Argument): boolean {
  const id = facts.valueAt(value.span);
  const shape = id === undefined ? [] : facts.shape(id);
  return shape.length === 3 && hasRole(shape[0] ?? 0, 'batch');
}
