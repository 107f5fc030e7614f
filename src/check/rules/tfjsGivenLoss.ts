/** Owns functions that `compile` of TensorFlow.js is given as losses: not made, called, with other parameters than `fit` passes. */
import { isClass, returnedFunction, sitesOf } from '../../javascript/definitions';
import { ownParams } from '../../javascript/find';
import type { CallExpr, Expr, FunctionDefinition, Module, Param } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { dotted } from './body';
import { type Finding, fix, insertAfter, replace } from './rule';

/** The function itself that compile is given, by name, as a property or written there. */
export function givenFunction(module: Module, loss: Expr): FunctionDefinition | undefined {
  if (loss.kind === 'function') return loss.definition;
  const name = loss.kind === 'name' || loss.kind === 'attribute' ? loss.name : undefined;
  const definition = name === undefined || dotted(loss).startsWith('tf.') ? undefined : functionNamed(module, name);
  return definition === undefined || returnedFunction(definition) !== undefined ? undefined : definition;
}

export function checkGivenLoss(module: Module, loss: Expr): readonly Finding[] {
  if (loss.kind === 'function') return checkParameters(loss.definition, loss);
  if (loss.kind === 'call' && loss.isNew) return madeObject(module, loss);
  if (loss.kind === 'attribute') return unboundMethod(module, loss);
  const called = loss.kind === 'call' ? loss : undefined;
  const name = nameOf(called?.callee ?? loss);
  const definition = name === undefined ? undefined : functionNamed(module, name);
  if (definition === undefined || name === undefined) return [];
  if (called !== undefined) return returnedFunction(definition) === undefined ? calledLoss(called, name, definition) : [];
  const made = returnedFunction(definition);
  return made === undefined ? checkParameters(definition, loss) : notMade(loss, name, definition, made);
}

/** `loss: this.myLoss` of a method that reads `this`: called by fit, it has none. */
function unboundMethod(module: Module, loss: Extract<Expr, { readonly kind: 'attribute' }>): readonly Finding[] {
  const found = sitesOf(module).filter(({ definition, owners }) => definition.name === loss.name && owners.some(isClass));
  const definition = found[0]?.definition;
  if (definition === undefined || isClass(definition) || found.length > 1 || definition.isArrow || definition.params[0]?.name !== 'this')
    return [];
  const reads = collect(definition.body, 'name').find(({ name }) => name === 'this');
  if (reads === undefined || definition.decorators.length > 0 || isBound(module, loss.name)) return [];
  const [first = 'yTrue', second = 'yPred'] = ownParams(definition).map(({ name }) => name);
  return [
    {
      code: 'unbound-method',
      severity: 'error',
      message: `${loss.name} reads this, and fit calls it without an object: this is undefined there. Pass (${first}, ${second}) => this.${loss.name}(${first}, ${second}), or make it an arrow function.`,
      span: loss.span,
      related: [{ message: 'this is read here', span: reads.span }],
    },
  ];
}

/** `this.loss = this.loss.bind(this)`, or a field of that name. */
function isBound(module: Module, name: string): boolean {
  return (
    collect(module.body, 'attribute').some(
      ({ object, name: member }) => member === 'bind' && object.kind === 'attribute' && object.name === name,
    ) ||
    collect(module.body, 'assign').some(
      (node) => 'targets' in node && node.targets.some((target) => target.kind === 'attribute' && target.name === name),
    )
  );
}

/** `loss: new Dice()`: an object cannot be called. */
function madeObject(module: Module, loss: CallExpr): readonly Finding[] {
  const name = nameOf(loss.callee);
  const made = sitesOf(module).find(({ definition }) => isClass(definition) && definition.name === name);
  if (name === undefined || made === undefined) return [];
  const message = `compile is given an object of the class ${name}: TensorFlow.js has no loss classes and needs a function (yTrue, yPred) => tensor.`;
  const related = [{ message: `${name} is defined here`, span: made.definition.nameSpan }];
  return [{ code: 'callback-needed', severity: 'error', message, span: loss.span, related }];
}

function nameOf(expr: Expr): string | undefined {
  return expr.kind === 'name' ? expr.name : undefined;
}

/** The one function of that name; undefined where there are several, or a variable hides it. */
function functionNamed(module: Module, name: string): FunctionDefinition | undefined {
  const found = sitesOf(module).flatMap(({ definition, path }) =>
    !isClass(definition) && (path.at(-1) === name || definition.name === name) ? [definition] : [],
  );
  return found.length === 1 ? found[0] : undefined;
}

function notMade(loss: Expr, name: string, definition: FunctionDefinition, made: FunctionDefinition): readonly Finding[] {
  if (ownParams(made).length < 2) return [];
  const needed = ownParams(definition).filter((param) => param.default === null && param.kind === 'positional');
  return [
    {
      code: 'loss-not-made',
      severity: 'error',
      message: `${name} makes a loss and is none itself: fit calls ${name}(yTrue, yPred) and gets a function back. Pass ${name}(${needed.length === 0 ? '' : '…'}).`,
      span: loss.span,
      related: [{ message: `${name} is defined here`, span: definition.nameSpan }],
      fixes: needed.length === 0 ? [fix(`Call ${name}()`, insertAfter(loss.span, '()'))] : [],
    },
  ];
}

/** `loss: myLoss()` of a function that computes and returns a tensor. */
function calledLoss(call: CallExpr, name: string, definition: FunctionDefinition): readonly Finding[] {
  if (ownParams(definition).filter((param) => param.default === null).length < 2 || !computes(definition)) return [];
  return [
    {
      code: 'loss-called',
      severity: 'error',
      message: `compile is given ${name}(…), a value: the loss is called here once instead of in every step. Pass the function: loss: ${name}.`,
      span: call.span,
      related: [{ message: `${name} is defined here`, span: definition.nameSpan }],
      fixes: [fix(`Pass ${name} itself`, replace(call.span, name))],
    },
  ];
}

/** Returns what tensor methods or tf functions give, not another value that may be a function. */
function computes(definition: FunctionDefinition): boolean {
  const values = statementsOf(definition.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
  return values.length > 0 && values.every((value) => value.kind === 'call' && value.callee.kind === 'attribute');
}

const PREDICTED = /^_?y?_?(pred|hat)\w*$|^pred(iction|ictions|icted|s)?$|^output$|^logits$/i;
const TARGET = /^_?y?_?(true|gt)\w*$|^(label|labels|target|targets|truth|actual|expected)$/i;

function checkParameters(definition: FunctionDefinition, loss: Expr): readonly Finding[] {
  const params = ownParams(definition);
  if (params.some(({ kind }) => kind === 'varPositional')) return [];
  const [first, second, ...more] = params;
  const missing = more.filter((param) => param.default === null && !isOptional(definition, param));
  if (second === undefined || missing.length > 0) return [arity(definition, loss, missing)];
  if (first === undefined || !PREDICTED.test(first.name) || !TARGET.test(second.name) || isSymmetric(definition)) return [];
  return [
    {
      code: 'parameters-swapped',
      severity: 'warning',
      message: `fit calls a loss with the targets first: ${first.name} receives yTrue, and ${second.name} the predictions. Declare (${second.name}, ${first.name}).`,
      span: first.span,
      related: [{ message: 'it is given to compile here', span: loss.span }],
      fixes: [fix('Swap the parameters', replace(first.span, second.name), replace(second.span, first.name))],
    },
  ];
}

/** A parameter that the body asks for before it reads it, or that TypeScript marks as optional. */
function isOptional(definition: FunctionDefinition, { name, annotationText }: Param): boolean {
  if (/undefined|null|\?/.test(annotationText ?? '')) return true;
  return (
    collect(definition.body, 'logical').some(({ left }) => left.kind === 'name' && left.name === name) ||
    collect(definition.body, 'conditional').some(({ test }) => collect([test], 'name').some((each) => each.name === name)) ||
    collect(definition.body, 'if').some(({ test }) => collect([test], 'name').some((each) => each.name === name)) ||
    !collect(definition.body, 'name').some((each) => each.name === name)
  );
}

function arity(definition: FunctionDefinition, loss: Expr, missing: readonly Param[]): Finding {
  const names = missing.map(({ name }) => name).join(', ');
  const message =
    missing.length === 0
      ? `fit calls a loss with yTrue and yPred; this one takes ${ownParams(definition).length === 0 ? 'no argument' : 'one argument, and it is yTrue'}.`
      : `fit calls a loss with yTrue and yPred only: ${names} ${missing.length === 1 ? 'is' : 'are'} undefined. Give a default, or write a function that takes ${missing.length === 1 ? 'it' : 'them'} and returns the loss.`;
  return {
    code: 'loss-arity',
    severity: 'error',
    message,
    span: missing[0]?.span ?? loss.span,
    related: [{ message: 'it is given to compile here', span: loss.span }],
  };
}

/** Ops whose two arguments must not change places: without one of them, the order of the parameters changes nothing. */
const ORDERED =
  /^(log|log1p|logSoftmax|softmax|sigmoid|logSigmoid|div|pow|softmaxCrossEntropy|sigmoidCrossEntropy|binaryCrossentropy|categoricalCrossentropy|sparseCategoricalCrossentropy|logLoss|hingeLoss|oneHot|gather|exp|where)$/;

function isSymmetric(definition: FunctionDefinition): boolean {
  return !collect(definition.body, 'call').some(
    ({ callee }) => (callee.kind === 'attribute' || callee.kind === 'name') && ORDERED.test(callee.name),
  );
}
