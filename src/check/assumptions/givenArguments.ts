/** Owns hyperparameters without a default whose value the file gives where it makes the loss: `loss=LwF(10)`, `make_loss(NUM_CLASSES)`. */
import type { LossCandidate } from '../../program/candidate';
import type { Argument, CallExpr, Expr, Module, Param } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import type { Setting } from '../../trace/outcome';

/** By name; what no call gives as a literal, or as a name of one, is left out. Of several calls the first counts. */
export function givenArguments(candidate: LossCandidate, module: Module): Readonly<Record<string, Setting>> {
  const made = candidate.kind === 'factory' || candidate.kind === 'class';
  const needed = made ? candidate.settings.filter((param) => param.default === null && isNamed(param)) : [];
  if (needed.length === 0) return {};
  const calls = collect(module.body, 'call').filter(({ callee }) => callee.kind === 'name' && callee.name === candidate.name);
  const found: Record<string, Setting> = {};
  for (const param of needed) {
    const value = calls.map((call) => literal(argumentFor(candidate, call, param), module)).find((each) => each !== undefined);
    if (value !== undefined) found[param.name] = value;
  }
  return found;
}

function isNamed({ kind, name }: Param): boolean {
  return name !== '' && kind !== 'varPositional' && kind !== 'varKeyword';
}

function argumentFor({ settings }: LossCandidate, { args }: CallExpr, param: Param): Expr | undefined {
  const named = args.find(({ name }) => name === param.name);
  if (named !== undefined || param.kind === 'keywordOnly') return named?.value;
  if (args.some(({ spread }) => spread !== undefined)) return undefined;
  const positional: readonly Argument[] = args.filter(({ name }) => name === undefined);
  return positional[settings.indexOf(param)]?.value;
}

function literal(expr: Expr | undefined, module: Module): Setting | undefined {
  switch (expr?.kind) {
    case 'number':
    case 'boolean':
    case 'string':
      return expr.value;
    case 'none':
      return null;
    case 'unary': {
      const value = expr.op === '-' ? literal(expr.operand, module) : undefined;
      return typeof value === 'number' ? -value : undefined;
    }
    case 'list':
    case 'tuple': {
      const items = expr.items.flatMap((item) => literal(item, module) ?? []);
      return items.length === expr.items.length ? items : undefined;
    }
    case 'name':
      return literal(boundOnce(expr.name, module), module);
    default:
      return undefined;
  }
}

/** What a name of the module is, if it is bound once and to no further name. */
function boundOnce(name: string, { body }: Module): Expr | undefined {
  const bindings = statementsOf(body).filter(
    (statement) => statement.kind === 'assign' && statement.targets.some((target) => target.kind === 'name' && target.name === name),
  );
  const [only] = bindings;
  const value = bindings.length === 1 && only?.kind === 'assign' ? only.value : null;
  return value === null || value.kind === 'name' ? undefined : value;
}
