/** Owns axes that exist and are the wrong ones: the one of size 1, the channels, a vector's transpose. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { normalizeAxis } from '../../shape/axis';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import { oneLine, spelling } from '../facts/sourceIndex';
import { affine, findAbove } from './patterns';
import { distinctEdits, type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export function axisFix(context: RuleContext, node: GraphNode, axis: string) {
  const expr = context.source.at(node.span);
  const argument =
    expr?.kind === 'call' ? (expr.args.find((arg) => arg.name === 'axis' || arg.name === 'dimension') ?? expr.args[1]) : undefined;
  if (argument !== undefined && context.source.isEntry(argument.span)) return [fix(`Use axis=${axis}`, replace(argument.value.span, axis))];
  const last = expr?.kind === 'call' ? expr.args.at(-1) : undefined;
  if (last === undefined || !context.source.isEntry(last.span)) return [];
  return [fix(`Use axis=${axis}`, replace({ document: last.span.document, start: last.span.end, end: last.span.end }, `, axis=${axis}`))];
}

export const overlapAxes: Rule = {
  codes: ['overlap-axis', 'spatial-axes'],
  metrics: true,
  check(context) {
    const { facts } = context;
    const found: Finding[] = [];
    for (const node of facts.nodes) {
      if (node.op !== 'divide' && node.op !== 'divideNoNan') continue;
      const overlap = overlapOf(context, node);
      const finding = overlap === undefined ? undefined : judgeAxes(context, node, overlap);
      if (finding) found.push(finding);
    }
    return found;
  },
};

/** The sum over truth × prediction in the numerator of a Dice, IoU or Tversky ratio. */
export function overlapOf(context: RuleContext, ratio: GraphNode): GraphNode | undefined {
  const { facts } = context;
  const [above, below] = ratio.inputs;
  if (above === undefined || below === undefined) return undefined;
  const sum = overlapSum(context, affine(context, above).base);
  if (sum === undefined || (facts.sources(below) & PREDICTION) === 0) return undefined;
  const divisor = findAbove(
    context,
    below,
    (node) => node.op === 'sum' || node.op === 'mean',
    (node) => !['add', 'subtract', 'multiply', 'maximum', 'cast', 'identity', 'divide', 'abs'].includes(node.op),
  );
  return divisor === undefined || findAbove(context, below, (node) => node.op === 'sqrt' || node.op === 'rsqrt') !== undefined
    ? undefined
    : sum;
}

/** A sum over truth × prediction. */
export function overlapSum(context: RuleContext, id: NodeId): GraphNode | undefined {
  const sum = context.facts.node(id);
  if (sum.op !== 'sum' && sum.op !== 'mean') return undefined;
  const product = withoutSigns(context, sum.inputs[0] ?? -1);
  return product.op === 'multiply' && isOverlap(context, product) ? sum : undefined;
}

/** K.abs(y * p): the same product where neither is negative. */
function withoutSigns(context: RuleContext, id: NodeId): GraphNode {
  const node = context.facts.node(id);
  return node.op === 'abs' || node.op === 'cast' ? withoutSigns(context, node.inputs[0] ?? -1) : node;
}

/** Truth times prediction, both as they are: not a mask times a cost. */
function isOverlap(context: RuleContext, product: GraphNode): boolean {
  const [a, b] = product.inputs;
  if (a === undefined || b === undefined) return false;
  const [x, y] = [context.facts.sources(a), context.facts.sources(b)];
  return (x === TRUTH && y === PREDICTION && isBare(context, b)) || (x === PREDICTION && y === TRUTH && isBare(context, a));
}

const BARE = new Set([
  'abs',
  'sigmoid',
  'softmax',
  'maximum',
  'minimum',
  'round',
  'slice',
  'squeeze',
  'expandDims',
  'reshape',
  'cast',
  'identity',
  'transpose',
  'gather',
]);

function isBare({ facts }: RuleContext, id: NodeId): boolean {
  let node = facts.node(id);
  while (BARE.has(node.op) && node.inputs[0] !== undefined) {
    const next = node.inputs.find((input) => facts.constant(input) === undefined);
    if (next === undefined) return false;
    node = facts.node(next);
  }
  return node.op === 'input';
}

function judgeAxes(context: RuleContext, ratio: GraphNode, sum: GraphNode): Finding | undefined {
  const [input] = sum.inputs;
  if (input === undefined || sum.span === null) return undefined;
  const shape = context.facts.shape(input);
  const rank = shape.length;
  const axes = (sum.attrs.axes as readonly number[]).map((axis) => normalizeAxis(axis, rank) ?? axis).sort();
  if (rank < 4) return undefined;
  const related = ratio.span === null ? [] : [{ message: 'the ratio of overlap and size is here', span: ratio.span }];
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  if (axes.length === 1 && axes[0] === rank - 1) {
    const one = shape[rank - 1] === 1;
    return {
      code: 'overlap-axis',
      severity: 'warning',
      message: `${oneLine(context.source.text(sum.span))}: axis ${rank - 1} of ${shapeText(shape)} ${one ? 'has size 1' : 'is the channel axis'}: the overlap is taken of each pixel by itself, not of the image. Sum over the spatial axes [${(one ? [...spatial, rank - 1] : spatial).join(', ')}].`,
      span: sum.span,
      related,
      needsShapes: true,
      fixes: axesFix(context, [sum, ...otherSums(context, ratio, sum)], one ? [...spatial, rank - 1] : spatial),
    };
  }
  if (rank !== 4 || axes.join() !== '2,3') return undefined;
  return {
    code: 'spatial-axes',
    severity: 'info',
    message: `axes [2, 3] are width and channels for (B, H, W, C), the layout of TensorFlow: the result has one value for each image row. Use [1, 2] unless the data is channels-first.`,
    span: sum.span,
    related,
    needsShapes: true,
  };
}

/** Other sums of the ratio with the same axes: they have to change together. */
function otherSums(context: RuleContext, ratio: GraphNode, sum: GraphNode): readonly GraphNode[] {
  const { facts } = context;
  const same = JSON.stringify(sum.attrs.axes);
  return [...facts.ancestors(ratio.id)]
    .map((id) => facts.node(id))
    .filter((node) => node.id !== sum.id && node.op === sum.op && JSON.stringify(node.attrs.axes) === same);
}

function axesFix(context: RuleContext, sums: readonly GraphNode[], axes: readonly number[]) {
  const edits = sums.flatMap((sum) => {
    const expr = context.source.at(sum.span);
    const argument = expr?.kind === 'call' ? (expr.args.find((arg) => arg.name === 'axis') ?? expr.args[1]) : undefined;
    return argument === undefined || !context.source.isEntry(argument.span) ? [] : [replace(argument.value.span, `[${axes.join(', ')}]`)];
  });
  const distinct = distinctEdits(edits);
  return distinct.length === 0 ? [] : [fix(`Sum over axes [${axes.join(', ')}]`, ...distinct)];
}

export const transposeOfVector: Rule = {
  codes: ['transpose-of-vector'],
  metrics: true,
  check({ facts, source }) {
    const seen = new Set<number>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const [input] = node.inputs;
      if (
        node.op !== 'transpose' ||
        input === undefined ||
        node.span === null ||
        facts.shape(input).length > 1 ||
        seen.has(node.span.start)
      )
        return [];
      const expr = source.at(node.span);
      // A permutation says what is meant, whatever the shape was taken for.
      if (expr?.kind !== 'call' || spelling(expr) !== 'transpose' || expr.args.length > 1) return [];
      seen.add(node.span.start);
      const argument = expr.args[0]?.value;
      const text = argument === undefined ? 'it' : oneLine(source.text(argument.span));
      return [
        {
          code: 'transpose-of-vector',
          severity: 'warning',
          message: `${text} has rank ${facts.shape(input).length}: ${oneLine(source.text(node.span))} returns it unchanged. For a table of all pairs write tf.expand_dims(${text}, 1) against tf.expand_dims(${text}, 0).`,
          span: node.span,
          needsShapes: true,
          fixes:
            argument === undefined || facts.shape(input).length !== 1
              ? []
              : [fix('Make it a column', replace(expr.span, `tf.expand_dims(${source.text(argument.span)}, 1)`))],
        },
      ];
    });
  },
};
