/** Owns the evaluation of expressions. */
import { followedLength } from '../api/limits';
import { noteFormatted } from '../api/python/valueOfTensor';
import type { Argument, Expr, SequenceExpr, Target } from '../program/program';
import { boolean, ELLIPSIS, float, integer, keyOf, list, NONE, type SliceValue, string, unknown, type Value } from '../value/value';
import { assign, bindName } from './assignment';
import { getAttribute } from './attributes';
import { joinValues, withBranches } from './branches';
import { callExpression, spellingOf } from './calls';
import { condition } from './condition';
import { Context } from './context';
import { textOf } from './exceptions';
import { makeFunction } from './functions';
import type { Interpreter } from './interpreter';
import { settled } from './promises';
import { Scope } from './scope';
import { GapSignal, ProblemSignal } from './signals';

type Evaluator<K extends Expr['kind']> = (
  interpreter: Interpreter,
  expr: K extends SequenceExpr['kind'] ? SequenceExpr : Extract<Expr, { kind: K }>,
  scope: Scope,
) => Value;

const EVALUATORS: { readonly [K in Expr['kind']]: Evaluator<K> } = {
  number: (interpreter, e) => (e.imaginary ? interpreter.gap('a complex number', e.span) : e.float ? float(e.value) : integer(e.value)),
  string: (_i, e) => string(e.value),
  boolean: (_i, e) => boolean(e.value),
  none: () => NONE,
  ellipsis: () => ELLIPSIS,
  name: (interpreter, e, scope) => lookUp(interpreter, e, scope),
  attribute: (interpreter, e, scope) => {
    const object = evaluate(interpreter, e.object, scope);
    if (e.optional && object.kind === 'none') return NONE;
    const context = new Context(interpreter, e.span, spellingOf(e), scope.document);
    return context.guarded(() => getAttribute(context, object, e.name), [object]);
  },
  index: (interpreter, e, scope) => {
    const object = evaluate(interpreter, e.object, scope);
    const items = e.items.map((item) => evaluate(interpreter, item, scope));
    const context = new Context(interpreter, e.span, 'indexing', scope.document);
    return context.guarded(() => interpreter.dialect(scope.document).index(context, object, items, e.tuple), [object, ...items]);
  },
  slice: (interpreter, e, scope): SliceValue | Value => {
    const part = (expr: Expr | null): Value => (expr === null ? NONE : evaluate(interpreter, expr, scope));
    const [start, stop, step] = [part(e.start), part(e.stop), part(e.step)];
    const gap = [start, stop, step].find((value) => value.kind === 'unknown');
    return gap ?? { kind: 'slice', start, stop, step };
  },
  call: callExpression,
  unary: (interpreter, e, scope) => {
    const operand = evaluate(interpreter, e.operand, scope);
    const context = new Context(interpreter, e.span, e.op, scope.document);
    if (e.op === 'not') {
      const truth = condition(context, operand, 'not');
      return truth === undefined && operand.kind === 'tensor'
        ? notTensor(context, operand)
        : boolean(truth === undefined ? undefined : !truth);
    }
    return context.guarded(() => interpreter.dialect(scope.document).unary(context, e.op, operand), [operand]);
  },
  binary: (interpreter, e, scope) => {
    const left = evaluate(interpreter, e.left, scope);
    const right = evaluate(interpreter, e.right, scope);
    const context = new Context(interpreter, e.span, e.op, scope.document);
    return context.guarded(() => interpreter.dialect(scope.document).binary(context, e.op, left, right), [left, right]);
  },
  compare: (interpreter, e, scope) => {
    const context = new Context(interpreter, e.span, e.rest[0]?.op ?? '==', scope.document);
    const dialect = interpreter.dialect(scope.document);
    let left = evaluate(interpreter, e.first, scope);
    let result: Value = boolean(true);
    for (const [i, { op, operand }] of e.rest.entries()) {
      const right = evaluate(interpreter, operand, scope);
      const isIdentity = op === 'is' || op === 'is not' || op === 'instanceof';
      const [a, b] = [left, right];
      const compared = context.guarded(() => dialect.compare(context, op, a, b), isIdentity ? [] : [a, b]);
      if (i > 0 && result.kind === 'tensor') condition(context, result, 'chained comparison');
      result = i === 0 ? compared : and(context, result, compared);
      left = right;
    }
    return result;
  },
  logical: (interpreter, e, scope) => {
    const left = evaluate(interpreter, e.left, scope);
    if (e.op === '??') return left.kind === 'none' ? evaluate(interpreter, e.right, scope) : left;
    const context = new Context(interpreter, e.span, e.op, scope.document);
    const truth = condition(context, left, e.op);
    if (truth !== undefined) return truth === (e.op === 'and') ? evaluate(interpreter, e.right, scope) : left;
    const right = evaluate(interpreter, e.right, scope);
    if (left.kind === 'tensor' && right.kind === 'tensor' && left.type.dtype === 'bool' && right.type.dtype === 'bool') {
      return context.guarded(() => context.emit(e.op === 'and' ? 'logicalAnd' : 'logicalOr', [left, right]), []);
    }
    const known = context.truth(right);
    if (left.kind !== 'tensor' && known === (e.op === 'or')) return boolean(known);
    return left.kind === 'boolean' && right.kind === 'boolean' ? boolean(undefined) : joinValues(context, left, right, left);
  },
  conditional: (interpreter, e, scope) => {
    const test = evaluate(interpreter, e.test, scope);
    const context = new Context(interpreter, e.span, 'if', scope.document);
    const truth = condition(context, test, 'if');
    if (truth !== undefined) return evaluate(interpreter, truth ? e.then : e.otherwise, scope);
    return withBranches(interpreter, () =>
      joinValues(context, evaluate(interpreter, e.then, scope), evaluate(interpreter, e.otherwise, scope), test),
    );
  },
  function: (interpreter, e, scope) => makeFunction(interpreter, e.definition, scope),
  list: sequence,
  tuple: sequence,
  set: sequence,
  dict: (interpreter, e, scope) => {
    const entries = new Map<string, { key: Value; value: Value }>();
    for (const entry of e.entries) {
      const value = evaluate(interpreter, entry.value, scope);
      if (entry.key === null) {
        if (value.kind === 'dict') for (const [key, spread] of value.entries) entries.set(key, { ...spread });
        continue;
      }
      const key = evaluate(interpreter, entry.key, scope);
      entries.set(keyOf(key) ?? `?${entries.size}`, { key, value });
    }
    return { kind: 'dict', entries };
  },
  comprehension: evaluateComprehension,
  template: (interpreter, e, scope) => {
    const parts = e.parts.map((part) => {
      if (typeof part === 'string') return part;
      const value = evaluate(interpreter, part.value, scope);
      if (/^:./.test(part.format)) noteFormatted(new Context(interpreter, part.value.span, '', scope.document), [value], part.format);
      return textOf(value);
    });
    return string(parts.includes('…') ? undefined : parts.join(''));
  },
  assign: (interpreter, e, scope) => {
    const before = e.op === null ? NONE : evaluateTarget(interpreter, e.target, scope);
    const context = new Context(interpreter, e.span, `${e.op ?? ''}=`, scope.document);
    if (e.op === '??' && before.kind !== 'none') return before;
    if ((e.op === '&&' || e.op === '||') && context.truth(before) === (e.op === '||')) return before;
    const operand = evaluate(interpreter, e.value, scope);
    const { op } = e;
    const value =
      op === null || op === '??' || op === '&&' || op === '||'
        ? operand
        : context.guarded(() => interpreter.dialect(scope.document).binary(context, op, before, operand), [before, operand]);
    if (e.target.kind === 'name')
      bindName(
        interpreter,
        e.target.name,
        value,
        interpreter.dialect(scope.document).language === 'python' ? scope.frame() : scope,
        'assign',
      );
    else assign(interpreter, e.target, value, scope, 'assign');
    return e.postfix ? before : value;
  },
  spread: (interpreter, e) => interpreter.gap('a spread outside a list or call', e.span),
  await: (interpreter, e, scope) => settled(evaluate(interpreter, e.value, scope)),
  yield: (interpreter, e, scope) => {
    const value = e.value === null ? NONE : evaluate(interpreter, e.value, scope);
    const context = new Context(interpreter, e.span, 'yield', scope.document);
    scope.frame().yields.push(...(e.delegate ? context.iterate(value) : [value]));
    return NONE;
  },
  unknown: (interpreter, e) => interpreter.gap(e.reason, e.span),
};

function sequence(interpreter: Interpreter, e: SequenceExpr, scope: Scope): Value {
  return { kind: e.kind, items: elements(interpreter, e.items, scope) };
}

export function evaluate(interpreter: Interpreter, expr: Expr, scope: Scope): Value {
  interpreter.step();
  const evaluator = EVALUATORS[expr.kind] as Evaluator<Expr['kind']>;
  let value: Value;
  try {
    value = evaluator(interpreter, expr as never, scope);
  } catch (signal) {
    if (!(signal instanceof GapSignal) && !(signal instanceof ProblemSignal)) throw signal;
    value = interpreter.absorb(signal, expr.span);
  }
  interpreter.record(expr, value);
  return value;
}

function evaluateTarget(interpreter: Interpreter, target: Target, scope: Scope): Value {
  return target.kind === 'pattern' ? NONE : evaluate(interpreter, target, scope);
}

function lookUp(interpreter: Interpreter, e: Extract<Expr, { kind: 'name' }>, scope: Scope): Value {
  const given = interpreter.given.get(e.name);
  const value = given !== undefined && isGlobal(scope, e.name) ? given : scope.lookUp(e.name);
  if (value === undefined) return interpreter.gap(`\`${e.name}\` is not defined in this file`, e.span);
  // The gap was noted where the value became unknown.
  return value.kind === 'unknown' && value.span === null ? interpreter.gap(value.reason, e.span) : value;
}

/** Whether no function around binds the name. */
function isGlobal(scope: Scope, name: string): boolean {
  for (let inner: unknown = scope; inner instanceof Scope; inner = inner.parent) if (inner.has(name)) return false;
  return true;
}

function notTensor(context: Context, operand: Extract<Value, { kind: 'tensor' }>): Value {
  return context.guarded(() => (operand.type.dtype === 'bool' ? context.emit('logicalNot', [operand]) : boolean(undefined)), []);
}

function and(context: Context, left: Value, right: Value): Value {
  if (left.kind === 'boolean' && right.kind === 'boolean')
    return boolean(left.value === undefined || right.value === undefined ? undefined : left.value && right.value);
  if (left.kind === 'tensor' && right.kind === 'tensor') return context.guarded(() => context.emit('logicalAnd', [left, right]), []);
  return left.kind === 'boolean' && left.value === true ? right : unknown('a chained comparison of mixed values', context.span);
}

export function elements(interpreter: Interpreter, items: readonly Expr[], scope: Scope): Value[] {
  const values: Value[] = [];
  for (const item of items) {
    if (item.kind !== 'spread') {
      values.push(evaluate(interpreter, item, scope));
      continue;
    }
    const context = new Context(interpreter, item.span, '*', scope.document);
    values.push(...context.iterate(evaluate(interpreter, item.value, scope)));
    followedLength(context, values.length);
  }
  return values;
}

export interface EvaluatedArguments {
  readonly positional: readonly Value[];
  readonly keywords: Readonly<Record<string, Value>>;
}

export function evaluateArguments(interpreter: Interpreter, args: readonly Argument[], scope: Scope): EvaluatedArguments {
  const positional: Value[] = [];
  const keywords: Record<string, Value> = {};
  for (const argument of args) {
    const value = evaluate(interpreter, argument.value, scope);
    if (argument.spread === 'positional') {
      const context = new Context(interpreter, argument.span, '*', scope.document);
      positional.push(...context.iterate(value));
    } else if (argument.spread === 'keywords') {
      if (value.kind !== 'dict') throw new GapSignal('keyword arguments that are not known', argument.span);
      for (const entry of value.entries.values())
        if (entry.key.kind === 'string' && entry.key.value !== undefined) keywords[entry.key.value] = entry.value;
    } else if (argument.name !== undefined) keywords[argument.name] = value;
    else positional.push(value);
  }
  return { positional, keywords };
}

function evaluateComprehension(interpreter: Interpreter, e: Extract<Expr, { kind: 'comprehension' }>, scope: Scope): Value {
  const inner = new Scope(scope, 'block');
  const values: Value[] = [];
  const entries = new Map<string, { key: Value; value: Value }>();
  const run = (clause: number): void => {
    const current = e.clauses[clause];
    if (current === undefined) {
      const element = evaluate(interpreter, e.element, inner);
      if (e.result === 'dict' && e.value)
        entries.set(keyOf(element) ?? `?${entries.size}`, { key: element, value: evaluate(interpreter, e.value, inner) });
      else values.push(element);
      return;
    }
    const context = new Context(interpreter, current.iterable.span, 'for', scope.document);
    for (const item of context.iterate(evaluate(interpreter, current.iterable, inner))) {
      interpreter.step();
      assign(interpreter, current.target, item, inner, 'declare');
      const truths = current.conditions.map((test) => condition(context, evaluate(interpreter, test, inner), 'if'));
      if (truths.includes(undefined) && !truths.includes(false))
        throw new GapSignal('a comprehension with a condition that is not known', e.span);
      if (!truths.includes(false)) run(clause + 1);
    }
  };
  run(0);
  if (e.result === 'dict') return { kind: 'dict', entries };
  return e.result === 'set' ? { kind: 'set', items: values } : list(values);
}
