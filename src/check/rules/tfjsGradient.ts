/** Owns ops that TensorFlow.js cannot differentiate: with y_pred before and the loss behind them, `fit` throws. */
import type { GraphNode, NodeId } from '../../graph/graph';
import type { Finding, Rule, RuleContext } from './rule';
import { predictionBit } from './tfjsUse';

/** Kernels without a registered gradient (reference: tfjs 4.22), by our primitive. */
const KERNELS: Readonly<Record<string, string>> = {
  equal: 'Equal',
  notEqual: 'NotEqual',
  greater: 'Greater',
  less: 'Less',
  lessEqual: 'LessEqual',
  logicalAnd: 'LogicalAnd',
  logicalOr: 'LogicalOr',
  logicalXor: 'LogicalXor',
  logicalNot: 'LogicalNot',
  all: 'All',
  any: 'Any',
  divideNoNan: 'Equal',
  einsum: 'Einsum',
  cumprod: 'Cumprod',
  gatherNd: 'GatherNd',
  scatterNd: 'ScatterNd',
  tensorScatter: 'TensorScatterUpdate',
  topKIndices: 'TopK',
  uniqueValues: 'Unique',
  bincount: 'Bincount',
  searchSorted: 'SearchSorted',
  bitwiseAnd: 'BitwiseAnd',
  fft: 'FFT',
};

const INSTEAD: Readonly<Record<string, string>> = {
  einsum: 'Rewrite it with mul, sum and matMul.',
  gatherNd: 'Rewrite it with gather or slice.',
  slice: 'Rewrite it with slice and gather.',
  cumprod: 'Rewrite it with log, cumsum and exp.',
  divideNoNan: 'Divide by a clipped value.',
};
const COMPARISON = 'Compute the mask in tf.customGrad with a gradient of zeros, or do without it (relu, maximum, clipByValue).';

export const tfjsGradient: Rule = {
  codes: ['tfjs-no-gradient'],
  check(context) {
    const { outcome, facts } = context;
    if (outcome.value === null) return [];
    const found = findUndifferentiable(context, outcome.value);
    if (found === undefined) return [];
    const kernel = kernelOf(context, found) ?? '';
    const finding: Finding = {
      code: 'tfjs-no-gradient',
      severity: 'error',
      message: `${facts.nameOf(found.id)} has no gradient in TensorFlow.js, and y_pred comes before it: fit throws "gradient function not found for ${kernel}". ${INSTEAD[found.op] ?? COMPARISON}`,
      span: found.span ?? context.candidate.nameSpan,
    };
    return [finding];
  },
};

/** The first op on the way from y_pred to the result that TensorFlow.js cannot differentiate. */
export function findUndifferentiable(context: RuleContext, value: NodeId): GraphNode | undefined {
  return onTape(context, value).find((node) => kernelOf(context, node) !== undefined);
}

/** What lies between y_pred and the result, in the order of the program. Inside tf.customGrad nothing is differentiated. */
function onTape(context: RuleContext, value: NodeId): readonly GraphNode[] {
  const { facts } = context;
  const prediction = predictionBit(context);
  const reached = new Map<NodeId, GraphNode>();
  const queue = [value];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id) || (facts.sources(id) & prediction) === 0) continue;
    const node = facts.node(id);
    reached.set(id, node);
    queue.push(...(node.op === 'customGradient' ? node.inputs.slice(1) : node.op === 'stopGradient' ? [] : node.inputs));
  }
  return [...reached.values()].filter(({ op }) => op !== 'input').sort((a, b) => a.id - b.id);
}

function kernelOf({ facts }: RuleContext, node: GraphNode): string | undefined {
  if (node.op === 'slice') return /\bstridedSlice\s*\(/.test(facts.nameOf(node.id)) ? 'StridedSlice' : undefined;
  return Object.hasOwn(KERNELS, node.op) ? KERNELS[node.op] : undefined;
}
