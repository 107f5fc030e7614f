/** Owns the fix of a batch size that is read from the static shape: `p.shape[0]` → `tf.shape(p)[0]`, cast where it meets floats. */
import type { Fix } from '../../base/problem';
import type { Expr, FunctionDefinition } from '../../program/program';
import { collect, type ProgramNode } from '../../program/walk';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, replace } from '../rules/rule';

export function batchSize(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const expr = source.at(problem.span);
  const around = source.nodesAround(problem.span).findLast((node) => node.kind === 'function');
  if (expr === undefined || around?.kind !== 'function' || isPython(expr)) return [];
  const read = staticSizes([expr], source)[0] ?? assignedSize(expr, around.definition, source);
  const tensor = read === undefined ? undefined : tensorOf(read, source);
  if (read === undefined || tensor === undefined) return [];
  const counted = expr.kind === 'binary' || expr.kind === 'augment';
  const dynamic = `tf.shape(${tensor})[0]`;
  return [fix(`Use ${dynamic}`, replace(read.span, counted ? `tf.cast(${dynamic}, tf.float32)` : dynamic))];
}

/** Where Python wants a number itself. */
function isPython(expr: ProgramNode): boolean {
  if (expr.kind === 'call') return expr.callee.kind === 'name' && /^(range|int|float)$/.test(expr.callee.name);
  return expr.kind === 'compare' || expr.kind === 'logical' || expr.kind === 'if' || expr.kind === 'conditional';
}

/** `x.shape[0]`, `K.int_shape(x)[0]`, `x.get_shape()[0]`. */
function staticSizes(nodes: readonly ProgramNode[], source: SourceIndex): readonly Expr[] {
  return collect(nodes, 'index').filter(
    (node) => node.items.length === 1 && source.text(node.items[0]?.span ?? node.span) === '0' && tensorOf(node, source) !== undefined,
  );
}

function tensorOf(expr: Expr, source: SourceIndex): string | undefined {
  if (expr.kind !== 'index') return undefined;
  const { object } = expr;
  if (object.kind === 'attribute' && object.name === 'shape') return source.text(object.object.span);
  if (object.kind !== 'call' || object.callee.kind !== 'attribute') return undefined;
  const { callee, args } = object;
  if (callee.name === 'get_shape' && args.length === 0) return source.text(callee.object.span);
  return callee.name === 'int_shape' && args[0] !== undefined ? source.text(args[0].span) : undefined;
}

/** By the only assignment of a name that is read once. */
function assignedSize(expr: ProgramNode, { body }: FunctionDefinition, source: SourceIndex): Expr | undefined {
  const names = collect([expr], 'name').map(({ name }) => name);
  const found = collect(body, 'assign').flatMap((node) => {
    const [target] = 'targets' in node ? node.targets : [];
    if (target?.kind !== 'name' || !names.includes(target.name) || node.value === null) return [];
    const read = staticSizes([node.value], source);
    const uses = collect(body, 'name').filter(({ name, span }) => name === target.name && span.start !== target.span.start);
    return read.length === 1 && read[0] === node.value && uses.length === 1 ? read : [];
  });
  return found.length === 1 ? found[0] : undefined;
}
