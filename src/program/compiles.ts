/** Owns the walk to a module's `model.compile(…)` calls, with the definitions that each stands in. What such a call is, the language says. */
import { originalOf } from '../base/moved';
import type { CompileCall } from './candidate';
import type { CallExpr, Module, Stmt } from './program';
import { collect, type ProgramNode, walk } from './walk';

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
    module.body.filter((statement) => mayCompile(statement)),
    [],
  );
  return found;
}

const COMPILING = new WeakMap<Stmt, boolean>();

/** Most statements hold no such call; that is known of those that an edit only moved. */
function mayCompile(statement: Stmt): boolean {
  const original = originalOf(statement);
  const known = COMPILING.get(original) ?? collect([original], 'attribute').some(({ name }) => name === 'compile');
  COMPILING.set(original, known);
  return known;
}
