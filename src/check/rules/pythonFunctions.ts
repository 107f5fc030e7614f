/** Owns Python run inside the graph: what blocks the gradient in it, and results whose shape nobody knows. */
import type { Expr, FunctionDefinition } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { PREDICTION } from '../facts/graphFacts';
import { dotted } from './body';
import { type Finding, fix, type Rule, type RuleContext, replace } from './rule';

export const pythonFunction: Rule = {
  codes: ['python-function-in-graph'],
  check(context) {
    const { computes } = context.candidate;
    if (computes === null) return [];
    return callsIn(context).flatMap((call): readonly Finding[] => {
      const name = dotted(call.callee);
      if (!/(^|\.)(numpy_function|py_func)$/.test(name)) return [];
      if (!readsPrediction(context, call)) return [];
      const whole = isReturned(context, call.span);
      return [
        {
          code: 'python-function-in-graph',
          severity: whole ? 'error' : 'warning',
          message: `${name} runs NumPy inside the graph: no gradient passes through it${whole ? ', so none reaches the model ("No gradients provided for any variable")' : ''}. Write it with tf functions, or give it a gradient with tf.custom_gradient.`,
          span: call.span,
        },
      ];
    });
  },
};

function callsIn({ candidate }: RuleContext) {
  return candidate.computes === null ? [] : collect(candidate.computes.body, 'call');
}

function isReturned({ candidate }: RuleContext, span: { readonly start: number; readonly end: number }): boolean {
  return (candidate.computes?.body ?? []).some(
    (statement) =>
      statement.kind === 'return' &&
      statement.value !== null &&
      statement.value.span.start === span.start &&
      statement.value.span.end === span.end,
  );
}

function readsPrediction({ facts }: RuleContext, call: Extract<Expr, { readonly kind: 'call' }>): boolean {
  const given = call.args.flatMap((arg) => (arg.value.kind === 'list' || arg.value.kind === 'tuple' ? arg.value.items : [arg.value]));
  return given.some((value) => {
    const id = facts.valueAt(value.span);
    return id !== undefined && (facts.sources(id) & PREDICTION) !== 0;
  });
}

const PY_FUNCTION = /(^|\.)py_function$/;

/** Keras 3 iterates over the shape of what a loss returns: of a py_function it has none. */
export const bareFunction: Rule = {
  codes: ['python-function-in-graph'],
  check(context) {
    const { candidate, source, keras } = context;
    const { computes } = candidate;
    if (computes === null || context.use === 'maybe' || keras === 'none') return [];
    const calls = collect(computes.body, 'call').filter(({ callee }) => PY_FUNCTION.test(dotted(callee)));
    if (calls.length === 0) return [];
    const blind = calls.find(
      (call) => readsPrediction(context, call) && runsNumpy(context, (call.args.find((arg) => arg.name === 'func') ?? call.args[0])?.value),
    );
    if (blind !== undefined)
      return [
        finding(
          context,
          blind,
          `${dotted(blind.callee)} runs NumPy inside the graph: no gradient passes through it. Use tf functions in it, or outside of it.`,
        ),
      ];
    if (keras !== 3) return [];
    const returned = statementsOf(computes.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
    const bare = returned.map((value) => bareCall(context, computes, value, 0)).find((call) => call !== undefined);
    if (bare === undefined) return [];
    const text = source.text(bare.span);
    return [
      {
        ...finding(
          context,
          bare,
          `the result of ${dotted(bare.callee)} has no known rank, and Keras 3 fails on it ("Cannot iterate over a shape with unknown rank"). Say its shape with tf.ensure_shape(…, [None]) or reduce it to a scalar.`,
        ),
        fixes: source.isEntry(bare.span) ? [fix('Reduce it to a scalar', replace(bare.span, `tf.reduce_mean(${text})`))] : [],
      },
    ];
  },
};

function finding({ fitted, candidate }: RuleContext, call: Extract<Expr, { readonly kind: 'call' }>, message: string): Finding {
  return {
    code: 'python-function-in-graph',
    severity: fitted ? 'error' : 'warning',
    message,
    span: call.span,
    related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
  };
}

/** The py_function that a value consists of, with nothing but arithmetic around it and no shape given to it. */
function bareCall(
  context: RuleContext,
  computes: FunctionDefinition,
  value: Expr,
  depth: number,
): Extract<Expr, { readonly kind: 'call' }> | undefined {
  if (depth > 4) return undefined;
  if (value.kind === 'call') return PY_FUNCTION.test(dotted(value.callee)) ? value : undefined;
  if (value.kind === 'binary')
    return bareCall(context, computes, value.left, depth + 1) ?? bareCall(context, computes, value.right, depth + 1);
  if (value.kind === 'unary') return bareCall(context, computes, value.operand, depth + 1);
  if (value.kind !== 'name') return undefined;
  const bound = statementsOf(computes.body).filter(
    (s) =>
      (s.kind === 'assign' && s.targets.some((target) => target.kind === 'name' && target.name === value.name)) ||
      (s.kind === 'augment' && s.target.kind === 'name' && s.target.name === value.name),
  );
  const [only] = bound;
  if (bound.length !== 1 || only?.kind !== 'assign' || only.value === null) return undefined;
  const shaped = collect(computes.body, 'call').some(({ callee }) => dotted(callee) === `${value.name}.set_shape`);
  return shaped ? undefined : bareCall(context, computes, only.value, depth + 1);
}

/** A function whose body turns tensors into arrays. */
function runsNumpy({ candidate, module }: RuleContext, func: Expr | undefined): boolean {
  const blocks = [...candidate.owners.map((owner) => owner.body), candidate.computes?.body ?? [], module.body];
  const definition =
    func?.kind === 'function'
      ? func.definition
      : func?.kind === 'name'
        ? blocks
            .flatMap((block) => block.flatMap((s) => (s.kind === 'function' && s.definition.name === func.name ? [s.definition] : [])))
            .at(-1)
        : undefined;
  if (definition === undefined) return false;
  const calls = collect(definition.body, 'call').map(({ callee }) =>
    callee.kind === 'attribute' && callee.name === 'numpy' ? '.numpy' : dotted(callee),
  );
  return calls.includes('.numpy') && !calls.some((name) => /^(tf|K|keras|ops|tensorflow)\./.test(name));
}
