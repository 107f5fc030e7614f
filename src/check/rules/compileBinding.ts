/** Owns what a name that compile() is given is bound to. */
import type { CompileCall } from '../../program/candidate';
import type { Block, ClassDefinition, Expr, Module, Stmt } from '../../program/program';
import { statementsOf } from '../../program/walk';
import type { KerasVersion } from '../../value/api';

export interface CompileContext {
  readonly module: Module;
  readonly keras: KerasVersion;
  readonly text: (span: Expr['span']) => string;
}

export type Binding = Extract<Stmt, { readonly kind: 'function' | 'class' | 'assign' }>;

/** What a name is bound to where compile() stands; undefined where it is bound in several ways. */
export function binding({ module }: CompileContext, compile: CompileCall, name: string): Binding | undefined {
  const blocks: readonly Block[] = [...compile.owners.map((owner) => owner.body).reverse(), module.body];
  for (const [i, block] of blocks.entries()) {
    const owner = [...compile.owners].reverse()[i];
    if (owner !== undefined && 'params' in owner && owner.params.some((param) => param.name === name)) return undefined;
    const found = statementsOf(block).filter((s): s is Binding => bindsIt(s, name));
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

function bindsIt(statement: Stmt, name: string): boolean {
  if (statement.kind === 'function' || statement.kind === 'class') return statement.definition.name === name;
  return statement.kind === 'assign' && statement.targets.some((target) => target.kind === 'name' && target.name === name);
}

/** The class that an expression names, or makes an instance of. */
export function classOf(
  context: CompileContext,
  compile: CompileCall,
  expr: Expr,
  depth = 0,
): { readonly definition: ClassDefinition; readonly instance: boolean } | undefined {
  if (depth > 3) return undefined;
  if (expr.kind === 'call') {
    const made = classOf(context, compile, expr.callee, depth + 1);
    return made === undefined || made.instance ? undefined : { ...made, instance: true };
  }
  if (expr.kind !== 'name') return undefined;
  const bound = binding(context, compile, expr.name);
  if (bound?.kind === 'class') return { definition: bound.definition, instance: false };
  return bound?.kind === 'assign' && bound.value != null ? classOf(context, compile, bound.value, depth + 1) : undefined;
}
