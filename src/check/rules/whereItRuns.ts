/** Owns what the place where a loss will run forbids: another Keras backend, half precision, XLA. */
import type { CallExpr, Expr, Module } from '../../program/program';
import { collect } from '../../program/walk';
import { dottedName } from '../../python/framework';
import { oneLine } from '../facts/sourceIndex';
import { surroundingsOf } from '../surroundings';
import type { Finding, Rule, RuleContext } from './rule';

/** What the file says about where it runs. */
interface Place {
  /** The backend that the file sets, where it is not TensorFlow. */
  readonly backend: string | null;
  readonly mixedHalf: boolean;
  /** Local names of the tensorflow package itself. */
  readonly tensorflow: ReadonlySet<string>;
}

const PLACES = new WeakMap<Module, Place>();

function placeOf(module: Module): Place {
  const known = PLACES.get(module) ?? { backend: backendOf(module), mixedHalf: setsMixedHalf(module), tensorflow: tensorflowNames(module) };
  PLACES.set(module, known);
  return known;
}

/** `os.environ["KERAS_BACKEND"] = "jax"` before anything else can choose: at the module's top, and only once. */
function backendOf(module: Module): string | null {
  const chosen = collect(module.body, 'assign').flatMap((node) => {
    const target = 'targets' in node ? node.targets[0] : undefined;
    if (target?.kind !== 'index' || dottedName(target.object)?.endsWith('environ') !== true) return [];
    const [key] = target.items;
    return key?.kind === 'string' && key.value === 'KERAS_BACKEND' ? [node] : [];
  });
  const [only] = chosen;
  if (chosen.length !== 1 || only === undefined || only.value?.kind !== 'string') return null;
  const atTop = module.body.some((statement) => statement === only);
  return atTop && (only.value.value === 'jax' || only.value.value === 'torch') ? only.value.value : null;
}

const SETTERS = /(^|\.)(set_global_policy|set_policy|set_dtype_policy|set_global_dtype_policy)$/;

/** A call at the module's top, by the policy's name or an object of it. */
function setsMixedHalf(module: Module): boolean {
  const policies = module.body.flatMap((statement) => {
    const call = statement.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined;
    return call !== undefined && SETTERS.test(dottedName(call.callee) ?? '') ? [call.args[0]?.value] : [];
  });
  const [policy] = policies;
  const named = policy?.kind === 'call' ? policy.args[0]?.value : policy;
  return policies.length === 1 && named?.kind === 'string' && named.value === 'mixed_float16';
}

function tensorflowNames(module: Module): ReadonlySet<string> {
  const imports = collect(module.body, 'import').filter((statement) => statement.module === 'tensorflow');
  return new Set(imports.flatMap(({ bindings }) => bindings.flatMap(({ imported, local }) => (imported === null ? [local] : []))));
}

/** Parts of TensorFlow that compute nothing on tensors of the loss, or are Keras itself. */
const HARMLESS = /^(keras|function|autograph|name_scope|summary|print|float\d+|bfloat16|u?int\d+|bool|newaxis)(\.|$)/;

export const backendMismatch: Rule = {
  codes: ['backend-mismatch'],
  check(context) {
    const { candidate, keras, module } = context;
    if (candidate.computes === null || module.language !== 'python' || keras !== 3) return [];
    const { backend, tensorflow } = placeOf(module);
    if (backend === null) return [];
    const calls = tensorflowCalls(context, tensorflow)
      .filter(({ name }) => !HARMLESS.test(name))
      .map(({ call }) => call);
    const [first] = calls;
    if (first === undefined) return [];
    const name = oneLine(context.source.text(first.callee.span));
    const others = calls.length === 1 ? '' : ` The loss has ${calls.length} such calls.`;
    return [
      {
        code: 'backend-mismatch',
        severity: 'error',
        message: `${name}: this file sets KERAS_BACKEND to "${backend}", whose tensors TensorFlow cannot compute on while Keras trains. Use keras.ops, which runs on every backend.${others}`,
        span: first.callee.span,
      },
    ];
  },
};

/** Half the smallest subnormal of float16: what is below rounds to 0. */
const SMALLEST_HALF = 2.98e-8;

export const halfPrecisionEpsilon: Rule = {
  codes: ['half-precision-epsilon'],
  check(context) {
    const { facts, keras, module, candidate } = context;
    if (module.language !== 'python' || keras !== 2 || !context.fitted || !placeOf(module).mixedHalf) return [];
    if (candidate.computes === null || leavesHalf(context)) return [];
    const seen = new Set<number>();
    return facts.nodes.flatMap((node): readonly Finding[] => {
      const value = node.op === 'constant' || node.op === 'fill' ? facts.constant(node.id) : undefined;
      if (value === undefined || value === 0 || Math.abs(value) >= SMALLEST_HALF || Math.fround(value) === 0) return [];
      if (node.type.dtype !== 'float32' || node.span === null || !facts.isLive(node.id) || seen.has(node.span.start)) return [];
      // Not what a function of the library is made of.
      if (!/^(number|binary)$/.test(context.source.at(node.span)?.kind ?? '')) return [];
      const { span } = node;
      seen.add(span.start);
      return [
        {
          code: 'half-precision-epsilon',
          severity: 'warning',
          message: `${value} is 0 in float16, whose smallest number is 6e-8: this file sets mixed_float16, and Keras 2 hands y_pred over as float16 unless the last layer has dtype="float32". Begin with y_pred = tf.cast(y_pred, tf.float32).`,
          span,
        },
      ];
    });
  },
};

/** A cast in the loss, or a layer that is told its dtype: what is computed may be float32. */
function leavesHalf({ candidate, source }: RuleContext): boolean {
  const body = candidate.computes === null ? '' : source.text(candidate.computes.span);
  return /\bcast\(|astype\(|convert_to_tensor\(/.test(body) || /dtype\s*=\s*["'(\w.]*float32/.test(source.whole);
}

/** Without a kernel for XLA in TensorFlow 2.21, each tried under `tf.function(jit_compile=True)`. Data-dependent sizes alone are no obstacle there. */
const WITHOUT_XLA =
  /^(math\.segment_(sum|mean|max|min|prod)|unique_with_counts|numpy_function|py_function|histogram_fixed_width|linalg\.(det|eig|slogdet|sqrtm)|random\.(gamma|poisson)|nn\.dilation2d|image\.crop_and_resize|edit_distance)$/;

export const xlaUnsupported: Rule = {
  codes: ['xla-unsupported'],
  check(context) {
    const { module } = context;
    if (module.language !== 'python' || context.candidate.computes === null || !isJitCompiled(context)) return [];
    return tensorflowCalls(context, placeOf(module).tensorflow).flatMap(({ call, name }): readonly Finding[] => {
      if (!WITHOUT_XLA.test(name)) return [];
      const text = oneLine(context.source.text(call.callee.span));
      const instead = name.startsWith('math.segment_') ? ` Use ${text.replace('segment_', 'unsorted_segment_')} with num_segments.` : '';
      return [
        {
          code: 'xla-unsupported',
          severity: 'warning',
          message: `${text} has no kernel for XLA, and this loss is compiled with jit_compile=True: TensorFlow stops with "Detected unsupported operations".${instead || ' Leave jit_compile out.'}`,
          span: call.callee.span,
        },
      ];
    });
  },
};

/** Calls of the tensorflow package's functions in the loss's own body, by their names there. */
function tensorflowCalls(
  { candidate }: RuleContext,
  tensorflow: ReadonlySet<string>,
): readonly { readonly call: CallExpr; readonly name: string }[] {
  return collect(candidate.computes?.body ?? [], 'call').flatMap((call) => {
    const [root = '', ...rest] = (dottedName(call.callee) ?? '').split('.');
    return tensorflow.has(root) && rest.length > 0 ? [{ call, name: rest.join('.') }] : [];
  });
}

/** By its own decorator, or by every compile() that is given it. */
function isJitCompiled({ candidate, module }: RuleContext): boolean {
  if (candidate.computes?.decorators.some(asksForJit) === true) return true;
  const compiles = surroundingsOf(module).compilesOf(candidate);
  return compiles.length > 0 && compiles.every(({ call }) => asksForJit(call));
}

function asksForJit(expr: Expr): boolean {
  return expr.kind === 'call' && expr.args.some(({ name, value }) => name === 'jit_compile' && value.kind === 'boolean' && value.value);
}
