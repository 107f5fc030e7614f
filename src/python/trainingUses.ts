/** Owns which functions a module's own training uses as losses: what a gradient tape records as a loss, what add_loss is given. */
import { mentioning } from '../program/mentions';
import type { CallExpr, Expr, Module, Stmt } from '../program/program';
import { collect, walk } from '../program/walk';

/** Names of functions that are called with a pair there. */
export function functionsTrainedOn(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  const training = mentioning(
    module.body,
    ({ names: read, attributes }) => attributes.has('add_loss') || attributes.has('GradientTape') || read.has('GradientTape'),
  );
  walk(training, (node) => {
    if (node.kind === 'with' && node.items.some(({ context }) => isTape(context))) for (const name of lossesIn(node.body)) names.add(name);
    if (node.kind === 'call' && node.callee.kind === 'attribute' && node.callee.name === 'add_loss')
      for (const call of collect(
        node.args.map((arg) => arg.value),
        'call',
      ))
        for (const name of pairCalled(call)) names.add(name);
    return undefined;
  });
  return names;
}

function isTape(context: Expr): boolean {
  return (
    context.kind === 'call' &&
    (context.callee.kind === 'attribute' || context.callee.kind === 'name') &&
    context.callee.name === 'GradientTape'
  );
}

/** `loss = f(y, p)`, `d_loss += f(y, p)`: by what the result is called. */
function lossesIn(body: readonly Stmt[]): readonly string[] {
  const assigned = [...collect(body, 'assign'), ...collect(body, 'augment')];
  return assigned.flatMap((statement) => {
    const targets = 'targets' in statement ? statement.targets : [statement.target];
    const isLoss = targets.some((target) => target.kind === 'name' && /loss|cost/i.test(target.name));
    return isLoss && statement.value !== null ? collect([statement.value], 'call').flatMap(pairCalled) : [];
  });
}

function pairCalled({ callee, args }: CallExpr): readonly string[] {
  const positional = args.filter((arg) => arg.name === undefined && arg.spread === undefined);
  return callee.kind === 'name' && (positional.length >= 2 || args.length >= 2) ? [callee.name] : [];
}
