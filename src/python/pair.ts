/** Owns a function's own parameters, and which functions do nothing. */
import type { FunctionDefinition, Param } from '../program/program';

/** Parameters without `self` or `cls`. */
export function ownParams(definition: FunctionDefinition, isMethod: boolean): readonly Param[] {
  const decorated = definition.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod');
  return isMethod && !decorated ? definition.params.slice(1) : definition.params;
}

/** Whether all that a body does is nothing: a docstring, `pass`, `...` or raising. */
export function isStub(definition: FunctionDefinition): boolean {
  return definition.body.every(
    (statement) =>
      statement.kind === 'pass' ||
      statement.kind === 'raise' ||
      (statement.kind === 'expression' && (statement.value.kind === 'string' || statement.value.kind === 'ellipsis')),
  );
}
