/** Owns losses against the outputs of the model that is compiled with them: how many there are, and whether the last activation is what the loss expects. */
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, Expr } from '../../program/program';
import type { TracedModel } from '../../trace/tracedModels';
import type { KerasVersion } from '../../value/api';
import { dotted } from './body';
import { type Finding, fix, replace } from './rule';

export const OUTPUT_CODES: readonly string[] = [
  'second-loss-ignored',
  'loss-count',
  'logits-as-probabilities',
  'softmax-twice',
  'softmax-one-unit',
];

export function checkOutputs(compile: CompileCall, model: TracedModel, keras: KerasVersion): readonly Finding[] {
  const { loss } = compile;
  const { outputs } = model;
  if (loss === null || outputs === null || outputs.length === 0) return [];
  if (loss.kind !== 'list' && loss.kind !== 'tuple') return outputs.length === 1 ? checkOutput(loss, model) : [];
  if (loss.items.some((item) => item.kind === 'spread')) return [];
  return counted(loss, loss.items.length, outputs.length, keras);
}

function counted(loss: Expr, losses: number, outputs: number, keras: KerasVersion): readonly Finding[] {
  if (losses === outputs) return [];
  if (outputs === 1 && losses > 1 && keras === 3) {
    const message = `the model has one output and compile() is given ${losses} losses: Keras 3 uses the first and silently ignores the others. Write one function that returns their sum.`;
    return [{ code: 'second-loss-ignored', severity: 'warning', message, span: loss.span }];
  }
  const message = `the model has ${outputs} output${outputs === 1 ? '' : 's'} and compile() is given ${losses} losses: Keras needs one for each output (None for those without).`;
  return [{ code: 'loss-count', severity: 'error', message, span: loss.span }];
}

const CROSS_ENTROPY = /(categorical_crossentropy|binary_crossentropy|CategoricalCrossentropy|BinaryCrossentropy)$/;

/** A built-in cross-entropy and the activation before it. */
function checkOutput(loss: Expr, { outputs }: TracedModel): readonly Finding[] {
  const [output] = outputs ?? [];
  const name = loss.kind === 'string' ? loss.value : loss.kind === 'call' ? dotted(loss.callee) : dotted(loss);
  if (output?.activation == null || !CROSS_ENTROPY.test(name)) return [];
  const fromLogits = loss.kind === 'call' ? loss.args.find((arg) => arg.name === 'from_logits') : undefined;
  if (fromLogits !== undefined && fromLogits.value.kind !== 'boolean') return [];
  const logits = fromLogits?.value.kind === 'boolean' && fromLogits.value.value;
  if (!logits && output.activation === 'linear') return [unactivated(loss, name)];
  if (logits && (output.activation === 'softmax' || output.activation === 'sigmoid') && fromLogits !== undefined) {
    const message = `the model ends in ${output.activation}, and from_logits=True applies it a second time: the loss cannot get near 0. Use from_logits=False.`;
    return [
      {
        code: 'softmax-twice',
        severity: 'warning',
        message,
        span: loss.span,
        fixes: [fix('Use from_logits=False', replace(fromLogits.value.span, 'False'))],
      },
    ];
  }
  if (output.activation !== 'softmax' || output.shape.at(-1) !== 1) return [];
  const message = 'the model ends in a softmax over one unit, which is always 1: nothing is learned. Use sigmoid and binary_crossentropy.';
  return [{ code: 'softmax-one-unit', severity: 'warning', message, span: loss.span }];
}

function unactivated(loss: Expr, name: string): Finding {
  const binary = /binary/i.test(name);
  const message = `the model ends in a linear layer, and ${name} takes its output for probabilities: it is clipped to 0…1, where most gradients are 0. Use from_logits=True, or ${binary ? 'sigmoid' : 'softmax'} in the last layer.`;
  return {
    code: 'logits-as-probabilities',
    severity: 'warning',
    message,
    span: loss.span,
    fixes: loss.kind === 'call' ? fromLogitsFix(loss) : [],
  };
}

function fromLogitsFix(call: CallExpr) {
  const at = call.span.end - 1;
  const given = call.args.length > 0;
  if (call.args.some((arg) => arg.name === 'from_logits')) return [];
  return [
    fix('Use from_logits=True', replace({ document: call.span.document, start: at, end: at }, `${given ? ', ' : ''}from_logits=True`)),
  ];
}
