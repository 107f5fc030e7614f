/** Owns symbols of a model (keras.Input, a layer called on one) in the body of a loss, and the names that a body binds. */
import type { AttributeExpr, Block, Expr, FunctionDefinition, Module, Stmt } from '../../program/program';
import { type ProgramNode, statementsOf, walk } from '../../program/walk';
import type { Finding, Rule, RuleContext } from './rule';

export function dotted(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'attribute' ? `${dotted(expr.object)}.${expr.name}` : '';
}

/** keras.losses.Loss, or a name that an import from Keras brings. */
export function isKerasLossBase(module: Module, base: string): boolean {
  if (/(^|\.)(keras|tf)\.losses\.Loss$/.test(base)) return true;
  const [first] = base.split('.');
  return statementsOf(module.body).some(
    (s) => s.kind === 'import' && /(^|\.)keras(\.|$)/.test(s.module) && s.bindings.some(({ local }) => local === first),
  );
}

/** Given to tf.py_function or numpy_function: it sees values, and is no part of the graph. */
export function runsInPython(text: string, name: string): boolean {
  return new RegExp(`\\b(py_function|numpy_function|py_func)\\(\\s*(func\\s*=\\s*)?${name}\\b`).test(text);
}

export function localNames(definition: FunctionDefinition): ReadonlySet<string> {
  const names = new Set(definition.params.filter((param) => param.name !== 'self').map((param) => param.name));
  const outer = new Set(statementsOf(definition.body).flatMap((s) => (s.kind === 'scope' ? s.names : [])));
  for (const statement of statementsOf(definition.body)) {
    if (statement.kind === 'assign') for (const target of statement.targets) addNames(target, names);
    else if (statement.kind === 'for') addNames(statement.target, names);
    else if (statement.kind === 'with') {
      for (const item of statement.items) if (item.target) addNames(item.target, names);
    } else if (statement.kind === 'function' || statement.kind === 'class') names.add(statement.definition.name);
    else if (statement.kind === 'augment' && statement.target.kind === 'name') names.add(statement.target.name);
  }
  for (const name of outer) names.delete(name);
  return names;
}

function addNames(target: ProgramNode, names: Set<string>): void {
  if (target.kind === 'name') names.add(target.name);
  else if (target.kind === 'pattern' && target.form === 'sequence')
    for (const item of target.items) if (item.target) addNames(item.target, names);
}

export const symbolicTensor: Rule = {
  codes: ['symbolic-tensor'],
  check(context) {
    const { candidate, keras } = context;
    const { computes } = candidate;
    if (computes === null || keras === 'none' || (keras === 2 && !context.fitted)) return [];
    const local = localNames(computes);
    const seen = new Set<string>();
    const found: Finding[] = [];
    walk(computes.body, (node) => {
      if (node.kind === 'function' && node.definition.name !== '') return false;
      // A model that is cut out of another one inside the loss.
      if (node.kind === 'call' && /(^|\.)(Model|Functional)$/.test(dotted(node.callee))) return false;
      if (node.kind === 'attribute' && isLayerOutput(node)) found.push(outputFinding(node));
      if (node.kind !== 'name' || local.has(node.name) || seen.has(node.name)) return undefined;
      const definition = symbolDefinition(context, node.name, 0);
      if (definition === undefined) return undefined;
      seen.add(node.name);
      found.push({
        code: 'symbolic-tensor',
        severity: 'error',
        message: `${node.name} is a symbolic tensor of the model, not data: a loss cannot read it ("A KerasTensor cannot be used as input to a TensorFlow function"). Use model.add_loss in a layer or a custom train_step, or hand the values over with y_true.`,
        span: node.span,
        related: [{ message: `${node.name} is made here`, span: definition.span }],
      });
      return undefined;
    });
    return found;
  },
};

/** `model.get_layer('code').output`, `model.layers[-1].output`. */
function isLayerOutput({ name, object }: AttributeExpr): boolean {
  if (!/^(output|input)$/.test(name)) return false;
  if (object.kind === 'call') return object.callee.kind === 'attribute' && object.callee.name === 'get_layer';
  return object.kind === 'index' && object.object.kind === 'attribute' && object.object.name === 'layers';
}

function outputFinding({ name, span }: AttributeExpr): Finding {
  return {
    code: 'symbolic-tensor',
    severity: 'error',
    message: `the ${name} of a layer is a symbolic tensor of the model, not data: a loss cannot read it ("A KerasTensor cannot be used as input to a TensorFlow function"). Make it a further output of the model, or use add_loss in a layer.`,
    span,
  };
}

/** A name that is bound to keras.Input(…), or to a layer called on one, where the loss is defined. */
function symbolDefinition(context: RuleContext, name: string, depth: number): Stmt | undefined {
  const blocks: readonly Block[] = [...context.candidate.owners.map((owner) => owner.body), context.module.body];
  for (const block of blocks) {
    const bindings = statementsOf(block).filter(
      (s): s is Extract<Stmt, { readonly kind: 'assign' }> =>
        s.kind === 'assign' && s.targets.some((target) => target.kind === 'name' && target.name === name),
    );
    if (bindings.length === 0) continue;
    const last = bindings.at(-1);
    if (
      last?.value == null ||
      bindings.length > 4 ||
      !bindings.every((binding) => binding.value !== null && isSymbolic(context, binding.value, name, depth))
    )
      return undefined;
    return last;
  }
  return undefined;
}

function isSymbolic(context: RuleContext, value: Expr, own: string, depth: number): boolean {
  if (depth > 8 || value.kind !== 'call') return false;
  if (/(^|\.)(Input)$/.test(dotted(value.callee))) return true;
  // Dense(8)(x): a call of a layer that was just made.
  if (value.callee.kind !== 'call') return false;
  const made = dotted(value.callee.callee);
  if (
    !/(^|\.)(Dense|Conv\w+|LSTM|GRU|Lambda|Flatten|Reshape|Concatenate|Activation|BatchNormalization|Dropout|Add|Multiply|Embedding|\w*Pooling\w*|Subtract|Dot)$/.test(
      made,
    )
  )
    return false;
  return value.args.some((arg) =>
    namesIn(arg.value).some((name) => name === own || symbolDefinition(context, name, depth + 1) !== undefined),
  );
}

function namesIn(expr: Expr): readonly string[] {
  return expr.kind === 'name' ? [expr.name] : expr.kind === 'list' || expr.kind === 'tuple' ? expr.items.flatMap(namesIn) : [];
}
