/** Owns losses against the outputs of the model that is compiled with them: how many and which there are, and whether the last activation is what the loss expects. */
import type { ModelOutput } from '../../api/models/modelFacts';
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, Expr } from '../../program/program';
import type { TracedModel } from '../../trace/tracedModels';
import type { KerasVersion } from '../../value/api';
import { dotted } from './body';
import { COUNT_CODES, checkLosses, checkWeights, type Given } from './lossesByOutput';
import { type Finding, fix, replace } from './rule';
import { severalOutputs } from './severalOutputs';

export const OUTPUT_CODES: readonly string[] = [
  ...COUNT_CODES,
  'several-outputs',
  'logits-as-probabilities',
  'softmax-twice',
  'softmax-one-unit',
];

/** `resolved`: what a name stands for that compile() is given. */
export function checkOutputs(
  compile: CompileCall,
  model: TracedModel,
  keras: KerasVersion,
  resolved: (expr: Expr) => Expr = (expr) => expr,
): readonly Finding[] {
  const { outputs } = model;
  // A training step of the user's own hands over what it likes.
  if (compile.loss === null || outputs === null || outputs.length === 0 || model.custom || keras === 'none') return [];
  const loss = resolved(compile.loss);
  const weights = compile.lossWeights === null ? null : resolved(compile.lossWeights);
  const given: Given = { loss, weights, outputs, keras, sequential: model.sequential };
  return [...checkLosses(given), ...checkWeights(given), ...severalOutputs(loss, model), ...cross(loss, outputs)];
}

/** A built-in cross-entropy and the activation of the output that it belongs to. */
function cross(loss: Expr, outputs: readonly ModelOutput[]): readonly Finding[] {
  const [only] = outputs;
  if (loss.kind === 'list' || loss.kind === 'tuple')
    return loss.items.length === outputs.length ? loss.items.flatMap((item, i) => checkOutput(item, outputs[i])) : [];
  if (loss.kind === 'dict')
    return loss.entries.flatMap(({ key, value }) =>
      checkOutput(
        value,
        outputs.find(({ name }) => key?.kind === 'string' && name === key.value),
      ),
    );
  return outputs.length === 1 ? checkOutput(loss, only) : [];
}

const CROSS_ENTROPY = /(categorical_crossentropy|binary_crossentropy|CategoricalCrossentropy|BinaryCrossentropy)$/;

function checkOutput(loss: Expr, output: ModelOutput | undefined): readonly Finding[] {
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
