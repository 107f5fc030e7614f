/** Owns silent broadcasting: data axes that are stretched against each other without anyone having asked for it. */
import type { GraphNode, NodeId } from '../../graph/graph';
import { compareDims, dimText, hasRole, productOfDims } from '../../shape/dim';
import { compareShapes, type Shape } from '../../shape/shape';
import { shapeText } from '../../shape/shapeText';
import { PREDICTION, TRUTH } from '../facts/graphFacts';
import type { AxisOrigin } from '../facts/origins';
import { oneLine } from '../facts/sourceIndex';
import { findBelow } from './patterns';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

const BINARY = new Set(
  'add subtract multiply divide floorDivide mod power maximum minimum squaredDifference divideNoNan multiplyNoNan xlogy xdivy equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr sigmoidCrossEntropy'.split(
    ' ',
  ),
);

/** An axis along which one side is stretched; no origin: the side lacks the axis. */
interface Stretched {
  readonly axis: number;
  readonly origin: AxisOrigin | undefined;
}

export const silentBroadcast: Rule = {
  codes: ['silent-broadcast', 'label-column-stretched'],
  metrics: true,
  check(context) {
    const findings: Finding[] = [];
    const doubled = new Set<NodeId>();
    for (const node of context.facts.nodes) {
      const found = checkNode(context, node, doubled);
      if (found) findings.push(found);
    }
    return findings;
  },
};

function checkNode(context: RuleContext, node: GraphNode, doubled: Set<NodeId>): Finding | undefined {
  const operands = node.op === 'select' ? node.inputs : BINARY.has(node.op) ? node.inputs : [];
  if (node.inputs.some((input) => doubled.has(input))) {
    doubled.add(node.id);
    return undefined;
  }
  if (node.span === null || operands.length < 2) return undefined;
  for (let i = 0; i < operands.length; i++) {
    for (let j = i + 1; j < operands.length; j++) {
      const [a, b] = [operands[i], operands[j]];
      const found = a === undefined || b === undefined ? undefined : checkPair(context, node, a, b);
      if (!found) continue;
      doubled.add(node.id);
      return found;
    }
  }
  return undefined;
}

function checkPair(context: RuleContext, node: GraphNode, a: NodeId, b: NodeId): Finding | undefined {
  const { facts } = context;
  const data = TRUTH | PREDICTION;
  if ((facts.sources(a) & data) === 0 || (facts.sources(b) & data) === 0) return undefined;
  const left = stretched(context, a, node.type.shape);
  const right = stretched(context, b, node.type.shape);
  if (left.length > 0 && right.length > 0) return mutual(context, node, a, b, left, right);
  if (left.length > 0) return oneSided(context, node, a, b, left);
  return right.length > 0 ? oneSided(context, node, b, a, right) : undefined;
}

function stretched(context: RuleContext, id: NodeId, to: Shape): readonly Stretched[] {
  const from = context.facts.shape(id);
  const added = to.length - from.length;
  return to.flatMap((dim, axis): readonly Stretched[] => {
    if (dim === 1) return [];
    if (axis < added) return [{ axis, origin: undefined }];
    return from[axis - added] === 1 ? [{ axis, origin: context.origins.of(id)[axis - added] }] : [];
  });
}

const isExplicit = ({ origin }: Stretched): boolean => origin?.kind === 'explicit';

/** Both sides are stretched: a table of all pairs. */
function mutual(
  context: RuleContext,
  node: GraphNode,
  a: NodeId,
  b: NodeId,
  left: readonly Stretched[],
  right: readonly Stretched[],
): Finding | undefined {
  const { facts } = context;
  const batches = node.type.shape.filter((dim) => hasRole(dim, 'batch')).length;
  if (batches < 2) return undefined;
  // A scalar or row of statistics has no batch to be paired.
  const hasBatch = (id: NodeId) => facts.shape(id).some((dim) => hasRole(dim, 'batch'));
  if (!hasBatch(a) || !hasBatch(b)) return undefined;
  const every = [...left, ...right];
  if (every.every((each) => isExplicit(each) || each.origin?.kind === 'moved')) return undefined;
  const [from, to] = [facts.sources(a), facts.sources(b)];
  const crossed = (from & to & (TRUTH | PREDICTION)) === 0;
  if (!crossed && (from & (TRUTH | PREDICTION)) === (to & (TRUTH | PREDICTION)) && isMeantPair(context, a, b, left, right))
    return undefined;
  return pairTable(context, node, a, b);
}

/** `x - expand_dims(x, 1)`, `equal(ids, transpose(ids))`: the same value against itself. */
function isMeantPair(context: RuleContext, a: NodeId, b: NodeId, left: readonly Stretched[], right: readonly Stretched[]): boolean {
  if (isTransposeOf(context, a, b) || isTransposeOf(context, b, a)) return true;
  const meant = (each: Stretched) => isExplicit(each) || each.origin?.kind === 'moved' || each.origin?.kind === 'other';
  if (!left.some(meant) && !right.some(meant)) return false;
  const plain = (id: NodeId): string => {
    const origins = context.origins.of(id);
    return context.facts
      .shape(id)
      .flatMap((dim, axis) => (dim === 1 && origins[axis]?.kind === 'explicit' ? [] : [dimText(dim)]))
      .sort()
      .join();
  };
  return plain(a) === plain(b);
}

/** `norms * tf.transpose(norms)`. */
function isTransposeOf({ facts }: RuleContext, id: NodeId, of: NodeId): boolean {
  const node = facts.node(id);
  return node.op === 'transpose' && node.inputs[0] === of;
}

function pairTable(context: RuleContext, node: GraphNode, a: NodeId, b: NodeId): Finding | undefined {
  const { facts } = context;
  if (node.span === null) return undefined;
  const [x, y] = [facts.shape(a), facts.shape(b)];
  const [first, second] = [oneLine(facts.operandName(node, a)), oneLine(facts.operandName(node, b))];
  const [low, high] = x.length <= y.length ? [first, second] : [second, first];
  return {
    code: 'silent-broadcast',
    severity: 'warning',
    message: `${first} ${shapeText(x)} and ${second} ${shapeText(y)} broadcast to ${shapeText(node.type.shape)}: every sample is combined with every other one. Nothing fails, but the number is wrong. Give both the same shape, e.g. tf.reshape(${low}, tf.shape(${high})); if a table of all pairs is wanted, say so with tf.expand_dims or None on both sides.`,
    span: node.span,
    needsShapes: true,
    related: definitions(context, [a, b]),
    fixes: reshapeFix(context, node, x.length <= y.length ? [a, b] : [b, a]),
  };
}

/** Only where both hold the same elements does a reshape make them alike. */
function reshapeFix(context: RuleContext, node: GraphNode, [low, high]: readonly [NodeId, NodeId]) {
  const { facts, source } = context;
  const [place, other] = [facts.operandPlace(node, low), facts.operandPlace(node, high)];
  if (place === undefined || other === undefined || !source.isEntry(place)) return [];
  if (compareDims(productOfDims(facts.shape(low)), productOfDims(facts.shape(high))) !== 'equal') return [];
  const [from, to] = meetsLater(context, node, facts.shape(low)) ? [other, place] : [place, other];
  if (!source.isEntry(from)) return [];
  const [text, like] = [source.text(from), source.text(to)];
  return [fix(`Reshape ${oneLine(text)} like ${oneLine(like)}`, replace(from, `tf.reshape(${text}, tf.shape(${like}))`))];
}

/** Whether the result is combined with another value of this shape: then both sides should have it. */
function meetsLater(context: RuleContext, node: GraphNode, shape: Shape): boolean {
  const { facts } = context;
  const meets = (each: GraphNode) =>
    each.inputs.length === 2 &&
    each.inputs.some(
      (id) => !facts.ancestors(id).has(node.id) && compareShapes(facts.shape(id), shape) === 'equal' && facts.sources(id) !== 0,
    );
  return findBelow(context, node.id, meets, (each) => each.type.shape.length < 2) !== undefined;
}

/** The places that made the operands. */
function definitions(context: RuleContext, ids: readonly NodeId[]) {
  return ids.flatMap((id) => {
    const { span } = context.facts.node(id);
    return span === null ? [] : [{ message: `${oneLine(context.source.text(span))} is ${shapeText(context.facts.shape(id))}`, span }];
  });
}

/** A label column (B, 1) over the class columns of the prediction. */
function oneSided(context: RuleContext, node: GraphNode, narrow: NodeId, wide: NodeId, axes: readonly Stretched[]): Finding | undefined {
  const { facts, origins } = context;
  const [only] = axes;
  if (node.span === null || axes.length !== 1 || only?.origin?.kind !== 'data' || only.origin.sliced) return undefined;
  if (facts.sources(narrow) !== TRUTH || (facts.sources(wide) & TRUTH) !== 0) return undefined;
  const last = node.type.shape.length - 1;
  const across = origins.of(wide).at(-1);
  // Sliced or packed columns of the prediction are parameters of a distribution: one label against all of them is meant.
  if (only.axis !== last || across?.kind !== 'data' || across.sliced || node.type.shape.length !== 2) return undefined;
  if (isComparedWithColumns(context, node, wide) || isEnsemble(context, node)) return undefined;
  if (!stretchesLabels(node)) return undefined;
  return {
    code: 'label-column-stretched',
    severity: 'warning',
    message: `${oneLine(facts.operandName(node, narrow))} ${shapeText(facts.shape(narrow))} is stretched over the ${dimText(node.type.shape[last] ?? 0)} columns of ${oneLine(facts.operandName(node, wide))} ${shapeText(facts.shape(wide))}: one label is used for every column. If it is a class id, one-hot it or use sparse_categorical_crossentropy; if it is a value, the model's last layer has too many units.`,
    span: node.span,
    needsShapes: true,
    related: definitions(context, [narrow, wide]),
  };
}

function stretchesLabels(node: GraphNode): boolean {
  return node.op === 'multiply' || node.op === 'subtract' || node.op === 'squaredDifference' || node.op === 'sigmoidCrossEntropy';
}

const CHOOSES = new Set(['min', 'max', 'logsumexp', 'sortIndices', 'topKIndices']);
const SPREADS = new Set(['mean', 'sortIndices']);

/** Columns are guesses at one value: the best is chosen, or they are averaged, ordered or paired among themselves. */
function isEnsemble(context: RuleContext, node: GraphNode): boolean {
  const { facts } = context;
  const ofColumns = ({ inputs, type }: GraphNode) => facts.shape(inputs[0] ?? -1).length === 2 && type.shape.length > 0;
  if (findBelow(context, node.id, (each) => CHOOSES.has(each.op) && ofColumns(each)) !== undefined) return true;
  return facts.nodes.some(
    (each) =>
      facts.sources(each.id) === PREDICTION &&
      facts.isLive(each.id) &&
      ((SPREADS.has(each.op) && ofColumns(each)) || each.type.shape.length > 2),
  );
}

/** A row of constants as long as the columns (quantiles, thresholds, class ids) that meets the result says that each column has its own meaning. */
function isComparedWithColumns(context: RuleContext, node: GraphNode, wide: NodeId): boolean {
  const { facts } = context;
  const columns = facts.shape(wide).at(-1);
  const isRow = (id: NodeId): boolean => {
    const shape = facts.shape(id);
    return (
      (facts.sources(id) & (TRUTH | PREDICTION)) === 0 &&
      shape.length > 0 &&
      shape.at(-1) !== 1 &&
      (columns === undefined || dimText(shape.at(-1) ?? 0) === dimText(columns))
    );
  };
  const seen = new Set<NodeId>();
  const queue = [node.id];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id) || facts.shape(id).length === 0) continue;
    seen.add(id);
    if (facts.node(id).inputs.some(isRow)) return true;
    queue.push(...facts.consumers(id));
  }
  return false;
}
