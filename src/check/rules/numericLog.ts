/** Owns logarithms that leave the range of floats: of softmax, with the epsilon outside. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { oneLine } from '../facts/sourceIndex';
import { writtenOps } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';
import { type Saturating, saturatingIn } from './saturation';

/** Largest epsilon that is taken for one. */
const SMALL = 0.011;

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
