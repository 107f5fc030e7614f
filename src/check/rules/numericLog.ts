/** Owns logarithms and exponentials that leave the range of floats: log of softmax, epsilon outside the log, softmax by hand. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { oneLine } from '../facts/sourceIndex';
import { findAbove, writtenOps } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';
import { type Saturating, saturatingIn } from './saturation';

/** Largest epsilon that is taken for one. */
const SMALL = 0.011;
/** exp of more is infinite in float32. */
const LARGEST_EXP = 88.7;

export const logOfSoftmax: Rule = {
  codes: ['log-of-softmax'],
  check: (context) => writtenOps(context, 'log').flatMap((node) => logOf(context, node)),
};

function logOf(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [input] = node.inputs;
  if (input === undefined || node.span === null) return [];
  const found = saturatingIn(context, input);
  if (found === undefined) return [];
  const { node: of, form } = found;
  return [
    {
      code: 'log-of-softmax',
      severity: 'warning',
      message: `${oneLine(context.source.text(node.span))}: ${how(found)}, and the log of 0 is -inf. Use ${stable(found)}.`,
      span: node.span,
      related: of.span === null ? [] : [{ message: `the ${found.of} is here`, span: of.span }],
      fixes: form === 'mixed' ? [] : stableFix(context, node, of, form === 'complement'),
    },
  ];
}

function how({ of, form }: Saturating): string {
  if (of === 'softmax') return 'softmax underflows to 0 for a gap of logits above about 104';
  return form === 'plain' ? 'sigmoid underflows to 0 below about -104' : 'sigmoid reaches 1 above about 17';
}

function stable({ of, form }: Saturating): string {
  if (form === 'mixed')
    return of === 'softmax'
      ? 'tf.nn.log_softmax(z) in the place of the log'
      : 'a cross-entropy from logits, of which this is minus the value';
  const direct = of === 'softmax' ? 'tf.nn.log_softmax(z)' : form === 'plain' ? 'tf.math.log_sigmoid(z)' : 'tf.math.log_sigmoid(-z)';
  return `${direct}, or a cross-entropy from logits`;
}

/** `tf.math.log(tf.nn.softmax(z))` → `tf.nn.log_softmax(z)`: where both calls stand in one expression. */
function stableFix(context: RuleContext, node: GraphNode, of: GraphNode, complement: boolean) {
  const log = context.source.at(node.span);
  const inner = log?.kind === 'call' ? log.args[0]?.value : undefined;
  if (
    log?.kind !== 'call' ||
    inner?.kind !== 'call' ||
    complement ||
    of.span === null ||
    inner.span.start !== of.span.start ||
    inner.span.end !== of.span.end
  )
    return [];
  const root = context.source.text(inner.callee.span);
  const name =
    of.op === 'softmax'
      ? root.replace(/softmax$/, 'log_softmax')
      : root.includes('nn.') || root.includes('math.')
        ? root.replace(/(nn|math)\.sigmoid$/, 'math.log_sigmoid')
        : root.replace(/sigmoid$/, 'log_sigmoid');
  if (root.startsWith('K.') || name === root) return [];
  const args = inner.args.map((arg) => context.source.text(arg.span)).join(', ');
  return [fix(`Use ${name}`, replace(log.span, `${name}(${args})`))];
}

export const epsilonOutsideLog: Rule = {
  codes: ['epsilon-outside-log'],
  check(context) {
    const { facts, source } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'add' || node.span === null || !facts.isLive(node.id)) return [];
      const [a, b] = node.inputs;
      if (a === undefined || b === undefined) return [];
      const [x, y] = [facts.constant(a), facts.constant(b)];
      const epsilon = x ?? y;
      const log = withoutFactors(context, x === undefined ? a : b);
      if (epsilon === undefined || epsilon <= 0 || epsilon > SMALL || log.op !== 'log' || !facts.isWritten(log.id)) return [];
      const [inside] = log.inputs;
      if (inside === undefined || facts.range(inside).low > 0 || isGuarded(context, inside)) return [];
      const expr = source.at(log.span);
      const argument = expr?.kind === 'call' ? expr.args[0]?.value : undefined;
      const text = argument === undefined ? 'x' : oneLine(source.text(argument.span));
      const sum = source.at(node.span);
      const small = sum?.kind === 'binary' ? source.text(x === undefined ? sum.right.span : sum.left.span) : String(epsilon);
      return [
        {
          code: 'epsilon-outside-log',
          severity: 'warning',
          message: `log(${text}) + ${small} is still -inf where ${text} is 0: the epsilon belongs inside, log(${text} + ${small}).`,
          span: node.span,
          fixes:
            expr?.kind === 'call' && argument !== undefined && source.isEntry(expr.span) && (x === undefined ? a : b) === log.id
              ? [
                  fix(
                    'Move the epsilon inside the log',
                    replace(node.span, `${source.text(expr.callee.span)}(${source.text(argument.span)} + ${small})`),
                  ),
                ]
              : [],
        },
      ];
    });
  },
};

/** `y * log(p) + 1e-8`: what an epsilon is added to, behind the weights that multiply it. */
function withoutFactors(context: RuleContext, id: NodeId): GraphNode {
  const node = context.facts.node(id);
  const [a, b] = node.inputs;
  if (node.op !== 'multiply' || a === undefined || b === undefined) return node;
  return [a, b].map((input) => context.facts.node(input)).find((input) => input.op === 'log') ?? node;
}

function isGuarded(context: RuleContext, id: number): boolean {
  const node = context.facts.node(id);
  return node.op === 'maximum' || node.op === 'select';
}

export const exponentialOverflow: Rule = {
  codes: ['exp-overflow'],
  check(context) {
    const { facts } = context;
    return facts.nodes.flatMap((node): readonly Finding[] => {
      if (!facts.isLive(node.id) || node.span === null) return [];
      if (node.op === 'divide' || node.op === 'divideNoNan') return softmaxByHand(context, node);
      return node.op === 'log' && facts.isWritten(node.id) ? logOfExponentials(context, node) : [];
    });
  },
};

/** exp(z) / sum(exp(z)). */
function softmaxByHand(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [above, below] = node.inputs;
  if (above === undefined || below === undefined) return [];
  const carried = (each: GraphNode) => !CARRIES.has(each.op);
  const exp = findAbove(context, above, (each) => each.op === 'exp', carried);
  if (exp === undefined || !context.facts.isWritten(exp.id) || !mayOverflow(context, exp)) return [];
  const sameExp = (each: GraphNode) => each.op === 'exp' && each.inputs[0] === exp.inputs[0];
  const sum = findAbove(
    context,
    below,
    (each) => each.op === 'sum' && findAbove(context, each.inputs[0] ?? -1, sameExp, carried) !== undefined,
    carried,
  );
  return sum === undefined
    ? []
    : [overflow(context, exp, node, 'inf / inf is NaN. Use tf.nn.softmax or tf.nn.log_softmax, or subtract the maximum first')];
}

/** log(sum(exp(z))), log(1 + exp(z)), log(cosh(z)). */
function logOfExponentials(context: RuleContext, node: GraphNode): readonly Finding[] {
  const [input] = node.inputs;
  if (input === undefined) return [];
  const exp = findAbove(
    context,
    input,
    (each) => each.op === 'exp' || each.op === 'cosh',
    (each) => !SUMS.has(each.op),
  );
  if (exp === undefined || !mayOverflow(context, exp) || isParameter(context, exp, input)) return [];
  const summed =
    findAbove(
      context,
      input,
      (each) => each.op === 'sum',
      (each) => !SUMS.has(each.op),
    ) !== undefined;
  const stable =
    exp.op === 'cosh'
      ? 'tf.keras.losses.logcosh, or x + softplus(-2 * x) - log(2)'
      : summed
        ? 'tf.reduce_logsumexp(z, axis=…)'
        : 'tf.nn.softplus(z)';
  return [overflow(context, exp, node, `the log of it is inf although the true value is small. Use ${stable}`)];
}

/** exp of an output that is used for itself too: a scale or rate, not a sum of exponentials. */
function isParameter(context: RuleContext, exp: GraphNode, input: NodeId): boolean {
  const { facts } = context;
  if (exp.op !== 'exp') return false;
  const around = findAbove(
    context,
    input,
    (each) => each.op === 'sum' || (each.op === 'add' && each.inputs.some((one) => facts.constant(one) === 1)),
    (each) => !SUMS.has(each.op),
  );
  return around === undefined;
}

function overflow(context: RuleContext, exp: GraphNode, whole: GraphNode, consequence: string): Finding {
  const text = oneLine(context.source.text(exp.span ?? whole.span ?? context.candidate.nameSpan));
  return {
    code: 'exp-overflow',
    severity: 'warning',
    message: `${text} overflows to inf in float32 above 88, and ${consequence}.`,
    span: exp.span ?? whole.span ?? context.candidate.nameSpan,
    related: whole.span === null ? [] : [{ message: oneLine(context.source.text(whole.span)), span: whole.span }],
  };
}

const SUMS = new Set(['add', 'sum', 'mean', 'multiply', 'cast', 'identity', 'maximum', 'squeeze', 'reshape']);

const CARRIES = new Set([
  'multiply',
  'add',
  'subtract',
  'identity',
  'cast',
  'reshape',
  'expandDims',
  'squeeze',
  'slice',
  'transpose',
  'sum',
  'maximum',
  'broadcastTo',
  'select',
  'divide',
]);

/** Not where the exponent is bounded: shifted by its maximum, negative, a cosine, clipped. */
function mayOverflow(context: RuleContext, exp: GraphNode): boolean {
  const [input] = exp.inputs;
  if (input === undefined || context.facts.range(input).high <= LARGEST_EXP) return false;
  return findAbove(context, input, (node) => BOUNDS.has(node.op) || isNormalized(context, node)) === undefined;
}

const BOUNDS = new Set(['max', 'softmax', 'logSoftmax', 'sigmoid', 'tanh', 'rsqrt', 'minimum', 'select', 'logsumexp', 'stopGradient']);

/** A division by a norm. */
export function isNormalized(context: RuleContext, node: GraphNode): boolean {
  if (node.op !== 'divide' && node.op !== 'divideNoNan') return false;
  const [, below] = node.inputs;
  return below !== undefined && findAbove(context, below, (each) => each.op === 'sqrt' || each.op === 'rsqrt') !== undefined;
}
