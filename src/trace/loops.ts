/** Owns loops: unrolled where the number of rounds is known, followed once where it is not. */

import { failure } from '../graph/primitive';
import type { Stmt } from '../program/program';
import type { TensorValue, Value } from '../value/value';
import { assign } from './assignment';
import { withBranches } from './branches';
import { condition } from './condition';
import { Context } from './context';
import { evaluate } from './expressions';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import { type Completion, NORMAL } from './signals';
import { blockScope, executeBlock } from './statements';

/** Rounds that a survey follows: layers are made in few, epochs and steps are many. */
const MOST_SURVEYED = 12;

export function executeFor(interpreter: Interpreter, s: Extract<Stmt, { kind: 'for' }>, scope: Scope): Completion {
  const iterable = evaluate(interpreter, s.iterable, scope);
  const context = new Context(interpreter, s.iterable.span, 'for', scope.document);
  const items = context.guarded(
    () => ({ kind: 'list', items: [...(s.keys ? keysOf(context, iterable) : iterateLoop(context, iterable))] }),
    [iterable],
  );
  if (items.kind !== 'list') {
    // What the rounds would have changed is not known either: going on would give a wrong number.
    if (interpreter.isRun) context.unknown(iterable.kind === 'unknown' ? iterable.reason : 'a loop over a value that is not known');
    const element = iterable.kind === 'tensor' ? elementOf(context, iterable) : items;
    return executeOnce(context, scope, () => {
      assign(interpreter, s.target, element, scope, 'declare');
      return executeBlock(interpreter, s.body, blockScope(interpreter, scope));
    });
  }
  const [first] = items.items;
  if (interpreter.observer !== null && items.items.length > MOST_SURVEYED && first !== undefined) {
    return executeOnce(context, scope, () => {
      assign(interpreter, s.target, first, scope, 'declare');
      return executeBlock(interpreter, s.body, blockScope(interpreter, scope));
    });
  }
  for (const item of items.items) {
    interpreter.step();
    const inner = blockScope(interpreter, scope);
    assign(interpreter, s.target, item, inner, 'declare');
    const completion = executeBlock(interpreter, s.body, inner);
    if (completion.kind === 'return' || isOfOuter(completion, s.label)) return completion;
    if (completion.kind === 'break') return NORMAL;
  }
  return executeBlock(interpreter, s.otherwise, scope);
}

/** `break outer` and `continue outer` in an inner loop. */
function isOfOuter(completion: Completion, own: string | undefined): boolean {
  return (completion.kind === 'break' || completion.kind === 'continue') && completion.label !== undefined && completion.label !== own;
}

/** Python's `for` over a tensor: Keras 3 refuses it in its graph, whatever the size (iterating a symbolic tensor). */
function iterateLoop(context: Context, iterable: Value): readonly Value[] {
  const { interpreter } = context;
  if (iterable.kind === 'tensor' && context.language === 'javascript')
    return context.fail(failure('not-iterable', 'type', 'a tensor is not iterable in JavaScript: write tf.unstack(x)'), [iterable]);
  if (
    iterable.kind === 'tensor' &&
    context.mode === 'check' &&
    iterable.flavor === 'tensor' &&
    context.keras === 3 &&
    !interpreter.autographActive()
  ) {
    const known = context.build.node(iterable.node).known;
    context.note(
      failure('python-loop-on-tensor', 'type', "Python's `for` iterates over a tensor, which a graph does not allow without AutoGraph", {
        known: known ? 1 : 0,
      }),
      [iterable],
    );
    return context.unknown('a loop over a tensor');
  }
  return context.iterate(iterable);
}

function keysOf(context: Context, value: Value): readonly Value[] {
  if (value.kind === 'dict') return [...value.entries.values()].map((entry) => entry.key);
  if (value.kind === 'list') return value.items.map((_, i) => ({ kind: 'string', value: String(i) }));
  return context.unknown('the keys of a value that is not known');
}

function elementOf(context: Context, iterable: TensorValue): Value {
  return context.guarded(() => {
    if (iterable.type.shape.length === 0) return context.unknown('a loop over a scalar');
    const element = context.element(iterable, 0);
    // The index stands for every round: its value is not known.
    return iterable.type.dtype.includes('int') && iterable.type.shape.length === 1 ? context.emit('loop', [element, element]) : element;
  }, []);
}

export function executeWhile(interpreter: Interpreter, s: Extract<Stmt, { kind: 'while' }>, scope: Scope): Completion {
  const context = new Context(interpreter, s.test.span, 'while', scope.document);
  for (let round = 0; ; round++) {
    interpreter.step();
    if (!(s.after && round === 0)) {
      const tested = evaluate(interpreter, s.test, scope);
      const truth = condition(context, tested, 'while');
      if (truth === false) return executeBlock(interpreter, s.otherwise, scope);
      // A tensor in JavaScript is an object: such a loop does not end by its condition, and the finding says so.
      const endless = tested.kind === 'tensor' && !interpreter.isRun && context.language === 'javascript';
      if (truth === undefined || endless || (interpreter.observer !== null && round > 0)) {
        if (interpreter.isRun) context.unknown('a loop whose condition is not known');
        return executeOnce(context, scope, () => executeBlock(interpreter, s.body, blockScope(interpreter, scope)));
      }
    }
    const completion = executeBlock(interpreter, s.body, blockScope(interpreter, scope));
    if (completion.kind === 'return' || isOfOuter(completion, s.label)) return completion;
    if (completion.kind === 'break') return NORMAL;
    executeBlock(interpreter, s.update, scope);
  }
}

/** A loop with an unknown number of rounds: its body is followed once; variables it changes hold for any number of rounds. */
function executeOnce(context: Context, scope: Scope, body: () => Completion): Completion {
  const before = scope.snapshot();
  const completion = withBranches(context.interpreter, body);
  if (completion.kind === 'return') scope.frame().pendingReturns.push(completion.value);
  const after = scope.snapshot();
  scope.restore(after.map((variables, level) => changedInLoop(context, before[level] ?? variables, variables)));
  return NORMAL;
}

function changedInLoop(context: Context, before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): Map<string, Value> {
  const changed = new Map(after);
  for (const [name, value] of after) {
    const initial = before.get(name);
    if (initial !== undefined && initial !== value)
      changed.set(
        name,
        context.guarded(() => loopValue(context, initial, value), [initial, value]),
      );
  }
  return changed;
}

function loopValue(context: Context, initial: Value, value: Value): Value {
  if (value.kind === 'tensor' || initial.kind === 'tensor') {
    const wanted = value.kind === 'tensor' ? value.type.dtype : undefined;
    const after = context.tensor(value);
    const start = initial.kind === 'tensor' ? initial : context.tensor(initial, wanted);
    if (start.type.shape.length !== after.type.shape.length) return context.unknown('a loop that changes the rank of a variable');
    return context.emit('loop', [start, after]);
  }
  if (value.kind === 'number')
    return { kind: 'number', float: value.float || (initial.kind === 'number' && initial.float), value: undefined };
  return context.unknown('a variable that a loop changes');
}
