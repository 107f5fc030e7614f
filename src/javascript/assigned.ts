/** Owns what a name surely stands for outside losses: the value of its only assignment, where no parameter around it has the name. */
import type { Span } from '../base/span';
import type { Expr, Module, NameExpr } from '../program/program';
import { collect } from '../program/walk';

export function onlyValue(module: Module, { name, span }: NameExpr): Expr | undefined {
  const values = collect(module.body, 'assign').flatMap((node) => {
    const targets = 'targets' in node ? node.targets : [node.target];
    return targets.some((target) => target.kind === 'name' && target.name === name) ? [node.value] : [];
  });
  const [value] = values;
  return values.length !== 1 || value == null || isParameter(module, name, span) ? undefined : value;
}

/** Of a function around the place. */
function isParameter(module: Module, name: string, at: Span): boolean {
  return collect(module.body, 'function').some(
    ({ definition, span }) => span.start <= at.start && at.end <= span.end && definition.params.some((param) => param.name === name),
  );
}
