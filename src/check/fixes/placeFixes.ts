/** Owns fixes of where a loss runs: keras.ops for TensorFlow's functions, XLA left out. */
import type { Edit, Fix } from '../../base/problem';
import type { CallExpr } from '../../program/program';
import { collect } from '../../program/walk';
import { dottedName } from '../../python/framework';
import { placeOf, tensorflowCalls } from '../facts/place';
import { distinctEdits, type Finding, fix, insertAfter, type RuleContext, replace } from '../rules/rule';
import { kerasNameOf } from './importStyle';
import { kerasTarget } from './kerasBackend';

const SAME_KEYWORDS = /^(axis|keepdims|dtype)$/;

/** All of a loss at once: half of it would not run. */
export function kerasForTensorflow(_finding: Finding, context: RuleContext): readonly Fix[] {
  const { module, candidate } = context;
  const { prefix, imports } = kerasTarget(module);
  const calls = tensorflowCalls(context);
  const edits = calls.map(({ call, name }): Edit | undefined => {
    const own = kerasNameOf(name);
    const strange = call.args.some((arg) => arg.spread !== undefined || (arg.name !== undefined && !SAME_KEYWORDS.test(arg.name)));
    return own === undefined || strange ? undefined : replace(call.callee.span, `${prefix}${own}`);
  });
  if (candidate.computes === null || edits.length === 0 || !edits.every((edit) => edit !== undefined)) return [];
  const dtypes = calls.flatMap(({ call }) => dtypesIn(call, placeOf(module).tensorflow));
  return [fix(`Replace all TensorFlow functions of this loss by ${prefix}*`, ...imports, ...edits, ...distinctEdits(dtypes))];
}

/** `tf.float32` → `"float32"`. */
function dtypesIn(call: CallExpr, tensorflow: ReadonlySet<string>): readonly Edit[] {
  return collect(
    call.args.map(({ value }) => value),
    'attribute',
  ).flatMap((node) => {
    const [root = '', name = '', ...rest] = (dottedName(node) ?? '').split('.');
    return tensorflow.has(root) && rest.length === 0 && /^(float|int|uint)\d+$|^bool$/.test(name) ? [replace(node.span, `"${name}"`)] : [];
  });
}

/** For a loss that XLA cannot compile. */
export function withoutXla({ severity }: Finding, context: RuleContext): readonly Fix[] {
  const calls = [...context.compiles.map(({ call }) => call), ...(context.candidate.computes?.decorators ?? [])].filter(
    (expr): expr is CallExpr => expr.kind === 'call',
  );
  const given = calls.flatMap(({ args }) =>
    args.filter(({ name, value }) => name === 'jit_compile' && value.kind === 'boolean' && value.value),
  );
  if (given.length > 0) return [fix('Leave XLA out: jit_compile=False', ...given.map(({ value }) => replace(value.span, 'False')))];
  const open = severity === 'info' ? calls.flatMap(({ args }) => args.at(-1) ?? []) : [];
  return open.length === 0
    ? []
    : [fix('Leave XLA out: jit_compile=False', ...open.map((last) => insertAfter(last.span, ', jit_compile=False')))];
}
