/** Owns targets and predictions of a distillation in the wrong form: logits for soft labels, logarithms for probabilities, one term weighted twice. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine } from '../facts/sourceIndex';
import { scaledInput } from './logits';
import { elementsOf } from './patterns';
import { type Finding, fix, insertAfter, insertBefore, type Rule, type RuleContext, replace } from './rule';

/** softmax_cross_entropy_with_logits(labels=teacher / T, logits=student / T): the labels are logits themselves. */
export const logitsAsLabels: Rule = {
  codes: ['logits-as-probabilities'],
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      const [labels, logits] = node.inputs;
      if (!/^(softmax|sigmoid)CrossEntropy$/.test(node.op) || node.span === null || labels === undefined || logits === undefined) return [];
      const { facts, source } = context;
      if (!facts.isLive(node.id)) return [];
      const base = scaledInput(context, labels);
      const of = elementsOf(context, base);
      if (of.op !== 'input' || facts.sources(of.id) !== TRUTH || (facts.sources(logits) & PREDICTION) === 0) return [];
      const scaled = base !== labels && scaledInput(context, logits) !== logits;
      if (!scaled && !/(teacher|target|true|old|soft|prev)\w*logit/i.test(String(of.attrs.name))) return [];
      const form = node.op === 'softmaxCrossEntropy' ? 'softmax' : 'sigmoid';
      const call = source.at(node.span);
      const argument =
        call?.kind === 'call'
          ? (call.args.find((arg) => arg.name === 'labels' || arg.name === 'y_true') ?? call.args[0])?.value
          : undefined;
      const text = oneLine(argument === undefined ? facts.nameOf(labels) : source.text(argument.span));
      return [
        {
          code: 'logits-as-probabilities',
          severity: 'warning',
          message: `${text} are logits${scaled ? ' (they are divided by a temperature like the prediction)' : ', as their name says'}, and are taken for the target probabilities: the loss is no cross-entropy, and has no minimum where both agree. Use tf.nn.${form}(${text}).`,
          span: node.span,
          fixes:
            argument !== undefined && source.isEntry(argument.span)
              ? [fix(`Take the ${form} of the targets`, insertBefore(argument.span, `tf.nn.${form}(`), insertAfter(argument.span, ')'))]
              : [],
        },
      ];
    }),
};

const CLIPS = new Set(['add', 'maximum', 'minimum', 'cast', 'identity', 'divide']);

/** kld(q, log_softmax(z)): PyTorch's kl_div takes logarithms, Keras clips them to 1e-7. */
export const logsAsProbabilities: Rule = {
  codes: ['logs-as-probabilities'],
  check(context) {
    const { facts, source } = context;
    const seen = new Set<NodeId>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'log' || node.span === null || !facts.isLive(node.id)) return [];
      const logs = logarithmIn(context, node.inputs[0] ?? -1, false);
      if (logs === undefined || logs.span === null || seen.has(logs.id)) return [];
      seen.add(logs.id);
      const name = oneLine(facts.nameOf(logs.id));
      const call = source.at(logs.span);
      return [
        {
          code: 'logs-as-probabilities',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} takes probabilities, and ${name} holds their logarithms: all are negative and clipped to 1e-7, so their gradient is 0. Hand over the probabilities.`,
          span: node.span,
          related: [{ message: 'the logarithm is taken here', span: logs.span }],
          fixes:
            call?.kind === 'call' &&
            source.isEntry(call.span) &&
            /log_softmax$/.test(source.text(call.callee.span)) &&
            facts.consumers(logs.id).length === 1
              ? [fix('Use softmax', replace(call.callee.span, source.text(call.callee.span).replace(/log_softmax$/, 'softmax')))]
              : [],
        },
      ];
    });
  },
};

/** sigmoid_cross_entropy_with_logits(logits=log(p)): of a softmax these are logits, of a sigmoid they are not. */
export const logsAsLogits: Rule = {
  codes: ['logs-as-probabilities'],
  check: (context) =>
    context.facts.nodes.flatMap((node): readonly Finding[] => {
      const { facts, source } = context;
      if (node.op !== 'sigmoidCrossEntropy' || node.span === null || !facts.isLive(node.id)) return [];
      const logs = elementsOf(context, node.inputs[1] ?? -1);
      if (!/^(log|logSoftmax|logSigmoid)$/.test(logs.op) || logs.span === null || facts.sources(logs.id) !== PREDICTION) return [];
      if (facts.range(logs.id).high > 0.02) return [];
      const name = oneLine(facts.nameOf(logs.id));
      return [
        {
          code: 'logs-as-probabilities',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} takes logits, which are log(p / (1 - p)), and ${name} is the logarithm of probabilities alone: never above 0, so the sigmoid of it never exceeds 0.5. Hand over the logits, or use a cross-entropy of probabilities.`,
          span: node.span,
          related: [{ message: 'the logarithm is taken here', span: logs.span }],
        },
      ];
    }),
};

/** A logarithm behind a clip: only with one is it certain that the result is no number by design. */
function logarithmIn(context: RuleContext, id: NodeId, clipped: boolean): GraphNode | undefined {
  const { facts } = context;
  const node = facts.node(id);
  if (node.op === 'logSoftmax' || node.op === 'log') return clipped && (facts.sources(id) & (TRUTH | PREDICTION)) !== 0 ? node : undefined;
  if (!CLIPS.has(node.op)) return undefined;
  const floor = node.op === 'maximum' && node.inputs.some((input) => (facts.constant(input) ?? 0) > 0);
  for (const input of node.inputs) {
    const found = logarithmIn(context, input, clipped || floor);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** alpha * hard + (1 - alpha) * hard. */
export const sameTermTwice: Rule = {
  codes: ['same-term-twice'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [a, b] = node.inputs.map((input) => weighted(context, input));
      if (node.op !== 'add' || node.span === null || a === undefined || b === undefined || a.term !== b.term) return [];
      if (!facts.isLive(node.id) || !facts.isWritten(node.id) || Math.abs(a.weight + b.weight - 1) > 1e-6) return [];
      if ((facts.sources(a.term) & PREDICTION) === 0) return [];
      return [
        {
          code: 'same-term-twice',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} weights the same term, ${oneLine(facts.nameOf(a.term))}, with ${a.weight} and ${Number(b.weight.toPrecision(4))}: their sum is that term alone. One of the two is meant to be another term.`,
          span: node.span,
        },
      ];
    });
  },
};

function weighted({ facts }: RuleContext, id: NodeId): { readonly term: NodeId; readonly weight: number } | undefined {
  const node = facts.node(id);
  const [a, b] = node.inputs;
  if (node.op !== 'multiply' || a === undefined || b === undefined) return undefined;
  const [x, y] = [facts.constant(a), facts.constant(b)];
  if (x !== undefined) return { term: b, weight: x };
  return y === undefined ? undefined : { term: a, weight: y };
}

/** p ** (1 / T) / sum(p ** (1 / T)) without an axis: the batch adds up to 1, not each row. */
export const softenedOverBatch: Rule = {
  codes: ['normalize-over-batch'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const power = facts.node(node.inputs[0] ?? -1);
      const sum = facts.node(node.inputs[1] ?? -1);
      const exponent = facts.constant(power.inputs[1] ?? -1);
      if (node.op !== 'divide' || node.span === null || power.op !== 'power' || sum.op !== 'sum' || !facts.isLive(node.id)) return [];
      if (exponent === undefined || exponent <= 0 || exponent >= 1 || sum.type.shape.length !== 0 || power.type.shape.length < 2) return [];
      const summed = facts.node(sum.inputs[0] ?? -1);
      if (summed.id !== power.id && (summed.op !== 'power' || summed.inputs[0] !== power.inputs[0])) return [];
      const call = source.at(sum.span);
      const last = call?.kind === 'call' ? call.args.at(-1) : undefined;
      return [
        {
          code: 'normalize-over-batch',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} divides by the sum over the whole batch: the rows do not add up to 1, and depend on each other. Sum over axis=-1 with keepdims=True.`,
          span: node.span,
          needsShapes: true,
          fixes:
            call?.kind === 'call' && last !== undefined && call.args.length === 1 && source.isEntry(call.span)
              ? [fix('Sum each row', insertAfter(last.span, ', axis=-1, keepdims=True'))]
              : [],
        },
      ];
    });
  },
};

/** softmax(z) / T: the temperature belongs inside. */
export const temperatureAfterSoftmax: Rule = {
  codes: ['temperature-after-softmax'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [above, below] = node.inputs;
      const softmax = facts.node(above ?? -1);
      if (node.op !== 'divide' || node.span === null || below === undefined || softmax.op !== 'softmax' || !facts.isLive(node.id))
        return [];
      // softmax(softmax(z) / T) is told as such.
      if (facts.consumers(node.id).some((id) => /^(softmax|logSoftmax)$/.test(facts.node(id).op))) return [];
      const value = facts.constant(below);
      const expr = source.at(node.span);
      if (expr?.kind !== 'binary' || value === 1 || !TEMPERATURE.test(source.text(expr.right.span))) return [];
      const call = source.at(softmax.span);
      const argument = call?.kind === 'call' ? call.args[0]?.value : undefined;
      const T = source.text(expr.right.span);
      const atom = argument !== undefined && /^(name|attribute|call|index)$/.test(argument.kind);
      return [
        {
          code: 'temperature-after-softmax',
          severity: 'warning',
          message: `${oneLine(source.text(node.span))} divides probabilities by the temperature: they are not softened, and add up to 1 / ${T}. Divide the logits: softmax(z / ${T}).`,
          span: node.span,
          fixes:
            call?.kind === 'call' && argument !== undefined && source.isEntry(node.span) && expr.left.span.start === call.span.start
              ? [
                  fix(
                    'Divide the logits',
                    replace({ ...node.span, start: call.span.end }, ''),
                    replace(argument.span, `${atom ? source.text(argument.span) : `(${source.text(argument.span)})`} / ${T}`),
                  ),
                ]
              : [],
        },
      ];
    });
  },
};

const TEMPERATURE = /^(self\.)?(_?T|temp|temperature|tau|kd_?temp\w*|TEMP\w*)$/;
