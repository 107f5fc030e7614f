/** Owns functions given to tf.customGrad: what they return, and how many gradients of which shape their gradFunc gives. */
import type { CallExpr, DictExpr, Expr, FunctionDefinition, Module } from '../../program/program';
import { collect, statementsOf } from '../../program/walk';
import { dotted } from './body';
import type { Finding } from './rule';

export function checkCustomGrads(module: Module): readonly Finding[] {
  return collect(module.body, 'call').flatMap((call) => {
    const given = isCustomGrad(call) ? call.args[0]?.value : undefined;
    if (given?.kind !== 'function' || given.definition.isGenerator) return [];
    const { definition } = given;
    const returned = onlyReturned(definition);
    if (returned === 'nothing') return [problem('the function given to tf.customGrad returns nothing', NEEDED, given.span)];
    if (returned === undefined) return [];
    if (returned.kind === 'dict') return checkResult(definition, returned);
    if (!isList(returned) && !isTensorOf(definition, returned)) return [];
    const what = isList(returned) ? 'an array' : 'a tensor';
    return [problem(`the function given to tf.customGrad returns ${what}`, NEEDED, returned.span)];
  });
}

const NEEDED = 'it must return { value, gradFunc }, and throws otherwise: (x) => ({ value: …, gradFunc: (dy) => … })';

function problem(what: string, why: string, span: Expr['span']): Finding {
  return { code: 'custom-gradient', severity: 'error', message: `${what}: ${why}.`, span };
}

function isCustomGrad({ callee }: CallExpr): boolean {
  return (callee.kind === 'attribute' || callee.kind === 'name') && callee.name === 'customGrad';
}

/** Undefined where there are several, or none is sure. */
function onlyReturned({ body }: FunctionDefinition): Expr | 'nothing' | undefined {
  const values = statementsOf(body).flatMap((s) => (s.kind === 'return' ? [s.value] : []));
  if (values.length === 0) return body.some((s) => s.kind === 'raise') || body.length === 0 ? undefined : 'nothing';
  return values.length === 1 ? (values[0] ?? undefined) : undefined;
}

const isList = (expr: Expr): boolean => expr.kind === 'list';

/** A method of a parameter, or a function of tf: `x.clone()`, `tf.round(x)`. */
function isTensorOf(definition: FunctionDefinition, expr: Expr): boolean {
  const { params } = definition;
  if (expr.kind === 'name') return params[0]?.name === expr.name;
  if (expr.kind !== 'call' || expr.callee.kind !== 'attribute') return false;
  const { object, name: method } = expr.callee;
  if (/^(split|unstack|\w*Sync|data|array)$/.test(method)) return false;
  if (object.kind === 'name' && object.name === 'tf') return /^(round|floor|ceil|sign|clipByValue|mul|add|sub|clone)$/.test(method);
  if (object.kind === 'name') return params.slice(0, 1).some(({ name }) => name === object.name);
  return isTensorOf(definition, object);
}

function checkResult(definition: FunctionDefinition, { entries }: DictExpr): readonly Finding[] {
  const option = (name: string): Expr | undefined => entries.find(({ key }) => key?.kind === 'string' && key.value === name)?.value;
  const gradFunc = option('gradFunc');
  if (gradFunc?.kind !== 'function') return [];
  const gradients = onlyReturned(gradFunc.definition);
  if (gradients === 'nothing') return [problem('gradFunc returns nothing', 'it must return one gradient for each input', gradFunc.span)];
  if (gradients === undefined) return [];
  const inputs = inputsOf(definition);
  if (gradients.kind === 'list')
    return inputs === undefined || gradients.items.length === inputs || gradients.items.some(({ kind }) => kind === 'spread')
      ? []
      : [miscounted(gradients, gradients.items.length, inputs)];
  if (!isTensorOf(gradFunc.definition, gradients)) return [];
  if (inputs !== undefined && inputs > 1) return [miscounted(gradients, 1, inputs)];
  const [input] = definition.params;
  return input !== undefined && isWhole(gradFunc.definition, gradients) && isElementwise(option('value'), input.name)
    ? [
        problem(
          'gradFunc returns one number',
          `the gradient of ${input.name} must have the shape of ${input.name}: multiply dy by the derivative, without reducing it`,
          gradients.span,
        ),
      ]
    : [];
}

function miscounted(at: Expr, given: number, inputs: number): Finding {
  const what = `gradFunc returns ${given} gradient${given === 1 ? '' : 's'} for ${inputs} input${inputs === 1 ? '' : 's'}`;
  return problem(what, `it throws when the loss is differentiated. Return ${inputs === 1 ? 'one' : `an array of ${inputs}`}`, at.span);
}

/** The parameters that are tensors; the last one is the function that saves them if it is called. */
function inputsOf({ params, body }: FunctionDefinition): number | undefined {
  const last = params.at(-1);
  if (last === undefined || params.some(({ kind }) => kind !== 'positional')) return undefined;
  const called = collect(body, 'call').some(({ callee }) => callee.kind === 'name' && callee.name === last.name);
  const saves = called || (params.length > 1 && /^_*save|^_+$/i.test(last.name));
  // A last parameter that nothing reads may be either.
  if (!saves && params.length > 1 && !collect(body, 'name').some(({ name }) => name === last.name)) return undefined;
  return params.length - (saves ? 1 : 0);
}

/** `dy.sum()`, `tf.mean(dy)`: without an axis. */
function isWhole({ params }: FunctionDefinition, expr: Expr): boolean {
  if (expr.kind !== 'call' || expr.callee.kind !== 'attribute' || !/^(sum|mean|max|min)$/.test(expr.callee.name)) return false;
  const ofFunction = dotted(expr.callee).startsWith('tf.');
  const what = ofFunction ? expr.args[0]?.value : expr.callee.object;
  return expr.args.length === (ofFunction ? 1 : 0) && what?.kind === 'name' && what.name === params[0]?.name;
}

/** `x.square()`, `tf.round(x)`: as large as x. */
function isElementwise(value: Expr | undefined, name: string): boolean {
  if (value?.kind !== 'call' || value.callee.kind !== 'attribute') return false;
  const { object } = value.callee;
  const isX = (expr: Expr | undefined): boolean => expr?.kind === 'name' && expr.name === name;
  const ofX = isX(object)
    ? value.args.length === 0
    : dotted(value.callee).startsWith('tf.') && value.args.length === 1 && isX(value.args[0]?.value);
  return ofX && /^(square|abs|sqrt|exp|log|neg|round|floor|ceil|sign|relu|sigmoid|tanh|clone)$/.test(value.callee.name);
}
