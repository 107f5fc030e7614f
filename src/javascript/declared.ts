/** Owns which names a module declares anywhere: variables, parameters, functions, classes, imports. */
import type { Module, Target } from '../program/program';
import { walk } from '../program/walk';

const DECLARED = new WeakMap<Module, ReadonlySet<string>>();

export function declaredNames(module: Module): ReadonlySet<string> {
  const known = DECLARED.get(module) ?? namesIn(module);
  DECLARED.set(module, known);
  return known;
}

function namesIn(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (target: Target | null): void => {
    for (const name of targetNames(target)) names.add(name);
  };
  walk(module.body, (node) => {
    if (node.kind === 'function' || node.kind === 'class') names.add(node.definition.name);
    if (node.kind === 'function')
      for (const param of node.definition.params) {
        names.add(param.name);
        add(param.pattern);
      }
    if (node.kind === 'import') for (const { local } of node.bindings) names.add(local);
    if (node.kind === 'assign' && 'targets' in node) node.targets.forEach(add);
    if (node.kind === 'for') add(node.target);
    return undefined;
  });
  return names;
}

/** The names that an assignment binds. */
export function targetNames(target: Target | null): readonly string[] {
  if (target === null) return [];
  if (target.kind === 'name') return [target.name];
  if (target.kind !== 'pattern') return [];
  return target.form === 'sequence'
    ? target.items.flatMap((item) => targetNames(item.target))
    : [...target.entries.flatMap((entry) => targetNames(entry.target)), ...targetNames(target.rest)];
}
