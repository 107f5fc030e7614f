/** Owns scalar losses under a distribution strategy, measured with a MirroredStrategy of two devices: Keras 3 counts them once for each replica. */
import type { Block, Expr, Stmt } from '../../program/program';
import { collect } from '../../program/walk';
import type { Rule, RuleContext } from './rule';

export const strategyScope: Rule = {
  codes: ['scalar-return'],
  check(context) {
    const { outcome, keras, candidate } = context;
    if (outcome.value === null || outcome.returned?.kind !== 'tensor' || outcome.build.shape(outcome.value).length > 0) return [];
    if (keras !== 3 || context.module.language !== 'python' || !isDistributed(context)) return [];
    return [
      {
        code: 'scalar-return',
        severity: 'info',
        message:
          "returns a scalar, and its compile() belongs to a distribution strategy: Keras 3 then counts the loss once for each replica, so that value and gradients are as many times too large. sample_weight, class_weight and masks only multiply the batch's mean. Reduce over axis=-1 for one value per sample.",
        span: returned(candidate.computes?.body ?? []) ?? candidate.nameSpan,
        related: [{ message: `${candidate.name} is defined here`, span: candidate.nameSpan }],
      },
    ];
  },
};

/** The only returned expression. */
function returned(body: Block) {
  const returns = collect(body, 'return');
  return returns.length === 1 ? returns[0]?.value?.span : undefined;
}

/** `with strategy.scope():` around a compile() that is given the loss, around the call of the function that it stands in, or around the making of its model. */
function isDistributed({ module, compiles }: RuleContext): boolean {
  if (compiles.length === 0) return false;
  const scopes = collect(module.body, 'with').filter((each) => each.items.some(({ context }) => isScope(context)));
  return compiles.some(({ span, owners, model }) =>
    scopes.some((scope) => {
      if (scope.span.start <= span.start && span.end <= scope.span.end) return true;
      const names = [...collect(scope.body, 'name').map(({ name }) => name), ...assigned(scope.body)];
      return [...owners.map(({ name }) => name), model.kind === 'name' ? model.name : ''].some((name) => names.includes(name));
    }),
  );
}

function isScope(expr: Expr): boolean {
  return expr.kind === 'call' && expr.callee.kind === 'attribute' && expr.callee.name === 'scope' && expr.args.length === 0;
}

function assigned(body: readonly Stmt[]): readonly string[] {
  return collect(body, 'assign').flatMap((node) =>
    'targets' in node ? node.targets.flatMap((target) => (target.kind === 'name' ? [target.name] : [])) : [],
  );
}
