/** Owns the fix that lets AutoGraph convert Python's control flow: @tf.function above the function, where that is enough. */
import type { Fix } from '../../base/problem';
import type { FunctionDefinition, Module } from '../../program/program';
import type { ProgramNode } from '../../program/walk';
import type { TraceProblem } from '../../value/api';
import type { SourceIndex } from '../facts/sourceIndex';
import { fix, insertBefore } from '../rules/rule';

/** What AutoGraph converts; it leaves comprehensions and lambdas as they are, and a condition must be a scalar. */
const CONVERTED: ReadonlySet<unknown> = new Set(['if', 'while', 'and', 'or', 'not', 'assert']);

export function autographFix(problem: TraceProblem, source: SourceIndex): readonly Fix[] {
  const { code, callee, failure } = problem;
  const converted =
    code === 'python-loop-on-tensor' ? callee === 'for' : CONVERTED.has(failure.data?.construct) && failure.data?.rank === 0;
  if (!converted || !importsTensorflow(source.entryModule)) return [];
  const inner = source.nodesAround(problem.span).findLast((node) => node.kind === 'comprehension' || node.kind === 'function');
  const definition = inner?.kind === 'function' ? inner.definition : undefined;
  if (definition === undefined || !decorable(definition)) return [];
  const place = definition.decorators[0]?.span ?? definition.nameSpan;
  const before = source.lineBefore(place);
  const head = /^([ \t]*)(?:@|def\b)/.exec(before);
  if (head === null) return [];
  const at = { ...place, start: place.start - before.length };
  return [fix('Let AutoGraph convert it: @tf.function', insertBefore(at, `${head[1] ?? ''}@tf.function\n`))];
}

export function importsTensorflow(module: Module | undefined): boolean {
  return module?.language === 'python' && importsAs(module, 'tf', 'tensorflow');
}

/** Whether an import at the module's top binds the name, of the module `from` where that is given. */
export function importsAs(module: Module, local: string, from?: string): boolean {
  return module.body.some(
    (s) => s.kind === 'import' && (from === undefined || s.module === from) && s.bindings.some((each) => each.local === local),
  );
}

function decorable({ name, isArrow, isAsync, isGenerator, decorators }: FunctionDefinition): boolean {
  return name !== '' && name !== '__init__' && !isArrow && !isAsync && !isGenerator && !decorators.some(decides);
}

/** Decorators that make something else than a function, or have decided about AutoGraph already. */
function decides(decorator: ProgramNode): boolean {
  const callee = decorator.kind === 'call' ? decorator.callee : decorator;
  const name = callee.kind === 'name' || callee.kind === 'attribute' ? callee.name : '';
  return /^(function|staticmethod|classmethod|property|do_not_convert|custom_gradient)$/.test(name);
}
