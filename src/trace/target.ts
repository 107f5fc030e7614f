/** Owns finding the loss that a trace is asked for, and making it callable: factories are called, classes instantiated, with defaults and settings. */
import type { Block, Expr, FunctionDefinition, Module } from '../program/program';
import { type FunctionValue, float, integer, list, NONE, string, type Value } from '../value/value';
import { call } from './calls';
import { findMember, libraryBase } from './classes';
import { Context } from './context';
import { evaluate } from './expressions';
import { isFactory } from './functions';
import { withoutDefault } from './hyperparameters';
import type { Interpreter } from './interpreter';
import type { ModuleScope } from './moduleScope';
import type { Setting } from './outcome';
import { Scope } from './scope';

/** What to call with (y_true, y_pred), and which contract Keras applies to it. */
export interface LossTarget {
  readonly callee: Value;
  /** `class`: a keras.losses.Loss; `function`: anything that Keras wraps. */
  readonly contract: 'function' | 'class';
  /** The user's function whose body is the loss, for its named terms. */
  readonly definition: FunctionDefinition | null;
  /** Parameters after y_true and y_pred that have no default. */
  readonly extraParameters: readonly string[];
  /** The object whose `reduction` Keras applies. */
  readonly lossObject: Value | null;
}

export function settingValue(setting: Setting): Value {
  if (setting === null) return NONE;
  if (typeof setting === 'number') return Number.isInteger(setting) ? integer(setting) : float(setting);
  if (typeof setting === 'boolean') return { kind: 'boolean', value: setting };
  return typeof setting === 'string' ? string(setting) : list(setting.map(settingValue));
}

/** Undefined if the name does not exist in the module. */
export function findTarget(interpreter: Interpreter, scope: ModuleScope, name: string): LossTarget | undefined {
  const context = new Context(interpreter, { document: scope.document, start: 0, end: 0 }, name, scope.document);
  const value = namedValue(context, scope, name);
  return value === undefined ? undefined : targetOf(context, value, 0);
}

function namedValue(context: Context, scope: ModuleScope, name: string): Value | undefined {
  const lambda = /^<lambda@(\d+)>$/.exec(name);
  if (lambda) return lambdaAt(context.interpreter, scope, Number(lambda[1]));
  const [first = '', ...rest] = name.split('.');
  let value = scope.lookUp(first);
  for (const part of rest) {
    if (value === undefined) return undefined;
    value = partOf(context, value, part);
  }
  return value;
}

/** `Class.method` is bound to an instance made with defaults; `outer.inner` is what the factory returns. */
function partOf(context: Context, value: Value, part: string): Value | undefined {
  if (value.kind === 'class') {
    const member = findMember(value, part);
    if (!member) return fieldOf(context, value, part);
    if (member.value.kind === 'function' && member.value.traits.has('static')) return member.value;
    const problems = context.interpreter.problems.length;
    const instance = withArguments(context, value, constructorOf(value));
    // The constructor of a model or a trainer is not the loss.
    if (instance.kind === 'instance' && !isKerasLoss(instance)) context.interpreter.problems.length = problems;
    return instance.kind === 'instance' ? { kind: 'method', self: instance, callee: member.value } : member.value;
  }
  const outer = value.kind === 'method' ? value.callee : value;
  if (outer.kind === 'function') return innerOf(context, value, outer, part);
  return context.guarded(() => context.getAttribute(value, part), []);
}

/** A function that the constructor of a class sets (JavaScript's fields). */
function fieldOf(context: Context, type: Extract<Value, { kind: 'class' }>, name: string): Value | undefined {
  if (context.language !== 'javascript') return undefined;
  const instance = withArguments(context, type, constructorOf(type));
  return instance.kind === 'instance' ? instance.attributes.get(name) : undefined;
}

/** A function defined inside another, with the closure that it gets when the outer one is called with defaults and settings. */
function innerOf(context: Context, callee: Value, outer: FunctionValue, name: string): Value | undefined {
  const definition = innerFunction(outer.definition, name);
  if (!definition) return undefined;
  const { interpreter } = context;
  interpreter.watchedFunction = { definition, made: null };
  const problems = interpreter.problems.length;
  withArguments(context, callee, outer.definition);
  // A function that only has the loss inside (`main`) does other things too; they are none of the loss.
  if (!isFactory(outer.definition)) interpreter.problems.length = problems;
  const { made } = interpreter.watchedFunction;
  interpreter.watchedFunction = null;
  return made ?? { kind: 'function', definition, scope: outer.scope, defaults: new Map(), attributes: new Map(), traits: new Set() };
}

function innerFunction(definition: FunctionDefinition, name: string): FunctionDefinition | undefined {
  let found: FunctionDefinition | undefined;
  const visit = (block: Block): void => {
    for (const s of block) {
      if (s.kind === 'function' && s.definition.name === name) found ??= s.definition;
      else if (s.kind === 'assign' && s.value?.kind === 'function' && s.targets.some((t) => t.kind === 'name' && t.name === name))
        found ??= s.value.definition;
      else if (s.kind === 'if') [s.then, s.otherwise].forEach(visit);
      else if (s.kind === 'with' || s.kind === 'block' || s.kind === 'for' || s.kind === 'try') visit(s.body);
    }
  };
  visit(definition.body);
  return found;
}

function constructorOf(value: Extract<Value, { kind: 'class' }>): FunctionDefinition | null {
  const member = findMember(value, '__init__') ?? findMember(value, 'constructor');
  return member?.value.kind === 'function' ? member.value.definition : null;
}

/** The object that a method is called on, in Python and in lowered JavaScript. */
const SELF: ReadonlySet<string> = new Set(['self', 'this']);

/** Calls a factory or class with its defaults and the settings; parameters without either are unknown. */
function withArguments(context: Context, callee: Value, definition: FunctionDefinition | null): Value {
  const keywords: Record<string, Value> = {};
  for (const param of definition?.params ?? []) {
    if ((callee.kind !== 'function' && SELF.has(param.name)) || param.kind === 'varPositional' || param.kind === 'varKeyword') continue;
    const given = context.interpreter.given.get(param.name);
    if (given) keywords[param.name] = given;
    else if (param.default === null && !(callee.kind === 'class' && param === definition?.params[0])) {
      keywords[param.name] = withoutDefault(context, param);
    }
  }
  if (context.language === 'python') return context.guarded(() => call(context, callee, [], keywords), []);
  const positional = (definition?.params ?? []).filter(({ name }) => !SELF.has(name)).map((param) => keywords[param.name] ?? NONE);
  return context.guarded(() => call(context, callee, positional, {}), []);
}

/** Follows bindings, factories and classes until something takes (y_true, y_pred). */
function targetOf(context: Context, value: Value, depth: number): LossTarget {
  const plain: LossTarget = { callee: value, contract: 'function', definition: null, extraParameters: [], lossObject: null };
  if (depth > 4) return plain;
  switch (value.kind) {
    case 'function': {
      const factory = isFactory(value.definition) && !takesPair(value.definition);
      if (!factory) return functionTarget(plain, value.definition, 0);
      const made = withArguments(context, value, value.definition);
      return made.kind === 'unknown' ? { ...plain, callee: made } : targetOf(context, made, depth + 1);
    }
    case 'method':
      return value.callee.kind === 'function' ? functionTarget({ ...plain, ...methodContract(value) }, value.callee.definition, 1) : plain;
    case 'class': {
      const made = withArguments(context, value, constructorOf(value));
      return targetOf(context, made, depth + 1);
    }
    case 'instance':
      return instanceTarget(context, plain, value);
    case 'object': {
      const direct = context.keras === 'none' ? value.methods.get('call') : undefined;
      const isLoss = value.call !== undefined && value.attributes.has('reduction');
      return {
        ...plain,
        callee: direct ? { kind: 'native', name: 'call', entry: direct } : value,
        contract: isLoss ? 'class' : 'function',
        lossObject: isLoss ? value : null,
      };
    }
    default:
      return plain;
  }
}

function methodContract(value: Extract<Value, { kind: 'method' }>): Partial<LossTarget> {
  const isCall = value.callee.kind === 'function' && value.callee.definition.name === 'call';
  return isCall && value.self.kind === 'instance' && isKerasLoss(value.self) ? { contract: 'class', lossObject: value.self } : {};
}

function instanceTarget(context: Context, plain: LossTarget, value: Extract<Value, { kind: 'instance' }>): LossTarget {
  const name = ['call', '__call__', 'loss', 'apply'].find((candidate) => findMember(value.class, candidate));
  const member = name === undefined ? undefined : findMember(value.class, name);
  if (name === 'call' && member?.value.kind === 'function') {
    const target: LossTarget = {
      ...plain,
      callee: { kind: 'method', self: value, callee: member.value },
      contract: isKerasLoss(value) ? 'class' : 'function',
      lossObject: value,
    };
    return functionTarget(target, member.value.definition, 1);
  }
  if (member?.value.kind === 'function') {
    return functionTarget({ ...plain, callee: { kind: 'method', self: value, callee: member.value } }, member.value.definition, 1);
  }
  // A library Loss with changed arguments only: its own `call`.
  const call_ = context.guarded(() => context.getAttribute(value, 'call'), []);
  return {
    ...plain,
    callee: call_.kind === 'unknown' ? value : call_,
    contract: isKerasLoss(value) ? 'class' : 'function',
    lossObject: value,
  };
}

export function isKerasLoss(value: Extract<Value, { kind: 'instance' }>): boolean {
  const base = libraryBase(value.class);
  return base?.kind === 'api' && /(^|\.)(losses|Loss|LossFunctionWrapper)(\.|$)/.test(base.path);
}

function functionTarget(target: LossTarget, definition: FunctionDefinition, skip: number): LossTarget {
  const positional = definition.params.filter(
    (param) => param.kind === 'positional' || param.kind === 'positionalOnly' || param.kind === 'keywordOnly',
  );
  const extra = positional.slice(skip + 2).filter((param) => param.default === null);
  return { ...target, definition, extraParameters: extra.map((param) => param.name) };
}

function takesPair(definition: FunctionDefinition): boolean {
  const names = definition.params.map((param) => param.name.toLowerCase());
  return names.some((name) => /^_?y_?true$|^y$|^labels?$|^targets?$/.test(name)) && names.some((name) => /pred|logits|output/.test(name));
}

/** The lambda that starts at an offset, evaluated in the module's scope. */
function lambdaAt(interpreter: Interpreter, scope: ModuleScope, start: number): FunctionValue | undefined {
  const found = findFunction(scope.module, start);
  if (found === undefined) return undefined;
  const value = evaluate(interpreter, found, new Scope(scope, 'function'));
  return value.kind === 'function' ? value : undefined;
}

function findFunction(module: Module, start: number): Expr | undefined {
  let found: Expr | undefined;
  const visit = (value: unknown): void => {
    if (found !== undefined || typeof value !== 'object' || value === null) return;
    const expr = value as Expr;
    if (expr.kind === 'function' && expr.span?.start === start && expr.definition) found = expr;
    for (const part of Object.values(value)) visit(part);
  };
  visit(module.body);
  return found;
}
