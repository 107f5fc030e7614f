/** Owns callbacks of minimize, variableGrads and computeGradients: they must be functions, return a scalar, and compute it inside. */

import { onlyValue } from '../../javascript/assigned';
import { onlyFunction, returnedFunction } from '../../javascript/definitions';
import { readsVariables, type TrainedCall, trainedCalls } from '../../javascript/trained';
import type { Expr, FunctionDefinition, Module, NameExpr, Stmt } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import type { CheckedLoss } from '../result';
import { dotted } from './body';
import { type Finding, fix, insertBefore, replace } from './rule';
import { leastRank } from './tfjsRank';
import { NO_CONNECTION } from './tfjsUse';

export function checkMinimize(module: Module, losses: readonly CheckedLoss[], text: (span: Expr['span']) => string): readonly Finding[] {
  return trainedCalls(module)
    .filter(readsVariables)
    .flatMap((trained) => checkTrained(module, losses, trained, text));
}

function checkTrained(
  module: Module,
  losses: readonly CheckedLoss[],
  trained: TrainedCall,
  text: (span: Expr['span']) => string,
): readonly Finding[] {
  const { definition, given } = trained;
  if (definition === null) return isTensor(module, given) ? [notAFunction(trained, text)] : [];
  if (definition.isAsync) return [asyncCallback(trained, definition, text)];
  const returned = statementsOf(definition.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
  if (returned.length === 0) return nothingReturned(trained, definition);
  const [value] = returned;
  if (returned.length > 1 || value === undefined) return [];
  return [
    ...notATensor(trained, value, text),
    ...notAScalar(losses, trained, value),
    ...spelledRank(module, trained, value),
    ...computedOutside(module, trained, definition, value),
  ];
}

/** A call that surely gives a tensor: of tf, of a tensor's method, of a function of this file that computes one. */
function isTensor(module: Module, given: Expr): boolean {
  if (given.kind !== 'call') return false;
  const { callee } = given;
  if (/^tf\.(losses\.\w+|mean|sum|add|sub|mul|square|neg)$/.test(dotted(callee))) return true;
  if (callee.kind === 'attribute') return /^(mean|sum|square|sub|mul|add|asScalar)$/.test(callee.name);
  const definition = callee.kind === 'name' ? onlyFunction(module, callee.name) : undefined;
  if (definition === undefined || returnedFunction(definition) !== undefined) return false;
  const values = statementsOf(definition.body).flatMap((s) => (s.kind === 'return' && s.value !== null ? [s.value] : []));
  return values.length > 0 && values.every((value) => value.kind === 'call' && value.callee.kind === 'attribute');
}

function notAFunction({ name, given }: TrainedCall, text: (span: Expr['span']) => string): Finding {
  return {
    code: 'callback-needed',
    severity: 'error',
    message: `${name} takes a function that computes the loss, and is given its value: it throws "The f passed in variableGrads(f) must be a function". Write () => ${oneLine(text(given.span))}.`,
    span: given.span,
    fixes: [fix('Pass a function', insertBefore(given.span, '() => '))],
  };
}

function asyncCallback({ name, given }: TrainedCall, definition: FunctionDefinition, text: (span: Expr['span']) => string): Finding {
  const keyword = /^async\s+/.exec(text(definition.span));
  return {
    code: 'async-loss',
    severity: 'error',
    message: `the function given to ${name} is async: it returns a Promise, and the loss itself is needed ("The result y returned by f() must be a tensor").`,
    span: given.span,
    fixes:
      keyword === null || collect(definition.body, 'await').length > 0
        ? []
        : [fix('Remove async', replace({ ...definition.span, end: definition.span.start + keyword[0].length }, ''))],
  };
}

function nothingReturned({ name, given }: TrainedCall, { body }: FunctionDefinition): readonly Finding[] {
  const last: Stmt | undefined = body.at(-1);
  if (last === undefined || last.kind === 'raise') return [];
  return [
    {
      code: 'missing-return',
      severity: 'error',
      message: `the function given to ${name} returns nothing: it must return the loss ("The result y returned by f() must be a tensor").`,
      span: { ...given.span, end: last.span.end },
      fixes: last.kind === 'expression' ? [fix('Return it', insertBefore(last.span, 'return '))] : [],
    },
  ];
}

/** `minimize(() => loss(…).dataSync()[0])`. */
function notATensor({ name }: TrainedCall, value: Expr, text: (span: Expr['span']) => string): readonly Finding[] {
  const call = value.kind === 'index' ? value.object : value;
  if (call.kind !== 'call' || call.callee.kind !== 'attribute' || !/^(dataSync|arraySync)$/.test(call.callee.name)) return [];
  return [
    {
      code: 'returns-no-tensor',
      severity: 'error',
      message: `the function given to ${name} returns a number, and the loss must be a tensor ("The result y returned by f() must be a tensor").`,
      span: value.span,
      fixes: [fix('Return the tensor', replace(value.span, text(call.callee.object.span)))],
    },
  ];
}

/** The callback returns what a loss of this file returns, under shapes that somebody stated. */
function notAScalar(losses: readonly CheckedLoss[], { name }: TrainedCall, value: Expr): readonly Finding[] {
  if (value.kind !== 'call' || value.callee.kind !== 'name') return [];
  const { name: callee } = value.callee;
  const loss = losses.find((each) => each.name === callee && each.returns !== null && !/^(inferred|default)$/.test(each.assumed));
  if (loss?.returns == null || loss.returns.shape.length === 0 || loss.gaps.length > 0) return [];
  return [
    {
      code: 'scalar-needed',
      severity: 'error',
      message: `${callee} returns a tensor of rank ${loss.returns.shape.length}, and ${name} needs a scalar: it throws "The f passed in variableGrads(f) must return a scalar". Reduce it: ${callee}(…).mean().`,
      span: value.span,
      related: [{ message: `${callee} is defined here`, span: loss.nameSpan }],
      fixes: [fix('Take the mean', { span: { ...value.span, start: value.span.end }, newText: '.mean()' })],
    },
  ];
}

/** `minimize(() => xs.matMul(w).sub(ys).square())`: never reduced. */
function spelledRank(module: Module, { name }: TrainedCall, value: Expr): readonly Finding[] {
  const rank = leastRank(module, value);
  if (rank === 0) return [];
  return [
    {
      code: 'scalar-needed',
      severity: 'error',
      message: `the function given to ${name} returns a tensor of rank ${rank}, and ${name} needs a scalar: it throws "The f passed in variableGrads(f) must return a scalar". Reduce it with mean().`,
      span: value.span,
      fixes: [fix('Take the mean', { span: { ...value.span, start: value.span.end }, newText: '.mean()' })],
    },
  ];
}

/** The prediction, or the loss itself, is computed before the callback runs: no variable is met inside it. */
function computedOutside(module: Module, { name, call }: TrainedCall, definition: FunctionDefinition, value: Expr): readonly Finding[] {
  if (!/^(call|name)$/.test(value.kind) || definition.params.length > 0 || definition.body.length > 1) return [];
  const names = collect([value], 'name').filter((each) => each.name !== 'tf');
  const kinds = names.map((each) => ({ each, made: madeBy(module, each) }));
  if (!kinds.every(({ made }) => made !== 'unknown')) return [];
  const outside = kinds.find(({ made }) => made === 'forward');
  const data = kinds.find(({ made }) => made === 'data');
  if (outside === undefined) return data === undefined ? [] : [noVariable(name, data.each, call)];
  return [
    {
      code: 'computed-outside',
      severity: 'error',
      message: `${outside.each.name} is computed before ${name} runs the function, so that no variable is met inside: it throws ${NO_CONNECTION}. Compute it inside the function.`,
      span: outside.each.span,
      related: [{ message: `${name} is called here`, span: call.span }],
    },
  ];
}

/** Everything that the function reads is a plain tensor. */
function noVariable(name: string, data: NameExpr, call: TrainedCall['call']): Finding {
  return {
    code: 'computed-outside',
    severity: 'error',
    message: `the function given to ${name} reads no variable: ${data.name} is a plain tensor, and ${name} throws ${NO_CONNECTION}. Make what is to be trained with tf.variable(…).`,
    span: data.span,
    related: [{ message: `${name} is called here`, span: call.span }],
  };
}

/** What a name stands for: a pure function of its arguments, data, the result of a model or function, or what is not sure. */
function madeBy(module: Module, at: NameExpr): 'pure' | 'data' | 'forward' | 'unknown' {
  const definition = onlyFunction(module, at.name);
  if (definition !== undefined) return isPure(definition) ? 'pure' : 'unknown';
  const value = onlyValue(module, at);
  if (value?.kind !== 'call') return 'unknown';
  const { callee } = value;
  if (/^tf\.(tensor\w*|scalar|zeros|ones|randomNormal|randomUniform|oneHot|linspace|range)$/.test(dotted(callee))) return 'data';
  if (callee.kind === 'attribute' && /^(predict|apply|mean|sum|square|sub)$/.test(callee.name)) return 'forward';
  if (/^tf\.(losses|metrics)\.\w+$/.test(dotted(callee))) return 'forward';
  const made = callee.kind === 'name' ? onlyFunction(module, callee.name) : undefined;
  return made === undefined || collect(made.body, 'attribute').some((each) => each.name === 'variable') ? 'unknown' : 'forward';
}

/** It reads nothing but its parameters, its own variables and tf. */
function isPure(definition: FunctionDefinition): boolean {
  const own = new Set(['tf', ...definition.params.map((param) => param.name)]);
  for (const node of collect(definition.body, 'assign'))
    if ('targets' in node) for (const target of node.targets) if (target.kind === 'name') own.add(target.name);
  for (const { definition: inner } of collect(definition.body, 'function')) for (const param of inner.params) own.add(param.name);
  return collect(definition.body, 'name').every((each) => own.has(each.name));
}
