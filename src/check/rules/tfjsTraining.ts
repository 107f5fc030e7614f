/** Owns what is handed to minimize, grads and applyGradients besides the function, and what is read from their results. */
import { onlyValue } from '../../javascript/assigned';
import { onlyFunction } from '../../javascript/definitions';
import { ownParams } from '../../javascript/find';
import { type TrainedCall, trainedCalls } from '../../javascript/trained';
import type { CallExpr, Expr, Module, Stmt } from '../../program/program';
import { collect } from '../../program/walk';
import { dotted } from './body';
import { type Finding, fix, insertAfter, type RuleContext, replace } from './rule';

type Text = (span: RuleContext['candidate']['span']) => string;

export function checkTraining(module: Module, text: Text): readonly Finding[] {
  return [
    ...trainedCalls(module).flatMap((trained) => [
      ...variablesFirst(trained, text),
      ...oneArgument(module, trained),
      ...variableList(module, trained, text),
    ]),
    ...collect(module.body, 'call').flatMap((call) => [...bareArguments(call), ...wholeResult(module, call)]),
    ...collect(module.body, 'assign').flatMap((node) => ('targets' in node ? [...costUnread(module, node), ...otherNames(node)] : [])),
  ];
}

/** `minimize(f, [w])`: the second argument says whether the cost is wanted. */
function variablesFirst({ name, call }: TrainedCall, text: Text): readonly Finding[] {
  const second = call.args[1]?.value;
  if (name !== 'minimize' || second?.kind !== 'list') return [];
  return [
    {
      code: 'argument',
      severity: 'warning',
      message: `minimize(f, returnCost, varList): ${text(second.span)} stands where returnCost is expected, so that all trainable variables are changed. Write minimize(f, false, ${text(second.span)}).`,
      span: second.span,
      fixes: [fix('Pass it as varList', { span: { ...second.span, end: second.span.start }, newText: 'false, ' })],
    },
  ];
}

/** `minimize(f, false, w)`, `variableGrads(f, [t])`: an array of variables is needed. */
function variableList(module: Module, { name, call }: TrainedCall, text: Text): readonly Finding[] {
  const given = call.args[/^(minimize)$/.test(name) ? 2 : 1]?.value;
  if (given === undefined || !/^(minimize|variableGrads|computeGradients)$/.test(name)) return [];
  const items = given.kind === 'list' ? given.items : [given];
  const wrong = items.find((item) => madeAs(module, item) === (given.kind === 'list' ? 'tensor' : 'variable'));
  if (wrong === undefined) return [];
  const common = { code: 'argument', severity: 'error', span: wrong.span } as const;
  if (given.kind !== 'list') {
    const message = `varList must be an array of variables ("The varList passed in variableGrads(f, varList) must be an array of variables"): write [${text(given.span)}].`;
    return [{ ...common, message, fixes: [fix('Write an array', replace(given.span, `[${text(given.span)}]`))] }];
  }
  const message = `${text(wrong.span)} is a tensor and no variable: ${name} throws "The varList passed in variableGrads(f, varList) must be an array of variables". Make it with tf.variable(…).`;
  return [{ ...common, message }];
}

/** What a name is surely made as, by its only assignment. */
function madeAs(module: Module, expr: Expr): 'variable' | 'tensor' | undefined {
  const value = expr.kind === 'name' ? onlyValue(module, expr) : undefined;
  if (value?.kind !== 'call') return undefined;
  const made = dotted(value.callee);
  return made === 'tf.variable'
    ? 'variable'
    : /^tf\.(tensor\w*|scalar|zeros|ones|randomNormal|randomUniform)$/.test(made)
      ? 'tensor'
      : undefined;
}

/** `tf.grad(loss)` of a loss with two parameters: it is called with one. */
function oneArgument(module: Module, { name, given, definition }: TrainedCall): readonly Finding[] {
  if (name !== 'grad' && name !== 'valueAndGrad') return [];
  const called = definition ?? (given.kind === 'name' ? onlyFunction(module, given.name) : undefined);
  if (called === undefined || ownParams(called).filter((param) => param.default === null && param.kind === 'positional').length < 2)
    return [];
  return [
    {
      code: 'loss-arity',
      severity: 'error',
      message: `tf.${name} calls the function with one tensor, and this one takes ${ownParams(called).length}: use tf.${name}s(f)([a, b]), or close over the labels: tf.${name}(p => loss(labels, p)).`,
      span: given.span,
    },
  ];
}

/** `tf.grads(f)(a, b)`. */
function bareArguments({ callee, args, span }: CallExpr): readonly Finding[] {
  if (callee.kind !== 'call' || args.length < 2 || args[0]?.value.kind === 'list') return [];
  const made = callee.callee.kind === 'attribute' ? callee.callee.name : '';
  if (made !== 'grads' && made !== 'valueAndGrads') return [];
  return [
    {
      code: 'argument',
      severity: 'error',
      message: `tf.${made}(f) takes one list of tensors: write tf.${made}(f)([a, b]).`,
      span,
    },
  ];
}

/** `optimizer.applyGradients(tf.variableGrads(f))`: the result holds the gradients as `.grads`. */
function wholeResult(module: Module, { callee, args }: CallExpr): readonly Finding[] {
  const [given] = args;
  if (callee.kind !== 'attribute' || callee.name !== 'applyGradients' || given?.value.kind !== 'name') return [];
  const { name } = given.value;
  const made = collect(module.body, 'assign').flatMap((node) =>
    'targets' in node && node.targets.some((target) => target.kind === 'name' && target.name === name) ? [node.value] : [],
  );
  const [value] = made;
  const from = value?.kind === 'call' && value.callee.kind === 'attribute' ? value.callee.name : '';
  if (made.length !== 1 || !/^(variableGrads|computeGradients)$/.test(from)) return [];
  return [
    {
      code: 'argument',
      severity: 'error',
      message: `${from} gives { value, grads }: applyGradients needs ${name}.grads.`,
      span: given.span,
      fixes: [fix(`Pass ${name}.grads`, insertAfter(given.span, '.grads'))],
    },
  ];
}

/** `const cost = optimizer.minimize(f); cost.print()`: without returnCost the result is null. */
function costUnread(module: Module, { targets, value }: Extract<Stmt, { readonly kind: 'assign' }>): readonly Finding[] {
  const [target] = targets;
  const call = value?.kind === 'await' ? value.value : value;
  if (target?.kind !== 'name' || call?.kind !== 'call' || call.callee.kind !== 'attribute' || call.callee.name !== 'minimize') return [];
  if (call.args.length !== 1 || call.args[0]?.spread !== undefined) return [];
  const read = collect(module.body, 'attribute').find(
    ({ object, optional, span }) =>
      object.kind === 'name' && object.name === target.name && optional !== true && span.start > call.span.end,
  );
  if (read === undefined) return [];
  const last = call.args[0]?.span ?? call.span;
  return [
    {
      code: 'cost-not-returned',
      severity: 'error',
      message: `minimize returns null unless its second argument is true: ${target.name}.${read.name} throws. Write minimize(f, true).`,
      span: { ...call.span, start: target.span.start },
      related: [{ message: 'it is read here', span: read.span }],
      fixes: [fix('Return the cost', insertAfter(last, ', true'))],
    },
  ];
}

/** What each of them gives besides `value`: one gradient, or several. */
const GIVEN: Readonly<Record<string, string>> = {
  valueAndGrad: 'grad',
  valueAndGrads: 'grads',
  variableGrads: 'grads',
  computeGradients: 'grads',
};

/** `const { value, grad } = tf.valueAndGrads(f)([x])`. */
function otherNames({ targets, value }: Extract<Stmt, { readonly kind: 'assign' }>): readonly Finding[] {
  const [target] = targets;
  if (target?.kind !== 'pattern' || target.form !== 'object' || value?.kind !== 'call') return [];
  const made = value.callee.kind === 'call' ? value.callee.callee : value.callee;
  const name = made.kind === 'attribute' ? made.name : '';
  const curried = /^valueAndGrads?$/.test(name);
  if (!Object.hasOwn(GIVEN, name) || curried !== (value.callee.kind === 'call')) return [];
  const given = GIVEN[name] ?? '';
  const wrong = target.entries.find(({ key, default: instead }) => /^grads?$/.test(key) && key !== given && instead === null);
  if (wrong === undefined) return [];
  const message = `${name} gives { value, ${given} }: ${wrong.key} is undefined here.`;
  return [{ code: 'attribute', severity: 'error', message, span: target.span }];
}
