/** Owns what XLA cannot compile, each tried with TensorFlow 2.21 under `jit_compile=True`: functions without a kernel, loops, what follows a selection. */
import type { Severity } from '../../base/problem';
import type { Span } from '../../base/span';
import type { GraphNode } from '../../graph/graph';
import type { CallExpr } from '../../program/program';
import { hasRole } from '../../shape/dim';
import { PREDICTION } from '../facts/graphFacts';
import { frameworkCalls, isJitCompiled, type NamedCall } from '../facts/place';
import { oneLine } from '../facts/sourceIndex';
import type { Finding, Rule, RuleContext } from './rule';

/** Data-dependent sizes alone are no obstacle: boolean_mask, where, unique, range, one_hot and slices of such sizes compile. */
const WITHOUT_KERNEL = new RegExp(
  `^(${[
    'print|py_function|numpy_function|compat\\.v1\\.py_func|timestamp|edit_distance|histogram_fixed_width|unique_with_counts',
    'strings\\.(as_string|format|join|to_number|reduce_join|length|substr)|sets\\.\\w+',
    'sparse\\.(sparse_dense_matmul|reduce_sum|reduce_max|slice|segment_sum|segment_mean)',
    'ragged\\.(boolean_mask|stack|range)|RaggedTensor\\.from_tensor',
    'math\\.(segment_(sum|mean|max|min|prod)|bessel_i[01]|reduce_euclidean_norm)|math\\.special\\.(bessel_[jky]\\w+|dawsn|expint|fresnel_\\w+|spence)',
    'linalg\\.(det|eig|eigvals|slogdet|sqrtm|logm|lu|tridiagonal_solve)|random\\.(gamma|poisson|stateless_gamma)',
    'nn\\.(dilation2d|erosion2d|max_pool_with_argmax|fractional_avg_pool|fractional_max_pool)',
    'nn\\.(embedding_lookup_sparse|sampled_softmax_loss|nce_loss|ctc_beam_search_decoder|ctc_greedy_decoder)|keras\\.backend\\.ctc_batch_cost',
    'image\\.(crop_and_resize|combined_non_max_suppression)',
    'keras\\.ops\\.((linalg\\.)?(det|slogdet|lu_factor)|bincount)|keras\\.random\\.(gamma|beta|binomial)',
  ].join('|')})$`,
);

/** Of `tf.image.resize`. */
const RESIZE_METHODS = /^(bicubic|area|lanczos3|lanczos5|gaussian|mitchellcubic)$/i;

export const xlaUnsupported: Rule = {
  codes: ['xla-unsupported'],
  check(context) {
    const severity = severityHere(context);
    if (severity === undefined) return [];
    const calls = frameworkCalls(context).flatMap((each) => ofCall(context, each));
    return [...calls, ...afterSelection(context)].map(({ what, instead, span }): Finding => {
      const compiled =
        severity === 'warning' ? 'this loss is compiled with jit_compile=True' : 'Keras 3 compiles the training step by itself on a GPU';
      const otherwise = severity === 'warning' ? 'Leave jit_compile out.' : 'Use compile(jit_compile=False) there.';
      return { code: 'xla-unsupported', severity, message: `${what}, and ${compiled}. ${instead ?? otherwise}`, span };
    });
  },
};

/** Undefined where nothing says that XLA compiles the loss. */
function severityHere(context: RuleContext): Severity | undefined {
  const { candidate, module, keras, compiles } = context;
  if (module.language !== 'python' || candidate.computes === null) return undefined;
  if (isJitCompiled(context)) return 'warning';
  const automatic =
    keras === 3 &&
    compiles.length > 0 &&
    compiles.every(({ call }) => !call.args.some(({ name, spread }) => DECIDES.test(name ?? '') || spread !== undefined));
  return automatic ? 'info' : undefined;
}

const DECIDES = /^(jit_compile|run_eagerly)$/;

interface Refused {
  readonly what: string;
  readonly span: Span;
  readonly instead?: string;
}

function ofCall({ source }: RuleContext, { call, name }: NamedCall): readonly Refused[] {
  const text = oneLine(source.text(call.callee.span));
  const { span } = call.callee;
  if (name === 'image.resize' || name === 'compat.v1.image.resize') {
    const method = resizeMethod(call);
    return method === undefined
      ? []
      : [{ what: `${text} has no kernel for XLA with method="${method}"`, span, instead: 'Bilinear and nearest have.' }];
  }
  if (
    name === 'while_loop' &&
    !call.args.some((arg) => arg.name === 'maximum_iterations' || arg.spread !== undefined) &&
    call.args.length < 7
  )
    return [
      { what: `the gradient of ${text} needs to know how many rounds there can be under XLA`, span, instead: 'Give maximum_iterations.' },
    ];
  if (!WITHOUT_KERNEL.test(name)) return [];
  const instead = name.startsWith('math.segment_')
    ? { instead: `Use ${text.replace('segment_', 'unsorted_segment_')} with num_segments.` }
    : {};
  return [{ what: `${text} has no kernel for XLA (TensorFlow stops with "Detected unsupported operations")`, span, ...instead }];
}

function resizeMethod({ args }: CallExpr): string | undefined {
  const value = (args.find(({ name }) => name === 'method') ?? args.filter(({ name }) => name === undefined)[2])?.value;
  const method = value?.kind === 'string' ? value.value : value?.kind === 'attribute' ? value.name : '';
  return RESIZE_METHODS.test(method) ? method.toLowerCase() : undefined;
}

/** What does not go with a size that the data decides, although such sizes compile: measured with tf.boolean_mask before it. */
const OF_SELECTED: Readonly<Record<string, string>> = {
  sort: 'has no gradient that XLA compiles ("must be a compile-time constant")',
  top_k: 'has no gradient that XLA compiles ("must be a compile-time constant")',
  cumsum: 'gives wrong numbers under XLA, which pads the selection',
  concat: 'gets a wrong gradient under XLA, which pads the selection',
  concatenate: 'gets a wrong gradient under XLA, which pads the selection',
  '[]': 'takes an element of the padding under XLA, counted from the end',
};

function afterSelection(context: RuleContext): readonly Refused[] {
  const { facts, source } = context;
  const seen = new Set<number>();
  return facts.nodes.flatMap((node): readonly Refused[] => {
    const what = OF_SELECTED[facts.spelled(node.id)];
    if (what === undefined || node.span === null || seen.has(node.span.start) || !source.isEntry(node.span)) return [];
    if (!isOfSelected(context, node)) return [];
    seen.add(node.span.start);
    const text = oneLine(source.text(node.span));
    const instead = 'Keep the size: multiply by the mask, or put tf.where around it.';
    return [{ what: `${text} works on as many elements as the data selects, and ${what}`, span: node.span, instead }];
  });
}

function isOfSelected({ facts, source }: RuleContext, node: GraphNode): boolean {
  const [input = -1] = node.inputs;
  const shape = facts.shape(input);
  if ((facts.sources(input) & PREDICTION) === 0) return false;
  const axis = typeof node.attrs.axis === 'number' ? node.attrs.axis : -1;
  switch (node.op) {
    case 'sortIndices':
    case 'topKIndices':
      return shape.some((dim) => hasRole(dim, 'fresh'));
    case 'cumsum':
    case 'concat':
      return hasRole(shape.at(axis) ?? 0, 'fresh');
    case 'slice': {
      const expr = source.at(node.span);
      const [item] = expr?.kind === 'index' ? expr.items : [];
      return item?.kind === 'unary' && item.op === '-' && hasRole(shape[0] ?? 0, 'fresh');
    }
    default:
      return false;
  }
}
