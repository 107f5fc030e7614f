/** Owns the walk to a module's `model.compile(…)` calls, with the definitions that each stands in. What such a call is, the language says. */
import type { CompileCall } from './candidate';
import { mentioning } from './mentions';
import type { CallExpr, Module } from './program';
import { type ProgramNode, walk } from './walk';

type Owners = CompileCall['owners'];

interface CompileForm {
  readonly compileCall: (call: CallExpr, owners: Owners) => CompileCall | undefined;
  /** Whether an arrow function or lambda counts among the owners. */
  readonly ownedByArrows: boolean;
}

export function compilesIn(module: Module, { compileCall, ownedByArrows }: CompileForm): readonly CompileCall[] {
  const found: CompileCall[] = [];
  const visit = (nodes: readonly ProgramNode[], owners: Owners): void => {
    walk(nodes, (node) => {
      if (node.kind === 'function' || node.kind === 'class') {
        const owns = node.kind === 'class' || ownedByArrows || !node.definition.isArrow;
        visit(node.definition.body, owns ? [...owners, node.definition] : owners);
        return false;
      }
      const compile = node.kind === 'call' ? compileCall(node, owners) : undefined;
      if (compile !== undefined) found.push(compile);
      return undefined;
    });
  };
  visit(
    mentioning(module.body, ({ attributes }) => attributes.has('compile')),
    [],
  );
  return found;
}
