/** Owns losses that are written for several outputs of a model: Keras calls a loss with one output at a time. */
import type { Expr, FunctionDefinition, Stmt } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import type { TracedModel } from '../../trace/tracedModels';
import type { Value } from '../../value/value';
import type { Finding } from './rule';

const WAYS =
  'For a loss of several outputs: join them to one output (keras.layers.Concatenate) and slice that in the loss, add the term with add_loss in a layer, or write compute_loss(self, x, y, y_pred, …) in a subclass of Model, where y_pred holds all outputs.';

export function severalOutputs(loss: Expr, { loss: value, outputs }: TracedModel): readonly Finding[] {
  const count = outputs?.length ?? 0;
  if (count < 2) return [];
  return [...new Set(definitionsIn(value))].flatMap((definition) => {
    const taken = takenApart(definition, count);
    if (taken === undefined) return [];
    const name = definition.name || 'the lambda';
    return [
      {
        code: 'several-outputs',
        severity: taken.fails ? ('error' as const) : ('warning' as const),
        message: `${name} takes ${definition.params[1]?.name ?? 'y_pred'} apart as if it held all ${count} outputs of the model: Keras calls a loss for each output with that output alone${
          taken.fails ? ', and fails here' : ', so this picks samples of the batch'
        }. ${WAYS}`,
        span: taken.span,
        related: [{ message: 'it is given to compile() here', span: loss.span }],
        explains: { codes: /^(unpack|python-loop-on-tensor|first-sample-only|index-type|not-iterable)$/, within: definition.span },
      },
    ];
  });
}

function definitionsIn(value: Value): readonly FunctionDefinition[] {
  if (value.kind === 'function') return [value.definition];
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.flatMap(definitionsIn);
  return value.kind === 'dict' ? [...value.entries.values()].flatMap((entry) => definitionsIn(entry.value)) : [];
}

interface TakenApart {
  readonly span: Expr['span'];
  readonly fails: boolean;
}

/** `a, b = y_pred`; `y_pred[0]` and `y_pred[1]`; `y_pred['a']`. */
function takenApart(definition: FunctionDefinition, count: number): TakenApart | undefined {
  const name = definition.params[1]?.name;
  if (name === undefined || rebinds(definition, name)) return undefined;
  const isIt = (expr: Expr | null): boolean => expr?.kind === 'name' && expr.name === name;
  for (const statement of statementsOf(definition.body)) {
    if (statement.kind !== 'assign' || !isIt(statement.value)) continue;
    const [target] = statement.targets;
    if (target?.kind === 'pattern' && target.form === 'sequence' && target.items.length === count)
      return { span: statement.span, fails: true };
  }
  const indexed = collect(definition.body, 'index').filter((each) => isIt(each.object) && each.items.length === 1 && !each.tuple);
  const keyed = indexed.find(({ items: [item] }) => item?.kind === 'string');
  if (keyed !== undefined) return { span: keyed.span, fails: true };
  const places = new Map(indexed.flatMap((each) => (each.items[0]?.kind === 'number' ? [[each.items[0].value, each.span] as const] : [])));
  const first = places.get(0);
  const all = Array.from({ length: count }, (_, i) => i).every((i) => places.has(i));
  return all && places.size === count && first !== undefined ? { span: first, fails: false } : undefined;
}

function rebinds({ body }: FunctionDefinition, name: string): boolean {
  return statementsOf(body).some(
    (statement: Stmt) => statement.kind === 'assign' && statement.targets.some((target) => target.kind === 'name' && target.name === name),
  );
}
