/** Owns arguments that TensorFlow.js takes for something else, or not at all: keywords, operands too many, weights in the place of a setting. */
import { declaredNames } from '../../javascript/declared';
import { frameworkNames } from '../../javascript/framework';
import type { Argument, CallExpr } from '../../program/program';
import { collect } from '../../program/walk';
import { oneLine } from '../facts/sourceIndex';
import { dotted } from './body';
import { type Finding, fix, insertAfter, insertBefore, type Rule, type RuleContext, replace } from './rule';

export const tfjsArguments: Rule = {
  codes: ['argument', 'arguments-ignored', 'attribute', 'weights-position'],
  metrics: true,
  check(context) {
    const { computes } = context.candidate;
    if (computes === null) return [];
    return collect(computes.body, 'call').flatMap((call) => [
      ...keywords(context, call),
      ...surplus(context, call),
      ...bareSizes(context, call),
      ...weightsPosition(context, call),
      ...cosineAxis(call),
      ...behindPrint(context, call),
    ]);
  },
};

/** `tf.mean(x, axis = -1)` assigns to a variable `axis`. */
function keywords({ source, module }: RuleContext, { args }: CallExpr): readonly Finding[] {
  return args.flatMap(({ value }): readonly Finding[] => {
    if (value.kind !== 'assign' || value.op !== null || value.target.kind !== 'name') return [];
    const { name } = value.target;
    if (declaredNames(module).has(name)) return [];
    return [
      {
        code: 'argument',
        severity: isStrict(source.whole) ? 'error' : 'warning',
        message: `JavaScript has no keyword arguments: ${oneLine(source.text(value.span))} assigns to a variable ${name} that is not declared (a ReferenceError in modules), and the place of the argument decides.`,
        span: value.span,
        fixes: source.isEntry(value.span) ? [fix('Pass the value alone', replace(value.span, source.text(value.value.span)))] : [],
      },
    ];
  });
}

function isStrict(text: string): boolean {
  return /^\s*(import|export)\b|['"]use strict['"]/m.test(text);
}

const OF_TWO = new Set(
  'add sub mul div floorDiv mod pow maximum minimum squaredDifference divNoNan equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor'.split(
    ' ',
  ),
);
const OF_ONE = new Set('abs neg square sqrt exp log log1p sigmoid relu sign round floor ceil tanh softplus reciprocal'.split(' '));

/** `tf.add(a, b, c)`: what is too many is not looked at. */
function surplus({ facts, source, module }: RuleContext, call: CallExpr): readonly Finding[] {
  const { callee, args } = call;
  if (callee.kind !== 'attribute' || args.some(({ spread }) => spread !== undefined)) return [];
  const isFunction = callee.object.kind === 'name' && frameworkNames(module).has(callee.object.name);
  if (!isFunction && facts.valueAt(callee.object.span) === undefined) return [];
  const operands = OF_TWO.has(callee.name) ? 2 : OF_ONE.has(callee.name) ? 1 : undefined;
  const taken = operands === undefined ? args.length : operands - (isFunction ? 0 : 1);
  const [ignored] = args.slice(taken);
  if (ignored === undefined) return [];
  const more =
    callee.name === 'add' ? ' Use tf.addN([a, b, c]), or add one after another.' : ' Call it once more for each further operand.';
  return [
    {
      code: 'arguments-ignored',
      severity: 'warning',
      message: `${oneLine(source.text(callee.span))} takes ${taken === 0 ? 'no argument' : taken === 1 ? 'one argument' : 'two arguments'}: ${oneLine(source.text(ignored.value.span))} is ignored without an error.${more}`,
      span: { ...ignored.span, end: args.at(-1)?.span.end ?? ignored.span.end },
    },
  ];
}

/** `x.reshape(-1, 2)`: the shape is one list. */
function bareSizes({ facts, source, module }: RuleContext, { callee, args }: CallExpr): readonly Finding[] {
  if (callee.kind !== 'attribute' || !/^(reshape|broadcastTo|tile)$/.test(callee.name)) return [];
  const isFunction = callee.object.kind === 'name' && frameworkNames(module).has(callee.object.name);
  const sizes = args.slice(isFunction ? 1 : 0);
  const [first] = sizes;
  const last = sizes.at(-1);
  if (
    first === undefined ||
    last === undefined ||
    sizes.length < 2 ||
    !sizes.every(({ value, spread }) => spread === undefined && isSize(value))
  )
    return [];
  if (!isFunction && facts.valueAt(callee.object.span) === undefined) return [];
  const span = { ...first.span, end: last.span.end };
  return [
    {
      code: 'argument',
      severity: 'error',
      message: `${callee.name} takes one list of sizes: only ${oneLine(source.text(first.span))} is looked at here. Write [${oneLine(source.text(span))}].`,
      span,
      fixes: source.isEntry(span) ? [fix('Write a list', insertBefore(span, '['), insertAfter(span, ']'))] : [],
    },
  ];
}

function isSize(value: Argument['value']): boolean {
  return value.kind === 'number' || (value.kind === 'unary' && value.operand.kind === 'number') || value.kind === 'index';
}

/** Settings that come after weights: (labels, predictions, weights, setting, reduction). */
const SETTING: Readonly<Record<string, { readonly name: string; readonly called: RegExp; readonly literal: boolean }>> = {
  huberLoss: { name: 'delta', called: /^delta$/i, literal: true },
  logLoss: { name: 'epsilon', called: /^eps(ilon)?$/i, literal: false },
  sigmoidCrossEntropy: { name: 'labelSmoothing', called: /smoothing/i, literal: false },
  softmaxCrossEntropy: { name: 'labelSmoothing', called: /smoothing/i, literal: false },
};

/** The third argument of tf.losses.* weighs the samples, whatever it is called. */
function weightsPosition({ source }: RuleContext, call: CallExpr): readonly Finding[] {
  const path = /(^|\.)losses\.(\w+)$/.exec(dotted(call.callee));
  const given = call.args[path?.[2] === 'cosineDistance' ? 3 : 2];
  if (path === null || given === undefined || call.args.some(({ spread }) => spread !== undefined)) return [];
  const text = source.text(given.value.span);
  const setting = SETTING[path[2] ?? ''];
  const reduction = /(^|\.)Reduction\.\w+$/.test(text);
  if (!reduction && (setting === undefined || call.args.length !== 3 || !isSetting(given, text, setting))) return [];
  const what = reduction ? 'the reduction' : setting?.name;
  const edit = reduction && setting !== undefined ? 'undefined, undefined, ' : 'undefined, ';
  return [
    {
      code: 'weights-position',
      severity: 'warning',
      message: `${dotted(call.callee)} takes weights before ${what}: ${oneLine(text)} weighs the samples here. Write undefined for the weights.`,
      span: given.span,
      fixes: source.isEntry(given.span) ? [fix(`Pass it as ${what}`, insertBefore(given.span, edit))] : [],
    },
  ];
}

function isSetting({ value }: Argument, text: string, { called, literal }: (typeof SETTING)[string]): boolean {
  return called.test(text.split('.').at(-1) ?? '') || (literal && value.kind === 'number' && value.value !== 1);
}

/** `tf.losses.cosineDistance(labels, predictions)`: the product is summed over everything. */
function cosineAxis({ callee, args, span }: CallExpr): readonly Finding[] {
  if (!/(^|\.)losses\.cosineDistance$/.test(dotted(callee)) || args.length !== 2 || args.some(({ spread }) => spread !== undefined))
    return [];
  const message =
    'tf.losses.cosineDistance(labels, predictions, axis) needs the axis: without it the product is summed over the whole batch, and 1 minus that sum is returned. Write -1 as the third argument.';
  const last = args[1]?.value.span ?? span;
  return [{ code: 'argument', severity: 'warning', message, span, fixes: [fix('Sum over the last axis', insertAfter(last, ', -1'))] }];
}

/** `x.print().square()`: print gives nothing back. */
function behindPrint({ facts, source }: RuleContext, { callee }: CallExpr): readonly Finding[] {
  const before = callee.kind === 'attribute' ? callee.object : undefined;
  if (callee.kind !== 'attribute' || before?.kind !== 'call' || before.callee.kind !== 'attribute') return [];
  const { name, object } = before.callee;
  if (!/^(print|dispose)$/.test(name) || facts.valueAt(object.span) === undefined) return [];
  return [
    {
      code: 'attribute',
      severity: 'error',
      message: `${name}() returns nothing: .${callee.name} behind it throws "Cannot read properties of undefined". Write ${oneLine(source.text(object.span))}.${name}() as a statement of its own.`,
      span: before.span,
    },
  ];
}
